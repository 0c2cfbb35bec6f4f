//! Downloads are saved where they belong, or refused.

use greenroom_session_core::Kind;
use greenroom_session_core::backend::{ContextOptions, DownloadRecord, Event};
use greenroom_test_site::Site;

use crate::support::{Fixture, eval_main, failed, go, options};

fn ended(name: &str) -> impl Fn(&Event) -> Option<DownloadRecord> + '_ {
    move |event| match event {
        Event::Download(record) if record.state != "started" && record.url.contains(name) => Some(record.clone()),
        _ => None,
    }
}

#[tokio::test]
async fn they_are_saved_under_a_safe_name() {
    let folder = tempfile::tempdir().unwrap();
    let with = ContextOptions {
        downloads: Some(folder.path().to_owned()),
        ..options()
    };
    let Some(fixture) = Fixture::with(&with).await else {
        return;
    };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/downloads")).await;
    for (id, url, name) in [
        ("report", "report.txt", "report.txt"),
        ("attribute", "/large?kb=4", "saved.html"),
        ("escape", "/download/x", "escape.txt"),
    ] {
        eval_main(&page, &format!("() => document.querySelector('#{id}').click()")).await;
        let record = fixture.sink.first(name, ended(url)).await;
        assert_eq!(record.state, "completed", "{record:?}");
        assert_eq!(record.page.as_ref(), Some(page.key()));
        let path = record.path.unwrap();
        assert_eq!(path.parent(), Some(folder.path()), "{path:?}");
        assert!(
            path.is_file() && path.file_name().unwrap().to_str().unwrap().ends_with(name),
            "{path:?}"
        );
    }
    assert_eq!(
        std::fs::read_to_string(folder.path().join("report.txt")).unwrap(),
        "content of report.txt\n"
    );
    // A second one of the same name does not replace the first.
    let error = failed(go(&page, &site.url("/download/report.txt")).await);
    assert_eq!(error.kind(), Kind::Navigation);
    assert!(error.message().contains("download"), "{error}");
    let second = |event: &Event| match event {
        Event::Download(record) => record.path.clone().filter(|path| path.ends_with("report (1).txt")),
        _ => None,
    };
    fixture.sink.first("the second report", second).await;
    eval_main(&page, "() => document.querySelector('#cut').click()").await;
    assert_eq!(
        fixture.sink.first("the cut one", ended("cut.bin")).await.state,
        "cancelled"
    );
    fixture.finish().await;
}

#[tokio::test]
async fn without_a_folder_they_are_refused() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/downloads")).await;
    eval_main(&page, "() => document.querySelector('#report').click()").await;
    let record = fixture.sink.first("the refusal", ended("report.txt")).await;
    assert_eq!((record.state, record.path), ("refused", None));
    fixture.finish().await;
}
