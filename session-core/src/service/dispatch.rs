//! The way of a request: which operation, which session, may it, its turn, its browser, its answer, its log line.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use greenroom_policy::{AccessMode, Caller};
use serde_json::{Value, json};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{Counted, Service, open};
use crate::backend::Page;
use crate::call::Call;
use crate::error::{Error, Kind, Result};
use crate::ipc::{Request, Response};
use crate::journal::LogEntry;
use crate::layer::{gate, record};
use crate::op::{self, Lane, OpSpec, Operation, ParamKind, ParamSpec, Scope};
use crate::session::Session;
use crate::session::act::Done;
use crate::session::on_disk;
use crate::store::Purpose;

/// The deadline of a command that names none.
pub(super) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// What an operation runs on.
pub(super) struct Stage {
    /// The service.
    pub service: Arc<Service>,
    /// The session; always there for operations of that scope.
    session: Option<Arc<Session>>,
    /// The name that the caller gave, for operations on the workspace.
    pub named: Option<String>,
    /// The page that the caller gave.
    pub page: Option<String>,
    /// Whether the caller has a display.
    pub display: bool,
    /// Whether the caller's surroundings are those of production.
    pub production: bool,
    /// Its script may only look, whatever the session may.
    pub read_only: bool,
    /// The deadline and cancellation.
    pub call: Call,
    /// The session that the answer is about, where the operation makes one.
    pub about: Option<String>,
    /// Remarks for people.
    pub notes: Vec<String>,
    /// What stands as the result beside an error: what was done before it.
    pub done_so_far: Option<Value>,
    /// What was acted on.
    pub done: Option<Done>,
    /// Its script typed something: what that was may stand in the code.
    pub typed: bool,
    /// The command's line for the log, until it is written.
    entry: Option<Entry>,
}

/// What of a command goes into the log.
struct Entry {
    /// Who asked: `command` or `script`.
    target: &'static str,
    op: String,
    args: Value,
    started: Instant,
}

impl Stage {
    /// The session that it runs on.
    pub(super) fn session(&self) -> Result<&Arc<Session>> {
        self.session
            .as_ref()
            .ok_or_else(|| Error::new(Kind::Internal, "an operation without its session"))
    }

    /// The page that it runs on: the one asked for, or the default.
    pub(super) fn page(&self) -> Result<(String, Arc<dyn Page>)> {
        self.session()?.page(self.page.as_deref())
    }
}

/// An operation's work; one implementation for each row of the table.
#[async_trait]
pub(super) trait Run: Operation {
    async fn run(self, stage: &mut Stage) -> Result<Self::Output>;
}

impl Service {
    /// Answers a request. Dropped, it stops as if `cancel` were cancelled.
    pub async fn handle(self: &Arc<Self>, request: Request, cancel: CancellationToken) -> Response {
        let _counted = Counted::new(self);
        self.first_look.get_or_init(|| self.apply_deadlines()).await;
        let started = Instant::now();
        let usual = (!op::has_no_deadline(&request.op)).then_some(DEFAULT_TIMEOUT);
        let timeout = request.timeout_ms.map(Duration::from_millis).or(usual);
        let mut stage = Stage {
            service: Arc::clone(self),
            session: None,
            named: request.session,
            page: request.page,
            display: request.surroundings.display,
            production: request.surroundings.production,
            read_only: false,
            call: Call::new(
                self.next_op(),
                timeout.and_then(|timeout| started.checked_add(timeout)),
                cancel,
            ),
            about: None,
            notes: Vec::new(),
            done_so_far: None,
            done: None,
            typed: false,
            entry: Some(Entry {
                target: "command",
                op: request.op.clone(),
                args: request.args.clone(),
                started,
            }),
        };
        let result = route(&request.op, request.args, &mut stage, Caller::Owner).await;
        let response = answer(&mut stage, result);
        stage.log(response.error.as_ref().map_or("ok", |error| error.kind.name()));
        response
    }
}

/// Finds the operation of that name, and carries it out.
async fn route(op: &str, args: Value, stage: &mut Stage, caller: Caller) -> Result<Value> {
    macro_rules! arms {
        ($($name:ident),+ $(,)?) => {
            match op {
                $(name if name == <crate::op::$name as Operation>::SPEC.name => Box::pin(perform::<crate::op::$name>(args, stage, caller)).await,)+
                _ => Err(unknown_operation(op)),
            }
        };
    }
    crate::op::for_each_operation!(arms)
}

/// Takes one operation through the layers, in their order. A script's has its command's session.
async fn perform<O: Run>(args: Value, stage: &mut Stage, caller: Caller) -> Result<Value> {
    let spec = O::SPEC;
    let session = match caller {
        Caller::Owner if spec.scope == Scope::Workspace => return run::<O>(args, stage).await,
        Caller::Owner => {
            let session = match stage.service.find(stage.named.as_deref()) {
                Err(error) if error.kind() == Kind::NoSession && spec.name == "goto" => {
                    open::automatically(error, stage).await?
                }
                found => found?,
            };
            stage.is_about(&session);
            session
        }
        Caller::Script | Caller::ReadOnlyScript => stage.session()?.clone(),
    };
    recorded::<O>(args, session, stage, caller).await
}

/// Carries out an operation that a script of the stage's command asks for: in that command's turn, and through the same
/// gate and records as any other.
pub(super) async fn nested(op: &str, args: Value, mut stage: Stage, caller: Caller) -> Result<Value> {
    let result = route(op, args, &mut stage, caller).await;
    stage.log(result.as_ref().map_or_else(|error| error.kind().name(), |_| "ok"));
    result
}

/// What no script does: it has its session, and is in a script already.
fn is_for_scripts(spec: &OpSpec) -> Result<()> {
    if spec.scope == Scope::Workspace || matches!(spec.name, "exec" | "readonly-exec") {
        return Err(Error::new(Kind::Usage, format!("a script cannot `{}`", spec.name)));
    }
    Ok(())
}

/// The parameters with the files that a script means by its paths: none that it must not reach.
async fn confined(spec: &'static OpSpec, mut args: Value, session: &Arc<Session>) -> Result<Value> {
    let paths = spec.params.iter().filter(|param| param.kind == ParamKind::Path);
    let keys: Vec<String> = paths.map(ParamSpec::key).filter(|key| !args[key].is_null()).collect();
    if keys.is_empty() {
        return Ok(args);
    }
    let session = Arc::clone(session);
    on_disk(move || {
        for key in keys {
            let purpose = match (spec.name, key.as_str()) {
                ("screenshot", _) | ("script.save-download", "to") => Purpose::Write,
                _ => Purpose::Read,
            };
            let given = match args.get_mut(&key) {
                Some(Value::Array(given)) => given.iter_mut().collect(),
                given => given.into_iter().collect::<Vec<_>>(),
            };
            for path in given {
                let text = path.as_str().unwrap_or_default();
                *path = session
                    .file_of_script(Path::new(text), purpose)?
                    .to_string_lossy()
                    .into();
            }
        }
        Ok(args)
    })
    .await
}

/// The gate, the operation, and its record.
async fn recorded<O: Run>(args: Value, session: Arc<Session>, stage: &mut Stage, caller: Caller) -> Result<Value> {
    let spec = O::SPEC;
    let effect = gate::effect(spec, &args);
    let mode = if stage.read_only {
        AccessMode::ReadOnly
    } else {
        session.access_mode()
    };
    let passed = gate::pass(spec, effect, session.name(), mode, caller);
    // What is only tried is no action, unless it is denied.
    let is_one = passed.is_err() || !record::is_trial(&args);
    let action = is_one
        .then(|| record::Action::begin(spec, effect, &args, &session, stage.call.op()))
        .flatten();
    let result = match (passed, caller) {
        (Err(denied), _) => Err(denied),
        (Ok(()), Caller::Owner) => in_session::<O>(args, &session, stage).await,
        (Ok(()), _) => match is_for_scripts(spec) {
            Ok(()) => match confined(spec, args, &session).await {
                Ok(args) => in_turn::<O>(args, &session, stage).await,
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        },
    };
    let done = stage.done.take();
    if let Some(entry) = &mut stage.entry {
        record::mask(spec.name, &mut entry.args, done.as_ref());
    }
    if let Some(action) = action {
        action.end(result.as_ref().err(), done.as_ref());
    }
    result.map_err(|error| name_session(error, &session))
}

/// The session's side of an operation.
async fn in_session<O: Run>(args: Value, session: &Arc<Session>, stage: &mut Stage) -> Result<Value> {
    let call = stage.call.clone();
    in_turn_of(session, &call, O::SPEC, in_turn::<O>(args, session, stage)).await
}

/// Does work that is an operation's in a session: its turn, its browser; it ends when the session does.
pub(super) async fn in_turn_of<T>(
    session: &Arc<Session>,
    call: &Call,
    spec: &OpSpec,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let ended = session.ended().clone();
    let work = async {
        let _turn = match spec.lane {
            Lane::Queue => Some(
                call.bound("the session's other commands", async { Ok(session.queue.lock().await) })
                    .await?,
            ),
            Lane::Beside => None,
        };
        let _in_use = session.begin(call.op());
        if spec.wakes {
            session.wake(call).await?;
        }
        work.await
    };
    tokio::select! {
        biased;
        // Asked first: when the session ends, its browser goes too, and that is not the reason.
        () = ended.cancelled() => Err(session.end_error()),
        result = work => result,
    }
}

/// An operation whose turn it is: its capabilities, and its work.
async fn in_turn<O: Run>(args: Value, session: &Arc<Session>, stage: &mut Stage) -> Result<Value> {
    if O::SPEC.wakes {
        let (browser, _) = session.browser()?;
        for capability in O::SPEC.needs {
            browser.capabilities().require(*capability)?;
        }
    }
    run::<O>(args, stage).await
}

async fn run<O: Run>(args: Value, stage: &mut Stage) -> Result<Value> {
    let operation: O = parse(O::SPEC, args)?;
    let output = operation.run(stage).await?;
    serde_json::to_value(output)
        .map_err(|error| Error::new(Kind::Internal, "failed to write the result").with_source(error))
}

/// Reads an operation's parameters: what it requires is there, and nothing that it does not know.
fn parse<O: Operation>(spec: &OpSpec, args: Value) -> Result<O> {
    let args = if args.is_null() { json!({}) } else { args };
    for param in spec.params.iter().filter(|param| param.required) {
        if args.get(param.key()).is_none() {
            return Err(Error::new(
                Kind::Usage,
                format!("`{}` needs `{}`", spec.name, param.key()),
            ));
        }
    }
    serde_json::from_value(args).map_err(|error| Error::new(Kind::Usage, format!("`{}`: {error}", spec.name)))
}

fn unknown_operation(op: &str) -> Error {
    let near = crate::text::nearest(
        op,
        crate::op::TABLE
            .iter()
            .filter(|spec| !spec.is_inner())
            .map(|spec| spec.name),
    );
    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Error::new(Kind::Usage, format!("no operation `{op}`{near}"))
}

/// Gives an error of a session's operation the next command to run, where it has none of its own.
fn name_session(error: Error, session: &Session) -> Error {
    let name = session.name().to_string();
    let hint = match error.kind() {
        Kind::Timeout | Kind::PageCrashed => format!("greenroom reload --session {name}"),
        Kind::DialogOpen => format!("greenroom dialog accept --session {name}    # or: dialog dismiss"),
        Kind::PageGone => format!("greenroom pages --session {name}"),
        Kind::BrowserLost => format!("greenroom get url --session {name}    # any command brings the session back"),
        Kind::Navigation => format!("greenroom network --failed --session {name}"),
        _ => return error.with_context("session", name),
    };
    error.or_hint(|| hint).with_context("session", name)
}

fn answer(stage: &mut Stage, result: Result<Value>) -> Response {
    let session = stage.about.clone().or_else(|| stage.named.clone());
    let mut response = match result {
        Ok(result) => Response {
            ok: true,
            session,
            result: Some(result),
            ..Response::default()
        },
        Err(error) => Response {
            result: stage.done_so_far.take(),
            ..Response::failed(session, &error)
        },
    };
    response.notes = std::mem::take(&mut stage.notes);
    if let Some(session) = &stage.session {
        let (events, restored) = session.tell();
        response.events = events;
        if let Some((how, notes)) = restored {
            response.restored = Some(how);
            response.notes.extend(notes);
        }
    }
    response
}

impl Drop for Stage {
    /// A command whose caller went away has its line too.
    fn drop(&mut self) {
        self.log(Kind::Cancelled.name());
    }
}

impl Stage {
    /// Writes the command's line in the session's own log, once.
    fn log(&mut self, outcome: &str) {
        let (
            Some(Entry {
                target,
                op,
                mut args,
                started,
            }),
            Some(session),
        ) = (self.entry.take(), &self.session)
        else {
            return;
        };
        if self.typed {
            record::mask_code(&mut args);
        }
        record::mask_params(&op, &mut args);
        session.journal().log(&LogEntry {
            level: if outcome == "ok" { "info" } else { "warn" }.to_owned(),
            target: target.to_owned(),
            message: op,
            fields: json!({ "args": args, "durationMs": started.elapsed().as_secs_f64() * 1000.0, "outcome": outcome }),
            op: Some(self.call.op().to_owned()),
        });
    }

    /// The same stage for a task that goes on without the caller; it writes no line of its own.
    pub(super) fn fork(&self) -> Self {
        Self {
            service: Arc::clone(&self.service),
            session: self.session.clone(),
            named: self.named.clone(),
            page: self.page.clone(),
            display: self.display,
            production: self.production,
            read_only: self.read_only,
            call: self.call.clone(),
            about: self.about.clone(),
            notes: Vec::new(),
            done_so_far: None,
            done: None,
            typed: false,
            entry: None,
        }
    }

    /// The stage of an operation that this one's script asks for; it has a line of its own.
    pub(super) fn for_script(&self, op: &str, args: &Value, page: Option<String>, timeout: Option<Duration>) -> Self {
        let mut stage = self.fork();
        if let Some(timeout) = timeout {
            stage.call = stage.call.at_most(timeout);
        }
        stage.page = page.or_else(|| stage.page.take());
        stage.entry = Some(Entry {
            target: "script",
            op: op.to_owned(),
            args: args.clone(),
            started: Instant::now(),
        });
        stage
    }

    /// The operation is about this session from now on: for those that make the session that they are about.
    pub(super) fn is_about(&mut self, session: &Arc<Session>) {
        self.about = Some(session.name().to_string());
        self.session = Some(Arc::clone(session));
    }
}
