//! The module `input`: pointer, keys, wheel and files.

use serde::{Deserialize, Serialize};

use super::{Nothing, command};
use crate::actions::Source;

/// Has the devices do what they are told, tick by tick.
#[derive(Debug, Serialize)]
pub(crate) struct PerformActions<'a> {
    pub(crate) context: &'a str,
    pub(crate) actions: Vec<Source>,
}
command!(PerformActions<'_>, "input.performActions", Nothing);

/// Lets go of all that is held.
#[derive(Debug, Serialize)]
pub(crate) struct ReleaseActions<'a> {
    pub(crate) context: &'a str,
}
command!(ReleaseActions<'_>, "input.releaseActions", Nothing);

/// Gives a file input files.
#[derive(Debug, Serialize)]
pub(crate) struct SetFiles<'a> {
    pub(crate) context: &'a str,
    pub(crate) element: Shared,
    pub(crate) files: Vec<String>,
}
command!(SetFiles<'_>, "input.setFiles", Nothing);

/// `input.fileDialogOpened`.
#[derive(Debug, Deserialize)]
pub(crate) struct FileDialogOpened {
    pub(crate) context: String,
    /// The file input; `None`: the page asked for a file of the disk itself.
    pub(crate) element: Option<Shared>,
    pub(crate) multiple: bool,
}

/// A node.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shared {
    pub(crate) shared_id: String,
}
