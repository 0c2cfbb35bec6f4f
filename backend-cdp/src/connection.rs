//! One task owns the connection to the browser; everybody else sends it commands and gets answers.
//!
//! Only the wire is chromiumoxide's ([`Connection`], with its generated commands): sessions, deadlines and what happens
//! when the browser dies are ours. When it ends, whatever was pending fails at once.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chromiumoxide::Connection;
use chromiumoxide::cdp::browser_protocol::browser::GetVersionParams;
use chromiumoxide::types::{CallId, EventMessage, Message, Method, MethodId};
use futures::StreamExt;
use greenroom_session_core::{Call, Error, Kind, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use crate::error::Native;
use crate::hub::{Hub, Router};

/// How long a browser may be silent when it is asked something that no page can delay.
const SILENT: Duration = Duration::from_secs(10);

/// What a command came to.
pub(crate) type Answer = Result<Value, Native>;

/// A flat session's id.
pub(crate) type SessionId = Arc<str>;

/// An event with its session. chromiumoxide's own type loses the session's id, and refuses events without parameters.
#[derive(Debug, Deserialize)]
pub(crate) struct Incoming {
    /// For example `Page.frameNavigated`.
    pub(crate) method: String,
    /// The session that it belongs to; `None`: the browser's.
    #[serde(rename = "sessionId")]
    pub(crate) session: Option<String>,
    /// What happened.
    #[serde(default)]
    pub(crate) params: Value,
}

impl Method for Incoming {
    fn identifier(&self) -> MethodId {
        self.method.clone().into()
    }
}

impl EventMessage for Incoming {
    fn session_id(&self) -> Option<&str> {
        self.session.as_deref()
    }
}

/// What is done with an answer in the connection's task.
type Then = Box<dyn FnOnce(&mut Router, Answer) + Send>;

/// Who gets an answer.
enum Reply {
    Nobody,
    Caller(oneshot::Sender<Answer>),
    Then(Then),
}

/// What the connection's task is asked for.
enum Order {
    Send {
        method: MethodId,
        session: Option<SessionId>,
        params: Value,
        reply: Reply,
    },
    /// Fails what is pending in a session.
    Fail { session: SessionId, why: Native },
    /// Ends the connection, for this reason.
    Close(String),
}

/// The near end of the connection. Clones are cheap.
#[derive(Clone)]
pub(crate) struct Wire {
    orders: mpsc::UnboundedSender<Order>,
    lost: Arc<OnceLock<String>>,
}

/// The far end, for [`run`].
pub(crate) struct Orders {
    receiver: mpsc::UnboundedReceiver<Order>,
    lost: Arc<OnceLock<String>>,
}

impl Wire {
    pub(crate) fn new() -> (Self, Orders) {
        let (orders, receiver) = mpsc::unbounded_channel();
        let lost = Arc::new(OnceLock::new());
        let wire = Self {
            orders,
            lost: Arc::clone(&lost),
        };
        (wire, Orders { receiver, lost })
    }

    /// Sends a command and waits for its answer.
    pub(crate) async fn ask<C: chromiumoxide::Command>(&self, session: Option<&SessionId>, command: C) -> Answer {
        let (sender, answer) = oneshot::channel();
        self.order(session, command, Reply::Caller(sender))?;
        match answer.await {
            Ok(answer) => answer,
            Err(_) => Err(self.gone()),
        }
    }

    /// Sends a command within a call, and reads of its result what `T` wants.
    pub(crate) async fn call<T, C>(
        &self,
        session: Option<&SessionId>,
        command: C,
        doing: &str,
        call: &Call,
    ) -> Result<T>
    where
        T: DeserializeOwned,
        C: chromiumoxide::Command,
    {
        let work = async {
            let answer = self.ask(session, command).await.and_then(read);
            answer.map_err(|native| native.into_error(doing))
        };
        let result = call.bound(&format!("the browser to {doing}"), work).await;
        if result.as_ref().is_err_and(|error| error.kind() == Kind::Timeout) {
            self.suspect();
        }
        result
    }

    /// Sends a command whose answer nobody needs.
    pub(crate) fn post<C: chromiumoxide::Command>(&self, session: Option<&SessionId>, command: C) {
        // A connection that is lost is told to everybody who waits for something.
        let _ = self.order(session, command, Reply::Nobody);
    }

    /// Sends a command whose answer is handled in the connection's task.
    pub(crate) fn then<C: chromiumoxide::Command>(
        &self,
        session: Option<&SessionId>,
        command: C,
        then: impl FnOnce(&mut Router, Answer) + Send + 'static,
    ) {
        // When the connection is lost, the router drops everything that such answers are for.
        let _ = self.order(session, command, Reply::Then(Box::new(then)));
    }

    /// Fails what is pending in a session.
    pub(crate) fn fail(&self, session: &SessionId, why: Native) {
        let _ = self.orders.send(Order::Fail {
            session: Arc::clone(session),
            why,
        });
    }

    /// After a call that got no answer: asks the browser something that no page can delay; if it does not answer that
    /// either, it is taken to be lost.
    pub(crate) fn suspect(&self) {
        let wire = self.clone();
        tokio::spawn(async move {
            let ask = wire.ask(None, GetVersionParams::default());
            if tokio::time::timeout(SILENT, ask).await.is_err() {
                let _ = wire
                    .orders
                    .send(Order::Close(String::from("it does not answer any more")));
            }
        });
    }

    /// Lets go of the browser.
    pub(crate) fn close(&self) {
        let _ = self.orders.send(Order::Close(String::from("it was let go of")));
    }

    fn order<C: chromiumoxide::Command>(
        &self,
        session: Option<&SessionId>,
        command: C,
        reply: Reply,
    ) -> Result<(), Native> {
        let method = command.identifier();
        let params = serde_json::to_value(command).map_err(|error| Native::Malformed(error.to_string()))?;
        let order = Order::Send {
            method,
            session: session.cloned(),
            params,
            reply,
        };
        self.orders.send(order).map_err(|_| self.gone())
    }

    fn gone(&self) -> Native {
        Native::Lost(
            self.lost
                .get()
                .cloned()
                .unwrap_or_else(|| String::from("its connection is closed")),
        )
    }
}

#[cfg(test)]
impl Orders {
    /// Answers the oldest command of that name that was sent and whose answer is handled here; whether there was one.
    /// Commands before it get no answer.
    pub(crate) fn answer(&mut self, router: &mut Router, command: &str, answer: Answer) -> bool {
        while let Ok(order) = self.receiver.try_recv() {
            if let Order::Send {
                method,
                reply: Reply::Then(then),
                ..
            } = order
                && method == command
            {
                then(router, answer);
                return true;
            }
        }
        false
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wire(lost: {:?})", self.lost.get())
    }
}

/// Reads of a result or an event what `T` wants; whatever else is in it does not matter.
pub(crate) fn read<T: DeserializeOwned>(value: Value) -> Result<T, Native> {
    serde_json::from_value(value).map_err(|error| Native::Malformed(error.to_string()))
}

/// Connects to a DevTools WebSocket.
pub(crate) async fn connect(url: &str, call: &Call) -> Result<Connection<Incoming>> {
    call.bound(&format!("`{url}` to accept a connection"), async {
        Connection::connect(url).await.map_err(|error| {
            Error::new(Kind::BrowserLost, format!("failed to connect to `{url}`: {error}")).with_source(error)
        })
    })
    .await
}

/// A command that was sent.
struct Pending {
    session: Option<SessionId>,
    reply: Reply,
}

/// Serves the connection until it ends, then fails everything that waits.
pub(crate) async fn run(connection: Connection<Incoming>, orders: Orders, hub: Arc<Hub>) {
    let mut task = Task {
        connection,
        pending: HashMap::new(),
        hub,
    };
    let Orders { mut receiver, lost } = orders;
    let reason = task.serve(&mut receiver).await;
    // The order matters: who asks from now on must find the reason.
    let _ = lost.set(reason.clone());
    receiver.close();
    let mut router = task.hub.lock();
    for (_, pending) in task.pending.drain() {
        pending.reply.give(&mut router, Err(Native::Lost(reason.clone())));
    }
    while let Ok(order) = receiver.try_recv() {
        if let Order::Send { reply, .. } = order {
            reply.give(&mut router, Err(Native::Lost(reason.clone())));
        }
    }
    router.lost(&reason);
}

struct Task {
    connection: Connection<Incoming>,
    pending: HashMap<CallId, Pending>,
    hub: Arc<Hub>,
}

impl Task {
    /// Answers why it ended.
    async fn serve(&mut self, orders: &mut mpsc::UnboundedReceiver<Order>) -> String {
        loop {
            let due = self.hub.lock().due();
            tokio::select! {
                biased;
                order = orders.recv() => match order {
                    Some(Order::Send { method, session, params, reply }) => self.send(method, session, params, reply),
                    Some(Order::Fail { session, why }) => self.fail(&session, &why),
                    Some(Order::Close(reason)) => return reason,
                    None => return String::from("it was let go of"),
                },
                message = self.connection.next() => match message {
                    Some(Ok(message)) => self.receive(message),
                    Some(Err(chromiumoxide::error::CdpError::InvalidMessage(text, error))) => {
                        tracing::debug!(%error, bytes = text.len(), "a message of the browser makes no sense");
                    }
                    Some(Err(error)) => return format!("its connection broke: {error}"),
                    None => return String::from("it closed the connection"),
                },
                () = until(due) => self.hub.lock().tick(),
            }
        }
    }

    fn send(&mut self, method: MethodId, session: Option<SessionId>, params: Value, reply: Reply) {
        let id = session.as_ref().map(|session| session.to_string().into());
        match self.connection.submit_command(method, id, params) {
            Ok(call) => {
                self.pending.insert(call, Pending { session, reply });
            }
            Err(error) => reply.give(&mut self.hub.lock(), Err(Native::Malformed(error.to_string()))),
        }
    }

    fn fail(&mut self, session: &SessionId, why: &Native) {
        let mut router = self.hub.lock();
        let of_it = |_: &CallId, pending: &mut Pending| pending.session.as_ref() == Some(session);
        for (_, pending) in self.pending.extract_if(of_it) {
            pending.reply.give(&mut router, Err(why.clone()));
        }
    }

    fn receive(&mut self, message: Message<Incoming>) {
        match message {
            Message::Event(event) => self.hub.lock().event(event),
            Message::Response(response) => {
                let Some(pending) = self.pending.remove(&response.id) else {
                    return;
                };
                let answer = match response.error {
                    Some(error) => Err(Native::Refused {
                        code: error.code,
                        message: error.message,
                    }),
                    None => Ok(response.result.unwrap_or_default()),
                };
                pending.reply.give(&mut self.hub.lock(), answer);
            }
        }
    }
}

impl Reply {
    fn give(self, router: &mut Router, answer: Answer) {
        match self {
            Self::Nobody => {
                if let Err(Native::Refused { message, .. }) = answer {
                    tracing::debug!(message, "the browser refused a command");
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Message<Incoming> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn an_event_keeps_its_session_and_needs_no_parameters() {
        let Message::Event(event) = parse(r#"{"method":"Inspector.targetCrashed","sessionId":"S1","new":1}"#) else {
            panic!("no event");
        };
        assert_eq!(event.session.as_deref(), Some("S1"));
        assert_eq!(event.params, Value::Null);
    }

    #[test]
    fn an_error_has_a_negative_code() {
        let Message::Response(response) =
            parse(r#"{"id":3,"error":{"code":-32601,"message":"'X.y' wasn't found","data":"z"},"sessionId":"S"}"#)
        else {
            panic!("no response");
        };
        assert_eq!(response.error.unwrap().code, -32601);
    }
}
