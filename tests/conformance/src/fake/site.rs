//! The test site for fake browsers: what its pages do, without their scripts.

use std::collections::BTreeMap;
use std::time::Duration;

use greenroom_session_core::backend::DialogKind;
use greenroom_session_core::fake::{
    FakeConsole, FakeDialog, FakeDownload, FakeFetch, FakeFrame, FakePage, FakeRequest, FakeWorld, Loading,
};
use serde_json::{Value, json};

use super::{BAD_CERTIFICATE, PROXY};

const ITEMS: &str = r#"[
  { "sku": "lamp", "name": "Desk lamp", "price": "24.00" },
  { "sku": "chair", "name": "Folding chair", "price": "39.50" },
  { "sku": "mirror", "name": "Mirror", "price": "55.00" }
]"#;

/// Serves the pages of the test site that the suite opens, at `origin`.
pub fn install_site(world: &FakeWorld, origin: &str) {
    world.serve_origin(origin, page);
}

/// The sites that real setups build from proxies and certificates.
pub(super) fn install_strange_sites(world: &FakeWorld) {
    world.serve_origin("http://proxied.test", |request| match &request.proxy {
        Some(proxy) if proxy == PROXY => page(request),
        _ => Some(FakePage::that(Loading::Refused)),
    });
    world.serve_origin(BAD_CERTIFICATE, |request| {
        Some(FakePage {
            bad_certificate: true,
            ..page(request)?
        })
    });
}

fn page(request: &FakeRequest) -> Option<FakePage> {
    let path = request.path();
    let mut parts = path.trim_matches('/').splitn(2, '/');
    let (first, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let page = match (first, rest) {
        ("", "") => shop(),
        ("title", name) => FakePage::titled(name),
        ("status", code) => FakePage::status(code.parse().ok()?),
        ("redirect", "1") => FakePage::redirect("/"),
        ("redirect", count) => FakePage::redirect(format!("/redirect/{}", count.parse::<u32>().ok()?.checked_sub(1)?)),
        ("hang", "") => FakePage::that(Loading::NeverAnswers),
        ("never-loads", "") => titled("Never loads", FakePage::that(Loading::NeverLoads)),
        ("loop", "") if request.query("at").is_some() => titled("Loop", FakePage::that(Loading::Loops)),
        ("long", "") => tall("Long page", 3000),
        ("watched", "") => watched(request),
        ("state", "") => state(),
        ("hash" | "history" | "loop" | "post" | "storage", _) => tall(first, 4000),
        ("console", "") => console(),
        ("dialogs", "") => dialogs(request),
        ("popup", "") => popup_opener(request),
        ("popup", "child") => popup_child(request),
        ("slow", "") => slow(request),
        ("framed", "") => framed(request),
        ("headers", "") => titled("Headers", FakePage::titled(headers(request))),
        ("echo", "") => FakePage::resource("application/json", echo(request)),
        ("cookies", "set") => set_cookies(request),
        ("download", name) => download(name, request),
        ("style.css", "") => FakePage::resource("text/css", "body { margin: 0 }".repeat(10)),
        ("app.js", "") => FakePage::resource("text/javascript", "void 0;".repeat(20)),
        ("logo.png", "") => FakePage::resource("image/png", "not really an image".repeat(10)),
        ("api", "items.json") => FakePage::resource("application/json", ITEMS),
        _ => return None,
    };
    Some(page)
}

fn titled(title: &str, page: FakePage) -> FakePage {
    FakePage {
        title: title.to_owned(),
        ..page
    }
}

fn tall(title: &str, height: u32) -> FakePage {
    FakePage {
        height,
        ..FakePage::titled(title)
    }
}

fn shop() -> FakePage {
    FakePage {
        fetches: vec![
            FakeFetch::get("/style.css", "stylesheet"),
            FakeFetch::get("/app.js", "script"),
            FakeFetch::get("/logo.png", "image"),
            FakeFetch::get("/api/items.json", "fetch"),
        ],
        ..FakePage::titled("Greenroom test site")
    }
}

fn state() -> FakePage {
    FakePage {
        globals: BTreeMap::from([("counter".to_owned(), json!(0)), ("loadedAt".to_owned(), json!(1.5))]),
        ..tall("State", 4600)
    }
}

fn watched(request: &FakeRequest) -> FakePage {
    let height = request.query("height").and_then(|height| height.parse().ok());
    FakePage {
        globals: BTreeMap::from([("seen".to_owned(), json!([])), ("settled".to_owned(), json!(true))]),
        ..tall("Watched", height.unwrap_or(5000))
    }
}

fn line(level: &str, text: &str, args: Vec<Value>) -> FakeConsole {
    FakeConsole {
        level: level.to_owned(),
        text: text.to_owned(),
        args,
    }
}

fn console() -> FakePage {
    let args = vec![json!("a log line"), json!(1), json!(true), Value::Null, Value::Null];
    FakePage {
        console: vec![
            line("log", "a log line 1 true null undefined", args),
            line("info", "an info line", vec![json!("an info line")]),
            line("warning", "a warning", vec![json!("a warning")]),
            line("error", "an error line", vec![json!("an error line")]),
            line("debug", "a debug line", vec![json!("a debug line")]),
            line("error", "TypeError: a caught error", vec![]),
            line("log", "multiple\nlines and unicode: žluťoučký 🎭", vec![]),
            line("pageerror", "TypeError: an uncaught error", vec![]),
            line("pageerror", "RangeError: an unhandled rejection", vec![]),
        ],
        ..FakePage::titled("Console")
    }
}

fn dialogs(request: &FakeRequest) -> FakePage {
    let mut page = FakePage::titled("Dialogs");
    let (kind, message, default) = match request.query("kind").as_deref() {
        Some("confirm") => (DialogKind::Confirm, "a question?", None),
        Some("prompt") => (DialogKind::Prompt, "your name?", Some("nobody".to_owned())),
        Some("beforeunload") => {
            page.before_unload = Some("stay".to_owned());
            return page;
        }
        _ => (DialogKind::Alert, "an alert", None),
    };
    if matches!(request.query("at").as_deref(), Some("parse" | "load")) {
        page.dialogs.push(FakeDialog {
            kind,
            message: message.to_owned(),
            default,
        });
    }
    page
}

fn popup_opener(request: &FakeRequest) -> FakePage {
    let mut page = FakePage::titled("Popup opener");
    if request.query("at").as_deref() == Some("load") {
        let child = request.query("child").unwrap_or_else(|| "name=load&alert=1".to_owned());
        page.popups.push(format!("/popup/child?{child}"));
    }
    page
}

fn popup_child(request: &FakeRequest) -> FakePage {
    let name = request.query("name").unwrap_or_default();
    let mut page = FakePage::titled("Popup");
    let args = vec![json!("popup first line"), json!(name)];
    page.console
        .push(line("log", &format!("popup first line {name}"), args));
    if request.query("alert").is_some() {
        page.dialogs.push(FakeDialog {
            kind: DialogKind::Alert,
            message: "a popup alert".to_owned(),
            default: None,
        });
    }
    page.closes = request.query("close").is_some();
    page.fetches.push(FakeFetch::get("/api/items.json", "fetch"));
    page
}

fn slow(request: &FakeRequest) -> FakePage {
    let ms = request.query("ms").and_then(|ms| ms.parse().ok());
    FakePage {
        delay: Duration::from_millis(ms.unwrap_or(1000)),
        ..FakePage::titled("Slow")
    }
}

fn framed(request: &FakeRequest) -> FakePage {
    let frame = |(number, url)| FakeFrame {
        id: format!("frame-{number}"),
        url,
    };
    FakePage {
        frames: request.queries("src").into_iter().enumerate().map(frame).collect(),
        ..FakePage::titled("Framed")
    }
}

fn headers(request: &FakeRequest) -> String {
    serde_json::to_string(&request.headers).unwrap_or_default()
}

fn echo(request: &FakeRequest) -> String {
    json!({ "method": request.method, "headers": request.headers, "body": request.body }).to_string()
}

fn set_cookies(request: &FakeRequest) -> FakePage {
    let query = request.url.split_once('?').map_or("", |(_, query)| query);
    let mut page = FakePage::redirect("/storage");
    page.set_cookies = query
        .split('&')
        .map(|pair| format!("{pair}; Path=/; SameSite=Lax"))
        .collect();
    page.set_cookies
        .push("server-only=1; Path=/; HttpOnly; SameSite=Lax".to_owned());
    page
}

fn download(name: &str, request: &FakeRequest) -> FakePage {
    FakePage {
        download: Some(FakeDownload {
            name: request.query("as").unwrap_or_else(|| name.to_owned()),
            bytes: format!("content of {name}\n").into_bytes(),
        }),
        ..FakePage::resource("application/octet-stream", "")
    }
}
