//! What a run came to: for people, and as JSON for the capability matrix.

use std::fmt;
use std::path::Path;

use greenroom_session_core::backend::BrowserIdentity;
use serde::{Deserialize, Serialize};

/// What a run of the suite came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The setup's name.
    pub setup: String,
    /// The browser.
    pub browser: BrowserIdentity,
    /// The names of the capabilities in effect.
    pub capabilities: Vec<String>,
    /// One a case, in the order in which they ran.
    pub cases: Vec<CaseReport>,
    /// How many cases the run did not take.
    #[serde(default)]
    pub left_out: usize,
    /// Why it did not take them.
    #[serde(default)]
    pub why_left_out: Option<String>,
    /// What is wrong beside the cases: expectations that name no case, a browser that cannot be started.
    pub faults: Vec<String>,
}

/// What a case came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseReport {
    /// `area::what`.
    pub name: String,
    /// The names of the capabilities that it needs.
    pub needs: Vec<String>,
    /// What came of it.
    pub outcome: Outcome,
    /// Why, where there is something to say.
    pub reason: Option<String>,
    /// How long it took.
    pub milliseconds: u64,
}

/// What came of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It works.
    Passed,
    /// The browser lacks it, and says so as it should.
    Negative,
    /// It does not work.
    Failed,
    /// It does not work, as the expectations say.
    Expected,
    /// It works although the expectations say that it does not.
    UnexpectedPass,
    /// It could not be tried; the reason says why.
    Skipped,
}

impl Outcome {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Passed => "pass",
            Self::Negative => "negative",
            Self::Failed => "FAIL",
            Self::Expected => "expected",
            Self::UnexpectedPass => "UNEXPECTED PASS",
            Self::Skipped => "skip",
        }
    }

    fn is_bad(self) -> bool {
        matches!(self, Self::Failed | Self::UnexpectedPass)
    }
}

impl Report {
    /// How many cases had that outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.cases.iter().filter(|case| case.outcome == outcome).count()
    }

    /// Whether the run is to be called a success.
    ///
    /// # Errors
    /// The lines that say what is wrong.
    pub fn verdict(&self) -> Result<(), String> {
        let bad = self
            .cases
            .iter()
            .filter(|case| case.outcome.is_bad())
            .map(ToString::to_string);
        let wrong: Vec<String> = bad.chain(self.faults.iter().cloned()).collect();
        if self.cases.is_empty() {
            return Err(format!("{}: no case ran\n{}", self.setup, wrong.join("\n")));
        }
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(format!("{}:\n{}", self.setup, wrong.join("\n")))
        }
    }

    /// Writes the report as `conformance-SETUP.json` into a folder.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        let file = folder.join(format!("conformance-{}.json", self.setup));
        std::fs::write(file, format!("{:#}\n", self.to_json()))
    }

    /// The report as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

impl fmt::Display for CaseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:>8} {:<44} {:>6} ms",
            self.outcome.name(),
            self.name,
            self.milliseconds
        )?;
        match &self.reason {
            Some(reason) => write!(f, "  {reason}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} on {} {}", self.setup, self.browser.name, self.browser.version)?;
        for case in &self.cases {
            writeln!(f, "{case}")?;
        }
        for fault in &self.faults {
            writeln!(f, "{fault}")?;
        }
        let outcomes = [
            Outcome::Passed,
            Outcome::Negative,
            Outcome::Expected,
            Outcome::Skipped,
            Outcome::UnexpectedPass,
            Outcome::Failed,
        ];
        let counts = outcomes.map(|outcome| format!("{} {}", self.count(outcome), outcome.name()));
        write!(f, "{} cases ran: {}", self.cases.len(), counts.join(", "))?;
        match &self.why_left_out {
            Some(why) => write!(f, "; {} left out: {why}", self.left_out),
            None => Ok(()),
        }
    }
}
