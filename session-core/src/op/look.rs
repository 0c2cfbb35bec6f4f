//! Looking at a page.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::param::Property;
use super::spec::{Shape, operation};
use crate::backend::{ImageFormat, Size};
use crate::store::Timestamp;

operation! {
    /// Reads one thing of the page, or of the one element that SELECTOR means.
    ///
    /// SELECTOR is a ref (`e12`), `role:button:"Next"`, `text:"…"`, `label:"…"`, `testid:"…"`, CSS, and more: docs/selectors.md has all of it. Without it: `url` is the address as the browser has it, `title` the document's title, `viewport` its size, `text` what the page shows as text, `html` the document as it is now.
    /// `text` is the text as it is shown, `value` what a form control holds now, `attr` the attribute NAME, `count` how many elements match, `box` the place in CSS pixels from the top left of the viewport, `visible`, `enabled`, `editable` and `checked` are true or false (`checked` can be `mixed`). `text-content` is all the text in an element, shown or not, `inner-html` the HTML in it; `role`, `name`, `description` and `error-message` are as a screen reader has them, `aria` is the tree below it without refs; `focused` and `empty` are true or false, `in-viewport` is how much of it the viewport shows, from 0 to 1; `css` is the computed value of the property NAME, `values` are those of the options that are chosen; `ref` is the element's ref. `texts`, `text-contents`, `attrs` and `refs` are lists, of each element that matches. It does not wait.
    Get("get"): Observe, Page, Queue, wakes true, needs [] -> Got {
        /// What to read.
        what: Property = Shape::Place("WHAT"),
        /// Of which element.
        selector: Option<String> = Shape::Place("SELECTOR"),
        /// Which attribute, or which CSS property.
        name: Option<String> = Shape::Place("NAME"),
    }
}

/// What `get` read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Got {
    /// The value.
    pub value: serde_json::Value,
}

operation! {
    /// Shows the page as a tree of roles, names and states, with a ref for each element.
    ///
    /// Prints the tree, and writes four files of one number into the session's `snapshots` folder: an image of the whole page, its HTML (with open shadow roots and the values of forms, but those of password fields), the whole tree as YAML, and JSON with URL, title, time, objective and context.
    /// With REF: the tree below that element. What the options leave out of the printed tree is counted in it, and can be asked for by ref; the files have everything. The page is neither scrolled, resized nor focused.
    Snapshot("snapshot"): Observe, Page, Queue, wakes true, needs [] -> SnapshotTaken {
        /// The element to begin at, for example `e12`; any selector will do.
        reference: Option<String> = Shape::Place("REF"),
        /// Prints only so many levels.
        depth: Option<u32> = Shape::Flag("N"),
        /// Prints only what can be acted on, and what it is in.
        interactive: bool = Shape::Flag(""),
        /// Prints no more than so many characters.
        max_chars: Option<u32> = Shape::Flag("N"),
        /// Prints what changed since the page's snapshot before.
        diff: bool = Shape::Flag(""),
        /// Makes no image.
        no_image: bool = Shape::Flag(""),
        /// What is wanted of the page: kept in the JSON, and handed with the files to the command `snapshotAnalyzer` of the config.
        objective: Option<String> = Shape::Flag("TEXT"),
        /// What is known already: kept and handed on in the same way.
        context: Option<String> = Shape::Flag("TEXT"),
    }
}

/// What a snapshot shows, and where its files are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotTaken {
    /// The page's id.
    pub page: String,
    /// The page's address.
    pub url: String,
    /// The page's title.
    pub title: String,
    /// The files.
    pub files: SnapshotFiles,
    /// The tree as it was asked for; with `diff` what changed in it.
    pub tree: String,
    /// How many elements the page's tree has.
    pub elements: usize,
    /// How many of them the printed tree shows.
    pub shown: usize,
    /// With `diff`: the file that it was compared with.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub compared_with: Option<PathBuf>,
    /// What the analyzer answered.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub analysis: Option<String>,
}

/// The files of a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SnapshotFiles {
    /// The image of the whole page; absent with `noImage`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub png: Option<PathBuf>,
    /// The HTML.
    pub html: PathBuf,
    /// The whole tree.
    pub yaml: PathBuf,
    /// URL, title, time, objective and context.
    pub json: PathBuf,
}

operation! {
    /// Lists what can be acted on: one element a line, the ref first, with state and value.
    ///
    /// Only what the viewport shows, unless `--all`. What is left out is counted. Values of passwords and the like are never told: `--forms` shows a mask where there is one.
    Observe("observe"): Observe, Page, Queue, wakes true, needs [] -> Observed {
        /// Also what is outside of the viewport.
        all: bool = Shape::Flag(""),
        /// Only the controls of forms, and what submits them.
        forms: bool = Shape::Flag(""),
        /// Only links, and what is in navigation, menus and tabs, with where they lead; with `--forms`: both.
        navigation: bool = Shape::Flag(""),
        /// Lists no more than so many.
        max: Option<u32> = Shape::Flag("N"),
        /// Lists what came, went and changed since this page was observed before.
        diff: bool = Shape::Flag(""),
    }
}

/// What can be acted on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Observed {
    /// The page's id.
    pub page: String,
    /// The page's address.
    pub url: String,
    /// The page's title.
    pub title: String,
    /// The elements, in the order in which they are read; with `diff` those that came or changed.
    pub elements: Vec<ObservedElement>,
    /// How many there are of the parts that were asked for, in and outside of the viewport.
    pub total: usize,
    /// How many of these are outside of the viewport.
    pub offscreen: usize,
    /// How many can be acted on that belong to no part that was asked for.
    #[serde(default)]
    pub others: usize,
    /// With `diff`: what changed; absent when the page was not observed before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub diff: Option<ObservedDiff>,
}

/// What changed since a page was observed before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ObservedDiff {
    /// The lines, `- ` before those of then and `+ ` before those of now; empty if nothing changed.
    pub text: String,
    /// How many lines are those of now.
    pub added: usize,
    /// How many lines are those of then.
    pub removed: usize,
    /// When the page was observed before.
    pub since: Timestamp,
}

/// An element that can be acted on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ObservedElement {
    /// Its ref, for example `e12`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its role.
    pub role: String,
    /// Its accessible name.
    pub name: String,
    /// Its states by name.
    pub states: serde_json::Map<String, serde_json::Value>,
    /// Its value; never that of a password field.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<String>,
    /// Where it leads.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<String>,
    /// It holds a secret, which is not told.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub masked: bool,
    /// It is outside of the viewport.
    pub offscreen: bool,
    /// The line for people.
    pub line: String,
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
        /// Shows only the one element that this selector means.
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
