//! Steps by role: `role:button:"Next"[pressed]`, and Playwright's `role=button[name="Next"][pressed=true]`.

use super::cursor::{Cursor, Fault};
use super::model::{Match, RoleQuery};
use super::value::{self, Escapes, Written};
use crate::text::nearest;

type Read<T> = Result<T, Fault>;

/// The roles that the page-side engine tells; the same as in `injected/js/role-table.js`, and those of elements without one.
const ROLES: &[&str] = &[
    "alert",
    "alertdialog",
    "application",
    "article",
    "banner",
    "blockquote",
    "button",
    "caption",
    "cell",
    "checkbox",
    "code",
    "columnheader",
    "combobox",
    "comment",
    "complementary",
    "contentinfo",
    "definition",
    "deletion",
    "dialog",
    "document",
    "emphasis",
    "feed",
    "figure",
    "form",
    "generic",
    "grid",
    "gridcell",
    "group",
    "heading",
    "img",
    "insertion",
    "link",
    "list",
    "listbox",
    "listitem",
    "log",
    "main",
    "mark",
    "marquee",
    "math",
    "menu",
    "menubar",
    "menuitem",
    "menuitemcheckbox",
    "menuitemradio",
    "meter",
    "navigation",
    "none",
    "note",
    "option",
    "paragraph",
    "progressbar",
    "radio",
    "radiogroup",
    "region",
    "row",
    "rowgroup",
    "rowheader",
    "scrollbar",
    "search",
    "searchbox",
    "sectionfooter",
    "sectionheader",
    "separator",
    "slider",
    "spinbutton",
    "status",
    "strong",
    "subscript",
    "suggestion",
    "superscript",
    "switch",
    "tab",
    "table",
    "tablist",
    "tabpanel",
    "term",
    "textbox",
    "time",
    "timer",
    "toolbar",
    "tooltip",
    "tree",
    "treegrid",
    "treeitem",
    "iframe",
    "graphics-document",
    "graphics-object",
    "graphics-symbol",
];

/// Other words for a role.
const SYNONYMS: &[(&str, &str)] = &[("image", "img"), ("presentation", "none"), ("directory", "list")];

/// The states and properties that a snapshot tells.
const STATES: &[&str] = &[
    "autocomplete",
    "busy",
    "checked",
    "current",
    "disabled",
    "expanded",
    "focused",
    "haspopup",
    "invalid",
    "keyshortcuts",
    "level",
    "live",
    "modal",
    "multiline",
    "multiselectable",
    "orientation",
    "posinset",
    "pressed",
    "readonly",
    "required",
    "roledescription",
    "selected",
    "setsize",
    "sort",
    "valuemax",
    "valuemin",
    "valuenow",
    "valuetext",
];

/// What else can stand in brackets.
const OTHERS: &[&str] = &["name", "exact", "include-hidden"];

/// What stands behind `role:` or `role=`; only the first may have a name behind a colon.
pub(super) fn role(cursor: &mut Cursor<'_>, has_colon: bool) -> Read<RoleQuery> {
    cursor.skip_space();
    let mut query = RoleQuery {
        role: role_name(cursor)?,
        ..RoleQuery::default()
    };
    let mut exact = None;
    brackets(cursor, &mut query, &mut exact)?;
    let at = cursor.at();
    let mut behind = "a role";
    if has_colon && cursor.eat(":") {
        if query.name.is_some() {
            return Err(cursor.fault_at(at, "the name is given twice"));
        }
        let (name, written) = value::text(cursor)?;
        query.name = Some(name);
        if written == Written::Closed {
            behind = "a name";
            brackets(cursor, &mut query, &mut exact)?;
        }
    }
    apply_exact(&mut query, exact);
    value::nothing_more(cursor, behind)?;
    Ok(query)
}

fn role_name(cursor: &mut Cursor<'_>) -> Read<String> {
    let start = cursor.at();
    let written = cursor
        .take_while(|c| c.is_alphanumeric() || c == '-' || c == '_')
        .to_ascii_lowercase();
    if written.is_empty() {
        let fault = cursor.fault_at(start, "a role is missing");
        return Err(fault.with_hint("write for example `role:button` or `role:button:\"Next\"`"));
    }
    if let Some((_, role)) = SYNONYMS.iter().find(|(word, _)| *word == written) {
        return Ok((*role).to_owned());
    }
    if ROLES.contains(&&*written) || written.starts_with("doc-") {
        return Ok(written);
    }
    let fault = cursor.fault_at(start, format!("there is no role `{written}`"));
    Err(match nearest(&written, ROLES.iter().copied()) {
        Some(role) => fault.with_hint(format!("did you mean `role:{role}`?")),
        None => fault.with_hint("greenroom snapshot    # shows the roles that are there"),
    })
}

fn brackets(cursor: &mut Cursor<'_>, query: &mut RoleQuery, exact: &mut Option<bool>) -> Read<()> {
    loop {
        let mut ahead = *cursor;
        ahead.skip_space();
        if !ahead.eat("[") {
            return Ok(());
        }
        *cursor = ahead;
        bracket(cursor, query, exact)?;
    }
}

/// What stands between `[` and `]`.
fn bracket(cursor: &mut Cursor<'_>, query: &mut RoleQuery, exact: &mut Option<bool>) -> Read<()> {
    cursor.skip_space();
    let start = cursor.at();
    let key = cursor
        .take_while(|c| c.is_alphanumeric() || c == '-' || c == '_')
        .to_ascii_lowercase();
    let key = key.strip_prefix("aria-").unwrap_or(&key).to_owned();
    cursor.skip_space();
    let at = cursor.at();
    let operator = cursor.take_while(|c| "=*^$|~".contains(c)).to_owned();
    match &*key {
        "name" => {
            let name = attribute_match(cursor, at, &operator)?;
            if query.name.replace(name).is_some() {
                return Err(cursor.fault_at(start, "the name is given twice"));
            }
        }
        "exact" => *exact = Some(truth(cursor, at, &operator)?),
        "include-hidden" => query.hidden = truth(cursor, at, &operator)?,
        state if STATES.contains(&state) => {
            let value = state_value(cursor, at, &operator)?;
            if query.states.insert(key.clone(), value).is_some() {
                return Err(cursor.fault_at(start, format!("`{key}` is given twice")));
            }
        }
        _ => return Err(unknown_state(cursor, start, &key)),
    }
    cursor.skip_space();
    if cursor.eat("]") {
        return Ok(());
    }
    Err(cursor.fault("a `]` is missing"))
}

fn unknown_state(cursor: &Cursor<'_>, at: usize, key: &str) -> Fault {
    let fault = cursor.fault_at(at, format!("there is no state `{key}`"));
    match nearest(key, STATES.iter().chain(OTHERS).copied()) {
        Some(known) => fault.with_hint(format!("did you mean `[{known}]`?")),
        None => fault.with_hint("states are those that a snapshot shows, for example `[checked]` or `[level=2]`"),
    }
}

fn truth(cursor: &mut Cursor<'_>, at: usize, operator: &str) -> Read<bool> {
    match &*state_value(cursor, at, operator)? {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(cursor.fault_at(at, "this is either `true` or `false`")),
    }
}

/// `=VALUE`, or nothing for `true`.
fn state_value(cursor: &mut Cursor<'_>, at: usize, operator: &str) -> Read<String> {
    match operator {
        "" => return Ok("true".to_owned()),
        "=" => {}
        _ => return Err(cursor.fault_at(at, format!("a state is compared by `=`, not by `{operator}`"))),
    }
    cursor.skip_space();
    let value = match cursor.peek() {
        Some('"' | '\'') => value::quoted(cursor, Escapes::Lenient)?,
        _ => cursor.take_while(|c| c != ']' && c != '[').trim().to_owned(),
    };
    if value.is_empty() {
        return Err(cursor.fault_at(at, "a value is missing"));
    }
    Ok(value)
}

/// Playwright's comparisons of a name: `="x"` is all of it with its case, `="x" i` without.
fn attribute_match(cursor: &mut Cursor<'_>, at: usize, operator: &str) -> Read<Match> {
    cursor.skip_space();
    if operator == "=" && cursor.peek() == Some('/') {
        return value::regex(cursor);
    }
    let from = cursor.at();
    let text = match cursor.peek() {
        Some('"' | '\'') => value::quoted(cursor, Escapes::Lenient)?,
        _ => cursor
            .take_while(|c| !c.is_whitespace() && c != ']' && c != '[')
            .to_owned(),
    };
    cursor.skip_space();
    let flags = if cursor.eat("i") || cursor.eat("I") {
        "i"
    } else {
        let _ = cursor.eat("s") || cursor.eat("S");
        ""
    };
    let source = value::literally(&text);
    let regex = |source: String| Match::Regex {
        source,
        flags: flags.to_owned(),
    };
    if operator != "=" && value::is_blank(&text) {
        return Err(cursor.fault_at(from, "there is no text to look for"));
    }
    match operator {
        "=" if flags.is_empty() || text.is_empty() => Ok(Match::Exact(text)),
        "=" => Ok(regex(format!("^{source}$"))),
        "*=" if flags.is_empty() => Ok(regex(source)),
        "*=" => Ok(Match::Part(text)),
        "^=" => Ok(regex(format!("^{source}"))),
        "$=" => Ok(regex(format!("{source}$"))),
        _ => Err(cursor
            .fault_at(at, "a name is compared by `=`, `*=`, `^=` or `$=`")
            .with_hint("write `[name=\"Next\"]` or `[name=/next/i]`")),
    }
}

/// `[exact]` and `[exact=false]` say how a name is compared that is not in brackets, and of one in brackets too.
fn apply_exact(query: &mut RoleQuery, exact: Option<bool>) {
    query.name = match (query.name.take(), exact) {
        (Some(Match::Part(text)), Some(true)) => Some(Match::Exact(text)),
        (Some(Match::Exact(text)), Some(false)) if !value::is_blank(&text) => Some(Match::Part(text)),
        (name, _) => name,
    };
}
