//! Data of a document, asked for in one round trip; one more for each frame of another origin on the way to a list.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Place;
use super::locate::further;
use crate::call::Call;
use crate::error::Result;
use crate::extract::Raw;
use crate::locator::{Locator, Step};

/// What is asked for. Without fields and picks: of each item the columns that it seems to have, of a document all that is
/// data in it.
#[derive(Clone, Debug, Default)]
pub struct Extract<'a> {
    /// The items; without it the whole document is one.
    pub list: Option<&'a Locator>,
    /// The names of fields that are looked for.
    pub fields: Vec<&'a str>,
    /// The fields that a locator means.
    pub picks: Vec<Pick<'a>>,
    /// How many items, and rows of each table, are told at most.
    pub most: usize,
}

/// A field by its locator, which looks in the item.
#[derive(Clone, Debug)]
pub struct Pick<'a> {
    /// The field's name.
    pub name: &'a str,
    /// What it is in the item.
    pub locator: &'a Locator,
    /// The attribute that holds the value; without it, what the element says.
    pub attribute: Option<&'a str>,
}

#[derive(Deserialize)]
struct Told {
    value: Raw,
}

impl Place<'_> {
    /// Reads data of this document, or of the frame in which the list is.
    ///
    /// # Errors
    /// Those of [`Place::ask_of`], and `NotFound` where the list has no items.
    pub async fn extract(self, wanted: &Extract<'_>, call: &Call) -> Result<Raw> {
        let mut frame = self.frame.cloned();
        let mut from = 0;
        loop {
            let here = Place {
                frame: frame.as_ref(),
                ..self
            };
            match here
                .answer::<Told>("extract", wanted.params(from, self.test_id), call)
                .await?
            {
                Err(refused) if refused.kind == "frame" => {
                    from = further(&refused, from)?;
                    frame = Some(here.entered(call).await?);
                }
                Err(refused) => return Err(refused.about(wanted.list)),
                Ok(told) => return Ok(told.value),
            }
        }
    }
}

impl Extract<'_> {
    fn params(&self, from: usize, test_id: &str) -> Value {
        let picks = self.picks.iter();
        let picks =
            picks.map(|pick| json!({ "name": pick.name, "steps": pick.locator.steps(), "attribute": pick.attribute }));
        let mut params = json!({
            "fields": self.fields,
            "picks": picks.collect::<Vec<_>>(),
            "most": self.most,
            "testId": test_id,
        });
        if let Some(list) = self.list {
            params["target"] =
                json!({ "steps": list.steps(), "from": from, "testId": test_id, "near": true, "end": 0 });
        }
        params
    }
}

/// Whether a step can be taken within an item.
pub(crate) fn is_within(step: &Step) -> bool {
    !matches!(step, Step::Ref { .. } | Step::Coords { .. } | Step::Frame)
}
