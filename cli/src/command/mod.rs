//! The commands that are not just an operation of the table: one file each.

mod codegen;
mod completions;
mod config;
mod daemon;
mod doctor;
mod logs;
mod man;
mod run;
mod schema;
mod types;

use std::path::PathBuf;

use clap::{ArgMatches, Command};
use greenroom_session_core::Result;
use greenroom_session_core::ipc::Address;
use greenroom_session_core::store::Layout;

use crate::CliRunner;
use crate::args::Globals;
use crate::env::Environment;
use crate::output::{Answer, Screen};

/// What a command runs with.
pub(crate) struct Context<'a> {
    /// The program and its backends.
    pub runner: &'a CliRunner,
    /// The process's surroundings.
    pub env: &'a Environment,
    /// The global options.
    pub globals: &'a Globals,
    /// Where it prints.
    pub screen: Screen,
}

impl Context<'_> {
    /// The workspace's folder.
    pub(crate) fn workspace(&self) -> Result<PathBuf> {
        crate::workspace::find(self.globals.workspace.as_deref(), self.env)
    }

    /// The workspace's files.
    pub(crate) fn layout(&self) -> Result<Layout> {
        self.workspace().map(Layout::new)
    }

    /// Where the workspace's daemon listens.
    pub(crate) fn address(&self) -> Result<Address> {
        Ok(Address::new(&self.env.runtime_base(), &self.workspace()?))
    }
}

/// A command that is no operation.
#[derive(Debug)]
pub(crate) struct Local {
    /// Its words.
    pub words: &'static [&'static str],
    /// What it does, in one line.
    pub about: &'static str,
    /// Whether help leaves it out.
    pub hidden: bool,
    /// Adds its arguments.
    pub build: fn(Command) -> Command,
    /// Runs it.
    pub run: fn(&Context, &ArgMatches) -> Result<Answer>,
}

/// The commands that are no operations.
pub(crate) const LOCALS: &[&Local] = &[
    &logs::NETWORK,
    &logs::ACTIONS,
    &logs::CONSOLE,
    &logs::LOGS,
    &doctor::DOCTOR,
    &run::RUN,
    &types::TYPES,
    &config::GET,
    &config::SET,
    &daemon::RUN,
    &schema::SCHEMA,
    &completions::COMPLETIONS,
    &man::MAN,
    &codegen::CODEGEN,
];

/// The local command of that name, words joined by dots.
pub(crate) fn find(name: &str) -> Option<&'static Local> {
    LOCALS
        .iter()
        .copied()
        .find(|local| local.words.iter().copied().eq(name.split('.')))
}
