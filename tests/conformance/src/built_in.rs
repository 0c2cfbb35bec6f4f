//! How the setups of this repository run the suite: what is asked for by the environment, and where the files are that
//! a run is compared with. A backend author uses [`Suite`] itself.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::expectations::Expectations;
use crate::harness::Harness;
use crate::selection::Selection;
use crate::suite::Suite;
use crate::summary::Summary;

/// How long helpers of a browser may take to notice that it has ended.
const NOTICED: Duration = Duration::from_secs(5);

/// The summaries of the last whole runs, one a setup.
pub fn reports() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("reports")
}

/// The failures that are known of a setup.
fn expectations(setup: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../expectations/{setup}.txt"))
}

/// All that the test of a setup does: runs the cases that are asked for, prints the report and leaves it in `target`,
/// compares it with the last whole run, and looks whether a browser was left behind.
///
/// The environment asks: `GREENROOM_CONFORMANCE` is `full` (when nothing is said), `smoke`, or `ci`;
/// `GREENROOM_CONFORMANCE_ONLY` is a part of the names of the cases to run; with `GREENROOM_UPDATE_GOLDEN=1` a whole run
/// that is good becomes the one that others are compared with.
///
/// # Errors
/// What is not as it should be.
#[expect(clippy::print_stdout, reason = "the report is for people")]
pub async fn conforms(harness: &dyn Harness, target: &Path) -> Result<(), String> {
    let setup = harness.name();
    let asked = |name: &str| std::env::var(name).ok();
    let (set, only) = (asked("GREENROOM_CONFORMANCE"), asked("GREENROOM_CONFORMANCE_ONLY"));
    let selection = Selection::of(setup, set.as_deref(), only.as_deref())?;
    let known = Expectations::read(&expectations(setup))?;
    let report = Suite::new().select(selection.clone()).run(harness, &known).await;
    println!("{report}");
    if !matches!(selection, Selection::Only(_)) {
        report
            .write(target)
            .map_err(|error| format!("failed to write the report: {error}"))?;
    }
    let left = left_behind(harness).await;
    if !left.is_empty() {
        return Err(format!("{setup}: browsers were left behind: {left:?}"));
    }
    report.verdict()?;
    if matches!(selection, Selection::Only(_)) {
        return Ok(());
    }
    let update = asked("GREENROOM_UPDATE_GOLDEN").as_deref() == Some("1");
    compare(&Summary::of(&report), &selection, update, &reports())
}

/// What runs on though its browser has ended. The helpers that browsers have for crashes, in groups of their own, end when
/// they notice: that is waited for.
async fn left_behind(harness: &dyn Harness) -> Vec<String> {
    let deadline = Instant::now() + NOTICED;
    loop {
        let left = harness.running();
        if left.is_empty() || Instant::now() > deadline {
            return left;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Compares a good run with the last whole one, or puts it in its place.
pub(crate) fn compare(run: &Summary, selection: &Selection, update: bool, folder: &Path) -> Result<(), String> {
    let whole = *selection == Selection::Full;
    if update && whole {
        return run.write(folder);
    }
    let file = Summary::file(folder, &run.setup);
    if !whole && !file.exists() {
        // Never run whole: there is nothing to differ from, and the matrix does not speak of it.
        return Ok(());
    }
    let hint = "\nif this run is right: GREENROOM_UPDATE_GOLDEN=1 with a whole run, then cargo xtask codegen";
    let kept = Summary::read(&file).map_err(|error| error + hint)?;
    let drift = kept.drift(run, whole);
    if drift.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{}: this run differs from `{}`:\n{}{hint}",
        run.setup,
        file.display(),
        drift.join("\n")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Outcome;

    #[test]
    fn a_run_is_compared_unless_it_is_to_be_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut run = Summary {
            setup: "mine".to_owned(),
            ..Summary::default()
        };
        run.cases.insert("a::x".to_owned(), Outcome::Passed);
        let (full, smoke) = (Selection::Full, Selection::Smoke);
        assert!(compare(&run, &full, false, folder.path()).is_err());
        // A part of the cases is never kept, and has nothing to differ from before the first whole run.
        compare(&run, &smoke, true, folder.path()).unwrap();
        assert!(!Summary::file(folder.path(), &run.setup).exists());
        compare(&run, &full, true, folder.path()).unwrap();
        compare(&run, &smoke, false, folder.path()).unwrap();
        run.cases.insert("a::x".to_owned(), Outcome::Negative);
        let error = compare(&run, &full, false, folder.path()).unwrap_err();
        assert!(error.contains("a::x was pass, and is negative"), "{error}");
    }
}
