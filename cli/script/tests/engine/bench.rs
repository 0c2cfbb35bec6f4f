//! A realm, and a service that answers what a test says.

use std::sync::Arc;
use std::time::Duration;

use greenroom_script::QuickJs;
use greenroom_session_core::script::{Code, Produced, Ran, Repl, ScriptEngine, Sight, Tap, Work};
use greenroom_session_core::{Call, Error, Kind};
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// What an operation answers here.
fn answer(name: &str, args: &Value) -> Value {
    if name == "script.fetch" {
        let is_binary = args["url"] == "http://a/binary";
        let body = match args["url"].as_str() {
            Some("http://a/binary") => json!({ "base64": "AP8=" }),
            // As much as an answer may have.
            Some("http://a/large") => json!({ "base64": "A".repeat(8 * 1024 * 1024 / 3 * 4) }),
            _ => json!({ "text": args.to_string() }),
        };
        let headers = [("a", "1"), ("set-cookie", "x=1"), ("a", "2"), ("set-cookie", "y=2")];
        let mut answer = json!({
            "url": args["url"], "redirected": true, "status": if is_binary { 404 } else { 200 }, "statusText": "Told", "headers": headers,
        });
        answer
            .as_object_mut()
            .unwrap()
            .extend(body.as_object().unwrap().clone());
        return answer;
    }
    let value = match (name, args["what"].as_str()) {
        (_, Some("count")) => json!(0),
        (_, Some("refs")) => json!(["e1"]),
        (_, Some("viewport")) => json!({ "width": 800, "height": 600 }),
        // What the page's side of `evaluate` answers for an object that holds itself and what JSON has no form for.
        ("evaluate", _) => json!(
            r#"{"o":[["self",{"r":0}],["date",{"d":"2026-11-28T00:00:00.000Z"}],["none",{"s":"undefined"}]],"i":0}"#
        ),
        _ => json!(name),
    };
    json!({ "value": value, "page": "page-1", "url": "http://a/b", "status": 200, "sameDocument": false })
}

/// How long a call may take where a test says nothing: long enough for a machine that is busy.
const LONG: Duration = Duration::from_mins(1);

pub(crate) struct Bench {
    pub(crate) repl: Arc<dyn Repl>,
    state: Value,
    /// The operations that were asked for: name, parameters, page.
    pub(crate) asked: Vec<(String, Value, Option<String>)>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self {
            repl: QuickJs::new().repl().unwrap(),
            state: json!({}),
            asked: Vec::new(),
        }
    }

    /// Runs code; operations are answered with their parameters, but `never`, which is not answered.
    pub(crate) fn ran_within(&mut self, source: &str, limit: Duration) -> Ran {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(self.run(source, Call::within(limit)))
    }

    pub(crate) async fn run(&mut self, source: &str, call: Call) -> Ran {
        self.work(Work::Code(source.to_owned()), call).await
    }

    /// Any work, with time enough.
    pub(crate) fn works(&mut self, work: Work) -> Ran {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(self.work(work, Call::within(LONG)))
    }

    pub(crate) async fn work(&mut self, work: Work, call: Call) -> Ran {
        let (operations, mut asked) = mpsc::unbounded_channel();
        let events = Arc::new(Tap::default());
        let code = Code {
            work,
            page: Some("page-1".to_owned()),
            pages: Sight(Arc::new(|| {
                let info = json!({ "id": "page-1", "url": "http://a/b", "title": "A", "active": true });
                vec![serde_json::from_value(info).unwrap()]
            })),
            browser: serde_json::from_value(json!({ "name": "chrome", "version": "1.2", "executable": null })).unwrap(),
            read_only: false,
            events: Arc::clone(&events),
            state: self.state.clone(),
            operations,
            call,
        };
        let run = self.repl.run(code);
        let mut run = std::pin::pin!(run);
        let mut unanswered = Vec::new();
        let ran = loop {
            tokio::select! {
                ran = &mut run => break ran,
                Some(asked) = asked.recv() => {
                    if asked.args["selector"] == "never" || asked.args["url"] == "http://a/never" {
                        unanswered.push(asked);
                        continue;
                    }
                    // `page.evaluate('tell', '[…]')`: these events happen before it is answered.
                    let is_told = asked.args["function"].as_str().is_some_and(|text| text.contains("((tell\n)"));
                    let told = asked.args["arg"].as_str().filter(|_| is_told);
                    let told = told.map(|arg| serde_json::from_str::<String>(arg).unwrap());
                    for told in told.map(|text| serde_json::from_str::<Vec<Value>>(&text).unwrap()).unwrap_or_default() {
                        events.tell(told[0].as_str().unwrap(), told[1].as_str(), &told[2]);
                    }
                    self.asked.push((asked.name.clone(), asked.args.clone(), asked.page.clone()));
                    let failed = match asked.args["selector"].as_str() {
                        Some("timeout") => Some(Kind::Timeout),
                        Some("ambiguous") => Some(Kind::Ambiguous),
                        Some("stale") => Some(Kind::Stale),
                        _ => None,
                    };
                    (asked.reply)(match failed {
                        Some(kind) => Err(Error::new(kind, "it failed").to_wire()),
                        None => Ok(answer(&asked.name, &asked.args)),
                    });
                }
            }
        };
        if let Some(state) = &ran.state {
            self.state = state.clone();
        }
        ran
    }

    pub(crate) fn ran(&mut self, source: &str) -> Ran {
        self.ran_within(source, LONG)
    }

    /// Runs code that works.
    pub(crate) fn done(&mut self, source: &str) -> Produced {
        let ran = self.ran(source);
        ran.value.unwrap_or_else(|error| panic!("{source}\n{error:?}"))
    }

    /// What code prints.
    pub(crate) fn text(&mut self, source: &str) -> String {
        self.done(source).text
    }

    /// The error of code that fails.
    pub(crate) fn fails(&mut self, source: &str) -> Error {
        self.ran(source).value.expect_err(source)
    }
}
