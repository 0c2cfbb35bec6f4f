//! Requests held before they are sent. A driver holds those of all its pages: what nobody wants to be held goes on at once.

use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use greenroom_session_core::backend::{Changes, ContextKey, Event, HeldRequest, Interception, RequestSent, Verdict};
use greenroom_session_core::{Call, Result};

use super::Family;
use super::browser::Bidi;
use super::context::user_context;
use super::error::Native;
use super::hub::Router;
use super::protocol::intercept::{
    AddIntercept, ContinueRequest, FailRequest, ProvideResponse, RemoveIntercept, SetCacheBehavior,
};
use super::protocol::network::{BytesValue, Header};
use super::setup::header;

const HOLDING: &str = "hold requests";
const RELEASING: &str = "release a request";

/// What the driver holds requests by; `None`: it does not.
pub(crate) type Intercept = tokio::sync::Mutex<Option<String>>;

impl Router {
    /// A request is held: tells whoever wants that; one that nobody wants to be held goes on.
    pub(crate) fn held(
        &mut self,
        user_context: Option<&str>,
        hold: &str,
        redirects: u32,
        request: Option<RequestSent>,
    ) {
        let context = user_context.and_then(|id| self.contexts.get(id));
        let holder = context.filter(|context| context.holds_requests);
        match (holder, request) {
            (Some(context), Some(request)) => context.sink.event(Event::RequestHeld(Box::new(HeldRequest {
                hold: hold.to_owned(),
                request,
                is_redirect: redirects > 0,
            }))),
            _ => self.wire.post(&ContinueRequest {
                request: hold.to_owned(),
                ..ContinueRequest::default()
            }),
        }
    }
}

#[async_trait]
impl Interception for Bidi {
    async fn intercept(&self, context: &ContextKey, on: bool, call: &Call) -> Result<()> {
        self.hub.known_context(context)?;
        let work = async {
            let mut intercept = self.intercept.lock().await;
            let is_wanted = {
                let mut router = self.hub.lock();
                if let Some(context) = router.contexts.get_mut(user_context(context)) {
                    context.holds_requests = on;
                }
                router.contexts.values().any(|context| context.holds_requests)
            };
            match (intercept.clone(), is_wanted) {
                (None, true) => {
                    self.cache("bypass").await;
                    let ask = AddIntercept {
                        phases: ["beforeRequestSent"],
                    };
                    let added = self.wire.ask(ask).await;
                    *intercept = Some(added.map_err(|native| native.into_error(HOLDING))?.intercept);
                }
                (Some(id), false) => {
                    let removed = self.wire.ask(RemoveIntercept { intercept: id }).await;
                    removed.map_err(|native| native.into_error(HOLDING))?;
                    *intercept = None;
                    self.cache("default").await;
                }
                _ => {}
            }
            Ok(())
        };
        call.bound("the browser to hold requests", work).await
    }

    async fn release(&self, context: &ContextKey, hold: &str, verdict: &Verdict, call: &Call) -> Result<()> {
        self.hub.known_context(context)?;
        if let Some(needs) = verdict.needs() {
            self.capabilities.require(needs)?;
        }
        let request = hold.to_owned();
        let work = async {
            let asked = match verdict {
                Verdict::Continue(changes) => {
                    let mut ask = continuing(request, changes);
                    self.keep_length(context, &mut ask);
                    self.wire.ask(ask).await
                }
                Verdict::Fulfill(reply) => {
                    let ask = ProvideResponse {
                        request,
                        status_code: reply.status,
                        headers: reply.headers.iter().map(header).collect(),
                        body: bytes(&reply.body),
                    };
                    self.wire.ask(ask).await
                }
                Verdict::Abort(_) => self.wire.ask(FailRequest { request }).await,
            };
            match asked {
                Ok(_) => Ok(()),
                // It has gone with its page.
                Err(Native::Refused { code, .. }) if code == "no such request" => Ok(()),
                Err(native) => Err(native.into_error(RELEASING)),
            }
        };
        call.bound("the browser to release a request", work).await
    }
}

impl Bidi {
    /// Firefox sends no body without the header that says how long it is.
    fn keep_length(&self, context: &ContextKey, ask: &mut ContinueRequest) {
        let is_length = |name: &str| name.eq_ignore_ascii_case("content-length");
        let Some(headers) = ask.headers.as_mut().filter(|_| self.known.family == Family::Firefox) else {
            return;
        };
        if headers.iter().any(|header| is_length(&header.name)) {
            return;
        }
        let router = self.hub.lock();
        let asked = router
            .contexts
            .get(user_context(context))
            .and_then(|context| context.network.sent(&(ask.request.clone(), 0)));
        let length = asked.and_then(|asked| asked.headers.into_iter().find(|(name, _)| is_length(name)));
        headers.extend(length.as_ref().map(header));
    }

    /// A driver that does not know how has answers from the cache, which nobody holds.
    async fn cache(&self, cache_behavior: &'static str) {
        if let Err(error) = self.wire.ask(SetCacheBehavior { cache_behavior }).await {
            tracing::debug!(?error, "the cache stays as it is");
        }
    }
}

fn continuing(request: String, changes: &Changes) -> ContinueRequest {
    let headers: Option<Vec<Header>> = changes.headers.as_ref().map(|all| all.iter().map(header).collect());
    ContinueRequest {
        request,
        url: changes.url.clone(),
        method: changes.method.clone(),
        headers,
        body: changes.body.as_deref().map(bytes),
    }
}

fn bytes(body: &[u8]) -> BytesValue {
    BytesValue {
        r#type: String::from("base64"),
        value: BASE64_STANDARD.encode(body),
    }
}
