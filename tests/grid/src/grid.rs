//! A Selenium Grid of this machine alone.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::free;
use crate::group::{Group, LOOK_AGAIN};
use crate::http::request;
use crate::jar::Tools;
use crate::node::{Ports, configuration, java, queue};

/// How long a Grid may take to be ready, on a busy machine.
const READY_WITHIN: Duration = Duration::from_secs(90);

/// How long a Grid may take to answer what needs no browser.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// How often another set of ports is tried when somebody has taken one in between.
const ATTEMPTS: usize = 3;

/// How a Grid is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GridOptions {
    /// How many nodes it has beside its hub; none: hub and node are one process.
    pub nodes: usize,
    /// How many sessions each node holds, of whatever browser.
    pub sessions: usize,
    /// How long a request for a session waits while the Grid is full.
    pub queue_timeout: Duration,
    /// How long a session may be idle.
    pub session_timeout: Duration,
    /// How often a node tells that it is there. The Grid drops one, with its sessions, that was silent for four times
    /// this; on a busy machine a short time drops those that are well.
    pub heartbeat: Duration,
}

impl Default for GridOptions {
    fn default() -> Self {
        Self {
            nodes: 2,
            sessions: 4,
            queue_timeout: Duration::from_mins(1),
            session_timeout: Duration::from_mins(5),
            heartbeat: Duration::from_secs(10),
        }
    }
}

/// A session that a Grid holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GridSession {
    /// Its id.
    pub id: String,
    /// Its browser, for example `chrome`.
    pub browser: String,
    /// The address of the node that holds it.
    pub node: String,
}

/// A running Grid; it ends when this value is dropped, with all its browsers.
#[derive(Debug)]
pub struct Grid {
    url: String,
    hub: Group,
    /// With their addresses; killed ones stay, as nobody else may get their place.
    nodes: Vec<(String, Group)>,
    scratch: TempDir,
}

impl Grid {
    /// Starts a Grid and waits until it is ready, with all its nodes.
    ///
    /// # Errors
    /// It was not ready in time; the last words of its processes are told.
    pub fn start(tools: &Tools, options: &GridOptions) -> Result<Self, String> {
        let mut last = String::new();
        for _ in 0..ATTEMPTS {
            let mut grid = Self::spawn(tools, options).map_err(|error| format!("failed to start a Grid: {error}"))?;
            match grid.wait_until_ready(options.nodes.max(1)) {
                Ok(()) => return Ok(grid),
                Err(words) => last = words,
            }
            if !last.contains("Address already in use") {
                break;
            }
        }
        Err(last)
    }

    fn spawn(tools: &Tools, options: &GridOptions) -> std::io::Result<Self> {
        let scratch = tempfile::tempdir()?;
        let [http, publish, subscribe] = free::ports()?;
        let ports = Ports {
            http,
            publish,
            subscribe,
        };
        let mut nodes = Vec::new();
        let hub = if options.nodes == 0 {
            standalone(tools, options, http, scratch.path())?
        } else {
            let hub = hub(tools, options, ports, scratch.path())?;
            for _ in 0..options.nodes {
                nodes.push(node(tools, options, ports, scratch.path())?);
            }
            hub
        };
        Ok(Self {
            url: format!("http://127.0.0.1:{http}"),
            hub,
            nodes,
            scratch,
        })
    }

    fn wait_until_ready(&mut self, nodes: usize) -> Result<(), String> {
        let deadline = Instant::now() + READY_WITHIN;
        while Instant::now() < deadline {
            let status = self.status().unwrap_or_default();
            let up = nodes_of(&status).filter(|node| node["availability"] == "UP").count();
            if status["ready"] == true && up == nodes {
                return Ok(());
            }
            let mut parts = std::iter::once(&mut self.hub).chain(self.nodes.iter_mut().map(|(_, node)| node));
            if let Some(ended) = parts.find_map(|part| part.has_ended().then(|| part.last_words())) {
                return Err(format!("a part of the Grid has ended:\n{ended}"));
            }
            std::thread::sleep(LOOK_AGAIN);
        }
        let words: Vec<String> = std::iter::once(&self.hub)
            .chain(self.nodes.iter().map(|(_, node)| node))
            .map(Group::last_words)
            .collect();
        Err(format!(
            "the Grid was not ready within {READY_WITHIN:?}:\n{}",
            words.join("\n---\n")
        ))
    }

    /// The address to give as that of a driver.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The addresses of its nodes, killed ones included.
    pub fn nodes(&self) -> Vec<String> {
        self.nodes.iter().map(|(url, _)| url.clone()).collect()
    }

    /// What the Grid says of itself.
    ///
    /// # Errors
    /// It does not answer.
    pub fn status(&self) -> std::io::Result<Value> {
        let answer = request("GET", &format!("{}/status", self.url), None, ANSWER_WITHIN)?;
        Ok(answer.body["value"].clone())
    }

    /// The sessions that it holds.
    pub fn sessions(&self) -> Vec<GridSession> {
        let status = self.status().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut sessions = Vec::new();
        for node in nodes_of(&status) {
            let slots = node["slots"].as_array().into_iter().flatten();
            sessions.extend(slots.filter(|slot| !slot["session"].is_null()).map(|slot| GridSession {
                id: text(&slot["session"]["sessionId"]),
                browser: text(&slot["stereotype"]["browserName"]),
                node: text(&node["uri"]),
            }));
        }
        sessions.sort();
        sessions
    }

    /// Ends a session as another client of the Grid can.
    ///
    /// # Errors
    /// The Grid does not answer, or refuses.
    pub fn end_session(&self, id: &str) -> std::io::Result<()> {
        let answer = request("DELETE", &format!("{}/session/{id}", self.url), None, ANSWER_WITHIN)?;
        if answer.status == 200 {
            Ok(())
        } else {
            Err(std::io::Error::other(format!("{}: {}", answer.status, answer.body)))
        }
    }

    /// The process of the browser behind a session, as its driver told it.
    pub fn browser_of(&self, id: &str) -> Option<u32> {
        let query = serde_json::json!({ "query": format!("{{ session (id: \"{id}\") {{ capabilities }} }}") });
        let answer = request("POST", &format!("{}/graphql", self.url), Some(&query), ANSWER_WITHIN).ok()?;
        let capabilities = answer.body["data"]["session"]["capabilities"].as_str()?;
        let capabilities: Value = serde_json::from_str(capabilities).ok()?;
        let process = ["goog:processID", "moz:processID"]
            .iter()
            .find_map(|name| capabilities[*name].as_u64());
        process.and_then(|process| u32::try_from(process).ok())
    }

    /// Kills a node with its drivers and browsers, as if its machine had lost its power; the hub is not told.
    pub fn kill_node(&mut self, url: &str) {
        let found = self.nodes.iter_mut().find(|(node, _)| node == url);
        if let Some((_, node)) = found {
            node.kill();
        }
    }

    /// Waits until something holds of what the Grid says; false: it did not within `within`.
    pub fn wait_for(&self, within: Duration, holds: impl Fn(&Self) -> bool) -> bool {
        let deadline = Instant::now() + within;
        while Instant::now() < deadline {
            if holds(self) {
                return true;
            }
            std::thread::sleep(LOOK_AGAIN);
        }
        holds(self)
    }

    /// The drivers and browsers that run now: their pids and command lines.
    pub fn running(&self) -> Vec<(u32, String)> {
        let parts = std::iter::once(&self.hub).chain(self.nodes.iter().map(|(_, node)| node));
        let processes = parts.flat_map(|part| {
            let leader = part.pid();
            part.members().into_iter().filter(move |(pid, _)| *pid != leader)
        });
        processes.collect()
    }

    /// The folder in which its drivers make the profiles of their browsers; removed with the Grid.
    pub fn scratch(&self) -> &Path {
        self.scratch.path()
    }
}

fn nodes_of(status: &Value) -> impl Iterator<Item = &Value> {
    status["nodes"].as_array().into_iter().flatten()
}

fn hub(tools: &Tools, options: &GridOptions, ports: Ports, scratch: &Path) -> std::io::Result<Group> {
    let mut command = java(tools, scratch);
    command
        .args(["hub", "--host", "127.0.0.1", "--port", &ports.http.to_string()])
        .args(["--publish-events", &format!("tcp://127.0.0.1:{}", ports.publish)])
        .args(["--subscribe-events", &format!("tcp://127.0.0.1:{}", ports.subscribe)])
        .args(["--healthcheck-interval", "1", "--purge-nodes-interval", "1"]);
    queue(&mut command, options);
    Group::start(&mut command, &scratch.join("hub.log"))
}

fn node(tools: &Tools, options: &GridOptions, hub: Ports, scratch: &Path) -> std::io::Result<(String, Group)> {
    let [port] = free::ports()?;
    let file = scratch.join(format!("node-{port}.toml"));
    std::fs::write(&file, configuration(tools, options, port, Some(&hub)))?;
    let mut command = java(tools, scratch);
    command.args(["node", "--config"]).arg(&file);
    let group = Group::start(&mut command, &file.with_extension("log"))?;
    Ok((format!("http://127.0.0.1:{port}"), group))
}

fn standalone(tools: &Tools, options: &GridOptions, port: u16, scratch: &Path) -> std::io::Result<Group> {
    let file = scratch.join("standalone.toml");
    std::fs::write(&file, configuration(tools, options, port, None))?;
    let mut command = java(tools, scratch);
    command.args(["standalone", "--config"]).arg(&file);
    queue(&mut command, options);
    Group::start(&mut command, &scratch.join("standalone.log"))
}
