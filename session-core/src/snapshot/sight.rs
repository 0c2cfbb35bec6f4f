//! What `observe` keeps of each element, so that the next one can tell what changed; and which of them are asked for.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::diff::{Diff, diff_by};
use super::observe::{leads_to, observe_line};
use super::row::Row;

/// What stands for a secret, however long it is.
pub const MASK: &str = "••••••••";

/// An element that can be acted on, as one observe saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a mark of its own, as in the engine's answer"
)]
pub struct Sight {
    /// The number of its ref.
    #[serde(rename = "ref")]
    pub reference: u32,
    /// Its line, see [`observe_line`].
    pub line: String,
    /// Where it leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// It is outside of the viewport.
    #[serde(default)]
    pub offscreen: bool,
    /// It is a control of a form, or submits one.
    #[serde(default)]
    pub form: bool,
    /// It leads somewhere else, or is in what is there for that.
    #[serde(default)]
    pub navigation: bool,
    /// It holds a secret.
    #[serde(default)]
    pub masked: bool,
}

impl From<&Row> for Sight {
    fn from(row: &Row) -> Self {
        Self {
            reference: row.reference.unwrap_or_default(),
            line: observe_line(row),
            url: row.props.url.clone(),
            offscreen: row.props.offscreen,
            form: row.props.form,
            navigation: row.props.navigation,
            masked: row.props.masked,
        }
    }
}

/// Which elements are asked for: without a part all parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The controls of forms, and what submits them.
    pub forms: bool,
    /// Links, and what is in navigation, menus and tabs.
    pub navigation: bool,
    /// Also what is outside of the viewport.
    pub all: bool,
}

impl Wanted {
    /// Whether an element belongs to the parts that are asked for.
    pub fn has_part(self, sight: &Sight) -> bool {
        !(self.forms || self.navigation) || self.forms && sight.form || self.navigation && sight.navigation
    }

    /// Whether an element is shown.
    pub fn shows(self, sight: &Sight) -> bool {
        self.has_part(sight) && (self.all || !sight.offscreen)
    }

    /// The line of an element: of a form with a mask where a secret is, of navigation with where it leads.
    pub fn line(self, sight: &Sight) -> String {
        let mut line = sight.line.clone();
        if self.forms && sight.masked {
            line.push_str(": ");
            line.push_str(MASK);
        }
        if self.navigation
            && let Some(url) = &sight.url
        {
            line.push_str(&leads_to(url));
        }
        line
    }

    /// What changed of the elements that are or were shown, and which of those that are there now have changed.
    ///
    /// An element that is still there but not shown any more is told with its line of now, which says so.
    pub fn changes(self, before: &[Sight], after: &[Sight]) -> (Diff, BTreeSet<u32>) {
        let [old, new] = [before, after].map(|sights| self.lines(sights));
        let shown = |sight: &&Sight| self.shows(sight);
        let told: BTreeSet<u32> = before
            .iter()
            .chain(after)
            .filter(shown)
            .map(|sight| sight.reference)
            .collect();
        let text = |sights: &[Sight], lines: &BTreeMap<u32, String>| {
            let lines = sights.iter().filter_map(|sight| {
                let line = lines.get(&sight.reference)?;
                told.contains(&sight.reference).then(|| format!("{line}\n"))
            });
            lines.collect::<String>()
        };
        let diff = diff_by(&text(before, &old), &text(after, &new), identity);
        let changed = new.iter().filter(|(number, line)| {
            let is_new = old.get(number) != Some(line);
            told.contains(number) && is_new
        });
        (diff, changed.map(|(number, _)| *number).collect())
    }

    /// How many elements changed, came or went.
    pub fn changed(self, before: &[Sight], after: &[Sight]) -> usize {
        let (_, now) = self.changes(before, after);
        let there: BTreeSet<u32> = after.iter().map(|sight| sight.reference).collect();
        let went = |sight: &&Sight| self.shows(sight) && !there.contains(&sight.reference);
        now.len() + before.iter().filter(went).count()
    }

    fn lines(self, sights: &[Sight]) -> BTreeMap<u32, String> {
        let sights = sights.iter().filter(|sight| self.has_part(sight));
        sights.map(|sight| (sight.reference, self.line(sight))).collect()
    }
}

/// The ref that a line begins with.
fn identity(line: &str) -> &str {
    line.split(' ').next().unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;

    fn sight(row: Value) -> Sight {
        Sight::from(&from_value::<Row>(row).unwrap())
    }

    fn page() -> Vec<Sight> {
        [
            json!([0, "link", "Home", 1, { "url": "https://shop.test/", "navigation": true }]),
            json!([0, "textbox", "Password", 2, { "form": true, "masked": true }]),
            json!([0, "button", "Pay", 3, { "form": true, "disabled": true }]),
            json!([0, "button", "Chat", 4, {}]),
            json!([0, "link", "Help", 5, { "url": "https://shop.test/a b", "navigation": true, "offscreen": true }]),
        ]
        .map(sight)
        .into()
    }

    const FORMS: Wanted = Wanted {
        forms: true,
        navigation: false,
        all: false,
    };
    const NAVIGATION: Wanted = Wanted {
        forms: false,
        navigation: true,
        all: true,
    };

    fn shown(wanted: Wanted) -> Vec<String> {
        let sights = page();
        let shown = sights.iter().filter(|sight| wanted.shows(sight));
        shown.map(|sight| wanted.line(sight)).collect()
    }

    #[test]
    fn parts_are_shown_with_what_matters_of_them() {
        assert_eq!(
            shown(FORMS),
            ["e2 textbox \"Password\": ••••••••", "e3 button \"Pay\" [disabled]"]
        );
        assert_eq!(
            shown(NAVIGATION),
            [
                "e1 link \"Home\" -> https://shop.test/",
                "e5 link \"Help\" (off screen) -> https://shop.test/a b"
            ]
        );
        assert_eq!(shown(Wanted::default()).len(), 4);
        let both = Wanted {
            navigation: true,
            ..FORMS
        };
        assert_eq!(shown(both).len(), 3);
    }

    #[test]
    fn changes_are_those_of_what_is_asked_for() {
        let before = page();
        let mut after = page();
        after.remove(0);
        after[1].line = "e3 button \"Pay\"".to_owned();
        after[2].offscreen = true;
        after[2].line = "e4 button \"Chat\" (off screen)".to_owned();
        after.push(sight(json!([0, "button", "New", 9, {}])));
        let (diff, changed) = Wanted::default().changes(&before, &after);
        let expected = [
            "- e1 link \"Home\"",
            "- e3 button \"Pay\" [disabled]",
            "+ e3 button \"Pay\"",
            "- e4 button \"Chat\"",
            "+ e4 button \"Chat\" (off screen)",
            "+ e9 button \"New\"",
        ];
        assert_eq!(diff.text.lines().collect::<Vec<_>>(), expected);
        assert_eq!(changed.into_iter().collect::<Vec<_>>(), [3, 4, 9]);
        assert_eq!(Wanted::default().changed(&before, &after), 4);
        let (diff, changed) = FORMS.changes(&before, &after);
        assert_eq!((diff.added, diff.removed, changed.len()), (1, 1, 1));
        assert_eq!(NAVIGATION.changes(&before, &after).0.removed, 1);
        assert_eq!(FORMS.changes(&after, &after), (Diff::default(), BTreeSet::new()));
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let kept = serde_json::to_string(&page()).unwrap();
        assert_eq!(serde_json::from_str::<Vec<Sight>>(&kept).unwrap(), page());
    }
}
