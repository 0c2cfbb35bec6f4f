//! A driver session for a test, by the classic protocol: nothing of the backend is in the way.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use greenroom_session_core::process::find_program;
use greenroom_test_grid::request;
use serde_json::{Value, json};
use tempfile::TempDir;

/// What a request may take on a busy machine.
const LIMIT: Duration = Duration::from_mins(1);

/// The key of an element in the protocol.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser whose word is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Browser {
    Firefox,
    WebKit,
}

impl Browser {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// Whether its driver cannot hand out elements of that page: WebKit's runs among the page's own scripts, and this page has patched what
    /// it needs.
    pub(crate) fn is_confused_by(self, page: &Path) -> bool {
        self == Self::WebKit && page.file_stem().is_some_and(|name| name == "clobbered")
    }

    fn capabilities(self) -> Value {
        match self {
            Self::Firefox => json!({
                "browserName": "firefox",
                "moz:firefoxOptions": { "args": ["-headless"] },
            }),
            Self::WebKit => json!({
                "browserName": "MiniBrowser",
                "webkitgtk:browserOptions": { "binary": mini_browser(), "args": ["--automation"] },
            }),
        }
    }
}

/// WebKit's small browser, which comes with its library and is in no folder of programs.
fn mini_browser() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let files = folders.map(|folder| folder.path().join("webkit2gtk-4.1/MiniBrowser"));
    files.into_iter().find(|file| file.is_file())
}

/// A session; browser, driver and display end with it.
pub(crate) struct Session {
    url: String,
    /// The driver, and before it the display that it leans on.
    processes: Vec<Child>,
    _folder: TempDir,
}

impl Session {
    /// Starts a driver and a browser; says what is missing for that.
    pub(crate) fn start(browser: Browser) -> Result<Self, String> {
        let path = std::env::var_os("PATH");
        let find = |name: &str| {
            let found = find_program(path.as_deref(), &[name], &[]);
            found.ok_or_else(|| format!("{name} is not here (`cargo xtask setup` installs it)"))
        };
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let mut processes = Vec::new();
        let port = free_port();
        let mut driver = match browser {
            Browser::Firefox => Command::new(find("geckodriver")?),
            Browser::WebKit => {
                let (display, child) = display(Command::new(find("Xvfb")?));
                processes.push(child);
                let mut driver = Command::new(find("WebKitWebDriver")?);
                driver
                    .env("DISPLAY", display)
                    .env("GDK_BACKEND", "x11")
                    .env("NO_AT_BRIDGE", "1")
                    .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
                    .env("XDG_CACHE_HOME", folder.path())
                    .env("XDG_CONFIG_HOME", folder.path())
                    .env("XDG_DATA_HOME", folder.path());
                driver
            }
        };
        driver
            .arg(format!("--port={port}"))
            .env("TMPDIR", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        processes.push(driver.spawn().map_err(|error| error.to_string())?);
        let driver = format!("http://127.0.0.1:{port}");
        let mut session = Self {
            url: driver.clone(),
            processes,
            _folder: folder,
        };
        let deadline = Instant::now() + LIMIT;
        while request("GET", &format!("{driver}/status"), None, LIMIT).is_err() {
            assert!(Instant::now() < deadline, "the driver does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        let wanted = json!({ "capabilities": { "alwaysMatch": browser.capabilities() } });
        let made = session.post("session", &wanted);
        session.url = format!("{driver}/session/{}", made["sessionId"].as_str().expect("a session"));
        Ok(session)
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.ask("POST", path, Some(body))
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let answer = request(method, &format!("{}/{path}", self.url), body, LIMIT).expect("the driver answers");
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.body);
        answer.body["value"].clone()
    }

    /// Opens a page and waits until it has loaded.
    pub(crate) fn go(&self, url: &str) {
        self.post("url", &json!({ "url": url }));
    }

    /// Runs the probe; answers what it tells as JSON, and the elements that are compared (`Ours::is_compared`).
    ///
    /// In one script, since Firefox runs each in a sandbox of its own.
    pub(crate) fn probe(&self, probe: &str) -> (String, Vec<String>) {
        let script = format!(
            "const text = {probe};
             const is = ours => ours.path.startsWith('#') && !/[>/]/.test(ours.path) && !ours.hidden;
             const nodes = globalThis.probed.nodes;
             return [text, JSON.parse(text).elements.flatMap((ours, place) => is(ours) ? [nodes[place]] : [])];"
        );
        let answer = self.post("execute/sync", &json!({ "script": script, "args": [] }));
        let text = answer[0]
            .as_str()
            .unwrap_or_else(|| panic!("the probe gives no JSON in {}: {answer}", self.ask("GET", "url", None)))
            .to_owned();
        let elements = answer[1].as_array().expect("a list").iter();
        let element = |element: &Value| element[ELEMENT].as_str().expect("an element").to_owned();
        (text, elements.map(element).collect())
    }

    /// The role of an element, in the browser's words.
    pub(crate) fn role(&self, element: &str) -> String {
        self.text(&format!("element/{element}/computedrole"))
    }

    /// The name of an element.
    pub(crate) fn name(&self, element: &str) -> String {
        self.text(&format!("element/{element}/computedlabel"))
    }

    /// WebKit has an error without words for an element that is not in its tree.
    fn text(&self, path: &str) -> String {
        let answer = request("GET", &format!("{}/{path}", self.url), None, LIMIT).expect("the driver answers");
        let value = &answer.body["value"];
        let is_nothing = value["error"] == "unknown error" && value["message"] == "";
        assert!(answer.status == 200 || is_nothing, "{path}: {}", answer.body);
        value.as_str().unwrap_or_default().to_owned()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The browser first: its driver would leave it.
        let _ = request("DELETE", &self.url, None, LIMIT);
        for process in self.processes.iter_mut().rev() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// A display that nobody sees: its name, and its process.
fn display(mut program: Command) -> (String, Child) {
    use std::io::{BufRead as _, BufReader};
    let mut child = program
        .args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the display starts");
    let mut number = String::new();
    let output = child.stdout.take().expect("its output");
    BufReader::new(output)
        .read_line(&mut number)
        .expect("it tells its number");
    (format!(":{}", number.trim()), child)
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}
