//! Workflows: a file is loaded, its session is found or made, its function runs in the session's turn, and may pause.

mod target;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use greenroom_policy::{AccessMode, Caller};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::script::{Told, keep, serve};
use crate::backend::BrowserIdentity;
use crate::call::Call;
use crate::error::{Error, Kind, Result};
use crate::op::{Access, Operation, ResumeWorkflow, RunWorkflow, SnapshotFiles, SnapshotTaken, WorkflowRan};
use crate::script::{Code, LoadedWorkflow, Ran, Repl, Sight, Tap, Work, WorkflowFile};
use crate::service::dispatch::{DEFAULT_TIMEOUT, Run, Stage, in_turn_of, nested};
use crate::session::{PausedWorkflow, Session};
use crate::store::{Status, Timestamp, WorkflowRecord};

/// How long the snapshot of a failure may take.
const SNAPSHOT: Duration = Duration::from_secs(15);

#[async_trait]
impl Run for RunWorkflow {
    async fn run(self, stage: &mut Stage) -> Result<WorkflowRan> {
        if self.auth_profile.is_some() {
            return Err(no_profiles("`--auth-profile`"));
        }
        let repl = Session::fresh_repl(&stage.service.shared)?;
        let file = self.file(stage).await?;
        let loaded = load(repl.as_ref(), file.clone(), stage).await?;
        if loaded.auth_profile.is_some() {
            return Err(no_profiles("the workflow's `authProfile`"));
        }
        let (session, is_new) = self.session(&loaded, stage).await?;
        stage.read_only = self.access == Some(Access::ReadOnly);
        let record = WorkflowRecord {
            file: file.path,
            export: file.export,
            name: loaded.name.clone(),
            started_at: Timestamp::now(),
            ended_at: None,
        };
        let call = stage.call.clone();
        // Its turn is that of a command which waits for the others and brings the browser back.
        in_turn_of(&session, &call, ResumeWorkflow::SPEC, async {
            let running = Running::begin(&session, record).await?;
            let prepared = if is_new { Ok(()) } else { prepare(&loaded, stage).await };
            let ended = match prepared {
                Ok(()) => {
                    let page = first_page(&session, stage.page.as_deref())?;
                    carry_on(&repl, Work::Start(about(&session, stage)), page, stage).await?
                }
                Err(error) => Ended::early(error),
            };
            running.end(ended, repl, stage).await
        })
        .await
    }
}

#[async_trait]
impl Run for ResumeWorkflow {
    async fn run(self, stage: &mut Stage) -> Result<WorkflowRan> {
        let session = stage.session()?.clone();
        let Some(paused) = session.scripts.take_paused() else {
            return Err(nothing_paused(&session));
        };
        let running = Running::go_on(&session).await?;
        stage.read_only = paused.read_only;
        let ended = carry_on(&paused.repl, Work::Resume, paused.page, stage).await?;
        running.end(ended, paused.repl, stage).await
    }
}

fn no_profiles(what: &str) -> Error {
    Error::new(
        Kind::Unsupported,
        format!("{what} needs auth profiles, which this version of greenroom does not have"),
    )
    .with_hint("--storage persistent --browser-profile NAME    # keeps a sign-in for later runs")
}

fn nothing_paused(session: &Session) -> Error {
    let record = session.record();
    let name = session.name();
    let (message, file) = match (&record.workflow, record.status) {
        (Some(workflow), Status::Failed) => {
            let reason = record.reason.unwrap_or_default();
            let reason = reason.lines().next().unwrap_or_default();
            (
                format!("the workflow of session `{name}` has failed: {reason}"),
                Some(&workflow.file),
            )
        }
        (Some(workflow), _) => (
            format!("the workflow of session `{name}` is not paused, it has ended"),
            Some(&workflow.file),
        ),
        (None, _) => (format!("session `{name}` has no workflow"), None),
    };
    let file = file.map_or("FILE".to_owned(), |file| file.display().to_string());
    Error::new(Kind::Script, message).with_hint(format!("greenroom run {file} --session {name}"))
}

/// Loads the file. What it asks for meanwhile is refused: it has no session yet.
async fn load(repl: &dyn Repl, file: WorkflowFile, stage: &mut Stage) -> Result<LoadedWorkflow> {
    let (operations, mut asked) = mpsc::unbounded_channel();
    let run = repl.run(Code {
        work: Work::Load(Box::new(file)),
        page: None,
        pages: Sight(Arc::new(Vec::new)),
        browser: BrowserIdentity::default(),
        events: Arc::new(Tap::deaf()),
        read_only: false,
        state: json!({}),
        operations,
        call: stage.call.at_most(DEFAULT_TIMEOUT),
    });
    let mut run = std::pin::pin!(run);
    let ran = loop {
        tokio::select! {
            ran = &mut run => break ran,
            Some(asked) = asked.recv() => {
                let why = format!("`{}` cannot be done while the file is loaded: only the workflow has a session", asked.name);
                (asked.reply)(Err(Error::new(Kind::Script, why).to_wire()));
            }
        }
    };
    stage.notes.extend(ran.notes);
    if ran.value.is_err() && !ran.console.is_empty() {
        stage.done_so_far = serde_json::to_value(WorkflowRan {
            status: Status::Failed.to_string(),
            console: ran.console,
            console_dropped: ran.console_dropped,
            ..WorkflowRan::default()
        })
        .ok();
    }
    let told = |error| Error::new(Kind::Script, format!("the workflow's options cannot be read: {error}"));
    serde_json::from_value(ran.value?.value).map_err(told)
}

/// What the workflow wants of a page that is there: through the gate, as what the workflow itself does.
async fn prepare(loaded: &LoadedWorkflow, stage: &Stage) -> Result<()> {
    let mut steps = Vec::new();
    if let Some(size) = loaded.viewport {
        let size = format!("{}x{}", size.width, size.height);
        steps.push(("set-viewport", json!({ "size": size })));
    }
    if let Some(url) = &loaded.start_url {
        steps.push(("goto", json!({ "url": url })));
    }
    for (name, args) in steps {
        let stage = stage.for_script(name, &args, None, Some(DEFAULT_TIMEOUT));
        nested(name, args, stage, Caller::Script).await?;
    }
    Ok(())
}

fn first_page(session: &Session, named: Option<&str>) -> Result<Option<String>> {
    match named {
        Some(id) => session.page(Some(id)).map(|(id, _)| Some(id)),
        None => Ok(session.page(None).ok().map(|(id, _)| id)),
    }
}

fn is_read_only(session: &Session, stage: &Stage) -> bool {
    stage.read_only || session.access_mode() == AccessMode::ReadOnly
}

/// What a workflow is told of its session.
fn about(session: &Session, stage: &Stage) -> Value {
    let record = session.record();
    let mode = if is_read_only(session, stage) {
        AccessMode::ReadOnly
    } else {
        AccessMode::WriteAccess
    };
    json!({
        "session": record.session,
        "accessMode": mode.name(),
    })
}

/// How a stretch of a workflow ended, up to its end or its pause.
struct Ended {
    ran: Ran,
    page: Option<String>,
}

impl Ended {
    fn early(error: Error) -> Self {
        Self {
            ran: Ran::failed(error),
            page: None,
        }
    }
}

/// Runs a stretch of a workflow.
async fn carry_on(repl: &Arc<dyn Repl>, work: Work, page: Option<String>, stage: &mut Stage) -> Result<Ended> {
    let session = stage.session()?.clone();
    let (operations, asked) = mpsc::unbounded_channel();
    let seen = session.clone();
    let read_only = is_read_only(&session, stage);
    let told = Told::of(&session, read_only);
    let code = Code {
        work,
        page: page.clone(),
        pages: Sight(Arc::new(move || seen.lock().book.infos())),
        browser: session.browser()?.0.identity().clone(),
        read_only,
        events: Arc::clone(&told.events),
        state: session.script_state().await?,
        operations,
        call: stage.call.clone(),
    };
    let ran = serve(stage, repl.run(code), asked, Caller::Script).await;
    told.end(stage);
    Ok(Ended { ran, page })
}

/// A workflow that runs. Dropped before it has ended, it was cancelled.
struct Running {
    session: Arc<Session>,
    is_over: bool,
}

impl Running {
    /// A workflow begins: the session says so.
    async fn begin(session: &Arc<Session>, workflow: WorkflowRecord) -> Result<Self> {
        session.log(
            "info",
            "a workflow begins",
            json!({ "file": workflow.file, "export": workflow.export, "name": workflow.name }),
        );
        {
            let mut inner = session.lock();
            inner.record.workflow = Some(workflow);
            inner.record.reason = None;
        }
        Self::go_on(session).await
    }

    async fn go_on(session: &Arc<Session>) -> Result<Self> {
        let running = Self {
            session: Arc::clone(session),
            is_over: false,
        };
        session.lock().record.status = Status::Active;
        session.save_or_fail().await?;
        Ok(running)
    }

    /// It has ended, or paused: the session says so, and the caller is told.
    async fn end(mut self, ended: Ended, repl: Arc<dyn Repl>, stage: &mut Stage) -> Result<WorkflowRan> {
        let Ended { ran, page } = ended;
        let session = Arc::clone(&self.session);
        stage.notes.extend(ran.notes);
        keep(ran.state, &session, stage).await;
        let mut told = WorkflowRan {
            console: ran.console,
            console_dropped: ran.console_dropped,
            ..WorkflowRan::default()
        };
        let (status, result) = match ran.value {
            Ok(_) if ran.paused => {
                session.scripts.pause(PausedWorkflow {
                    repl,
                    page,
                    read_only: stage.read_only,
                });
                let hint = format!(
                    "greenroom resume --session {}    # goes on behind the `pause()`",
                    session.name()
                );
                stage.notes.push(format!("the workflow is paused: {hint}"));
                session.lock().record.status = Status::Paused;
                (Status::Paused, Ok(Value::Null))
            }
            Ok(produced) => {
                session.lock().record.end_workflow(Status::Completed, None);
                (Status::Completed, Ok(produced.value))
            }
            Err(error) => {
                let reason = error.message().to_owned();
                if error.kind() != Kind::Cancelled {
                    told.snapshot = snapshot(stage).await;
                }
                session.lock().record.end_workflow(Status::Failed, Some(reason));
                (Status::Failed, Err(inspectable(error, &session)))
            }
        };
        self.is_over = true;
        let reason = result.as_ref().err().map(|error| error.message().to_owned());
        session.log(
            "info",
            "the workflow stands",
            json!({ "status": status, "reason": reason }),
        );
        session.save().await;
        told.status = status.to_string();
        match result {
            Ok(value) => Ok(WorkflowRan { value, ..told }),
            Err(error) => {
                stage.done_so_far = serde_json::to_value(told).ok();
                Err(error)
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        let session = Arc::clone(&self.session);
        let reason = "the workflow was cancelled: its caller went away";
        session
            .lock()
            .record
            .end_workflow(Status::Failed, Some(reason.to_owned()));
        session.log("warn", reason, json!(null));
        // Without a runtime the daemon ends, and the next one sees what was not written.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { session.save().await });
        }
    }
}

/// What the page is like where a workflow failed; a note says why there is none.
async fn snapshot(stage: &mut Stage) -> Option<SnapshotFiles> {
    let args = json!({});
    let mut nested_stage = stage.for_script("snapshot", &args, stage.page.clone(), None);
    // The workflow's own time may be over.
    let cancel = stage.call.cancellation().clone();
    let until = tokio::time::Instant::now() + SNAPSHOT;
    nested_stage.call = Call::new(stage.call.op(), Some(until), cancel);
    let call = nested_stage.call.clone();
    let taken = call
        .bound("the snapshot", nested("snapshot", args, nested_stage, Caller::Script))
        .await;
    let taken = taken.and_then(|taken| {
        serde_json::from_value::<SnapshotTaken>(taken).map_err(|error| Error::new(Kind::Internal, error.to_string()))
    });
    match taken {
        Ok(taken) => {
            stage
                .notes
                .push(format!("the page as it was: {}", taken.files.yaml.display()));
            Some(taken.files)
        }
        Err(error) => {
            stage
                .notes
                .push(format!("there is no snapshot of the failure: {}", error.message()));
            None
        }
    }
}

/// The error of a workflow, with how its browser can be looked at.
fn inspectable(error: Error, session: &Session) -> Error {
    let name = session.name();
    let inspect = format!(
        "greenroom observe --session {name}    # the browser is as it was; greenroom close --session {name} ends it"
    );
    if matches!(error.kind(), Kind::Denied | Kind::Unsupported) {
        return error.or_hint(|| inspect);
    }
    error.with_hint(inspect)
}
