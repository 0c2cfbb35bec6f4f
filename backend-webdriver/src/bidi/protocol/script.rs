//! The module `script`: functions in pages, and values of theirs.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::log::Source;
use super::{Nothing, command};

/// Where a function is called.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Target<'a> {
    /// In the document that a page or frame shows.
    Context {
        /// The page or frame.
        context: &'a str,
        /// In a world of its own by that name, out of the page's reach.
        #[serde(skip_serializing_if = "Option::is_none")]
        sandbox: Option<&'a str>,
    },
    /// In this realm only.
    Realm {
        /// Its id.
        realm: String,
    },
}

/// An argument.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Argument {
    /// An object that a former result referred to. It lives in one realm only.
    Handle {
        /// Its id.
        handle: String,
    },
    /// A node, in whatever realm of its document.
    #[serde(rename_all = "camelCase")]
    Shared {
        /// Its id.
        shared_id: String,
    },
    /// A function that sends what it is given.
    Channel {
        /// `channel`.
        r#type: &'static str,
        /// Its name.
        value: Channel,
    },
}

/// The name by which messages are known.
#[derive(Debug, Serialize)]
pub(crate) struct Channel {
    pub(crate) channel: String,
}

impl Argument {
    /// An object.
    pub(crate) fn handle(handle: String) -> Self {
        Self::Handle { handle }
    }

    /// A node.
    pub(crate) fn shared(shared_id: String) -> Self {
        Self::Shared { shared_id }
    }

    /// A function that sends messages of that name.
    pub(crate) fn channel(name: String) -> Self {
        let value = Channel { channel: name };
        Self::Channel {
            r#type: "channel",
            value,
        }
    }
}

/// How much of a result is told.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SerializationOptions {
    pub(crate) max_object_depth: u32,
    pub(crate) max_dom_depth: u32,
}

/// Who keeps an object that is a result.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Ownership {
    /// We do: it has a handle.
    Root,
    None,
}

/// Calls a function.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CallFunction<'a> {
    pub(crate) function_declaration: String,
    pub(crate) await_promise: bool,
    pub(crate) target: Target<'a>,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) result_ownership: Ownership,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) serialization_options: Option<SerializationOptions>,
    pub(crate) user_activation: bool,
}
command!(CallFunction<'_>, "script.callFunction", Called);

/// What a function came to.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Called {
    /// Where it ran.
    #[serde(default)]
    pub(crate) realm: String,
    #[serde(default)]
    pub(crate) result: Remote,
    pub(crate) exception_details: Option<Exception>,
}

/// Something that was thrown.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_field_names, reason = "the protocol's own name")]
pub(crate) struct Exception {
    pub(crate) text: String,
    pub(crate) line_number: u32,
    pub(crate) column_number: u32,
    pub(crate) exception: Remote,
    pub(crate) stack_trace: StackTrace,
}

/// The calls that led to a place.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct StackTrace {
    pub(crate) call_frames: Vec<CallFrame>,
}

/// A call.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct CallFrame {
    pub(crate) function_name: String,
    pub(crate) url: String,
    /// From 0.
    pub(crate) line_number: u32,
    /// From 0.
    pub(crate) column_number: u32,
}

impl fmt::Display for CallFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.function_name.is_empty() {
            "<anonymous>"
        } else {
            &self.function_name
        };
        let (line, column) = (self.line_number + 1, self.column_number + 1);
        write!(f, "at {name} ({}:{line}:{column})", self.url)
    }
}

/// A value of a page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Remote {
    pub(crate) r#type: String,
    pub(crate) value: Value,
    pub(crate) handle: Option<String>,
}

/// `script.message`.
#[derive(Debug, Deserialize)]
pub(crate) struct Message {
    pub(crate) channel: String,
    #[serde(default)]
    pub(crate) data: Remote,
    pub(crate) source: Source,
}

/// Asks for the realms of a page or frame.
#[derive(Debug, Serialize)]
pub(crate) struct GetRealms<'a> {
    pub(crate) context: &'a str,
}
command!(GetRealms<'_>, "script.getRealms", Realms);

/// Realms.
#[derive(Debug, Deserialize)]
pub(crate) struct Realms {
    pub(crate) realms: Vec<RealmInfo>,
}

/// A realm, also as `script.realmCreated`.
#[derive(Debug, Deserialize)]
pub(crate) struct RealmInfo {
    pub(crate) realm: String,
    /// `window`, or that of a worker.
    #[serde(default)]
    pub(crate) r#type: String,
    pub(crate) context: Option<String>,
    pub(crate) sandbox: Option<String>,
}

/// Runs a function in each new document, before any script of its own.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AddPreloadScript {
    pub(crate) function_declaration: String,
    /// Channels only.
    pub(crate) arguments: Vec<Argument>,
    pub(crate) sandbox: &'static str,
    pub(crate) user_contexts: Vec<String>,
}
command!(AddPreloadScript, "script.addPreloadScript", Nothing);

/// The same of a caller's own, in sight of the page's scripts.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AddInitScript {
    pub(crate) function_declaration: String,
    pub(crate) user_contexts: Vec<String>,
}
command!(AddInitScript, "script.addPreloadScript", Nothing);

/// `script.realmDestroyed`.
#[derive(Debug, Deserialize)]
pub(crate) struct RealmDestroyed {
    pub(crate) realm: String,
}
