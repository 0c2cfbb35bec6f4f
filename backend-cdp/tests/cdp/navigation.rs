//! Navigations, and what they come to.

use std::sync::Arc;
use std::time::Duration;

use greenroom_session_core::backend::{Event, Navigation, NewPage, Target, WaitUntil};
use greenroom_session_core::{Call, Kind};
use greenroom_test_site::Site;

use crate::support::{Fixture, call, eval, eval_main, failed, go, goes};

#[tokio::test]
async fn a_page_is_loaded_and_its_status_told() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let new = NewPage {
        url: Some(site.url("/title/One")),
        until: WaitUntil::Load,
    };
    let (page, loaded) = fixture
        .browser
        .open_page(&fixture.context, &new, &call())
        .await
        .unwrap();
    let loaded = loaded.unwrap();
    assert_eq!(
        (loaded.url.as_str(), loaded.status, loaded.moved),
        (site.url("/title/One").as_str(), Some(200), true)
    );
    assert_eq!(eval(&page, "() => document.title").await, "One");
    assert_eq!(page.url(&call()).await.unwrap(), site.url("/title/One"));
    for (path, status) in [("/status/404", 404), ("/status/500", 500), ("/redirect/3", 200)] {
        let loaded = go(&page, &site.url(path)).await.unwrap();
        assert_eq!(loaded.status, Some(status), "{path}");
    }
    assert_eq!(page.url(&call()).await.unwrap(), site.url("/"));
    fixture.finish().await;
}

#[tokio::test]
async fn what_cannot_be_loaded_says_why() {
    let Some(fixture) = Fixture::start().await else { return };
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let refused = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let (page, loaded) = fixture.try_open(&refused).await;
    let error = failed(loaded);
    assert_eq!(error.kind(), Kind::Navigation);
    assert!(
        error.message().contains("refused") && error.message().contains(&refused),
        "{error}"
    );
    for (url, kind) in [
        ("http://no-such-host.invalid/", Kind::Navigation),
        ("http://", Kind::Usage),
        ("nothing:handles", Kind::Navigation),
    ] {
        assert_eq!(failed(go(&page, url).await).kind(), kind, "{url}");
    }
    let site = Site::start().await;
    assert_eq!(go(&page, &site.url("/title/After")).await.unwrap().status, Some(200));
    fixture.finish().await;
}

#[tokio::test]
async fn within_a_document_is_answered_at_once() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/hash")).await;
    let loaded = go(&page, &site.url("/hash#there")).await.unwrap();
    assert!(loaded.same_document && loaded.moved);
    assert_eq!(page.url(&call()).await.unwrap(), site.url("/hash#there"));
    let told = |event: &Event| match event {
        Event::PageNavigated {
            url,
            same_document: true,
            ..
        } => Some(url.clone()),
        _ => None,
    };
    assert_eq!(fixture.sink.first("the move", told).await, site.url("/hash#there"));
    let back = goes(&page, Target::Back).await.unwrap();
    assert!(back.same_document && back.moved, "{back:?}");
    fixture.finish().await;
}

#[tokio::test]
async fn history_goes_back_and_forward() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/title/One")).await;
    go(&page, &site.url("/title/Two")).await.unwrap();
    let back = goes(&page, Target::Back).await.unwrap();
    assert_eq!(
        (back.url, back.moved, back.same_document),
        (site.url("/title/One"), true, false)
    );
    assert_eq!(eval(&page, "() => document.title").await, "One");
    assert_eq!(goes(&page, Target::Forward).await.unwrap().url, site.url("/title/Two"));
    assert!(!goes(&page, Target::Forward).await.unwrap().moved);
    eval_main(&page, "() => { window.mark = 1 }").await;
    let again = goes(&page, Target::Reload).await.unwrap();
    assert_eq!((again.url, again.status), (site.url("/title/Two"), Some(200)));
    assert_eq!(eval_main(&page, "() => window.mark").await, serde_json::Value::Null);
    fixture.finish().await;
}

#[tokio::test]
async fn at_the_deadline_it_says_what_it_waited_for_and_the_page_is_usable() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.blank().await;
    for (path, seen) in [("/never-loads", "parsed"), ("/hang", "not answered")] {
        let to = Navigation {
            target: Target::Url(site.url(path)),
            until: WaitUntil::Load,
        };
        let error = failed(page.navigate(&to, &Call::within(Duration::from_millis(1500))).await);
        assert_eq!(error.kind(), Kind::Timeout);
        assert!(
            error.message().contains("the load event") && error.message().contains(path),
            "{error}"
        );
        assert!(path == "/hang" || error.message().contains(seen), "{error}");
        assert_eq!(go(&page, &site.url("/title/After")).await.unwrap().status, Some(200));
    }
    let to = Navigation {
        target: Target::Url(site.url("/never-loads")),
        until: WaitUntil::DomContentLoaded,
    };
    assert_eq!(page.navigate(&to, &call()).await.unwrap().status, Some(200));
    assert_eq!(eval(&page, "() => 1").await, 1);
    fixture.finish().await;
}

#[tokio::test]
async fn an_endless_loop_ends_at_the_deadline_and_the_page_is_usable_after() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/title/One")).await;
    // By a script of ours: it is ended by itself.
    let endless = crate::support::script("() => { for (;;); }");
    let error = failed(page.evaluate(&endless, &Call::within(Duration::from_millis(200))).await);
    assert_eq!(error.kind(), Kind::Timeout);
    assert_eq!(page.url(&call()).await.unwrap(), site.url("/title/One"));
    assert_eq!(eval(&page, "() => document.title").await, "One");
    // By the page.
    eval_main(&page, "() => { setTimeout(() => { for (;;); }, 0) }").await;
    assert_eq!(go(&page, &site.url("/title/Two")).await.unwrap().status, Some(200));
    assert_eq!(eval(&page, "() => document.title").await, "Two");
    eval_main(&page, "() => { setTimeout(() => { for (;;); }, 0) }").await;
    page.revive(&call()).await.unwrap();
    assert_eq!(eval(&page, "() => document.title").await, "Two");
    fixture.finish().await;
}

#[tokio::test]
async fn a_crashed_page_says_so_at_once_and_comes_back() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/title/One")).await;
    let waiting = {
        let page = Arc::clone(&page);
        tokio::spawn(async move {
            page.evaluate(&crate::support::script("() => new Promise(() => {})"), &call())
                .await
        })
    };
    eval(&page, "() => 1").await;
    // Chromium aborts this navigation, and says that the page has crashed by an event.
    failed(go(&page, "chrome://crash").await);
    assert_eq!(failed(waiting.await.unwrap()).kind(), Kind::PageCrashed);
    fixture
        .sink
        .first("the crash", |event| {
            matches!(event, Event::PageCrashed { .. }).then_some(())
        })
        .await;
    let started = std::time::Instant::now();
    let error = failed(page.evaluate(&crate::support::script("() => 1"), &call()).await);
    assert_eq!(error.kind(), Kind::PageCrashed);
    assert!(error.hint().is_some() && started.elapsed() < Duration::from_millis(100));
    assert_eq!(go(&page, &site.url("/title/Two")).await.unwrap().status, Some(200));
    assert_eq!(eval(&page, "() => document.title").await, "Two");
    fixture.finish().await;
}

#[tokio::test]
async fn each_wait_ends_when_its_event_has_come() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.blank().await;
    for until in [
        WaitUntil::Commit,
        WaitUntil::DomContentLoaded,
        WaitUntil::Load,
        WaitUntil::NetworkIdle,
    ] {
        let to = Navigation {
            target: Target::Url(site.url("/")),
            until,
        };
        assert_eq!(
            page.navigate(&to, &call()).await.unwrap().status,
            Some(200),
            "{until:?}"
        );
    }
    fixture.finish().await;
}
