//! The smallest DevTools client there can be: blocking, one connection, one command at a time. What it takes is what
//! nobody can do better; the measure of the real one.

use std::{net::TcpStream, time::Duration};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

/// How long the browser may be silent.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection to a browser.
pub(super) struct Client {
    socket: WebSocket<TcpStream>,
    last: u64,
    /// What came while an answer was waited for.
    events: Vec<Value>,
}

impl Client {
    /// Connects to `ws://HOST:PORT/…`.
    pub(super) fn connect(url: &str) -> Result<Self> {
        let host = url.strip_prefix("ws://").and_then(|rest| rest.split('/').next());
        let host = host.with_context(|| format!("`{url}` is no DevTools address"))?;
        let stream = TcpStream::connect(host).with_context(|| format!("failed to connect to `{host}`"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let (socket, _) = tungstenite::client(url, stream)
            .map_err(|error| anyhow::anyhow!("failed to connect to `{url}`: {error}"))?;
        Ok(Self {
            socket,
            last: 0,
            events: Vec::new(),
        })
    }

    /// Sends a command, to the browser or to a page's session, and waits for its result.
    pub(super) fn call(&mut self, session: Option<&str>, method: &str, params: &Value) -> Result<Value> {
        self.last += 1;
        let mut command = json!({ "id": self.last, "method": method, "params": params });
        if let Some(session) = session {
            command["sessionId"] = session.into();
        }
        self.socket.send(Message::text(command.to_string()))?;
        loop {
            let mut message = self.read().with_context(|| format!("`{method}` got no answer"))?;
            if message["id"] != self.last {
                self.events.push(message);
            } else if let Some(error) = message.get("error") {
                bail!("`{method}` failed: {error}");
            } else {
                return Ok(message["result"].take());
            }
        }
    }

    /// Waits for an event, unless it has come already; forgets those before it.
    pub(super) fn wait(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Result<()> {
        if self.events.drain(..).any(|event| is_it(&event)) {
            return Ok(());
        }
        while !is_it(&self.read().with_context(|| format!("{what} never came"))?) {}
        Ok(())
    }

    /// Attaches to a page and gives the session's id.
    pub(super) fn attach(&mut self, target: &str) -> Result<String> {
        let params = json!({ "targetId": target, "flatten": true });
        string(&self.call(None, "Target.attachToTarget", &params)?, "sessionId")
    }

    fn read(&mut self) -> Result<Value> {
        loop {
            if let Message::Text(text) = self.socket.read()? {
                return Ok(serde_json::from_str(&text)?);
            }
        }
    }
}

/// A text in an answer.
pub(super) fn string(answer: &Value, name: &str) -> Result<String> {
    let text = answer[name].as_str().map(str::to_owned);
    text.with_context(|| format!("no `{name}` in {answer}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    /// A browser that answers each command with what `script` makes of it.
    fn browser(script: fn(&Value) -> Vec<Value>) -> (String, std::thread::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("ws://{}/devtools/browser/x", listener.local_addr().unwrap());
        let serve = move || {
            let mut socket = tungstenite::accept(listener.accept().unwrap().0).unwrap();
            while let Ok(Message::Text(text)) = socket.read() {
                for answer in script(&serde_json::from_str(&text).unwrap()) {
                    socket.send(Message::text(answer.to_string())).unwrap();
                }
            }
        };
        (url, std::thread::spawn(serve))
    }

    #[test]
    fn events_that_come_before_an_answer_are_kept() {
        let (url, server) = browser(|command| {
            let event = |name: &str| json!({ "method": "Page.lifecycleEvent", "params": { "name": name } });
            let answer = json!({ "id": command["id"], "result": { "sessionId": command["params"]["targetId"] } });
            vec![event("init"), event("load"), answer, event("networkIdle")]
        });
        let mut client = Client::connect(&url).unwrap();
        assert_eq!(client.attach("T1").unwrap(), "T1");
        for name in ["load", "networkIdle"] {
            client.wait(name, |event| event["params"]["name"] == name).unwrap();
        }
        assert!(client.events.is_empty());
        drop(client);
        server.join().unwrap();
    }

    #[test]
    fn a_refusal_and_an_end_are_errors_that_name_the_command() {
        let (url, server) = browser(|command| vec![json!({ "id": command["id"], "error": { "message": "no" } })]);
        let mut client = Client::connect(&url).unwrap();
        let error = client.call(None, "X.y", &json!({})).unwrap_err().to_string();
        assert_eq!(error, "`X.y` failed: {\"message\":\"no\"}");
        drop(client);
        server.join().unwrap();
        assert!(Client::connect("http://127.0.0.1:1/").is_err());
        assert!(Client::connect(&url).is_err());
    }
}
