//! Records as a schema wants them: each value read as its type, and checked; or why it is not.

use serde_json::{Map, Number, Value};

use super::{Bounds, Property, Range, Schema, Type};
use crate::error::{Error, Kind, Result};
use crate::extract::counted;
use crate::extract::number::{Unread, decimal_sign, read_number};

/// How much of a value an error tells.
const TOLD: usize = 60;

impl Schema {
    /// The records as the schema wants them. Notes where a value is `null` since it could not be read.
    ///
    /// # Errors
    /// [`Kind::NotFound`]: which property of which item is missing, or not what it must be.
    pub fn apply(&self, items: Vec<Map<String, Value>>, notes: &mut Vec<String>) -> Result<Vec<Value>> {
        let signs: Vec<_> = self.properties.iter().map(|property| property.sign(&items)).collect();
        let mut unread: Vec<(usize, String)> = vec![(0, String::new()); self.properties.len()];
        let mut records = Vec::with_capacity(items.len());
        for (index, mut item) in items.into_iter().enumerate() {
            let mut record = Map::new();
            for (place, property) in self.properties.iter().enumerate() {
                let found = item.remove(&property.name).unwrap_or_default();
                match property.read(found, signs[place]) {
                    Ok(Some(value)) => drop(record.insert(property.name.clone(), value)),
                    Ok(None) if property.is_nullable => drop(record.insert(property.name.clone(), Value::Null)),
                    Ok(None) if !property.is_required => {}
                    Ok(None) => return Err(self.misfit(index, property, "is not found")),
                    Err(why) if property.is_nullable => {
                        let (count, first) = &mut unread[place];
                        *count += 1;
                        if *count == 1 {
                            *first = why;
                        }
                        record.insert(property.name.clone(), Value::Null);
                    }
                    Err(why) => return Err(self.misfit(index, property, &why)),
                }
            }
            records.push(Value::Object(record));
        }
        for (property, (count, first)) in self.properties.iter().zip(unread).filter(|(_, (count, _))| *count > 0) {
            notes.push(format!(
                "`{}` is null in {}, where it {first}",
                property.name,
                counted(count, "item")
            ));
        }
        if let Some(why) = self.bounds.misfit(records.len()) {
            return Err(Error::new(
                Kind::NotFound,
                format!("the list has {}: {why}", counted(records.len(), "item")),
            ));
        }
        Ok(records)
    }

    fn misfit(&self, index: usize, property: &Property, why: &str) -> Error {
        let of = if self.is_list {
            format!(" of item {}", index + 1)
        } else {
            String::new()
        };
        let message = format!("the property `{}`{of} {why}", property.name);
        let hint = "say where it is by `x-selector`, or let it be null: \"type\": [\"…\", \"null\"]";
        Error::new(Kind::NotFound, message).with_hint(hint)
    }
}

impl Property {
    /// What separates decimals in this property, where the values of all items agree on it.
    fn sign(&self, items: &[Map<String, Value>]) -> Option<char> {
        if self.decimal.is_some() || !matches!(self.kind, Type::Number | Type::Integer) {
            return self.decimal;
        }
        let texts = items.iter().filter_map(|item| item.get(&self.name)?.as_str());
        let mut signs = texts.filter_map(decimal_sign);
        let first = signs.next()?;
        signs.all(|sign| sign == first).then_some(first)
    }

    /// The value; `None`: there is none.
    fn read(&self, found: Value, sign: Option<char>) -> Result<Option<Value>, String> {
        let values = match found {
            Value::Null => return Ok(None),
            Value::Array(values) => values,
            value => vec![value],
        };
        if !self.is_list {
            return match <[Value; 1]>::try_from(values) {
                Ok([value]) => self.read_one(value, sign).map(Some),
                Err(values) => Err(format!(
                    "has {} values where one {} is wanted",
                    values.len(),
                    self.kind.told()
                )),
            };
        }
        let read: Vec<_> = values
            .into_iter()
            .map(|value| self.read_one(value, sign))
            .collect::<Result<_, _>>()?;
        match self.bounds.misfit(read.len()) {
            Some(why) => Err(format!("has {} values: {why}", read.len())),
            None => Ok(Some(Value::Array(read))),
        }
    }

    fn read_one(&self, found: Value, sign: Option<char>) -> Result<Value, String> {
        let told = told(&found);
        let value = match self.kind {
            Type::Any => found,
            Type::String => match found {
                Value::String(text) => text.into(),
                other => other.to_string().into(),
            },
            Type::Boolean => truth(&found)
                .ok_or_else(|| format!("is {told}, which is neither true nor false"))?
                .into(),
            Type::Number | Type::Integer => {
                let why = |why: Unread| format!("is {told}, which is no {}: {why}", self.kind.told());
                let read = match &found {
                    Value::String(text) => read_number(text, sign).map_err(why)?,
                    other => other.as_f64().ok_or_else(|| why(Unread::Nothing))?,
                };
                self.number(read)
                    .ok_or_else(|| format!("is {told}, which is no {}", self.kind.told()))?
            }
        };
        if let Some(allowed) = &self.allowed
            && !allowed.iter().any(|one| is_same(one, &value))
        {
            return Err(format!("is {told}, which is none of what it may be"));
        }
        match self.range.misfit(&value) {
            Some(why) => Err(format!("is {told}: {why}")),
            None => Ok(value),
        }
    }

    /// The number as JSON has it; whole ones without a point.
    fn number(&self, read: f64) -> Option<Value> {
        const WHOLE: f64 = 9_007_199_254_740_992.0;
        if read.fract() == 0.0 && read.abs() < WHOLE {
            #[expect(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
            return Some((read as i64).into());
        }
        if self.kind == Type::Integer {
            return None;
        }
        Number::from_f64(read).map(Value::Number)
    }
}

fn truth(found: &Value) -> Option<bool> {
    match found {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => match &*text.trim().to_lowercase() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Numbers are the same however they are written.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => (one - other).abs() < f64::EPSILON * one.abs().max(1.0),
        _ => one == other,
    }
}

fn told(found: &Value) -> String {
    let text = match found {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut cut: String = text.chars().take(TOLD).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    format!("{cut:?}")
}

impl Bounds {
    fn misfit(self, count: usize) -> Option<String> {
        let count = count as u64;
        if let Some(least) = self.least.filter(|least| count < *least) {
            return Some(format!("at least {least} are wanted"));
        }
        let most = self.most.filter(|most| count > *most)?;
        Some(format!("at most {most} are wanted"))
    }
}

impl Range {
    fn misfit(&self, value: &Value) -> Option<String> {
        if let Value::String(text) = value {
            let misfit = self.length.misfit(text.chars().count())?;
            return Some(format!("{misfit} characters"));
        }
        let number = value.as_f64()?;
        let rules = [
            (self.minimum.filter(|least| number < *least), "less than"),
            (self.above.filter(|least| number <= *least), "not more than"),
            (self.maximum.filter(|most| number > *most), "more than"),
            (self.below.filter(|most| number >= *most), "not less than"),
        ];
        let (bound, word) = rules.into_iter().find_map(|(bound, word)| Some((bound?, word)))?;
        Some(format!("it is {word} {bound}"))
    }
}
