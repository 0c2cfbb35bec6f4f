//! The parser, made from the operation table and the local commands.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgGroup, Command, value_parser};
use greenroom_session_core::op::{self, OpSpec, ParamKind, ParamSpec, Shape};

use super::{globals, help};
use crate::command::{self, Local};

/// Other names of commands.
const ALIASES: [(&str, &str); 1] = [("sessions", "list")];

/// What the commands of two words are about.
const GROUPS: [(&str, &str); 4] = [
    ("tab", "Opens, selects and closes pages"),
    ("dialog", "Answers dialogs that are left open"),
    ("config", "Reads and writes the workspace's settings"),
    ("daemon", "Shows, stops or runs the workspace's daemon"),
];

/// The whole parser.
pub(crate) fn root() -> Command {
    let all = first_words().into_iter().map(top);
    bare().subcommands(all).help_template(help::template())
}

/// The parser of the commands whose names occur among the words.
pub(super) fn root_for(words: &[OsString]) -> Command {
    let known = first_words();
    let real = |word: &str| {
        ALIASES
            .iter()
            .find(|(alias, _)| *alias == word)
            .map_or_else(|| word.to_owned(), |(_, name)| (*name).to_owned())
    };
    let mut used: Vec<&'static str> = Vec::new();
    for word in words.iter().skip(1).filter_map(|word| word.to_str()) {
        let name = real(word);
        if let Some(found) = known
            .iter()
            .copied()
            .find(|known| *known == name && !used.contains(known))
        {
            used.push(found);
        }
    }
    bare().subcommands(used.into_iter().map(top))
}

/// The commands that people see, as words, in the order of the table and then the local ones.
pub(super) fn visible_commands() -> Vec<(Vec<&'static str>, String)> {
    let operations = operations().map(|spec| (spec.words().collect(), spec.summary().to_owned()));
    let locals = command::LOCALS
        .iter()
        .filter(|local| !local.hidden)
        .map(|local| (local.words.to_vec(), local.about.to_owned()));
    operations.chain(locals).collect()
}

/// The operations that are commands as they are: not those whose command is one of ours, which does more.
fn operations() -> impl Iterator<Item = &'static OpSpec> {
    op::TABLE
        .iter()
        .copied()
        .filter(|spec| !spec.is_inner() && command::find(spec.name).is_none())
}

fn bare() -> Command {
    Command::new("greenroom")
        .bin_name("greenroom")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Browser sessions that outlive every process that uses them")
        .override_usage("greenroom [GLOBAL] COMMAND …")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .args(globals::options())
}

/// The first word of each command, once.
fn first_words() -> Vec<&'static str> {
    let mut words = Vec::new();
    let operations = operations().filter_map(|spec| spec.words().next());
    for word in operations.chain(command::LOCALS.iter().map(|local| local.words[0])) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// The command, or group of commands, with this first word.
fn top(first: &'static str) -> Command {
    let operations = operations().filter(|spec| spec.words().next() == Some(first));
    let locals = command::LOCALS.iter().filter(|local| local.words[0] == first);
    let mut leaves: Vec<Command> = operations.map(operation).chain(locals.copied().map(local)).collect();
    let built = match GROUPS.iter().find(|(group, _)| *group == first) {
        Some((_, about)) => Command::new(first)
            .about(*about)
            .subcommand_required(true)
            .arg_required_else_help(true)
            .subcommands(leaves),
        None => leaves.swap_remove(0),
    };
    match ALIASES.iter().find(|(_, name)| *name == first) {
        Some((alias, _)) => built.visible_alias(*alias),
        None => built,
    }
}

fn local(local: &Local) -> Command {
    let name = local.words[local.words.len() - 1];
    (local.build)(Command::new(name).about(local.about).hide(local.hidden))
}

fn operation(spec: &'static OpSpec) -> Command {
    let name = spec.words().last().unwrap_or(spec.name);
    let mut command = Command::new(name).about(spec.summary()).long_about(lines(spec.doc));
    for param in spec.params {
        command = parameter(command, param);
    }
    command
}

/// Adds the flags of an operation to a command that does it and more, with its documentation.
pub(crate) fn flags_of(command: Command, spec: &'static OpSpec) -> Command {
    let flags = spec
        .params
        .iter()
        .filter(|param| !matches!(param.shape, Shape::Place(_)));
    let command = command.long_about(lines(spec.doc));
    flags.fold(command, parameter)
}

fn parameter(command: Command, param: &'static ParamSpec) -> Command {
    match (param.shape, param.kind) {
        (Shape::Flags, ParamKind::Choice(words)) => {
            let flags = words.iter().map(|word| {
                Arg::new(*word)
                    .long(*word)
                    .action(ArgAction::SetTrue)
                    .help(lines(param.doc))
            });
            command
                .args(flags)
                .group(ArgGroup::new(format!("{}-choice", param.field)).args(words.iter().copied()))
        }
        (Shape::Place(name), kind) => command.arg(
            valued(
                Arg::new(param.field).value_name(name).required(param.required),
                kind,
                param,
            )
            .help(lines(param.doc)),
        ),
        (Shape::Flag(_) | Shape::Flags, ParamKind::Switch) => command.arg(
            Arg::new(param.field)
                .long(param.flag())
                .action(ArgAction::SetTrue)
                .help(lines(param.doc)),
        ),
        (Shape::Flag(name), kind) => {
            let arg = Arg::new(param.field)
                .long(param.flag())
                .value_name(name)
                .required(param.required);
            // A flag for the browser begins with a dash itself.
            let arg = arg.allow_hyphen_values(name == "FLAG");
            command.arg(valued(arg, kind, param).help(lines(param.doc)))
        }
        (Shape::Flags, kind) => {
            command.arg(valued(Arg::new(param.field).long(param.flag()), kind, param).help(lines(param.doc)))
        }
    }
}

/// How the values of an argument are read.
fn valued(arg: Arg, kind: ParamKind, param: &ParamSpec) -> Arg {
    let arg = match (param.many, param.shape) {
        (true, Shape::Place(_)) => arg.num_args(1..).action(ArgAction::Append),
        (true, _) => arg.action(ArgAction::Append),
        (false, _) => arg,
    };
    match kind {
        ParamKind::Text | ParamKind::Source | ParamKind::JsonText => arg.allow_negative_numbers(true),
        ParamKind::Switch => arg,
        ParamKind::Integer => arg.value_parser(value_parser!(u32)),
        ParamKind::Duration => arg.value_parser(checked::<op::Span>),
        ParamKind::Size => arg.value_parser(checked::<greenroom_session_core::backend::Size>),
        ParamKind::Path | ParamKind::Json => arg.value_parser(value_parser!(PathBuf)),
        ParamKind::Choice(words) => arg.value_parser(PossibleValuesParser::new(words)),
    }
}

/// Text that can be read as a `T`, as it was written: the daemon reads it itself.
pub(super) fn checked<T: FromStr<Err = String>>(text: &str) -> Result<String, String> {
    text.parse::<T>().map(|_| text.to_owned())
}

fn lines(doc: &[&str]) -> String {
    doc.iter().map(|line| line.trim()).collect::<Vec<_>>().join("\n")
}
