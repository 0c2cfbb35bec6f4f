//! Requests held before they are sent, and what becomes of them.

use std::fmt::Debug;

use async_trait::async_trait;

use super::{Capability, ContextKey, RequestSent};
use crate::call::Call;
use crate::error::Result;

/// Holds the requests of a context before they are sent. Needs
/// [`Capability::RequestInterception`](super::Capability::RequestInterception).
#[async_trait]
pub trait Interception: Debug + Send + Sync {
    /// From now on each request of the context's pages is held and told as
    /// [`Event::RequestHeld`](super::Event::RequestHeld), whatever the cache has; or no more. What is held then stays so.
    async fn intercept(&self, context: &ContextKey, on: bool, call: &Call) -> Result<()>;

    /// Decides about a request that is held, by [`HeldRequest::hold`]. One that nobody waits for any more, as its page has
    /// gone elsewhere, is let go without an error.
    ///
    /// # Errors
    /// `Unsupported` without what the verdict [needs](Verdict::needs), and [`Kind::Usage`](crate::Kind::Usage) for what no request can be changed to; it is held still then.
    async fn release(&self, context: &ContextKey, hold: &str, verdict: &Verdict, call: &Call) -> Result<()>;
}

/// A request that is held.
#[derive(Clone, Debug)]
pub struct HeldRequest {
    /// By what [`Interception::release`] knows it.
    pub hold: String,
    /// The request. Its id is that by which [`Event::RequestSent`](super::Event::RequestSent) tells it, before or after; what
    /// it was redirected from is not told here.
    pub request: RequestSent,
    /// Whether another request's answer has led to it.
    pub is_redirect: bool,
}

impl HeldRequest {
    /// Whether the browser asks by it, for a page, if another request may be sent. No page can send one like it.
    pub fn is_preflight(&self) -> bool {
        let asks = |name: &String| name.eq_ignore_ascii_case("access-control-request-method");
        self.request.method == "OPTIONS" && self.request.headers.keys().any(asks)
    }
}

/// What becomes of a held request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is sent, changed so.
    Continue(Changes),
    /// It is answered so, and not sent.
    Fulfill(Reply),
    /// It fails.
    Abort(AbortReason),
}

impl Verdict {
    /// What a browser must be able to do for it, beside holding requests.
    pub fn needs(&self) -> Option<Capability> {
        match self {
            Self::Continue(Changes { url, body, .. }) if url.is_some() || body.is_some() => {
                Some(Capability::RequestRewriting)
            }
            _ => None,
        }
    }
}

/// How a request is changed before it is sent; `None`: not in this.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Its address; the page sees the one that it asked for.
    pub url: Option<String>,
    /// Its method.
    pub method: Option<String>,
    /// All of its headers.
    pub headers: Option<Vec<(String, String)>>,
    /// Its body.
    pub body: Option<Vec<u8>>,
}

/// An answer that no server has given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal),+ $(,)?) => {
        /// Why a request fails. Where the browser tells none of them to the page, or knows none, it just fails.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum AbortReason {
            $($(#[doc = $doc])+ $variant),+
        }

        impl AbortReason {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word for it, for example `connectionrefused`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

reasons! {
    /// Whatever it is.
    Failed = "failed",
    /// Somebody gave it up.
    Aborted = "aborted",
    /// It took too long.
    TimedOut = "timedout",
    /// Access is denied.
    AccessDenied = "accessdenied",
    /// The server closed the connection.
    ConnectionClosed = "connectionclosed",
    /// The connection was reset.
    ConnectionReset = "connectionreset",
    /// The connection was refused.
    ConnectionRefused = "connectionrefused",
    /// The connection was given up.
    ConnectionAborted = "connectionaborted",
    /// There was no connection.
    ConnectionFailed = "connectionfailed",
    /// The host has no address.
    NameNotResolved = "namenotresolved",
    /// There is no network.
    InternetDisconnected = "internetdisconnected",
    /// The host cannot be reached.
    AddressUnreachable = "addressunreachable",
    /// The client blocked it.
    BlockedByClient = "blockedbyclient",
    /// The answer was blocked.
    BlockedByResponse = "blockedbyresponse",
}

impl AbortReason {
    /// The reason of that word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.name() == name)
    }
}
