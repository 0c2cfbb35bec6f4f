//! The seam to browsers: what somebody implements who brings a browser of their own.
//!
//! [`BrowserBackend`] makes a [`Browser`], which holds isolated contexts, which hold [`Page`]s. These traits are small,
//! have no defaults and no convenience: waiting, retries, policy and logs are the callers' side
//! ([`crate::service::Service`]). Rare abilities are traits of their own behind accessors ([`Browser::storage`],
//! [`Browser::interception`], [`Page::frames`]).
//!
//! Rules for implementers (the conformance suite proves each):
//! - What [`Browser::capabilities`] has works; what it does not have answers [`Error::unsupported`](crate::Error::unsupported)
//!   and changes nothing.
//! - Every method may be dropped at any await point: the browser stays usable.
//! - A dead browser, driver, page or connection fails all that waits for it at once. No answer, for a bounded time, to a
//!   question that no page can delay is `Lost` too.
//! - Events go to the context's [`EventSink`], in the order in which they happened, `PageOpened` before anything else of
//!   that page.

mod adjust;
mod browser;
mod capability;
mod cookie;
mod event;
mod input;
mod intercept;
mod options;
mod page;

pub use adjust::{Adjustment, Geolocation, Grant};
pub use browser::{
    Browser, BrowserBackend, BrowserIdentity, ContextKey, Diagnosis, Endpoint, Finding, Storage, StorageState,
};
pub use capability::{Capability, CapabilitySet};
pub use cookie::Cookie;
pub use event::{
    ConsoleRecord, DialogAnswer, DialogKind, DialogOpened, DownloadRecord, Event, EventSink, FileChooserOpened,
    FrameRecord, NetworkRecord, PageOpened, RequestSent, ResponseStarted, SourceLocation, Steered, Told,
};
pub use input::{Button, Gesture, Input, Key, has_taps, lets_go_of, path_texts};
pub use intercept::{AbortReason, Changes, HeldRequest, Interception, Reply, Verdict};
pub use options::{ConnectOptions, ContextOptions, DriverOptions, LaunchOptions, Profile, Size, Watcher};
pub use page::{
    Area, FrameKey, Frames, Image, ImageFormat, Loaded, Navigation, NewPage, Page, PageKey, Rect, Script, Shot, Target,
    WaitUntil, World,
};
