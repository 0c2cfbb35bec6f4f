//! A person before a window: a display of our own, and a second DevTools client whose input the browser takes for a hand's.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket, stream::MaybeTlsStream};

use crate::bench::{Bench, until};

/// A display that nobody sees; it ends when it is dropped.
pub(crate) struct Display {
    child: Child,
    pub(crate) name: String,
}

impl Display {
    /// Starts one on the first free number; `None`: there is no display server here, which has been told.
    pub(crate) fn start() -> Option<Self> {
        let mut command = Command::new("Xvfb");
        command.args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1600x1200x24",
            "-nolisten",
            "tcp",
            "-noreset",
        ]);
        let spawned = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut child) = spawned else {
            assert!(std::env::var_os("CI").is_none(), "no Xvfb here, and CI must have one");
            eprintln!("skipped: no Xvfb here (cargo xtask setup installs it)");
            return None;
        };
        let mut number = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut number)
            .unwrap();
        let name = format!(":{}", number.trim());
        Some(Self { child, name })
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // Asked, it takes its lock and its socket away.
        let pid = rustix::process::Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let _ = self.child.wait();
    }
}

/// A person at one page of a session.
pub(crate) struct Person {
    socket: WebSocket<MaybeTlsStream<std::net::TcpStream>>,
    session: String,
    count: u64,
}

impl Person {
    /// Sits down before a page of a session.
    pub(crate) fn at(bench: &Bench, session: &str, page: &str) -> Self {
        let state = || bench.state(session);
        let key = || {
            let pages = state()["pages"].as_array().cloned().unwrap_or_default();
            let found = pages.iter().find(|one| one["id"] == page)?;
            found["key"].as_str().map(str::to_owned)
        };
        until("the page is written down", || key().is_some());
        let url = state()["endpoint"]["url"].as_str().unwrap().to_owned();
        let (socket, _) = tungstenite::connect(url).unwrap();
        let mut person = Self {
            socket,
            session: String::new(),
            count: 0,
        };
        let attached = person.ask(
            "Target.attachToTarget",
            &json!({ "targetId": key().unwrap(), "flatten": true }),
        );
        attached["sessionId"].as_str().unwrap().clone_into(&mut person.session);
        person
    }

    fn send(&mut self, method: &str, params: &Value) -> u64 {
        self.count += 1;
        let mut order = json!({ "id": self.count, "method": method, "params": params });
        if !self.session.is_empty() {
            order["sessionId"] = self.session.clone().into();
        }
        self.socket.send(Message::text(order.to_string())).unwrap();
        self.count
    }

    /// Sends a command, and waits for its answer.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Value {
        let id = self.send(method, params);
        loop {
            let Message::Text(text) = self.socket.read().unwrap() else {
                continue;
            };
            let mut answer: Value = serde_json::from_str(&text).unwrap();
            if answer["id"] == id {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].take();
            }
            if answer["method"] == "Target.detachedFromTarget" {
                return Value::Null;
            }
        }
    }

    /// Opens another tab.
    pub(crate) fn opens(&mut self, url: &str) {
        self.ask("Target.createTarget", &json!({ "url": url }));
    }

    /// Goes so many steps through the history of the page, by the browser's own controls.
    pub(crate) fn travels(&mut self, steps: i64) {
        let history = self.ask("Page.getNavigationHistory", &Value::Null);
        let index = history["currentIndex"].as_i64().unwrap() + steps;
        let entry = &history["entries"][usize::try_from(index).unwrap()]["id"];
        self.ask("Page.navigateToHistoryEntry", &json!({ "entryId": entry }));
    }

    /// What an expression is in the page itself.
    pub(crate) fn sees(&mut self, expression: &str) -> Value {
        let ask = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let mut answer = self.ask("Runtime.evaluate", &ask);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].take()
    }

    /// The middle of what an expression answers, in the viewport, once it is there to be seen: what is clicked before a
    /// page has been painted, the browser gives to nobody.
    fn middle(&mut self, element: &str) -> (f64, f64) {
        let expression = format!(
            "(async () => {{ const frame = () => document.hidden || new Promise(requestAnimationFrame); await frame(); \
             const e = {element}; e.scrollIntoView({{ block: 'center' }}); await frame(); \
             const box = e.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
        );
        let middle = self.sees(&expression);
        (middle[0].as_f64().unwrap(), middle[1].as_f64().unwrap())
    }

    /// Clicks in the middle of what an expression answers.
    pub(crate) fn click(&mut self, element: &str) {
        let at = self.middle(element);
        self.click_at(at, 1);
    }

    /// The same twice.
    pub(crate) fn double_click(&mut self, element: &str) {
        let at = self.middle(element);
        self.click_at(at, 1);
        self.click_at(at, 2);
    }

    /// Clicks at a point.
    pub(crate) fn click_at(&mut self, (x, y): (f64, f64), count: u8) {
        self.ask(
            "Input.dispatchMouseEvent",
            &json!({ "type": "mouseMoved", "x": x, "y": y }),
        );
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": count });
            self.ask("Input.dispatchMouseEvent", &event);
        }
    }

    /// Types a text, key by key.
    pub(crate) fn types(&mut self, text: &str) {
        for letter in text.chars() {
            let down = json!({ "type": "keyDown", "key": letter.to_string(), "text": letter.to_string() });
            self.ask("Input.dispatchKeyEvent", &down);
            self.ask(
                "Input.dispatchKeyEvent",
                &json!({ "type": "keyUp", "key": letter.to_string() }),
            );
        }
    }

    /// Presses a key by its name and its old number.
    pub(crate) fn presses(&mut self, key: &str, number: u32) {
        let mut down = json!({ "type": "rawKeyDown", "key": key, "code": key, "windowsVirtualKeyCode": number });
        if key == "Enter" {
            down["type"] = "keyDown".into();
            down["text"] = "\r".into();
        }
        self.ask("Input.dispatchKeyEvent", &down);
        let up = json!({ "type": "keyUp", "key": key, "code": key, "windowsVirtualKeyCode": number });
        self.ask("Input.dispatchKeyEvent", &up);
    }
}
