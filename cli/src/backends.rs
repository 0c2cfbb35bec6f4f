//! The built-in backends: the only place that names them.

use std::sync::Arc;

use greenroom_backend_cdp::{CdpBackend, CdpConfig};
use greenroom_backend_webdriver::{WebDriverBackend, WebDriverConfig};
use greenroom_session_core::backend::BrowserBackend;

use crate::env::Environment;

/// The built-in backends, the default first.
pub(crate) fn built_in(env: &Environment) -> Vec<Arc<dyn BrowserBackend>> {
    let root = rustix::process::geteuid().is_root();
    let cdp = CdpConfig {
        executables: env.programs.clone(),
        path: env.path.clone(),
        root,
    };
    let webdriver = WebDriverConfig {
        programs: env.programs.clone(),
        path: env.path.clone(),
        root,
        display: env.display,
    };
    vec![
        Arc::new(CdpBackend::new(cdp)),
        Arc::new(WebDriverBackend::new(webdriver)),
    ]
}
