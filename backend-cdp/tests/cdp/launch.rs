//! Starting, ending and losing browsers.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use greenroom_session_core::backend::{Browser, BrowserBackend, Event, LaunchOptions, Profile};
use greenroom_session_core::process::{self, Ended};
use greenroom_session_core::{Call, Kind};

use crate::support::{
    Fixture, Recorder, backend, call, eval, failed, has_chromium, launch_options, nothing_left, options, script,
};

#[tokio::test]
async fn it_starts_says_who_it_is_and_ends_by_itself() {
    let Some(fixture) = Fixture::start().await else { return };
    let identity = fixture.browser.identity();
    assert_eq!(identity.name, "chromium");
    assert!(identity.version.split('.').count() == 4, "{identity:?}");
    assert!(identity.executable.is_some());
    let profile = fixture.browser.endpoint().temporary_profile.clone().unwrap();
    assert_eq!(profile.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    // Not in the user's home, where nobody would remove it.
    assert!(profile.join("Crashes").is_dir());
    fixture.browser.close(&call()).await.unwrap();
    assert_eq!(
        process::stop(fixture.process(), Duration::from_secs(10), false).await,
        Ended::ByItself
    );
    fixture.finish().await;
}

#[tokio::test]
async fn a_killed_browser_fails_everything_that_waits_at_once() {
    let Some(fixture) = Fixture::start().await else { return };
    let page = fixture.blank().await;
    let waiting = {
        let page = Arc::clone(&page);
        tokio::spawn(async move { page.evaluate(&script("() => new Promise(() => {})"), &call()).await })
    };
    eval(&page, "() => 1").await;
    let killed = std::time::Instant::now();
    process::stop(fixture.process(), Duration::ZERO, true).await;
    let error = failed(waiting.await.unwrap());
    assert_eq!(error.kind(), Kind::BrowserLost);
    assert!(killed.elapsed() < Duration::from_secs(3), "{:?}", killed.elapsed());
    fixture
        .sink
        .first("the loss", |event| matches!(event, Event::Lost { .. }).then_some(()))
        .await;
    for error in [
        failed(page.evaluate(&script("() => 1"), &call()).await),
        failed(page.url(&call()).await),
        failed(
            fixture
                .browser
                .open_context(&options(), Arc::new(Recorder::default()), &call())
                .await,
        ),
    ] {
        assert_eq!(error.kind(), Kind::BrowserLost, "{error:?}");
        assert!(error.retry());
    }
    let lost = fixture
        .sink
        .all(|event| matches!(event, Event::Lost { .. }).then_some(()));
    assert_eq!(lost.len(), 1);
    fixture.finish().await;
}

#[tokio::test]
async fn a_cancelled_start_leaves_nothing() {
    if !has_chromium().await {
        return;
    }
    for after in [0, 20, 100, 250] {
        let scratch = tempfile::tempdir().unwrap();
        let short = Call::within(Duration::from_millis(after));
        let backend = backend();
        let options = launch_options(scratch.path());
        match backend.launch(&options, &short).await {
            Ok(browser) => end(&*browser).await,
            Err(error) => assert_eq!(error.kind(), Kind::Timeout, "{error:?}"),
        }
        nothing_left(scratch.path()).await;
        // The same for a caller that is dropped.
        let dropped = tokio::time::timeout(Duration::from_millis(after), backend.launch(&options, &call())).await;
        if let Ok(Ok(browser)) = dropped {
            end(&*browser).await;
        }
        nothing_left(scratch.path()).await;
    }
}

async fn end(browser: &dyn Browser) {
    process::stop(browser.endpoint().process.unwrap(), Duration::ZERO, true).await;
    std::fs::remove_dir_all(browser.endpoint().temporary_profile.as_ref().unwrap()).unwrap();
}

#[tokio::test]
async fn a_browser_that_dies_while_starting_says_its_last_words() {
    let scratch = tempfile::tempdir().unwrap();
    let fake = scratch.path().join("dies");
    std::fs::write(&fake, "#!/bin/sh\necho it cannot be >&2\nexit 7\n").unwrap();
    std::fs::set_permissions(&fake, std::fs::Permissions::from_mode(0o755)).unwrap();
    let inner = scratch.path().join("scratch");
    let options = LaunchOptions {
        browser: fake.to_str().map(str::to_owned),
        ..launch_options(&inner)
    };
    let error = failed(backend().launch(&options, &call()).await);
    assert_eq!(error.kind(), Kind::NotStarted);
    assert!(
        error.message().contains("it cannot be") && error.message().contains('7'),
        "{error}"
    );
    nothing_left(&inner).await;
}

#[tokio::test]
async fn no_browser_says_how_to_install_one() {
    let scratch = tempfile::tempdir().unwrap();
    let options = LaunchOptions {
        browser: Some("/nonexistent/chromium".into()),
        ..launch_options(scratch.path())
    };
    let error = failed(backend().launch(&options, &call()).await);
    assert_eq!(error.kind(), Kind::NotStarted);
    assert!(error.hint().unwrap().contains("apt-get install chromium"));
}

#[tokio::test]
async fn a_profile_folder_stays() {
    if !has_chromium().await {
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let profile = scratch.path().join("mine");
    let options = LaunchOptions {
        profile: Profile::Folder(profile.clone()),
        ..launch_options(scratch.path())
    };
    for _ in 0..2 {
        let browser = backend().launch(&options, &call()).await.unwrap();
        assert_eq!(browser.endpoint().temporary_profile, None);
        let sink = Arc::new(Recorder::default());
        let context = browser
            .open_context(&crate::support::options(), sink, &call())
            .await
            .unwrap();
        assert_eq!(context.0, "default");
        browser.close(&call()).await.unwrap();
        process::stop(browser.endpoint().process.unwrap(), Duration::from_secs(5), false).await;
    }
    assert!(profile.join("Default").is_dir());
}
