//! The events that are asked for, in groups: a driver that does not know one lacks what that group is for, and no more.

use futures::future::join_all;
use greenroom_session_core::backend::{Capability, CapabilitySet};
use greenroom_session_core::{Call, Kind, Result};

use super::Family;
use super::connection::Wire;
use super::protocol::session::Subscribe;

/// Events that are of use together.
pub(crate) struct Group {
    events: &'static [&'static str],
    /// What there is no telling of without them; `None`: nothing goes without them.
    grants: Option<&'static [Capability]>,
}

impl Group {
    /// The command that asks for them.
    pub(crate) fn command(&self) -> Subscribe {
        Subscribe {
            events: self.events.to_vec(),
        }
    }
}

const DOCUMENTS: Group = Group {
    events: &[
        "browsingContext.contextCreated",
        "browsingContext.contextDestroyed",
        "browsingContext.navigationStarted",
        "browsingContext.navigationCommitted",
        "browsingContext.navigationFailed",
        "browsingContext.fragmentNavigated",
        "browsingContext.historyUpdated",
        "browsingContext.domContentLoaded",
        "browsingContext.load",
    ],
    grants: None,
};

const NETWORK: Group = Group {
    events: &[
        "network.beforeRequestSent",
        "network.responseStarted",
        "network.responseCompleted",
        "network.fetchError",
    ],
    grants: Some(&[
        Capability::NetworkEvents,
        Capability::RequestInterception,
        Capability::RequestRewriting,
        Capability::ResponseBodies,
        Capability::NavigationStatus,
    ]),
};

const CONSOLE: Group = Group {
    events: &["log.entryAdded"],
    grants: Some(&[Capability::ConsoleEvents]),
};

const DIALOGS: Group = Group {
    events: &["browsingContext.userPromptOpened", "browsingContext.userPromptClosed"],
    grants: Some(&[Capability::Dialogs, Capability::DialogsHeld]),
};

const CHOOSERS: Group = Group {
    events: &["input.fileDialogOpened"],
    grants: Some(&[Capability::FileChoosers]),
};

const DOWNLOADS: Group = Group {
    events: &["browsingContext.downloadWillBegin", "browsingContext.downloadEnd"],
    grants: Some(&[Capability::Downloads]),
};

const SCRIPTS: Group = Group {
    events: &["script.message", "script.realmDestroyed"],
    grants: None,
};

const ABORTS: Group = Group {
    events: &["browsingContext.navigationAborted"],
    grants: Some(&[]),
};

const REALMS: Group = Group {
    events: &["script.realmCreated", "script.realmDestroyed"],
    grants: None,
};

const DEVTOOLS: Group = Group {
    events: &[
        "goog:cdp.Inspector.targetCrashed",
        "goog:cdp.Target.attachedToTarget",
        "goog:cdp.Page.frameRequestedNavigation",
        "goog:cdp.Page.frameScheduledNavigation",
        "goog:cdp.Page.frameClearedScheduledNavigation",
        "goog:cdp.Page.frameStoppedLoading",
    ],
    grants: Some(&[]),
};

/// The events that are asked of a browser.
pub(crate) fn groups(family: Family) -> Vec<Group> {
    let mut groups = vec![DOCUMENTS, ABORTS, NETWORK, CONSOLE, DIALOGS, CHOOSERS, DOWNLOADS];
    match family {
        Family::Chromium => groups.extend([REALMS, DEVTOOLS]),
        Family::Firefox | Family::Other => groups.push(SCRIPTS),
    }
    groups
}

/// Commands that came late to the protocol, and what there is not without them.
const COMMANDS: &[(&str, Capability)] = &[
    ("network.addDataCollector", Capability::ResponseBodies),
    ("network.setExtraHeaders", Capability::ExtraHeaders),
    ("network.addIntercept", Capability::RequestInterception),
    ("browser.setDownloadBehavior", Capability::Downloads),
    ("input.performActions", Capability::TrustedInput),
    ("input.setFiles", Capability::FileUpload),
    ("script.addPreloadScript", Capability::UserActions),
    ("emulation.setLocaleOverride", Capability::Emulation),
    ("emulation.setTimezoneOverride", Capability::Emulation),
    ("emulation.setUserAgentOverride", Capability::Emulation),
    ("emulation.setTouchOverride", Capability::Touch),
];

/// Asks for the events; answers what this driver lacks of what all could do.
pub(crate) async fn subscribe(wire: &Wire, family: Family, call: &Call) -> Result<CapabilitySet> {
    let doing = "ask for events";
    let groups = groups(family);
    let asked = groups.iter().map(|group| wire.call(group.command(), doing, call));
    let known = COMMANDS.iter().map(|(method, _)| wire.knows(method, call));
    let (asked, known) = futures::join!(join_all(asked), join_all(known));
    let mut lacks = Vec::new();
    for (group, answer) in groups.iter().zip(asked) {
        match (answer, group.grants) {
            (Ok(_), _) => {}
            (Err(error), Some(granted)) if error.kind() == Kind::Usage => {
                tracing::info!(%error, events = ?group.events, "the driver does not know some events");
                lacks.extend_from_slice(granted);
            }
            (Err(error), _) => return Err(error),
        }
    }
    for ((_, capability), known) in COMMANDS.iter().zip(known) {
        if !known? {
            lacks.push(*capability);
        }
    }
    Ok(CapabilitySet::of(&lacks))
}
