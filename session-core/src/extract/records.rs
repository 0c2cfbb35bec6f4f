//! Items with what was found of them as records: each with the same fields, `null` where nothing was found.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::counted;
use super::raw::Found;

/// Where the values of a field were found, and in how many items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// For example `class price`.
    pub from: String,
    /// In how many items.
    pub items: usize,
}

/// The items of a list, or the document as one.
#[derive(Clone, Debug, Default)]
pub struct Records {
    /// The records.
    pub items: Vec<Map<String, Value>>,
    /// The fields, in their order.
    pub fields: Vec<String>,
    /// Where each field was found.
    pub sources: BTreeMap<String, Vec<Source>>,
    /// What is missing or not clear.
    pub notes: Vec<String>,
}

impl Records {
    /// The records of these fields; without any those that at least half of the items have.
    pub fn new(items: Vec<Vec<Found>>, fields: &[&str]) -> Self {
        let mut notes = Vec::new();
        let fields = if fields.is_empty() {
            columns(&items, &mut notes)
        } else {
            fields.iter().map(|field| (*field).to_owned()).collect()
        };
        let mut records = Self {
            notes,
            ..Self::default()
        };
        let count = items.len();
        let mut found: Vec<BTreeMap<String, Found>> = items.into_iter().map(by_name).collect();
        for field in &fields {
            records.count(field, &found, count);
        }
        records.items = found
            .iter_mut()
            .map(|found| {
                let mut value = |field: &String| found.remove(field).map_or(Value::Null, value);
                let mut record = Map::new();
                for field in &fields {
                    record.insert(field.clone(), value(field));
                }
                record
            })
            .collect();
        records.fields = fields;
        records
    }

    /// Notes what a field lacks, and where it is from.
    fn count(&mut self, field: &str, items: &[BTreeMap<String, Found>], count: usize) {
        let of = |items: usize| {
            if count == 1 {
                String::new()
            } else {
                format!(" in {items} of {count} items")
            }
        };
        let found: Vec<_> = items.iter().filter_map(|item| item.get(field)).collect();
        let missing = count - found.len();
        if missing > 0 {
            self.notes.push(format!("`{field}` is not found{}", of(missing)));
        }
        let unclear: Vec<_> = found.iter().filter(|found| found.count.is_some()).collect();
        if let Some(first) = unclear.first() {
            let several = first.count.unwrap_or_default();
            let which = if count == 1 {
                "there are"
            } else {
                "there are for example"
            };
            self.notes.push(format!(
                "`{field}` is not clear{}: {which} {several} different ones by {}",
                of(unclear.len()),
                first.from
            ));
        }
        let more: usize = found.iter().map(|found| found.more).sum();
        if more > 0 {
            self.notes
                .push(format!("left out: {} of `{field}`", counted(more, "more value")));
        }
        let mut sources: Vec<Source> = Vec::new();
        for found in found.iter().filter(|found| found.count.is_none()) {
            match sources.iter_mut().find(|source| source.from == found.from) {
                Some(source) => source.items += 1,
                None => sources.push(Source {
                    from: found.from.clone(),
                    items: 1,
                }),
            }
        }
        self.sources.insert(field.to_owned(), sources);
    }
}

/// The columns that at least half of the items have, in the order in which they come; those of most items where none has
/// so many.
fn columns(items: &[Vec<Found>], notes: &mut Vec<String>) -> Vec<String> {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for found in items.iter().flatten() {
        let place = *places.entry(&found.name).or_insert_with(|| {
            counts.push((&found.name, 0));
            counts.len() - 1
        });
        counts[place].1 += 1;
    }
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let least = items.len().div_ceil(2).min(most);
    let (kept, left): (Vec<_>, Vec<_>) = counts.into_iter().partition(|(_, count)| *count >= least);
    if !left.is_empty() {
        const TOLD: usize = 10;
        let told = left.iter().take(TOLD);
        let told: Vec<_> = told.map(|(name, count)| format!("`{name}` ({count})")).collect();
        let more = match left.len().saturating_sub(TOLD) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let told = told.join(", ");
        notes.push(format!(
            "columns of less than half of the items are left out: {told}{more}; --fields asks for them by name"
        ));
    }
    kept.into_iter().map(|(name, _)| name.to_owned()).collect()
}

fn by_name(found: Vec<Found>) -> BTreeMap<String, Found> {
    found.into_iter().map(|found| (found.name.clone(), found)).collect()
}

/// One value as it is, several as a list; none where it is not clear which.
fn value(found: Found) -> Value {
    if found.count.is_some() {
        return Value::Null;
    }
    let mut values = found.values;
    match values.len() {
        0 => Value::Null,
        1 => values.remove(0),
        _ => Value::Array(values),
    }
}
