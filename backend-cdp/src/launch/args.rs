//! The arguments that a browser is started with.

use std::path::Path;

use greenroom_session_core::backend::{LaunchOptions, Profile};

/// Keeps a browser from doing what nobody asked for: its own requests, its own pages, questions to the user.
const QUIET: &[&str] = &[
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-extensions-with-background-pages",
    "--disable-component-update",
    "--disable-default-apps",
    // A popup that was blocked would be a page that nobody knows of.
    "--disable-popup-blocking",
    "--disable-quic",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-service-autorun",
    "--password-store=basic",
    "--use-mock-keychain",
];

/// Keeps pages that nobody looks at as quick as those in front.
const AWAKE: &[&str] = &[
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
];

/// Of the browser's features, those that cost a process or a network request for nothing.
///
/// Each window would start renderers for the popups of its address bar; a spare renderer would be kept.
const FEATURES_OFF: &str = "InitialWebUI,MediaRouter,OptimizationHints,PreloadTopChromeWebUI,\
    SpareRendererForSitePerProcess,Translate,WebUIOmniboxAimPopup,WebUIOmniboxPopup";

/// The arguments for `options`; `root`: started by a user for whom Chromium has no sandbox.
pub(super) fn args(options: &LaunchOptions, profile: &Path, root: bool) -> Vec<String> {
    let mut args = vec![
        String::from("--remote-debugging-port=0"),
        format!("--user-data-dir={}", profile.display()),
        // A window that is not shown costs as much as one that is.
        String::from("--no-startup-window"),
        // A page that is left would keep its renderer.
        String::from("--disable-back-forward-cache"),
        features(&options.args),
    ];
    args.extend(QUIET.iter().chain(AWAKE).map(ToString::to_string));
    if options.headless {
        args.extend(["--headless=new", "--disable-gpu", "--hide-scrollbars", "--mute-audio"].map(String::from));
    }
    // In a profile of its own there is only the browser's own context, whose proxy is set at the start.
    if let Some(proxy) = proxy(options) {
        args.push(format!("--proxy-server={proxy}"));
        args.push(String::from("--proxy-bypass-list=<-loopback>"));
    }
    if root {
        tracing::info!("started by root: the browser's sandbox is off, as Chromium has none for root");
        args.push(String::from("--no-sandbox"));
    }
    args.extend(
        options
            .args
            .iter()
            .filter(|arg| !arg.starts_with(DISABLE_FEATURES))
            .cloned(),
    );
    args
}

/// The proxy that the browser itself has to be started with.
pub(crate) fn proxy(options: &LaunchOptions) -> Option<&str> {
    let only = options.only.as_ref().filter(|_| options.profile != Profile::Temporary);
    only.and_then(|only| only.proxy.as_deref())
}

const DISABLE_FEATURES: &str = "--disable-features=";

/// One flag for our features and the user's: the last one would win otherwise.
fn features(user: &[String]) -> String {
    let theirs = user.iter().filter_map(|arg| arg.strip_prefix(DISABLE_FEATURES));
    let all: Vec<&str> = std::iter::once(FEATURES_OFF).chain(theirs).collect();
    format!("{DISABLE_FEATURES}{}", all.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_flags_come_last_and_their_features_are_joined() {
        let options = LaunchOptions {
            headless: true,
            args: vec!["--disable-features=Mine".into(), "--lang=de".into()],
            ..LaunchOptions::default()
        };
        let args = args(&options, Path::new("/p"), false);
        assert_eq!(args.last().unwrap(), "--lang=de");
        let features: Vec<_> = args.iter().filter(|arg| arg.starts_with(DISABLE_FEATURES)).collect();
        assert_eq!(features.len(), 1);
        assert!(features[0].ends_with("WebUIOmniboxPopup,Mine"), "{features:?}");
        assert!(args.contains(&"--user-data-dir=/p".to_owned()));
        assert!(
            !args
                .iter()
                .any(|arg| arg == "--no-sandbox" || arg.contains("enable-automation"))
        );
    }
}
