//! Workflows, with an engine that has one: it asks for what its parameters list, and pauses at each `"pause"`.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::{Bench, FakeBackend, Kind, Service, ServiceOptions};
use crate::error::{Error, Result};
use crate::fake::FakeWorld;
use crate::script::{Asked, Code, Produced, Ran, Repl, ScriptEngine, Work};

#[derive(Debug)]
struct Listed;

impl ScriptEngine for Listed {
    fn repl(&self) -> Result<Arc<dyn Repl>> {
        Ok(Arc::new(Realm::default()))
    }
}

/// What is still to be done of `params.steps`, and what the steps came to.
#[derive(Debug, Default)]
struct Realm(Mutex<(Vec<Value>, Vec<Value>)>);

impl Realm {
    fn next(&self) -> Option<Value> {
        let mut realm = self.0.lock().unwrap();
        (!realm.0.is_empty()).then(|| realm.0.remove(0))
    }
}

async fn asked(code: &Code, step: &Value) -> Result<Value> {
    let (reply, answer) = oneshot::channel();
    let asked = Asked {
        name: step[0].as_str().unwrap().to_owned(),
        args: step[1].clone(),
        page: code.page.clone(),
        timeout: None,
        reply: Box::new(move |answer| drop(reply.send(answer))),
    };
    code.operations.send(asked).unwrap();
    answer.await.unwrap().map_err(Error::from)
}

fn ran(value: Result<Value>, paused: bool) -> Ran {
    Ran {
        value: value.map(|value| Produced {
            value,
            text: String::new(),
        }),
        paused,
        console: Vec::new(),
        console_dropped: 0,
        state: None,
        notes: Vec::new(),
    }
}

#[async_trait]
impl Repl for Realm {
    async fn run(&self, code: Code) -> Ran {
        if let Work::Load(file) = &code.work {
            if file.params["acts"] == true {
                return ran(asked(&code, &json!(["get", { "what": "title" }])).await, false);
            }
            if file.params["bad"] == true {
                return ran(
                    Err(Error::new(Kind::Usage, "the parameters are not as the schema has it")),
                    false,
                );
            }
            self.0.lock().unwrap().0 = file.params["steps"].as_array().cloned().unwrap_or_default();
            return ran(Ok(file.params["spec"].clone()), false);
        }
        while let Some(step) = self.next() {
            if step == "pause" {
                return ran(Ok(json!(null)), true);
            }
            match asked(&code, &step).await {
                Ok(answer) => self.0.lock().unwrap().1.push(answer),
                Err(error) => return ran(Err(error), false),
            }
        }
        ran(Ok(self.0.lock().unwrap().1.clone().into()), false)
    }
}

fn service(folder: &tempfile::TempDir, world: &FakeWorld) -> Arc<Service> {
    Service::new(ServiceOptions {
        workspace: folder.path().to_owned(),
        scratch: folder.path().join("scratch"),
        backends: vec![Arc::new(FakeBackend::new(world))],
        scripts: Some(Arc::new(Listed)),
        defaults: crate::service::Defaults::default(),
    })
}

fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.service = service(&bench.folder, &bench.world);
    std::fs::write(bench.folder.path().join("flow.ts"), "").unwrap();
    bench
}

/// The parameters of `run`: steps, what the workflow says of itself, more options.
fn flow(bench: &Bench, steps: &Value, spec: &Value, more: &Value) -> Value {
    let mut args = json!({ "file": bench.folder.path().join("flow.ts"), "params": { "steps": steps, "spec": spec } });
    for (key, value) in more.as_object().unwrap() {
        args[key] = value.clone();
    }
    args
}

fn title() -> Value {
    json!(["get", { "what": "title" }])
}

#[tokio::test]
async fn a_workflow_makes_its_session_and_leaves_it() {
    let bench = bench();
    let spec =
        json!({ "name": "flow", "startUrl": "http://shop.test/cart", "viewport": { "width": 640, "height": 480 } });
    let args = flow(&bench, &json!([title()]), &spec, &json!({}));
    let ran = bench.done("run", "a", args).await;
    assert_eq!(
        (&ran["status"], &ran["value"]),
        (&json!("completed"), &json!([{ "value": "Cart" }]))
    );
    let state = bench.state("a");
    assert_eq!(
        (&state["status"], &state["viewport"]),
        (&json!("completed"), &json!("640x480"))
    );
    assert_eq!(state["workflow"]["name"], "flow");
    assert!(state["workflow"]["endedAt"].is_string());
    let lines = bench.log("a", "logs.jsonl");
    let line = lines.iter().find(|line| line["message"] == "run").unwrap();
    assert_eq!(line["fields"]["args"]["params"], "***", "{line}");
    // The same session again: its page goes where the workflow begins.
    bench.done("goto", "a", json!({ "url": "http://shop.test/" })).await;
    let args = flow(
        &bench,
        &json!([title()]),
        &json!({ "startUrl": "http://shop.test/cart" }),
        &json!({}),
    );
    assert_eq!(
        bench.done("run", "a", args).await["value"],
        json!([{ "value": "Cart" }])
    );
    // What is for a new session is refused in one that is there.
    let args = flow(&bench, &json!([]), &json!({}), &json!({ "browser": "x" }));
    let response = bench.fails(Kind::NameInUse, "run", "a", args).await;
    assert!(response.error.unwrap().message.contains("`--browser` is for a new one"));
}

#[tokio::test]
async fn without_a_name_it_has_a_unique_one() {
    let bench = bench();
    let response = bench
        .ask("run", "", flow(&bench, &json!([]), &json!({}), &json!({})))
        .await;
    let name = response.session.unwrap();
    assert!(response.ok && name.starts_with("ses-"), "{name}");
    assert_eq!(response.notes, [format!("session {name}")]);
}

#[tokio::test]
async fn a_failure_leaves_the_browser_and_a_snapshot() {
    let bench = bench();
    let steps = json!([["goto", { "url": "http://shop.test/cart" }], ["get", { "what": "nonsense" }]]);
    let args = flow(&bench, &steps, &json!({}), &json!({}));
    let response = bench.ask("run", "a", args).await;
    let error = response.error.unwrap();
    assert!(error.hint.unwrap().contains("greenroom observe --session a"));
    let result = response.result.unwrap();
    assert_eq!(result["status"], "failed");
    assert!(std::path::Path::new(result["snapshot"]["yaml"].as_str().unwrap()).is_file());
    let state = bench.state("a");
    assert_eq!((&state["status"], &state["phase"]), (&json!("failed"), &json!("live")));
    assert_eq!(state["reason"], error.message.as_str());
    assert_eq!(bench.title("a").await, "Cart");
    let response = bench.fails(Kind::Script, "resume", "a", json!({})).await;
    assert!(response.error.unwrap().message.contains("has failed: "));
}

#[tokio::test]
async fn what_is_wrong_before_it_begins_makes_no_session() {
    let bench = bench();
    for (args, kind) in [
        (json!({ "file": bench.folder.path().join("none.ts") }), Kind::Usage),
        (json!({ "file": bench.folder.path() }), Kind::Usage),
        (
            flow(&bench, &json!([]), &json!({}), &json!({ "params": { "bad": true } })),
            Kind::Usage,
        ),
        (
            flow(&bench, &json!([]), &json!({}), &json!({ "params": { "acts": true } })),
            Kind::Script,
        ),
        (
            flow(&bench, &json!([]), &json!({}), &json!({ "authProfile": "x" })),
            Kind::Unsupported,
        ),
        (
            flow(&bench, &json!([]), &json!({ "authProfile": "x" }), &json!({})),
            Kind::Unsupported,
        ),
        (
            flow(&bench, &json!([]), &json!({ "viewport": "wide" }), &json!({})),
            Kind::Script,
        ),
        (
            flow(
                &bench,
                &json!([]),
                &json!({}),
                &json!({ "cdp": "http://127.0.0.1:1", "display": "headless" }),
            ),
            Kind::Usage,
        ),
    ] {
        bench.fails(kind, "run", "a", args).await;
        let listed = bench.done("list", "", json!({})).await;
        assert_eq!(listed["sessions"], json!([]));
    }
}

#[tokio::test]
async fn read_only_holds_for_what_a_workflow_does() {
    let bench = bench();
    let goes = json!([title(), ["goto", { "url": "http://shop.test/cart" }]]);
    for (session, more) in [("a", json!({ "access": "read-only" })), ("b", json!({}))] {
        if session == "b" {
            bench.open("b").await;
            bench.done("session-mode", "b", json!({ "mode": "read-only" })).await;
        }
        let ran = bench
            .done("run", session, flow(&bench, &json!([title()]), &json!({}), &more))
            .await;
        assert_eq!(ran["value"].as_array().unwrap().len(), 1);
        bench
            .fails(Kind::Denied, "run", session, flow(&bench, &goes, &json!({}), &more))
            .await;
    }
    // The session may, this run may not; also behind a pause, and where it is told to begin elsewhere.
    bench.open("c").await;
    let read_only = json!({ "access": "read-only" });
    let spec = json!({ "startUrl": "http://shop.test/cart" });
    bench
        .fails(Kind::Denied, "run", "c", flow(&bench, &json!([]), &spec, &read_only))
        .await;
    let steps = json!(["pause", ["goto", { "url": "http://shop.test/cart" }]]);
    let ran = bench
        .done("run", "c", flow(&bench, &steps, &json!({}), &read_only))
        .await;
    assert_eq!(ran["status"], "paused");
    bench.fails(Kind::Denied, "resume", "c", json!({})).await;
    assert_eq!(bench.title("c").await, "Shop");
    // What the owner forbids in the meantime is forbidden.
    let ran = bench
        .done("run", "c", flow(&bench, &steps, &json!({}), &json!({})))
        .await;
    assert_eq!(ran["status"], "paused");
    bench.done("session-mode", "c", json!({ "mode": "read-only" })).await;
    bench.fails(Kind::Denied, "resume", "c", json!({})).await;
    assert_eq!(bench.title("c").await, "Shop");
}

#[tokio::test]
async fn a_pause_frees_the_session_and_resume_answers() {
    let bench = bench();
    let steps = json!(["pause", title(), "pause", title()]);
    let ran = bench
        .done("run", "a", flow(&bench, &steps, &json!({}), &json!({})))
        .await;
    assert_eq!((&ran["status"], &ran["value"]), (&json!("paused"), &json!(null)));
    assert_eq!(bench.state("a")["status"], "paused");
    bench.done("goto", "a", json!({ "url": "http://shop.test/cart" })).await;
    let response = bench
        .fails(
            Kind::NameInUse,
            "run",
            "a",
            flow(&bench, &json!([]), &json!({}), &json!({})),
        )
        .await;
    assert!(response.error.unwrap().hint.unwrap().contains("greenroom resume"));
    assert_eq!(bench.done("resume", "a", json!({})).await["status"], "paused");
    let ran = bench.done("resume", "a", json!({})).await;
    assert_eq!(ran["value"], json!([{ "value": "Cart" }, { "value": "Cart" }]));
    assert_eq!(bench.state("a")["status"], "completed");
    bench.fails(Kind::Script, "resume", "a", json!({})).await;
}

#[tokio::test]
async fn a_workflow_is_lost_with_its_daemon_and_that_is_said() {
    let mut bench = bench();
    let steps = json!(["pause", title()]);
    bench
        .done("run", "a", flow(&bench, &steps, &json!({}), &json!({})))
        .await;
    bench.world.control().disconnect();
    bench.service = service(&bench.folder, &bench.world);
    let response = bench.fails(Kind::Script, "resume", "a", json!({})).await;
    let error = response.error.unwrap();
    assert!(
        error.message.contains("the daemon ended while the workflow was paused"),
        "{}",
        error.message
    );
    assert!(error.hint.unwrap().contains("flow.ts --session a"));
    assert_eq!(bench.state("a")["status"], "failed");
    // Stopped in good order: the same, and what is there is kept.
    bench
        .done("run", "a", flow(&bench, &steps, &json!({}), &json!({})))
        .await;
    bench.service.shelve_all().await;
    let state = bench.state("a");
    assert_eq!(
        (&state["status"], &state["phase"]),
        (&json!("failed"), &json!("hibernated"))
    );
    assert_eq!(state["reason"], "the daemon was stopped while the workflow was paused");
}

#[tokio::test]
async fn a_workflow_whose_caller_goes_is_cancelled_and_the_session_is_not() {
    let bench = bench();
    bench.open("a").await;
    let steps = json!([["wait", { "url": "http://nowhere.test/" }]]);
    let args = flow(&bench, &steps, &json!({}), &json!({}));
    let dropped = tokio::time::timeout(Duration::from_millis(100), bench.ask("run", "a", args)).await;
    assert!(dropped.is_err());
    assert_eq!(bench.title("a").await, "Shop");
    let was_cancelled = |reason: &Value| reason.as_str().is_some_and(|reason| reason.contains("was cancelled"));
    bench
        .wait_for_state("a", |state| {
            state["status"] == "failed" && was_cancelled(&state["reason"])
        })
        .await;
    let ran = bench
        .done("run", "a", flow(&bench, &json!([title()]), &json!({}), &json!({})))
        .await;
    assert_eq!(ran["status"], "completed");
}

#[tokio::test(start_paused = true)]
async fn it_has_no_deadline_unless_one_is_given() {
    let bench = bench();
    bench.open("a").await;
    let steps = json!([["wait", { "url": "http://nowhere.test/" }]]);
    let args = flow(&bench, &steps, &json!({}), &json!({}));
    let endless = tokio::time::timeout(Duration::from_hours(5), bench.ask("run", "a", args)).await;
    assert!(endless.is_err());
}
