//! What a session may do, as pure functions: no I/O, no async, nothing of greenroom's own above it.
//!
//! An operation has one [`Effect`]; a session has an [`AccessMode`]; [`decide`] says whether they go together, and an
//! [`explanation`](Denial) says why not and what would allow it. Enforcement is session-core's, in one place.

mod decision;
mod dialogs;
mod effect;
mod mode;
mod outgoing;

pub use decision::{Caller, Decision, Denial, READ_ONLY_SCRIPT, decide};
pub use dialogs::{DialogMode, DialogRuling};
pub use effect::Effect;
pub use mode::AccessMode;
pub use outgoing::{Reserved, may_ask, may_connect};
