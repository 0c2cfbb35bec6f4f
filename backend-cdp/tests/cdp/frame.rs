//! Frames of other origins: what only Chromium's processes can do to them.

use std::sync::Arc;
use std::time::Duration;

use chromiumoxide::Connection;
use chromiumoxide::cdp::browser_protocol::page::CrashParams;
use chromiumoxide::cdp::browser_protocol::target::AttachToTargetParams;
use chromiumoxide::types::{CdpJsonEventMessage, Message, Method};
use futures::StreamExt;
use greenroom_session_core::backend::{BrowserBackend, ConnectOptions, FrameKey, Page, Script, World};
use greenroom_session_core::{Call, Error, Kind};
use greenroom_test_site::Site;
use serde_json::{Value, json};

use crate::support::{Fixture, Recorder, backend, call, eval, eval_main, failed, options, script};

const FIND: &str = "() => [...document.querySelectorAll('iframe, frame, object, embed')]";

async fn frames(page: &Arc<dyn Page>, parent: Option<&FrameKey>) -> Vec<Option<FrameKey>> {
    let found = page.frames().unwrap().find(parent, &script(FIND), &call()).await;
    found.unwrap()
}

async fn frame(page: &Arc<dyn Page>) -> FrameKey {
    frames(page, None).await.remove(0).unwrap()
}

async fn ask(page: &Arc<dyn Page>, frame: &FrameKey, function: &str, call: &Call) -> Result<Value, Error> {
    page.frames().unwrap().evaluate(frame, &script(function), call).await
}

/// A page that holds a page of another site, which has a process of its own.
async fn other_process(fixture: &Fixture, site: &Site) -> (Arc<dyn Page>, FrameKey) {
    let url = format!("/framed?src={}/title/Inside", site.other_site());
    let page = fixture.open(&site.url(&url)).await;
    let frame = frame(&page).await;
    (page, frame)
}

/// Crashes a target's renderer, as another client of the browser.
async fn crash(fixture: &Fixture, target: &str) {
    let endpoint = &fixture.browser.endpoint().url;
    let mut wire: Connection<CdpJsonEventMessage> = Connection::connect(endpoint).await.unwrap();
    let mut attach = AttachToTargetParams::new(target.to_owned());
    attach.flatten = Some(true);
    let method = attach.identifier();
    wire.submit_command(method, None, serde_json::to_value(attach).unwrap())
        .unwrap();
    let session = loop {
        if let Ok(Message::Response(response)) = wire.next().await.unwrap() {
            break response.result.unwrap()["sessionId"].as_str().unwrap().to_owned();
        }
    };
    let crash = CrashParams::default();
    wire.submit_command(crash.identifier(), Some(session.into()), json!({}))
        .unwrap();
    // What is submitted is sent when the stream is read; the crash itself is never answered.
    while let Some(message) = wire.next().await {
        if matches!(message, Ok(Message::Event(event)) if event.method == "Inspector.targetCrashed") {
            return;
        }
    }
}

#[tokio::test]
async fn a_frame_that_hangs_in_a_process_of_its_own_holds_up_nothing_else() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let (page, frame) = other_process(&fixture, &site).await;
    let short = Call::within(Duration::from_millis(300));
    let error = failed(ask(&page, &frame, "() => { for (;;); }", &short).await);
    assert_eq!(error.kind(), Kind::Timeout, "{error:?}");
    assert_eq!(eval(&page, "() => document.title").await, "Framed");
    assert_eq!(frames(&page, None).await, [Some(frame.clone())]);
    // Its script is ended, since the browser is ours.
    assert_eq!(
        ask(&page, &frame, "() => document.title", &call()).await.unwrap(),
        "Inside"
    );
    fixture.finish().await;
}

#[tokio::test]
async fn a_frame_whose_renderer_crashes_says_so_at_once_and_comes_back() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let (page, frame) = other_process(&fixture, &site).await;
    let limit = call();
    let (pending, ()) = tokio::join!(
        ask(&page, &frame, "() => new Promise(() => {})", &limit),
        crash(&fixture, &frame.0)
    );
    let error = failed(pending);
    assert_eq!(error.kind(), Kind::PageCrashed, "{error:?}");
    assert_eq!(
        error.message(),
        "failed to run a script in the page: the frame has crashed"
    );
    let error = failed(ask(&page, &frame, "() => 1", &call()).await);
    assert_eq!(error.kind(), Kind::PageCrashed, "{error:?}");
    assert_eq!(eval(&page, "() => document.title").await, "Framed");
    let crashes = |event: &greenroom_session_core::backend::Event| {
        matches!(event, greenroom_session_core::backend::Event::PageCrashed { .. }).then_some(())
    };
    assert!(fixture.sink.all(crashes).is_empty(), "the page itself is well");
    let next = format!(
        "() => new Promise(done => {{
            const frame = document.querySelector('iframe');
            frame.onload = () => done();
            frame.src = '{}/title/Again';
        }})",
        site.other_site()
    );
    eval_main(&page, &next).await;
    assert_eq!(
        ask(&page, &frame, "() => document.title", &call()).await.unwrap(),
        "Again"
    );
    fixture.finish().await;
}

#[tokio::test]
async fn our_world_is_there_before_anybody_asks() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let mut errors = Vec::new();
    for _ in 0..3 {
        let (page, frame) = other_process(&fixture, &site).await;
        // Less than is waited before a world is made by hand.
        match ask(
            &page,
            &frame,
            "() => document.title",
            &Call::within(Duration::from_millis(400)),
        )
        .await
        {
            Ok(_) => return fixture.finish().await,
            Err(error) => errors.push(error),
        }
    }
    panic!("the world came late, each time: {errors:?}");
}

#[tokio::test]
async fn whatever_holds_a_document_is_a_frame() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/title/Holders")).await;
    let (origin, other) = (site.other_origin(), site.other_site());
    let fill = format!(
        r#"() => {{ document.body.innerHTML = `
            <object data="{other}/title/Object" type="text/html"></object>
            <embed src="{origin}/title/Embed" type="text/html">
            <iframe sandbox srcdoc="<title>Sandboxed</title>"></iframe>
            <iframe src="data:text/html,<title>Data</title>"></iframe>
            <iframe></iframe>
            <object></object>
            <iframe src="http://127.0.0.1:1/"></iframe>`;
            const holders = [...document.querySelectorAll('object[data], embed, iframe[src], iframe[srcdoc]')];
            return Promise.all(holders.map(holder => new Promise(done => {{ holder.onload = () => done(); }})));
        }}"#
    );
    eval_main(&page, &fill).await;
    let found = frames(&page, None).await;
    let mut titles = Vec::new();
    for frame in &found {
        titles.push(match frame {
            Some(frame) => ask(&page, frame, "() => document.title", &call()).await.unwrap(),
            None => Value::Null,
        });
    }
    assert_eq!(
        titles,
        [
            json!("Object"),
            json!("Embed"),
            json!("Sandboxed"),
            json!("Data"),
            json!(""),
            Value::Null,
            json!("127.0.0.1")
        ]
    );
    fixture.finish().await;
}

#[tokio::test]
async fn frames_of_an_attached_browser_are_found() {
    let Some(fixture) = Fixture::persistent().await else {
        return;
    };
    let site = Site::start().await;
    let (theirs, frame) = other_process(&fixture, &site).await;
    let endpoint = format!("http://127.0.0.1:{}", fixture.browser.endpoint().port.unwrap());
    let to = ConnectOptions {
        endpoint,
        session: None,
    };
    let browser = backend().connect(&to, &call()).await.unwrap();
    let sink = Arc::new(Recorder::default());
    browser.open_context(&options(), sink.clone(), &call()).await.unwrap();
    let opened = |event: &greenroom_session_core::backend::Event| match event {
        greenroom_session_core::backend::Event::PageOpened(opened) if opened.page.key() == theirs.key() => {
            Some(Arc::clone(&opened.page))
        }
        _ => None,
    };
    let page = sink.first("their page", opened).await;
    assert_eq!(frames(&page, None).await, [Some(frame.clone())]);
    let main = Script {
        world: World::Main,
        ..script("() => document.title")
    };
    let title = page.frames().unwrap().evaluate(&frame, &main, &call()).await;
    assert_eq!(title.unwrap(), "Inside");
    browser.close(&call()).await.unwrap();
    fixture.finish().await;
}
