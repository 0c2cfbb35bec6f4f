//! What of a report is kept in the repository: small, without times, the same on every machine. The capability matrix
//! is made of it, and a run that comes to something else fails.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::report::{Outcome, Report};

/// What a whole run on a setup came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The setup's name.
    pub setup: String,
    /// The browser with the version that the run was made with. Another one is no drift.
    pub browser: String,
    /// The names of the capabilities in effect.
    pub capabilities: Vec<String>,
    /// The outcome of each case, in the order in which they ran.
    pub cases: BTreeMap<String, Outcome>,
    /// Why, for cases that were expected to fail or could not be tried.
    pub reasons: BTreeMap<String, String>,
}

impl Summary {
    /// The summary of a report.
    pub fn of(report: &Report) -> Self {
        let with_reason = |outcome| matches!(outcome, Outcome::Expected | Outcome::Skipped);
        let reasons = report.cases.iter().filter(|case| with_reason(case.outcome));
        Self {
            setup: report.setup.clone(),
            browser: format!("{} {}", report.browser.name, report.browser.version),
            capabilities: report.capabilities.clone(),
            cases: report
                .cases
                .iter()
                .map(|case| (case.name.clone(), case.outcome))
                .collect(),
            reasons: reasons
                .map(|case| (case.name.clone(), case.reason.clone().unwrap_or_default()))
                .collect(),
        }
    }

    /// How many cases had that outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.cases.values().filter(|found| **found == outcome).count()
    }

    /// Where the summary of a setup is kept.
    pub fn file(folder: &Path, setup: &str) -> PathBuf {
        folder.join(format!("{setup}.json"))
    }

    /// Reads a summary.
    ///
    /// # Errors
    /// The file cannot be read, or is none.
    pub fn read(file: &Path) -> Result<Self, String> {
        let text =
            std::fs::read_to_string(file).map_err(|error| format!("failed to read `{}`: {error}", file.display()))?;
        serde_json::from_str(&text).map_err(|error| format!("failed to read `{}`: {error}", file.display()))
    }

    /// Writes it.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), String> {
        let file = Self::file(folder, &self.setup);
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&file, text + "\n"))
            .map_err(|error| format!("failed to write `{}`: {error}", file.display()))
    }

    /// How a run differs from the one that is kept, a line each; `whole`: it ran every case.
    pub fn drift(&self, run: &Self, whole: bool) -> Vec<String> {
        let mut lines = Vec::new();
        for name in run.capabilities.iter().filter(|name| !self.capabilities.contains(name)) {
            lines.push(format!("`{name}` is in effect, and was not"));
        }
        for name in self.capabilities.iter().filter(|name| !run.capabilities.contains(name)) {
            lines.push(format!("`{name}` is not in effect, and was"));
        }
        for (case, now) in &run.cases {
            match self.cases.get(case) {
                None => lines.push(format!("{case} is new: {}", now.name())),
                Some(before) if before != now => {
                    lines.push(format!("{case} was {}, and is {}", before.name(), now.name()));
                }
                Some(_) => {}
            }
        }
        let gone = self.cases.keys().filter(|case| whole && !run.cases.contains_key(*case));
        lines.extend(gone.map(|case| format!("{case} is no more")));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(capabilities: &[&str], cases: &[(&str, Outcome)]) -> Summary {
        Summary {
            setup: "mine".to_owned(),
            browser: "b 1".to_owned(),
            capabilities: capabilities.iter().map(|&name| name.to_owned()).collect(),
            cases: cases
                .iter()
                .map(|(name, outcome)| ((*name).to_owned(), *outcome))
                .collect(),
            reasons: BTreeMap::new(),
        }
    }

    #[test]
    fn a_drift_names_each_difference() {
        let kept = summary(&["pdf"], &[("a::x", Outcome::Passed), ("a::y", Outcome::Negative)]);
        assert_eq!(kept.drift(&kept, true), [""; 0]);
        let mut newer = kept.clone();
        newer.browser = "b 2".to_owned();
        assert_eq!(kept.drift(&newer, true), [""; 0]);

        let run = summary(&["proxy"], &[("a::x", Outcome::Expected), ("a::z", Outcome::Passed)]);
        let lines = [
            "`proxy` is in effect, and was not",
            "`pdf` is not in effect, and was",
            "a::x was pass, and is expected",
            "a::z is new: pass",
            "a::y is no more",
        ];
        assert_eq!(kept.drift(&run, true), lines);
        assert_eq!(kept.drift(&run, false), lines[..4]);
    }

    #[test]
    fn a_file_holds_it() {
        let folder = tempfile::tempdir().unwrap();
        let kept = summary(&["pdf"], &[("a::x", Outcome::Passed)]);
        kept.write(folder.path()).unwrap();
        assert_eq!(Summary::read(&Summary::file(folder.path(), "mine")).unwrap(), kept);
        assert!(Summary::read(&Summary::file(folder.path(), "other")).is_err());
    }
}
