//! The way of a command: its words, where it runs, its answer on stdout and stderr, its exit code.

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

use clap::ArgMatches;
use greenroom_session_core::backend::BrowserBackend;
use greenroom_session_core::ipc::Response;
use greenroom_session_core::{Error, op};

use crate::args::{self, Globals, Parsed};
use crate::client;
use crate::command::{self, Context};
use crate::env::Environment;
use crate::exit_code;
use crate::output::{Answer, Screen};

/// The command line with its backends.
///
/// ```no_run
/// # use greenroom_session_core::backend::BrowserBackend;
/// # fn run(my_backend: impl BrowserBackend + 'static) -> std::process::ExitCode {
/// greenroom::CliRunner::new().register_backend(my_backend).run()
/// # }
/// ```
#[derive(Debug)]
pub struct CliRunner {
    built_in: bool,
    registered: Vec<Arc<dyn BrowserBackend>>,
}

impl Default for CliRunner {
    fn default() -> Self {
        Self::new()
    }
}

impl CliRunner {
    /// A command line with the built-in backends, `cdp` the default.
    pub fn new() -> Self {
        Self {
            built_in: true,
            registered: Vec::new(),
        }
    }

    /// A command line without the built-in backends; the first one that is registered is the default.
    pub fn without_built_in() -> Self {
        Self {
            built_in: false,
            registered: Vec::new(),
        }
    }

    /// Adds a backend: its name works in `--backend`, and its sessions live in the daemon.
    #[must_use]
    pub fn register_backend(mut self, backend: impl BrowserBackend + 'static) -> Self {
        self.registered.push(Arc::new(backend));
        self
    }

    /// Runs the command that the process was given.
    pub fn run(self) -> ExitCode {
        let words: Vec<OsString> = std::env::args_os().collect();
        let env = Environment::read();
        exit_code::exit(self.run_words(&words, &env))
    }

    /// The backends, the default first. They are made only where browsers are started: in the daemon.
    pub(crate) fn backends(&self, env: &Environment) -> Vec<Arc<dyn BrowserBackend>> {
        let mut backends: Vec<Arc<dyn BrowserBackend>> = Vec::new();
        if self.built_in {
            backends.extend(crate::backends::built_in(env));
        }
        backends.extend(self.registered.iter().cloned());
        backends
    }

    fn run_words(&self, words: &[OsString], env: &Environment) -> u8 {
        let (name, matches) = match args::parse(words) {
            Ok(Parsed::Command(name, matches)) => (name, matches),
            Ok(Parsed::Text(text)) => {
                Screen::plain(env).page(&text);
                return exit_code::DONE;
            }
            Ok(Parsed::Incomplete(text)) => {
                Screen::page_to_stderr(&text);
                return exit_code::USAGE;
            }
            Err(error) => {
                let globals = Globals {
                    json: args::wants_json(words),
                    ..Globals::default()
                };
                return refused(&error, &globals, env);
            }
        };
        match Globals::read(&matches, env) {
            Ok(globals) => self.run_command(&name, &matches, &globals, env),
            Err(error) => {
                let (json, quiet) = (matches.get_flag("json"), matches.get_flag("quiet"));
                refused(
                    &error,
                    &Globals {
                        json,
                        quiet,
                        ..Globals::default()
                    },
                    env,
                )
            }
        }
    }

    fn run_command(&self, name: &str, matches: &ArgMatches, globals: &Globals, env: &Environment) -> u8 {
        let screen = Screen::new(globals, env);
        if globals.verbose || env.log.is_some() {
            crate::daemon::log::to_stderr(env.log.as_deref());
        }
        let context = Context {
            runner: self,
            env,
            globals,
            screen,
        };
        let answer = match (op::find(name), command::find(name)) {
            (_, Some(local)) => (local.run)(&context, matches),
            (Some(spec), None) => client::operation(&context, spec, matches),
            (None, None) => Err(Error::new(
                greenroom_session_core::Kind::Internal,
                format!("no command `{name}`"),
            )),
        };
        match answer {
            Ok(answer) => screen.answer(name, answer),
            Err(error) => screen.answer(
                name,
                Answer::Told(Response::failed(globals.session.clone(), &error), String::new()),
            ),
        }
    }
}

/// Tells an error of a command that was never begun.
fn refused(error: &Error, globals: &Globals, env: &Environment) -> u8 {
    let response = Response::failed(None, error);
    Screen::new(globals, env).answer("", Answer::Told(response, String::new()))
}
