//! The start of a driver, with a display where it needs one; whatever goes wrong, nothing of it is left.

use std::path::PathBuf;

use greenroom_session_core::backend::LaunchOptions;
use greenroom_session_core::process::{self, ProcessId, Spawn, Spawned, Starting};
use greenroom_session_core::{Applied, Call, Error, Kind, Result};

use super::display::Display;
use super::find::{Found, Make};
use super::{display_program, port};
use crate::WebDriverConfig;

/// What a browser adds to `TMPDIR` for a socket, at the longest.
const SOCKET: &str = "/org.chromium.Chromium.XXXXXX/SingletonSocket";

/// How much of what a driver said is told when it could not be started.
const LAST_LINES: usize = 5;

/// How often a driver is started that cannot choose its port itself.
const ATTEMPTS: usize = 3;

/// A driver that listens. Unless it is kept, it is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Started {
    /// Its address, with a slash at its end.
    pub(crate) url: String,
    /// Its port.
    pub(crate) port: u16,
    /// Its process, that leads its group.
    pub(crate) process: ProcessId,
    /// What it leans on.
    pub(crate) others: Vec<ProcessId>,
    /// The files that these leave when they are killed.
    pub(crate) locks: Vec<PathBuf>,
    /// What ends with this.
    pub(crate) starting: Starting,
    driver: Spawned,
}

impl Started {
    /// The last lines that the driver said.
    pub(crate) fn last_words(&self) -> String {
        self.driver.last_words(LAST_LINES)
    }
}

/// Starts the driver and waits until it listens.
pub(crate) async fn start(
    found: &Found,
    options: &LaunchOptions,
    config: &WebDriverConfig,
    call: &Call,
) -> Result<Started> {
    let mut starting = Starting::new(process::make_folder(&options.scratch, SOCKET)?);
    match call
        .bound("the driver to start", bring_up(found, options, config, &mut starting))
        .await
    {
        Ok((driver, port, display)) => Ok(Started {
            url: format!("http://127.0.0.1:{port}/"),
            port,
            process: driver.id(),
            others: display.iter().map(|display| display.spawned.id()).collect(),
            locks: display.iter().flat_map(Display::locks).collect(),
            starting,
            driver,
        }),
        Err(error) => {
            starting.abandon().await;
            Err(error.with_applied(Applied::No))
        }
    }
}

async fn bring_up(
    found: &Found,
    options: &LaunchOptions,
    config: &WebDriverConfig,
    starting: &mut Starting,
) -> Result<(Spawned, u16, Option<Display>)> {
    let display = bring_display(found.make, options, config, starting).await?;
    let env = env(found.make, options, starting, display.as_ref());
    let mut tried = 0;
    loop {
        tried += 1;
        let asked = port::to_ask_for(found.make)?;
        let driver = process::spawn(&Spawn {
            program: &found.driver,
            args: &args(found.make, asked, starting),
            env: &env,
            output: &starting.folder().join(format!("driver-{tried}.log")),
        })?;
        starting.add(&driver);
        tokio::select! {
            port = port::listens(found.make, asked, &driver) => return Ok((driver, port, display)),
            // Somebody else may have got the port in the meantime.
            how = driver.ended() => if asked == 0 || tried == ATTEMPTS {
                return Err(ended(found, &how, &driver));
            },
        }
    }
}

/// A display of ours, for a browser that has to draw somewhere though nobody wants to see it.
async fn bring_display(
    make: Make,
    options: &LaunchOptions,
    config: &WebDriverConfig,
    starting: &mut Starting,
) -> Result<Option<Display>> {
    if make != Make::WebKit {
        return Ok(None);
    }
    if !options.headless {
        return if config.display {
            Ok(None)
        } else {
            // Its driver would wait for ever.
            Err(Error::new(
                Kind::NotStarted,
                "WebKit needs a display to be headed, and none is here",
            )
            .with_hint("greenroom open URL --headless"))
        };
    }
    let program = display_program(config).ok_or_else(|| {
        Error::new(
            Kind::NotStarted,
            "WebKit needs a display, and `Xvfb`, which makes one, was not found",
        )
        .with_hint("apt-get install xvfb    # or see: greenroom doctor")
    })?;
    let (spawned, _) = Display::spawn(&program, starting.folder())?;
    starting.add(&spawned);
    let display = Display::ready(spawned).await?;
    starting.add_locks(display.locks());
    Ok(Some(display))
}

fn args(make: Make, port: u16, starting: &Starting) -> Vec<String> {
    let mut args = vec![format!("--port={port}")];
    if make == Make::Firefox {
        args.push(String::from("--websocket-port=0"));
        args.push(format!("--profile-root={}", starting.folder().display()));
    }
    args
}

/// Temporary files go where they are removed; the user's variables come last, and win.
fn env(make: Make, options: &LaunchOptions, starting: &Starting, display: Option<&Display>) -> Vec<(String, String)> {
    let folder = starting.folder().display();
    let mut ours = vec![("TMPDIR", folder.to_string())];
    match make {
        Make::Chromium => ours.push(("BREAKPAD_DUMP_LOCATION", format!("{folder}/crashes"))),
        Make::Firefox => ours.push(("MOZ_CRASHREPORTER_DISABLE", String::from("1"))),
        Make::WebKit => {}
    }
    if let Some(display) = display {
        ours.push(("DISPLAY", display.name()));
        ours.push(("GDK_BACKEND", String::from("x11")));
        // Nobody is there to talk to on a bus, and what would be started for one would stay.
        ours.push(("DBUS_SESSION_BUS_ADDRESS", String::from("disabled:")));
        ours.push(("NO_AT_BRIDGE", String::from("1")));
        ours.push(("GSETTINGS_BACKEND", String::from("memory")));
        for (name, below) in [
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_DATA_HOME", "data"),
        ] {
            ours.push((name, format!("{folder}/{below}")));
        }
    }
    let ours = ours.into_iter().map(|(name, value)| (name.to_owned(), value));
    ours.chain(options.env.iter().cloned()).collect()
}

fn ended(found: &Found, how: &str, driver: &Spawned) -> Error {
    let words = driver.last_words(LAST_LINES);
    let said = if words.is_empty() {
        String::from("it said nothing")
    } else {
        format!("it said: {words}")
    };
    let program = found.driver.display();
    let message = format!("failed to start the driver `{program}`: it ended ({how}); {said}");
    Error::new(Kind::NotStarted, message).with_hint("greenroom doctor")
}
