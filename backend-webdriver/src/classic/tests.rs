//! The client against a driver that is played: what browsers do too seldom to wait for it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use greenroom_session_core::backend::{
    ContextOptions, DialogAnswer, DialogOpened, Event, EventSink, FileChooserOpened, NewPage, Page, Script, WaitUntil,
    World,
};
use greenroom_session_core::{Call, Kind};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::{Classic, Known};
use crate::browser::Dialect;

/// What the driver answers to a command (`GET url`): a value, or the code of an error.
type Plays = Arc<dyn Fn(&str, &Value) -> Result<Value, &'static str> + Send + Sync>;

/// Starts a driver; answers where it listens.
async fn driver(plays: Plays) -> url::Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&plays)));
        }
    });
    format!("http://{address}/").parse().unwrap()
}

async fn serve(stream: TcpStream, plays: Plays) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let (mut request, mut length) = (String::new(), 0);
        stream.read_line(&mut request).await.ok().filter(|read| *read > 0)?;
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.ok()?;
        let mut words = request.split(' ');
        let (method, path) = (words.next()?, words.next()?);
        let command = format!("{method} {}", path.trim_start_matches("/session/s/"));
        let (status, value) = match plays(&command, &serde_json::from_slice(&body).unwrap_or_default()) {
            Ok(value) => ("200 OK", value),
            Err(code) => (
                "404 Not Found",
                json!({ "error": code, "message": "", "stacktrace": "" }),
            ),
        };
        let answer = json!({ "value": value }).to_string();
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            answer.len()
        );
        stream.write_all((head + &answer).as_bytes()).await.ok()?;
    }
}

/// A sink that waits for the loss.
#[derive(Debug, Default)]
struct Sink {
    lost: tokio::sync::Notify,
    asked: Mutex<usize>,
}

impl EventSink for Sink {
    fn event(&self, event: Event) {
        if matches!(event, Event::Lost { .. }) {
            self.lost.notify_one();
        }
    }

    fn dialog(&self, _: &DialogOpened) -> Option<DialogAnswer> {
        *self.asked.lock().unwrap() += 1;
        Some(DialogAnswer::Dismiss)
    }

    fn file_chooser(&self, _: &FileChooserOpened) -> Vec<PathBuf> {
        Vec::new()
    }
}

fn call() -> Call {
    Call::within(Duration::from_secs(10))
}

/// A session with one page, on a driver that plays so; what it does not say is answered as usual.
async fn page(
    plays: impl Fn(&str, &Value) -> Option<Result<Value, &'static str>> + Send + Sync + 'static,
) -> (Arc<Classic>, Arc<dyn Page>, Arc<Sink>) {
    let plays: Plays = Arc::new(move |command, body| {
        plays(command, body).unwrap_or_else(|| match command {
            "GET window/handles" => Ok(json!(["keeper", "page"])),
            "POST window/new" => Ok(json!({ "handle": "page", "type": "window" })),
            "GET url" => Ok(json!("about:blank")),
            "GET alert/text" => Err("no such alert"),
            _ => Ok(Value::Null),
        })
    });
    let known = Known {
        driver: driver(plays).await,
        session: String::from("s"),
        owned: true,
        keeper: Some(String::from("keeper")),
        proxy: None,
        accepts_insecure: false,
    };
    let classic = Classic::connect(known, &call()).await.unwrap();
    let sink = Arc::new(Sink::default());
    let heard = Arc::clone(&sink) as Arc<dyn EventSink>;
    let context = classic
        .open_context(&ContextOptions::default(), heard, &call())
        .await
        .unwrap();
    let new = NewPage {
        url: None,
        until: WaitUntil::Load,
    };
    let (page, _) = classic.open_page(&context, &new, &call()).await.unwrap();
    (classic, page, sink)
}

fn script() -> Script {
    Script {
        function: String::from("() => 1"),
        args: Vec::new(),
        world: World::Main,
    }
}

#[tokio::test]
async fn a_driver_that_has_lost_its_browser_is_noticed_by_nobody_asking() {
    let is_gone = Arc::new(Mutex::new(false));
    let gone = Arc::clone(&is_gone);
    let (_classic, page, sink) = page(move |command, _| {
        (command == "GET window/handles" && *gone.lock().unwrap()).then_some(Err("unknown error"))
    })
    .await;
    *is_gone.lock().unwrap() = true;
    tokio::time::timeout(Duration::from_secs(10), sink.lost.notified())
        .await
        .unwrap();
    let error = page.evaluate(&script(), &call()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::BrowserLost);
}

#[tokio::test]
async fn a_script_that_opened_a_dialog_is_an_error_and_the_dialog_goes() {
    let dialogs = Arc::new(Mutex::new(0));
    let open = Arc::clone(&dialogs);
    let (_classic, page, sink) = page(move |command, body| {
        let mut open = open.lock().unwrap();
        match command {
            "POST execute/sync" if body["script"].as_str().is_some_and(|script| script.contains("() => 1")) => {
                *open = 1;
                Some(Ok(Value::Null))
            }
            "GET alert/text" if *open == 1 => Some(Ok(json!("sure?"))),
            "POST alert/dismiss" => {
                *open = 2;
                Some(Ok(Value::Null))
            }
            _ => None,
        }
    })
    .await;
    let error = page.evaluate(&script(), &call()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Script);
    assert!(error.message().contains("`sure?`"), "{error}");
    assert_eq!(*dialogs.lock().unwrap(), 2, "the dialog is still open");
    assert_eq!(*sink.asked.lock().unwrap(), 0, "`dialogs` is not declared");
}

#[tokio::test]
async fn a_command_that_finds_a_dialog_dismisses_it_and_is_sent_again() {
    let is_open = Arc::new(Mutex::new(true));
    let open = Arc::clone(&is_open);
    let (_classic, page, _) = page(move |command, body| {
        let is_open = &mut *open.lock().unwrap();
        match command {
            "POST execute/sync" if body["script"].as_str().is_some_and(|script| script.contains("() => 1")) => {
                Some(if *is_open {
                    Err("unexpected alert open")
                } else {
                    Ok(json!("j1"))
                })
            }
            "GET alert/text" if *is_open => Some(Ok(json!("hello"))),
            "POST alert/dismiss" => {
                *is_open = false;
                Some(Ok(Value::Null))
            }
            _ => None,
        }
    })
    .await;
    assert_eq!(page.evaluate(&script(), &call()).await.unwrap(), json!(1));
}
