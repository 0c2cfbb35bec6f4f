//! The conformance suite: what a backend must do, as runnable cases.
//!
//! Every backend runs the same cases, chosen by what its browser has in effect. Where a capability is in effect the case
//! proves that it works; where it is not, the case's other half proves that the call says so
//! ([`Kind::Unsupported`](greenroom_session_core::Kind::Unsupported)) and changes nothing.
//!
//! A backend author implements [`Harness`], and writes one test:
//!
//! ```
//! # async fn run() {
//! use greenroom_conformance::{Expectations, FakeHarness, Suite};
//!
//! let harness = FakeHarness::new();
//! let report = Suite::new().run(&harness, &Expectations::none()).await;
//! println!("{report}");
//! report.verdict().unwrap();
//! # }
//! # tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap().block_on(run());
//! ```

mod api;
mod built_in;
mod case;
mod check;
mod context;
mod expectations;
mod fake;
mod harness;
mod image;
mod matrix;
mod process;
mod recorder;
mod report;
mod room;
mod scripts;
mod selection;
mod suite;
mod summary;

pub use api::api;
pub use built_in::{conforms, reports};
pub use case::{Case, cases};
pub use check::Failure;
pub use context::{Context, Room, Tab};
pub use expectations::Expectations;
pub use fake::{FakeHarness, install_site};
pub use harness::{Harness, SiteUrls};
pub use matrix::matrix;
pub use process::{kill_process, process_ended, running_below};
pub use recorder::Recorder;
pub use report::{CaseReport, Outcome, Report};
pub use selection::Selection;
pub use suite::Suite;
pub use summary::Summary;
