//! A driver that is played: it answers every command, says what it was sent, and sends what a test wants.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;

/// Answers a command by its parameters: a result, an error as `(code, message)`, or nothing at all.
type Answer = Box<dyn FnMut(&Value) -> Option<Result<Value, (&'static str, &'static str)>> + Send>;

/// What the driver is told to do.
enum Act {
    Say(Value),
    HangUp,
}

/// A driver that is played.
pub(super) struct Driver {
    port: u16,
    answers: Arc<Mutex<HashMap<&'static str, Answer>>>,
    sent: Arc<Mutex<Vec<(String, Value)>>>,
    count: watch::Receiver<usize>,
    acts: Arc<Mutex<mpsc::UnboundedSender<Act>>>,
    listening: tokio::task::JoinHandle<()>,
    classic: Arc<AtomicUsize>,
}

impl Driver {
    /// Starts to listen.
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (counted, count) = watch::channel(0);
        let (acts, _) = mpsc::unbounded_channel();
        let played = Played {
            answers: Arc::default(),
            sent: Arc::default(),
            counted,
            pages: 0,
            classic: Arc::default(),
        };
        let classic = Arc::clone(&played.classic);
        let acts = Arc::new(Mutex::new(acts));
        let (answers, sent) = (Arc::clone(&played.answers), Arc::clone(&played.sent));
        let listening = tokio::spawn(played.listen(listener, Arc::clone(&acts)));
        Self {
            port,
            answers,
            sent,
            count,
            acts,
            listening,
            classic,
        }
    }

    pub(super) fn url(&self) -> String {
        format!("ws://127.0.0.1:{}/session/s", self.port)
    }

    /// Answers a command in this way from now on.
    pub(super) fn answer(
        &self,
        method: &'static str,
        answer: impl FnMut(&Value) -> Option<Result<Value, (&'static str, &'static str)>> + Send + 'static,
    ) {
        self.answers.lock().unwrap().insert(method, Box::new(answer));
    }

    /// Never answers a command.
    pub(super) fn ignore(&self, method: &'static str) {
        self.answer(method, |_| None);
    }

    /// Sends an event.
    pub(super) fn say(&self, method: &str, params: Value) {
        let mut event = json!({ "type": "event", "method": method, "new": true });
        event["params"] = params;
        let _ = self.acts.lock().unwrap().send(Act::Say(event));
    }

    /// Sends what is no message.
    pub(super) fn babble(&self) {
        let _ = self.acts.lock().unwrap().send(Act::Say(json!("not a message")));
    }

    /// Closes the connection; who comes again is welcome.
    pub(super) fn hang_up(&self) {
        let _ = self.acts.lock().unwrap().send(Act::HangUp);
    }

    /// Closes the connection and listens no more.
    pub(super) async fn die(&mut self) {
        self.listening.abort();
        let _ = (&mut self.listening).await;
        self.hang_up();
    }

    /// How often it was asked something by the classic protocol.
    pub(super) fn classic(&self) -> usize {
        self.classic.load(Ordering::Relaxed)
    }

    /// The parameters of a command, each time that it was sent.
    pub(super) fn sent(&self, method: &str) -> Vec<Value> {
        let sent = self.sent.lock().unwrap();
        sent.iter()
            .filter(|(sent, _)| sent == method)
            .map(|(_, params)| params.clone())
            .collect()
    }

    /// Waits until a command has been sent that many times.
    pub(super) async fn was_sent(&self, method: &str, times: usize) -> Vec<Value> {
        let mut count = self.count.clone();
        loop {
            let sent = self.sent(method);
            if sent.len() >= times {
                return sent;
            }
            let waited = tokio::time::timeout(Duration::from_secs(10), count.changed()).await;
            assert!(waited.is_ok(), "`{method}` was sent {} times", sent.len());
        }
    }

    /// Tells of a page or frame.
    pub(super) fn opens(&self, context: &str, parent: Option<&str>, opener: Option<&str>) {
        let info = json!({
            "context": context, "parent": parent, "url": "about:blank", "userContext": "u", "originalOpener": opener,
            "children": null,
        });
        self.say("browsingContext.contextCreated", info);
    }

    /// Tells of a step of a navigation.
    pub(super) fn step(&self, name: &str, context: &str, navigation: &str, url: &str) {
        let info = json!({ "context": context, "navigation": navigation, "url": url, "timestamp": 1 });
        self.say(&format!("browsingContext.{name}"), info);
    }

    /// Tells of a whole navigation.
    pub(super) fn loads(&self, context: &str, navigation: &str, url: &str) {
        for step in ["navigationStarted", "navigationCommitted", "domContentLoaded", "load"] {
            self.step(step, context, navigation, url);
        }
    }
}

/// The far side of it.
struct Played {
    answers: Arc<Mutex<HashMap<&'static str, Answer>>>,
    sent: Arc<Mutex<Vec<(String, Value)>>>,
    counted: watch::Sender<usize>,
    pages: usize,
    classic: Arc<AtomicUsize>,
}

impl Played {
    async fn listen(self, listener: TcpListener, acts: Arc<Mutex<mpsc::UnboundedSender<Act>>>) {
        let classic = Arc::clone(&self.classic);
        let played = Arc::new(tokio::sync::Mutex::new(self));
        while let Ok((stream, _)) = listener.accept().await {
            // It knows nothing of the classic protocol, in which it is asked for its sessions.
            let mut head = [0; 2048];
            let length = stream.peek(&mut head).await.unwrap_or_default();
            if !String::from_utf8_lossy(&head[..length]).contains("Upgrade") {
                classic.fetch_add(1, Ordering::Relaxed);
                continue;
            }
            let (sender, receiver) = mpsc::unbounded_channel();
            *acts.lock().unwrap() = sender;
            let played = Arc::clone(&played);
            // Who is connected stays so when nobody is let in any more.
            tokio::spawn(async move { played.lock().await.serve(stream, receiver).await });
        }
    }

    async fn serve(&mut self, stream: TcpStream, mut acts: mpsc::UnboundedReceiver<Act>) {
        let Ok(socket) = accept_async(stream).await else { return };
        let (mut sink, mut stream) = socket.split();
        loop {
            let messages = tokio::select! {
                biased;
                act = acts.recv() => match act {
                    Some(Act::Say(message)) => vec![message],
                    Some(Act::HangUp) | None => return,
                },
                message = stream.next() => match message {
                    Some(Ok(Message::Text(text))) => self.take(&serde_json::from_str(&text).unwrap()),
                    Some(Ok(_)) => Vec::new(),
                    Some(Err(_)) | None => return,
                },
            };
            for message in messages {
                if sink.send(Message::text(message.to_string())).await.is_err() {
                    return;
                }
            }
        }
    }

    /// What is sent for a command: the events that it causes, and its answer.
    fn take(&mut self, command: &Value) -> Vec<Value> {
        let method = command["method"].as_str().unwrap_or_default().to_owned();
        let params = command["params"].clone();
        let mut messages = Vec::new();
        let answer = self
            .answers
            .lock()
            .unwrap()
            .get_mut(method.as_str())
            .map(|answer| answer(&params));
        let answer = answer.unwrap_or_else(|| Some(Ok(self.usual(&method, &params, &mut messages))));
        match answer {
            Some(Ok(result)) => messages.push(json!({ "type": "success", "id": command["id"], "result": result })),
            Some(Err((error, message))) => {
                messages.push(json!({ "type": "error", "id": command["id"], "error": error, "message": message }));
            }
            None => {}
        }
        self.sent.lock().unwrap().push((method, params));
        self.counted.send_modify(|count| *count += 1);
        messages
    }

    fn usual(&mut self, method: &str, params: &Value, events: &mut Vec<Value>) -> Value {
        match method {
            "script.getRealms" => {
                let realm = |id: &str, sandbox: Option<&str>| json!({ "realm": id, "type": "window", "context": params["context"], "sandbox": sandbox });
                json!({ "realms": [realm("main", None), realm("ours", Some("greenroom"))] })
            }
            "browsingContext.getTree" => json!({ "contexts": [] }),
            "browser.createUserContext" => json!({ "userContext": "u" }),
            "browser.getUserContexts" => {
                json!({ "userContexts": [{ "userContext": "default" }, { "userContext": "u" }] })
            }
            "network.addDataCollector" => json!({ "collector": "c" }),
            "goog:cdp.getSession" => json!({ "session": "cdp" }),
            "browsingContext.create" => {
                self.pages += 1;
                let context = format!("p{}", self.pages);
                let info = json!({
                    "context": context, "parent": null, "url": "about:blank", "userContext": "u", "originalOpener": null,
                    "children": null,
                });
                events.push(json!({ "type": "event", "method": "browsingContext.contextCreated", "params": info }));
                json!({ "context": context })
            }
            _ => json!({}),
        }
    }
}
