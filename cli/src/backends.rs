//! The built-in backends: the only place that names them.

use std::sync::Arc;

use greenroom_backend_cdp::{CdpBackend, CdpConfig};
use greenroom_backend_webdriver::WebDriverBackend;
use greenroom_session_core::backend::BrowserBackend;

use crate::env::Environment;

/// The built-in backends, the default first.
pub(crate) fn built_in(env: &Environment) -> Vec<Arc<dyn BrowserBackend>> {
    let cdp = CdpConfig {
        executables: Vec::new(),
        path: env.path.clone(),
        root: rustix::process::geteuid().is_root(),
    };
    vec![Arc::new(CdpBackend::new(cdp)), Arc::new(WebDriverBackend::new())]
}
