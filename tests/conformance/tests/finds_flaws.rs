//! The suite is no use unless it fails: each flaw is found by the case that is there for it.

mod flawed;

use flawed::{Flaw, FlawedHarness};
use greenroom_conformance::{Expectations, Outcome, Report, Suite};

/// Runs one case against a backend with a flaw.
async fn run(case: &str, flaw: Flaw) -> Report {
    let harness = FlawedHarness::new(flaw);
    Suite::new().only(case).run(&harness, &Expectations::none()).await
}

const FLAWS: &[(Flaw, &str)] = &[
    (Flaw::PretendsNotToMakeImages, "screenshot::viewport"),
    (Flaw::PretendsNotToResize, "options::set-viewport"),
    (Flaw::TellsOpeningsLate, "page::told-before-anything-else"),
    (Flaw::SharesOneContext, "context::cookies-are-isolated"),
    (Flaw::WaitsForTheDead, "fault::browser-killed"),
    (Flaw::CutsFullPages, "screenshot::full-page"),
    (Flaw::ScrollsForImages, "screenshot::part-out-of-view"),
    (Flaw::TellsPagesOfImages, "screenshot::not-noticed"),
    (Flaw::LosesStatus, "navigate::status"),
    (Flaw::SwallowsErrors, "evaluate::throws"),
    (Flaw::RunsInThePage, "evaluate::worlds"),
    (Flaw::LoadsWithoutFrames, "navigate::waits-for-slow-frames"),
    (Flaw::LosesFrames, "frames::another-origin"),
    (Flaw::StaysInTheMainFrame, "frames::nested"),
    (Flaw::RunsInTheFramesPage, "frames::worlds"),
    (Flaw::WaitsForLostFrames, "frames::removed"),
    (Flaw::LosesRequests, "network::refused"),
    (Flaw::RepeatsRequests, "network::each-request-once"),
    (Flaw::LosesBodies, "network::bodies"),
    (Flaw::DismissesDialogs, "dialog::confirm"),
    (Flaw::KeepsContexts, "context::closing-ends-its-pages"),
    (Flaw::KeepsPages, "fault::page-closed-while-evaluating"),
    (Flaw::KeepsBrowsers, "launch::close-ends-it"),
    (Flaw::ForgetsOptions, "adopt::options-still-hold"),
    (Flaw::ForgetsPages, "adopt::state-is-intact"),
    (Flaw::LosesFailedPages, "page::open-with-url-that-fails"),
    (Flaw::InsistsOnHistory, "navigate::nowhere-to-go"),
    (Flaw::IgnoresDeadlines, "navigate::page-that-never-loads"),
];

#[tokio::test(start_paused = true)]
async fn each_flaw_is_found_by_its_case() {
    for (flaw, case) in FLAWS {
        let sound = run(case, Flaw::None).await;
        assert_eq!(sound.verdict(), Ok(()), "{case} fails without a flaw");
        let report = run(case, *flaw).await;
        let verdict = report.verdict().expect_err(&format!("{case} does not find {flaw:?}"));
        assert!(verdict.contains(case), "{flaw:?}: {verdict}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_expected_failure_is_no_failure_while_it_lasts() {
    let expected = Expectations::parse("navigate::status  the driver does not tell it").unwrap();
    let suite = Suite::new().only("navigate::status");
    let report = suite.run(&FlawedHarness::new(Flaw::LosesStatus), &expected).await;
    report.verdict().unwrap();
    assert_eq!(report.count(Outcome::Expected), 1);
    assert_eq!(report.cases[0].reason.as_deref(), Some("the driver does not tell it"));

    let report = suite.run(&FlawedHarness::new(Flaw::None), &expected).await;
    assert!(report.verdict().unwrap_err().contains("UNEXPECTED PASS"));
}

#[tokio::test(start_paused = true)]
async fn an_expectation_that_names_no_case_fails_the_run() {
    let expected = Expectations::parse("navigate::sideways  never was").unwrap();
    let suite = Suite::new().only("navigate::redirect");
    let report = suite.run(&FlawedHarness::new(Flaw::None), &expected).await;
    assert!(report.verdict().unwrap_err().contains("navigate::sideways"));
}

#[tokio::test(start_paused = true)]
async fn a_filter_that_fits_nothing_fails_the_run() {
    let report = run("no::such-case", Flaw::None).await;
    assert!(report.verdict().unwrap_err().contains("no case ran"));
}

#[tokio::test(start_paused = true)]
async fn a_report_is_the_same_after_a_file() {
    let report = run("navigate::re", Flaw::LosesStatus).await;
    let text = report.to_json().to_string();
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
    assert!(text.contains("\"navigation-status\""));
}
