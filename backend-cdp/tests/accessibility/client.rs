//! A small DevTools client, one command or one batch at a time, beside the backend's own connection: the tree that this
//! test compares with is nothing that the backend asks for.

use std::collections::HashMap;
use std::time::Duration;

use chromiumoxide::Connection;
use chromiumoxide::types::{CallId, EventMessage, Message, Method, MethodId};
use futures::StreamExt;
use serde::Deserialize;
use serde_json::Value;

/// How long the browser may be silent on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// An event as it comes.
#[derive(Debug, Deserialize)]
pub(crate) struct Incoming {
    method: String,
    #[serde(default)]
    params: Value,
}

impl Method for Incoming {
    fn identifier(&self) -> MethodId {
        self.method.clone().into()
    }
}

impl EventMessage for Incoming {
    fn session_id(&self) -> Option<&str> {
        None
    }
}

/// A connection to a browser, and the session of the one page that it drives.
pub(crate) struct Client {
    connection: Connection<Incoming>,
    session: Option<String>,
    /// What came while an answer was waited for.
    events: Vec<Incoming>,
}

impl Client {
    /// Connects to a browser and attaches to a new page of it.
    pub(crate) async fn with_page(url: &str) -> Self {
        let connection = Connection::connect(url)
            .await
            .expect("the browser accepts a connection");
        let mut client = Self {
            connection,
            session: None,
            events: Vec::new(),
        };
        let target = client
            .call("Target.createTarget", serde_json::json!({ "url": "about:blank" }))
            .await;
        let attach = serde_json::json!({ "targetId": target["targetId"], "flatten": true });
        let attached = client.call("Target.attachToTarget", attach).await;
        client.session = attached["sessionId"].as_str().map(str::to_owned);
        client
    }

    /// Sends a command and gives its result. A refusal ends the test.
    pub(crate) async fn call(&mut self, method: &'static str, params: Value) -> Value {
        let answers = self.batch(method, [params]).await;
        let answer = answers.into_iter().next().expect("one answer");
        answer.unwrap_or_else(|error| panic!("`{method}` was refused: {error}"))
    }

    /// Sends a command with many parameters at once, and gives the results in their order.
    pub(crate) async fn batch(
        &mut self,
        method: &'static str,
        params: impl IntoIterator<Item = Value>,
    ) -> Vec<Result<Value, String>> {
        let mut places = HashMap::new();
        for (place, params) in params.into_iter().enumerate() {
            let session = self.session.clone().map(Into::into);
            let id = self.connection.submit_command(method.into(), session, params);
            places.insert(id.expect("parameters are JSON"), place);
        }
        let mut answers: Vec<_> = places.iter().map(|_| Err(String::new())).collect();
        while !places.is_empty() {
            if let Some((place, answer)) = self.answer(&mut places).await {
                answers[place] = answer;
            }
        }
        answers
    }

    async fn answer(&mut self, places: &mut HashMap<CallId, usize>) -> Option<(usize, Result<Value, String>)> {
        match self.read().await {
            Message::Event(event) => {
                self.events.push(event);
                None
            }
            Message::Response(response) => {
                let place = places.remove(&response.id)?;
                let refused = response.error.map(|error| error.message);
                Some((place, refused.map_or(Ok(response.result.unwrap_or_default()), Err)))
            }
        }
    }

    /// Waits for an event, unless it has come already; forgets those before it.
    pub(crate) async fn wait(&mut self, method: &str, is_it: impl Fn(&Value) -> bool) {
        let wanted = |event: &Incoming| event.method == method && is_it(&event.params);
        if self.events.drain(..).any(|event| wanted(&event)) {
            return;
        }
        loop {
            if let Message::Event(event) = self.read().await
                && wanted(&event)
            {
                return;
            }
        }
    }

    async fn read(&mut self) -> Message<Incoming> {
        let next = tokio::time::timeout(PATIENCE, self.connection.next()).await;
        let message = next.expect("the browser answers").expect("the connection is open");
        message.expect("a message of the protocol")
    }
}
