//! Dialogs are answered at once, on every page and popup, and popups are pages.

use greenroom_session_core::backend::{DialogAnswer, DialogKind, DialogOpened, Event, PageKey};
use greenroom_test_site::Site;
use serde_json::json;

use crate::support::{Fixture, call, eval, eval_main, go};

fn closed(kind: DialogKind) -> impl Fn(&Event) -> Option<(DialogOpened, DialogAnswer)> {
    move |event| match event {
        Event::DialogClosed(dialog, answer) if dialog.kind == kind => Some((dialog.clone(), answer.clone())),
        _ => None,
    }
}

#[tokio::test]
async fn each_kind_is_answered_as_told_and_scripts_go_on() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/title/One")).await;
    assert_eq!(
        eval_main(&page, "() => [alert('a'), confirm('b'), prompt('c', 'd')]").await,
        json!([null, false, null])
    );
    *fixture.sink.answer.lock().unwrap() = DialogAnswer::Accept(Some("mine".into()));
    assert_eq!(
        eval_main(&page, "() => [confirm('b'), prompt('c', 'd')]").await,
        json!([true, "mine"])
    );
    *fixture.sink.answer.lock().unwrap() = DialogAnswer::Accept(None);
    assert_eq!(eval_main(&page, "() => prompt('c', 'd')").await, json!("d"));
    let (prompt, answer) = fixture.sink.first("the prompt", closed(DialogKind::Prompt)).await;
    assert_eq!(
        (prompt.message.as_str(), prompt.default.as_deref(), answer),
        ("c", Some("d"), DialogAnswer::Dismiss)
    );
    assert_eq!((&prompt.page, prompt.url), (page.key(), site.url("/title/One")));
    // At load: the navigation does not hang.
    for kind in ["alert", "confirm", "prompt"] {
        assert_eq!(
            go(&page, &site.url(&format!("/dialogs?kind={kind}&at=load")))
                .await
                .unwrap()
                .status,
            Some(200)
        );
    }
    fixture.finish().await;
}

#[tokio::test]
async fn a_document_that_asks_before_it_is_left_is_left() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/dialogs?kind=beforeunload&at=load")).await;
    // Chromium asks only after a person has used the page.
    let click =
        "() => { addEventListener('beforeunload', event => { event.preventDefault(); event.returnValue = 'x' }) }";
    eval_main(&page, click).await;
    assert_eq!(go(&page, &site.url("/title/Next")).await.unwrap().status, Some(200));
    page.close(&call()).await.unwrap();
    fixture.finish().await;
}

#[tokio::test]
async fn a_popup_is_a_page_from_its_first_moment() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/title/Opener")).await;
    let popup = |event: &Event| match event {
        Event::PageOpened(opened) if opened.opener.as_ref() == Some(page.key()) => Some(opened.page.clone()),
        _ => None,
    };
    // Its first line opens a dialog.
    let child = site.url("/popup/child?name=first&alert=1");
    assert_eq!(eval_main(&page, &format!("() => !!window.open('{child}')")).await, true);
    let opened = fixture.sink.first("the popup", popup).await;
    let (dialog, _) = fixture.sink.first("its alert", closed(DialogKind::Alert)).await;
    assert_eq!(&dialog.page, opened.key());
    let first: Vec<(&str, Option<PageKey>)> = fixture.sink.all(|event| match event {
        Event::Console(record) if record.text.starts_with("popup first line") => Some(("console", record.page.clone())),
        Event::Network(record) if record.url == child => Some(("network", record.page.clone())),
        _ => None,
    });
    assert!(
        first
            .iter()
            .any(|(what, page)| *what == "console" && page.as_ref() == Some(opened.key())),
        "{first:?}"
    );
    let document = |event: &Event| match event {
        Event::Network(record) if record.url == child => Some(record.resource_type.clone()),
        _ => None,
    };
    assert_eq!(fixture.sink.first("its document", document).await, "document");
    assert_eq!(eval(&opened, "() => innerWidth").await, 800);
    assert_eq!(eval_main(&opened, "() => opener !== null").await, true);

    // Blank, and spoken to by its opener before anybody else can.
    let blank =
        "() => { const popup = window.open('about:blank'); popup.alert('at once'); return popup.confirm('twice') }";
    assert_eq!(eval_main(&page, blank).await, false);
    eval_main(&opened, "() => close()").await;
    let gone = |event: &Event| match event {
        Event::PageClosed { page } if page == opened.key() => Some(()),
        _ => None,
    };
    fixture.sink.first("the end of the popup", gone).await;
    fixture.finish().await;
}
