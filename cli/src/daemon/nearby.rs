//! What is done when no daemon listens: another one of the workspace is found, or none is needed at all.

use std::path::Path;
use std::sync::Arc;

use greenroom_script::QuickJs;
use greenroom_session_core::ipc::{Address, Client, Request, Response};
use greenroom_session_core::op::{DaemonStatusResult, DaemonStopped, OpSpec};
use greenroom_session_core::service::{Config, Defaults, Service, ServiceOptions};
use greenroom_session_core::store::{Layout, Listed, Phase, Store};
use greenroom_session_core::{Error, Kind, Result};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::record::DaemonRecord;
use crate::command::Context;
use crate::env::Environment;
use crate::output::Answer;

/// The workspace's daemon, where it was started with another runtime folder (by another login, or by a job).
pub(crate) fn elsewhere(workspace: &Path, address: &Address) -> Option<Client> {
    let record = DaemonRecord::of_running(&Layout::new(workspace.to_owned()))?;
    let there = Address::new(record.socket.parent()?.parent()?, workspace);
    if there == *address || there.socket() != record.socket {
        return None;
    }
    Client::connect(&there).ok()
}

/// Whether a daemon must be started for an operation; without one, the process answers it itself.
pub(crate) fn needs_daemon(spec: &OpSpec, workspace: &Path) -> Result<bool> {
    let layout = Layout::new(workspace.to_owned());
    match spec.name {
        "open" | "connect" | "run" => return Ok(true),
        "daemon.status" | "daemon.stop" => return Ok(false),
        "goto" if Config::read(&layout)?.auto_open == Some(true) => return Ok(true),
        _ => {}
    }
    // What only looks needs no daemon for sessions that hold no browser.
    let only_looks = matches!(spec.name, "list" | "status");
    Ok(Store::new(layout).list()?.iter().any(|listed| match listed {
        Listed::Session(record) => match record.phase {
            Phase::Ended => false,
            Phase::Hibernated => !only_looks,
            _ => true,
        },
        Listed::Damaged { .. } => false,
    }))
}

/// Carries an operation out in this process.
pub(crate) fn answer(
    context: &Context,
    spec: &OpSpec,
    workspace: &Path,
    address: &Address,
    request: Request,
) -> Result<Answer> {
    let response = match spec.name {
        "daemon.status" => not_running(&DaemonStatusResult::default()),
        "daemon.stop" => not_running(&DaemonStopped {
            running: false,
            hibernated: Vec::new(),
        }),
        _ => in_process(context, workspace, address, request)?,
    };
    Ok(Answer::Response(response))
}

fn not_running(result: &impl Serialize) -> Response {
    Response {
        ok: true,
        result: serde_json::to_value(result).ok(),
        ..Response::default()
    }
}

fn in_process(context: &Context, workspace: &Path, address: &Address, request: Request) -> Result<Response> {
    let runtime = runtime()?;
    let options = options(context.runner, context.env, workspace, address);
    Ok(runtime.block_on(async { Service::new(options).handle(request, CancellationToken::new()).await }))
}

/// A small runtime, for what is done without a daemon and for the daemon itself.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::new(Kind::Internal, "failed to start the async runtime").with_source(error))
}

/// What the service of a workspace needs to know.
pub(crate) fn options(
    runner: &crate::CliRunner,
    env: &Environment,
    workspace: &Path,
    address: &Address,
) -> ServiceOptions {
    ServiceOptions {
        workspace: workspace.to_owned(),
        scratch: address.scratch(),
        backends: runner.backends(env),
        scripts: Some(Arc::new(QuickJs::new())),
        defaults: Defaults::default(),
    }
}
