//! The log of received requests: tests check what a browser really sent, and wait for it instead of sleeping.

use std::{
    fmt,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::Notify;

/// One request as the server saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The method, in capitals.
    pub method: String,
    /// The path as it was sent (percent-encoded), without the query.
    pub path: String,
    /// The query without its question mark; empty when there is none.
    pub query: String,
    /// The origin of the listener that received it.
    pub origin: String,
    /// Header names in lower case with their values, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Received {
    /// The first value of a header; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl fmt::Display for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{}", self.method, self.origin, self.path)?;
        if self.query.is_empty() {
            Ok(())
        } else {
            write!(f, "?{}", self.query)
        }
    }
}

/// The awaited request did not come in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotReceived {
    /// What came instead.
    pub received: Vec<Received>,
}

impl fmt::Display for NotReceived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "failed to see the awaited request; received {}:",
            self.received.len()
        )?;
        self.received.iter().try_for_each(|request| write!(f, "\n  {request}"))
    }
}

impl std::error::Error for NotReceived {}

/// Requests in the order of their arrival, and a bell for each of the two kinds of waiting.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    entries: Mutex<Vec<Received>>,
    arrived: Notify,
    arrived_blocking: Condvar,
}

impl RequestLog {
    pub(crate) fn add(&self, request: Received) {
        self.entries().push(request);
        self.arrived.notify_waiters();
        self.arrived_blocking.notify_all();
    }

    pub(crate) fn all(&self) -> Vec<Received> {
        self.entries().clone()
    }

    pub(crate) fn clear(&self) {
        self.entries().clear();
    }

    pub(crate) async fn wait(
        &self,
        patience: Duration,
        wanted: impl Fn(&Received) -> bool,
    ) -> Result<Received, NotReceived> {
        let search = async {
            loop {
                // Registered before looking: a request that comes in between still rings.
                let mut arrived = std::pin::pin!(self.arrived.notified());
                arrived.as_mut().enable();
                if let Some(found) = self.find(&wanted) {
                    return found;
                }
                arrived.await;
            }
        };
        tokio::time::timeout(patience, search)
            .await
            .map_err(|_| NotReceived { received: self.all() })
    }

    pub(crate) fn wait_blocking(
        &self,
        patience: Duration,
        wanted: impl Fn(&Received) -> bool,
    ) -> Result<Received, NotReceived> {
        let end = Instant::now() + patience;
        let mut entries = self.entries();
        loop {
            if let Some(found) = entries.iter().find(|request| wanted(request)) {
                return Ok(found.clone());
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(NotReceived {
                    received: entries.clone(),
                });
            }
            (entries, _) = self
                .arrived_blocking
                .wait_timeout(entries, left)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn find(&self, wanted: impl Fn(&Received) -> bool) -> Option<Received> {
        self.entries().iter().find(|request| wanted(request)).cloned()
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Received>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: &str) -> Received {
        Received {
            method: "GET".into(),
            path: path.into(),
            query: String::new(),
            origin: "http://127.0.0.1:1".into(),
            headers: vec![("host".into(), "127.0.0.1:1".into())],
            body: Vec::new(),
        }
    }

    #[tokio::test]
    async fn a_waiter_sees_a_request_that_comes_later() {
        let log = RequestLog::default();
        let wait = log.wait(PATIENCE, |request| request.path == "/two");
        let add = async {
            log.add(request("/one"));
            tokio::task::yield_now().await;
            log.add(request("/two"));
        };
        let (found, ()) = tokio::join!(wait, add);
        assert_eq!(found.unwrap().path, "/two");
    }

    #[tokio::test]
    async fn the_error_lists_what_came_instead() {
        let log = RequestLog::default();
        log.add(request("/one"));
        let error = log
            .wait(Duration::ZERO, |request| request.path == "/two")
            .await
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "failed to see the awaited request; received 1:\n  GET http://127.0.0.1:1/one"
        );
        assert_eq!(
            log.wait_blocking(Duration::ZERO, |request| request.path == "/two"),
            Err(error)
        );
    }

    #[test]
    fn a_blocking_waiter_sees_a_request_of_another_thread() {
        let log = RequestLog::default();
        std::thread::scope(|threads| {
            let waiter = threads.spawn(|| log.wait_blocking(PATIENCE, |request| request.path == "/late"));
            log.add(request("/late"));
            assert_eq!(waiter.join().unwrap().unwrap().header("host"), Some("127.0.0.1:1"));
        });
    }

    const PATIENCE: Duration = Duration::from_secs(10);
}
