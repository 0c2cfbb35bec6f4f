//! A Chromium for this test, ended with it.

use std::sync::Arc;
use std::time::Duration;

use greenroom_backend_cdp::{CdpBackend, CdpConfig};
use greenroom_session_core::Call;
use greenroom_session_core::backend::{Browser, BrowserBackend as _, Finding, LaunchOptions};
use greenroom_session_core::process;

/// What starting and ending may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(30);

/// Pages of files may look into frames of files, and ask nobody else for anything.
const ARGS: &[&str] = &[
    "--allow-file-access-from-files",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-renderer-accessibility",
    "--lang=en-US",
    "--window-size=1280,800",
];

/// A running browser.
pub(crate) struct Chromium {
    browser: Arc<dyn Browser>,
    _scratch: tempfile::TempDir,
}

impl Chromium {
    /// `None`, with a visible reason, where there is no Chromium; in CI that is a failure.
    pub(crate) async fn start() -> Option<Self> {
        let backend = CdpBackend::new(CdpConfig {
            path: std::env::var_os("PATH"),
            root: rustix::process::geteuid().is_root(),
            ..CdpConfig::default()
        });
        let found = backend.diagnose().await;
        if !found.iter().any(|line| line.finding == Finding::Ok) {
            assert!(std::env::var_os("CI").is_none(), "CI needs a browser: {found:?}");
            eprintln!("skipped: no chromium here: {found:?}");
            return None;
        }
        let scratch = tempfile::tempdir().expect("a temporary folder");
        let options = LaunchOptions {
            headless: true,
            scratch: scratch.path().to_owned(),
            args: ARGS.iter().map(ToString::to_string).collect(),
            ..LaunchOptions::default()
        };
        let browser = backend.launch(&options, &Call::within(LIMIT)).await;
        Some(Self {
            browser: browser.expect("the browser starts"),
            _scratch: scratch,
        })
    }

    /// Its DevTools WebSocket.
    pub(crate) fn url(&self) -> &str {
        &self.browser.endpoint().url
    }

    /// Ends it, and waits until it has gone.
    pub(crate) async fn finish(self) {
        let _ = self.browser.close(&Call::within(LIMIT)).await;
        if let Some(id) = self.browser.endpoint().process {
            process::stop(id, Duration::from_secs(5), true).await;
        }
    }
}

/// A test that fails leaves nothing behind either.
impl Drop for Chromium {
    fn drop(&mut self) {
        let group = self.browser.endpoint().process.filter(|process| process.is_alive());
        let pid = group.and_then(|group| rustix::process::Pid::from_raw(group.pid.try_into().ok()?));
        let _ = pid.map(|pid| rustix::process::kill_process_group(pid, rustix::process::Signal::KILL));
    }
}
