//! The engine's roles, names and states against Chromium's own accessibility tree, element by element.
//!
//! Every element of a page, open shadow roots and frames included, is looked at by the engine
//! (`session-core/src/injected/engine.js`) and looked up in `Accessibility.getFullAXTree`, by the node that both mean. What
//! Chromium has not in its tree is asked for by itself, for the reason.
//!
//! **Counted** is an element that either side tells users of, and one of which only one side says that it is hidden.
//! **Equal** means:
//!
//! - Hidden: Chromium gives a reason that hides the whole element (`compare::HIDDEN`), or its frame is not told. Elements
//!   that never have a box (`compare::BOXLESS`), and those around a modal dialog, may be shown where they say nothing.
//! - Ignored for another reason: the engine says `none`, or `generic` without a name. Chromium ignores groups of rows,
//!   what is empty and has no name (a paragraph, say), and what it has not laid out (`content-visibility: auto`); the
//!   engine's roles are equal to that. What is in an image, a checkbox and other elements whose
//!   content Chromium does not look into is not counted.
//! - Role: the same, by the table in `roles`. Where it stands for an element that says nothing, nothing else is compared.
//! - Name, description, value: the same text, white space folded. Of ranges, the value is the number.
//! - States: the same, with what each side leaves unsaid filled in (`fields`).
//! - Order: what both tell comes in the same order, frame by frame. It is a difference of the page, not of the element.
//!
//! The test of the **written** pages (`pages/`) fails on every difference that is not in `known.txt`, and on every line of
//! that list which no longer differs. The test of **real** pages (`real.txt`, fetched by `cargo xtask setup`) fails below
//! 99.5 %. The report is on stderr:
//!
//! ```sh
//! GREENROOM_AX_ONLY=widgets cargo nextest run -p greenroom-backend-cdp --test accessibility --no-capture
//! GREENROOM_AX_TRUTH=/tmp cargo nextest run … # writes what Chromium says of each element to /tmp/PAGE.txt
//! ```

#![expect(clippy::print_stderr, clippy::unwrap_used, reason = "a test, and its report")]

mod browser;
mod client;
mod compare;
mod engine;
mod fields;
mod itself;
mod known;
mod order;
mod ours;
mod pages;
mod report;
mod roles;
mod theirs;

use serde_json::json;

use browser::Chromium;
use client::Client;
use pages::Page;
use report::{PageReport, Report};

/// The least share of elements of real pages that must be equal.
const GOAL: f64 = 99.5;

/// Opens one page and compares all its elements.
async fn compare_page(client: &mut Client, page: &Page) -> PageReport {
    let url = url::Url::from_file_path(&page.file).expect("an absolute path");
    let gone = client.call("Page.navigate", json!({ "url": url.as_str() })).await;
    // Scripts that start when the page has loaded have ended by then.
    let is_idle = |event: &serde_json::Value| event["name"] == "networkIdle" && event["loaderId"] == gone["loaderId"];
    client.wait("Page.lifecycleEvent", is_idle).await;
    let (ours, world) = ours::read(client).await;
    let (theirs, orders) = theirs::read(client, &ours.elements, &world).await;
    report::keep_truth(&page.name, &ours.elements, &theirs);
    let mut report = PageReport::of(&page.name, &ours, &theirs);
    report.differences.extend(order::differences(&ours, &orders));
    report
}

/// Compares all pages in one browser; `None` without one.
async fn compare_all(pages: &[Page]) -> Option<Report> {
    let chromium = Chromium::start().await?;
    let mut client = Client::with_page(chromium.url()).await;
    client.call("Page.enable", json!({})).await;
    client
        .call("Page.setLifecycleEventsEnabled", json!({ "enabled": true }))
        .await;
    client.call("DOM.enable", json!({})).await;
    client.call("Accessibility.enable", json!({})).await;
    let mut report = Report::default();
    for page in pages {
        report.pages.push(compare_page(&mut client, page).await);
    }
    chromium.finish().await;
    eprintln!("{report}");
    Some(report)
}

#[tokio::test]
async fn written_pages() {
    let Some(report) = compare_all(&pages::written()).await else {
        return;
    };
    let known = known::read(&pages::folder().join("known.txt"));
    let complaints = known::complaints(&known, &report.pages);
    assert!(
        complaints.is_empty(),
        "{} complaints:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}

#[tokio::test]
async fn real_pages_first_half() {
    real_pages(0).await;
}

#[tokio::test]
async fn real_pages_second_half() {
    real_pages(1).await;
}

/// Every second page, from the first or from the second on: all of them take long on a busy machine.
async fn real_pages(first: usize) {
    let (pages, missing) = pages::real();
    if !missing.is_empty() {
        let is_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
        assert!(
            !is_ci,
            "CI needs all pages (`cargo xtask setup` fetches them); missing are {missing:?}"
        );
        eprintln!("skipped: `cargo xtask setup` has not fetched {}", missing.join(", "));
    }
    let pages: Vec<Page> = pages.into_iter().skip(first).step_by(2).collect();
    if pages.is_empty() {
        return;
    }
    let Some(report) = compare_all(&pages).await else {
        return;
    };
    let percent = report.percent();
    assert!(percent >= GOAL, "only {percent:.2} % of the elements are equal");
}
