//! What stands between a caller and a browser.
//!
//! [`gate`] is where the policy is asked, once for each operation, whatever way it came in. [`guard`] wraps everything that a
//! backend hands out: no call goes past its declared capabilities or its deadline. `record` writes what was tried to
//! actions.jsonl, and `outgoing` to network.jsonl what no page has asked.

pub mod gate;
pub mod guard;
mod outgoing;
pub(crate) mod record;

pub(crate) use outgoing::Outgoing;
