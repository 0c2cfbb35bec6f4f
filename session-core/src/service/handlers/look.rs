//! Looking at a page.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::backend::{Area, ImageFormat, Page, Rect, Script, Shot, Size, World};
use crate::call::Call;
use crate::error::{Error, Kind, Result};
use crate::op::{Get, Got, Property, Screenshot, ScreenshotTaken};
use crate::service::dispatch::{Run, Stage};

#[async_trait]
impl Run for Get {
    async fn run(self, stage: &mut Stage) -> Result<Got> {
        let (_, page) = stage.page()?;
        let value = match self.what {
            Property::Url => page.url(&stage.call).await?.into(),
            Property::Title => read(&*page, "() => document.title", vec![], &stage.call).await?,
            Property::Html => read(&*page, HTML, vec![], &stage.call).await?,
        };
        Ok(Got { value })
    }
}

/// The document as it is now, with its doctype.
const HTML: &str = "() => {
    const type = document.doctype;
    const head = type ? new XMLSerializer().serializeToString(type) + '\\n' : '';
    return document.documentElement ? head + document.documentElement.outerHTML : head;
}";

/// Where an element is, in CSS pixels from the top left of the document; a number: how many there are, if not one.
const PLACE: &str = "selector => {
    const found = document.querySelectorAll(selector);
    if (found.length !== 1) return found.length;
    const box = found[0].getBoundingClientRect();
    return { x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height };
}";

/// Calls one of our own functions where the page cannot see it.
async fn read(page: &dyn Page, function: &str, args: Vec<Value>, call: &Call) -> Result<Value> {
    page.evaluate(
        &Script {
            function: function.to_owned(),
            args,
            world: World::Isolated,
        },
        call,
    )
    .await
}

#[async_trait]
impl Run for Screenshot {
    async fn run(self, stage: &mut Stage) -> Result<ScreenshotTaken> {
        let format = self
            .format
            .or_else(|| self.file.as_deref().and_then(format_of))
            .unwrap_or_default();
        let (_, page) = stage.page()?;
        let area = match &self.selector {
            Some(_) if self.full_page => {
                return Err(Error::new(
                    Kind::Usage,
                    "`--selector` and `--full-page` do not go together",
                ));
            }
            Some(selector) => Area::Part(place(&*page, selector, &stage.call).await?),
            None if self.full_page => Area::FullPage,
            None => Area::Viewport,
        };
        let image = page.screenshot(&Shot { area, format }, &stage.call).await?;
        let path = match self.file {
            Some(file) => file,
            None => next_file(
                &stage
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

async fn place(page: &dyn Page, selector: &str, call: &Call) -> Result<Rect> {
    let found = read(page, PLACE, vec![json!(selector)], call)
        .await
        .map_err(|error| match error.kind() {
            Kind::Script => Error::new(
                Kind::Usage,
                format!("`{selector}` is no CSS selector: {}", error.message()),
            ),
            _ => error,
        })?;
    match found.as_u64() {
        Some(0) => Err(Error::new(Kind::NotFound, format!("no element matches `{selector}`"))),
        Some(several) => Err(Error::new(
            Kind::Ambiguous,
            format!("{several} elements match `{selector}`; one is needed"),
        )),
        None => {
            let place: Rect = serde_json::from_value(found)
                .map_err(|error| Error::new(Kind::Protocol, "the element's place cannot be read").with_source(error))?;
            if place.width < 1.0 || place.height < 1.0 {
                return Err(Error::new(
                    Kind::NotFound,
                    format!("the element `{selector}` has no size to show"),
                ));
            }
            Ok(place)
        }
    }
}

fn format_of(file: &Path) -> Option<ImageFormat> {
    match file.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "png" => Some(ImageFormat::Png),
        "jpg" | "jpeg" => Some(ImageFormat::Jpeg),
        "webp" => Some(ImageFormat::Webp),
        _ => None,
    }
}

/// The first of `screenshot-001`, `screenshot-002`, … that is free.
fn next_file(folder: &Path, format: ImageFormat) -> Result<PathBuf> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    let ending = match format {
        ImageFormat::Png => "png",
        ImageFormat::Jpeg => "jpg",
        ImageFormat::Webp => "webp",
    };
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| Error::io("create the folder", folder, error))?;
    for number in 1..=999_999 {
        let path = folder.join(format!("screenshot-{number:03}.{ending}"));
        match std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
        {
            Ok(_) => return Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Error::io("create", &path, error)),
        }
    }
    Err(Error::new(
        Kind::Io,
        format!("no number is free in `{}`", folder.display()),
    ))
}

/// Writes an image beside its place and moves it there, so that nobody sees a half one.
async fn write(path: PathBuf, bytes: Vec<u8>) -> Result<()> {
    tokio::task::spawn_blocking(move || crate::store::atomic::write(&path, &bytes, 0o600))
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
