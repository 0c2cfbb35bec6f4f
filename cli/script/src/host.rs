//! What the realm's own JavaScript can call. User code cannot: it never sees these functions.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use greenroom_session_core::backend::BrowserIdentity;
use greenroom_session_core::script::{Answer, Asked, ConsoleLine, Dialogs, Sight, Tap};
use rquickjs::convert::List;
use rquickjs::{Ctx, Function, Object, Persistent, Result, TypedArray, Value};
use tokio::sync::mpsc::UnboundedSender;
use url::Url;

use crate::repl::Message;

/// How many lines and bytes of a call's console are kept.
const MOST_LINES: usize = 1000;
const MOST_BYTES: usize = 256 * 1024;

/// How many rejections that nobody handles are remembered.
const MOST_REJECTIONS: usize = 100;

/// How many places may wait in a call.
const MOST_AWAITS: u64 = 1 << 20;

/// What the host knows of the call that runs.
#[derive(Default)]
pub(crate) struct Host {
    /// The call's number.
    pub(crate) call: u64,
    /// Where operations go; `None`: no call runs, and there is nobody to ask.
    pub(crate) operations: Option<UnboundedSender<Asked>>,
    /// Where it is told what happens.
    pub(crate) events: Option<Arc<Tap>>,
    /// Which browser they are in.
    pub(crate) browser: BrowserIdentity,
    /// The pages of the session.
    pub(crate) pages: Option<Sight>,
    /// Where answers come back.
    pub(crate) inbox: Option<Sender<Message>>,
    /// How many operations are under way.
    pub(crate) under_way: usize,
    /// Operations that nobody waits for any more; what they answer is not told.
    forgotten: HashSet<u32>,
    /// What the call came to: whether it was done, and what is told of it.
    pub(crate) ended: Option<(bool, String)>,
    /// The workflow waits at a `pause()`.
    pub(crate) paused: bool,
    /// The console's lines.
    pub(crate) console: Vec<ConsoleLine>,
    /// How many more there were.
    pub(crate) console_dropped: u64,
    /// How many bytes are kept.
    console_bytes: usize,
    /// The timers that wait, by their time.
    timers: BTreeSet<(Instant, u32)>,
    /// The time of each timer.
    times: HashMap<u32, Instant>,
    /// What is awaited, in the order in which that began; see `js/main.js`.
    awaited: BTreeSet<u64>,
    /// Promises that were rejected, and nobody has handled that yet; and the reason of each.
    pub(crate) rejections: Vec<(Persistent<Value<'static>>, Persistent<Value<'static>>)>,
    /// How many more there were.
    pub(crate) rejections_dropped: usize,
}

impl Host {
    /// Forgets the call that has ended.
    pub(crate) fn clear(&mut self) {
        *self = Self {
            call: self.call,
            ..Self::default()
        };
    }

    /// The call that has stopped at a `pause()` lets go of what was its own; what waits in the realm stays. Answers the
    /// console's lines, and how many more there were.
    pub(crate) fn rest(&mut self) -> (Vec<ConsoleLine>, u64) {
        self.operations = None;
        self.pages = None;
        self.inbox = None;
        self.console_bytes = 0;
        let dropped = std::mem::take(&mut self.console_dropped);
        (std::mem::take(&mut self.console), dropped)
    }

    /// The next timer's time.
    pub(crate) fn next_time(&self) -> Option<Instant> {
        self.timers.first().map(|(at, _)| *at)
    }

    /// A timer whose time has come, which no longer waits.
    pub(crate) fn take_due(&mut self, now: Instant) -> Option<u32> {
        let (at, id) = *self.timers.first().filter(|(at, _)| *at <= now)?;
        self.timers.remove(&(at, id));
        self.times.remove(&id);
        Some(id)
    }

    /// What is awaited and was begun last.
    pub(crate) fn awaits(&self) -> Option<usize> {
        usize::try_from(self.awaited.last()? % MOST_AWAITS).ok()
    }

    /// The pages, as JSON.
    fn pages(&self) -> String {
        let pages = self.pages.as_ref().map(|Sight(pages)| pages());
        serde_json::to_string(&pages.unwrap_or_default()).unwrap_or_else(|_| "[]".to_owned())
    }

    /// What the script listens for, and of which pages (`*`: all) the dialogs are left to it; both separated by commas.
    fn listen(&self, names: &str, dialogs: &str) {
        let Some(events) = &self.events else { return };
        let dialogs = match dialogs {
            "" => Dialogs::None,
            "*" => Dialogs::All,
            pages => Dialogs::Of(pages.split(',').map(str::to_owned).collect()),
        };
        events.listen(names.split(','), dialogs);
    }

    fn set_timer(&mut self, id: u32, wait: f64) {
        self.clear_timer(id);
        let at = Instant::now() + Duration::from_millis(whole(wait));
        self.timers.insert((at, id));
        self.times.insert(id, at);
    }

    fn clear_timer(&mut self, id: u32) {
        if let Some(at) = self.times.remove(&id) {
            self.timers.remove(&(at, id));
        }
    }

    fn print(&mut self, level: String, text: String) {
        let is_full = self.console.len() >= MOST_LINES || self.console_bytes + text.len() > MOST_BYTES;
        if is_full {
            self.console_dropped += 1;
            return;
        }
        self.console_bytes += text.len();
        self.console.push(ConsoleLine { level, text });
    }

    fn awaited(&mut self, token: f64, begins: bool) {
        let token = whole(token);
        if begins {
            self.awaited.insert(token);
        } else {
            self.awaited.remove(&token);
        }
    }

    fn ask(&mut self, id: u32, name: String, args: &str, page: String, timeout: f64) -> Result<()> {
        let Some(inbox) = self.inbox.clone() else {
            return Err(rquickjs::Error::Unknown);
        };
        let call = self.call;
        self.send(name, args, page, timeout, move |answer| {
            // The thread has ended, and the call with it.
            let _ = inbox.send(Message::Answer { call, id, answer });
        })?;
        self.under_way += 1;
        Ok(())
    }

    /// An operation was given up: the call does not wait for it, and it ends with the call.
    fn forget(&mut self, id: u32) {
        if self.forgotten.insert(id) {
            self.under_way = self.under_way.saturating_sub(1);
        }
    }

    /// An operation has an answer; false: it was given up before.
    pub(crate) fn answered(&mut self, id: u32) -> bool {
        let is_awaited = !self.forgotten.remove(&id);
        if is_awaited {
            self.under_way = self.under_way.saturating_sub(1);
        }
        is_awaited
    }

    /// Asks, and waits for the answer: whether it was done, and what is told of it as JSON.
    fn ask_now(&mut self, name: String, args: &str, page: String, timeout: f64) -> Result<(bool, String)> {
        let (sender, receiver) = mpsc::channel();
        self.send(name, args, page, timeout, move |answer| {
            // Nobody waits any more.
            let _ = sender.send(told(answer));
        })?;
        // Whoever answers goes away with the call.
        receiver.recv().map_err(|_| rquickjs::Error::Unknown)
    }

    fn send(
        &self,
        name: String,
        args: &str,
        page: String,
        timeout: f64,
        reply: impl FnOnce(Answer) + Send + 'static,
    ) -> Result<()> {
        let operations = self.operations.as_ref().ok_or(rquickjs::Error::Unknown)?;
        let asked = Asked {
            name,
            args: serde_json::from_str(args).unwrap_or_default(),
            page: (!page.is_empty()).then_some(page),
            timeout: (timeout > 0.0).then(|| Duration::from_millis(whole(timeout))),
            reply: Box::new(reply),
        };
        operations.send(asked).map_err(|_| rquickjs::Error::Unknown)
    }
}

/// An answer as our JavaScript gets it: whether it was done, and what is told of it as JSON.
pub(crate) fn told(answer: Answer) -> (bool, String) {
    match answer {
        Ok(value) => (true, value.to_string()),
        Err(error) => (false, serde_json::to_string(&error).unwrap_or_default()),
    }
}

/// A number of JavaScript's as a whole one, within what JavaScript counts exactly.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped, and NaN is 0"
)]
fn whole(number: f64) -> u64 {
    number.clamp(0.0, 9_007_199_254_740_991.0) as u64
}

/// The host's functions, as an object that only the realm's own JavaScript gets.
pub(crate) fn functions<'js>(ctx: &Ctx<'js>, host: &Rc<RefCell<Host>>) -> Result<Object<'js>> {
    let object = Object::new(ctx.clone())?;
    macro_rules! give {
        ($name:literal, |$known:ident $(, $arg:ident: $type:ty)*| $body:expr) => {{
            let shared = Rc::clone(host);
            let function = move |$($arg: $type),*| {
                #[allow(unused_mut, unused_variables, reason = "not all of them need it")]
                let mut $known = shared.borrow_mut();
                $body
            };
            object.set($name, Function::new(ctx.clone(), function)?)?;
        }};
    }
    give!("ask", |host,
                  id: u32,
                  name: String,
                  args: String,
                  page: String,
                  timeout: f64| host
        .ask(id, name, &args, page, timeout));
    give!("forget", |host, id: u32| host.forget(id));
    give!("askNow", |host,
                     name: String,
                     args: String,
                     page: String,
                     timeout: f64| host
        .ask_now(name, &args, page, timeout)
        .map(|(is_done, told)| List((is_done, told))));
    give!("timer", |host, id: u32, wait: f64| host.set_timer(id, wait));
    give!("untimer", |host, id: u32| host.clear_timer(id));
    give!("print", |host, level: String, text: String| host.print(level, text));
    give!("awaited", |host, token: f64, begins: bool| host.awaited(token, begins));
    give!("ended", |host, done: bool, told: String| {
        host.ended.get_or_insert((done, told));
    });
    give!("pause", |host| host.paused = true);
    give!("browser", |host| serde_json::to_string(&host.browser)
        .unwrap_or_default());
    give!("listen", |host, names: String, dialogs: String| host
        .listen(&names, &dialogs));
    give!("pages", |host| host.pages());
    give!("random", |host| random());
    give!("textOfBase64", |host, text: String| String::from_utf8_lossy(
        &of_base64(&text)
    )
    .into_owned());
    give_bytes(ctx, &object)?;
    give!("url", |host, text: String, base: String| parse(&text, &base)
        .map(|url| parts(&url))
        .unwrap_or_default());
    give!("urlSet", |host, href: String, part: String, value: String| set(
        &href, &part, &value
    ));
    Ok(object)
}

/// The functions that answer bytes: our JavaScript would make a list of them first, for which a realm has no room.
fn give_bytes<'js>(ctx: &Ctx<'js>, object: &Object<'js>) -> Result<()> {
    let from_base64 = |ctx: Ctx<'js>, text: String| TypedArray::new(ctx, of_base64(&text));
    object.set("fromBase64", Function::new(ctx.clone(), from_base64)?)?;
    let utf8 = |ctx: Ctx<'js>, text: String| TypedArray::new(ctx, text);
    object.set("utf8", Function::new(ctx.clone(), utf8)?)
}

/// What the service has written as base64.
fn of_base64(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap_or_default()
}

/// Notes that a promise was rejected, or that this was handled after all.
pub(crate) fn rejected<'js>(
    host: &Rc<RefCell<Host>>,
    ctx: &Ctx<'js>,
    promise: Value<'js>,
    reason: Value<'js>,
    handled: bool,
) {
    let mut host = host.borrow_mut();
    if handled {
        host.rejections.retain(|(known, _)| {
            let known = known.clone().restore(ctx);
            known.is_ok_and(|known| known != promise)
        });
    } else if host.rejections.len() < MOST_REJECTIONS {
        let entry = (Persistent::save(ctx, promise), Persistent::save(ctx, reason));
        host.rejections.push(entry);
    } else {
        host.rejections_dropped += 1;
    }
}

/// A version 4 UUID as 32 hexadecimal digits.
fn random() -> Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| rquickjs::Error::Unknown)?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

fn parse(text: &str, base: &str) -> Option<Url> {
    if base.is_empty() {
        return Url::parse(text).ok();
    }
    Url::parse(base).ok()?.join(text).ok()
}

fn parts(url: &Url) -> String {
    use url::quirks;
    serde_json::json!({
        "href": quirks::href(url),
        "origin": quirks::origin(url),
        "protocol": quirks::protocol(url),
        "username": quirks::username(url),
        "password": quirks::password(url),
        "host": quirks::host(url),
        "hostname": quirks::hostname(url),
        "port": quirks::port(url),
        "pathname": quirks::pathname(url),
        "search": quirks::search(url),
        "hash": quirks::hash(url),
    })
    .to_string()
}

/// Sets a part; what cannot be set stays, as the standard has it.
fn set(href: &str, part: &str, value: &str) -> String {
    use url::quirks;
    let Ok(mut url) = Url::parse(href) else {
        return String::new();
    };
    let _ = match part {
        "protocol" => quirks::set_protocol(&mut url, value),
        "username" => quirks::set_username(&mut url, value),
        "password" => quirks::set_password(&mut url, value),
        "host" => quirks::set_host(&mut url, value),
        "hostname" => quirks::set_hostname(&mut url, value),
        "port" => quirks::set_port(&mut url, value),
        "pathname" => {
            quirks::set_pathname(&mut url, value);
            Ok(())
        }
        "search" => {
            quirks::set_search(&mut url, value);
            Ok(())
        }
        _ => {
            quirks::set_hash(&mut url, value);
            Ok(())
        }
    };
    parts(&url)
}
