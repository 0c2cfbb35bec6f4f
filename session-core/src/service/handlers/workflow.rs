//! Workflows: a file is loaded, its session is found or made, its function runs in the session's turn, and may pause.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use greenroom_policy::{AccessMode, Caller};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::script::{keep, serve};
use crate::backend::Size;
use crate::call::Call;
use crate::error::{Error, Kind, Result};
use crate::op::{
    Access, Connect, Open, Operation, ResumeWorkflow, RunWorkflow, SnapshotFiles, SnapshotTaken, WorkflowRan,
};
use crate::script::{Code, LoadedWorkflow, Ran, Repl, Sight, Work, WorkflowFile};
use crate::service::dispatch::{DEFAULT_TIMEOUT, Run, Stage, in_turn_of, nested};
use crate::service::open::carry_out;
use crate::session::{PausedWorkflow, Session, on_disk};
use crate::store::{SessionName, Status, Timestamp, WorkflowRecord};

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

impl RunWorkflow {
    /// The file, and where it may import others from: the workspace where it is in it, else its own package, else its folder.
    async fn file(&self, stage: &Stage) -> Result<WorkflowFile> {
        let layout = stage.service.shared.store.layout().clone();
        let path = self.file.clone();
        let export = self.export.clone();
        let params = self.params.clone().map_or_else(|| json!({}), |params| params.0);
        let production = stage.production;
        on_disk(move || {
            let found = path
                .canonicalize()
                .map_err(|error| no_file(&path, &error.to_string()))?;
            if !found.is_file() {
                return Err(no_file(&path, "it is no file"));
            }
            let real = |folder: &Path| folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
            Ok(WorkflowFile {
                root: root_of(&found, &real(layout.workspace())),
                hidden: real(layout.root()),
                path: found,
                export,
                params,
                production,
            })
        })
        .await
    }

    /// The session to run in, and whether it was made for that.
    async fn session(&self, loaded: &LoadedWorkflow, stage: &mut Stage) -> Result<(Arc<Session>, bool)> {
        if let Some(name) = &stage.named {
            let name: SessionName = name.parse()?;
            if let Some(session) = stage.service.known(&name) {
                self.suits(&session)?;
                stage.is_about(&session);
                return Ok((session, false));
            }
        }
        let is_named = stage.named.is_some();
        let plan = match &self.cdp {
            Some(endpoint) => self.connect(endpoint)?.plan(stage)?,
            None => self.open(loaded).plan(stage)?,
        };
        let call = stage.call.clone();
        stage.call = call.at_most(DEFAULT_TIMEOUT);
        let opened = carry_out(plan, stage).await;
        stage.call = call;
        let session = stage.session().cloned();
        if let (false, Ok(session)) = (is_named, &session) {
            stage.notes.push(format!("session {}", session.name()));
        }
        opened?;
        let session = session?;
        if self.cdp.is_some() {
            // Its page is somebody's: what the workflow wants of it is done as in a session that was there.
            return Ok((session, false));
        }
        Ok((session, true))
    }

    fn open(&self, loaded: &LoadedWorkflow) -> Open {
        let wanted = loaded.viewport.map(|wanted| Size {
            width: wanted.width,
            height: wanted.height,
        });
        let this = self.clone();
        Open {
            url: loaded.start_url.clone(),
            display: this.display,
            backend: this.backend,
            browser: this.browser,
            webdriver_url: this.webdriver_url,
            driver: this.driver,
            viewport: this.viewport.or(wanted),
            storage: this.storage,
            browser_profile: this.browser_profile,
            access: this.access,
            dialogs: this.dialogs,
            own_process: this.own_process,
            arg: this.arg,
            proxy: this.proxy,
            locale: this.locale,
            timezone: this.timezone,
            user_agent: this.user_agent,
            header: this.header,
            ignore_https_errors: this.ignore_https_errors,
            idle_timeout: this.idle_timeout,
            max_duration: this.max_duration,
            test_id_attribute: this.test_id_attribute,
            record_user_actions: this.record_user_actions,
            no_redact: this.no_redact,
            ..Open::default()
        }
    }

    fn connect(&self, endpoint: &str) -> Result<Connect> {
        let this = Self {
            cdp: None,
            backend: None,
            ..self.clone()
        };
        let connect = Connect {
            endpoint: endpoint.to_owned(),
            backend: self.backend.clone(),
            webdriver_session: None,
            access: this.access,
            dialogs: this.dialogs.clone(),
            idle_timeout: this.idle_timeout,
            max_duration: this.max_duration,
            test_id_attribute: this.test_id_attribute.clone(),
            record_user_actions: this.record_user_actions,
            no_redact: this.no_redact,
        };
        let rest = Self {
            access: None,
            dialogs: None,
            idle_timeout: None,
            max_duration: None,
            test_id_attribute: None,
            record_user_actions: None,
            no_redact: false,
            ..this
        };
        match rest.options().first() {
            None => Ok(connect),
            Some(option) => Err(Error::new(
                Kind::Usage,
                format!("`--{option}` is for a browser of ours, and does not go with `--cdp`"),
            )),
        }
    }

    /// The options of a session that were given, by their flags.
    fn options(&self) -> Vec<String> {
        let given = serde_json::to_value(self).unwrap_or_default();
        let default = serde_json::to_value(Self::default()).unwrap_or_default();
        let options = Self::SPEC.params.iter().filter(|param| {
            let key = param.key();
            !["file", "export", "params", "access"].contains(&param.field) && given[&key] != default[&key]
        });
        let flag = |param: &crate::op::ParamSpec| match given[param.key()].as_str() {
            Some(word) if param.shape == crate::op::Shape::Flags => word.to_owned(),
            _ => param.flag(),
        };
        options.map(flag).collect()
    }

    /// Whether a session that is there can be used as it is.
    fn suits(&self, session: &Session) -> Result<()> {
        let name = session.name();
        let options = self.options();
        if let Some(option) = options.first() {
            return Err(Error::new(
                Kind::NameInUse,
                format!("session `{name}` is open already, and `--{option}` is for a new one"),
            )
            .with_hint(format!("greenroom close --session {name}    # or another name")));
        }
        if self.access == Some(Access::WriteAccess) && session.access_mode() == AccessMode::ReadOnly {
            return Err(
                Error::new(Kind::Denied, format!("session `{name}` is read-only")).with_hint(format!(
                    "greenroom session-mode write-access --session {name}    # if it is yours to allow"
                )),
            );
        }
        if session.record().status == Status::Paused {
            return Err(
                Error::new(Kind::NameInUse, format!("a workflow of session `{name}` is paused")).with_hint(format!(
                    "greenroom resume --session {name}    # or: greenroom close --session {name}"
                )),
            );
        }
        Ok(())
    }
}

fn no_file(path: &Path, why: &str) -> Error {
    Error::new(Kind::Usage, format!("failed to read `{}`: {why}", path.display()))
        .with_hint("greenroom run FILE [EXPORT]")
}

/// The folder below which a file may import others.
fn root_of(file: &Path, workspace: &Path) -> PathBuf {
    if file.starts_with(workspace) {
        return workspace.to_owned();
    }
    let folders = || file.ancestors().skip(1);
    let package = folders().find(|folder| folder.join("package.json").is_file());
    package.or_else(|| folders().next()).unwrap_or(workspace).to_owned()
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
        "browser": record.browser.name,
        "version": record.browser.version,
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
    let code = Code {
        work,
        page: page.clone(),
        pages: Sight(Arc::new(move || seen.lock().book.infos())),
        read_only: is_read_only(&session, stage),
        state: session.script_state().await?,
        operations,
        call: stage.call.clone(),
    };
    let ran = serve(stage, repl.run(code), asked, Caller::Script).await;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_imported_from_the_workspace_or_the_package() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        for dir in ["work/flows", "other/deep/down", "bare"] {
            std::fs::create_dir_all(top.join(dir)).unwrap();
        }
        std::fs::write(top.join("other/package.json"), "{}").unwrap();
        std::fs::write(top.join("work/flows/package.json"), "{}").unwrap();
        let workspace = top.join("work");
        for (file, root) in [
            ("work/flows/a.ts", "work"),
            ("other/deep/down/a.ts", "other"),
            ("bare/a.ts", "bare"),
            ("workshop.ts", ""),
        ] {
            let root = if root.is_empty() { top.clone() } else { top.join(root) };
            assert_eq!(root_of(&top.join(file), &workspace), root, "{file}");
        }
    }

    #[test]
    fn what_was_given_is_named_by_its_flag() {
        let run = RunWorkflow {
            file: "a.ts".into(),
            browser: Some("firefox".to_owned()),
            display: Some(crate::op::Display::Headless),
            own_process: true,
            access: Some(Access::ReadOnly),
            ..RunWorkflow::default()
        };
        assert_eq!(run.options(), ["headless", "browser", "own-process"]);
        assert!(
            run.connect("http://127.0.0.1:1")
                .unwrap_err()
                .message()
                .contains("`--headless`")
        );
    }
}
