//! Loading documents.

use serde::{Deserialize, Serialize};

use super::spec::{Shape, operation};
use crate::backend::WaitUntil;

operation! {
    /// Goes to a URL and waits until it is loaded.
    ///
    /// A URL without a scheme gets `https://`, or `http://` for localhost and IP addresses. An HTTP 4xx or 5xx is a loaded
    /// page: the status is told.
    Goto("goto"): Navigate, Page, Queue, wakes true, needs [] -> Visit {
        /// Where to go.
        url: String = Shape::Place("URL"),
        /// What to wait for [default: load].
        wait_until: Option<WaitUntil> = Shape::Flag("WHEN"),
    }
}

operation! {
    /// Goes one entry back in the page's history.
    Back("back"): Navigate, Page, Queue, wakes true, needs [] -> Visit {
        /// What to wait for [default: load].
        wait_until: Option<WaitUntil> = Shape::Flag("WHEN"),
    }
}

operation! {
    /// Goes one entry forward in the page's history.
    Forward("forward"): Navigate, Page, Queue, wakes true, needs [] -> Visit {
        /// What to wait for [default: load].
        wait_until: Option<WaitUntil> = Shape::Flag("WHEN"),
    }
}

operation! {
    /// Loads the page's document again.
    Reload("reload"): Navigate, Page, Queue, wakes true, needs [] -> Visit {
        /// What to wait for [default: load].
        wait_until: Option<WaitUntil> = Shape::Flag("WHEN"),
    }
}

/// What a navigation came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Visit {
    /// The page's id.
    pub page: String,
    /// Its address after redirects.
    pub url: String,
    /// Its title.
    pub title: String,
    /// The HTTP status; `null` where there is none or the browser does not tell.
    pub status: Option<u16>,
    /// Only the fragment or the history entry changed.
    #[serde(default)]
    pub same_document: bool,
}
