//! A proxy between a client and a driver: it counts what goes through, and fails on demand.
//!
//! The address of the WebSocket that a driver gives with a new session leads through the proxy, too.

mod connection;
mod state;
mod websocket;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use state::State;

/// What the proxy does in place of passing things on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: everything is passed on.
    #[default]
    None,
    /// Answers 404 with a page of its own to every request.
    NotFound,
    /// Answers 502 with a page of its own to every request.
    BadGateway,
    /// Takes every request and never answers.
    Hang,
    /// Closes the connection at every request.
    Cut,
    /// Passes requests on, and answers 403 to whoever asks for a WebSocket.
    RefuseWebSocket,
    /// Passes requests on, and lets new sessions have a WebSocket at an address where nobody listens.
    UnreachableWebSocket,
}

/// A request that came to the proxy, or a message over a WebSocket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The method of the request: `GET`; of a message over a WebSocket, that of its command: `script.callFunction`.
    pub method: String,
    /// The path of the request, or of the WebSocket.
    pub path: String,
    /// Whether it was a message over a WebSocket.
    pub message: bool,
}

/// A running proxy; it ends when this value is dropped, with all its connections.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

impl Proxy {
    /// Starts a proxy before the driver at `upstream`, for example `http://127.0.0.1:9515`.
    ///
    /// # Errors
    /// No port can be opened.
    pub fn before(upstream: &str) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let host = upstream
            .strip_prefix("http://")
            .unwrap_or(upstream)
            .trim_end_matches('/');
        let state = Arc::new(State::new(host, address));
        let serving = Arc::clone(&state);
        let thread = std::thread::Builder::new().name("proxy".into()).spawn(move || {
            for stream in listener.incoming().flatten() {
                if serving.has_ended() {
                    break;
                }
                connection::serve(&serving, stream);
            }
        })?;
        Ok(Self {
            address,
            state,
            thread: Some(thread),
        })
    }

    /// The address to give as that of the driver.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it does from now on, to requests that come later. Connections stay as they are.
    pub fn fail(&self, fault: Fault) {
        self.state.set_fault(fault);
    }

    /// Closes every connection, WebSockets included; new ones are taken.
    pub fn cut(&self) {
        self.state.cut();
    }

    /// Everything that came until now, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.state.seen()
    }

    /// Forgets what came until now.
    pub fn forget(&self) {
        self.state.forget();
    }

    /// How many requests and messages came whose path ends with `path`, or whose method is `path`.
    pub fn count(&self, path: &str) -> usize {
        let seen = self.seen();
        seen.iter()
            .filter(|seen| seen.path.ends_with(path) || seen.method == path)
            .count()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.end();
        // The thread waits for a client: it gets its last one.
        let _ = std::net::TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            // A panic in the thread has already been printed by its own hook.
            let _ = thread.join();
        }
    }
}
