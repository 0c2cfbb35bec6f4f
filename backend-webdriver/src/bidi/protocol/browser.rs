//! The module `browser`: user contexts and what becomes of downloads.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Nothing, command};
use crate::options::ManualProxy;

/// An isolated cookie jar with its pages.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserContext {
    pub(crate) user_context: String,
}

/// Makes a user context.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateUserContext {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) accept_insecure_certs: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) proxy: Option<ManualProxy>,
}
command!(CreateUserContext, "browser.createUserContext", UserContext);

/// Ends a user context with its pages.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RemoveUserContext {
    pub(crate) user_context: String,
}
command!(RemoveUserContext, "browser.removeUserContext", Nothing);

/// Asks which user contexts there are. No page can delay the answer.
#[derive(Debug, Serialize)]
pub(crate) struct GetUserContexts {}
command!(GetUserContexts, "browser.getUserContexts", UserContexts);

/// The user contexts that there are.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserContexts {
    pub(crate) user_contexts: Vec<UserContext>,
}

/// Says what becomes of downloads.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SetDownloadBehavior {
    pub(crate) download_behavior: DownloadBehavior,
    pub(crate) user_contexts: Vec<String>,
}
command!(SetDownloadBehavior, "browser.setDownloadBehavior", Nothing);

/// What becomes of downloads.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase", tag = "type")]
pub(crate) enum DownloadBehavior {
    /// They are saved.
    #[serde(rename_all = "camelCase")]
    Allowed {
        /// Where.
        destination_folder: PathBuf,
    },
    /// They are cancelled.
    Denied,
}
