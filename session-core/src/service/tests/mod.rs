//! The service over the in-memory backend: lifecycle, the queue, the gate, faults.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{Service, ServiceOptions};
use crate::error::Kind;
use crate::fake::{FakeBackend, FakePage, FakeWorld};
use crate::ipc::{PROTOCOL, Request, Response};

mod extract;
mod faults;
mod lifecycle;
mod look;
mod observe;
mod pages;
mod policy;
mod script;
mod workflow;

/// A workspace with a service over a fake world.
struct Bench {
    folder: tempfile::TempDir,
    world: FakeWorld,
    service: Arc<Service>,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = FakeWorld::new();
        world.serve("http://shop.test/", FakePage::titled("Shop"));
        world.serve("http://shop.test/cart", FakePage::titled("Cart"));
        world.serve("http://shop.test/gone", FakePage::status(404));
        let service = Self::start(&folder, &world);
        Self { folder, world, service }
    }

    fn start(folder: &tempfile::TempDir, world: &FakeWorld) -> Arc<Service> {
        Service::new(ServiceOptions {
            workspace: folder.path().to_owned(),
            scratch: folder.path().join("scratch"),
            backends: vec![Arc::new(FakeBackend::new(world))],
            scripts: None,
            defaults: super::Defaults::default(),
        })
    }

    /// The daemon dies and another one takes the workspace up.
    fn restart(&mut self) {
        self.world.control().disconnect();
        self.service = Self::start(&self.folder, &self.world);
    }

    /// Asks for an operation on a session.
    async fn ask(&self, op: &str, session: &str, args: Value) -> Response {
        self.service
            .handle(request(op, session, args), CancellationToken::new())
            .await
    }

    /// Asks, and expects it to be done.
    async fn done(&self, op: &str, session: &str, args: Value) -> Value {
        let response = self.ask(op, session, args).await;
        assert!(response.ok, "{op}: {:?}", response.error);
        response.result.unwrap()
    }

    /// Asks, and expects it to fail so.
    async fn fails(&self, kind: Kind, op: &str, session: &str, args: Value) -> Response {
        let response = self.ask(op, session, args).await;
        let error = response.error.clone().unwrap_or_else(|| panic!("{op} did not fail"));
        assert_eq!(error.kind, kind, "{}", error.message);
        response
    }

    async fn open(&self, session: &str) -> Value {
        self.done("open", session, json!({ "url": "http://shop.test/" })).await
    }

    async fn title(&self, session: &str) -> Value {
        self.done("get", session, json!({ "what": "title" })).await["value"].clone()
    }

    fn running(&self) -> usize {
        self.world.control().running().len()
    }

    fn log(&self, session: &str, file: &str) -> Vec<Value> {
        let path = self.folder.path().join(".greenroom/sessions").join(session).join(file);
        let text = std::fs::read_to_string(path).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn state(&self, session: &str) -> Value {
        let path = self
            .folder
            .path()
            .join(".greenroom/sessions")
            .join(session)
            .join("state.json");
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    /// Waits until the session's state.json is so.
    async fn wait_for_state(&self, session: &str, so: impl Fn(&Value) -> bool) {
        let seen = async {
            while !so(&self.state(session)) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), seen)
            .await
            .expect("the state never came");
    }
}

fn request(op: &str, session: &str, args: Value) -> Request {
    let session = (!session.is_empty()).then(|| session.to_owned());
    Request {
        protocol: PROTOCOL,
        op: op.to_owned(),
        session,
        args,
        ..Request::default()
    }
}
