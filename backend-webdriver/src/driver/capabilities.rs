//! What a driver is asked for, and what it grants.

use std::path::Path;

use greenroom_session_core::backend::{BrowserIdentity, LaunchOptions, Profile};
use greenroom_session_core::{Error, Kind, Result};
use serde_json::{Map, Value, json};

use super::find::Make;
use crate::options;

/// What keeps Chromium from doing what nobody asked for; its driver says most of it.
const QUIET: &[&str] = &[
    "--disable-back-forward-cache",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-component-update",
    "--disable-features=InitialWebUI,MediaRouter,OptimizationHints,PreloadTopChromeWebUI,\
     SpareRendererForSitePerProcess,Translate,WebUIOmniboxAimPopup,WebUIOmniboxPopup",
    "--disable-quic",
    "--disable-renderer-backgrounding",
    "--metrics-recording-only",
    "--no-default-browser-check",
];

/// Where a session is asked for.
pub(crate) struct Asked<'a> {
    pub(crate) make: Make,
    /// The browser's program; `None`: whoever runs the driver knows.
    pub(crate) program: Option<&'a Path>,
    /// A folder of ours for the profile, where the driver is ours too.
    pub(crate) folder: Option<&'a Path>,
    /// Whether the browser is started by root.
    pub(crate) root: bool,
    pub(crate) options: &'a LaunchOptions,
}

/// The capabilities to ask for.
///
/// # Errors
/// [`Kind::Usage`] for settings of the user's that cannot be.
pub(crate) fn asked(asked: &Asked<'_>) -> Result<Map<String, Value>> {
    let mut all = json!({ "unhandledPromptBehavior": "ignore" });
    match asked.make {
        Make::Chromium => {
            all["browserName"] = json!("chrome");
            all["webSocketUrl"] = json!(true);
            all["goog:chromeOptions"] = chromium(asked);
        }
        Make::Firefox => {
            all["browserName"] = json!("firefox");
            all["webSocketUrl"] = json!(true);
            all["moz:firefoxOptions"] = firefox(asked);
        }
        Make::WebKit => {
            if asked.options.profile != Profile::Temporary {
                return Err(no_profile());
            }
            all["browserName"] = json!("MiniBrowser");
            // The only one in which a page that never loads does not take the session with it.
            all["pageLoadStrategy"] = json!("none");
            all["webkitgtk:browserOptions"] = webkit(asked);
        }
    }
    if let Some(only) = &asked.options.only {
        if only.ignore_https_errors {
            all["acceptInsecureCerts"] = json!(true);
        }
        if let Some(proxy) = &only.proxy {
            all["proxy"] = json!(options::proxy(proxy)?);
        }
    }
    merge(&mut all, &Value::Object(asked.options.driver.capabilities.clone()));
    match all {
        Value::Object(all) if all.get("goog:chromeOptions").is_none_or(Value::is_object) => Ok(all),
        _ => Err(Error::new(
            Kind::Usage,
            "the capability `goog:chromeOptions` is no object",
        )),
    }
}

fn no_profile() -> Error {
    Error::new(
        Kind::Unsupported,
        "WebKit keeps no profile while it is driven: `--storage persistent` is not to be had",
    )
    .with_hint("leave `--storage` and `--browser-profile` out, or use another browser")
}

fn chromium(asked: &Asked<'_>) -> Value {
    let options = asked.options;
    let mut args: Vec<String> = Vec::new();
    if options.headless {
        args.extend(["--headless=new", "--disable-gpu", "--hide-scrollbars", "--mute-audio"].map(String::from));
    }
    args.extend(QUIET.iter().map(ToString::to_string));
    if let Some(folder) = asked.folder {
        let profile = match &options.profile {
            Profile::Folder(profile) => profile.clone(),
            Profile::Temporary => folder.join("profile"),
        };
        args.push(format!("--user-data-dir={}", profile.display()));
    }
    if asked.root {
        tracing::info!("started by root: the browser's sandbox is off, as Chromium has none for root");
        args.push(String::from("--no-sandbox"));
    }
    args.extend(options.args.iter().cloned());
    with_program(json!({ "args": args }), asked.program)
}

fn firefox(asked: &Asked<'_>) -> Value {
    let options = asked.options;
    let mut args: Vec<String> = Vec::new();
    if options.headless {
        args.push(String::from("-headless"));
    }
    if let (Some(_), Profile::Folder(profile)) = (asked.folder, &options.profile) {
        args.extend([String::from("-profile"), profile.display().to_string()]);
    }
    args.extend(options.args.iter().cloned());
    // A popup that was blocked would be a page that nobody knows of.
    let prefs = json!({
        "dom.disable_open_during_load": false,
        // Timers in pages that are not shown: without these they come once a second.
        "dom.min_background_timeout_value": 4,
        "dom.min_background_timeout_value_without_budget_throttling": 4,
        "dom.timeout.enable_budget_timer_throttling": false,
        "network.proxy.allow_hijacking_localhost": true,
        "ui.useOverlayScrollbars": 1,
    });
    with_program(json!({ "args": args, "prefs": prefs }), asked.program)
}

fn webkit(asked: &Asked<'_>) -> Value {
    let mut args = vec![String::from("--automation")];
    args.extend(asked.options.args.iter().cloned());
    with_program(json!({ "args": args }), asked.program)
}

fn with_program(mut options: Value, program: Option<&Path>) -> Value {
    if let Some(program) = program {
        options["binary"] = json!(program);
    }
    options
}

/// The user's capabilities over ours: objects are joined, lists are appended, anything else is replaced.
fn merge(ours: &mut Value, theirs: &Value) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for (key, value) in theirs {
                match ours.get_mut(key) {
                    Some(own) => merge(own, value),
                    None => {
                        ours.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Value::Array(ours), Value::Array(theirs)) => ours.extend(theirs.iter().cloned()),
        (ours, theirs) => *ours = theirs.clone(),
    }
}

/// What a driver granted.
#[derive(Clone, Debug)]
pub(crate) struct Granted(pub(crate) Map<String, Value>);

impl Granted {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// The browser's name, in the driver's words.
    pub(crate) fn browser_name(&self) -> &str {
        self.text("browserName").unwrap_or_default()
    }

    /// Where WebDriver BiDi is spoken; `None`: it is not.
    pub(crate) fn bidi(&self) -> Option<&str> {
        self.text("webSocketUrl")
    }

    /// Where a Chromium has its DevTools.
    pub(crate) fn devtools(&self) -> Option<String> {
        let place = ["goog:chromeOptions", "ms:edgeOptions"]
            .iter()
            .find_map(|name| self.0.get(*name)?.get("debuggerAddress")?.as_str())?;
        Some(format!("http://{place}"))
    }

    /// The process of the browser.
    pub(crate) fn process(&self) -> Option<u32> {
        let id = ["goog:processID", "moz:processID"]
            .iter()
            .find_map(|name| self.0.get(*name))?;
        id.as_u64().and_then(|id| u32::try_from(id).ok())
    }

    /// Whether dialogs are left to us.
    pub(crate) fn ignores_prompts(&self) -> bool {
        match self.0.get("unhandledPromptBehavior") {
            Some(Value::String(behaviour)) => behaviour == "ignore",
            Some(Value::Object(all)) => all.values().all(|behaviour| behaviour == "ignore"),
            _ => false,
        }
    }

    /// Whether pages with certificate errors are opened.
    pub(crate) fn accepts_insecure(&self) -> bool {
        self.0.get("acceptInsecureCerts") == Some(&Value::Bool(true))
    }

    /// Which browser it is, with our name for it.
    pub(crate) fn identity(&self, name: &str, program: Option<&Path>) -> BrowserIdentity {
        BrowserIdentity {
            name: name.to_owned(),
            version: self.text("browserVersion").unwrap_or_default().to_owned(),
            executable: program.map(Path::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use greenroom_session_core::backend::ContextOptions;

    use super::*;

    fn ask(make: Make, options: &LaunchOptions) -> Map<String, Value> {
        asked(&Asked {
            make,
            program: Some(Path::new("/b")),
            folder: Some(Path::new("/f")),
            root: true,
            options,
        })
        .unwrap()
    }

    #[test]
    fn the_users_capabilities_join_ours() {
        let capabilities = json!({ "goog:chromeOptions": { "args": ["--mine"] }, "se:name": "x" });
        let mut options = LaunchOptions {
            headless: true,
            ..LaunchOptions::default()
        };
        options.driver.capabilities = capabilities.as_object().unwrap().clone();
        let all = ask(Make::Chromium, &options);
        let args: Vec<_> = all["goog:chromeOptions"]["args"].as_array().unwrap().iter().collect();
        for wanted in ["--headless=new", "--no-sandbox", "--user-data-dir=/f/profile", "--mine"] {
            assert!(args.contains(&&json!(wanted)), "{args:?}");
        }
        assert_eq!((&all["se:name"], &all["webSocketUrl"]), (&json!("x"), &json!(true)));
        options.driver.capabilities = json!({ "goog:chromeOptions": 1 }).as_object().unwrap().clone();
        let wrong = asked(&Asked {
            make: Make::Chromium,
            program: None,
            folder: None,
            root: false,
            options: &options,
        });
        assert_eq!(wrong.unwrap_err().kind(), Kind::Usage);
    }

    #[test]
    fn what_only_the_start_can_set_is_asked_for() {
        let options = LaunchOptions {
            only: Some(ContextOptions {
                proxy: Some("http://127.0.0.1:3128".into()),
                ignore_https_errors: true,
                ..ContextOptions::default()
            }),
            ..LaunchOptions::default()
        };
        let all = ask(Make::WebKit, &options);
        assert_eq!(all["proxy"]["sslProxy"], json!("127.0.0.1:3128"));
        assert_eq!(all["acceptInsecureCerts"], json!(true));
        assert_eq!(all["webkitgtk:browserOptions"]["binary"], json!("/b"));
        let persistent = LaunchOptions {
            profile: Profile::Folder("/p".into()),
            ..LaunchOptions::default()
        };
        let all = ask(Make::Firefox, &persistent);
        assert_eq!(all["moz:firefoxOptions"]["args"], json!(["-profile", "/p"]));
    }

    #[test]
    fn what_is_granted_is_read_leniently() {
        let granted = |value: Value| Granted(value.as_object().unwrap().clone());
        let all = granted(json!({
            "browserName": "firefox", "browserVersion": "153.7", "moz:processID": 12, "webSocketUrl": "ws://x",
            "unhandledPromptBehavior": { "default": "ignore" },
        }));
        assert_eq!((all.process(), all.bidi()), (Some(12), Some("ws://x")));
        assert!(all.ignores_prompts() && !all.accepts_insecure());
        assert_eq!(all.identity("firefox", None).version, "153.7");
        let chrome = granted(json!({ "goog:chromeOptions": { "debuggerAddress": "localhost:9222" } }));
        assert_eq!(chrome.devtools().as_deref(), Some("http://localhost:9222"));
        let none = granted(json!({ "webSocketUrl": true }));
        assert_eq!((none.process(), none.bidi(), none.devtools()), (None, None, None));
    }
}
