//! A realm's thread, as the daemon sees it: a call goes in, what it came to comes out, and nobody waits for one that is stuck.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use greenroom_session_core::script::{Code, Ran, Repl};
use greenroom_session_core::{Call, Error, Kind, Result, WireError};
use serde_json::Value;
use tokio::sync::oneshot;

use crate::turn::Worker;

/// How much longer than it may a call takes to stop, before its thread is given up: a native function may not notice.
const GRACE: Duration = Duration::from_secs(5);

/// The stack of a realm's thread. What is not used of it takes no memory.
const STACK: usize = 64 * 1024 * 1024;

/// What a realm's thread is told.
pub(crate) enum Message {
    /// Makes the realm that the next call will run in.
    Prepare,
    /// Runs code.
    Run(Box<Job>),
    /// What an operation of a call answered.
    Answer {
        call: u64,
        id: u32,
        answer: Result<Value, WireError>,
    },
    /// Something that a call listens for has happened.
    Event { call: u64, text: String },
    /// Looks whether the call was cancelled.
    Wake,
}

/// Code to run, and where its end is told.
pub(crate) struct Job {
    pub(crate) code: Code,
    /// Where answers to it go. The thread keeps none: it ends when nobody else can send to it.
    pub(crate) inbox: Sender<Message>,
    /// Set when nobody waits any more.
    pub(crate) cancelled: Arc<AtomicBool>,
    /// Told when it begins.
    pub(crate) begun: oneshot::Sender<()>,
    pub(crate) done: oneshot::Sender<Ran>,
}

/// A realm on a thread of its own, which is made when it is first needed, or in advance.
#[derive(Debug, Default)]
pub(crate) struct Thread {
    inbox: Mutex<Option<Sender<Message>>>,
}

/// Cancels a call whose future is dropped.
struct Cancelling {
    cancelled: Arc<AtomicBool>,
    inbox: Sender<Message>,
}

impl Drop for Cancelling {
    fn drop(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
        // A thread that has ended needs no waking.
        let _ = self.inbox.send(Message::Wake);
    }
}

impl Thread {
    /// One whose realm is made at once.
    pub(crate) fn in_advance() -> Self {
        let thread = Self::default();
        // Where there can be no thread now, the first call tries again, and says so.
        if let Ok(inbox) = thread.inbox() {
            let _ = inbox.send(Message::Prepare);
        }
        thread
    }

    fn inbox(&self) -> Result<Sender<Message>> {
        let mut inbox = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(inbox) = &*inbox {
            return Ok(inbox.clone());
        }
        let (sender, receiver) = mpsc::channel();
        std::thread::Builder::new()
            .name("script".to_owned())
            .stack_size(STACK)
            .spawn(move || Worker::new(receiver).work())
            .map_err(|error| Error::new(Kind::Internal, "failed to start a thread for scripts").with_source(error))?;
        Ok(inbox.insert(sender).clone())
    }

    /// Gives a thread up that does not stop: it ends by itself when its code does.
    fn give_up(&self) {
        *self.inbox.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    async fn attempt(&self, code: Code) -> Result<Ran> {
        let call = code.call.clone();
        let inbox = self.inbox()?;
        let cancelled = Arc::new(AtomicBool::new(false));
        let (begun, begins) = oneshot::channel();
        let (done, ends) = oneshot::channel();
        let _cancelling = Cancelling {
            cancelled: Arc::clone(&cancelled),
            inbox: inbox.clone(),
        };
        let job = Job {
            code,
            inbox: inbox.clone(),
            cancelled,
            begun,
            done,
        };
        if inbox.send(Message::Run(Box::new(job))).is_err() {
            return Err(self.ended());
        }
        if !matches!(tokio::time::timeout(GRACE, begins).await, Ok(Ok(()))) {
            self.give_up();
            return Err(stuck("the script before this one could not be stopped"));
        }
        tokio::select! {
            biased;
            ran = ends => ran.map_err(|_| self.ended()),
            () = overdue(&call) => {
                self.give_up();
                Err(stuck("deadline passed, and the script did not stop"))
            }
        }
    }

    fn ended(&self) -> Error {
        self.give_up();
        Error::new(Kind::Internal, "the thread of the script ended")
            .with_hint("what was declared is lost; `state` is kept")
    }
}

/// Until the deadline has long passed.
async fn overdue(call: &Call) {
    match call.deadline() {
        Some(deadline) => tokio::time::sleep_until(deadline + GRACE).await,
        None => std::future::pending().await,
    }
}

fn stuck(what: &str) -> Error {
    Error::new(
        Kind::Timeout,
        format!("{what}: its realm was given up, and what was declared in it"),
    )
    .with_retry(true)
    .with_hint("the same again runs in a new realm; `state` is kept")
}

#[async_trait]
impl Repl for Thread {
    async fn run(&self, code: Code) -> Ran {
        self.attempt(code).await.unwrap_or_else(Ran::failed)
    }
}
