//! Making sessions: `open` and `connect`.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::Service;
use super::dispatch::{Run, Stage};
use super::handlers::{open_page, visit};
use super::plan::Plan;
use super::settings::Config;
use crate::backend::NewPage;
use crate::error::{Applied, Error, Kind, Result};
use crate::op::{Connect, Open, Opened, Visit};
use crate::session::machine::Input;
use crate::session::{Session, Start};
use crate::store::{SessionName, StateRecord};

#[async_trait]
impl Run for Open {
    async fn run(self, stage: &mut Stage) -> Result<Opened> {
        let plan = self.plan(stage)?;
        carry_out(plan, stage).await
    }
}

#[async_trait]
impl Run for Connect {
    async fn run(self, stage: &mut Stage) -> Result<Opened> {
        let plan = self.plan(stage)?;
        carry_out(plan, stage).await
    }
}

/// Makes the session. The work goes on in a task of its own, so that a caller who goes away in the middle cancels it in
/// good order: nothing is left.
pub(super) async fn carry_out(plan: Plan, stage: &mut Stage) -> Result<Opened> {
    let session = stage.service.create(plan.record)?;
    stage.is_about(&session);
    let mut stage_of_task = stage.fork();
    let task = tokio::spawn(async move {
        let made = make(&plan.start, plan.page, &mut stage_of_task).await;
        (made, std::mem::take(&mut stage_of_task.notes))
    });
    let cancel_when_dropped = stage.call.cancellation().clone().drop_guard();
    let (made, notes) = task
        .await
        .map_err(|error| Error::new(Kind::Internal, "failed to open the session").with_source(error))?;
    cancel_when_dropped.disarm();
    stage.notes.extend(notes);
    made
}

async fn make(start: &Start, page: Option<NewPage>, stage: &mut Stage) -> Result<Opened> {
    let session = Arc::clone(stage.session()?);
    let _in_use = session.begin(stage.call.op());
    if let Err(error) = session.start(start, &stage.call).await {
        session
            .finish(Input::Failed, &format!("failed to start: {error}"), true)
            .await;
        return Err(error);
    }
    match first_page(page, stage).await {
        Ok(visit) => {
            session.save_or_fail().await?;
            Ok(opened(&session, visit.as_ref()))
        }
        Err(error) if error.kind() == Kind::Cancelled => {
            session
                .finish(Input::Failed, "its caller went away while it was opened", true)
                .await;
            Err(error)
        }
        Err(error) => Err(still_open(error, &session)),
    }
}

/// Opens the session that `goto` means, where config.json says so (`autoOpen`); else it stays the error that it was.
pub(super) async fn automatically(error: Error, stage: &mut Stage) -> Result<Arc<Session>> {
    if !Config::read(stage.service.shared.store.layout())?
        .auto_open
        .unwrap_or(false)
    {
        return Err(error);
    }
    let name: SessionName = stage.named.get_or_insert_with(|| "default".to_owned()).parse()?;
    if let Some(session) = stage.service.known(&name) {
        return Ok(session);
    }
    let opened = Open::default().run(stage).await?;
    stage.notes.push(format!("opened session `{}`", opened.session));
    stage.service.known(&name).ok_or(error)
}

/// Opens the first page, or takes the default one of an attached browser.
async fn first_page(page: Option<NewPage>, stage: &mut Stage) -> Result<Option<Visit>> {
    if let Some(page) = page {
        return open_page(stage, page).await.map(Some);
    }
    if stage.session()?.lock().book.pages().is_empty() {
        stage
            .notes
            .push("the browser has no page; `greenroom tab new URL` opens one".to_owned());
        return Ok(None);
    }
    let (id, page) = stage.page()?;
    let url = page.url(&stage.call.at_most(Duration::from_secs(5))).await?;
    let loaded = crate::backend::Loaded {
        url,
        moved: true,
        ..Default::default()
    };
    visit(stage, id, &*page, loaded).await.map(Some)
}

/// A session whose first page could not be loaded is there all the same, and the error says so.
fn still_open(error: Error, session: &Session) -> Error {
    let name = session.name();
    if error.kind() == Kind::BrowserLost {
        return error;
    }
    error.with_applied(Applied::Yes).with_hint(format!(
        "greenroom goto URL --session {name}    # session `{name}` is open"
    ))
}

fn opened(session: &Session, visit: Option<&Visit>) -> Opened {
    let record = session.record();
    Opened {
        session: record.session.to_string(),
        page: visit.map(|visit| visit.page.clone()),
        url: visit.map(|visit| visit.url.clone()),
        title: visit.map(|visit| visit.title.clone()),
        status: visit.and_then(|visit| visit.status),
        browser: record.browser,
        access_mode: super::handlers::access(record.access_mode),
    }
}

impl Service {
    /// Makes a session of that record, in memory and on disk; exactly one of several at once.
    fn create(self: &Arc<Self>, record: StateRecord) -> Result<Arc<Session>> {
        self.shared.store.prepare()?;
        if let Some(session) = self.known(&record.session) {
            return Err(in_use(&session, &record));
        }
        match self.shared.store.create(&record) {
            Ok(_) => Ok(self.add(record)),
            Err(error) => Err(error),
        }
    }
}

/// The error about a name in use, with what is different about the session that has it.
fn in_use(session: &Session, asked: &StateRecord) -> Error {
    let (name, has) = (session.name(), session.record());
    let differing = differences(&has, asked);
    let differing = if differing.is_empty() {
        String::new()
    } else {
        format!("; it differs in {}", differing.join(", "))
    };
    Error::new(Kind::NameInUse, format!("session `{name}` is open already{differing}")).with_hint(format!(
        "greenroom goto URL --session {name}    # or: greenroom close --session {name}"
    ))
}

/// The options in which two sessions differ.
fn differences(has: &StateRecord, asked: &StateRecord) -> Vec<String> {
    let mut found = Vec::new();
    let mut compare = |what: &str, has: String, asked: String| {
        if has != asked {
            found.push(format!("{what} ({has}, not {asked})"));
        }
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "the default".to_owned());
    compare("backend", has.backend.clone(), asked.backend.clone());
    compare("browser", text(&has.launch.browser), text(&asked.launch.browser));
    compare(
        "headless",
        has.launch.headless.to_string(),
        asked.launch.headless.to_string(),
    );
    compare("driver", driver(has), driver(asked));
    compare("args", has.launch.args.join(" "), asked.launch.args.join(" "));
    compare("storage", has.storage_mode.to_string(), asked.storage_mode.to_string());
    compare(
        "access mode",
        has.access_mode.to_string(),
        asked.access_mode.to_string(),
    );
    compare("dialogs", has.dialogs.to_string(), asked.dialogs.to_string());
    compare("viewport", size(has), size(asked));
    compare("locale", text(&has.options.locale), text(&asked.options.locale));
    compare("timezone", text(&has.options.timezone), text(&asked.options.timezone));
    compare(
        "user agent",
        text(&has.options.user_agent),
        text(&asked.options.user_agent),
    );
    compare(
        "attribute for test ids",
        has.test_id_attribute.to_string(),
        asked.test_id_attribute.to_string(),
    );
    compare("proxy", text(&has.options.proxy), text(&asked.options.proxy));
    compare("touch", has.options.touch.to_string(), asked.options.touch.to_string());
    found
}

fn driver(record: &StateRecord) -> String {
    let driver = &record.launch.driver;
    let program = driver.program.as_ref().map(|program| program.display().to_string());
    driver
        .url
        .clone()
        .or(program)
        .unwrap_or_else(|| "one of ours".to_owned())
}

fn size(record: &StateRecord) -> String {
    record
        .options
        .viewport
        .map_or_else(|| "the browser's own".to_owned(), |size| size.to_string())
}
