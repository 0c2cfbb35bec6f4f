//! Acting in a page: each operation is one deed, and `act` several.

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::look::about;
use super::navigate::{navigate, web_address};
use crate::backend::{Page, Script, Target, WaitUntil, World};
use crate::call::Call;
use crate::error::{Error, Kind, Result};
use crate::journal::Glob;
use crate::layer::record::Action;
use crate::op::{
    Act, ActResult, Acted, Check, Click, Dblclick, Drag, ElementState, Fill, Focus, Hover, MouseButton, Observe,
    Observed, Press, ScriptWheel, Scroll, Select, SetViewport, Span, StepResult, Tap, Type, Uncheck, Upload, Wait,
    Waited,
};
use crate::service::dispatch::{Run, Stage};
use crate::session::act::deed::{self, Awaited, Deed, Pointing};
use crate::session::act::{Done, keyboard, scroll, step, wait};
use crate::session::look::Onlooker;

/// How long a page that is asked again and again has a rest.
const AGAIN: Duration = Duration::from_millis(50);

macro_rules! deeds {
    ($($name:ident: $this:ident => $deed:expr),+ $(,)?) => {
        $(#[async_trait]
        impl Run for $name {
            async fn run(self, stage: &mut Stage) -> Result<Acted> {
                let $this = self;
                let observe = $this.observe;
                let deed = $deed;
                let acted = carry_out(stage, &deed).await?;
                observed(stage, acted, observe).await
            }
        })+
    };
}

deeds! {
    Click: this => click(
        pointing(this.selector, this.position.as_deref(), (this.force, this.trial), this.modifiers)?,
        this.button,
        this.count.unwrap_or(1),
        this.delay,
    )?,
    Dblclick: this => click(
        pointing(this.selector, this.position.as_deref(), (this.force, this.trial), this.modifiers)?,
        this.button,
        2,
        this.delay,
    )?,
    Hover: this => Deed::Hover(pointing(this.selector, this.position.as_deref(), (this.force, this.trial), this.modifiers)?),
    Tap: this => Deed::Tap(pointing(this.selector, this.position.as_deref(), (this.force, this.trial), this.modifiers)?),
    Fill: this => Deed::Fill { selector: this.selector, value: this.value, force: this.force },
    Type: this => typed(this.selector, this.text, this.delay)?,
    Press: this => Deed::Press { selector: this.selector, key: this.key, delay: time(this.delay) },
    Select: this => Deed::Select { selector: this.selector, values: this.values, force: this.force },
    Check: this => Deed::Check {
        at: pointing(this.selector, this.position.as_deref(), (this.force, this.trial), Vec::new())?,
        state: true,
    },
    Uncheck: this => Deed::Check {
        at: pointing(this.selector, this.position.as_deref(), (this.force, this.trial), Vec::new())?,
        state: false,
    },
    Focus: this => Deed::Focus { selector: this.selector },
    Drag: this => Deed::Drag(deed::Drag {
        taken_at: this.source_position.as_deref().map(place).transpose()?,
        left_at: this.target_position.as_deref().map(place).transpose()?,
        selector: this.selector,
        to: this.to,
        force: this.force,
        trial: this.trial,
    }),
    Upload: this => Deed::Upload { selector: this.selector, files: this.files },
    Scroll: this => scroll(&this.to, this.pixels),
}

/// How an element is pointed at; of the two switches, the first is `--force`, the second `--trial`.
fn pointing(
    selector: String,
    position: Option<&str>,
    (force, trial): (bool, bool),
    modifiers: Vec<String>,
) -> Result<Pointing> {
    Ok(Pointing {
        selector,
        modifiers,
        position: position.map(place).transpose()?,
        force,
        trial,
    })
}

fn click(at: Pointing, button: Option<MouseButton>, count: u32, delay: Option<Span>) -> Result<Deed> {
    let count = u8::try_from(count).ok().filter(|count| (1..=10).contains(count));
    let count = count.ok_or_else(|| Error::new(Kind::Usage, "`--count` is from 1 to 10"))?;
    Ok(Deed::Click(deed::Click {
        at,
        button: button.map(Into::into).unwrap_or_default(),
        count,
        delay: time(delay),
    }))
}

fn time(span: Option<Span>) -> Duration {
    span.map_or(Duration::ZERO, |span| span.0)
}

/// A point as it is written: `10,20`.
fn place(written: &str) -> Result<(f64, f64)> {
    let side = |text: &str| text.trim().parse().ok().filter(|side: &f64| side.is_finite());
    let found = written.split_once(',').and_then(|(x, y)| side(x).zip(side(y)));
    found.ok_or_else(|| Error::new(Kind::Usage, format!("`{written}` is no point; write it as `10,20`")))
}

/// A text alone is what is typed, wherever it stands.
fn typed(selector: Option<String>, text: Option<String>, delay: Option<Span>) -> Result<Deed> {
    let (selector, text) = match (selector, text) {
        (selector, Some(text)) => (selector, text),
        (Some(text), None) => (None, text),
        (None, None) => return Err(Error::new(Kind::Usage, "`type` needs a text")),
    };
    let delay = time(delay);
    Ok(Deed::Type { selector, text, delay })
}

#[async_trait]
impl Run for ScriptWheel {
    async fn run(self, stage: &mut Stage) -> Result<Acted> {
        let (dx, dy) = place(&self.value)?;
        let at = Some(place(&self.position)?);
        carry_out(stage, &Deed::Wheel { dx, dy, at }).await
    }
}

#[async_trait]
impl Run for SetViewport {
    async fn run(self, stage: &mut Stage) -> Result<Acted> {
        let (id, page) = stage.page()?;
        let size = self
            .size
            .ok_or_else(|| Error::new(Kind::Usage, "`set-viewport` needs a size, for example `1280x720`"))?;
        page.set_viewport(size, &stage.call).await?;
        let acted = acted(stage, id, &*page, "setViewport", None)?;
        observed(stage, acted, self.observe).await
    }
}

#[async_trait]
impl Run for Wait {
    async fn run(self, stage: &mut Stage) -> Result<Waited> {
        let awaited = self.awaited()?;
        let (id, page) = stage.page()?;
        until(stage, &page, &awaited).await?;
        let url = address(stage, &*page)?;
        Ok(Waited { page: id, url })
    }
}

impl Wait {
    /// The one thing that is waited for.
    fn awaited(self) -> Result<Awaited> {
        let state = self.state;
        let given = [
            self.selector
                .map(|written| wait::element_or_time(&written, state.unwrap_or(ElementState::Visible))),
            self.text
                .map(|text| wait::text(&text, state.unwrap_or(ElementState::Visible))),
            self.url.map(Awaited::Url),
            self.load.map(Awaited::Load),
            self.fn_.map(Awaited::Function),
        ];
        let mut given = given.into_iter().flatten();
        let hint = "greenroom wait SELECTOR    # or a duration, --text T, --url GLOB, --load STATE, --fn JS";
        match (given.next(), given.next()) {
            (Some(awaited), None) if state.is_none() || matches!(awaited, Awaited::Element { .. }) => Ok(awaited),
            (Some(_), None) => Err(Error::new(Kind::Usage, "`--state` is an element's").with_hint(hint)),
            _ => Err(Error::new(Kind::Usage, "`wait` waits for one thing").with_hint(hint)),
        }
    }
}

#[async_trait]
impl Run for Act {
    async fn run(self, stage: &mut Stage) -> Result<ActResult> {
        let deeds = self
            .steps
            .iter()
            .map(|step| step::parse(step))
            .collect::<Result<Vec<_>>>()?;
        if deeds.is_empty() {
            return Err(Error::new(Kind::Usage, "`act` needs at least one step")
                .with_hint("greenroom act fill:label:\"Email\"=\"a@b.c\" click:role:button:\"Sign in\""));
        }
        let mut result = ActResult::default();
        let mut failed = None;
        for (written, deed) in self.steps.iter().zip(&deeds) {
            let began = Instant::now();
            let done = step_done(stage, deed).await;
            let mut told = StepResult {
                step: without_value(written, deed),
                duration: began.elapsed().as_secs_f64() * 1000.0,
                ..StepResult::default()
            };
            match done {
                Ok(acted) => (told.ok, told.result) = (true, Some(acted)),
                Err(error) => {
                    told.error_kind = Some(error.kind().name().to_owned());
                    told.error = Some(error.message().to_owned());
                    failed = failed.or(Some((result.steps.len() + 1, error)));
                }
            }
            result.steps.push(told);
            if failed.is_some() && !self.continue_ {
                break;
            }
        }
        if self.observe {
            result.observed = look(stage).await?;
        }
        let Some((number, error)) = failed else {
            return Ok(result);
        };
        stage.done_so_far = serde_json::to_value(&result).ok();
        let message = format!("step {number} of {}: {}", deeds.len(), error.message());
        Err(error.with_message(message))
    }
}

/// A step as it was written, but for what may be a secret.
fn without_value(written: &str, deed: &Deed) -> String {
    match (deed.types(), deed.selector()) {
        (true, Some(selector)) => format!("{}:{selector}", written.split(':').next().unwrap_or_default()),
        (true, None) => written.split(':').next().unwrap_or_default().to_owned(),
        _ => written.to_owned(),
    }
}

/// Carries out a step, which is an action with a line of its own.
async fn step_done(stage: &mut Stage, deed: &Deed) -> Result<Acted> {
    let session = stage.session()?;
    let action = deed
        .action()
        .map(|name| Action::of_deed(name, deed, session, stage.call.op()));
    let done = carry_out(stage, deed).await;
    if let Some(action) = action {
        action.end(done.as_ref().err(), stage.done.take().as_ref());
    }
    done
}

/// Does it, and tells what was done.
async fn carry_out(stage: &mut Stage, deed: &Deed) -> Result<Acted> {
    let (id, page) = stage.page()?;
    let target = match deed {
        Deed::Goto { url } => Some(Target::Url(web_address(url)?)),
        Deed::Back => Some(Target::Back),
        Deed::Forward => Some(Target::Forward),
        Deed::Reload => Some(Target::Reload),
        _ => None,
    };
    if let Some(target) = target {
        let visit = navigate(stage, target, None).await?;
        return Ok(Acted {
            page: visit.page,
            url: visit.url,
            action: deed.action().unwrap_or_default().to_owned(),
            ..Acted::default()
        });
    }
    if let Deed::Wait(awaited) = deed {
        until(stage, &page, awaited).await?;
        return acted(stage, id, &*page, "wait", None);
    }
    let call = stage.call.clone();
    let onlooker = Onlooker::new(stage.session()?, page.clone(), &call);
    let done = by_hand(&onlooker, deed).await;
    let done = done.map_err(|error| about(error, deed.selector()))?;
    let acted = acted(stage, id, &*page, deed.action().unwrap_or_default(), Some(&done));
    stage.done = Some(done);
    acted
}

async fn by_hand(onlooker: &Onlooker<'_>, deed: &Deed) -> Result<Done> {
    match deed {
        Deed::Click(click) => onlooker.click(click).await,
        Deed::Hover(at) => onlooker.hover(at).await,
        Deed::Tap(at) => onlooker.tap(at).await,
        Deed::Fill { selector, value, force } => onlooker.fill(selector, value, *force).await,
        Deed::Type { selector, text, delay } => {
            let gestures = keyboard::type_text(text, *delay);
            onlooker.keys(selector.as_deref(), &gestures).await
        }
        Deed::Press { selector, key, delay } => {
            let gestures = keyboard::press(key, *delay)?;
            onlooker.keys(selector.as_deref(), &gestures).await
        }
        Deed::Select {
            selector,
            values,
            force,
        } => onlooker.select(selector, values, *force).await,
        Deed::Check { at, state } => onlooker.check(at, *state).await,
        Deed::Focus { selector } => onlooker.focus(selector).await,
        Deed::Drag(drag) => onlooker.drag(drag).await,
        Deed::Upload { selector, files } => onlooker.upload(selector, files).await,
        Deed::Wheel { dx, dy, at } => onlooker.wheel((*dx, *dy), *at).await,
        Deed::ScrollTo { selector } => onlooker.scroll_to(selector).await,
        Deed::Wait(_) | Deed::Goto { .. } | Deed::Back | Deed::Forward | Deed::Reload => Ok(Done::default()),
    }
}

fn acted(stage: &Stage, id: String, page: &dyn Page, action: &str, done: Option<&Done>) -> Result<Acted> {
    let url = address(stage, page)?;
    Ok(Acted {
        page: id,
        url,
        action: action.to_owned(),
        best_semantic_selector: done.and_then(|done| done.described.clone()),
        value: done.filter(|done| !done.secret).and_then(|done| done.value.clone()),
        observed: None,
    })
}

/// The page's address as it was last told; of one that has closed, nothing.
fn address(stage: &Stage, page: &dyn Page) -> Result<String> {
    let session = stage.session()?.lock();
    let entry = session.book.by_key(page.key());
    Ok(entry.map(|entry| entry.url.clone()).unwrap_or_default())
}

async fn observed(stage: &mut Stage, acted: Acted, observe: bool) -> Result<Acted> {
    if !observe {
        return Ok(acted);
    }
    let observed = look(stage).await?;
    Ok(Acted { observed, ..acted })
}

/// What can be acted on after an action. What fails here does not undo that it was done.
async fn look(stage: &mut Stage) -> Result<Option<Observed>> {
    match Observe::default().run(stage).await {
        Ok(observed) => Ok(Some(observed)),
        Err(error) => {
            stage.notes.push(format!(
                "it was done, but the page could not be looked at afterwards: {error}"
            ));
            Ok(None)
        }
    }
}

/// Waits for something.
async fn until(stage: &Stage, page: &std::sync::Arc<dyn Page>, awaited: &Awaited) -> Result<()> {
    match awaited {
        Awaited::Element { selector, state } => {
            let onlooker = Onlooker::new(stage.session()?, page.clone(), &stage.call);
            let came = onlooker.wait_for(selector, state.word()).await;
            came.map(drop).map_err(|error| about(error, Some(selector)))
        }
        Awaited::Time(time) => {
            let call = Call::new(stage.call.op(), None, stage.call.cancellation().clone());
            let rest = async {
                tokio::time::sleep(*time).await;
                Ok(())
            };
            call.bound("the time to pass", rest).await
        }
        Awaited::Url(pattern) => at_address(stage, &**page, &pattern.parse()?).await,
        Awaited::Load(until) => loaded(stage, &**page, *until).await,
        Awaited::Function(code) => function(stage, &**page, code).await,
    }
}

async fn at_address(stage: &Stage, page: &dyn Page, pattern: &Glob) -> Result<()> {
    let session = stage.session()?;
    let mut moved = session.moved();
    let mut last = String::new();
    let arrives = async {
        loop {
            moved.mark_unchanged();
            last = page.url(&stage.call).await?;
            if pattern.matches(&last) {
                return Ok(());
            }
            if moved.changed().await.is_err() {
                return Err(Error::new(Kind::SessionEnded, "the session has ended"));
            }
        }
    };
    let came = stage.call.bound("the page's address", arrives).await;
    came.map_err(|error| match error.kind() {
        Kind::Timeout => Error::new(
            Kind::Timeout,
            format!("the address did not become `{pattern}`; it is {last}"),
        ),
        _ => error,
    })
}

async fn loaded(stage: &Stage, page: &dyn Page, until: WaitUntil) -> Result<()> {
    let states: &[&str] = match until {
        WaitUntil::Commit => &["loading", "interactive", "complete"],
        WaitUntil::DomContentLoaded => &["interactive", "complete"],
        WaitUntil::Load => &["complete"],
        WaitUntil::NetworkIdle => return idle(stage, page).await,
    };
    let script = Script {
        function: "states => new Promise(done => {
            const look = () => states.includes(document.readyState) && done(true);
            document.addEventListener('readystatechange', look);
            look();
        })"
        .to_owned(),
        args: vec![states.into()],
        world: World::Isolated,
    };
    again(stage, page, &script, "the page to load").await
}

/// Half a second without a request that ended, in a document that is loaded.
async fn idle(stage: &Stage, page: &dyn Page) -> Result<()> {
    let script = Script {
        function: "() => new Promise(done => {
            let last = performance.now();
            new PerformanceObserver(() => { last = performance.now(); }).observe({ type: 'resource', buffered: true });
            const look = () => {
                const left = 500 - (performance.now() - last);
                if (document.readyState === 'complete' && left <= 0) done(true);
                else setTimeout(look, Math.max(left, 20));
            };
            look();
        })"
        .to_owned(),
        args: vec![],
        world: World::Isolated,
    };
    again(stage, page, &script, "an idle network").await
}

async fn function(stage: &Stage, page: &dyn Page, code: &str) -> Result<()> {
    let script = Script {
        function: format!(
            "async () => {{
                for (;;) {{
                    let found = (\n{code}\n);
                    if (typeof found === 'function') found = await found();
                    if (await found) return true;
                    await new Promise(done => {{ requestAnimationFrame(done); setTimeout(done, 100); }});
                }}
            }}"
        ),
        args: vec![],
        world: World::Main,
    };
    again(stage, page, &script, "the function to answer something true").await
}

/// Asks again in the next document where one goes away.
async fn again(stage: &Stage, page: &dyn Page, script: &Script, what: &str) -> Result<()> {
    let work = async {
        loop {
            match page.evaluate(script, &stage.call).await {
                Ok(_) => return Ok(()),
                Err(error) if matches!(error.kind(), Kind::Navigation | Kind::Stale) => tokio::time::sleep(AGAIN).await,
                Err(error) => return Err(error),
            }
        }
    };
    let came = stage.call.bound(what, work).await;
    came.map_err(|error| match error.kind() {
        Kind::Timeout => Error::new(Kind::Timeout, format!("deadline passed while waiting for {what}")),
        _ => error,
    })
}
