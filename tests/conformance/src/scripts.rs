//! The functions that cases run in pages. They are plain JavaScript; the fake knows each by its text.

pub(crate) const TITLE: &str = "() => document.title";
pub(crate) const SET_TITLE: &str = "title => { document.title = title; }";
pub(crate) const READY_STATE: &str = "() => document.readyState";
pub(crate) const HREF: &str = "() => location.href";
pub(crate) const HTML: &str = "() => document.documentElement.outerHTML";
pub(crate) const COOKIE: &str = "() => document.cookie";
pub(crate) const SET_COOKIE: &str = "text => { document.cookie = text; }";
pub(crate) const SIZE: &str = "() => [innerWidth, innerHeight]";
pub(crate) const SCROLL: &str = "() => [scrollX, scrollY]";
pub(crate) const SCROLL_TO: &str = "(x, y) => scrollTo(x, y)";
pub(crate) const USER_AGENT: &str = "() => navigator.userAgent";
pub(crate) const LANGUAGE: &str = "() => navigator.language";
pub(crate) const TIME_ZONE: &str = "() => Intl.DateTimeFormat().resolvedOptions().timeZone";
pub(crate) const IDENTITY: &str = "value => value";
pub(crate) const ADD: &str = "(a, b) => a + b";
pub(crate) const UNDEFINED: &str = "() => undefined";
pub(crate) const PROMISE: &str = "value => Promise.resolve(value)";
pub(crate) const REJECT: &str = "message => Promise.reject(new Error(message))";
pub(crate) const THROW: &str = "message => { throw new Error(message); }";
pub(crate) const BROKEN: &str = "() => {";
pub(crate) const NEVER: &str = "() => new Promise(() => {})";
pub(crate) const LOOP: &str = "() => { for (;;) {} }";
pub(crate) const GLOBAL: &str = "name => window[name]";
pub(crate) const SET_GLOBAL: &str = "(name, value) => { window[name] = value; }";
pub(crate) const FRAMES: &str = "() => [...document.querySelectorAll('iframe, frame, object, embed')]";
pub(crate) const ONE_FRAME: &str =
    "() => [document.body, document.querySelector('iframe'), null, document.createElement('iframe')]";
pub(crate) const LOOKS_INTO: &str = "id => document.getElementById(id).contentDocument !== null";
pub(crate) const REMOVE: &str = "id => { document.getElementById(id).remove(); }";
pub(crate) const DRAWN: &str =
    "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))";

pub(crate) const SEND_FRAME: &str = "(id, url) => new Promise(resolve => {
    const frame = document.getElementById(id);
    frame.onload = () => resolve(null);
    frame.src = url;
})";
pub(crate) const GO: &str = "url => { location.href = url; }";
pub(crate) const PUSH_STATE: &str = "url => { history.pushState(null, '', url); }";
pub(crate) const LOG: &str = "text => { console.log(text); }";
pub(crate) const LOG_MANY: &str = "count => { for (let i = 0; i < count; i += 1) console.log(`line ${i}`); }";
pub(crate) const ALERT: &str = "message => alert(message)";
pub(crate) const CONFIRM: &str = "message => confirm(message)";
pub(crate) const PROMPT: &str = "(message, initial) => prompt(message, initial)";
pub(crate) const POST: &str = "async (url, body) => (await fetch(url, { method: 'POST', body })).status";
