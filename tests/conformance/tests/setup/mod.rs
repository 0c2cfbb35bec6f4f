//! What the setups of real browsers have in common.

use std::path::Path;

use greenroom_conformance::{Expectations, Harness, Suite};
use greenroom_session_core::backend::{BrowserBackend, Finding};

pub(crate) mod webdriver;

/// Whether the browser that `subject` names in the backend's diagnosis is here; says why not, and fails in CI.
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
    println!("SKIPPED: `{subject}` is not installed (`cargo xtask setup` installs it): {line:?}");
    false
}

/// Runs the suite, or the part of it that `GREENROOM_CONFORMANCE_ONLY` names, and looks that nothing is left.
pub(crate) async fn conforms(setup: &dyn Harness) {
    let expectations = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../expectations/{}.txt", setup.name()));
    let known = Expectations::read(&expectations).expect("the expectations can be read");
    let part = std::env::var("GREENROOM_CONFORMANCE_ONLY").ok();
    let suite = part.iter().cloned().fold(Suite::new(), Suite::only);
    let report = suite.run(setup, &known).await;
    if part.is_none() {
        report
            .write(env!("CARGO_TARGET_TMPDIR").as_ref())
            .expect("the report can be written");
    }
    println!("{report}");
    assert_eq!(setup.running(), Vec::<String>::new(), "browsers were left behind");
    report.verdict().expect("the browser conforms");
}
