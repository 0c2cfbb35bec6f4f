//! `daemon run`: the daemon in this process. A client starts it so, and a person may, to watch it.

use clap::{Arg, ArgAction};
use greenroom_session_core::ipc::Response;

use super::Local;
use crate::daemon::run::{Plan, run};
use crate::output::Answer;

pub(super) const RUN: Local = Local {
    words: &["daemon", "run"],
    about: "Runs the daemon in the foreground; any command starts one in the background where it is needed",
    hidden: false,
    build: |command| {
        command.arg(
            Arg::new("detached")
                .long("detached")
                .hide(true)
                .action(ArgAction::SetTrue)
                .help("As a client starts it"),
        )
    },
    run: |context, matches| {
        let workspace = context.workspace()?;
        let address = context.address()?;
        let detached = matches.get_flag("detached");
        let plan = Plan {
            runner: context.runner,
            workspace: &workspace,
            address,
            env: context.env,
            detached,
        };
        let result = run(&plan);
        if detached {
            // The starter has been told on the pipe; stderr is daemon.log.
            return result.map(|()| Answer::Printed);
        }
        result.map(|()| {
            Answer::Told(
                Response {
                    ok: true,
                    ..Response::default()
                },
                String::new(),
            )
        })
    },
};
