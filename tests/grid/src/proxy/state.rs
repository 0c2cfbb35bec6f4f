//! What the threads of a proxy share.

use std::collections::BTreeMap;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Fault, Seen};

/// What the threads of a proxy share.
#[derive(Debug)]
pub(super) struct State {
    /// The driver, `HOST:PORT`.
    pub(super) upstream: String,
    /// Where the proxy listens.
    pub(super) address: SocketAddr,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    fault: Fault,
    ended: bool,
    seen: Vec<Seen>,
    /// Both ends of everything that is open, so that it can be cut from outside.
    open: BTreeMap<u64, TcpStream>,
    next: u64,
    /// Where WebSockets lead that are not the driver's own: path to `HOST:PORT`.
    sockets: BTreeMap<String, String>,
}

impl State {
    pub(super) fn new(upstream: &str, address: SocketAddr) -> Self {
        Self {
            upstream: upstream.to_owned(),
            address,
            inner: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn fault(&self) -> Fault {
        self.lock().fault
    }

    pub(super) fn set_fault(&self, fault: Fault) {
        self.lock().fault = fault;
    }

    pub(super) fn has_ended(&self) -> bool {
        self.lock().ended
    }

    /// Ends everything for good.
    pub(super) fn end(&self) {
        self.lock().ended = true;
        self.cut();
    }

    /// Closes everything that is open.
    pub(super) fn cut(&self) {
        for stream in self.lock().open.values() {
            // The other side may have closed it.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Keeps a connection to be cut; the answer is for [`State::close`].
    pub(super) fn open(&self, stream: &TcpStream) -> Option<u64> {
        let copy = stream.try_clone().ok()?;
        let mut inner = self.lock();
        if inner.ended {
            let _ = copy.shutdown(Shutdown::Both);
        }
        inner.next += 1;
        let key = inner.next;
        inner.open.insert(key, copy);
        Some(key)
    }

    pub(super) fn close(&self, key: Option<u64>) {
        if let Some(stream) = key.and_then(|key| self.lock().open.remove(&key)) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    pub(super) fn saw(&self, seen: Seen) {
        self.lock().seen.push(seen);
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.lock().seen.clone()
    }

    pub(super) fn forget(&self) {
        self.lock().seen.clear();
    }

    /// Remembers where the WebSocket of that path is in truth.
    pub(super) fn leads(&self, path: &str, host: &str) {
        self.lock().sockets.insert(path.to_owned(), host.to_owned());
    }

    /// Where a request for that path goes.
    pub(super) fn target(&self, path: &str) -> String {
        let inner = self.lock();
        inner.sockets.get(path).unwrap_or(&self.upstream).clone()
    }
}
