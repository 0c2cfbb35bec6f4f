//! Starting, ending and losing browsers.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
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
    let folder = folder_of(&*fixture.browser);
    assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    // Not in the user's home, where nobody would remove it.
    assert!(folder.join("profile/Crashes").is_dir());
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
    process::remove_folder(&folder_of(browser)).await;
}

fn folder_of(browser: &dyn Browser) -> PathBuf {
    browser.endpoint().temporary_profile.clone().unwrap()
}

/// Whether a browser has its socket in this folder: there it is left when the browser is killed.
fn has_socket(folder: &Path) -> bool {
    std::fs::read_dir(folder)
        .unwrap()
        .any(|entry| entry.unwrap().path().join("SingletonSocket").exists())
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
async fn a_profile_folder_stays_and_can_be_used_after_a_kill() {
    if !has_chromium().await {
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let profile = scratch.path().join("mine");
    let options = LaunchOptions {
        profile: Profile::Folder(profile.clone()),
        ..launch_options(scratch.path())
    };
    for killed in [false, true, false] {
        let browser = backend().launch(&options, &call()).await.unwrap();
        assert!(has_socket(&folder_of(&*browser)));
        let sink = Arc::new(Recorder::default());
        let context = browser
            .open_context(&crate::support::options(), sink, &call())
            .await
            .unwrap();
        assert_eq!(context.0, "default");
        if killed {
            end(&*browser).await;
        } else {
            browser.close(&call()).await.unwrap();
            process::stop(browser.endpoint().process.unwrap(), Duration::from_secs(5), false).await;
            process::remove_folder(&folder_of(&*browser)).await;
        }
        // What a killed one leaves must be no obstacle for the next.
        assert_eq!(profile.join("SingletonLock").symlink_metadata().is_ok(), killed);
    }
    assert!(profile.join("Default").is_dir());
    std::fs::remove_dir_all(profile).unwrap();
    nothing_left(scratch.path()).await;
}

#[tokio::test]
async fn what_a_killed_browser_leaves_is_in_its_folder() {
    if !has_chromium().await {
        return;
    }
    // Where a socket in the scratch folder would have too long an address, the browser's folder is elsewhere.
    for scratch_name in ["short".to_owned(), "long".repeat(30)] {
        let parent = tempfile::tempdir().unwrap();
        let scratch = parent.path().join(scratch_name);
        let browser = backend().launch(&launch_options(&scratch), &call()).await.unwrap();
        let folder = folder_of(&*browser);
        process::stop(browser.endpoint().process.unwrap(), Duration::ZERO, true).await;
        assert!(has_socket(&folder), "{}", folder.display());
        process::remove_folder(&folder).await;
        assert!(!folder.exists());
    }
}

#[tokio::test]
async fn a_folder_for_temporary_files_that_the_user_names_is_the_users() {
    if !has_chromium().await {
        return;
    }
    let (scratch, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let options = LaunchOptions {
        env: vec![("TMPDIR".to_owned(), theirs.path().display().to_string())],
        ..launch_options(scratch.path())
    };
    let browser = backend().launch(&options, &call()).await.unwrap();
    assert!(has_socket(theirs.path()));
    end(&*browser).await;
    nothing_left(scratch.path()).await;
}

#[tokio::test]
async fn a_profile_that_another_computer_has_locked_says_so() {
    if !has_chromium().await {
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let profile = scratch.path().join("mine");
    std::fs::create_dir(&profile).unwrap();
    let lock = profile.join("SingletonLock");
    std::os::unix::fs::symlink("a-computer-that-is-not-here-7", &lock).unwrap();
    let options = LaunchOptions {
        profile: Profile::Folder(profile.clone()),
        ..launch_options(scratch.path())
    };
    let error = failed(backend().launch(&options, &call()).await);
    assert_eq!(error.kind(), Kind::NotStarted);
    assert!(error.hint().unwrap().contains(&*lock.to_string_lossy()), "{error:?}");
    std::fs::remove_dir_all(profile).unwrap();
    nothing_left(scratch.path()).await;
}
