//! Functions called in a page or a frame of it: one round trip, in the page's own world or in ours.
//!
//! Arguments and result are one JSON text each, since the protocol's own forms of values are no JSON. That of the arguments
//! stands in the function's text.
//!
//! In which realm it runs is said in `place`. Firefox runs a function a second time when its document goes away under it,
//! in the next document. So each call is given an object that lives in the realm that was meant: in another one, it
//! cannot even begin. And when a function has not ended with its first turn, it says so, since what waits in a document
//! that is kept in the history is never answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use greenroom_session_core::backend::{FrameKey, Script, World};
use greenroom_session_core::{Applied, Call, Error, Kind, Result};
use serde_json::Value;
use tokio::time::timeout;

use super::answer::{json, thrown};
use super::error::{self, Native};
use super::facts::{Facts, Realm};
use super::page::BidiPage;
use super::protocol::script::{Argument, CallFunction, Called, Ownership, Remote, SerializationOptions, Target};

pub(crate) const DOING: &str = "run a script in the page";

/// How often a script is started anew because the document went away before it could begin.
const STARTS: usize = 5;

/// How long after its document the end of a frame is told.
const FRAME_GOES: Duration = Duration::from_millis(200);

/// How soon a frame is back that goes on in another process.
const FRAME_COMES_BACK: Duration = Duration::from_millis(100);

/// The lines that stand before a function: ours, and those that Chromium's driver puts before that.
const LINES_BEFORE: u32 = 1;
const LINES_BEFORE_IN_CHROMIUM: u32 = 6 + LINES_BEFORE;

/// What calls the function, which stands below it, out of reach of the names here; before and after its arguments. `realm` is
/// there to be of the right realm, and for nothing else. What is needed after the call is taken before it: the function
/// may be what replaces it.
const CALL: &str = "(work => async (realm, running) => { \
    const { parse, stringify } = JSON; const { from, isArray } = Array; \
    let result = work(";

/// The same for a function that is given elements: they come after its other arguments.
const CALL_ON: &str = "(work => async (...elements) => { const running = undefined; \
    const { parse, stringify } = JSON; const { from, isArray } = Array; \
    let result = work(";

/// What comes after the call: the result is awaited if need be.
const AWAIT: &str = "); if (typeof result?.then === 'function') { running?.(0); result = await result; }";

/// What answers the result as JSON.
const AS_JSON: &str = "return stringify(result, (_, value) => typeof value === 'bigint' ? '' + value : value); }";

static CALLS: AtomicU64 = AtomicU64::new(0);

/// In which form a function's result comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As JSON.
    Json,
    /// The windows that the elements of an array hold.
    Windows,
    /// As the protocol has it: an array with what is in it.
    Plain,
}

/// A call that can run in one realm only, and says when it runs for longer than its first turn.
pub(crate) struct Running<'a> {
    page: &'a BidiPage,
    channel: String,
    realm: Realm,
    handle: String,
}

impl<'a> Running<'a> {
    fn new(page: &'a BidiPage, realm: Option<Realm>) -> Option<Self> {
        let realm = realm?;
        let number = CALLS.fetch_add(1, Ordering::Relaxed);
        Some(Self {
            page,
            channel: format!("greenroom-{number}"),
            handle: realm.handle.clone()?,
            realm,
        })
    }

    fn has_begun(&self) -> bool {
        self.has_begun_by(&self.page.facts.borrow())
    }

    fn has_begun_by(&self, facts: &Facts) -> bool {
        facts.running.contains(&self.channel)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.page
            .facts
            .send_if_modified(|facts| facts.running.remove(&self.channel));
    }
}

impl BidiPage {
    /// Calls the function in a frame (`None`: in the main frame); a promise is awaited.
    pub(crate) async fn run(self: &Arc<Self>, frame: Option<&FrameKey>, script: &Script, call: &Call) -> Result<Value> {
        let work = async { json(self.invoke(frame, script, Form::Json).await?) };
        self.within(frame, call, work).await
    }

    /// Runs scripts within a call, and looks after a renderer that may hang in them.
    pub(crate) async fn within<T>(
        self: &Arc<Self>,
        frame: Option<&FrameKey>,
        call: &Call,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        self.usable(DOING)?;
        self.reachable(frame)?;
        let result = call.bound("the script in the page", work).await;
        if let Err(error) = &result
            && matches!(error.kind(), Kind::Timeout | Kind::Cancelled)
        {
            self.wire.suspect();
            self.unhang_later(frame);
        }
        result
    }

    /// Calls the function; answers what it came to.
    pub(crate) async fn invoke(&self, frame: Option<&FrameKey>, script: &Script, form: Form) -> Result<Remote> {
        let context = frame.map_or(&self.page_key().0, |frame| &frame.0);
        for _ in 0..STARTS {
            let place = match self.place(frame, context, script.world).await {
                Ok(place) => place,
                Err(native) if self.comes_back(frame, &native).await => continue,
                Err(native) => return Err(self.failure(frame, native)),
            };
            let realm = place.realm.clone();
            let running = place.is_guarded.then(|| Running::new(self, realm.clone())).flatten();
            let ask = function(place.target, script, form, running.as_ref())?;
            match self.unless_gone(frame, running.as_ref(), self.wire.ask(ask)).await {
                Ok(called) => return self.done(called),
                Err(native) if is_unstarted(&native) && !running.as_ref().is_some_and(Running::has_begun) => {
                    if let Some(realm) = realm {
                        self.facts.send_modify(|facts| {
                            facts.realm_went(&realm.id);
                        });
                    }
                }
                Err(native) if self.comes_back(frame, &native).await => {
                    return Err(self.failure(frame, Native::Replaced));
                }
                Err(native) => {
                    let native = if self.went_with_its_browser(&native).await {
                        Native::Lost(String::from("a page's process has crashed, and Firefox ends with it"))
                    } else if self.went_with_its_frame(frame, &native).await {
                        Native::Gone
                    } else {
                        native
                    };
                    return Err(self.failure(frame, native));
                }
            }
        }
        let message = format!("failed to {DOING}: it navigates again and again");
        Err(Error::new(Kind::Navigation, message).with_retry(true))
    }

    /// An error for a frame that the driver has lost track of: it would answer nothing. And for one that went with the
    /// document around it: Firefox keeps both for going back, and runs scripts in them.
    fn reachable(&self, frame: Option<&FrameKey>) -> Result<()> {
        let Some(frame) = frame else { return Ok(()) };
        let facts = self.facts.borrow();
        if facts.forgotten.contains(&frame.0) {
            let message = format!("failed to {DOING}: the driver has lost track of the frame");
            return Err(
                Error::new(Kind::Protocol, message).with_hint("greenroom reload    # gives the page other frames")
            );
        }
        if self.is_chromium() || facts.frames.contains(&frame.0) {
            return Ok(());
        }
        Err(error::frame(Native::Gone, DOING).with_applied(Applied::No))
    }

    /// The answer to a command, unless what it is for is gone before.
    pub(crate) async fn unless_gone<T>(
        &self,
        frame: Option<&FrameKey>,
        running: Option<&Running<'_>>,
        ask: impl Future<Output = Result<T, Native>>,
    ) -> Result<T, Native> {
        let (crashes, has_frame) = {
            let facts = self.facts.borrow();
            (
                facts.crashes,
                frame.is_some_and(|frame| facts.frames.contains(&frame.0)),
            )
        };
        let gone = |facts: &Facts| {
            if facts.is_over_since(crashes) {
                return Some(facts.over().unwrap_or(Native::Crashed));
            }
            if has_frame && frame.is_some_and(|frame| !facts.frames.contains(&frame.0)) {
                return Some(Native::Gone);
            }
            let running = running.filter(|running| running.has_begun_by(facts))?;
            (!facts.has_realm(&running.realm) && !facts.suspected).then_some(Native::Replaced)
        };
        let mut facts = self.facts.subscribe();
        tokio::select! {
            biased;
            answer = ask => match answer {
                Err(native) if is_unstarted(&native) => Err(gone(&self.facts.borrow()).unwrap_or(native)),
                answer => answer,
            },
            facts = facts.wait_for(|facts| gone(facts).is_some()) => {
                Err(facts.ok().and_then(|facts| gone(&facts)).unwrap_or(Native::Gone))
            }
        }
    }

    fn lines_before(&self) -> u32 {
        if self.is_chromium() {
            LINES_BEFORE_IN_CHROMIUM
        } else {
            LINES_BEFORE
        }
    }

    pub(super) fn done(&self, called: Called) -> Result<Remote> {
        match called.exception_details {
            Some(exception) => Err(thrown(&exception, self.lines_before())),
            None => Ok(called.result),
        }
    }

    /// What it means that a command got no result.
    pub(super) fn failure(&self, frame: Option<&FrameKey>, native: Native) -> Error {
        let over = self.facts.borrow().over();
        match (over, frame) {
            (Some(over), _) if !matches!(native, Native::Lost(_)) => over.into_error(DOING),
            (_, None) => native.into_error(DOING),
            (_, Some(_)) => error::frame(native, DOING),
        }
    }

    /// Whether a document that is gone went with its frame: that the frame is gone may be told after that.
    async fn went_with_its_frame(&self, frame: Option<&FrameKey>, native: &Native) -> bool {
        let Some(frame) = frame.filter(|_| native.kind() == Kind::Navigation) else {
            return false;
        };
        let mut facts = self.facts.subscribe();
        let gone = facts.wait_for(|facts| !facts.frames.contains(&frame.0) || facts.is_over());
        let gone = timeout(FRAME_GOES, gone).await;
        gone.is_ok_and(|facts| facts.is_ok_and(|facts| !facts.is_over()))
    }

    /// Whether a frame is gone for a moment only: Chromium's driver tells so of one that goes on in another process.
    async fn comes_back(&self, frame: Option<&FrameKey>, native: &Native) -> bool {
        let is_gone = *native == Native::Gone || native.is("no such frame");
        let Some(frame) = frame.filter(|_| is_gone && self.is_chromium()) else {
            return false;
        };
        let mut facts = self.facts.subscribe();
        let back = facts.wait_for(|facts| facts.frames.contains(&frame.0) || facts.is_over());
        let back = timeout(FRAME_COMES_BACK, back).await;
        back.is_ok_and(|facts| facts.is_ok_and(|facts| !facts.is_over()))
    }
}

/// Whether a function could not begin, as its document was gone: drivers cannot say so of one that had begun in Firefox.
fn is_unstarted(native: &Native) -> bool {
    match native {
        Native::Refused { code, message } => {
            code == "no such handle"
                || code == "no such frame" && message.starts_with("Realm")
                || message.contains("Cannot find context with specified id")
        }
        _ => false,
    }
}

fn function<'a>(
    target: Target<'a>,
    script: &Script,
    form: Form,
    running: Option<&Running<'_>>,
) -> Result<CallFunction<'a>> {
    let result = match form {
        Form::Json => AS_JSON,
        Form::Plain => "return result; }",
        Form::Windows => "return isArray(result) && from(result, item => item?.contentWindow ?? null); }",
    };
    // Each takes Chromium's driver a quarter of a millisecond.
    let arguments = running.map_or_else(Vec::new, |running| {
        let channel = running.channel.clone();
        vec![Argument::handle(running.handle.clone()), Argument::channel(channel)]
    });
    let declared = format!(
        "{CALL}{}{AWAIT} {result})(\n{}\n)",
        literal(&script.args)?,
        script.function
    );
    Ok(declaration(declared, target, script.world, arguments))
}

/// A function that gets elements after its own arguments.
pub(super) fn on_elements<'a>(
    target: Target<'a>,
    script: &Script,
    elements: Vec<Argument>,
) -> Result<CallFunction<'a>> {
    let args = match literal(&script.args)? {
        none if none.is_empty() => none,
        args => args + ", ",
    };
    let declared = format!("{CALL_ON}{args}...elements{AWAIT} {AS_JSON})(\n{}\n)", script.function);
    Ok(declaration(declared, target, script.world, elements))
}

fn declaration(declared: String, target: Target<'_>, world: World, arguments: Vec<Argument>) -> CallFunction<'_> {
    CallFunction {
        function_declaration: declared,
        await_promise: true,
        target,
        arguments,
        result_ownership: Ownership::None,
        serialization_options: Some(options(1)),
        // The page's own world is for acting in it, as a person would.
        user_activation: world == World::Main,
    }
}

/// Arguments as code: JSON in a text, since objects written as code are not quite JSON.
fn literal(args: &[Value]) -> Result<String> {
    if args.is_empty() {
        return Ok(String::new());
    }
    let text = serde_json::to_string(args).and_then(|json| serde_json::to_string(&json));
    let text =
        text.map_err(|error| Error::new(Kind::Internal, "failed to write arguments as JSON").with_source(error))?;
    Ok(format!("...parse({text})"))
}

pub(crate) fn options(max_object_depth: u32) -> SerializationOptions {
    SerializationOptions {
        max_object_depth,
        max_dom_depth: 0,
    }
}
