//! What a script is told of while it runs: the events of its session's pages that it listens for.

use std::collections::BTreeSet;
use std::fmt::{self, Debug};
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use serde_json::{Value, json};

/// How many bytes of events may wait to be taken in by one script. What comes beyond is counted and left out.
const MOST_WAITING: usize = 16 << 20;

/// What an event that waits takes beside its text.
const EACH: usize = 128;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal),+ $(,)?) => {
        /// What a script can listen for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Happening {
            $($(#[doc = $doc])+ $variant),+
        }

        impl Happening {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name, for example `page-closed`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

kinds! {
    /// A page has opened.
    PageOpened = "page-opened",
    /// A page has closed.
    PageClosed = "page-closed",
    /// A page's renderer has crashed.
    PageCrashed = "page-crashed",
    /// A page shows another document or address.
    PageNavigated = "page-navigated",
    /// A page's document is parsed or loaded.
    PageReached = "page-reached",
    /// A page wrote to its console, or did not catch an error.
    Console = "console",
    /// A request was sent, was answered, or has ended.
    Request = "request",
    /// The same, only of requests for documents.
    DocumentRequest = "document-request",
    /// A request is held before it is sent.
    Route = "route",
    /// A dialog has opened.
    Dialog = "dialog",
    /// A download has begun or ended.
    Download = "download",
}

/// Of which pages a script holds the dialogs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Dialogs {
    /// Of none.
    #[default]
    None,
    /// Of these.
    Of(BTreeSet<String>),
    /// Of all.
    All,
}

type Outlet = Box<dyn Fn(String) + Send + Sync>;

/// Where a session tells a script what happens. Each event is told as the text of a JSON object: `event`, `page` (an id, or
/// null), `detail`; in the order in which they happened, and before the answers of operations that end later.
#[derive(Default)]
pub struct Tap {
    /// It is told nothing, whatever it asks for.
    deaf: bool,
    kinds: AtomicU32,
    dialogs: Mutex<Dialogs>,
    outlet: OnceLock<Outlet>,
    waiting: AtomicUsize,
    untold: AtomicU64,
}

impl Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tap").field("deaf", &self.deaf).finish_non_exhaustive()
    }
}

impl Tap {
    /// One of a script that is told nothing.
    pub fn deaf() -> Self {
        Self {
            deaf: true,
            ..Self::default()
        }
    }

    /// Events go there from now on. Called once, by the engine; it must be quick.
    pub fn open(&self, outlet: impl Fn(String) + Send + Sync + 'static) {
        // A second one would be another script's.
        let _ = self.outlet.set(Box::new(outlet));
    }

    /// From now on, what bears one of these names is told, and nothing else.
    pub fn listen<'a>(&self, names: impl IntoIterator<Item = &'a str>, dialogs: Dialogs) {
        if self.deaf {
            return;
        }
        let mut bits = 0;
        for name in names {
            let kind = Happening::ALL.iter().find(|kind| kind.name() == name);
            bits |= kind.map_or(0, |kind| bit(*kind));
        }
        self.kinds.store(bits, Ordering::SeqCst);
        *self.dialogs.lock().unwrap_or_else(PoisonError::into_inner) = dialogs;
    }

    /// The script has taken an event in whose text was so long.
    pub fn taken(&self, length: usize) {
        self.waiting.fetch_sub(length + EACH, Ordering::SeqCst);
    }

    /// How many events were left out, because it did not take others in.
    pub fn untold(&self) -> u64 {
        self.untold.load(Ordering::SeqCst)
    }

    /// Whether it listens for that.
    pub(crate) fn wants(&self, kind: Happening) -> bool {
        self.kinds.load(Ordering::SeqCst) & bit(kind) != 0
    }

    /// Whether it takes the dialogs of a page upon itself.
    pub(crate) fn holds_dialogs_of(&self, page: &str) -> bool {
        let dialogs = self.dialogs.lock().unwrap_or_else(PoisonError::into_inner);
        self.wants(Happening::Dialog)
            && match &*dialogs {
                Dialogs::None => false,
                Dialogs::Of(pages) => pages.contains(page),
                Dialogs::All => true,
            }
    }

    /// Tells it, as the session does; whether there was room. `event` is not looked at: what is listened for is asked before.
    pub fn tell(&self, event: &str, page: Option<&str>, detail: &Value) -> bool {
        let Some(outlet) = self.outlet.get() else { return false };
        let text = json!({ "event": event, "page": page, "detail": detail }).to_string();
        let size = text.len() + EACH;
        let before = self.waiting.fetch_add(size, Ordering::SeqCst);
        if before + size > MOST_WAITING {
            self.waiting.fetch_sub(size, Ordering::SeqCst);
            self.untold.fetch_add(1, Ordering::SeqCst);
            return false;
        }
        outlet(text);
        true
    }
}

const fn bit(kind: Happening) -> u32 {
    1 << kind as u32
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};

    use super::*;

    #[test]
    fn only_what_is_listened_for_is_wanted() {
        let tap = Tap::default();
        assert!(!tap.wants(Happening::Console));
        tap.listen(
            ["console", "nothing", "dialog"],
            Dialogs::Of(["page-1".to_owned()].into()),
        );
        assert!(tap.wants(Happening::Console) && !tap.wants(Happening::Request));
        assert!(tap.holds_dialogs_of("page-1") && !tap.holds_dialogs_of("page-2"));
        tap.listen([], Dialogs::None);
        assert!(!tap.wants(Happening::Console) && !tap.holds_dialogs_of("page-1"));
        let deaf = Tap::deaf();
        deaf.listen(["dialog"], Dialogs::All);
        assert!(!deaf.wants(Happening::Dialog) && !deaf.holds_dialogs_of("page-1"));
    }

    #[test]
    fn what_waits_is_bounded_and_the_rest_counted() {
        let (sender, receiver) = mpsc::channel();
        let tap = Arc::new(Tap::default());
        tap.open(move |text| drop(sender.send(text)));
        let detail = json!("x".repeat(1 << 20));
        let told = (0..20).filter(|_| tap.tell("console", None, &detail)).count();
        assert_eq!((told, tap.untold()), (15, 5));
        for text in receiver.try_iter() {
            tap.taken(text.len());
        }
        assert!(tap.tell("console", Some("page-1"), &json!(1)));
        assert_eq!(
            receiver.recv().unwrap(),
            r#"{"event":"console","page":"page-1","detail":1}"#
        );
    }
}
