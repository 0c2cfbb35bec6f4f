//! Requests held before they are sent: each target of a context pauses its own.

use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chromiumoxide::cdp::browser_protocol::fetch::{
    ContinueRequestParams, DisableParams, EnableParams, FailRequestParams, FulfillRequestParams, HeaderEntry,
    RequestPattern, RequestStage,
};
use chromiumoxide::cdp::browser_protocol::network::{ErrorReason, SetCacheDisabledParams};
use chromiumoxide::types::{Binary, Command};
use greenroom_session_core::backend::{
    AbortReason, Changes, ContextKey, Event, HeldRequest, Interception, Reply, Verdict,
};
use greenroom_session_core::{Call, Error, Kind, Result};
use serde_json::Value;

use crate::browser::CdpBrowser;
use crate::connection::{Answer, SessionId, read};
use crate::error::Native;
use crate::hub::Router;
use crate::network::Paused;
use crate::page::Nothing;
use crate::target::TargetKind;

const HOLDING: &str = "hold requests";
const RELEASING: &str = "release a request";

/// What Chromium says of a request that is not held any more.
const ALSO_FINE: [&str; 2] = ["Invalid InterceptionId", "Fetch domain is not enabled"];

/// Has a target pause its requests, whatever the cache has.
pub(crate) fn send(router: &mut Router, session: &SessionId) {
    router.step(session, SetCacheDisabledParams::new(true));
    router.step(session, pausing());
}

fn pausing() -> EnableParams {
    let all = RequestPattern {
        url_pattern: Some("*".to_owned()),
        resource_type: None,
        request_stage: Some(RequestStage::Request),
    };
    EnableParams {
        patterns: Some(vec![all]),
        handle_auth_requests: None,
    }
}

impl Router {
    /// `Fetch.requestPaused`: tells whoever holds requests; one that nobody holds goes on.
    pub(crate) fn paused(&mut self, id: &SessionId, params: Value) {
        let Ok(paused) = read::<Paused>(params) else { return };
        let session = self.sessions.get(id);
        let context = session.and_then(|session| self.contexts.get(&session.context));
        let holder = context.filter(|context| context.adjusted.holds_requests);
        let (Some(session), Some(context)) = (session, holder) else {
            self.wire
                .post(Some(id), ContinueRequestParams::new(paused.request_id.clone()));
            return;
        };
        let page = session.page.as_ref().map(|page| page.page_key());
        let known = paused.network_id.as_deref().and_then(|id| context.network.kind(id));
        let held = HeldRequest {
            hold: hold(id, &paused.request_id),
            is_redirect: paused.redirected_request_id.is_some(),
            request: paused.sent(page, known),
        };
        context.sink.event(Event::RequestHeld(Box::new(held)));
    }
}

/// A held request's name: its session's, and its own in that.
fn hold(session: &SessionId, request: &str) -> String {
    format!("{session}:{request}")
}

#[async_trait]
impl Interception for CdpBrowser {
    async fn intercept(&self, context: &ContextKey, on: bool, call: &Call) -> Result<()> {
        self.known_context(context)?;
        let targets = self.change(context, |adjusted| adjusted.holds_requests = on);
        let asked = targets.iter().map(async |(session, kind)| {
            self.switch(session, *kind, SetCacheDisabledParams::new(on), call)
                .await?;
            if on {
                self.switch(session, *kind, pausing(), call).await
            } else {
                self.switch(session, *kind, DisableParams::default(), call).await
            }
        });
        futures::future::try_join_all(asked).await.map(drop)
    }

    async fn release(&self, context: &ContextKey, hold: &str, verdict: &Verdict, call: &Call) -> Result<()> {
        self.known_context(context)?;
        let unknown = || Error::new(Kind::Usage, format!("there is no held request `{hold}`"));
        let (session, request) = hold.split_once(':').ok_or_else(unknown)?;
        let session = SessionId::from(session);
        let request = request.to_owned();
        let sent = async {
            Ok(match verdict {
                Verdict::Continue(changes) => self.wire.ask(Some(&session), continuing(request, changes)).await,
                Verdict::Fulfill(reply) => self.wire.ask(Some(&session), fulfilling(request, reply)).await,
                Verdict::Abort(reason) => {
                    let ask = FailRequestParams::new(request, error_reason(*reason));
                    self.wire.ask(Some(&session), ask).await
                }
            })
        };
        released(call.bound("the browser to release a request", sent).await?)
    }
}

impl CdpBrowser {
    /// Changes what a target does.
    async fn switch<C: Command>(&self, session: &SessionId, kind: TargetKind, ask: C, call: &Call) -> Result<()> {
        let done: Result<Nothing> = self.wire.call(Some(session), ask, HOLDING, call).await;
        self.changed(session, kind, done)
    }
}

/// What Chromium makes of a verdict: a request that has gone with its page needs none any more.
fn released(answer: Answer) -> Result<()> {
    let Err(native) = answer else { return Ok(()) };
    match &native {
        Native::Gone | Native::Crashed => Ok(()),
        // It has gone, or all that were held have gone on.
        Native::Refused { message, .. } if ALSO_FINE.iter().any(|fine| message.contains(fine)) => Ok(()),
        Native::Refused { .. } if native.is_session_missing() => Ok(()),
        Native::Refused { message, .. } => {
            let message = format!("failed to {RELEASING}: {}", message.trim_end_matches('.'));
            Err(Error::new(Kind::Usage, message))
        }
        _ => Err(native.into_error(RELEASING)),
    }
}

fn continuing(request: String, changes: &Changes) -> ContinueRequestParams {
    ContinueRequestParams {
        url: changes.url.clone(),
        method: changes.method.clone(),
        post_data: changes.body.as_deref().map(bytes),
        headers: changes.headers.as_deref().map(entries),
        ..ContinueRequestParams::new(request)
    }
}

fn fulfilling(request: String, reply: &Reply) -> FulfillRequestParams {
    FulfillRequestParams {
        response_headers: Some(entries(&reply.headers)),
        body: Some(bytes(&reply.body)),
        ..FulfillRequestParams::new(request, reply.status)
    }
}

fn bytes(body: &[u8]) -> Binary {
    BASE64_STANDARD.encode(body).into()
}

fn entries(headers: &[(String, String)]) -> Vec<HeaderEntry> {
    let entry = |(name, value): &(String, String)| HeaderEntry::new(name.clone(), value.clone());
    headers.iter().map(entry).collect()
}

fn error_reason(reason: AbortReason) -> ErrorReason {
    match reason {
        AbortReason::Failed => ErrorReason::Failed,
        AbortReason::Aborted => ErrorReason::Aborted,
        AbortReason::TimedOut => ErrorReason::TimedOut,
        AbortReason::AccessDenied => ErrorReason::AccessDenied,
        AbortReason::ConnectionClosed => ErrorReason::ConnectionClosed,
        AbortReason::ConnectionReset => ErrorReason::ConnectionReset,
        AbortReason::ConnectionRefused => ErrorReason::ConnectionRefused,
        AbortReason::ConnectionAborted => ErrorReason::ConnectionAborted,
        AbortReason::ConnectionFailed => ErrorReason::ConnectionFailed,
        AbortReason::NameNotResolved => ErrorReason::NameNotResolved,
        AbortReason::InternetDisconnected => ErrorReason::InternetDisconnected,
        AbortReason::AddressUnreachable => ErrorReason::AddressUnreachable,
        AbortReason::BlockedByClient => ErrorReason::BlockedByClient,
        AbortReason::BlockedByResponse => ErrorReason::BlockedByResponse,
    }
}
