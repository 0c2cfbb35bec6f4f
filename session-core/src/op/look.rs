//! Looking at a page.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::param::Property;
use super::spec::{Shape, operation};
use crate::backend::{ImageFormat, Size};

operation! {
    /// Reads one thing of the page.
    ///
    /// `url` is the address as the browser has it, `title` the document's title, `html` the document as it is now.
    Get("get"): Observe, Page, Queue, wakes true, needs [] -> Got {
        /// What to read.
        what: Property = Shape::Place("WHAT"),
    }
}

/// What `get` read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Got {
    /// The value.
    pub value: serde_json::Value,
}

operation! {
    /// Makes an image of the page.
    ///
    /// Without FILE it goes into the session's `snapshots` folder. The page is neither scrolled, resized nor focused.
    Screenshot("screenshot"): Observe, Page, Queue, wakes true, needs [Screenshot] -> ScreenshotTaken {
        /// Where to write it; the ending chooses the format unless `--format` does.
        file: Option<PathBuf> = Shape::Place("FILE"),
        /// Shows the whole page instead of the viewport.
        full_page: bool = Shape::Flag(""),
        /// Shows only the one element that this CSS selector matches.
        selector: Option<String> = Shape::Flag("SELECTOR"),
        /// The image's format.
        format: Option<ImageFormat> = Shape::Flag("FORMAT"),
    }
}

/// Where an image is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ScreenshotTaken {
    /// The image's file.
    pub path: PathBuf,
    /// Its format.
    pub format: ImageFormat,
    /// Its bytes.
    pub bytes: u64,
    /// Its width and height in pixels; `null` where the format does not tell cheaply.
    pub size: Option<Size>,
}
