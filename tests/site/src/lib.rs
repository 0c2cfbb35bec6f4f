//! A web site on this machine for tests and demos: browsers need something to open that never changes, never
//! leaves the machine, and can say afterwards what it was asked for.
//!
//! A [`Site`] listens on two random ports of 127.0.0.1, so that pages can hold frames of another origin, and keeps
//! a log of every request. It runs in a thread of its own: a test may block its own runtime and the site still
//! answers. Dropping it closes both ports and every open connection.
//!
//! ```
//! let site = greenroom_test_site::Site::start_blocking();
//! assert!(site.origin().starts_with("http://127.0.0.1:"));
//! assert_ne!(site.origin(), site.other_origin());
//! assert!(site.requests().is_empty());
//! ```

mod log;
mod page;
mod route;
mod serve;

pub use log::{NotReceived, Received};

use std::{io, sync::Arc, time::Duration};

use log::RequestLog;
use serve::Server;

/// How long [`Site::wait_for_request`] waits before it says what came instead.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running site; it ends when this value is dropped.
#[derive(Debug)]
pub struct Site {
    server: Server,
    log: Arc<RequestLog>,
}

impl Site {
    /// Starts a site on two random ports.
    ///
    /// # Panics
    /// When no port can be opened on 127.0.0.1: no test can go on without it.
    #[expect(
        clippy::unused_async,
        reason = "callers need not change when starting comes to wait for something"
    )]
    pub async fn start() -> Self {
        Self::start_blocking()
    }

    /// Starts a site from a place without a runtime.
    ///
    /// # Panics
    /// As [`Site::start`].
    pub fn start_blocking() -> Self {
        Self::on_port(0).unwrap_or_else(|error| panic!("failed to start the test site: {error}"))
    }

    /// Starts a site whose first port is `port` (0: any free one).
    pub fn on_port(port: u16) -> io::Result<Self> {
        let log = Arc::new(RequestLog::default());
        Ok(Self {
            server: Server::start(port, &log)?,
            log,
        })
    }

    /// The site's origin, `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn origin(&self) -> &str {
        &self.server.origins[0]
    }

    /// The origin of the second listener, which serves the same pages: another origin, but (a port makes no
    /// difference there) the same site, so that browsers share its cookies and may share its process.
    pub fn other_origin(&self) -> &str {
        &self.server.origins[1]
    }

    /// The second listener by the name `http://localhost:PORT`: another site, whose frames browsers isolate.
    pub fn other_site(&self) -> String {
        serve::as_localhost(self.other_origin())
    }

    /// The first listener by the name `http://localhost:PORT`: another site with the same pages.
    pub fn localhost_origin(&self) -> String {
        serve::as_localhost(self.origin())
    }

    /// The address of a page; `path` starts with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin())
    }

    /// Everything that both listeners have received until now, oldest first.
    pub fn requests(&self) -> Vec<Received> {
        self.log.all()
    }

    /// Forgets the requests until now.
    pub fn clear_requests(&self) {
        self.log.clear();
    }

    /// Waits for a request that `wanted` accepts, received before or after this call. After ten seconds the error
    /// lists what came instead.
    pub async fn wait_for_request(&self, wanted: impl Fn(&Received) -> bool) -> Result<Received, NotReceived> {
        self.log.wait(PATIENCE, wanted).await
    }

    /// Does the same as [`Site::wait_for_request`] in a place without a runtime.
    pub fn wait_for_request_blocking(&self, wanted: impl Fn(&Received) -> bool) -> Result<Received, NotReceived> {
        self.log.wait_blocking(PATIENCE, wanted)
    }
}
