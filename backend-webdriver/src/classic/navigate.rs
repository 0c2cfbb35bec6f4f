//! Navigation without events: what the page shows is looked at until it is what was asked for.
//!
//! The driver session has the page load strategy `none`, so that the driver answers at once and nothing is left hanging in
//! it. Meanwhile the driver tells the address that is being loaded, and the page that of its document: when the two are
//! the same again, the navigation is over. Whether it came to anything shows in whether there is another document.

use std::sync::Arc;
use std::time::Duration;

use greenroom_session_core::backend::{Loaded, Navigation, Target, WaitUntil};
use greenroom_session_core::{Applied, Call, Error, Kind, Result};
use serde_json::Value;
use tokio::time::{Instant, sleep};

use super::command::Command;
use super::error::Native;
use super::page::{ClassicPage, usage};
use super::state::{State, without_fragment};

/// How often the page is looked at: at first, and later.
const SOON: Duration = Duration::from_millis(4);
const LATER: Duration = Duration::from_millis(50);

/// How long nothing may happen before it is certain that nothing will.
const NOTHING: Duration = Duration::from_millis(500);

/// How long no request may end for the network to be idle.
const IDLE: Duration = Duration::from_millis(500);

/// A look at a page: the address that the driver tells, and what the page shows.
struct Look {
    address: String,
    state: State,
}

impl ClassicPage {
    /// As [`Page::navigate`](greenroom_session_core::backend::Page::navigate).
    pub(crate) async fn go(self: &Arc<Self>, to: &Navigation, call: &Call) -> Result<Loaded> {
        let doing = match &to.target {
            Target::Url(url) => format!("load `{url}`"),
            Target::Back => String::from("go back"),
            Target::Forward => String::from("go forward"),
            Target::Reload => String::from("reload the page"),
        };
        let work = async {
            let done = self.go_now(to).await;
            done.unwrap_or_else(|native| Err(native.into_error(&doing)))
        };
        call.bound(&doing, work).await
    }

    async fn go_now(self: &Arc<Self>, to: &Navigation) -> Result<Result<Loaded>, Native> {
        let before = self.state().await?;
        let command = match &to.target {
            Target::Url(url) => Command::go(url),
            Target::Back => Command::back(),
            Target::Forward => Command::forward(),
            Target::Reload => Command::refresh(),
        };
        self.ask(command).await?;
        match self.arrived(&to.target, &before).await? {
            Some(Ok(arrived)) => {
                self.saw(&arrived);
                let same_document = !arrived.is_other(&before);
                let reached = if same_document {
                    arrived
                } else {
                    self.reach(arrived, to.until).await?
                };
                Ok(Ok(Loaded {
                    url: reached.url,
                    status: None,
                    same_document,
                    moved: true,
                }))
            }
            Some(Err(error)) => Ok(Err(error)),
            None => Ok(Ok(Loaded {
                url: before.url,
                ..Loaded::default()
            })),
        }
    }

    /// Waits until the page shows what was asked for; `None`: there is nowhere to go.
    async fn arrived(self: &Arc<Self>, target: &Target, before: &State) -> Result<Option<Result<State>>, Native> {
        let mut still_since = None;
        let mut between = SOON;
        loop {
            if let Some(Look { address, state }) = self.look().await? {
                let is_over = address == state.url;
                if state.is_other(before) {
                    // MiniBrowser shows nothing at all in place of what it cannot load.
                    if let Target::Url(url) = target
                        && state.url == "about:blank"
                        && !url.starts_with("about:")
                    {
                        self.saw(&state);
                        return Ok(Some(Err(failed(url))));
                    }
                    if is_over {
                        return Ok(Some(Ok(state)));
                    }
                } else if state.url != before.url && is_over && *target != Target::Reload {
                    return Ok(Some(Ok(state)));
                }
                // Nothing is under way, and nothing has changed.
                let is_still = is_over && !state.is_other(before);
                let since = *still_since.get_or_insert_with(Instant::now);
                if !is_still {
                    still_since = None;
                } else if since.elapsed() >= NOTHING {
                    match target {
                        Target::Url(url) if is_fragment_of(url, &state.url) => return Ok(Some(Ok(state))),
                        Target::Url(url) if without_fragment(url) != without_fragment(&before.url) => {
                            return Ok(Some(Err(nothing_came(url))));
                        }
                        Target::Back | Target::Forward => return Ok(None),
                        _ => {}
                    }
                }
            }
            sleep(between).await;
            between = (between * 2).min(LATER);
        }
    }

    /// Waits until a document has come so far.
    async fn reach(self: &Arc<Self>, mut state: State, until: WaitUntil) -> Result<State, Native> {
        let mut between = SOON;
        let mut requests = (state.requests, Instant::now());
        loop {
            if state.requests != requests.0 || state.ready != "complete" {
                requests = (state.requests, Instant::now());
            }
            let is_done = match until {
                WaitUntil::Commit => true,
                WaitUntil::DomContentLoaded => state.ready != "loading",
                WaitUntil::Load => state.ready == "complete",
                WaitUntil::NetworkIdle => requests.1.elapsed() >= IDLE,
            };
            if is_done {
                return Ok(state);
            }
            sleep(between).await;
            between = (between * 2).min(LATER);
            if let Some(look) = self.look().await? {
                // The page may go on to another document by itself.
                state = look.state;
                self.saw(&state);
            }
        }
    }

    /// The address that the driver tells, and what the page shows; `None`: it is between two documents.
    pub(crate) async fn where_to(self: &Arc<Self>) -> Result<Option<(String, State)>, Native> {
        Ok(self.look().await?.map(|look| (look.address, look.state)))
    }

    /// Looks at the page; `None`: it is between two documents.
    async fn look(self: &Arc<Self>) -> Result<Option<Look>, Native> {
        let address = self.ask(Command::url()).await?;
        let Value::String(address) = address else {
            return Err(Native::Malformed(format!("the address is {address}")));
        };
        match self.state().await {
            Ok(state) => Ok(Some(Look { address, state })),
            Err(native @ (Native::Lost(_) | Native::Gone)) => Err(native),
            Err(_) => Ok(None),
        }
    }
}

/// Whether an address is that of the document but for its fragment.
fn is_fragment_of(url: &str, shown: &str) -> bool {
    url.contains('#') && without_fragment(url) == without_fragment(shown)
}

fn failed(url: &str) -> Error {
    let message =
        format!("failed to load `{url}`: the browser shows an empty page in its place, and does not tell why");
    Error::new(Kind::Navigation, message).with_applied(Applied::Yes)
}

fn nothing_came(url: &str) -> Error {
    if url::Url::parse(url).is_err() {
        return usage(format!("`{url}` is no URL"));
    }
    let message =
        format!("failed to load `{url}`: no document came of it, and the page stays as it was; it may be a download");
    Error::new(Kind::Navigation, message).with_applied(Applied::Unknown)
}
