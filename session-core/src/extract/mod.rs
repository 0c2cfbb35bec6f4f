//! Data of a page: what the page-side engine found, made into records, checked against a schema, and told with what is
//! missing.
//!
//! Everything here is pure. What was found comes from a page: names and values are its words, never ours. Nothing is
//! guessed: what is missing or not clear is `null`, and counted.

mod data;
mod number;
mod raw;
mod records;
mod schema;

#[cfg(test)]
mod tests;

pub use data::data;
pub use number::{Unread, decimal_sign, read_number};
pub use raw::{
    Found, Group, Linked, Microdata, Raw, RawData, RawForm, RawItem, RawTable, RawValue, Repeated, TablesLeft,
};
pub use records::{Records, Source};
pub use schema::{Property, Schema};

/// `1 item`, `2 items`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    let end = if count == 1 { "" } else { "s" };
    format!("{count} {what}{end}")
}
