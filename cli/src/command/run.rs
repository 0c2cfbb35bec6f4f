//! `run FILE [EXPORT]`: one workflow in one session, or several on several browsers with a table at the end.

mod jobs;
mod junit;
mod matrix;

use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, value_parser};
use greenroom_session_core::ipc::Request;
use greenroom_session_core::op::{Operation, RunWorkflow};
use greenroom_session_core::{Error, Kind, Result};
use serde_json::Value;

use super::{Context, Local};
use crate::args::{absolute, flags_of, json_in};
use crate::client;
use crate::output::{Answer, Spinner};

pub(super) const RUN: Local = Local {
    words: &["run"],
    about: "Runs a workflow: a function that a file of TypeScript or JavaScript exports",
    hidden: false,
    build: |command| {
        flags_of(command, RunWorkflow::SPEC)
            .arg(
                Arg::new("what")
                    .value_name("FILE [EXPORT]")
                    .required(true)
                    .num_args(1..)
                    .help("The file, and the name of the export [default: default]; several, also of several files, run one after another"),
            )
            .arg(
                Arg::new("params-file")
                    .long("params-file")
                    .value_name("FILE")
                    .value_parser(value_parser!(PathBuf))
                    .conflicts_with("params")
                    .help("The parameters, as a file of JSON"),
            )
            .arg(
                Arg::new("browsers")
                    .long("browsers")
                    .value_name("A,B,C")
                    .value_delimiter(',')
                    .conflicts_with_all(["browser", "cdp"])
                    .help("Runs on each of these browsers side by side, each in a session of its own, and prints one table; `BACKEND:BROWSER` names the backend, too"),
            )
            .arg(
                Arg::new("junit")
                    .long("junit")
                    .value_name("FILE")
                    .value_parser(value_parser!(PathBuf))
                    .help("Writes the table as a JUnit report, too"),
            )
            .arg(
                Arg::new("shard")
                    .long("shard")
                    .value_name("I/N")
                    .help("Runs the I-th of N parts of what is to be run, each workflow on each browser being one"),
            )
            .arg(
                Arg::new("retries")
                    .long("retries")
                    .value_name("N")
                    .value_parser(value_parser!(u32))
                    .help("Runs what failed up to N times more, each time in a new session [default: 0]"),
            )
    },
    run,
};

fn run(context: &Context, matches: &ArgMatches) -> Result<Answer> {
    let words = matches.get_many::<String>("what").unwrap_or_default();
    let what = jobs::what(words.map(String::as_str))?;
    let request = request(context, matches)?;
    let is_one = what.len() == 1
        && ["browsers", "junit", "shard", "retries"]
            .iter()
            .all(|id| !matches.contains_id(id));
    if is_one {
        let request = with_file(context, &request, &what[0])?;
        let _spinner = Spinner::start(context, RunWorkflow::SPEC);
        return client::send(context, RunWorkflow::SPEC, request);
    }
    matrix::run(context, matches, &request, &what)
}

/// The request, but for its file.
fn request(context: &Context, matches: &ArgMatches) -> Result<Request> {
    let mut request = client::request(context, RunWorkflow::SPEC, matches)?;
    if let Some(file) = matches.get_one::<PathBuf>("params-file") {
        request.args["params"] = json_in(file, context.env)?;
    }
    Ok(request)
}

fn with_file(context: &Context, request: &Request, what: &jobs::What) -> Result<Request> {
    let mut request = request.clone();
    request.args["file"] = absolute(Path::new(&what.file), context.env)?;
    if let Some(export) = &what.export {
        request.args["export"] = Value::from(export.as_str());
    }
    Ok(request)
}

fn mistake(message: impl Into<String>) -> Error {
    Error::new(Kind::Usage, message.into()).with_hint("greenroom run --help")
}
