//! One task owns the connection to the driver; everybody else sends it commands and gets answers.
//!
//! When the connection breaks, whatever was pending fails at once. Drivers accept another one for the same session: it
//! is made, events are asked for again, and what happened in between is looked for. Where there is nobody any more, the
//! browser is lost.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::StreamExt;
use greenroom_session_core::{Call, Kind, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::Message;

use super::error::Native;
use super::hub::{Hub, Router};
use super::known_to_driver::{self, Said};
use super::protocol::browser::GetUserContexts;
use super::protocol::{Command, Nothing};
use super::silence::{Due, Silence};
use super::socket::{self, Socket};

/// How long a browser may be silent when it is asked something that no page can delay.
const SILENT: Duration = Duration::from_secs(10);

/// How soon a browser answers such a question, as a rule.
const SOON: Duration = Duration::from_secs(1);

/// What a command came to.
type Answer = Result<Box<RawValue>, Native>;

/// What is done with an answer in the connection's task.
type Then = Box<dyn FnOnce(&mut Router, Answer) + Send>;

/// Who gets an answer.
enum Reply {
    Nobody(&'static str),
    Caller(oneshot::Sender<Answer>),
    Then(Then),
}

/// What the connection's task is asked for.
enum Order {
    Send {
        id: u64,
        text: String,
        reply: Reply,
    },
    /// The browser was heard of in another way.
    StillThere,
    /// Ends the connection, for this reason.
    Close(String),
}

/// The near end of the connection. Clones are cheap.
#[derive(Clone)]
pub(crate) struct Wire {
    orders: mpsc::UnboundedSender<Order>,
    lost: Arc<OnceLock<String>>,
    ids: Arc<AtomicU64>,
}

/// The far end, for [`run`].
pub(crate) struct Orders {
    receiver: mpsc::UnboundedReceiver<Order>,
    lost: Arc<OnceLock<String>>,
}

#[derive(Serialize)]
struct Envelope<'a, C> {
    id: u64,
    method: &'static str,
    params: &'a C,
}

/// A message of the driver: an answer where it has an id, else an event.
#[derive(Deserialize)]
struct Incoming<'a> {
    id: Option<u64>,
    method: Option<String>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    error: Option<String>,
    #[serde(default)]
    message: String,
}

impl Wire {
    pub(crate) fn new() -> (Self, Orders) {
        let (orders, receiver) = mpsc::unbounded_channel();
        let lost = Arc::new(OnceLock::new());
        let wire = Self {
            orders,
            lost: Arc::clone(&lost),
            ids: Arc::default(),
        };
        (wire, Orders { receiver, lost })
    }

    /// Sends a command and waits for its answer.
    pub(crate) async fn ask<C: Command>(&self, command: C) -> Result<C::Result, Native> {
        let (sender, answer) = oneshot::channel();
        self.order(C::METHOD, &command, Reply::Caller(sender))?;
        // Nothing of it is kept while the answer is waited for.
        drop(command);
        match answer.await {
            Ok(answer) => answer.and_then(|result| read(&result)),
            Err(_) => Err(self.gone()),
        }
    }

    /// Sends a command within a call.
    pub(crate) async fn call<C: Command>(&self, command: C, doing: &str, call: &Call) -> Result<C::Result> {
        let work = async { self.ask(command).await.map_err(|native| native.into_error(doing)) };
        let result = call.bound(&format!("the browser to {doing}"), work).await;
        if result.as_ref().is_err_and(|error| error.kind() == Kind::Timeout) {
            self.suspect();
        }
        result
    }

    /// Sends a command whose answer nobody needs.
    pub(crate) fn post<C: Command>(&self, command: &C) {
        // A connection that is lost is told to everybody who waits for something.
        let _ = self.order(C::METHOD, command, Reply::Nobody(C::METHOD));
    }

    /// Sends a command whose answer is handled in the connection's task.
    pub(crate) fn then<C: Command>(
        &self,
        command: &C,
        then: impl FnOnce(&mut Router, Result<C::Result, Native>) + Send + 'static,
    ) {
        let then: Then = Box::new(move |router, answer| then(router, answer.and_then(|result| read(&result))));
        // When the connection is lost, the router drops everything that such answers are for.
        let _ = self.order(C::METHOD, command, Reply::Then(then));
    }

    /// Whether the driver knows a command, which is sent without its parameters.
    pub(crate) async fn knows(&self, method: &'static str, call: &Call) -> Result<bool> {
        let (sender, answer) = oneshot::channel();
        let work = async {
            let sent = self.order(method, &Nothing {}, Reply::Caller(sender));
            match sent.and(answer.await.unwrap_or_else(|_| Err(self.gone()))) {
                Err(native @ Native::Lost(_)) => Err(native.into_error("ask what the driver knows")),
                answer => Ok(!answer.is_err_and(|native| native.is("unknown command"))),
            }
        };
        call.bound("the driver to tell what it knows", work).await
    }

    /// After a call that got no answer: asks the browser something that no page can delay; if it does not answer that
    /// either, it is taken to be lost.
    pub(crate) fn suspect(&self) {
        let wire = self.clone();
        tokio::spawn(async move {
            let ask = wire.ask(GetUserContexts {});
            if tokio::time::timeout(SILENT, ask).await.is_err() {
                wire.close("it does not answer any more");
            }
        });
    }

    /// Lets go of the browser.
    pub(crate) fn close(&self, why: &str) {
        let _ = self.orders.send(Order::Close(why.to_owned()));
    }

    /// Why it is lost, when it is.
    #[cfg(test)]
    pub(crate) async fn lost(&self) -> String {
        self.orders.closed().await;
        self.lost.get().cloned().unwrap_or_default()
    }

    fn order(&self, method: &'static str, params: &impl Serialize, reply: Reply) -> Result<(), Native> {
        let id = self.ids.fetch_add(1, Ordering::Relaxed);
        let envelope = Envelope { id, method, params };
        let text = serde_json::to_string(&envelope).map_err(|error| Native::Malformed(error.to_string()))?;
        let order = Order::Send { id, text, reply };
        self.orders.send(order).map_err(|_| self.gone())
    }

    fn gone(&self) -> Native {
        let reason = self.lost.get().cloned();
        Native::Lost(reason.unwrap_or_else(|| String::from("its connection is closed")))
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wire(lost: {:?})", self.lost.get())
    }
}

/// Reads of a result or an event what `T` wants; whatever else is in it does not matter.
pub(crate) fn read<T: DeserializeOwned>(value: &RawValue) -> Result<T, Native> {
    serde_json::from_str(value.get()).map_err(|error| Native::Malformed(error.to_string()))
}

/// Serves the connection until it ends for good, then fails everything that waits.
pub(crate) async fn run(url: String, socket: Socket, orders: Orders, hub: Arc<Hub>) {
    let Orders { mut receiver, lost } = orders;
    let mut task = Task {
        url: url.clone(),
        pending: HashMap::new(),
        hub,
    };
    let mut socket = socket;
    let reason = loop {
        let (reason, new) = match task.serve(socket, &mut receiver).await {
            End::LetGo(reason) => (reason, None),
            End::Broken(reason) => {
                task.fail(&reason);
                (reason, socket::again(&url).await)
            }
        };
        let Some(new) = new else { break reason };
        tracing::warn!(reason, "the connection to the browser was made anew");
        socket = new;
        task.hub.lock().reconnected();
        // A driver takes connections for a session whose browser has just died.
        task.ask_after_it();
    };
    // The order matters: who asks from now on must find the reason.
    let _ = lost.set(reason.clone());
    task.fail(&reason);
    receiver.close();
    while let Ok(order) = receiver.try_recv() {
        if let Order::Send { reply, .. } = order {
            reply.give(&mut task.hub.lock(), Err(Native::Lost(reason.clone())));
        }
    }
    task.hub.lock().lost(&reason);
}

/// Why a connection is not served any more.
enum End {
    /// Nobody wants it any more.
    LetGo(String),
    /// It broke.
    Broken(String),
}

struct Task {
    url: String,
    pending: HashMap<u64, Reply>,
    hub: Arc<Hub>,
}

impl Task {
    async fn serve(&mut self, socket: Socket, orders: &mut mpsc::UnboundedReceiver<Order>) -> End {
        let (sink, mut stream) = socket.split();
        let out = socket::writer(sink);
        let mut silence = Silence::new();
        loop {
            let due = self.hub.lock().due();
            let silent = (!self.pending.is_empty()).then(|| silence.ends());
            tokio::select! {
                biased;
                order = orders.recv() => match order {
                    Some(Order::Send { id, text, reply }) => {
                        if self.pending.is_empty() {
                            silence = Silence::new();
                        }
                        self.pending.insert(id, reply);
                        // When it cannot be written, it cannot be read from either.
                        let _ = out.send(Message::text(text));
                    }
                    Some(Order::StillThere) => silence = Silence::new(),
                    Some(Order::Close(reason)) => return End::LetGo(reason),
                    None => return End::LetGo(String::from("it was let go of")),
                },
                message = socket::next(&mut stream) => match message {
                    Ok(text) => {
                        silence = Silence::new();
                        self.receive(&text);
                    }
                    Err(reason) => return End::Broken(reason),
                },
                () = until(due) => self.hub.lock().tick(),
                () = until(silent) => match silence.due() {
                    Due::Ask => self.ask_after_it(),
                    Due::GiveUp => return End::LetGo(String::from("it does not answer any more")),
                },
            }
        }
    }

    /// Asks the browser whether it is there, and else the driver whether it knows the session. A browser that answers is
    /// enough: Chromium's driver would wait for a page that hangs, and everybody with it.
    fn ask_after_it(&self) {
        let (wire, url) = (self.hub.lock().wire.clone(), self.url.clone());
        tokio::spawn(async move {
            let answers = tokio::time::timeout(SOON, wire.ask(GetUserContexts {})).await;
            if matches!(answers, Ok(Ok(_) | Err(Native::Lost(_)))) {
                return;
            }
            match known_to_driver::ask(&url).await {
                Said::Denied => wire.close("the driver has no such session any more"),
                Said::Known => drop(wire.orders.send(Order::StillThere)),
                Said::Nothing => {}
            }
        });
    }

    fn receive(&mut self, text: &str) {
        let message: Incoming<'_> = match serde_json::from_str(text) {
            Ok(message) => message,
            Err(error) => {
                tracing::debug!(%error, bytes = text.len(), "a message of the browser makes no sense");
                return;
            }
        };
        let mut router = self.hub.lock();
        match (message.id, message.method, message.params) {
            (Some(id), ..) => {
                let Some(reply) = self.pending.remove(&id) else { return };
                let answer = match message.error {
                    Some(code) => Err(Native::Refused {
                        code,
                        message: message.message,
                    }),
                    None => Ok(message.result.map(ToOwned::to_owned).unwrap_or_default()),
                };
                reply.give(&mut router, answer);
            }
            (None, Some(method), Some(params)) => router.event(&method, params),
            _ => {}
        }
    }

    /// Fails everything that waits for an answer.
    fn fail(&mut self, reason: &str) {
        let mut router = self.hub.lock();
        for (_, reply) in self.pending.drain() {
            reply.give(&mut router, Err(Native::Lost(reason.to_owned())));
        }
    }
}

impl Reply {
    fn give(self, router: &mut Router, answer: Answer) {
        match self {
            Self::Nobody(method) => {
                if let Err(Native::Refused { code, message }) = answer {
                    tracing::debug!(method, code, message, "the browser refused a command");
                }
            }
            // Who does not wait any more does not need it.
            Self::Caller(caller) => drop(caller.send(answer)),
            Self::Then(then) => then(router, answer),
        }
    }
}

async fn until(due: Option<tokio::time::Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
