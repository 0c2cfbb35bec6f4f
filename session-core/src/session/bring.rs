//! Bringing a session's browser: started for a new session, adopted from a former daemon, restored after a crash.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::live::{Hold, Session};
use super::look::owner;
use super::machine::Input;
use super::pool::{Lease, PoolKey, stop_and_remove};
use super::sink::Sink;
use crate::backend::{
    Browser, Capability, ConnectOptions, ContextOptions, LaunchOptions, NewPage, Profile, StorageState, WaitUntil,
};
use crate::call::Call;
use crate::error::{Error, Kind, Result};
use crate::injected;
use crate::ipc::Restored;
use crate::store::{Ownership, Phase, StateRecord};

/// How a new session gets its browser.
#[derive(Clone, Debug)]
pub(crate) enum Start {
    /// By launching one, or sharing one that was launched alike.
    Launch,
    /// By attaching to somebody else's.
    Attach(ConnectOptions),
}

impl Session {
    /// Gets a new session its browser and context, and writes down how a new daemon would find it.
    pub(crate) async fn start(self: &Arc<Self>, start: &Start, call: &Call) -> Result<()> {
        let backend = self.backend()?;
        let (browser, lease) = match start {
            Start::Launch => {
                let key = self.pool_key();
                let options = key.options.clone();
                let make = || async move { backend.launch(&options, call).await };
                let (browser, lease) = self.shared.pool.acquire(key, call, make).await?;
                (browser, Some(lease))
            }
            Start::Attach(options) => (backend.connect(options, call).await?, None),
        };
        let options = self.options_in(&*browser);
        match browser.open_context(&options, Sink::of(self), call).await {
            Ok(context) => {
                self.hold(Hold {
                    browser,
                    context,
                    lease,
                });
                self.save_or_fail().await
            }
            Err(error) => {
                let_go(&*browser, lease).await;
                Err(error)
            }
        }
    }

    /// Brings the browser back where it is gone or not yet taken over; does nothing where it is held.
    pub(crate) async fn wake(self: &Arc<Self>, call: &Call) -> Result<()> {
        self.notice_death();
        if self.lock().hold.is_some() {
            return Ok(());
        }
        let _waking = call
            .bound("the session to be brought back", async { Ok(self.waking.lock().await) })
            .await?;
        if self.lock().hold.is_some() {
            return Ok(());
        }
        let record = self.record();
        let lost = self.lock().lost.is_some();
        if record.phase != Phase::Hibernated && !(lost && record.ownership == Ownership::Owned) {
            match self.adopt(&record, call).await {
                Err(error) if error.kind() == Kind::BrowserLost => self.lock().lost = Some(error.message().to_owned()),
                result => return result,
            }
        }
        match record.ownership {
            Ownership::Owned => self.restore(&record, call).await,
            Ownership::Attached => Err(self.gone_for_good().await),
        }
    }

    /// A browser whose process has ended is lost, though its connection has not said so yet.
    fn notice_death(self: &Arc<Self>) {
        let process = self
            .lock()
            .hold
            .as_ref()
            .and_then(|hold| hold.browser.endpoint().process);
        if process.is_some_and(|process| !process.is_alive()) {
            self.lose("its process has ended");
        }
    }

    /// Takes over the browser that a former daemon left running; one that is gone is left to the next command.
    pub(crate) async fn adopt_running(self: &Arc<Self>, call: &Call) -> Result<()> {
        let _waking = self.waking.lock().await;
        let record = self.record();
        if self.lock().hold.is_some() || record.phase == Phase::Hibernated {
            return Ok(());
        }
        let adopted = self.adopt(&record, call).await;
        if let Err(error) = &adopted
            && error.kind() == Kind::BrowserLost
        {
            self.lock().lost = Some(error.message().to_owned());
        }
        adopted
    }

    /// Takes over the browser that a former daemon held, with its pages as they are.
    async fn adopt(self: &Arc<Self>, record: &StateRecord, call: &Call) -> Result<()> {
        let (Some(endpoint), Some(context)) = (&record.endpoint, &record.context) else {
            return Err(Error::new(
                Kind::BrowserLost,
                "the daemon ended before the browser was started",
            ));
        };
        if endpoint.process.is_some_and(|process| !process.is_alive()) {
            stop_and_remove(None, endpoint, Duration::ZERO, true).await;
            return Err(Error::new(Kind::BrowserLost, "the browser's process has ended"));
        }
        let backend = self.backend()?;
        let (browser, lease) = match record.ownership {
            Ownership::Owned => {
                let make = || async move { backend.adopt(endpoint, call).await };
                let (browser, lease) = self.shared.pool.acquire(self.pool_key(), call, make).await?;
                (browser, Some(lease))
            }
            Ownership::Attached => (backend.adopt(endpoint, call).await?, None),
        };
        let sink = Sink::of(self);
        let options = self.options_in(&*browser);
        match browser.adopt_context(context, &options, sink, call).await {
            Ok(()) => {
                self.hold(Hold {
                    browser,
                    context: context.clone(),
                    lease,
                });
                self.lock().adopted();
                self.log(
                    "info",
                    "adopted the running browser",
                    json!({ "endpoint": endpoint.url }),
                );
                self.save().await;
                Ok(())
            }
            Err(error) => {
                let_go(&*browser, lease).await;
                Err(error)
            }
        }
    }

    /// How the session's context is set up in a browser: where a person can act, with what tells of that.
    fn options_in(&self, browser: &dyn Browser) -> ContextOptions {
        let record = &self.lock().record;
        let watches = record.record_user_actions && browser.capabilities().has(Capability::UserActions);
        ContextOptions {
            watcher: watches.then(|| injected::watcher(&owner(record))),
            ..record.options.clone()
        }
    }

    /// Starts a new browser and makes the session anew from what was kept.
    async fn restore(self: &Arc<Self>, record: &StateRecord, call: &Call) -> Result<()> {
        let how = if record.phase == Phase::Hibernated {
            Restored::Hibernated
        } else {
            Restored::Crashed
        };
        let (pages, default) = self.lock().book.take_all();
        let started = self.start(&Start::Launch, call).await;
        if let Err(error) = started {
            // The pages stay in the record, for the next try.
            self.lock().book = super::book::PageBook::of(&record.pages, record.next_page);
            return Err(error);
        }
        let mut notes = vec!["scripts' state, form values and scroll positions of the pages were not kept".to_owned()];
        notes.extend(self.restore_cookies(call).await.err());
        for page in &pages {
            notes.extend(self.restore_page(&page.id, &page.url, call).await.err());
        }
        if pages.is_empty() {
            notes.extend(self.restore_page("", "about:blank", call).await.err());
        }
        self.lock().restored(how, default.as_deref(), notes.clone());
        self.log(
            "warn",
            "restored the session in a new browser",
            json!({ "restored": how, "notes": notes }),
        );
        self.save().await;
        Ok(())
    }

    async fn restore_cookies(&self, call: &Call) -> Result<(), String> {
        let file = self.shared.store.layout().storage_file(self.name());
        let state: Option<StorageState> = crate::store::atomic::read_json(&file).map_err(|error| error.to_string())?;
        let Some(state) = state else {
            return Err("no cookies were kept".to_owned());
        };
        let restored = async {
            let (browser, context) = self.browser()?;
            browser.storage()?.set_cookies(&context, &state.cookies, call).await
        };
        restored
            .await
            .map_err(|error| format!("the cookies could not be restored: {error}"))
    }

    async fn restore_page(&self, id: &str, url: &str, call: &Call) -> Result<(), String> {
        if !id.is_empty() {
            self.lock().book.expect(id.to_owned());
        }
        let opened = async {
            let (browser, context) = self.browser()?;
            let url = (url != "about:blank").then(|| url.to_owned());
            browser
                .open_page(
                    &context,
                    &NewPage {
                        url,
                        until: WaitUntil::Load,
                    },
                    call,
                )
                .await?
                .1
        };
        opened
            .await
            .map(drop)
            .map_err(|error| format!("{id} (`{url}`) could not be loaded again: {error}"))
    }

    /// Ends a session whose browser was somebody else's and is gone.
    async fn gone_for_good(self: &Arc<Self>) -> Error {
        let reason = format!(
            "the attached browser is gone: {}",
            self.lock().lost.clone().unwrap_or_default()
        );
        // In a task of its own: ending the session ends the command that runs this.
        let session = Arc::clone(self);
        let ending = tokio::spawn(async move { session.finish(Input::Failed, &reason, false).await });
        let _ = ending.await;
        self.end_error()
    }

    fn hold(&self, hold: Hold) {
        let mut inner = self.lock();
        let endpoint = hold.browser.endpoint();
        inner.record.port = endpoint.port;
        inner.record.pid = endpoint.process.map(|process| process.pid);
        inner.record.pid_started_at = endpoint.process.map(|process| process.started_at);
        inner.record.browser = hold.browser.identity().clone();
        inner.record.capabilities = hold.browser.capabilities().names();
        inner.record.endpoint = Some(endpoint.clone());
        inner.record.context = Some(hold.context.clone());
        inner.hold = Some(hold);
        inner.lost = None;
    }

    fn pool_key(&self) -> PoolKey {
        // A backend that is not there is told by whoever asks for it.
        let backend = self.backend();
        let inner = self.lock();
        let browser = inner.record.launch.browser.as_deref();
        let shares = backend.is_ok_and(|backend| backend.capabilities(browser).has(Capability::Contexts));
        let (launch, options) = (&inner.record.launch, &inner.record.options);
        let alone = launch.own_process || !shares;
        let only = match &launch.browser_profile {
            // Sessions of one profile share its process: they need to agree on what is set at its start only.
            Some(_) => Some(ContextOptions {
                proxy: options.proxy.clone(),
                ignore_https_errors: options.ignore_https_errors,
                ..ContextOptions::default()
            }),
            None => alone.then(|| options.clone()),
        };
        let layout = self.shared.store.layout();
        let profile = match &launch.browser_profile {
            Some(name) => Profile::Folder(layout.browser_profile_dir(name)),
            None => Profile::Temporary,
        };
        PoolKey {
            backend: inner.record.backend.clone(),
            options: LaunchOptions {
                browser: launch.browser.clone(),
                headless: launch.headless,
                profile,
                args: launch.args.clone(),
                driver: launch.driver.clone(),
                env: Vec::new(),
                only,
                scratch: self.shared.scratch.clone(),
            },
            alone: alone.then(|| self.name().clone()),
        }
    }
}

/// Lets go of a browser in which no context could be had.
async fn let_go(browser: &dyn Browser, lease: Option<Lease>) {
    match lease {
        Some(lease) => {
            lease.release(false).await;
        }
        None => {
            let _ = browser.close(&Call::within(Duration::from_secs(2))).await;
        }
    }
}
