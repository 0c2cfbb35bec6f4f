//! `doctor`: what browsers, drivers and displays are here, what is missing, and the command that installs it.

use std::fmt::Write;

use clap::{Arg, ArgAction};
use greenroom_session_core::backend::{Diagnosis, Finding};
use greenroom_session_core::ipc::{Client, Response};
use greenroom_session_core::service::Service;
use greenroom_session_core::store::Store;
use greenroom_session_core::{Error, Kind, Result};
use serde::Serialize;
use serde_json::json;

use super::{Context, Local};
use crate::daemon::nearby;
use crate::output::Answer;

pub(super) const DOCTOR: Local = Local {
    words: &["doctor"],
    about: "Tells what is here, what is missing and how to install it",
    hidden: false,
    build: |command| {
        command.arg(
            Arg::new("fix")
                .long("fix")
                .action(ArgAction::SetTrue)
                .help("Runs the commands that install what is missing"),
        )
    },
    run: |context, matches| {
        let mut groups = examine(context)?;
        if matches.get_flag("fix") && fix(context, &groups) {
            groups = examine(context)?;
        }
        Ok(report(&groups))
    },
};

/// What belongs together: a backend's needs, or the machine's.
#[derive(Debug, Serialize)]
struct Group {
    name: String,
    /// Whether it is a backend, of which one must be whole.
    backend: bool,
    checks: Vec<Diagnosis>,
}

fn examine(context: &Context) -> Result<Vec<Group>> {
    let (workspace, address) = (context.workspace()?, context.address()?);
    let options = nearby::options(context.runner, context.env, &workspace, &address);
    let found = nearby::runtime()?.block_on(async { Service::new(options).diagnose().await });
    let mut groups: Vec<_> = found
        .into_iter()
        .map(|(name, checks)| Group {
            name,
            backend: true,
            checks,
        })
        .collect();
    groups.push(Group {
        name: "machine".to_owned(),
        backend: false,
        checks: vec![display(context), runtime(context)?],
    });
    groups.push(Group {
        name: "workspace".to_owned(),
        backend: false,
        checks: vec![files(context)?, daemon(context)?],
    });
    Ok(groups)
}

fn check(subject: &str, finding: Finding, detail: String) -> Diagnosis {
    Diagnosis {
        subject: subject.to_owned(),
        finding,
        detail,
        fix: None,
    }
}

fn display(context: &Context) -> Diagnosis {
    if context.env.display {
        check(
            "display",
            Finding::Ok,
            "here; sessions are headed by default".to_owned(),
        )
    } else {
        check(
            "display",
            Finding::Optional,
            "none; sessions are headless by default".to_owned(),
        )
    }
}

fn runtime(context: &Context) -> Result<Diagnosis> {
    let address = context.address()?;
    Ok(match address.prepare() {
        Ok(()) => check("runtime folder", Finding::Ok, address.folder().display().to_string()),
        Err(error) => check("runtime folder", Finding::Missing, error.message().to_owned()),
    })
}

fn files(context: &Context) -> Result<Diagnosis> {
    let layout = context.layout()?;
    let damaged: Vec<String> = Store::new(layout.clone())
        .list()?
        .into_iter()
        .filter_map(|listed| match listed {
            greenroom_session_core::store::Listed::Damaged { error, .. } => Some(error.message().to_owned()),
            greenroom_session_core::store::Listed::Session(_) => None,
        })
        .collect();
    let settings = greenroom_session_core::service::Config::read(&layout)
        .err()
        .map(|error| error.message().to_owned());
    let wrong: Vec<String> = damaged.into_iter().chain(settings).collect();
    Ok(if wrong.is_empty() {
        check("files", Finding::Ok, layout.workspace().display().to_string())
    } else {
        check("files", Finding::Missing, wrong.join("; "))
    })
}

fn daemon(context: &Context) -> Result<Diagnosis> {
    let address = context.address()?;
    Ok(match Client::connect(&address) {
        Ok(_) => check(
            "daemon",
            Finding::Ok,
            format!("listens on {}", address.socket().display()),
        ),
        Err(_) => check(
            "daemon",
            Finding::Ok,
            "not running; a command that needs it starts it".to_owned(),
        ),
    })
}

/// Runs the commands that install what is missing; whether any was run.
fn fix(context: &Context, groups: &[Group]) -> bool {
    let mut ran = false;
    for fix in groups
        .iter()
        .flat_map(|group| &group.checks)
        .filter(|check| check.finding == Finding::Missing)
        .filter_map(|check| check.fix.as_deref())
    {
        let [program, arguments @ ..] = fix else { continue };
        context.screen.note(&format!("running: {}", fix.join(" ")));
        // What it prints is no data of ours: stdout stays clean.
        let stdout = std::io::stderr();
        let status = std::process::Command::new(program)
            .args(arguments)
            .stdout(
                std::os::fd::AsFd::as_fd(&stdout)
                    .try_clone_to_owned()
                    .map_or_else(|_| std::process::Stdio::null(), Into::into),
            )
            .status();
        match status {
            Ok(status) if status.success() => {}
            Ok(status) => context.screen.note(&format!("`{program}` ended with {status}")),
            Err(error) => context.screen.note(&format!("failed to run `{program}`: {error}")),
        }
        ran = true;
    }
    ran
}

fn report(groups: &[Group]) -> Answer {
    let whole = |group: &&Group| group.backend && group.checks.iter().all(|check| check.finding != Finding::Missing);
    let usable: Vec<_> = groups.iter().filter(whole).map(|group| group.name.as_str()).collect();
    let result = json!({ "usable": usable, "groups": groups });
    let mut text = String::new();
    for group in groups {
        let _ = writeln!(text, "{}", group.name);
        for check in &group.checks {
            let word = match check.finding {
                Finding::Ok => "ok",
                Finding::Optional => "none",
                Finding::Missing => "missing",
            };
            let _ = writeln!(text, "  {word:<8} {:<16} {}", check.subject, check.detail);
            if let Some(fix) = check.fix.as_ref().filter(|_| check.finding != Finding::Ok) {
                let _ = writeln!(text, "  {:<8} {:<16} install it: {}", "", "", fix.join(" "));
            }
        }
    }
    let mut response = Response {
        ok: true,
        result: Some(result),
        ..Response::default()
    };
    if usable.is_empty() {
        let error =
            Error::new(Kind::NotStarted, "no backend has all that it needs").with_hint("greenroom doctor --fix");
        response.ok = false;
        response.error = Some(error.to_wire());
    }
    Answer::Told(response, text)
}
