//! What the setups of real browsers have in common.

use std::net::{Ipv4Addr, SocketAddr};

use greenroom_conformance::Harness;
use greenroom_session_core::backend::{BrowserBackend, Finding};
use tokio::net::TcpSocket;

/// An address where nobody listens, and nobody else comes to. Not the lowest ports: browsers refuse those by themselves,
/// and Firefox without any request.
pub(crate) struct Nobody(TcpSocket);

impl Nobody {
    pub(crate) fn new() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        socket.bind(any).expect("a free port");
        Self(socket)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().expect("its address"))
    }
}

/// Whether the browser that `subject` names in the backend's diagnosis is here; says why not, and fails in CI.
#[expect(clippy::print_stderr, reason = "a skip is told")]
pub(crate) async fn is_here(backend: &dyn BrowserBackend, subject: &str) -> bool {
    let found = backend.diagnose().await;
    let line = found.iter().find(|line| line.subject == subject);
    if line.is_some_and(|line| line.finding == Finding::Ok) {
        return true;
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "`{subject}` is not installed: {found:?}"
    );
    eprintln!("skipped: `{subject}` is not installed (`cargo xtask setup` installs it): {line:?}");
    false
}

/// Runs the suite, as the environment asks for.
pub(crate) async fn conforms(setup: &dyn Harness) {
    let target = env!("CARGO_TARGET_TMPDIR").as_ref();
    greenroom_conformance::conforms(setup, target)
        .await
        .expect("the browser conforms");
}
