//! Scripts, with an engine whose language is a list of operations: what the service lets them do, and what is kept.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::{Bench, FakeBackend, Kind, Service, ServiceOptions};
use crate::error::{Error, Result};
use crate::fake::FakeWorld;
use crate::script::{Asked, Code, Produced, Ran, Repl, ScriptEngine, Work};

/// Its code is JSON: a list of operations with their parameters, which are asked for one after the other.
#[derive(Debug)]
struct Lists;

impl ScriptEngine for Lists {
    fn repl(&self) -> Result<Arc<dyn Repl>> {
        Ok(Arc::new(Self))
    }
}

#[async_trait]
impl Repl for Lists {
    async fn run(&self, code: Code) -> Ran {
        let steps: Vec<(String, Value)> = {
            let Work::Code(source) = &code.work else {
                return Ran::failed(Error::new(Kind::Unsupported, "it knows lists"));
            };
            serde_json::from_str(source).unwrap()
        };
        let mut answers = Vec::new();
        let mut state = code.state.clone();
        for (name, args) in steps {
            if name == "state" {
                answers.push(std::mem::replace(&mut state, args));
                continue;
            }
            let (reply, answer) = oneshot::channel();
            let asked = Asked {
                name,
                args,
                page: code.page.clone(),
                timeout: None,
                reply: Box::new(move |answer| drop(reply.send(answer))),
            };
            code.operations.send(asked).unwrap();
            match answer.await.unwrap() {
                Ok(answer) => answers.push(answer),
                Err(error) => return Ran::failed(Error::from(error)),
            }
        }
        Ran {
            value: Ok(Produced {
                value: answers.into(),
                text: String::new(),
            }),
            paused: false,
            console: Vec::new(),
            console_dropped: 0,
            state: (state != code.state).then_some(state),
            notes: Vec::new(),
        }
    }
}

fn service(folder: &tempfile::TempDir, world: &FakeWorld) -> Arc<Service> {
    Service::new(ServiceOptions {
        workspace: folder.path().to_owned(),
        scratch: folder.path().join("scratch"),
        backends: vec![Arc::new(FakeBackend::new(world))],
        scripts: Some(Arc::new(Lists)),
        defaults: crate::service::Defaults::default(),
    })
}

async fn bench() -> Bench {
    let mut bench = Bench::new();
    bench.service = service(&bench.folder, &bench.world);
    bench.open("a").await;
    bench
}

fn code(steps: &Value) -> Value {
    json!({ "code": steps.to_string() })
}

#[tokio::test]
async fn what_a_script_asks_for_is_done_in_its_own_turn_and_recorded() {
    let bench = bench().await;
    let steps = json!([["goto", { "url": "http://shop.test/cart" }], ["get", { "what": "title" }]]);
    let ran = bench.done("exec", "a", code(&steps)).await;
    assert_eq!(ran["value"][1], json!({ "value": "Cart" }));
    let actions = bench.log("a", "actions.jsonl");
    assert_eq!(
        (actions.len(), &actions[0]["action"]),
        (1, &json!("goto")),
        "{actions:?}"
    );
    let lines = bench.log("a", "logs.jsonl");
    let told: Vec<_> = lines
        .iter()
        .filter(|line| line["op"] == actions[0]["op"])
        .map(|line| (line["target"].as_str().unwrap(), line["message"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("script", "goto"), ("script", "get"), ("command", "exec")]);
}

#[tokio::test]
async fn what_is_the_owners_is_not_a_scripts() {
    let bench = bench().await;
    for (op, args, kind) in [
        ("close", json!({}), Kind::Denied),
        ("session-mode", json!({ "mode": "write-access" }), Kind::Denied),
        ("open", json!({}), Kind::Denied),
        ("run", json!({ "file": "/a.ts" }), Kind::Denied),
        ("resume", json!({}), Kind::Denied),
        ("list", json!({}), Kind::Usage),
        ("exec", code(&json!([])), Kind::Usage),
        ("readonly-exec", code(&json!([])), Kind::Usage),
        ("nothing", json!({}), Kind::Usage),
    ] {
        let response = bench.ask("exec", "a", code(&json!([[op, args]]))).await;
        let error = response.error.unwrap_or_else(|| panic!("{op} was done"));
        assert!(
            error.kind == kind || error.kind == Kind::Denied,
            "{op}: {}",
            error.message
        );
    }
    assert_eq!(bench.title("a").await, "Shop");
}

#[tokio::test]
async fn a_script_that_looks_has_its_list_whatever_the_session_may() {
    let bench = bench().await;
    let looks = json!([["get", { "what": "title" }], ["wait", { "load": "load" }]]);
    let ran = bench.ask("readonly-exec", "a", code(&json!([looks[0]]))).await;
    assert!(ran.ok, "{:?}", ran.error);
    for spec in crate::op::TABLE {
        if greenroom_policy::READ_ONLY_SCRIPT.contains(&spec.name) {
            continue;
        }
        let response = bench
            .fails(Kind::Denied, "readonly-exec", "a", code(&json!([[spec.name, {}]])))
            .await;
        assert!(response.error.unwrap().message.contains(spec.name));
    }
    let waits = code(&json!([["wait", { "fn": "1" }]]));
    bench.fails(Kind::Denied, "readonly-exec", "a", waits).await;
    assert_eq!(bench.title("a").await, "Shop");
    let lines = bench.log("a", "actions.jsonl");
    assert!(
        !lines.is_empty() && lines.iter().all(|line| line["success"] == false),
        "{lines:?}"
    );
}

#[tokio::test]
async fn state_is_kept_for_both_kinds_and_for_the_next_daemon() {
    let mut bench = bench().await;
    bench.done("exec", "a", code(&json!([["state", { "n": 1 }]]))).await;
    let ran = bench
        .done("readonly-exec", "a", code(&json!([["state", { "n": 2 }]])))
        .await;
    assert_eq!(ran["value"], json!([{ "n": 1 }]));
    bench.world.control().disconnect();
    bench.service = service(&bench.folder, &bench.world);
    let ran = bench.done("exec", "a", code(&json!([["state", {}]]))).await;
    assert_eq!(ran["value"], json!([{ "n": 2 }]));
}

#[tokio::test]
async fn a_command_that_is_dropped_frees_the_turn() {
    let bench = bench().await;
    let never = code(&json!([["wait", { "url": "http://nowhere.test/" }]]));
    let dropped = tokio::time::timeout(Duration::from_millis(50), bench.ask("exec", "a", never)).await;
    assert!(dropped.is_err());
    assert_eq!(bench.title("a").await, "Shop");
}

#[tokio::test]
async fn a_program_without_an_engine_says_so() {
    let bench = Bench::new();
    bench.open("a").await;
    bench
        .fails(Kind::Unsupported, "exec", "a", json!({ "code": "1" }))
        .await;
}
