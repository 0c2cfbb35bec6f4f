//! The page as a tree: `snapshot`.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::json;

use super::look::about;
use crate::backend::{Area, Capability, Image, ImageFormat, Page, Shot};
use crate::call::Call;
use crate::error::{Error, Kind, Result};
use crate::injected::LookAt;
use crate::locator::Locator;
use crate::op::{Snapshot, SnapshotFiles, SnapshotTaken};
use crate::process;
use crate::service::Config;
use crate::service::dispatch::{Run, Stage};
use crate::session::look::{Looked, Onlooker};
use crate::snapshot::{Rendered, Tree, View, diff};
use crate::store::{Numbered, SnapshotRecord, Timestamp, atomic};

/// The stem of the files' names.
const STEM: &str = "snapshot";

#[async_trait]
impl Run for Snapshot {
    async fn run(self, stage: &mut Stage) -> Result<SnapshotTaken> {
        self.check()?;
        let (id, page, begin) = self.begin(stage).await?;
        let at = LookAt {
            reference: begin,
            html: true,
            ..LookAt::default()
        };
        let shot = Shot {
            area: self.area(stage)?,
            format: ImageFormat::Png,
        };
        let look = Onlooker::new(stage.session()?, page.clone(), &stage.call).look(at);
        let image = async {
            if self.no_image {
                return None;
            }
            Some(page.screenshot(&shot, &stage.call).await)
        };
        let (looked, image) = tokio::join!(look, image);
        let looked = looked.map_err(|error| about(error, self.reference.as_deref()))?;
        let image = noted(image, stage);
        let folder = stage
            .service
            .shared
            .store
            .layout()
            .snapshots_dir(stage.session()?.name());
        let (objective, context) = (self.objective.clone(), self.context.clone());
        let work = move || self.keep(id, looked, image.as_ref(), folder);
        let (mut taken, whole) = tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| Error::new(Kind::Internal, "failed to write the snapshot").with_source(error))??;
        if objective.is_some() || context.is_some() {
            analyse(&mut taken, &whole, [objective, context], stage).await?;
        }
        Ok(taken)
    }
}

impl Snapshot {
    /// What the image shows. Without the ability to image the whole page, no page is scrolled for it: it is what is shown.
    fn area(&self, stage: &mut Stage) -> Result<Area> {
        let has = stage.session()?.browser()?.0.capabilities();
        if has.has(Capability::FullPageScreenshot) || !has.has(Capability::Screenshot) {
            return Ok(Area::FullPage);
        }
        if !self.no_image {
            let why = "the image shows what the viewport does: this browser has no `full-page-screenshot`";
            stage.notes.push(why.to_owned());
        }
        Ok(Area::Viewport)
    }

    /// What goes together: what changed is seen in whole trees only.
    fn check(&self) -> Result<()> {
        if self.diff && (self.interactive || self.depth.is_some()) {
            let why = "`--diff` compares whole trees, and goes with neither `--depth` nor `--interactive`";
            return Err(Error::new(Kind::Usage, why).with_hint("greenroom snapshot --diff --max-chars N"));
        }
        Ok(())
    }

    /// The page, and the number of the ref to begin at.
    async fn begin(&self, stage: &Stage) -> Result<(String, Arc<dyn Page>, Option<u32>)> {
        let (id, page) = stage.page()?;
        let Some(text) = &self.reference else {
            return Ok((id, page, None));
        };
        let locator = Locator::parse(text)?;
        // Its element may be in any page; the default page stays what it is.
        let onlooker = Onlooker::new(stage.session()?, page, &stage.call);
        let found = onlooker.ref_of(&locator).await;
        let number = found.map_err(|error| about(error, Some(text)))?;
        let found = onlooker.page_of(number).await;
        let (id, page) = found.map_err(|error| about(error, Some(text)))?;
        Ok((id, page, Some(number)))
    }

    /// Writes the files; answers what is told, and the whole tree.
    fn keep(
        self,
        page: String,
        looked: Looked,
        image: Option<&Image>,
        folder: PathBuf,
    ) -> Result<(SnapshotTaken, String)> {
        let files = Numbered::new(folder)?;
        let latest = || files.latest_tree(&page, self.reference.as_deref());
        let before = self.diff.then(latest).flatten();
        let number = files.next(STEM)?;
        let put = |ending: &str, bytes: &[u8]| {
            let path = files.path(STEM, number, ending);
            atomic::publish(&path, bytes, 0o600).map(|()| path)
        };
        let Looked { url, title, rows, html } = looked;
        let tree = Tree::new(rows);
        let whole = tree.render(&View::default());
        let record = SnapshotRecord {
            page: page.clone(),
            url: url.clone(),
            title: title.clone(),
            time: Timestamp::now(),
            reference: self.reference.clone(),
            elements: whole.total,
            objective: self.objective.clone(),
            context: self.context.clone(),
        };
        let files = SnapshotFiles {
            png: image.map(|image| put("png", &image.bytes)).transpose()?,
            html: put("html", html.unwrap_or_default().as_bytes())?,
            yaml: put("yaml", whole.text.as_bytes())?,
            // The last one: a snapshot without it is not whole.
            json: put("json", &serde_json::to_vec_pretty(&record).unwrap_or_default())?,
        };
        let (tree, compared_with) = match before {
            Some((file, before)) => (self.changes(&before, &whole), Some(file)),
            None => (self.view(&tree, &whole), None),
        };
        let taken = SnapshotTaken {
            page,
            url,
            title,
            files,
            tree: tree.text,
            elements: whole.total,
            shown: tree.shown,
            compared_with,
            analysis: None,
        };
        Ok((taken, whole.text))
    }

    fn changes(&self, before: &str, after: &Rendered) -> Rendered {
        let diff = diff(before, &after.text);
        Rendered {
            text: match self.max_chars {
                Some(most) => first_lines(diff.text, most as usize),
                None => diff.text,
            },
            shown: diff.added,
            ..after.clone()
        }
    }

    fn view(&self, tree: &Tree, whole: &Rendered) -> Rendered {
        let view = View {
            depth: self.depth,
            interactive: self.interactive,
            max_chars: self.max_chars.map(|chars| chars as usize),
        };
        if view == View::default() {
            whole.clone()
        } else {
            tree.render(&view)
        }
    }
}

/// The whole tree of a page as text, with refs, and nothing written.
pub(super) async fn tree(page: Arc<dyn Page>, stage: &Stage, call: &Call) -> Result<String> {
    let looked = Onlooker::new(stage.session()?, page, call)
        .look(LookAt::default())
        .await?;
    Ok(Tree::new(looked.rows).render(&View::default()).text)
}

/// The image; where it cannot be made, the rest of the snapshot says why.
fn noted(image: Option<Result<Image>>, stage: &mut Stage) -> Option<Image> {
    match image? {
        Ok(image) => Some(image),
        Err(error) => {
            stage.notes.push(format!("no image: {}", error.message()));
            None
        }
    }
}

/// The lines that fit; how many do not is told in their place.
fn first_lines(text: String, most: usize) -> String {
    if text.chars().count() <= most {
        return text;
    }
    let lines = text.lines().count();
    // Room for the line that counts the others.
    let mut room = most.saturating_sub(format!("… {lines} more lines of changes\n").chars().count());
    let fits = |line: &&str| {
        let left = room.checked_sub(line.chars().count());
        left.is_some_and(|left| {
            room = left;
            true
        })
    };
    let kept: Vec<_> = text.split_inclusive('\n').take_while(fits).collect();
    format!("{}… {} more lines of changes\n", kept.concat(), lines - kept.len())
}

/// Hands a snapshot to the configured analyzer.
async fn analyse(
    taken: &mut SnapshotTaken,
    tree: &str,
    [objective, context]: [Option<String>; 2],
    stage: &mut Stage,
) -> Result<()> {
    let layout = stage.service.shared.store.layout().clone();
    // Whatever goes wrong from here on, the snapshot itself was taken.
    stage.done_so_far = serde_json::to_value(&*taken).ok();
    let Some(command) = Config::read(&layout)?.snapshot_analyzer else {
        return Ok(());
    };
    let input = json!({
        "objective": objective,
        "context": context,
        "tree": tree,
        "files": taken.files,
        "url": taken.url,
        "title": taken.title,
    });
    let answer = process::filter(
        &command,
        layout.workspace(),
        input.to_string().into_bytes(),
        &stage.call,
    )
    .await;
    match answer {
        Ok(answer) => taken.analysis = Some(answer),
        Err(error) => {
            let why = format!("the snapshot was taken, but its analyzer {}", error.message());
            return Err(Error::new(error.kind(), why).with_hint("greenroom config get snapshotAnalyzer"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::first_lines;

    #[test]
    fn lines_that_do_not_fit_are_counted() {
        let text = "- é one\n+ é two\n".repeat(50);
        assert_eq!(first_lines(text.clone(), 1000), text);
        for most in [40, 41, 100, 799] {
            let cut = first_lines(text.clone(), most);
            assert!(
                cut.chars().count() <= most && text.starts_with(cut.split('…').next().unwrap()),
                "{most}: {cut}"
            );
            let more: usize = cut
                .rsplit('…')
                .next()
                .unwrap()
                .trim()
                .split(' ')
                .next()
                .unwrap()
                .parse()
                .unwrap();
            assert_eq!(cut.lines().count() - 1 + more, 100, "{cut}");
        }
    }
}
