//! The page-side engine on this backend, as the cases `look::` ask it.
//!
//! The engine is the suite's, not the backend's: what fails here is a script that this backend does not run as it should,
//! or a document that its browser builds in another way.

use std::fmt::Write as _;
use std::time::Duration;

use greenroom_session_core::Call;
use greenroom_session_core::backend::FrameKey;
use greenroom_session_core::injected::{LookAt, Place, Seen, TEST_ID, WAITING};
use greenroom_session_core::locator::Locator;
use greenroom_session_core::snapshot::Row;
use serde_json::{Value, json};

use crate::check::{Checked, Failure};
use crate::context::{Context, Tab};

/// `look!("look::what", [Needs], function)`: a case that needs real documents.
macro_rules! look {
    ($name:literal, [$($needs:ident),*], $function:path) => {
        $crate::case::Case {
            name: $name,
            needs: &[$(greenroom_session_core::backend::Capability::$needs),*],
            run: |cx| Box::pin(async move {
                if !cx.harness().has_documents() {
                    return Ok(Some("the pages of this setup are no real documents".to_owned()));
                }
                $crate::case::IntoTried::into_tried($function(cx).await)
            }),
            otherwise: None,
        }
    };
}

pub(super) use look;

pub(super) const SET_BODY: &str = "html => { document.body.innerHTML = html; }";

/// How long a look may take: some documents are very large.
const PATIENCE: Duration = Duration::from_mins(1);

/// Looks as a session does: one count of refs through all documents.
pub(super) struct Looker {
    pub(super) next: u32,
}

impl Looker {
    pub(super) fn new() -> Self {
        Self { next: 1 }
    }

    /// Looks at a page's own document.
    pub(super) async fn look(&mut self, cx: &Context<'_>, page: &Tab, at: LookAt) -> Checked<Seen> {
        self.look_in(cx, place(page, None), at).await
    }

    /// Looks at any document; the refs in a frame are numbered behind the look.
    pub(super) async fn look_in(&mut self, cx: &Context<'_>, place: Place<'_>, at: LookAt) -> Checked<Seen> {
        let base = place.frame.is_none().then_some(self.next);
        let mut seen = place.look(LookAt { base, ..at }, &Call::within(PATIENCE)).await?;
        self.next = self.next.max(seen.next);
        if seen.pending > 0 {
            place.name(self.next, &cx.call()).await?;
            for reference in seen.rows.iter_mut().filter_map(|row| row.reference.as_mut()) {
                if *reference >= WAITING {
                    *reference = *reference - WAITING + self.next;
                }
            }
            self.next += seen.pending;
        }
        Ok(seen)
    }
}

/// Who looks in these cases.
const OWNER: &str = "conformance";

/// A document of a page.
pub(super) fn place<'a>(page: &'a Tab, frame: Option<&'a FrameKey>) -> Place<'a> {
    Place {
        page: &*page.0,
        frame,
        owner: OWNER,
        test_id: TEST_ID,
    }
}

/// A page with this in its body.
pub(super) async fn page_with(cx: &Context<'_>, body: &str) -> Checked<Tab> {
    let page = cx.room().await?.open(&cx.url("/title/Look")).await?;
    page.eval(SET_BODY, json!(body)).await?;
    Ok(page)
}

/// The whole tree of a page, a line a row.
pub(super) async fn tree(cx: &Context<'_>, page: &Tab) -> Checked<String> {
    let seen = Looker::new().look(cx, page, LookAt::default()).await?;
    Ok(outline(&seen.rows))
}

/// A line a row: role, name, value and states.
pub(super) fn outline(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let indent = "  ".repeat(row.depth as usize);
        // Writing into a string does not fail.
        let _ = write!(text, "{indent}{} {:?}", row.role, row.name);
        for (key, value) in &row.props.states {
            let _ = write!(text, " [{key}={value}]");
        }
        if let Some(value) = &row.props.value {
            let _ = write!(text, " = {value}");
        }
        text.push('\n');
    }
    text
}

/// The only row of that role and name.
pub(super) fn row<'a>(seen: &'a Seen, role: &str, name: &str) -> Checked<&'a Row> {
    let mut found = seen.rows.iter().filter(|row| row.role == role && row.name == name);
    match (found.next(), found.next()) {
        (Some(row), None) => Ok(row),
        _ => Err(Failure(format!(
            "wanted one {role} {name:?} in\n{}",
            outline(&seen.rows)
        ))),
    }
}

/// The ref of the only row of that role and name.
pub(super) fn ref_of(seen: &Seen, role: &str, name: &str) -> Checked<u32> {
    let number = row(seen, role, name)?.reference;
    number.ok_or_else(|| Failure(format!("the {role} {name:?} has no ref")))
}

/// Reads one thing of the element that a selector means.
pub(super) async fn read(
    cx: &Context<'_>,
    page: &Tab,
    what: &str,
    selector: &str,
) -> greenroom_session_core::Result<Value> {
    let locator = Locator::parse(selector)?;
    place(page, None).read(what, Some(&locator), None, &cx.call()).await
}
