//! Looking at a page.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;

use crate::backend::{Area, ImageFormat, Page, Rect, Script, Shot, Size, World};
use crate::call::Call;
use crate::error::{Error, Kind, Result};
use crate::injected::LookAt;
use crate::locator::Locator;
use crate::op::{Get, Got, Property, Screenshot, ScreenshotTaken};
use crate::service::dispatch::{Run, Stage};
use crate::session::look::Onlooker;
use crate::snapshot::{Tree, View};
use crate::store::Numbered;

#[async_trait]
impl Run for Get {
    async fn run(self, stage: &mut Stage) -> Result<Got> {
        self.check()?;
        let (_, page) = stage.page()?;
        let value = match (self.what, &self.selector) {
            (Property::Url, _) => page.url(&stage.call).await?.into(),
            // Plain functions: what is asked most need not wait for the engine.
            (Property::Title, _) => call(&*page, "() => document.title", &stage.call).await?,
            (Property::Viewport, _) => call(&*page, VIEWPORT, &stage.call).await?,
            (Property::Html, None) => call(&*page, HTML, &stage.call).await?,
            (what, selector) => {
                let locator = selector.as_deref().map(Locator::parse).transpose()?;
                let onlooker = Onlooker::new(stage.session()?, page, &stage.call);
                let read = match (what, &locator) {
                    (Property::Ref, Some(locator)) => onlooker.ref_of(locator).await.map(ref_text),
                    (Property::Refs, Some(locator)) => onlooker.refs_of(locator).await.map(ref_texts),
                    (Property::Aria, Some(locator)) => aria(onlooker, locator).await,
                    _ => onlooker.read(what.word(), locator.as_ref(), self.name.as_deref()).await,
                };
                read.map_err(|error| about(error, selector.as_deref()))?
            }
        };
        Ok(Got { value })
    }
}

impl Get {
    /// What goes together: most need a selector, some have none, and only an attribute has a name.
    fn check(&self) -> Result<()> {
        use Property::{Attr, Attrs, Css, Html, Text, Title, Url, Viewport};
        let word = self.what.word();
        let wrong = match self.what {
            Url | Title | Viewport if self.selector.is_some() => {
                format!("`{word}` is the page's, and takes no selector")
            }
            Url | Title | Viewport | Text | Html => return Ok(()),
            Attr | Attrs if self.name.is_none() => format!("`{word}` needs a selector and the attribute's name"),
            Css if self.name.is_none() => format!("`{word}` needs a selector and the property's name"),
            _ if self.selector.is_none() => format!("`{word}` needs a selector"),
            _ => return Ok(()),
        };
        Err(Error::new(Kind::Usage, wrong))
    }
}

fn ref_text(number: u32) -> Value {
    format!("e{number}").into()
}

fn ref_texts(numbers: Vec<u32>) -> Value {
    numbers.into_iter().map(|number| format!("e{number}")).collect()
}

/// The tree below an element, as a text without refs: it stays the same as long as the page does.
async fn aria(onlooker: Onlooker<'_>, locator: &Locator) -> Result<Value> {
    let number = onlooker.ref_of(locator).await?;
    let at = LookAt {
        reference: Some(number),
        ..LookAt::default()
    };
    let tree = Tree::new(onlooker.look(at).await?.rows);
    Ok(tree.render(&View::default()).without_refs().trim_end().into())
}

/// An error with the selector that it is about.
pub(super) fn about(error: Error, selector: Option<&str>) -> Error {
    let Some(selector) = selector else { return error };
    let hint = match error.kind() {
        Kind::Stale | Kind::NotFound | Kind::Timeout => "greenroom snapshot    # what is there now, with refs",
        Kind::Ambiguous => {
            "take one of these refs, or narrow the selector: `A >> B` looks for B in A, `nth=0` is the first"
        }
        _ => return error.with_context("selector", selector),
    };
    error.with_hint(hint).with_context("selector", selector)
}

/// The document as it is now, with its doctype.
const HTML: &str = "() => {
    const type = document.doctype;
    const head = type ? new XMLSerializer().serializeToString(type) + '\\n' : '';
    return document.documentElement ? head + document.documentElement.outerHTML : head;
}";

const VIEWPORT: &str = "() => ({ width: innerWidth, height: innerHeight })";

/// Calls a plain function where the page cannot see it.
async fn call(page: &dyn Page, function: &str, call: &Call) -> Result<Value> {
    let script = Script {
        function: function.to_owned(),
        args: vec![],
        world: World::Isolated,
    };
    page.evaluate(&script, call).await
}

#[async_trait]
impl Run for Screenshot {
    async fn run(self, stage: &mut Stage) -> Result<ScreenshotTaken> {
        let format = self
            .format
            .or_else(|| self.file.as_deref().and_then(format_of))
            .unwrap_or_default();
        let (page, area) = self.area(stage).await?;
        let image = page.screenshot(&Shot { area, format }, &stage.call).await?;
        let path = match self.file {
            Some(file) => file,
            None => next_file(
                stage
                    .service
                    .shared
                    .store
                    .layout()
                    .snapshots_dir(stage.session()?.name()),
                format,
            )?,
        };
        let (bytes, size) = (image.bytes.len() as u64, png_size(&image.bytes));
        write(path.clone(), image.bytes).await?;
        Ok(ScreenshotTaken {
            path,
            format,
            bytes,
            size,
        })
    }
}

impl Screenshot {
    /// What to show, and of which page: an element of a ref may be in any.
    async fn area(&self, stage: &Stage) -> Result<(Arc<dyn Page>, Area)> {
        let (_, page) = stage.page()?;
        let Some(selector) = &self.selector else {
            return Ok((page, if self.full_page { Area::FullPage } else { Area::Viewport }));
        };
        if self.full_page {
            let why = "`--selector` and `--full-page` do not go together";
            return Err(Error::new(Kind::Usage, why));
        }
        let onlooker = Onlooker::new(stage.session()?, page.clone(), &stage.call);
        let locator = Locator::parse(selector)?;
        let page = match locator.reference() {
            Some(number) => {
                onlooker
                    .page_of(number)
                    .await
                    .map_err(|error| about(error, Some(selector)))?
                    .1
            }
            None => page,
        };
        Ok((page, Area::Part(place(onlooker, &locator, selector).await?)))
    }
}

/// Where the one element that a selector means is in the document.
async fn place(onlooker: Onlooker<'_>, locator: &Locator, selector: &str) -> Result<Rect> {
    let found = onlooker.read("place", Some(locator), None).await;
    let place: Option<Rect> = serde_json::from_value(found.map_err(|error| about(error, Some(selector)))?)
        .map_err(|error| Error::new(Kind::Protocol, "the element's place cannot be read").with_source(error))?;
    place
        .filter(|place| place.width >= 1.0 && place.height >= 1.0)
        .ok_or_else(|| Error::new(Kind::NotFound, format!("the element `{selector}` has no size to show")))
}

fn format_of(file: &Path) -> Option<ImageFormat> {
    match file.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "png" => Some(ImageFormat::Png),
        "jpg" | "jpeg" => Some(ImageFormat::Jpeg),
        "webp" => Some(ImageFormat::Webp),
        _ => None,
    }
}

/// The path of the next numbered image of a folder.
fn next_file(folder: PathBuf, format: ImageFormat) -> Result<PathBuf> {
    let ending = match format {
        ImageFormat::Png => "png",
        ImageFormat::Jpeg => "jpg",
        ImageFormat::Webp => "webp",
    };
    let files = Numbered::new(folder)?;
    Ok(files.path("screenshot", files.next("screenshot")?, ending))
}

/// Writes an image beside its place, whose folder is made, and moves it there, so that nobody sees a half one.
async fn write(path: PathBuf, bytes: Vec<u8>) -> Result<()> {
    tokio::task::spawn_blocking(move || {
        if let Some(folder) = path.parent() {
            // What cannot be made, the image cannot be written to, and that says why.
            let _ = std::fs::create_dir_all(folder);
        }
        crate::store::atomic::write(&path, &bytes, 0o600)
    })
    .await
    .map_err(|error| Error::new(Kind::Internal, "failed to write the image").with_source(error))?
}

/// The size that a PNG's header tells.
fn png_size(bytes: &[u8]) -> Option<Size> {
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?.get(8..16)?;
    let side = |bytes: &[u8]| bytes.try_into().ok().map(u32::from_be_bytes);
    Some(Size {
        width: side(&header[..4])?,
        height: side(&header[4..])?,
    })
}
