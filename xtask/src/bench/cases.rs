//! What is measured: the floors, then commands of the real program on a real browser.

use std::{
    cell::Cell,
    path::PathBuf,
    process::Command,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::{
    Case,
    by_hand::Recipe,
    cdp::Client,
    process::{self, Wakeups},
    scripts,
    ten::Ten,
    verdict,
};
use crate::{run::build, sandbox::Sandbox};

pub(super) const BARE_PROCESS: &str = "bare process (`true`)";
pub(super) const ROUND_TRIP: &str = "bare CDP round trip";
pub(super) const GET_TITLE: &str = "get title, warm";
pub(super) const BY_HAND: &str = "open by hand, cold";
pub(super) const OPEN: &str = "open, cold";

pub(super) const SNAPSHOT: &str = "snapshot --no-image, 5,000 nodes";
pub(super) const OBSERVE: &str = "observe --all, 5,000 nodes";
pub(super) const SNAPSHOT_20: &str = "snapshot --no-image, 20,000 nodes";

pub(super) const ACT: &str = "act, ten fills";
pub(super) const BARE_FILLS: &str = "ten bare fills: each a round trip";

pub(super) const DRIVER_TRIP: &str = "bare BiDi round trip, chromedriver";
pub(super) const DRIVER_TITLE: &str = "get title, warm, chromedriver";

/// What takes a few milliseconds is run so often a round.
const OFTEN: usize = 10;

/// The session that the warm cases use.
const SESSION: &str = "bench";

/// The session behind a driver.
const DRIVEN: &str = "driven";

/// The sessions that show a page of 5,000 and of 20,000 elements.
const LARGE: &str = "large";
const LARGEST: &str = "largest";

/// The session in which something is done.
const WORKSHOP: &str = "workshop";

/// How long the idle daemon is watched.
const IDLE: Duration = Duration::from_secs(5);

/// What the daemon may take after the last command, until it counts as idle: it writes down what is kept of a parked
/// session, and threads that are needed no more end.
const SETTLE: Duration = Duration::from_secs(15);

/// Commands before the daemon's memory is read.
const COMMANDS: usize = 100;

/// Snapshots of a large page before it is read again.
const SNAPSHOTS: usize = 5;

/// The built programs, and a workspace with an open session.
pub(super) struct Bench {
    binaries: PathBuf,
    warm: Rc<Sandbox>,
}

impl Bench {
    pub(super) fn prepare() -> Result<Self> {
        let binaries = build(&["greenroom", "greenroom-test-site"], true)?;
        let warm = Rc::new(Sandbox::new(&binaries, &binaries.join("greenroom-test-site"))?);
        warm.run(&["open", &warm.url("/title/Bench"), "--session", SESSION, "--headless"])?;
        warm.run(&[
            "open",
            &warm.url("/title/Bench"),
            "--session",
            DRIVEN,
            "--headless",
            "--backend",
            "webdriver",
            "--browser",
            "chromium",
        ])?;
        for (session, page) in [
            (LARGE, "/nodes/5000"),
            (LARGEST, "/nodes/20000"),
            (WORKSHOP, "/workshop"),
        ] {
            warm.run(&["open", &warm.url(page), "--session", session, "--headless"])?;
        }
        Ok(Self { binaries, warm })
    }

    pub(super) fn cases(&self) -> Result<Vec<Case>> {
        let state = self.warm.state(SESSION)?;
        let mut page = Page::attach(&state)?;
        let mut asked = Page::attach(&state)?;
        let mut filled = Page::attach_to(&self.warm.state(WORKSHOP)?, "/workshop")?;
        let mut driven = Driven::attach(&self.warm.state(DRIVEN)?)?;
        let recipe = Recipe::of(&state)?;
        let opened = Ten::new(&self.warm);
        let closed = Rc::clone(&opened);
        let (cold, hand) = (self.cold(), self.cold());
        Ok(vec![
            Case::new(BARE_PROCESS, OFTEN, || process::time(&mut Command::new("true"))),
            Case::new(ROUND_TRIP, OFTEN, move || page.title()),
            self.command("greenroom --version", OFTEN, &["--version"]),
            self.command(GET_TITLE, OFTEN, &["get", "title", "--session", SESSION]),
            self.command("get url, warm", OFTEN, &["get", "url", "--session", SESSION]),
            self.command("pages, warm", OFTEN, &["pages", "--session", SESSION]),
            Case::new(DRIVER_TRIP, OFTEN, move || driven.title()),
            self.command(DRIVER_TITLE, OFTEN, &["get", "title", "--session", DRIVEN]),
            self.goto(),
            self.command(
                "screenshot, warm",
                1,
                &["screenshot", "bench.png", "--session", SESSION],
            ),
            self.command("click, warm", 3, &["click", "role:button:Order", "--session", WORKSHOP]),
            self.command(
                "fill, warm",
                3,
                &["fill", "label:Email", "a@b.c", "--session", WORKSHOP],
            ),
            self.command(
                ACT,
                1,
                &[
                    "act",
                    "--session",
                    WORKSHOP,
                    "fill:label:Email=1",
                    "fill:label:Email=2",
                    "fill:label:Email=3",
                    "fill:label:Email=4",
                    "fill:label:Email=5",
                    "fill:label:Email=6",
                    "fill:label:Email=7",
                    "fill:label:Email=8",
                    "fill:label:Email=9",
                    "fill:label:Email=10",
                ],
            ),
            Case::new(BARE_FILLS, 1, move || filled.fill_ten()),
            self.command(SNAPSHOT, 3, &["snapshot", "--no-image", "--session", LARGE]),
            self.command(OBSERVE, 3, &["observe", "--all", "--session", LARGE]),
            self.command(SNAPSHOT_20, 1, &["snapshot", "--no-image", "--session", LARGEST]),
            self.command(scripts::EXEC, OFTEN, &["exec", "1+1", "--session", SESSION]),
            scripts::first_exec(&self.warm),
            self.loops(),
            Case::new(scripts::BARE_LOOP, 1, move || {
                scripts::ask_by_hand(&mut asked.client, &asked.session)
            }),
            Case::new(BY_HAND, 1, move || {
                let sandbox = hand()?;
                recipe.time(&sandbox, &sandbox.url("/title/Cold"))
            }),
            Case::new(OPEN, 1, move || cold_open(&cold()?)),
            Case::new("ten opened at once", 1, move || opened.opening()),
            Case::new("ten closed at once", 1, move || closed.closing()),
        ])
    }

    fn command(&self, name: &str, turns: usize, arguments: &'static [&str]) -> Case {
        let sandbox = Rc::clone(&self.warm);
        Case::new(name, turns, move || process::time(&mut sandbox.greenroom(arguments)))
    }

    fn loops(&self) -> Case {
        let (sandbox, code) = (Rc::clone(&self.warm), scripts::question_loop());
        Case::new(scripts::LOOP, 1, move || {
            process::time(&mut sandbox.greenroom(&["exec", &code, "--session", SESSION]))
        })
    }

    /// Each time another address: the same one would be a reload.
    fn goto(&self) -> Case {
        let (sandbox, count) = (Rc::clone(&self.warm), Cell::new(0));
        Case::new("goto, warm", 1, move || {
            count.set(count.get() + 1);
            let url = sandbox.url(&format!("/title/Bench?{}", count.get()));
            process::time(&mut sandbox.greenroom(&["goto", &url, "--session", SESSION]))
        })
    }

    /// Makes workspaces in which nothing runs yet.
    fn cold(&self) -> impl Fn() -> Result<Sandbox> + use<> {
        let binaries = self.binaries.clone();
        move || Sandbox::new(&binaries, &binaries.join("greenroom-test-site"))
    }

    /// Memory and silence of the daemon after a hundred commands.
    pub(super) fn show_daemon(&self) -> Result<()> {
        for _ in 0..COMMANDS {
            self.warm.run(&["get", "title", "--session", SESSION])?;
        }
        let pid = self.warm.daemon_pid()?;
        println!("{}", verdict::memory(COMMANDS, process::pss(pid)?));
        for _ in 0..SNAPSHOTS {
            self.warm.run(&["snapshot", "--no-image", "--session", LARGEST])?;
        }
        std::thread::sleep(SETTLE);
        println!("{}", verdict::memory_after_snapshots(process::pss(pid)?));
        let before = Wakeups::of(pid)?;
        std::thread::sleep(IDLE);
        println!("{}", verdict::silence(IDLE, Wakeups::of(pid)?.since(&before)));
        println!("{}", verdict::realm(scripts::realm_kilobytes(&self.warm, pid)?));
        Ok(())
    }

    /// Closes the session, and checks that nothing is left.
    pub(super) fn finish(self) -> Result<()> {
        finish(&self.warm)
    }
}

/// The warm session's page, asked without greenroom.
struct Page {
    client: Client,
    session: String,
}

impl Page {
    fn attach(state: &Value) -> Result<Self> {
        let mut page = Self::attach_to(state, "/title/Bench")?;
        for _ in 0..OFTEN {
            page.title()?;
        }
        Ok(page)
    }

    /// The session's page whose address has that in it.
    fn attach_to(state: &Value, path: &str) -> Result<Self> {
        let endpoint = state["endpoint"]["url"]
            .as_str()
            .context("the session has no endpoint")?;
        let mut client = Client::connect(endpoint)?;
        let targets = client.call(None, "Target.getTargets", &json!({}))?;
        let ours =
            |target: &&Value| target["type"] == "page" && target["url"].as_str().is_some_and(|url| url.contains(path));
        let target = targets["targetInfos"].as_array().into_iter().flatten().find(ours);
        let target = target.and_then(|target| target["targetId"].as_str());
        let session = client.attach(target.context("the session's page is not among the browser's")?)?;
        Ok(Self { client, session })
    }

    /// What `act` does ten times, without what makes it sure: finds a field, gives it another value, and tells that.
    fn fill_ten(&mut self) -> Result<Duration> {
        let start = Instant::now();
        for number in 1..=10 {
            let fill = format!(
                "(() => {{ const field = document.querySelector('[name=email]'); field.focus(); field.select(); \
                 document.execCommand('insertText', false, '{number}'); return field.value; }})()"
            );
            let params = json!({ "expression": fill, "returnByValue": true });
            let answer = self.client.call(Some(&self.session), "Runtime.evaluate", &params)?;
            let filled = answer["result"]["value"].as_str().map(str::parse::<u32>);
            ensure!(
                matches!(filled, Some(Ok(found)) if found == number),
                "not filled: {answer}"
            );
        }
        Ok(start.elapsed())
    }

    fn title(&mut self) -> Result<Duration> {
        let params = json!({ "expression": "document.title", "returnByValue": true });
        let start = Instant::now();
        let answer = self.client.call(Some(&self.session), "Runtime.evaluate", &params)?;
        let duration = start.elapsed();
        ensure!(answer["result"]["value"] == "Bench", "not the page's title: {answer}");
        Ok(duration)
    }
}

/// The page behind a driver, asked over WebDriver BiDi without greenroom.
struct Driven {
    client: Client,
    page: String,
}

impl Driven {
    fn attach(state: &Value) -> Result<Self> {
        let bidi = state["endpoint"]["extra"]["bidi"]
            .as_str()
            .context("the driver speaks no BiDi")?;
        let page = state["pages"][0]["key"].as_str().context("the session has no page")?;
        let mut driven = Self {
            client: Client::connect(bidi)?,
            page: page.to_owned(),
        };
        for _ in 0..OFTEN {
            driven.title()?;
        }
        Ok(driven)
    }

    fn title(&mut self) -> Result<Duration> {
        let target = json!({ "context": self.page });
        let params = json!({ "expression": "document.title", "target": target, "awaitPromise": false });
        let start = Instant::now();
        let answer = self.client.call(None, "script.evaluate", &params)?;
        let duration = start.elapsed();
        ensure!(answer["result"]["value"] == "Bench", "not the page's title: {answer}");
        Ok(duration)
    }
}

/// Daemon, browser, context, page and load event: everything that a first `open` starts.
fn cold_open(sandbox: &Sandbox) -> Result<Duration> {
    let duration = process::time(&mut sandbox.greenroom(&["open", &sandbox.url("/title/Cold"), "--headless"]))?;
    finish(sandbox)?;
    Ok(duration)
}

fn finish(sandbox: &Sandbox) -> Result<()> {
    sandbox.run(&["close", "--all"])?;
    // The daemon would end by itself; it is stopped so that the rounds do not wait for it.
    if sandbox.daemon_pid().is_ok() {
        sandbox.run(&["daemon", "stop"])?;
    }
    sandbox.check_nothing_left()
}
