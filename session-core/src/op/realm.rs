//! What only scripts ask for: no command has these names.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::act::Acted;
use super::param::{JsonFile, LogName};
use super::spec::{Shape, operation};

operation! {
    /// Reads lines of one of the session's logs, masked as they stand there.
    ScriptLog("script.log"): Observe, Session, Beside, wakes false, needs [] -> LogLines {
        /// Which one.
        log: LogName = Shape::Place("LOG"),
        /// Only the last so many of what matches.
        last: Option<u32> = Shape::Flag("N"),
        /// Only from this time on: ISO 8601.
        since: Option<String> = Shape::Flag("TIME"),
        /// Only requests of this method.
        method: Option<String> = Shape::Flag("METHOD"),
        /// Only addresses like this: `*` within a segment, `**` across.
        url: Option<String> = Shape::Flag("GLOB"),
        /// Only this status, or a class of them: 404, 4xx.
        status: Option<String> = Shape::Flag("STATUS"),
        /// Only this type of resource, message or action.
        type_: Option<String> = Shape::Flag("TYPE"),
        /// Only what failed.
        failed: bool = Shape::Flag(""),
        /// Only what this one did: `user` or `agent`.
        source: Option<String> = Shape::Flag("WHO"),
        /// Only of the page with this id.
        of_page: Option<String> = Shape::Flag("ID"),
    }
}

/// Lines of a log.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LogLines {
    /// Each as an object, the oldest first.
    pub lines: Vec<serde_json::Value>,
}

operation! {
    /// Scrolls the page's viewport by so many CSS pixels, at once. Of a page, this is all that those may change who look.
    ScriptScrollBy("script.scroll-by"): Observe, Page, Queue, wakes true, needs [] -> Scrolled {
        /// `x` to the right and `y` down; to the left and up, where they are negative.
        by: JsonFile = Shape::Flag("JSON"),
    }
}

/// Where the viewport is in the document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Scrolled {
    /// CSS pixels from the left edge.
    pub x: f64,
    /// CSS pixels from the top.
    pub y: f64,
}

operation! {
    /// Reads the cookies of the session, as storage states hold them.
    ScriptCookies("script.cookies"): Observe, Session, Queue, wakes true, needs [Storage] -> CookieList {}
}

/// Cookies as storage states hold them: name, value, domain, path, expires, httpOnly, secure, sameSite.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CookieList {
    /// All of them.
    pub cookies: Vec<serde_json::Value>,
}

operation! {
    /// Sets cookies of the session, as storage states hold them. Their values are in no log.
    ScriptSetCookies("script.set-cookies"): Storage, Session, Queue, wakes true, needs [Storage] -> CookiesSet {
        /// An array of them.
        cookies: JsonFile = Shape::Flag("JSON"),
        /// Whether all others are removed first.
        clear: bool = Shape::Flag(""),
    }
}

/// How many cookies were set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CookiesSet {
    /// So many.
    pub set: usize,
}

operation! {
    /// Sets the headers that each request gets beside the session's own.
    ScriptSetHeaders("script.set-headers"): Network, Session, Queue, wakes true, needs [ExtraHeaders] -> Adjusted {
        /// An object: names and values.
        headers: JsonFile = Shape::Flag("JSON"),
    }
}

operation! {
    /// Runs a script in each new document, before any of the page's own.
    ScriptAddInitScript("script.add-init-script"): Script, Session, Queue, wakes true, needs [InitScripts] -> Adjusted {
        /// JavaScript.
        function: String = Shape::Flag("JS"),
    }
}

operation! {
    /// Cuts the session off the network, or lets it back.
    ScriptSetOffline("script.set-offline"): Network, Session, Queue, wakes true, needs [Offline] -> Adjusted {
        /// Whether it is cut off.
        offline: bool = Shape::Flag(""),
    }
}

operation! {
    /// Sets the place that pages are told.
    ScriptSetGeolocation("script.set-geolocation"): Storage, Session, Queue, wakes true, needs [Geolocation] -> Adjusted {
        /// `latitude`, `longitude` and `accuracy`; without it, the place is the browser's own.
        place: Option<JsonFile> = Shape::Flag("JSON"),
    }
}

operation! {
    /// Grants permissions beside those that were, or takes all grants back.
    ScriptSetPermissions("script.set-permissions"): Storage, Session, Queue, wakes true, needs [Permissions] -> Adjusted {
        /// Which ones; see `grant`.
        values: Vec<String> = Shape::Flag("NAME"),
        /// Whether they are granted; if not, all permissions are as the browser has them.
        grant: bool = Shape::Flag(""),
        /// For this origin only.
        origin: Option<String> = Shape::Flag("ORIGIN"),
    }
}

operation! {
    /// Copies a file that the session has saved to another place of the workspace.
    ScriptSaveDownload("script.save-download"): Storage, Session, Queue, wakes false, needs [] -> Adjusted {
        /// Where it is saved.
        from: PathBuf = Shape::Place("FILE"),
        /// Where it is copied to; what is there is replaced.
        to: PathBuf = Shape::Place("FILE"),
    }
}

/// The context was changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Adjusted {}

operation! {
    /// Turns the wheel where the script's mouse is.
    ScriptWheel("script.wheel"): Input, Page, Queue, wakes true, needs [TrustedInput] -> Acted {
        /// How far, in CSS pixels to the right and down: `0,300`.
        value: String = Shape::Flag("DX,DY"),
        /// Where, in CSS pixels from the top left corner of the viewport.
        position: String = Shape::Flag("X,Y"),
    }
}
