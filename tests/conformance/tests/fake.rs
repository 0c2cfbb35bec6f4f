//! The suite on the fake backend: with everything, with nothing, and with each capability taken away alone.

#![expect(clippy::print_stdout, reason = "the report is for people")]

use greenroom_conformance::{Expectations, FakeHarness, Outcome, Report, Suite, conforms};
use greenroom_session_core::backend::CapabilitySet;
use greenroom_session_core::fake::FakeBackend;

async fn run(capabilities: CapabilitySet) -> Report {
    let harness = FakeHarness::with_capabilities(capabilities);
    let report = Suite::new().run(&harness, &Expectations::none()).await;
    println!("{report}");
    report
}

#[tokio::test(start_paused = true)]
async fn everything_works() {
    let target = env!("CARGO_TARGET_TMPDIR").as_ref();
    conforms(&FakeHarness::new(), target).await.unwrap();
    let report = run(FakeBackend::ALL).await;
    // The fake has what every case needs, but documents, hands for them, persons, dialogs that stay, and most of what can be
    // adjusted, and holds no requests: none else is left out. Sixteen of those cases have a negative half.
    let lacking = [
        "look::",
        "locate::",
        "extract::",
        "act::",
        "input::",
        "choosers::",
        "watch::",
        "dialog::held",
        "dialog::none",
        "adjust::init-scripts",
        "adjust::offline",
        "adjust::geolocation",
        "adjust::permissions",
        "intercept::",
        "touch::",
    ];
    let lacks = |name: &str| lacking.iter().any(|area| name.starts_with(area));
    let left_out = report.cases.iter().filter(|case| lacks(&case.name)).count();
    assert_eq!(report.count(Outcome::Negative), 16);
    assert_eq!(report.count(Outcome::Skipped), left_out - 16);
    assert_eq!(report.count(Outcome::Passed), report.cases.len() - left_out);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_pretended() {
    let report = run(CapabilitySet::EMPTY).await;
    report.verdict().unwrap();
    assert!(report.count(Outcome::Negative) >= 20, "{report}");
}

#[tokio::test(start_paused = true)]
async fn each_capability_can_be_missing_alone() {
    for capability in FakeBackend::ALL.iter() {
        let report = run(FakeBackend::ALL.without(capability)).await;
        report.verdict().unwrap();
        assert!(report.count(Outcome::Negative) > 0, "{capability} is not missed");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_may_be_revived_as_another() {
    let harness = FakeHarness::new();
    harness.world().control().revive_by_replacing();
    for case in ["evaluate::endless-loop", "fault::renderer-crashed"] {
        let report = Suite::new().only(case).run(&harness, &Expectations::none()).await;
        report.verdict().unwrap();
        assert_eq!(report.count(Outcome::Passed), 1, "{report}");
    }
}
