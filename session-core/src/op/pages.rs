//! The pages of a session.

use serde::{Deserialize, Serialize};

use super::navigate::Visit;
use super::spec::{Shape, operation};
use crate::backend::WaitUntil;

operation! {
    /// Lists the session's pages.
    Pages("pages"): Observe, Session, Beside, wakes true, needs [] -> PageList {}
}

operation! {
    /// Opens a page and makes it the default.
    TabNew("tab.new"): Navigate, Session, Queue, wakes true, needs [] -> Visit {
        /// What to load in it.
        url: Option<String> = Shape::Place("URL"),
        /// What to wait for [default: load].
        wait_until: Option<WaitUntil> = Shape::Flag("WHEN"),
    }
}

operation! {
    /// Makes a page the default of the commands that follow.
    TabSelect("tab.select"): Observe, Session, Queue, wakes true, needs [] -> PageInfo {
        /// The page's id, as `pages` shows it.
        id: String = Shape::Place("ID"),
    }
}

operation! {
    /// Closes a page.
    ///
    /// When it was the last one, an empty page takes its place: a session is never without one.
    TabClose("tab.close"): Navigate, Session, Queue, wakes true, needs [] -> TabClosed {
        /// The page's id, as `pages` shows it [default: the page last used].
        id: Option<String> = Shape::Place("ID"),
    }
}

operation! {
    /// Accepts the dialog that a page waits in, a prompt with TEXT.
    ///
    /// Only with `--dialogs ask` is a dialog left open; else each is answered as soon as it opens.
    DialogAccept("dialog.accept"): Input, Page, Queue, wakes true, needs [DialogsHeld] -> DialogAnswered {
        /// What is typed into a prompt [default: what stands there].
        text: Option<String> = Shape::Place("TEXT"),
    }
}

operation! {
    /// Dismisses the dialog that a page waits in.
    DialogDismiss("dialog.dismiss"): Input, Page, Queue, wakes true, needs [DialogsHeld] -> DialogAnswered {}
}

/// A dialog that was answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DialogAnswered {
    /// The page's id.
    pub page: String,
    /// `alert`, `confirm`, `prompt` or `beforeunload`.
    pub dialog: String,
    /// Its text.
    pub message: String,
    /// `accepted` or `dismissed`.
    pub answer: String,
}

/// The pages of a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PageList {
    /// In the order in which they were opened.
    pub pages: Vec<PageInfo>,
}

/// One page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PageInfo {
    /// Its id, for example `page-1`; never used again in the session.
    pub id: String,
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Whether it is the default of commands without `--page`.
    pub active: bool,
    /// What it waits in: a dialog that is left open, for example `confirm dialog "Sure?"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialog: Option<String>,
    /// Its renderer crashed; `reload` or `goto` brings it back.
    #[serde(default, skip_serializing_if = "super::param::is_default")]
    pub crashed: bool,
}

/// What closing a page left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TabClosed {
    /// The id of the closed page.
    pub closed: String,
    /// The default page now.
    pub active: Option<String>,
}
