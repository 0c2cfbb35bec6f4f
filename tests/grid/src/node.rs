//! How the parts of a Grid are started.

use std::path::Path;
use std::process::Command;

use crate::grid::GridOptions;
use crate::jar::Tools;

/// Where the parts of a Grid listen, on 127.0.0.1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ports {
    pub(crate) http: u16,
    pub(crate) publish: u16,
    pub(crate) subscribe: u16,
}

/// The command line of the jar, without a role. A test machine is small and a test short: little memory, and no time
/// for a compiler that pays off later.
pub(crate) fn java(tools: &Tools, scratch: &Path) -> Command {
    let mut command = Command::new(&tools.java);
    command
        .args([
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-Djava.awt.headless=true",
        ])
        .arg(format!("-Djava.io.tmpdir={}", scratch.display()))
        .arg("-jar")
        .arg(&tools.jar)
        // Profiles and whatever else drivers leave behind when they are killed.
        .env("TMPDIR", scratch)
        .env("SE_OFFLINE", "true")
        .env("SE_AVOID_STATS", "true")
        .current_dir(scratch);
    command
}

/// What is common to a hub and to a Grid of one process.
pub(crate) fn queue(command: &mut Command, options: &GridOptions) {
    command
        .args([
            "--session-request-timeout",
            &options.queue_timeout.as_secs().to_string(),
        ])
        .args(["--session-request-timeout-period", "1"]);
}

/// The configuration of a node, or of a Grid of one process (`hub` is none).
pub(crate) fn configuration(tools: &Tools, options: &GridOptions, port: u16, hub: Option<&Ports>) -> String {
    let connection = hub.map_or_else(String::new, |hub| {
        format!(
            "[events]\npublish = \"tcp://127.0.0.1:{}\"\nsubscribe = \"tcp://127.0.0.1:{}\"\n",
            hub.publish, hub.subscribe
        )
    });
    let address = hub.map_or_else(String::new, |hub| format!("hub = \"http://127.0.0.1:{}\"\n", hub.http));
    let node = format!(
        "[node]\n{address}detect-drivers = false\nselenium-manager = false\noverride-max-sessions = true\n\
         max-sessions = {}\nsession-timeout = {}\nregister-cycle = 1\nheartbeat-period = {}\n",
        options.sessions,
        options.session_timeout.as_secs(),
        options.heartbeat.as_secs()
    );
    let driver = |browser: &str, driver: &Path| {
        format!(
            "[[node.driver-configuration]]\ndisplay-name = \"{browser}\"\nmax-sessions = {}\n\
             webdriver-executable = \"{}\"\nstereotype = '{{\"browserName\": \"{browser}\"}}'\n",
            options.sessions,
            driver.display(),
        )
    };
    format!(
        "[server]\nhost = \"127.0.0.1\"\nport = {port}\n{connection}{node}{}{}",
        driver("chrome", &tools.chromedriver),
        driver("firefox", &tools.geckodriver),
    )
}
