//! What scripts ask for about requests that are held: no command has these names.

use serde::{Deserialize, Serialize};

use super::param::{JsonFile, Param, ParamKind};
use super::realm::Adjusted;
use super::spec::{Shape, operation};

operation! {
    /// Holds the requests of the session's pages before they are sent, until the script has ended; or no more.
    ScriptHoldRequests("script.hold-requests"): Network, Session, Queue, wakes true, needs [RequestInterception] -> Adjusted {
        /// Whether they are held.
        on: bool = Shape::Flag(""),
    }
}

operation! {
    /// Decides about a request that is held.
    ScriptRelease("script.release"): Network, Session, Queue, wakes true, needs [RequestInterception] -> Adjusted {
        /// Which one, as it was told.
        hold: String = Shape::Place("ID"),
        /// What becomes of it.
        verdict: Ruled = Shape::Flag("VERDICT"),
        /// Its address from now on.
        url: Option<String> = Shape::Flag("URL"),
        /// Its method from now on.
        method: Option<String> = Shape::Flag("METHOD"),
        /// An array of names and values: all of its headers from now on, or those of its answer.
        headers: Option<JsonFile> = Shape::Flag("JSON"),
        /// Its body from now on, or that of its answer: base64.
        body: Option<String> = Shape::Flag("BASE64"),
        /// The status of its answer; 200 if there is none.
        status: Option<u32> = Shape::Flag("STATUS"),
        /// Why it fails: `failed`, `connectionrefused`, … as in Playwright.
        reason: Option<String> = Shape::Flag("REASON"),
    }
}

/// What becomes of a held request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Ruled {
    /// It is sent.
    #[default]
    Continue,
    /// It is answered without being sent.
    Fulfill,
    /// It fails.
    Abort,
}

impl Param for Ruled {
    const KIND: ParamKind = ParamKind::Choice(&["continue", "fulfill", "abort"]);
}
