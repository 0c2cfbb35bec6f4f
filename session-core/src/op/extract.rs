//! Data of a page.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::param::JsonFile;
use super::spec::{Shape, operation};

operation! {
    /// Reads data of the page as JSON: from repeated structure, tables, labels and microdata.
    ///
    /// Without options: all that the page has as data: JSON-LD, microdata, tables, definition lists, forms (secrets masked), what it says of itself, and what repeats, with selectors for `--list`. With `--list`: one object for each element that matches, with the fields that `--fields` names, or with those that at least half of them have. With `--fields` alone: fields of the whole page.
    /// A field is looked for by its name as a property of microdata, a test id, a class or an id, a label, a term (`dt`), a head of a cell (`th`), and at last by what tags say (`title`, `link`, `image`, `time`, `price`). What is not found, or not clear, is `null` and noted. docs/extract.md has all of it.
    Extract("extract"): Observe, Page, Queue, wakes true, needs [] -> Extracted {
        /// The names of the fields, separated by commas.
        fields: Option<String> = Shape::Flag("A,B"),
        /// The items: each element that this selector means is one.
        list: Option<String> = Shape::Flag("SELECTOR"),
        /// A file with a JSON Schema that says what is wanted; the result fits it, or it is an error.
        schema: Option<JsonFile> = Shape::Flag("FILE"),
        /// Reads no more than so many items, and rows of a table (1000, and never more than 10000).
        max: Option<u32> = Shape::Flag("N"),
    }
}

/// What was read. One of `items`, `fields` and `data` is there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Extracted {
    /// The page's id.
    pub page: String,
    /// The address of the document that it was read in.
    pub url: String,
    /// Its title.
    pub title: String,
    /// An object for each item.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub items: Option<Vec<Value>>,
    /// How many items there are.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub total: Option<usize>,
    /// The fields of the whole page.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fields: Option<Map<String, Value>>,
    /// All that is data: `jsonLd`, `microdata`, `tables`, `definitions`, `forms`, `repeated`, `meta`, as far as there is any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub data: Option<Map<String, Value>>,
    /// Where each field was found.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub sources: BTreeMap<String, Vec<FieldSource>>,
}

/// Where a field was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FieldSource {
    /// For example `itemprop`, `class price`, `dt`.
    pub from: String,
    /// In how many items.
    pub items: usize,
}
