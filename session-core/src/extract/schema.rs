//! The part of JSON Schema that says what is wanted of a page: an object, or an array of objects, of plain values.
//!
//! What says more than we check is refused rather than passed over: a result never claims to fit what it was not held
//! against.

mod check;
mod parse;

use serde_json::Value;

use crate::locator::Locator;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Schema {
    /// Whether it is an array of objects, rather than one.
    pub is_list: bool,
    /// The items, where the schema says which they are (`x-selector` of the array).
    pub list: Option<Locator>,
    /// The properties of each object.
    pub properties: Vec<Property>,
    /// How many items there must be at least, and at most.
    bounds: Bounds,
}

/// A property.
#[derive(Clone, Debug)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// Where it is in the item.
    pub selector: Option<Locator>,
    /// The attribute that holds it.
    pub attribute: Option<String>,
    /// What it must be.
    kind: Type,
    /// Whether it is a list of such.
    is_list: bool,
    /// Whether it may be `null`.
    is_nullable: bool,
    /// Whether it must be there.
    is_required: bool,
    /// What separates its decimals.
    decimal: Option<char>,
    /// Which values it may have.
    allowed: Option<Vec<Value>>,
    /// What a number must be at least and at most; a text by its length.
    range: Range,
    /// How many values a list must have.
    bounds: Bounds,
}

/// A type of JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    /// Whatever the page says.
    Any,
    String,
    Number,
    Integer,
    Boolean,
}

impl Type {
    const fn told(self) -> &'static str {
        match self {
            Self::Any => "value",
            Self::String => "string",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Bounds {
    least: Option<u64>,
    most: Option<u64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Range {
    minimum: Option<f64>,
    above: Option<f64>,
    maximum: Option<f64>,
    below: Option<f64>,
    length: Bounds,
}
