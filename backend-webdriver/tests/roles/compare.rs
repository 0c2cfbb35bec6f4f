//! Whether both sides agree on an element. The rules stand at the top of `main.rs`.

use serde::Deserialize;

/// What the engine says of one element.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Ours {
    /// Where it is: `#id`, or the way from the nearest element that has one.
    pub(crate) path: String,
    pub(crate) hidden: bool,
    pub(crate) role: String,
    pub(crate) name: String,
}

impl Ours {
    /// Whether it is one of those that are compared: with an id, in the page's own document, and shown.
    pub(crate) fn is_compared(&self) -> bool {
        self.path.starts_with('#') && !self.path.contains(['>', '/']) && !self.hidden
    }
}

/// One thing in which the two sides differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) page: String,
    pub(crate) path: String,
    /// `role` or `name`.
    pub(crate) field: &'static str,
    pub(crate) ours: String,
    pub(crate) theirs: String,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            page,
            path,
            field,
            ours,
            theirs,
        } = self;
        write!(f, "{page} | {path} | {field} | {ours} | {theirs}")
    }
}

/// Other names of the same role.
const SAME: &[(&str, &str)] = &[("image", "img"), ("presentation", "none"), ("directory", "list")];

/// What stands for an element that means nothing by itself.
const MUTE: &[&str] = &["", "none", "generic"];

/// Compares one element.
pub(crate) fn compare(page: &str, ours: &Ours, role: &str, name: &str) -> Option<Difference> {
    let (our_role, their_role) = (plain(&ours.role), plain(role));
    let found = |field, said: String, theirs: String| Difference {
        page: page.to_owned(),
        path: ours.path.clone(),
        field,
        ours: said,
        theirs,
    };
    if MUTE.contains(&our_role) && MUTE.contains(&their_role) {
        return None;
    }
    if our_role != their_role {
        return Some(found("role", ours.role.clone(), role.to_owned()));
    }
    let (our_name, their_name) = (folded(&ours.name), folded(name));
    (our_name != their_name).then(|| found("name", our_name, their_name))
}

fn plain(role: &str) -> &str {
    let same = SAME.iter().find(|(other, _)| *other == role);
    same.map_or(role, |(_, role)| role)
}

/// A text with its white space folded.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(role: &str, name: &str, theirs: (&str, &str)) -> Option<String> {
        let ours = Ours {
            path: "#it".to_owned(),
            role: role.to_owned(),
            name: name.to_owned(),
            ..Ours::default()
        };
        compare("page", &ours, theirs.0, theirs.1).map(|found| found.to_string())
    }

    #[test]
    fn roles_and_names_are_compared() {
        assert_eq!(said("button", "Go  on", ("button", " Go on")), None);
        assert_eq!(said("img", "", ("image", "")), None);
        assert_eq!(said("generic", "", ("none", "anything")), None);
        assert_eq!(
            said("link", "", ("button", "")).unwrap(),
            "page | #it | role | link | button"
        );
        assert_eq!(said("link", "a", ("link", "b")).unwrap(), "page | #it | name | a | b");
        assert!(said("generic", "", ("paragraph", "")).is_some());
    }

    #[test]
    fn elements_of_frames_and_without_an_id_are_left_out() {
        let is_compared = |path: &str, hidden| {
            let ours = Ours {
                path: path.to_owned(),
                hidden,
                ..Ours::default()
            };
            ours.is_compared()
        };
        assert!(is_compared("#a", false));
        for path in ["#a>li[2]", "#frame>/#a", "html"] {
            assert!(!is_compared(path, false), "{path}");
        }
        assert!(!is_compared("#a", true));
    }
}
