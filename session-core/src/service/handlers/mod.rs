//! The work of each operation, one file a topic, as in the table.

mod act;
mod dialog;
mod extract;
mod fetch;
mod look;
mod navigate;
mod observe;
mod pages;
mod realm;
mod route;
mod script;
mod session;
mod snapshot;
mod workflow;

pub(super) use navigate::{title, visit, web_address};
pub(super) use pages::open_page;
pub(super) use session::access;
