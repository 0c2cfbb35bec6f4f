//! What can be acted on in a page, and what of it changed: `observe`.

use std::path::PathBuf;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Kind, Result};
use crate::injected::LookAt;
use crate::op::{Observe, Observed, ObservedDiff, ObservedElement};
use crate::service::dispatch::{Run, Stage};
use crate::session::look::{Looked, Onlooker};
use crate::snapshot::{Diff, Row, Sight, Wanted};
use crate::store::{Timestamp, atomic};

/// What is kept of an observe for the next one of the same page, whoever asks for it with whatever options.
#[derive(Serialize, Deserialize)]
struct Record {
    time: Timestamp,
    elements: Vec<Sight>,
}

#[async_trait]
impl Run for Observe {
    async fn run(self, stage: &mut Stage) -> Result<Observed> {
        let (id, page) = stage.page()?;
        let at = LookAt {
            interactive: true,
            screen: true,
            ..LookAt::default()
        };
        let mut looked = Onlooker::new(stage.session()?, page, &stage.call).look(at).await?;
        stage.notes.extend(looked.rows.iter().filter_map(unavailable));
        // A frame of another origin has a row whether it can be acted on or not.
        looked.rows.retain(|row| row.props.interactive);
        let layout = stage.service.shared.store.layout();
        let folder = layout.snapshots_dir(stage.session()?.name());
        let work = move || self.observed(id, looked, folder);
        let (observed, notes) = tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| Error::new(Kind::Internal, "failed to observe the page").with_source(error))?;
        stage.notes.extend(notes);
        Ok(observed)
    }
}

impl Observe {
    /// Which elements are asked for.
    fn wanted(&self) -> Wanted {
        Wanted {
            forms: self.forms,
            navigation: self.navigation,
            all: self.all,
        }
    }

    /// What is told, with the notes; and keeps what the next one is compared with.
    fn observed(&self, page: String, looked: Looked, folder: PathBuf) -> (Observed, Vec<String>) {
        let wanted = self.wanted();
        let sights: Vec<_> = looked.rows.iter().map(Sight::from).collect();
        let kept = Kept::of(&page, folder);
        let before = self.diff.then(|| kept.read()).flatten();
        let mut notes = Vec::new();
        if self.diff && before.is_none() {
            notes.push("this page was not observed before: nothing to compare with".to_owned());
        }
        let total = sights.iter().filter(|sight| wanted.has_part(sight)).count();
        let offscreen = sights.iter().filter(|sight| wanted.has_part(sight) && sight.offscreen);
        let offscreen = offscreen.count();
        let changes = before.map(|before| (self.changes(&before, &sights, &mut notes), before.time));
        let listed: Vec<usize> = (0..sights.len())
            .filter(|place| match &changes {
                Some(((_, changed), _)) => changed.contains(&sights[*place].reference),
                None => wanted.shows(&sights[*place]),
            })
            .collect();
        let most = self.max.map_or(usize::MAX, |max| max as usize);
        if changes.is_none() {
            self.count_rest(listed.len().saturating_sub(most), offscreen, &mut notes);
        }
        let others = sights.len() - total;
        if changes.is_none() && others > 0 {
            notes.push(format!("{others} more that are {}: observe lists them", self.no_part()));
        }
        let elements = listed.iter().take(most);
        let elements = elements.map(|place| element(&looked.rows[*place], &sights[*place], wanted));
        let observed = Observed {
            page,
            elements: elements.collect(),
            url: looked.url,
            title: looked.title,
            total,
            offscreen,
            others,
            diff: changes.map(|((diff, _), since)| ObservedDiff {
                text: first_lines(diff.text, most),
                added: diff.added,
                removed: diff.removed,
                since,
            }),
        };
        kept.write(sights, &mut notes);
        (observed, notes)
    }

    /// Notes what is not listed.
    fn count_rest(&self, cut: usize, offscreen: usize, notes: &mut Vec<String>) {
        if cut > 0 {
            let most = self.max.map_or(0, |max| max as usize);
            notes.push(format!("{cut} more: --max {} lists them", most + cut));
        }
        if !self.all && offscreen > 0 {
            notes.push(format!("{offscreen} more outside of the viewport: --all lists them"));
        }
    }

    /// What changed; notes how much of it is not told.
    fn changes(
        &self,
        before: &Record,
        now: &[Sight],
        notes: &mut Vec<String>,
    ) -> (Diff, std::collections::BTreeSet<u32>) {
        let wanted = self.wanted();
        let told = wanted.changed(&before.elements, now);
        let whole = Wanted { all: true, ..wanted }.changed(&before.elements, now);
        if whole > told {
            let more = whole - told;
            notes.push(format!("{more} more changed outside of the viewport: --all lists them"));
        }
        let everything = Wanted {
            all: true,
            ..Wanted::default()
        };
        let elsewhere = everything.changed(&before.elements, now).saturating_sub(whole);
        if elsewhere > 0 && (self.forms || self.navigation) {
            notes.push(format!("{elsewhere} more changed that are {}", self.no_part()));
        }
        wanted.changes(&before.elements, now)
    }

    /// What those are that belong to no part that was asked for.
    fn no_part(&self) -> &'static str {
        match (self.forms, self.navigation) {
            (true, false) => "not in forms",
            (false, true) => "not for navigation",
            _ => "neither in forms nor for navigation",
        }
    }
}

fn element(row: &Row, sight: &Sight, wanted: Wanted) -> ObservedElement {
    ObservedElement {
        line: wanted.line(sight),
        reference: format!("e{}", sight.reference),
        role: row.role.clone(),
        name: row.name.clone(),
        states: row.props.states.clone(),
        value: row.props.value.clone(),
        url: row.props.url.clone(),
        masked: row.props.masked,
        offscreen: row.props.offscreen,
    }
}

/// The file that holds what a page's last observe saw. It is beside the snapshots, and its page's id is never used again.
struct Kept {
    folder: PathBuf,
    file: PathBuf,
}

impl Kept {
    fn of(page: &str, folder: PathBuf) -> Self {
        let file = folder.join(format!("observe-{page}.json"));
        Self { folder, file }
    }

    /// One that cannot be read is as good as none.
    fn read(&self) -> Option<Record> {
        atomic::read_json(&self.file).ok().flatten()
    }

    /// What cannot be kept costs the next comparison, not this look.
    fn write(&self, elements: Vec<Sight>, notes: &mut Vec<String>) {
        let record = Record {
            time: Timestamp::now(),
            elements,
        };
        let bytes = serde_json::to_vec(&record).unwrap_or_default();
        let written = atomic::folder(&self.folder).and_then(|()| atomic::publish(&self.file, &bytes, 0o600));
        if let Err(error) = written {
            notes.push(format!(
                "`--diff` cannot compare with this observe: {}",
                error.message()
            ));
        }
    }
}

/// So many lines; how many more there are is told in their place.
fn first_lines(text: String, most: usize) -> String {
    let lines = text.lines().count();
    if lines <= most {
        return text;
    }
    let kept: String = text.split_inclusive('\n').take(most).collect();
    format!("{kept}… {} more lines of changes\n", lines - most)
}

/// What is to be told of a frame that could not be looked into.
fn unavailable(row: &Row) -> Option<String> {
    let why = row.props.states.get("unavailable")?.as_str()?;
    let reference = row.reference?;
    Some(format!("the {} e{reference} could not be looked into: {why}", row.role))
}

#[cfg(test)]
mod tests {
    use super::first_lines;

    #[test]
    fn lines_that_are_too_many_are_counted() {
        assert_eq!(first_lines("- a\n+ b\n".to_owned(), 2), "- a\n+ b\n");
        assert_eq!(
            first_lines("- a\n+ b\n+ c\n".to_owned(), 1),
            "- a\n… 2 more lines of changes\n"
        );
        assert_eq!(first_lines(String::new(), 0), "");
    }
}
