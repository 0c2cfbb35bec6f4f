//! The module `browsingContext`: pages and frames, their documents, dialogs and images.

use serde::{Deserialize, Serialize};

use super::{Nothing, command};

/// A page or a frame.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Info {
    pub(crate) context: String,
    pub(crate) url: String,
    pub(crate) user_context: String,
    /// The page that opened it.
    pub(crate) original_opener: Option<String>,
    /// The document that it is in; told at the top of a tree only.
    pub(crate) parent: Option<String>,
    pub(crate) children: Option<Vec<Info>>,
}

/// Asks for pages, with their frames.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GetTree<'a> {
    /// Of this one only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) root: Option<&'a str>,
    /// How deep its frames are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_depth: Option<u32>,
}
command!(GetTree<'_>, "browsingContext.getTree", Tree);

/// Pages with their frames.
#[derive(Debug, Deserialize)]
pub(crate) struct Tree {
    pub(crate) contexts: Vec<Info>,
}

/// What a new page is.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CreateType {
    Tab,
    Window,
}

/// Opens a blank page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Create<'a> {
    pub(crate) r#type: CreateType,
    pub(crate) user_context: &'a str,
}
command!(Create<'_>, "browsingContext.create", ContextOnly);

/// A browsing context's id.
#[derive(Debug, Deserialize)]
pub(crate) struct ContextOnly {
    pub(crate) context: String,
}

/// Closes a page. Its unload handlers are not asked.
#[derive(Debug, Serialize)]
pub(crate) struct Close<'a> {
    pub(crate) context: &'a str,
}
command!(Close<'_>, "browsingContext.close", Nothing);

/// What is waited for before a navigation is answered.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Wait {
    /// Nothing more; drivers answer when the document has replaced the former one.
    None,
}

/// Loads an address.
#[derive(Debug, Serialize)]
pub(crate) struct Navigate<'a> {
    pub(crate) context: &'a str,
    pub(crate) url: &'a str,
    pub(crate) wait: Wait,
}
command!(Navigate<'_>, "browsingContext.navigate", Navigated);

/// Loads the same document again.
#[derive(Debug, Serialize)]
pub(crate) struct Reload<'a> {
    pub(crate) context: &'a str,
    pub(crate) wait: Wait,
}
command!(Reload<'_>, "browsingContext.reload", Navigated);

/// What was begun by a command that navigates.
#[derive(Debug, Deserialize)]
pub(crate) struct Navigated {
    pub(crate) navigation: Option<String>,
    #[serde(default)]
    pub(crate) url: String,
}

/// Goes to another entry of the history.
#[derive(Debug, Serialize)]
pub(crate) struct TraverseHistory<'a> {
    pub(crate) context: &'a str,
    pub(crate) delta: i32,
}
command!(TraverseHistory<'_>, "browsingContext.traverseHistory", Nothing);

/// An event of a navigation.
#[derive(Debug, Deserialize)]
pub(crate) struct NavigationInfo {
    pub(crate) context: String,
    pub(crate) navigation: Option<String>,
    #[serde(default)]
    pub(crate) url: String,
}

/// `browsingContext.downloadWillBegin` and `browsingContext.downloadEnd`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DownloadInfo {
    pub(crate) context: String,
    pub(crate) navigation: Option<String>,
    /// Not every driver tells it.
    pub(crate) download: Option<String>,
    #[serde(default)]
    pub(crate) url: String,
    #[serde(default)]
    pub(crate) suggested_filename: String,
    /// At the end: `complete` or `canceled`.
    #[serde(default)]
    pub(crate) status: String,
    pub(crate) filepath: Option<std::path::PathBuf>,
}

/// `browsingContext.userPromptOpened`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PromptOpened {
    pub(crate) context: String,
    pub(crate) r#type: String,
    #[serde(default)]
    pub(crate) message: String,
    pub(crate) default_value: Option<String>,
}

/// `browsingContext.userPromptClosed`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PromptClosed {
    pub(crate) context: String,
    pub(crate) accepted: bool,
    pub(crate) user_text: Option<String>,
}

/// Answers a dialog.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HandleUserPrompt {
    pub(crate) context: String,
    pub(crate) accept: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_text: Option<String>,
}
command!(HandleUserPrompt, "browsingContext.handleUserPrompt", Nothing);

/// A size in CSS pixels.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Viewport {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// Sets the size of a page's viewport, or that of all pages of user contexts, new ones included.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SetViewport {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) context: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_contexts: Option<Vec<String>>,
    pub(crate) viewport: Viewport,
}
command!(SetViewport, "browsingContext.setViewport", Nothing);

/// What an image shows and where its clip is measured from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Origin {
    Viewport,
    Document,
}

/// A media type, with the quality where there is one.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Format {
    pub(crate) r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) quality: Option<f64>,
}

/// A part of an image.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename = "box")]
pub(crate) struct BoxClip {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// Makes an image.
#[derive(Debug, Serialize)]
pub(crate) struct CaptureScreenshot<'a> {
    pub(crate) context: &'a str,
    pub(crate) origin: Origin,
    pub(crate) format: Format,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) clip: Option<BoxClip>,
}
command!(CaptureScreenshot<'_>, "browsingContext.captureScreenshot", Captured);

/// An image.
#[derive(Debug, Deserialize)]
pub(crate) struct Captured {
    /// In base64.
    pub(crate) data: String,
}
