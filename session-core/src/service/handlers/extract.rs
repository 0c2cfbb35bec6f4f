//! Data of a page as JSON: `extract`.

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::look::about;
use crate::error::{Error, Kind, Result};
use crate::extract::{Raw, Records, Schema, counted, data};
use crate::injected::{Extract as Wanted, Pick};
use crate::locator::Locator;
use crate::op::{Extract, Extracted, FieldSource};
use crate::service::dispatch::{Run, Stage};
use crate::session::look::Onlooker;

/// How many items are read where nothing is said, and how many at most.
const USUAL_MOST: u32 = 1000;
const MOST: u32 = 10_000;

/// How many fields may be asked for.
const MOST_FIELDS: usize = 200;

#[async_trait]
impl Run for Extract {
    async fn run(self, stage: &mut Stage) -> Result<Extracted> {
        let plan = Plan::of(&self)?;
        let (mut id, page) = stage.page()?;
        let onlooker = Onlooker::new(stage.session()?, page, &stage.call);
        let selector = plan.list.as_ref().map(ToString::to_string);
        if let Some(number) = plan.list.as_ref().and_then(Locator::reference) {
            // Its element may be in any page; the default page stays what it is.
            let found = onlooker.page_of(number).await;
            id = found.map_err(|error| about(error, selector.as_deref()))?.0;
        }
        let raw = onlooker.extract(&plan.wanted()).await;
        let raw = raw.map_err(|error| about(error, selector.as_deref()))?;
        plan.result(id, raw, stage)
    }
}

/// What is asked for, read and checked.
struct Plan {
    list: Option<Locator>,
    fields: Vec<String>,
    schema: Option<Schema>,
    most: u32,
}

impl Plan {
    fn of(asked: &Extract) -> Result<Self> {
        let schema = asked.schema.as_ref().map(|file| Schema::parse(&file.0)).transpose()?;
        if schema.is_some() && asked.fields.is_some() {
            let why = "`--schema` names the fields itself, and does not go with `--fields`";
            return Err(Error::new(Kind::Usage, why));
        }
        let list = asked.list.as_deref().map(Locator::parse).transpose()?;
        let list = list.or_else(|| schema.as_ref()?.list.clone());
        if list.is_none() && schema.as_ref().is_some_and(|schema| schema.is_list) {
            let why = "the schema wants an array, but nothing says what its items are";
            let hint = "greenroom extract --schema FILE --list SELECTOR, or `x-selector` beside `items` in the schema";
            return Err(Error::new(Kind::Usage, why).with_hint(hint));
        }
        let most = asked.max.unwrap_or(USUAL_MOST);
        if most > MOST {
            return Err(Error::new(Kind::Usage, format!("`--max` is at most {MOST}")));
        }
        Ok(Self {
            list,
            fields: asked.fields.as_deref().map(names).transpose()?.unwrap_or_default(),
            schema,
            most,
        })
    }

    fn wanted(&self) -> Wanted<'_> {
        let properties = self.schema.iter().flat_map(|schema| &schema.properties);
        let (picked, named): (Vec<_>, Vec<_>) = properties.partition(|property| property.selector.is_some());
        let picks = picked.into_iter().filter_map(|property| {
            Some(Pick {
                name: &property.name,
                locator: property.selector.as_ref()?,
                attribute: property.attribute.as_deref(),
            })
        });
        let fields = self.fields.iter().map(String::as_str);
        Wanted {
            list: self.list.as_ref(),
            fields: fields
                .chain(named.iter().map(|property| property.name.as_str()))
                .collect(),
            picks: picks.collect(),
            most: self.most as usize,
        }
    }

    /// All that is wanted by name, in its order.
    fn fields(&self) -> Vec<&str> {
        match &self.schema {
            Some(schema) => schema.properties.iter().map(|property| &*property.name).collect(),
            None => self.fields.iter().map(String::as_str).collect(),
        }
    }

    fn result(&self, page: String, mut raw: Raw, stage: &mut Stage) -> Result<Extracted> {
        self.count_rest(&raw, &mut stage.notes);
        let mut extracted = Extracted {
            page,
            url: std::mem::take(&mut raw.url),
            title: std::mem::take(&mut raw.title),
            ..Extracted::default()
        };
        if let Some(found) = raw.data.take() {
            let data = data(found, &mut stage.notes);
            if data.is_empty() {
                let why = "the page has no data that is marked as such: --list SELECTOR reads what repeats, --fields what has a name";
                stage.notes.push(why.to_owned());
            }
            extracted.data = Some(data);
            return Ok(extracted);
        }
        let total = raw.total;
        let records = Records::new(raw.items, &self.fields());
        stage.notes.extend(records.notes);
        for (field, sources) in records.sources {
            let sources = sources.into_iter().map(|source| FieldSource {
                from: source.from,
                items: source.items,
            });
            extracted.sources.insert(field, sources.collect());
        }
        extracted.put(
            self.list.is_some(),
            total,
            records.items.clone().into_iter().map(Value::Object),
        );
        let Some(schema) = &self.schema else {
            return Ok(extracted);
        };
        // What was found stands beside what is wrong with it.
        stage.done_so_far = serde_json::to_value(&extracted).ok();
        let fitted = schema.apply(records.items, &mut stage.notes)?;
        extracted.put(self.list.is_some(), total, fitted);
        Ok(extracted)
    }

    /// Notes what is there and not told.
    fn count_rest(&self, raw: &Raw, notes: &mut Vec<String>) {
        let more = raw.total.saturating_sub(raw.items.len());
        if more > 0 && raw.items.len() < self.most as usize {
            notes.push(format!(
                "left out: {}, for there is more text than is read at once",
                counted(more, "more item")
            ));
        } else if more > 0 && raw.total <= MOST as usize {
            notes.push(format!("{}: --max {} reads all", counted(more, "more item"), raw.total));
        } else if more > 0 {
            notes.push(format!(
                "{}: narrow the list, or take parts of it",
                counted(more, "more item")
            ));
        }
        if raw.clipped > 0 {
            let values = counted(raw.clipped, "value");
            notes.push(format!("told by the beginning only, for the length: {values}"));
        }
        if raw.frames > 0 {
            let how = "--list \"frame:SELECTOR >> SELECTOR\" reads what is in one";
            notes.push(format!("not looked into: {}; {how}", counted(raw.frames, "frame")));
        }
    }
}

impl Extracted {
    fn put(&mut self, is_list: bool, total: usize, records: impl IntoIterator<Item = Value>) {
        if is_list {
            self.items = Some(records.into_iter().collect());
            self.total = Some(total);
            return;
        }
        let only = records.into_iter().next();
        self.fields = Some(match only {
            Some(Value::Object(fields)) => fields,
            _ => Map::new(),
        });
    }
}

/// The names of fields, each once.
fn names(text: &str) -> Result<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for name in text.split(',').map(str::trim) {
        if !name.chars().any(char::is_alphanumeric) {
            let why = format!("`--fields` has a name without a letter: {name:?}");
            return Err(Error::new(Kind::Usage, why).with_hint("greenroom extract --fields name,price"));
        }
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    if names.len() > MOST_FIELDS {
        return Err(Error::new(
            Kind::Usage,
            format!("`--fields` has more than {MOST_FIELDS} names"),
        ));
    }
    Ok(names)
}
