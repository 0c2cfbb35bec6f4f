//! What is sent to each target before its first moment: what it tells us, and how its context is set up.

use chromiumoxide::cdp::browser_protocol::emulation::{
    SetDeviceMetricsOverrideParams, SetFocusEmulationEnabledParams, SetLocaleOverrideParams, SetTimezoneOverrideParams,
    SetTouchEmulationEnabledParams, SetUserAgentOverrideParams,
};
use chromiumoxide::cdp::browser_protocol::log::EnableParams as LogEnable;
use chromiumoxide::cdp::browser_protocol::network::{
    EnableParams as NetworkEnable, Headers, SetExtraHttpHeadersParams,
};
use chromiumoxide::cdp::browser_protocol::page::{
    EnableParams as PageEnable, SetInterceptFileChooserDialogParams, SetLifecycleEventsEnabledParams,
};
use chromiumoxide::cdp::browser_protocol::security::SetIgnoreCertificateErrorsParams;
use chromiumoxide::cdp::browser_protocol::target::{FilterEntry, SetAutoAttachParams, TargetFilter};
use chromiumoxide::cdp::js_protocol::runtime::EnableParams as RuntimeEnable;
use greenroom_session_core::backend::{ContextOptions, Size};
use serde_json::Value;

use crate::connection::SessionId;
use crate::hub::Router;
use crate::target::TargetKind;
use crate::watch;

/// The name of our isolated world, as devtools would show it.
pub(crate) const WORLD: &str = "greenroom";

/// The longest request body that is told with its request.
const MAX_POST_DATA: i64 = 64 * 1024;

/// How the targets of a context are set up.
#[derive(Debug)]
pub(crate) struct Setup {
    /// What was asked for.
    pub(crate) options: ContextOptions,
    /// False in an attached browser: its pages stay as they are.
    pub(crate) emulates: bool,
}

/// Attaches to everything that may run or load for a page, before it does.
pub(crate) fn auto_attach() -> SetAutoAttachParams {
    let entry = |kind: &TargetKind| FilterEntry {
        exclude: None,
        r#type: Some(kind.name().to_owned()),
    };
    SetAutoAttachParams {
        auto_attach: true,
        wait_for_debugger_on_start: true,
        flatten: Some(true),
        filter: Some(TargetFilter::new(TargetKind::ALL.iter().map(entry).collect::<Vec<_>>())),
    }
}

/// A viewport of that size, on a plain screen.
pub(crate) fn metrics(size: Size) -> SetDeviceMetricsOverrideParams {
    SetDeviceMetricsOverrideParams::new(i64::from(size.width), i64::from(size.height), 1.0, false)
}

/// Sends all of it; [`Router::step_done`] is called for each answer.
pub(crate) fn send(router: &mut Router, session: &SessionId, kind: TargetKind, setup: &Setup) {
    if kind.is_frame() {
        // First, since it also tells of dialogs, which would hold up everything else.
        router.step(session, PageEnable::default());
    }
    if kind.is_page() {
        router.step(session, SetLifecycleEventsEnabledParams::new(true));
    }
    // Bindings come to worlds that are told of, so before the world that the watcher is in.
    router.step(session, RuntimeEnable::default());
    if kind.is_frame() {
        watch::send(router, session, setup.options.watcher.as_ref());
    }
    let network = NetworkEnable {
        max_post_data_size: Some(MAX_POST_DATA),
        ..NetworkEnable::default()
    };
    router.step(session, network);
    if kind != TargetKind::ServiceWorker && kind != TargetKind::SharedWorker {
        router.step(session, LogEnable::default());
    }
    router.step(session, auto_attach());
    if setup.emulates {
        emulate(router, session, kind, &setup.options);
    }
}

fn emulate(router: &mut Router, session: &SessionId, kind: TargetKind, options: &ContextOptions) {
    if options.user_agent.is_some() || options.locale.is_some() {
        identify(router, session, options);
    }
    if !options.headers.is_empty() {
        let headers = options
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), Value::from(value.clone())));
        router.step(
            session,
            SetExtraHttpHeadersParams::new(Headers::new(Value::Object(headers.collect()))),
        );
    }
    if kind.is_frame() {
        router.step(session, SetInterceptFileChooserDialogParams::new(true));
    }
    if options.ignore_https_errors && kind.is_frame() {
        router.step(session, SetIgnoreCertificateErrorsParams::new(true));
    }
    if !kind.is_frame() {
        return;
    }
    if options.touch {
        router.step(session, SetTouchEmulationEnabledParams::new(true));
    }
    if kind.is_page() {
        // However many pages there are, each behaves as the one in front.
        router.step(session, SetFocusEmulationEnabledParams::new(true));
    }
    if let (true, Some(size)) = (kind.is_page(), options.viewport) {
        router.step(session, metrics(size));
    }
    if let Some(locale) = &options.locale {
        // Chromium wants the form of ICU: `de_CH`.
        let locale = Some(locale.replace('-', "_"));
        router.step(session, SetLocaleOverrideParams { locale });
    }
    if let Some(timezone) = &options.timezone {
        router.step(session, SetTimezoneOverrideParams::new(timezone.clone()));
    }
}

/// The user agent string and the languages that requests and scripts see.
fn identify(router: &mut Router, session: &SessionId, options: &ContextOptions) {
    let user_agent = options.user_agent.clone().unwrap_or_else(|| router.user_agent.clone());
    let mut identity = SetUserAgentOverrideParams::new(user_agent);
    identity.accept_language.clone_from(&options.locale);
    router.step(session, identity);
}
