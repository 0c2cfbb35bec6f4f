//! Whether the two sides agree on an element. The rules stand at the top of `main.rs`.

use crate::fields;
use crate::ours::Ours;
use crate::roles;
use crate::theirs::{AxNode, Theirs};

/// One thing in which the two sides differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Where the element is.
    pub(crate) path: String,
    /// `div`, to group by.
    pub(crate) tag: String,
    /// `engine`, `hidden`, `role`, `name`, `description`, `value` or a state.
    pub(crate) field: String,
    pub(crate) ours: String,
    pub(crate) theirs: String,
}

/// What one element came to.
pub(crate) enum Verdict {
    /// Neither side tells users of it, or it is in what Chromium does not look into.
    Nothing,
    Equal,
    Different(Vec<Difference>),
}

/// Reasons for which nobody is told of an element and its content.
const HIDDEN: &[&str] = &[
    "activeFullscreenElement",
    "activeModalDialog",
    "ariaHiddenElement",
    "ariaHiddenSubtree",
    "inertElement",
    "inertStyles",
    "inertSubtree",
    "notRendered",
    "notVisible",
];

/// Elements that never have a box, and are not hidden: what is in them, or what they stand for, is somewhere else.
const BOXLESS: &[&str] = &["col", "colgroup", "map", "slot", "wbr"];

/// Compares one element.
pub(crate) fn compare(ours: &Ours, theirs: &Theirs) -> Verdict {
    if let Some(failed) = &ours.failed {
        return verdict(vec![difference(ours, "engine", failed, "")]);
    }
    if theirs.is_frame_hidden {
        return hidden(ours, "in a hidden frame");
    }
    match theirs.node.as_ref().filter(|node| !node.ignored) {
        Some(node) if ours.hidden => verdict(vec![difference(ours, "hidden", "hidden", node.role())]),
        Some(node) => verdict(exposed(ours, node)),
        None => ignored(ours, theirs),
    }
}

fn verdict(differences: Vec<Difference>) -> Verdict {
    if differences.is_empty() {
        Verdict::Equal
    } else {
        Verdict::Different(differences)
    }
}

/// Whether the engine has nothing to say of an element itself.
fn is_mute(ours: &Ours) -> bool {
    ours.role == "none" || (ours.role == "generic" && ours.name.is_empty())
}

fn hidden(ours: &Ours, why: &str) -> Verdict {
    if ours.hidden {
        return Verdict::Nothing;
    }
    verdict(vec![difference(ours, "hidden", "shown", why)])
}

fn ignored(ours: &Ours, theirs: &Theirs) -> Verdict {
    let reasons: Vec<&str> = theirs.node.iter().flat_map(AxNode::reasons).collect();
    let why = reasons.join(",");
    if reasons.iter().any(|reason| HIDDEN.contains(reason)) {
        // What is around a modal dialog is not told, the dialog in it is.
        let has_content = BOXLESS.contains(&ours.tag.as_str()) || why == "activeModalDialog";
        return if has_content && is_mute(ours) {
            Verdict::Nothing
        } else {
            hidden(ours, &why)
        };
    }
    if ours.hidden && !reasons.is_empty() {
        return verdict(vec![difference(ours, "hidden", "hidden", &why)]);
    }
    // Chromium leaves groups of rows, what is empty, and what it has not laid out; other browsers do not.
    let is_empty = ours.is_empty && ours.name.is_empty();
    let is_structure = (ours.role == "rowgroup" || is_empty || ours.is_skipped) && why == "uninteresting";
    if ours.hidden || theirs.is_below_leaf || is_structure || is_mute(ours) {
        return Verdict::Nothing;
    }
    let said = format!("{} {:?}", ours.role, ours.name);
    verdict(vec![difference(ours, "role", &said, &format!("ignored {why}"))])
}

fn exposed(ours: &Ours, node: &AxNode) -> Vec<Difference> {
    let role = node.role();
    if !roles::accepted(&role).contains(&ours.role.as_str()) {
        return vec![difference(ours, "role", &ours.role, role)];
    }
    if roles::is_mute(role) {
        return Vec::new();
    }
    let fields = fields::of(ours, node).into_iter();
    let others = fields.filter(|field| field.ours != field.theirs);
    others
        .map(|field| difference(ours, field.name, &field.ours, &field.theirs))
        .collect()
}

fn difference(ours: &Ours, field: &str, said: &str, theirs: &str) -> Difference {
    Difference {
        path: ours.path.clone(),
        tag: ours.tag.clone(),
        field: field.to_owned(),
        ours: said.to_owned(),
        theirs: theirs.to_owned(),
    }
}
