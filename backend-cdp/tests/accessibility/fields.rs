//! Names, descriptions, values and states of both sides as text that can be compared, with what each side leaves unsaid
//! filled in.

use serde_json::Value;

use crate::ours::Ours;
use crate::theirs::AxNode;

/// One property of an element as both sides have it; `-`: it is not there.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) ours: String,
    pub(crate) theirs: String,
}

/// States by the engine's name and Chromium's. What the protocol does not tell cannot be compared: `current`, `sort`,
/// `posinset` and `setsize`.
const STATES: &[(&str, &str)] = &[
    ("autocomplete", "autocomplete"),
    ("busy", "busy"),
    ("checked", "checked"),
    ("disabled", "disabled"),
    ("expanded", "expanded"),
    ("focused", "focused"),
    ("haspopup", "hasPopup"),
    ("invalid", "invalid"),
    ("keyshortcuts", "keyshortcuts"),
    ("level", "level"),
    ("live", "live"),
    ("modal", "modal"),
    ("multiline", "multiline"),
    ("multiselectable", "multiselectable"),
    ("orientation", "orientation"),
    ("pressed", "pressed"),
    ("readonly", "readonly"),
    ("required", "required"),
    ("roledescription", "roledescription"),
    ("selected", "selected"),
    ("valuemax", "valuemax"),
    ("valuemin", "valuemin"),
];

/// States that are told only when they are set: no, off, nothing and absent are the same.
const ONLY_WHEN_SET: &[&str] = &[
    "busy",
    "disabled",
    "focused",
    "haspopup",
    "invalid",
    "live",
    "modal",
    "multiline",
    "multiselectable",
    "readonly",
    "required",
];

/// States that the protocol tells of few roles only, and then also when they are not set.
const OF_FEW_ROLES: &[&str] = &["multiselectable", "readonly", "required"];

/// What a field of files says of itself while it has none.
const NO_FILE: &str = "No file chosen";

/// The directions that roles have by themselves (WAI-ARIA 1.2, 6.6): Chromium tells them, the engine does not.
const ORIENTATIONS: &[(&str, &[&str])] = &[
    ("horizontal", &["menubar", "separator", "slider", "tablist", "toolbar"]),
    ("vertical", &["listbox", "menu", "scrollbar", "tree"]),
];

/// Everything of an element that is told.
pub(crate) fn of(ours: &Ours, node: &AxNode) -> Vec<Field> {
    let mut fields = vec![
        text("name", &ours.name, node.name()),
        text("description", &ours.description, node.description()),
        value(ours, node),
    ];
    fields.extend(
        STATES
            .iter()
            .map(|&(name, property)| state(name, ours, node.property(property))),
    );
    fields
}

fn text(name: &'static str, ours: &str, theirs: &str) -> Field {
    Field {
        name,
        ours: fold(ours),
        theirs: fold(theirs),
    }
}

/// The value of a range is its number: Chromium's `valuetext` is not the author's. What stands for a secret or
/// for no file is nothing.
fn value(ours: &Ours, node: &AxNode) -> Field {
    let theirs = node.value();
    if let Some(number) = theirs.as_f64() {
        let said = ours.states.get("valuenow").and_then(Value::as_f64);
        return Field {
            name: "valuenow",
            ours: said.map_or_else(|| String::from("-"), rounded),
            theirs: rounded(number),
        };
    }
    let theirs = shown(Some(theirs));
    let is_secret = theirs.chars().all(|each| each == '•');
    let is_nothing = is_secret || theirs == NO_FILE;
    let theirs = if is_nothing { "" } else { theirs.as_str() };
    let said = if ["valuenow", "valuetext"]
        .iter()
        .any(|state| ours.states.contains_key(*state))
    {
        String::new()
    } else {
        shown(ours.value.as_ref())
    };
    text("value", &said, theirs)
}

fn state(name: &'static str, ours: &Ours, theirs: Option<&Value>) -> Field {
    let is_untold = theirs.is_none() && OF_FEW_ROLES.contains(&name);
    let theirs = told(name, theirs);
    let said = told(name, ours.states.get(name));
    let is_implied = said == "-" && is_implied(name, ours, &theirs);
    // The protocol has no words for mistakes of language.
    let is_narrower = name == "invalid" && ["grammar", "spelling"].contains(&said.as_str());
    Field {
        name,
        theirs: if is_untold || is_implied || is_narrower {
            said.clone()
        } else {
            theirs
        },
        ours: said,
    }
}

/// Whether Chromium tells what a role has by itself, or what it counts itself.
fn is_implied(name: &str, ours: &Ours, theirs: &str) -> bool {
    let role = ours.role.as_str();
    match name {
        "orientation" => roles_of(theirs).contains(&role),
        "haspopup" => role == "combobox" && ["listbox", "menu"].contains(&theirs),
        "level" => ["listitem", "treeitem", "comment"].contains(&role),
        "valuemax" | "valuemin" => role == "spinbutton" && theirs == "0",
        _ => false,
    }
}

fn roles_of(orientation: &str) -> &'static [&'static str] {
    let found = ORIENTATIONS.iter().find(|(name, _)| *name == orientation);
    found.map_or(&[], |(_, roles)| roles)
}

/// A state as text; `-`: it is not there, or says no more than that.
fn told(name: &str, value: Option<&Value>) -> String {
    let text = match shown(value).as_str() {
        "1" if name == "busy" => String::from("true"),
        other => other.to_owned(),
    };
    let is_unset = ONLY_WHEN_SET.contains(&name) && ["false", "off", "none"].contains(&text.as_str());
    if is_unset || text.is_empty() {
        String::from("-")
    } else {
        text
    }
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => fold(text),
        Some(Value::Number(number)) => rounded(number.as_f64().unwrap_or_default()),
        Some(other) => other.to_string(),
    }
}

/// Chromium keeps some numbers with few digits.
fn rounded(number: f64) -> String {
    let text = format!("{number:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Folds white space as it is shown; spaces that do not break stay.
fn fold(text: &str) -> String {
    let words = text
        .split([' ', '\t', '\n', '\r', '\u{c}'])
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}
