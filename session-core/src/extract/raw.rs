//! What the page-side engine answers; the words are in `injected/js/extract*.js`.

use serde::Deserialize;
use serde_json::Value;

/// What was found in a document.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Raw {
    /// The document's address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// The items, each with the fields that were found.
    pub items: Vec<Vec<Found>>,
    /// How many items there are.
    pub total: usize,
    /// All that is data, where neither a list nor fields were asked for.
    pub data: Option<RawData>,
    /// How many frames were not looked into.
    pub frames: usize,
    /// How many values are told by their beginning only.
    pub clipped: usize,
}

/// A field that was found.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// Where its name stands, for example `class price`.
    pub from: String,
    /// Its values, each once.
    pub values: Vec<Value>,
    /// Instead of values: how many different ones there are, none of which is known to be meant.
    pub count: Option<usize>,
    /// How many more values there are.
    pub more: usize,
}

/// A text, or what is more than that.
pub type RawValue = Value;

/// A script of linked data; `None`: it is too large.
pub type Linked = Option<String>;

/// All that is data in a document.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RawData {
    /// JSON-LD, as it stands there.
    pub linked: Vec<Linked>,
    /// Microdata.
    pub microdata: Microdata,
    /// Tables.
    pub tables: Vec<RawTable>,
    /// Those that are not told.
    pub tables_left: TablesLeft,
    /// Definition lists.
    pub definitions: Vec<Vec<(String, Value)>>,
    /// Forms.
    pub forms: Vec<RawForm>,
    /// What the document says of itself.
    pub meta: Vec<(String, Value)>,
    /// What repeats.
    pub repeated: Repeated,
}

/// What repeats in a document.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Repeated {
    /// The groups, those that seem to hold most first.
    pub groups: Vec<Group>,
    /// How many more there are.
    pub more: usize,
}

/// Elements that are alike.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Group {
    /// What means them, and nothing else.
    pub selector: String,
    /// How many there are.
    pub count: usize,
    /// The columns of the first one.
    pub first: Vec<Found>,
}

/// The items of microdata.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Microdata {
    /// Those that are no property of others.
    pub items: Vec<RawItem>,
    /// How many there are of them.
    pub total: usize,
    /// How many items in items are left out: they go in circles, or are too deep or too many.
    pub left: usize,
    /// The page has so much of it that it was not read to the end.
    pub is_cut: bool,
}

/// An item: its types, its id, its properties.
#[derive(Clone, Debug, Deserialize)]
pub struct RawItem(pub Vec<String>, pub Option<String>, pub Vec<(String, Vec<Value>)>);

/// A table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RawTable {
    /// What it is called.
    pub caption: String,
    /// What heads its columns.
    pub columns: Option<Vec<String>>,
    /// Its rows, each with a value for each column.
    pub rows: Vec<Vec<Value>>,
    /// How many rows it has.
    pub total: usize,
    /// How many columns are left out.
    pub more_columns: usize,
}

/// Tables that are not told.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TablesLeft {
    /// They are hidden.
    pub hidden: usize,
    /// They are no tables for their readers.
    pub layout: usize,
    /// There are too many.
    pub more: usize,
}

/// A form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RawForm {
    /// What it is called.
    pub name: String,
    /// Where it is sent to.
    pub action: String,
    /// What its controls are called, and hold.
    pub pairs: Vec<(String, Value)>,
}
