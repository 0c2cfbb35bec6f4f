//! Running the cases.

use std::time::{Duration, Instant};

use crate::case::{Case, cases};
use crate::check::{Checked, Failure};
use crate::context::Context;
use crate::expectations::Expectations;
use crate::harness::Harness;
use crate::report::{CaseReport, Outcome, Report};
use crate::selection::Selection;

/// How long a case may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// The suite, or a part of it.
#[derive(Clone, Debug, Default)]
pub struct Suite {
    selection: Selection,
}

impl Suite {
    /// All cases.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only the cases whose name holds `part`, for example `screenshot::`.
    #[must_use]
    pub fn only(mut self, part: impl Into<String>) -> Self {
        self.selection = Selection::Only(part.into());
        self
    }

    /// The cases of this selection.
    #[must_use]
    pub fn select(mut self, selection: Selection) -> Self {
        self.selection = selection;
        self
    }

    /// Runs the cases one after another.
    pub async fn run(&self, harness: &dyn Harness, expectations: &Expectations) -> Report {
        let mut report = Report {
            setup: harness.name().to_owned(),
            ..Report::default()
        };
        let known = |name: &str| cases().any(|case| case.name == name);
        for name in expectations.unknown(known) {
            report
                .faults
                .push(format!("the expectations name `{name}`, and there is no such case"));
        }
        let context = match Context::new(harness).await {
            Ok(context) => context,
            Err(failure) => {
                report.faults.push(format!("failed to start a browser: {failure}"));
                return report;
            }
        };
        report.capabilities = context.capabilities().names();
        if let Ok(browser) = context.browser().await {
            report.browser = browser.identity().clone();
        }
        report.left_out = cases().filter(|case| !self.selection.takes(case)).count();
        report.why_left_out = self.selection.why();
        for case in cases().filter(|case| self.selection.takes(case)) {
            report.cases.push(run(case, &context, expectations).await);
            if let Err(failure) = context.mend().await {
                report
                    .faults
                    .push(format!("no browser after `{}`: {failure}", case.name));
                break;
            }
        }
        if let Err(failure) = context.finish().await {
            report.faults.push(format!("failed to end the browser: {failure}"));
        }
        report
    }
}

async fn run(case: &Case, context: &Context<'_>, expectations: &Expectations) -> CaseReport {
    let started = Instant::now();
    let (half, outcome) = attempt(case, context).await;
    let expected = expectations.reason(case.name);
    let (outcome, reason) = match (outcome, expected) {
        (Ok(Some(skipped)), _) => (Outcome::Skipped, Some(skipped)),
        (Ok(None), None) => (half, None),
        (Ok(None), Some(reason)) => (Outcome::UnexpectedPass, Some(format!("was expected to fail: {reason}"))),
        (Err(failure), None) => (Outcome::Failed, Some(failure.0)),
        (Err(_), Some(reason)) => (Outcome::Expected, Some(reason.to_owned())),
    };
    CaseReport {
        name: case.name.to_owned(),
        needs: case
            .needs
            .iter()
            .map(|capability| capability.name().to_owned())
            .collect(),
        outcome,
        reason,
        milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}

/// Runs the half of a case that fits the browser; `Some` says why none could be run.
async fn attempt(case: &Case, context: &Context<'_>) -> (Outcome, Checked<Option<String>>) {
    let missing = case.needs.iter().find(|capability| !context.has(**capability));
    let (half, run) = match (missing, case.otherwise) {
        (None, _) => (Outcome::Passed, case.run),
        (Some(first), Some(otherwise)) if *first == case.needs[0] => (Outcome::Negative, otherwise),
        (Some(capability), _) => return (Outcome::Skipped, Ok(Some(format!("needs `{capability}`")))),
    };
    let result = match tokio::time::timeout(PATIENCE, run(context)).await {
        Ok(result) => result,
        Err(_) => Err(Failure(format!("it did not end within {PATIENCE:?}"))),
    };
    let cleaned = context.clean_up().await;
    (half, result.and_then(|skipped| cleaned.map(|()| skipped)))
}
