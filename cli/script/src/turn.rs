//! A call's turn on the realm's thread: its code begins, jobs, timers and answers go round until it has ended.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use greenroom_session_core::script::{Code, Produced, Ran, Work};
use greenroom_session_core::{Applied, Error, Kind, WireError};
use rquickjs::{Ctx, Value};
use serde::Deserialize;
use serde_json::json;

use crate::compile::{Awaited, Compiled, compile};
use crate::failure::{Calls, Thrown, of_mistake};
use crate::host::told;
use crate::realm::Realm;
use crate::repl::Message;
use crate::workflow::Begin;

/// How long what a call leaves behind may take to come to rest.
const REST: Duration = Duration::from_secs(1);

/// How long before the call's deadline an operation may give up that has no other one.
const LAST_MOMENT: Duration = Duration::from_millis(300);

/// The longest `state` that is kept.
const LONGEST_STATE: usize = 1 << 20;

/// What runs on a realm's thread.
pub(crate) struct Worker {
    messages: Receiver<Message>,
    realm: Option<Realm>,
    calls: Calls,
    call: u64,
    notes: Vec<String>,
}

/// Why a call ends before its code does.
#[derive(Clone, Copy)]
enum Stop {
    Deadline,
    Cancelled,
    /// It waits at a `pause()`, and nothing that it asked for is under way.
    Paused,
}

/// Work whose code is known to be such.
struct Prepared {
    begin: Begin,
    /// What each `await` of it waits for.
    awaits: Vec<Awaited>,
}

/// What our JavaScript tells of a result.
#[derive(Deserialize)]
struct Told {
    text: String,
    value: String,
}

impl Worker {
    pub(crate) fn new(messages: Receiver<Message>) -> Self {
        Self {
            messages,
            realm: None,
            calls: Calls::default(),
            call: 0,
            notes: Vec::new(),
        }
    }

    /// Runs one call after the other, until nobody can send another.
    pub(crate) fn work(mut self) {
        while let Ok(message) = self.messages.recv() {
            match message {
                // What goes wrong is told to the call that needs it.
                Message::Prepare => self.realm = Realm::new().ok(),
                Message::Run(job) => {
                    let _ = job.begun.send(());
                    let ran = self.run(job.code, job.inbox, &job.cancelled);
                    // Whoever waited has gone.
                    let _ = job.done.send(ran);
                }
                _ => {}
            }
        }
    }

    fn run(
        &mut self,
        code: Code,
        inbox: Sender<Message>,
        cancelled: &std::sync::Arc<std::sync::atomic::AtomicBool>,
    ) -> Ran {
        self.call += 1;
        let Code {
            work,
            page,
            pages,
            browser,
            read_only,
            events,
            state,
            operations,
            call,
        } = code;
        let Prepared { begin, awaits } = match self.prepare(work) {
            Ok(prepared) => prepared,
            Err(error) => return Ran::failed(error),
        };
        let realm = match self.realm.take() {
            Some(realm) => Ok(realm),
            None => Realm::new(),
        };
        let realm = match realm {
            Ok(realm) => realm,
            Err(error) => {
                let error = Error::new(Kind::Internal, format!("failed to start the script engine: {error}"));
                return Ran::failed(error);
            }
        };
        *realm.brake.cancelled.borrow_mut() = std::sync::Arc::clone(cancelled);
        *realm.brake.until.borrow_mut() = call.deadline().map(tokio::time::Instant::into_std);
        let goes_on = matches!(begin, Begin::Resume);
        {
            let mut host = realm.host.borrow_mut();
            if !goes_on {
                host.clear();
            }
            host.paused = false;
            host.call = self.call;
            host.operations = Some(operations);
            let (number, sender) = (self.call, inbox.clone());
            events.open(move |text| {
                // The thread has ended, and the call with it.
                let _ = sender.send(Message::Event { call: number, text });
            });
            host.events = Some(events);
            host.browser = browser;
            host.pages = Some(pages);
            host.inbox = Some(inbox);
        }
        let is_load = matches!(begin, Begin::Load(_));
        let page = page.unwrap_or_default();
        let began = realm.context.with(|ctx| {
            if !goes_on {
                realm
                    .export(&ctx, "begin")?
                    .call::<_, ()>((page, read_only, state.to_string()))?;
            }
            begin.call(&realm, &ctx, self.call)
        });
        let stopped = match began {
            Ok(()) => self.go_round(&realm),
            Err(error) => {
                let told = realm.context.with(|ctx| caught(&realm, &ctx, &error));
                realm.host.borrow_mut().ended.get_or_insert((false, told));
                stop_of(&realm)
            }
        };
        if matches!(stopped, Some(Stop::Paused)) {
            return self.pause(realm);
        }
        let value = self.value(&realm, stopped, &awaits, is_load);
        self.finish(realm, value)
    }

    /// What is to be done for a piece of work, before a realm is needed for it.
    fn prepare(&mut self, work: Work) -> Result<Prepared, Error> {
        let is_paused = self.realm.as_ref().is_some_and(|realm| realm.host.borrow().paused);
        let begin = match work {
            Work::Code(source) => {
                let Compiled {
                    code,
                    positions,
                    awaits,
                } = compile(&source).map_err(|mistake| of_mistake(&mistake, &source))?;
                self.calls.add(self.call, positions);
                return Ok(Prepared {
                    begin: Begin::Code(code),
                    awaits,
                });
            }
            Work::Load(file) => Begin::Load(file),
            Work::Start(about) => Begin::Start(about),
            Work::Resume if is_paused => Begin::Resume,
            Work::Resume => return Err(Error::new(Kind::Script, "the workflow is not paused")),
        };
        Ok(Prepared {
            begin,
            awaits: Vec::new(),
        })
    }

    /// Jobs, answers and timers, until the code has ended and all that it asked for is done.
    fn go_round(&self, realm: &Realm) -> Option<Stop> {
        loop {
            if let Some(stop) = run_jobs(realm) {
                return Some(stop);
            }
            let is_over = {
                let host = realm.host.borrow();
                if host.paused && host.under_way == 0 && host.ended.is_none() {
                    return Some(Stop::Paused);
                }
                match &host.ended {
                    Some((true, _)) => host.under_way == 0,
                    Some((false, _)) => true,
                    None => false,
                }
            };
            if is_over {
                return None;
            }
            if fire_due(realm) {
                continue;
            }
            let now = Instant::now();
            let until = *realm.brake.until.borrow();
            let next = realm.host.borrow().next_time().into_iter().chain(until).min();
            let message = match next {
                Some(next) => self.messages.recv_timeout(next.saturating_duration_since(now)),
                None => self.messages.recv().map_err(RecvTimeoutError::from),
            };
            match message {
                Ok(Message::Answer { call, id, answer }) if call == self.call => settle(realm, id, answer),
                Ok(Message::Event { call, text }) if call == self.call => tell(realm, text),
                Ok(_) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Some(Stop::Cancelled),
            }
        }
    }

    /// What the call came to.
    fn value(
        &mut self,
        realm: &Realm,
        stopped: Option<Stop>,
        awaits: &[Awaited],
        is_load: bool,
    ) -> Result<Produced, Error> {
        match stopped {
            Some(Stop::Deadline) => return Err(late(realm, awaits)),
            Some(Stop::Cancelled) => return Err(Error::new(Kind::Cancelled, "the script was cancelled")),
            Some(Stop::Paused) | None => {}
        }
        let ended = realm.host.borrow_mut().ended.take();
        match ended {
            Some((true, told)) => {
                let told: Told = serde_json::from_str(&told)
                    .map_err(|error| Error::new(Kind::Internal, format!("the result cannot be read: {error}")))?;
                self.unhandled(realm)?;
                Ok(Produced {
                    value: serde_json::from_str(&told.value).unwrap_or_default(),
                    text: told.text,
                })
            }
            Some((false, told)) => {
                let mut thrown: Thrown = serde_json::from_str(&told).unwrap_or_default();
                if thrown.is_null() && realm.is_full() {
                    thrown = Thrown::out_of_memory();
                }
                let usage = thrown.as_usage().filter(|_| is_load);
                Err(usage.unwrap_or_else(|| self.error(realm, &thrown)))
            }
            None => Err(Error::new(Kind::Internal, "the script ended without a result")),
        }
    }

    fn error(&self, realm: &Realm, thrown: &Thrown) -> Error {
        let modules = realm.modules.0.borrow();
        self.calls.error(thrown, self.call, modules.files.as_ref())
    }

    /// A rejection that nobody handled is an error of the call.
    fn unhandled(&self, realm: &Realm) -> Result<(), Error> {
        let (first, count) = {
            let mut host = realm.host.borrow_mut();
            let rejections = std::mem::take(&mut host.rejections);
            let count = rejections.len() + host.rejections_dropped;
            (rejections.into_iter().next(), count)
        };
        let Some((_, reason)) = first else { return Ok(()) };
        let told = realm.context.with(|ctx| {
            let reason = reason.restore(&ctx)?;
            realm.export(&ctx, "explain")?.call::<_, String>((reason,))
        });
        let thrown: Thrown = told
            .ok()
            .and_then(|told| serde_json::from_str(&told).ok())
            .unwrap_or_default();
        let error = self.error(realm, &thrown);
        let more = if count > 1 {
            format!(" (and {} more)", count - 1)
        } else {
            String::new()
        };
        let message = format!(
            "a promise was rejected, and nothing handles that{more}: {}",
            error.message()
        );
        Err(error.with_message(message))
    }

    /// What `state` holds now, where that is other than before.
    fn kept(&mut self, realm: &Realm) -> Option<serde_json::Value> {
        let kept = realm.context.with(|ctx| {
            let keep = realm.export(&ctx, "keep")?;
            let kept: rquickjs::Result<String> = keep.call(());
            if kept.is_err() {
                drop(ctx.catch());
            }
            kept
        });
        match kept.as_deref() {
            Ok("") => None,
            Ok(text) if text.len() > LONGEST_STATE => {
                let note =
                    format!("`state` is longer than {LONGEST_STATE} bytes of JSON, and not kept beyond this realm");
                self.notes.push(note);
                None
            }
            Ok(text) => serde_json::from_str(text).ok(),
            Err(error) => {
                self.notes
                    .push(format!("`state` could not be read, and is as it was: {error}"));
                None
            }
        }
    }

    /// The call has stopped at a `pause()`: its realm is kept as it is, for the one that goes on.
    fn pause(&mut self, realm: Realm) -> Ran {
        *realm.brake.cancelled.borrow_mut() = std::sync::Arc::default();
        *realm.brake.until.borrow_mut() = Some(Instant::now() + REST);
        let state = self.kept(&realm);
        let (console, console_dropped) = realm.host.borrow_mut().rest();
        self.realm = Some(realm);
        Ran {
            value: Ok(Produced::default()),
            paused: true,
            console,
            console_dropped,
            state,
            notes: std::mem::take(&mut self.notes),
        }
    }

    /// What the call leaves: its `state`, its console; and its realm comes to rest, or goes.
    fn finish(&mut self, realm: Realm, value: Result<Produced, Error>) -> Ran {
        // What is left may run a little longer, whatever the deadline; it can ask for nothing any more.
        *realm.brake.cancelled.borrow_mut() = std::sync::Arc::default();
        *realm.brake.until.borrow_mut() = Some(Instant::now() + REST);
        let state = self.kept(&realm);
        let (console, console_dropped) = {
            let mut host = realm.host.borrow_mut();
            let console = (std::mem::take(&mut host.console), host.console_dropped);
            host.clear();
            console
        };
        *realm.brake.until.borrow_mut() = Some(Instant::now() + REST);
        let is_at_rest = run_jobs(&realm).is_none() || !realm.runtime.is_job_pending();
        realm.host.borrow_mut().clear();
        if !is_at_rest {
            self.notes.push(gone("it could not be stopped"));
        } else if realm.is_full() {
            self.notes.push(gone("its memory was full"));
        } else {
            self.realm = Some(realm);
        }
        Ran {
            value,
            paused: false,
            console,
            console_dropped,
            state,
            notes: std::mem::take(&mut self.notes),
        }
    }
}

fn gone(why: &str) -> String {
    format!("the realm was given up, because {why}: what was declared in it is lost, `state` is kept")
}

/// What is told of an exception.
fn caught(realm: &Realm, ctx: &Ctx<'_>, error: &rquickjs::Error) -> String {
    let plain = || json!({ "name": "Error", "message": error.to_string() }).to_string();
    if !error.is_exception() {
        return plain();
    }
    let thrown: Value = ctx.catch();
    let told = realm
        .export(ctx, "explain")
        .and_then(|explain| explain.call::<_, String>((thrown,)));
    told.unwrap_or_else(|_| plain())
}

/// Runs what waits to be run; answers why it had to stop.
fn run_jobs(realm: &Realm) -> Option<Stop> {
    loop {
        if let Some(stop) = stop_of(realm) {
            return Some(stop);
        }
        match realm.runtime.execute_pending_job() {
            Ok(true) => {}
            Ok(false) => return stop_of(realm),
            // It was interrupted, which is seen above.
            Err(_) => realm.context.with(|ctx| drop(ctx.catch())),
        }
    }
}

fn stop_of(realm: &Realm) -> Option<Stop> {
    if realm
        .brake
        .cancelled
        .borrow()
        .load(std::sync::atomic::Ordering::Relaxed)
    {
        return Some(Stop::Cancelled);
    }
    realm.brake.is_pulled().then_some(Stop::Deadline)
}

/// Calls the timers whose time has come. What one throws is the call's error.
fn fire_due(realm: &Realm) -> bool {
    let due = realm.host.borrow_mut().take_due(Instant::now());
    let Some(id) = due else { return false };
    realm.context.with(|ctx| {
        let fired = realm.export(&ctx, "fire").and_then(|fire| fire.call::<_, ()>((id,)));
        if let Err(error) = fired {
            let told = caught(realm, &ctx, &error);
            realm.host.borrow_mut().ended = Some((false, told));
        }
    });
    true
}

/// Gives a script the answer that it waits for.
fn settle(realm: &Realm, id: u32, answer: Result<serde_json::Value, WireError>) {
    if !realm.host.borrow_mut().answered(id) {
        return;
    }
    let is_nearly_over = || {
        let until = *realm.brake.until.borrow();
        until.is_some_and(|until| until.saturating_duration_since(Instant::now()) < LAST_MOMENT)
    };
    if answer.as_ref().is_err_and(|error| error.kind == Kind::Timeout) && is_nearly_over() {
        // Its time was the call's own, which ends as such and names what was awaited.
        return;
    }
    let (is_done, told) = told(answer);
    realm.context.with(|ctx| {
        let settled = realm
            .export(&ctx, "settle")
            .and_then(|settle| settle.call::<_, ()>((id, is_done, told)));
        if let Err(error) = settled {
            let told = caught(realm, &ctx, &error);
            realm.host.borrow_mut().ended = Some((false, told));
        }
    });
}

/// Tells a script what has happened. What a listener throws is the call's error.
fn tell(realm: &Realm, text: String) {
    if let Some(events) = &realm.host.borrow().events {
        events.taken(text.len());
    }
    realm.context.with(|ctx| {
        let told = realm
            .export(&ctx, "happen")
            .and_then(|happen| happen.call::<_, ()>((text,)));
        if let Err(error) = told {
            let told = caught(realm, &ctx, &error);
            realm.host.borrow_mut().ended = Some((false, told));
        }
    });
}

/// The error of a script whose time was over: it names what was awaited.
fn late(realm: &Realm, awaits: &[Awaited]) -> Error {
    let number = realm.host.borrow().awaits();
    let message = match number.and_then(|number| awaits.get(number)) {
        Some(Awaited { place, text }) => {
            format!(
                "deadline passed while the script waited for `{text}` at exec:{}:{}",
                place.line, place.column
            )
        }
        None => "deadline passed while the script ran".to_owned(),
    };
    Error::new(Kind::Timeout, message)
        .with_applied(Applied::Unknown)
        .with_hint("--timeout 2m gives it more time")
}
