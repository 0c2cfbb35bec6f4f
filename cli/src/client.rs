//! The client's way to the daemon: connect, one request, one answer; the daemon is started where one is needed.

use std::io;
use std::path::Path;
use std::time::Duration;

use clap::ArgMatches;
use greenroom_session_core::ipc::{Address, Client, ConnectError, PROTOCOL, Request, Response, Surroundings};
use greenroom_session_core::op::{OpSpec, has_no_deadline, takes_itself};
use greenroom_session_core::{Applied, Error, Kind, Result};

use crate::args;
use crate::command::Context;
use crate::daemon::{nearby, start, stop};
use crate::output::{Answer, Spinner};
use crate::workspace;

/// The deadline that the daemon keeps where none is given; see [`Request::timeout_ms`].
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// How much longer than its deadline the answer may take before the daemon counts as dead.
const GRACE: Duration = Duration::from_secs(10);

/// How often a request is sent again that was certainly not carried out.
const ATTEMPTS: usize = 3;

/// Asks the daemon to carry out an operation with the parameters of the command line.
pub(crate) fn operation(context: &Context, spec: &'static OpSpec, matches: &ArgMatches) -> Result<Answer> {
    let request = request(context, spec, matches)?;
    let _spinner = Spinner::start(context, spec);
    send(context, spec, request)
}

/// Asks the daemon; starts it where one is needed.
pub(crate) fn send(context: &Context, spec: &'static OpSpec, mut request: Request) -> Result<Answer> {
    let workspace = workspace::find(context.globals.workspace.as_deref(), context.env)?;
    let address = Address::new(&context.env.runtime_base(), &workspace);
    let mut attempt = 1;
    loop {
        let mut client = match Client::connect(&address) {
            Ok(client) => client,
            Err(ConnectError::Failed(error)) => return Err(error),
            Err(ConnectError::NoDaemon) => match without_daemon(context, spec, &workspace, &address, &mut request)? {
                Found::Client(client) => client,
                Found::Answer(answer) => return Ok(*answer),
            },
        };
        tracing::debug!(op = spec.name, attempt, "asking the daemon");
        match ask(&mut client, &request, patience(context, &request)) {
            Err(error) if attempt < ATTEMPTS && was_not_read(&error) => attempt += 1,
            answer if spec.name == "daemon.stop" => return stopped(answer, &workspace),
            answer => return answer.map(Answer::Raw),
        }
    }
}

/// How long the answer may take; `None`: as long as it likes.
fn patience(context: &Context, request: &Request) -> Option<Duration> {
    let usual = (!has_no_deadline(&request.op)).then_some(DEFAULT_TIMEOUT);
    let timeout = context.globals.timeout.or(usual)?;
    let itself = takes_itself(&request.op, &request.args);
    Some(timeout.saturating_add(GRACE).saturating_add(itself))
}

/// A daemon of another version, or one that does not answer, cannot be asked to stop.
fn stopped(answer: Result<Vec<u8>>, workspace: &Path) -> Result<Answer> {
    let refused = match &answer {
        Ok(bytes) => serde_json::from_slice::<Response>(bytes)
            .ok()
            .and_then(|response| response.error),
        Err(error) => Some(error.to_wire()),
    };
    if refused.is_some_and(|error| error.kind == Kind::DaemonLost)
        && let Some(response) = stop::by_signal(workspace)?
    {
        return Ok(Answer::Response(response));
    }
    answer.map(Answer::Raw)
}

/// What there is when nobody listens at a workspace's address.
enum Found {
    Client(Client),
    Answer(Box<Answer>),
}

fn without_daemon(
    context: &Context,
    spec: &'static OpSpec,
    workspace: &Path,
    address: &Address,
    request: &mut Request,
) -> Result<Found> {
    if let Some(client) = nearby::elsewhere(workspace, address) {
        return Ok(Found::Client(client));
    }
    if nearby::needs_daemon(spec, workspace)? {
        return start::start(context.runner, workspace, address).map(Found::Client);
    }
    let answer = nearby::answer(context, spec, workspace, address, std::mem::take(request))?;
    Ok(Found::Answer(Box::new(answer)))
}

/// The request of a command.
pub(crate) fn request(context: &Context, spec: &'static OpSpec, matches: &ArgMatches) -> Result<Request> {
    let globals = context.globals;
    Ok(Request {
        protocol: PROTOCOL,
        op: spec.name.to_owned(),
        session: globals.session.clone(),
        page: globals.page.clone(),
        timeout_ms: globals
            .timeout
            .and_then(|timeout| u64::try_from(timeout.as_millis()).ok()),
        args: args::arguments(spec, matches, context.env)?,
        surroundings: Surroundings {
            display: context.env.display && matches!(spec.name, "open" | "run"),
            production: context.env.production && spec.name == "run",
        },
    })
}

/// One request and its answer, as the daemon wrote it; `patience`: how long it may take, where there is a limit.
fn ask(client: &mut Client, request: &Request, patience: Option<Duration>) -> Result<Vec<u8>> {
    client.set_patience(patience)?;
    client.call_raw(request).map_err(|error| match io_kind(&error) {
        Some(io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => Error::new(
            Kind::DaemonLost,
            format!(
                "the daemon did not answer within {} s",
                patience.unwrap_or_default().as_secs()
            ),
        )
        .with_applied(Applied::Unknown)
        .with_hint("greenroom daemon stop    # ends it; browsers run on and are taken over"),
        _ => error,
    })
}

/// Whether the daemon certainly did not carry the request out: it closed the connection before it had read it. A socket
/// that is closed while it holds unread bytes answers `ECONNRESET`, one whose bytes were read an end of file.
fn was_not_read(error: &Error) -> bool {
    error.kind() == Kind::DaemonLost
        && (error.applied() == Applied::No || io_kind(error) == Some(io::ErrorKind::ConnectionReset))
}

fn io_kind(error: &Error) -> Option<io::ErrorKind> {
    std::error::Error::source(error)
        .and_then(|source| source.downcast_ref::<io::Error>())
        .map(io::Error::kind)
}
