//! A driver of ours that is missing, of the wrong version, or dies; a browser that dies under it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use greenroom_backend_webdriver::{WebDriverBackend, WebDriverConfig};
use greenroom_session_core::backend::BrowserBackend;
use greenroom_session_core::process::ProcessId;
use greenroom_session_core::{Applied, Error, Kind};

use crate::support::{Opened, Place, SOON, backend, call, evaluate, has, kill, program, put_away};

/// A driver that answers each request for a session as chromedriver does when the browser is another version.
const WRONG_VERSION: &str = include_str!("old-chromedriver.py");

fn script(folder: &Path, name: &str, text: &str) -> PathBuf {
    let file = folder.join(name);
    std::fs::write(&file, text).expect("the script is written");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("it may be run");
    file
}

/// What comes of starting Chromium with this driver.
async fn refused(driver: &Path) -> (Error, Place) {
    let place = Place::new();
    let mut options = place.options("chromium");
    options.driver.program = Some(driver.to_owned());
    let error = backend().launch(&options, &call()).await.expect_err("it cannot start");
    (error, place)
}

#[tokio::test]
async fn a_missing_driver() {
    let place = Place::new();
    let programs = vec![("chromium".to_owned(), program("true"))];
    // No folder of programs, and none of the usual places can be asked: the driver is named, and is not there.
    let backend = WebDriverBackend::new(WebDriverConfig {
        programs,
        ..WebDriverConfig::default()
    });
    let mut options = place.options("chromium");
    options.driver.program = Some(place.path().join("nowhere"));
    let error = backend.launch(&options, &call()).await.expect_err("there is no driver");
    assert_eq!(
        (error.kind(), error.applied()),
        (Kind::NotStarted, Applied::No),
        "{error}"
    );
    assert!(error.message().contains("nowhere` is not a program"), "{error}");
    assert!(error.hint().is_some());
    place.assert_empty().await;
}

#[tokio::test]
async fn a_driver_of_the_wrong_version() {
    if !has("chromium").await {
        return;
    }
    let scripts = tempfile::tempdir().expect("a folder");
    let (error, place) = refused(&script(scripts.path(), "chromedriver", WRONG_VERSION)).await;
    assert_eq!(
        (error.kind(), error.applied()),
        (Kind::NotStarted, Applied::No),
        "{error}"
    );
    for part in ["only supports Chrome version 140", "156.0.8078.108"] {
        assert!(error.message().contains(part), "{error}");
    }
    assert!(
        error.hint().is_some_and(|hint| hint.contains("chromium-driver")),
        "{error:?}"
    );
    place.assert_empty().await;
}

#[tokio::test]
async fn a_driver_that_ends_at_once_or_never_listens() {
    if !has("chromium").await {
        return;
    }
    let scripts = tempfile::tempdir().expect("a folder");
    let ends = script(
        scripts.path(),
        "ends",
        "#!/bin/sh\necho 'cannot bind: address in use'\nexit 7\n",
    );
    let (error, place) = refused(&ends).await;
    assert_eq!(error.kind(), Kind::NotStarted, "{error}");
    assert!(error.message().contains("cannot bind: address in use"), "{error}");
    place.assert_empty().await;

    let place = Place::new();
    let mut options = place.options("chromium");
    options.driver.program = Some(script(scripts.path(), "waits", "#!/bin/sh\nexec sleep 600\n"));
    let error = backend()
        .launch(&options, &call().at_most(SOON))
        .await
        .expect_err("nobody listens");
    assert_eq!((error.kind(), error.applied()), (Kind::Timeout, Applied::No), "{error}");
    place.assert_empty().await;
}

/// The driver is killed, or the browser alone under a driver that lives on.
async fn one_dies(browser: &str, driver: bool) {
    if !has(browser).await {
        return;
    }
    let place = Place::new();
    let opened = Opened::launch(&place.options(browser)).await.expect("it starts");
    let endpoint = opened.browser.endpoint().clone();
    let victim = if driver {
        endpoint.process.expect("a driver of ours")
    } else {
        endpoint.others[0]
    };
    let (error, waited) = opened.error_after(|| kill(victim)).await;
    assert_eq!(error.kind(), Kind::BrowserLost, "{error}");
    assert!(waited < SOON, "it waited for {waited:?}");
    opened.lost().await;
    let error = opened.two().await.expect_err("the browser is lost");
    assert_eq!(error.kind(), Kind::BrowserLost, "{error}");
    let error = backend()
        .adopt(&endpoint, &call())
        .await
        .expect_err("it is lost for a new daemon, too");
    assert_eq!(error.kind(), Kind::BrowserLost, "{error}");
    put_away(&endpoint).await;
    place.assert_empty().await;
}

#[tokio::test]
async fn a_driver_of_chromium_that_is_killed() {
    one_dies("chromium", true).await;
}

#[tokio::test]
async fn chromium_killed_under_its_driver() {
    one_dies("chromium", false).await;
}

#[tokio::test]
async fn a_driver_of_firefox_that_is_killed() {
    one_dies("firefox", true).await;
}

#[tokio::test]
async fn firefox_killed_under_its_driver() {
    one_dies("firefox", false).await;
}

/// Leaves the port to somebody else the first time, who listens there until he is told to end; then is the driver itself.
const LATE: &str = r#"#!/bin/sh
if mkdir "$HERE/first"; then
    setsid python3 -c '
import os, socket, sys
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
open(sys.argv[2] + "/stranger", "w").write(str(os.getpid()))
while not os.path.exists(sys.argv[2] + "/done"):
    listener.settimeout(0.05)
    try:
        listener.accept()
    except OSError:
        pass
' "${1#--port=}" "$HERE" >/dev/null 2>&1 &
    while ! [ -s "$HERE/stranger" ]; do sleep 0.01; done
fi
echo "$1" >>"$HERE/asked"
exec WebKitWebDriver "$@"
"#;

#[tokio::test]
async fn a_driver_of_webkit_whose_port_is_taken() {
    if !has("webkit").await {
        return;
    }
    let (place, scripts) = (Place::new(), tempfile::tempdir().expect("a folder"));
    let here = scripts.path();
    let mut options = place.options("webkit");
    options.driver.program = Some(script(here, "late", LATE));
    options.env.push(("HERE".to_owned(), here.display().to_string()));
    let opened = Opened::launch(&options).await.expect("it starts on another port");
    assert_eq!(opened.two().await.expect("it is the driver that answers"), 2);
    let asked = std::fs::read_to_string(here.join("asked")).expect("what it was asked for");
    let [taken, other] = asked.lines().collect::<Vec<_>>()[..] else {
        panic!("it was started for {asked}");
    };
    assert_ne!(taken, other);
    assert_eq!(
        Some(other),
        opened
            .browser
            .endpoint()
            .port
            .map(|port| format!("--port={port}"))
            .as_deref()
    );
    let stranger = std::fs::read_to_string(here.join("stranger")).expect("his pid");
    let stranger = stranger
        .parse()
        .ok()
        .and_then(ProcessId::of)
        .expect("he was left alone");
    std::fs::write(here.join("done"), "").expect("he is told to end");
    let endpoint = opened.browser.endpoint().clone();
    opened.browser.close(&call()).await.expect("it closes");
    put_away(&endpoint).await;
    while stranger.is_alive() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    place.assert_empty().await;
}

#[tokio::test]
async fn a_driver_of_webkit_that_is_killed() {
    if !has("webkit").await {
        return;
    }
    let place = Place::new();
    let opened = Opened::launch(&place.options("webkit")).await.expect("it starts");
    let endpoint = opened.browser.endpoint().clone();
    assert!(
        !endpoint.others.is_empty() && !endpoint.locks.is_empty(),
        "a display of ours: {endpoint:?}"
    );
    assert!(endpoint.locks.iter().any(|lock| lock.exists()), "{:?}", endpoint.locks);
    let driver = endpoint.process.expect("a driver of ours");
    let waiting = Arc::clone(&opened.page);
    let waiting = tokio::spawn(async move { evaluate(&*waiting, "() => new Promise(() => {})").await });
    // The classic commands are answered one after the other: it is under way when the next one waits.
    tokio::task::yield_now().await;
    let begin = Instant::now();
    kill(driver);
    let error = tokio::time::timeout(SOON, waiting).await.expect("it is told at once");
    let error = error.expect("no panic").expect_err("nothing can answer");
    assert_eq!(error.kind(), Kind::BrowserLost, "{error}");
    assert!(begin.elapsed() < SOON, "it waited for {:?}", begin.elapsed());
    opened.lost().await;
    let error = opened.two().await.expect_err("the browser is lost");
    assert_eq!(error.kind(), Kind::BrowserLost, "{error}");
    let error = backend()
        .adopt(&endpoint, &call())
        .await
        .expect_err("it is lost for a new daemon, too");
    assert_eq!(error.kind(), Kind::BrowserLost, "{error}");
    put_away(&endpoint).await;
    let left: Vec<_> = endpoint.locks.iter().filter(|lock| lock.exists()).collect();
    assert!(left.is_empty(), "left behind: {left:?}");
    place.assert_empty().await;
}
