//! What roles say of where something is.

use super::row::Row;

/// Parts of a page that say what they are without a name.
const PLACES: [&str; 15] = [
    "alertdialog",
    "application",
    "banner",
    "complementary",
    "contentinfo",
    "dialog",
    "document",
    "form",
    "frame",
    "iframe",
    "main",
    "navigation",
    "region",
    "search",
    "tabpanel",
];

/// Those whose items belong together.
const COLLECTIONS: [&str; 11] = [
    "feed",
    "grid",
    "list",
    "listbox",
    "menu",
    "menubar",
    "radiogroup",
    "table",
    "tablist",
    "toolbar",
    "tree",
];

/// Others that hold together what is in them.
const GROUPS: [&str; 3] = ["article", "figure", "group"];

/// One of several of the same kind.
const ITEMS: [&str; 3] = ["article", "listitem", "row"];

/// Elements whose names tell one item from another.
const LABELS: [&str; 6] = ["cell", "columnheader", "gridcell", "heading", "img", "rowheader"];

/// A landmark, a dialog, a frame.
pub(super) fn is_place(row: &Row) -> bool {
    is_one_of(&PLACES, row)
}

/// A list, a table, a menu.
pub(super) fn is_collection(row: &Row) -> bool {
    is_one_of(&COLLECTIONS, row)
}

/// What groups what is in it; its name says what that is.
pub(super) fn is_group(row: &Row) -> bool {
    is_collection(row) || is_one_of(&GROUPS, row)
}

/// An item of a list or a table.
pub(super) fn is_item(row: &Row) -> bool {
    is_one_of(&ITEMS, row)
}

/// What can name the item that it is in.
pub(super) fn is_label(row: &Row) -> bool {
    is_one_of(&LABELS, row)
}

fn is_one_of(roles: &[&str], row: &Row) -> bool {
    roles.contains(&row.role.as_str())
}
