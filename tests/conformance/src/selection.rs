//! Which cases a run takes, and why it leaves the others out.

use crate::case::Case;

/// A few cases of every area, both halves of a capability where there are two, none that takes long: what a change is
/// tested with on every browser. A whole run on each takes many minutes.
const SMOKE: &[&str] = &[
    "launch::declares-what-is-in-effect",
    "launch::close-ends-it",
    "launch::diagnosis",
    "context::cookies-are-isolated",
    "page::told-before-anything-else",
    "page::close",
    "page::popup",
    "navigate::status",
    "navigate::redirect",
    "navigate::back-and-forward",
    "navigate::page-that-never-loads",
    "evaluate::values",
    "evaluate::throws",
    "evaluate::worlds",
    "frames::another-origin",
    "look::roles-names-and-states",
    "look::refs-stay",
    "look::frames-of-other-origins",
    "locate::by-role",
    "locate::in-chains",
    "locate::choices",
    "extract::lists",
    "extract::data",
    "act::fill",
    "act::aims-at-the-middle",
    "input::click",
    "input::typing",
    "input::navigates",
    "input::files",
    "touch::tap",
    "watch::from-the-first-moment",
    "screenshot::viewport",
    "screenshot::full-page",
    "network::document",
    "network::bodies",
    "network::as-it-happens",
    "console::levels",
    "dialog::confirm",
    "dialog::held",
    "choosers::files",
    "download::saved",
    "storage::round-trip",
    "options::viewport",
    "options::locale",
    "adjust::headers",
    "adjust::init-scripts",
    "adjust::geolocation",
    "intercept::changed",
    "intercept::fulfilled",
    "intercept::documents",
    "adopt::state-is-intact",
    "fault::browser-killed",
];

/// The setups that `ci` runs whole: they are fast, and what fails on all browsers fails there first.
const WHOLE_IN_CI: &[&str] = &["fake", "cdp-chromium"];

/// Which cases a run takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Selection {
    /// All.
    #[default]
    Full,
    /// A few of every area.
    Smoke,
    /// Those whose name holds this, for example `screenshot::`.
    Only(String),
}

impl Selection {
    /// The selection for a setup, of what a person or a task asks for: `set` is `full`, `smoke`, or `ci` (some setups
    /// whole, the others by the smoke set); `only` is a part of a case's name, and goes before it.
    ///
    /// # Errors
    /// A set that is none of these.
    pub fn of(setup: &str, set: Option<&str>, only: Option<&str>) -> Result<Self, String> {
        if let Some(part) = only {
            return Ok(Self::Only(part.to_owned()));
        }
        match set {
            None | Some("" | "full") => Ok(Self::Full),
            Some("ci") if WHOLE_IN_CI.contains(&setup) => Ok(Self::Full),
            Some("ci" | "smoke") => Ok(Self::Smoke),
            Some(other) => Err(format!("`{other}` is no set of cases: full, smoke or ci")),
        }
    }

    /// Whether a run takes this case.
    pub fn takes(&self, case: &Case) -> bool {
        match self {
            Self::Full => true,
            Self::Smoke => SMOKE.contains(&case.name),
            Self::Only(part) => case.name.contains(part.as_str()),
        }
    }

    /// Why cases are left out, for the report.
    pub(crate) fn why(&self) -> Option<String> {
        match self {
            Self::Full => None,
            Self::Smoke => Some("not in the smoke set".to_owned()),
            Self::Only(part) => Some(format!("only cases with `{part}` were asked for")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::case::cases;

    #[test]
    fn the_smoke_set_names_cases_of_every_area() {
        let area = |name: &'static str| name.split("::").next().unwrap_or(name);
        let taken: Vec<&str> = cases()
            .filter(|case| Selection::Smoke.takes(case))
            .map(|case| case.name)
            .collect();
        assert_eq!(
            taken.len(),
            SMOKE.len(),
            "a name of the smoke set is no case: {taken:?}"
        );
        let all: BTreeSet<&str> = cases().map(|case| area(case.name)).collect();
        let taken: BTreeSet<&str> = taken.into_iter().map(area).collect();
        assert_eq!(taken, all);
    }

    #[test]
    fn ci_runs_some_setups_whole() {
        let of = |setup, set| Selection::of(setup, set, None);
        assert_eq!(of("cdp-chromium", Some("ci")), Ok(Selection::Full));
        assert_eq!(of("webdriver-webkit", Some("ci")), Ok(Selection::Smoke));
        assert_eq!(of("webdriver-firefox", Some("ci")), Ok(Selection::Smoke));
        assert_eq!(of("webdriver-firefox", Some("full")), Ok(Selection::Full));
        assert_eq!(of("cdp-chromium", Some("smoke")), Ok(Selection::Smoke));
        assert_eq!(of("any", None), Ok(Selection::Full));
        assert!(of("any", Some("smke")).is_err());
        let only = Selection::of("any", Some("smoke"), Some("page::"));
        assert_eq!(only, Ok(Selection::Only("page::".to_owned())));
    }
}
