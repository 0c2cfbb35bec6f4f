//! What is changed of a context while it is open: sent to each of its targets, and kept for those that come.

use std::sync::Arc;

use chromiumoxide::cdp::browser_protocol::browser::{
    PermissionDescriptor, PermissionSetting, ResetPermissionsParams, SetPermissionParams,
};
use chromiumoxide::cdp::browser_protocol::emulation::{ClearGeolocationOverrideParams, SetGeolocationOverrideParams};
use chromiumoxide::cdp::browser_protocol::network::{self, Headers, SetExtraHttpHeadersParams};
use chromiumoxide::cdp::browser_protocol::page::AddScriptToEvaluateOnNewDocumentParams;
use greenroom_session_core::backend::{Adjustment, ContextKey, Geolocation, Grant};
use greenroom_session_core::{Call, Error, Kind, Result};
use serde_json::Value;

use crate::browser::CdpBrowser;
use crate::connection::SessionId;
use crate::hub::{DEFAULT, Router};
use crate::intercept;
use crate::page::Nothing;
use crate::target::TargetKind;

const DOING: &str = "adjust the context";

/// What was changed, for the targets that come.
#[derive(Clone, Debug, Default)]
pub(crate) struct Adjusted {
    /// In place of those of the options.
    headers: Option<Vec<(String, String)>>,
    init_scripts: Vec<String>,
    offline: bool,
    geolocation: Option<Geolocation>,
    /// Requests are held; see [`intercept`].
    pub(crate) holds_requests: bool,
}

impl Adjusted {
    fn take(&mut self, adjustment: &Adjustment) {
        match adjustment {
            Adjustment::Headers(headers) => self.headers = Some(headers.clone()),
            Adjustment::InitScript(script) => self.init_scripts.push(script.clone()),
            Adjustment::Offline(offline) => self.offline = *offline,
            Adjustment::Geolocation(place) => self.geolocation = *place,
            // The browser keeps them.
            Adjustment::Permissions(_) => {}
        }
    }
}

/// Sends what was changed to a target that has come.
pub(crate) fn send(router: &mut Router, session: &SessionId, kind: TargetKind, adjusted: &Adjusted) {
    if let Some(headers) = &adjusted.headers {
        router.step(session, extra_headers(headers));
    }
    if adjusted.offline {
        router.step(session, conditions(true));
    }
    if adjusted.holds_requests {
        intercept::send(router, session);
    }
    if !kind.is_frame() {
        return;
    }
    for script in &adjusted.init_scripts {
        let mut ask = AddScriptToEvaluateOnNewDocumentParams::new(script.clone());
        ask.run_immediately = Some(true);
        router.step(session, ask);
    }
    if let Some(place) = adjusted.geolocation {
        router.step(session, geolocation(place));
    }
}

fn extra_headers(headers: &[(String, String)]) -> SetExtraHttpHeadersParams {
    let headers = headers
        .iter()
        .map(|(name, value)| (name.clone(), Value::from(value.clone())));
    SetExtraHttpHeadersParams::new(Headers::new(Value::Object(headers.collect())))
}

#[expect(deprecated, reason = "what is to replace it is not in every Chromium")]
fn conditions(offline: bool) -> network::EmulateNetworkConditionsParams {
    network::EmulateNetworkConditionsParams::new(offline, 0.0, -1.0, -1.0)
}

fn geolocation(place: Geolocation) -> SetGeolocationOverrideParams {
    SetGeolocationOverrideParams {
        latitude: Some(place.latitude),
        longitude: Some(place.longitude),
        accuracy: Some(place.accuracy),
        ..SetGeolocationOverrideParams::default()
    }
}

impl CdpBrowser {
    pub(crate) async fn adjust_context(&self, key: &ContextKey, adjustment: &Adjustment, call: &Call) -> Result<()> {
        self.known_context(key)?;
        if let Adjustment::Permissions(grant) = adjustment {
            return self.permit(key, grant.as_ref(), call).await;
        }
        let targets = self.change(key, |adjusted| adjusted.take(adjustment));
        let sent = targets
            .iter()
            .map(|(session, kind)| self.adjust_target(session, *kind, adjustment, call));
        futures::future::try_join_all(sent).await.map(drop)
    }

    /// Keeps a change of a context for the targets that come; answers those that are there.
    pub(crate) fn change(&self, key: &ContextKey, change: impl FnOnce(&mut Adjusted)) -> Vec<(SessionId, TargetKind)> {
        let mut router = self.hub.lock();
        if let Some(context) = router.contexts.get_mut(key) {
            change(&mut context.adjusted);
        }
        let of_it = router.sessions.values().filter(|session| session.context == *key);
        of_it.map(|session| (Arc::clone(&session.id), session.kind)).collect()
    }

    /// What a target that is to be changed has answered: one that has gone meanwhile needs nothing, and workers have no
    /// network of their own everywhere.
    pub(crate) fn changed(&self, session: &SessionId, kind: TargetKind, answer: Result<Nothing>) -> Result<()> {
        let is_there = self.hub.lock().sessions.contains_key(session);
        match answer {
            Err(error) if is_there && kind.is_page() => Err(error),
            _ => Ok(()),
        }
    }

    async fn adjust_target(
        &self,
        session: &SessionId,
        kind: TargetKind,
        adjustment: &Adjustment,
        call: &Call,
    ) -> Result<()> {
        let wire = &self.wire;
        let of = Some(session);
        let is_frame = kind.is_frame();
        let done: Result<Nothing> = match adjustment {
            Adjustment::Headers(headers) => wire.call(of, extra_headers(headers), DOING, call).await,
            Adjustment::Offline(offline) => wire.call(of, conditions(*offline), DOING, call).await,
            Adjustment::InitScript(script) if is_frame => {
                let ask = AddScriptToEvaluateOnNewDocumentParams::new(script.clone());
                wire.call(of, ask, DOING, call).await
            }
            Adjustment::Geolocation(Some(place)) if is_frame => wire.call(of, geolocation(*place), DOING, call).await,
            Adjustment::Geolocation(None) if is_frame => {
                let ask = ClearGeolocationOverrideParams::default();
                wire.call(of, ask, DOING, call).await
            }
            _ => return Ok(()),
        };
        self.changed(session, kind, done)
    }

    async fn permit(&self, key: &ContextKey, grant: Option<&Grant>, call: &Call) -> Result<()> {
        let of: Option<chromiumoxide::cdp::browser_protocol::browser::BrowserContextId> =
            (key.0 != DEFAULT).then(|| key.0.clone().into());
        let Some(grant) = grant else {
            let ask = ResetPermissionsParams { browser_context_id: of };
            let _: Nothing = self.wire.call(None, ask, DOING, call).await?;
            return Ok(());
        };
        for name in &grant.names {
            let ask = SetPermissionParams {
                permission: PermissionDescriptor::new(name.clone()),
                setting: PermissionSetting::Granted,
                origin: grant.origin.clone(),
                embedded_origin: None,
                browser_context_id: of.clone(),
            };
            let set: Result<Nothing> = self.wire.call(None, ask, DOING, call).await;
            set.map_err(|error| match error.kind() {
                Kind::BrowserLost | Kind::Timeout | Kind::Cancelled => error,
                _ => {
                    let message = format!("the permission `{name}` cannot be granted: {}", error.message());
                    Error::new(Kind::Usage, message)
                }
            })?;
        }
        Ok(())
    }
}
