//! The engine's roles and names against those of Firefox and WebKit, element by element: WebDriver's `computedrole` and
//! `computedlabel`.
//!
//! The pages are those that are written for the comparison with Chromium (`backend-cdp/tests/accessibility/pages`), where each
//! field and state is compared. Here it is roles and names of the elements that have an id and are in the page's own document: drivers
//! do not hand out elements of frames and shadow roots together with them.
//!
//! **Counted** is an element that the engine does not call hidden. **Equal** means:
//!
//! - Role: the same, by the table in `compare`. Who says `none`, `generic`, nothing, or a name of its own for an element that HTML-AAM
//!   gives no role, says that the element means nothing by itself; then nothing else is compared.
//! - Name: the same text, white space folded, where both sides have a role.
//!
//! The test fails on every difference that is not in `known-BROWSER.txt`, on every line of that list that fits none, and below a share of
//! elements that are equal. The report is on stderr:
//!
//! ```sh
//! GREENROOM_AX_ONLY=widgets cargo nextest run -p greenroom-backend-webdriver --test roles --no-capture
//! ```

#![expect(clippy::print_stderr, reason = "the report, and skips")]

mod compare;
mod driver;
mod known;

use std::path::{Path, PathBuf};

use compare::{Difference, Ours};
use driver::{Browser, Session};
use serde::Deserialize;

/// Made by `cargo xtask codegen` from the modules in `session-core/src/injected/js`.
const ENGINE: &str = include_str!("../../../session-core/src/injected/engine.js");

/// Asks the engine about every element of a page.
const PROBE: &str = include_str!("../../../backend-cdp/tests/accessibility/probe.js");

/// Pages of thousands of elements, one for each combination of a role with something else: there, browsers differ by whole tables.
const MATRIX: &str = "/matrix-";

/// What the probe tells.
#[derive(Debug, Deserialize)]
struct Told {
    elements: Vec<Ours>,
}

/// The written pages, in the order of their names.
fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend-cdp/tests/accessibility/pages");
    let folder = folder.canonicalize().expect("the written pages");
    let files = std::fs::read_dir(folder).expect("the written pages");
    let only = std::env::var("GREENROOM_AX_ONLY").unwrap_or_default();
    let mut pages: Vec<PathBuf> = files
        .map(|file| file.expect("a page").path())
        .filter(|file| file.to_string_lossy().contains(&only) && !file.to_string_lossy().contains(MATRIX))
        .collect();
    pages.sort();
    pages
}

/// Compares one page; how many elements were counted, and the differences.
fn compare_page(session: &Session, file: &Path) -> (usize, Vec<Difference>) {
    let page = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    session.go(url::Url::from_file_path(file).expect("an absolute path").as_str());
    let (told, elements) = session.probe(&format!("({PROBE})({ENGINE})"));
    let told: Told = serde_json::from_str(&told).expect("the probe gives JSON");
    let compared = told.elements.iter().filter(|ours| ours.is_compared());
    let compared: Vec<&Ours> = compared.collect();
    assert_eq!(compared.len(), elements.len(), "of {page}");
    let mut differences = Vec::new();
    for (ours, element) in compared.iter().zip(&elements) {
        let (role, name) = (session.role(element), session.name(element));
        differences.extend(compare::compare(&page, ours, &role, &name));
    }
    (compared.len(), differences)
}

/// Compares all pages in a browser; at least `floor` percent of the elements must be equal.
fn compare_all(browser: Browser, floor: f64) {
    let session = match Session::start(browser) {
        Ok(session) => session,
        Err(reason) => {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{reason}");
            eprintln!("skipped: {reason}");
            return;
        }
    };
    let (mut counted, mut differences) = (0, Vec::new());
    let pages = pages().into_iter();
    for page in pages.filter(|page| !browser.is_confused_by(page)) {
        let (elements, found) = compare_page(&session, &page);
        counted += elements;
        differences.extend(found);
    }
    drop(session);
    let name = browser.name();
    let equal = 100.0 * (1.0 - share(differences.len(), counted));
    eprintln!(
        "{name}: {counted} elements, {} differ, {equal:.2} % are equal",
        differences.len()
    );
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/roles/known-{name}.txt"));
    let complaints = known::complaints(
        &known::read(&file),
        &differences,
        std::env::var("GREENROOM_AX_ONLY").is_err(),
    );
    assert!(
        complaints.is_empty(),
        "{} complaints:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
    assert!(equal >= floor, "only {equal:.2} % of the elements are equal");
}

/// The share of a part in a whole of countable size.
#[expect(clippy::cast_precision_loss, reason = "there are some thousands of elements")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[test]
fn firefox_agrees() {
    compare_all(Browser::Firefox, 85.0);
}

#[test]
fn webkit_agrees() {
    compare_all(Browser::WebKit, 76.0);
}
