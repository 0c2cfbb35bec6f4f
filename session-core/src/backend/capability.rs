//! The names of what a browser can do (spec: backends, capabilities).

use std::fmt;

macro_rules! capabilities {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal),+ $(,)?) => {
        /// Something that a browser can or cannot do. A declared capability works; an undeclared one answers `Unsupported`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Capability {
            $($(#[doc = $doc])+ $variant),+
        }

        impl Capability {
            /// Every capability, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name in `status`, errors and documentation, for example `full-page-screenshot`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// One line about what it means.
            pub const fn doc(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii()),+ }
            }
        }
    };
}

capabilities! {
    /// images of what the viewport shows, and of parts of that
    Screenshot = "screenshot",
    /// images of the whole page in one piece, and of parts that are not shown, without scrolling it
    FullPageScreenshot = "full-page-screenshot",
    /// jpeg and webp images beside png
    ScreenshotFormats = "screenshot-formats",
    /// the page printed to PDF
    Pdf = "pdf",
    /// every request and its answer told as it happens
    NetworkEvents = "network-events",
    /// the bodies of answers
    ResponseBodies = "response-bodies",
    /// requests held and blocked before they leave
    RequestInterception = "request-interception",
    /// held requests sent to another address or with another body
    RequestRewriting = "request-rewriting",
    /// console calls and uncaught errors told as they happen
    ConsoleEvents = "console-events",
    /// alert, confirm, prompt and beforeunload answered at once, on every page
    Dialogs = "dialogs",
    /// dialogs left open until somebody answers
    DialogsHeld = "dialogs-held",
    /// downloads noticed, and saved where they are told to be
    Downloads = "downloads",
    /// our own functions run where the page cannot see or patch them
    IsolatedWorld = "isolated-world",
    /// scripts that run before any of the page's own
    InitScripts = "init-scripts",
    /// frames of other origins reached as any other
    FramesCrossOrigin = "frames-cross-origin",
    /// popups told as pages from their first moment
    Popups = "popups",
    /// several isolated cookie jars in one browser process
    Contexts = "contexts",
    /// cookies and origin storage read and written from outside of the page
    Storage = "storage",
    /// IndexedDB read and written from outside of the page
    StorageIndexeddb = "storage-indexeddb",
    /// the size of the viewport set for a page
    Viewport = "viewport",
    /// locale, time zone and user agent set for a session
    Emulation = "emulation",
    /// the screen and scale of another device
    DeviceEmulation = "device-emulation",
    /// request headers added for a session
    ExtraHeaders = "extra-headers",
    /// a proxy of its own for a session
    Proxy = "proxy",
    /// pages with certificate errors opened on request
    IgnoreHttpsErrors = "ignore-https-errors",
    /// the network cut off for a session
    Offline = "offline",
    /// the place set that pages are told
    Geolocation = "geolocation",
    /// permissions granted and denied
    Permissions = "permissions",
    /// input that a page cannot tell from a person's
    TrustedInput = "trusted-input",
    /// a screen that is touched, as pages are told it, and taps on it
    Touch = "touch",
    /// files given to file inputs
    FileUpload = "file-upload",
    /// choosers of files noticed when they open, given files, and never shown
    FileChoosers = "file-choosers",
    /// taken over by a new daemon with its pages as they are
    Adoption = "adoption",
    /// the status, the redirects and the failure of a navigation told
    NavigationStatus = "navigation-status",
    /// what a person does in the pages told as it happens, by a script that no page can see or answer for
    UserActions = "user-actions",
}

impl Capability {
    /// The capability of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|capability| capability.name() == name)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of capabilities.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct CapabilitySet(u64);

impl CapabilitySet {
    /// The set of nothing.
    pub const EMPTY: Self = Self(0);

    /// The set of `capabilities`.
    pub const fn of(capabilities: &[Capability]) -> Self {
        let mut bits = 0;
        let mut index = 0;
        while index < capabilities.len() {
            bits |= 1 << capabilities[index] as u64;
            index += 1;
        }
        Self(bits)
    }

    /// Whether `capability` is in it.
    pub const fn has(self, capability: Capability) -> bool {
        self.0 & (1 << capability as u64) != 0
    }

    /// The set without `capability`.
    #[must_use]
    pub const fn without(self, capability: Capability) -> Self {
        Self(self.0 & !(1 << capability as u64))
    }

    /// What is in it, in the order of [`Capability::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Capability> {
        Capability::ALL
            .iter()
            .copied()
            .filter(move |capability| self.has(*capability))
    }

    /// The names of what is in it.
    pub fn names(self) -> Vec<String> {
        self.iter().map(|capability| capability.name().to_owned()).collect()
    }

    /// Answers `Unsupported` unless `capability` is in it.
    pub fn require(self, capability: Capability) -> crate::Result<()> {
        if self.has(capability) {
            Ok(())
        } else {
            Err(crate::Error::unsupported(capability))
        }
    }
}

impl fmt::Debug for CapabilitySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Capability::name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in() {
        let set = CapabilitySet::of(&[Capability::Pdf, Capability::Storage]);
        assert_eq!(set.names(), ["pdf", "storage"]);
        assert!(!set.without(Capability::Pdf).has(Capability::Pdf));
        assert_eq!(
            set.require(Capability::Contexts).unwrap_err().capability(),
            Some(Capability::Contexts)
        );
    }

    #[test]
    fn every_name_is_found_again_and_fits_the_set() {
        assert!(Capability::ALL.len() < 64);
        for capability in Capability::ALL {
            assert_eq!(Capability::from_name(capability.name()), Some(*capability));
            assert!(!capability.doc().is_empty());
        }
    }
}
