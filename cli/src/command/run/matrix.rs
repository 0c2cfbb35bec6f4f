//! Several runs: workflows one after another on each browser, the browsers side by side, one table at the end.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use clap::ArgMatches;
use greenroom_session_core::ipc::{Request, Response};
use greenroom_session_core::op::{Close, Operation, RunWorkflow, WorkflowRan};
use greenroom_session_core::{Error, Kind, Result, WireError};
use serde::Serialize;
use serde_json::{Value, json};

use super::jobs::{Job, On, Shard, What, all, browsers};
use super::{Context, junit, with_file};
use crate::args::resolved;
use crate::client;
use crate::output::{Answer, table};

/// What a run came to.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Done {
    /// The file and the export.
    pub(super) workflow: String,
    /// The browser, as it was written.
    pub(super) browser: String,
    /// The session of its last try; empty where none was made.
    pub(super) session: String,
    /// `completed`, `paused` or `failed`.
    pub(super) status: String,
    /// How long its last try took.
    pub(super) seconds: f64,
    /// How often it was tried.
    pub(super) tries: u32,
    /// What failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
    /// What it wrote.
    #[serde(skip)]
    pub(super) output: String,
}

/// Runs them all, and answers the table.
pub(super) fn run(context: &Context, matches: &ArgMatches, request: &Request, what: &[What]) -> Result<Answer> {
    let backend = request.args["backend"].as_str();
    let on = match matches.get_many::<String>("browsers") {
        Some(words) => browsers(words.map(String::as_str), backend)?,
        None => vec![On {
            backend: backend.map(str::to_owned),
            browser: request.args["browser"].as_str().map(str::to_owned),
        }],
    };
    let shard = matches
        .get_one::<String>("shard")
        .map(|text| text.parse::<Shard>())
        .transpose()?;
    let retries = matches.get_one::<u32>("retries").copied().unwrap_or(0);
    let jobs = all(what, &on);
    let jobs = shard.map_or(jobs.clone(), |shard| shard.part(jobs));
    let plan = Plan {
        context,
        request,
        retries,
        several: what.len() > 1,
        progress: Progress::new(context, &on),
    };
    let mut done = plan.all(&on, &jobs);
    let place = |one: &Done| {
        jobs.iter()
            .position(|job| job.what.name() == one.workflow && job.on.name() == one.browser)
    };
    done.sort_by_key(place);
    plan.progress.wipe();
    if let Some(file) = matches.get_one::<PathBuf>("junit") {
        let file = resolved(file, context.env)?;
        std::fs::write(&file, junit::report(&done)).map_err(|error| Error::io("write", &file, error))?;
    }
    Ok(answer(&done))
}

/// The table; an error beside it where a run failed.
fn answer(done: &[Done]) -> Answer {
    use std::fmt::Write;
    let failed: Vec<_> = done.iter().filter(|one| one.error.is_some()).collect();
    let mut text = tabular(done);
    for one in &failed {
        let error = one.error.as_deref().unwrap_or_default();
        let indented = error.replace('\n', "\n  ");
        let _ = write!(text, "\n{} on {}:\n  {indented}\n", one.workflow, one.browser);
    }
    let error = failed.first().map(|first| {
        let message = format!("{} of {} runs failed", failed.len(), done.len());
        let hint = match first.session.as_str() {
            "" => "greenroom run --help".to_owned(),
            session => format!("greenroom observe --session {session}    # the browser is as it was"),
        };
        Error::new(Kind::Script, message).with_hint(hint).to_wire()
    });
    let response = Response {
        ok: error.is_none(),
        result: Some(json!({ "runs": done })),
        error,
        ..Response::default()
    };
    Answer::Told(response, text)
}

fn tabular(done: &[Done]) -> String {
    let row = |one: &Done| {
        vec![
            one.workflow.clone(),
            one.browser.clone(),
            one.status.clone(),
            format!("{:.1}s", one.seconds),
            one.tries.to_string(),
            if one.status == "completed" {
                String::new()
            } else {
                one.session.clone()
            },
        ]
    };
    let rows: Vec<_> = done.iter().map(row).collect();
    table(&["WORKFLOW", "BROWSER", "STATUS", "TIME", "TRIES", "SESSION"], &rows)
}

struct Plan<'a> {
    context: &'a Context<'a>,
    request: &'a Request,
    retries: u32,
    several: bool,
    progress: Progress,
}

impl Plan<'_> {
    /// A thread for each browser, which has one workflow after the other.
    fn all(&self, on: &[On], jobs: &[Job]) -> Vec<Done> {
        let done = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for (lane, on) in on.iter().enumerate() {
                let done = &done;
                scope.spawn(move || {
                    let mine: Vec<_> = jobs.iter().filter(|job| job.on == *on).collect();
                    for (number, job) in mine.iter().enumerate() {
                        let one = self.one(job, lane, &format!("{}/{}", number + 1, mine.len()));
                        done.lock().unwrap_or_else(PoisonError::into_inner).push(one);
                    }
                    self.progress.tell(lane, "done");
                });
            }
        });
        done.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tries a job until it is done or may not be tried again. The session stays where it failed.
    fn one(&self, job: &Job, lane: usize, number: &str) -> Done {
        let mut tries = 0;
        loop {
            tries += 1;
            let again = if tries > 1 {
                format!(" (try {tries})")
            } else {
                String::new()
            };
            self.progress
                .tell(lane, &format!("{number} {}{again}", job.what.name()));
            let began = Instant::now();
            let answered = self.ask(job, tries);
            let seconds = began.elapsed().as_secs_f64();
            let error = answered.error.as_ref();
            let is_last = tries > self.retries || error.is_none_or(|error| !may_help(error.kind));
            let ran: WorkflowRan = answered
                .result
                .and_then(|ran| serde_json::from_value(ran).ok())
                .unwrap_or_default();
            let session = answered.session.unwrap_or_default();
            let status = if error.is_some() {
                "failed".to_owned()
            } else {
                ran.status
            };
            if !session.is_empty() && (status == "completed" || !is_last) {
                self.close(&session);
            }
            if !is_last {
                continue;
            }
            return Done {
                workflow: job.what.name(),
                browser: job.on.name(),
                session,
                status,
                seconds,
                tries,
                error: answered.error.map(|error: WireError| error.message),
                output: ran.console.iter().flat_map(|line| [line.text.as_str(), "\n"]).collect(),
            };
        }
    }

    fn ask(&self, job: &Job, tries: u32) -> Response {
        let asked = with_file(self.context, self.request, &job.what).map(|mut request| {
            if let Some(backend) = &job.on.backend {
                request.args["backend"] = Value::from(backend.as_str());
            }
            if let Some(browser) = &job.on.browser {
                request.args["browser"] = Value::from(browser.as_str());
            }
            request.session = request
                .session
                .map(|name| session_name(&name, job, self.several, tries));
            request
        });
        let answer = asked.and_then(|request| client::send(self.context, RunWorkflow::SPEC, request));
        respond(answer)
    }

    /// Ends the session of a run that is done. One that cannot be ended stays, as others do.
    fn close(&self, session: &str) {
        let request = Request {
            op: Close::SPEC.name.to_owned(),
            session: Some(session.to_owned()),
            args: json!({ "ifExists": true }),
            timeout_ms: None,
            ..self.request.clone()
        };
        let closed = respond(client::send(self.context, Close::SPEC, request));
        if let Some(error) = closed.error {
            tracing::warn!(session, error = error.message, "failed to close the session of a run");
        }
    }
}

fn respond(answer: Result<Answer>) -> Response {
    let read = answer.and_then(|answer| match answer {
        Answer::Raw(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| Error::new(Kind::DaemonLost, format!("the daemon's answer cannot be read: {error}"))),
        Answer::Response(response) | Answer::Told(response, _) => Ok(response),
        Answer::Printed => Ok(Response::default()),
    });
    read.unwrap_or_else(|error| Response::failed(None, &error))
}

/// Whether the same run may end otherwise.
fn may_help(kind: Kind) -> bool {
    !matches!(kind, Kind::Usage | Kind::Denied | Kind::Unsupported | Kind::NameInUse)
}

/// The name of a run's session below the one that was given; each try has its own.
fn session_name(given: &str, job: &Job, several: bool, tries: u32) -> String {
    let mut name = format!("{given}-{}", job.on.name());
    if several {
        name = format!("{name}-{}", job.what.name());
    }
    if tries > 1 {
        name = format!("{name}-{tries}");
    }
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    name.chars()
        .map(|letter| if allowed(letter) { letter } else { '-' })
        .collect()
}

/// A line for each browser on stderr, where that is a terminal.
struct Progress(Option<Mutex<Vec<(String, String)>>>);

impl Progress {
    fn new(context: &Context, on: &[On]) -> Self {
        let globals = context.globals;
        let wanted = !globals.json && !globals.quiet && std::io::stderr().is_terminal();
        let lines: Vec<_> = on.iter().map(|on| (on.name(), String::new())).collect();
        if wanted {
            let _ = write!(std::io::stderr(), "{}", "\n".repeat(lines.len()));
        }
        Self(wanted.then(|| Mutex::new(lines)))
    }

    fn tell(&self, lane: usize, text: &str) {
        let Some(lines) = &self.0 else { return };
        let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        text.clone_into(&mut lines[lane].1);
        let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let mut drawn = format!("\x1b[{}A", lines.len());
        for (name, text) in lines.iter() {
            let _ = std::fmt::Write::write_fmt(&mut drawn, format_args!("\r\x1b[K{name:<width$}  {text}\n"));
        }
        let _ = std::io::stderr().lock().write_all(drawn.as_bytes());
    }

    /// Takes the lines away before the table is printed.
    fn wipe(&self) {
        if let Some(lines) = &self.0 {
            let lines = lines.lock().unwrap_or_else(PoisonError::into_inner).len();
            let _ = write!(std::io::stderr(), "\x1b[{lines}A\x1b[J");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(browser: &str, status: &str, error: Option<&str>) -> Done {
        Done {
            workflow: "a.ts".to_owned(),
            browser: browser.to_owned(),
            session: format!("ses-{browser}"),
            status: status.to_owned(),
            seconds: 1.25,
            tries: 2,
            error: error.map(str::to_owned),
            output: String::new(),
        }
    }

    #[test]
    fn what_failed_stands_below_the_table() {
        let done = [
            one("chromium", "completed", None),
            one("firefox", "failed", Some("Error: a\n    at a.ts:1:1")),
        ];
        let Answer::Told(response, text) = answer(&done) else {
            panic!()
        };
        assert_eq!(
            text,
            "WORKFLOW  BROWSER   STATUS     TIME  TRIES  SESSION\n\
             a.ts      chromium  completed  1.2s  2\n\
             a.ts      firefox   failed     1.2s  2      ses-firefox\n\
             \n\
             a.ts on firefox:\n  Error: a\n      at a.ts:1:1\n"
        );
        let error = response.error.unwrap();
        assert_eq!(
            (error.kind, error.message.as_str()),
            (Kind::Script, "1 of 2 runs failed")
        );
        assert!(error.hint.unwrap().contains("ses-firefox"));
        let Answer::Told(response, _) = answer(&done[..1]) else {
            panic!()
        };
        assert!(response.ok && response.error.is_none());
    }

    #[test]
    fn each_try_has_a_session_of_its_own() {
        let job = Job {
            what: What {
                file: "flows/a.ts".to_owned(),
                export: Some("go".to_owned()),
            },
            on: browsers(["webdriver:chromium"].into_iter(), None).unwrap().remove(0),
        };
        assert_eq!(session_name("n", &job, false, 1), "n-webdriver-chromium");
        assert_eq!(session_name("n", &job, true, 3), "n-webdriver-chromium-flows-a.ts-go-3");
    }
}
