//! The engine among the page's own scripts: not found by looking, and true to its refs when the page replaces the platform.
//!
//! On backends with a world of our own these cases prove that nothing of it shows in the page; on the others, that what
//! the page can reach is not enough.

use greenroom_session_core::injected::LookAt;
use serde_json::{Value, json};

use super::Case;
use super::look::{Looker, look, page_with, read, ref_of};
use crate::check::{Checked, check, same};
use crate::context::Context;

pub(super) const CASES: &[Case] = &[
    look!("look::not-found-by-looking", [], not_found),
    look!("look::not-found-by-calling", [], not_called),
    look!("look::refs-when-the-page-replaces-the-platform", [], replaced),
    look!(
        "look::refs-when-the-page-had-replaced-the-platform",
        [],
        replaced_before
    ),
];

/// All names that lead anywhere from the page's objects, symbols too.
const NAMES: &str = "() => {
    const seen = new Set();
    const names = new Set();
    const objects = [window, document, document.documentElement, document.body, history, navigator, performance,
        Object, Function, Symbol, Reflect, EventTarget, CustomEvent, WeakRef, Map];
    while (objects.length) {
        const object = objects.pop();
        if (object === null || object === undefined || seen.has(object)) continue;
        seen.add(object);
        for (const name of Reflect.ownKeys(object)) names.add(String(name));
        objects.push(Object.getPrototypeOf(object), typeof object === 'function' ? object.prototype : null);
    }
    for (const one of document.querySelectorAll('*')) for (const name of Reflect.ownKeys(one)) names.add(String(name));
    return [...names].sort();
}";

async fn not_found(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<button>One</button><p>text</p>").await?;
    let before = page.eval(NAMES, json!([])).await?;
    let html = page.eval("() => document.documentElement.outerHTML", json!([])).await?;
    let seen = Looker::new().look(cx, &page, LookAt::default()).await?;
    ref_of(&seen, "button", "One")?;
    same(
        "the names that the page finds",
        page.eval(NAMES, json!([])).await?,
        before,
    )?;
    let after = page.eval("() => document.documentElement.outerHTML", json!([])).await?;
    same("its HTML", after, html)
}

/// Names that are known, or can be guessed, call nobody.
async fn not_called(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<button>One</button>").await?;
    Looker::new().look(cx, &page, LookAt::default()).await?;
    let called = "() => {
        const called = [];
        for (const name of ['', 'greenroom', 'engine', 'greenroom engine', 'answer', 'look', 'session', 'default', 'undefined']) {
            for (const target of [window, document, document.documentElement, document.body]) {
                target.dispatchEvent(new CustomEvent(name, { detail: () => called.push(name), bubbles: true }));
            }
            if (globalThis[Symbol.for(name)] !== undefined) called.push(name);
        }
        return called;
    }";
    same("who was called", page.eval(called, json!([])).await?, json!([]))
}

/// What the page puts in place of the platform: each would show another node, or none.
const REPLACEMENTS: &[&str] = &[
    "WeakRef.prototype.deref = () => other",
    "window.WeakRef = function () { return { deref: () => other }; }",
    "Map.prototype.get = () => new WeakRef(other)",
    "Map.prototype.get = () => other",
    "Map.prototype.set = function () { return this; }",
    "Map.prototype.delete = () => true",
    "WeakMap.prototype.get = () => 1",
    "WeakMap.prototype.set = () => {}",
    "Object.defineProperty(Node.prototype, 'isConnected', { get: () => true })",
    "Object.defineProperty(Node.prototype, 'textContent', { get: () => 'Other' })",
    "Object.defineProperty(HTMLElement.prototype, 'innerText', { get: () => 'Other' })",
    "Document.prototype.querySelectorAll = () => [other]",
    "Object.defineProperty(Document.prototype, 'defaultView', { get: () => window })",
    "Function.prototype.call = () => other",
    "Function.prototype.bind = () => () => other",
    "Object.defineProperty(Array.prototype, '0', { set() {}, get: () => other })",
    "EventTarget.prototype.addEventListener = () => {}",
    "EventTarget.prototype.dispatchEvent = () => true",
    "window.CustomEvent = function () { return new Event('other'); }",
    "Object.defineProperty(CustomEvent.prototype, 'detail', { get: () => () => {} })",
    "JSON.stringify = () => '{\"value\":\"Other\"}'",
    "Object.prototype.toJSON = () => ({ value: 'Other' })",
];

/// The ref of an element answers that element or fails, whatever the page replaces behind a look.
async fn replaced(cx: &Context<'_>) -> Checked {
    for replacement in REPLACEMENTS {
        let page = page_with(cx, "<button>One</button><p>Other</p><i>gone</i>").await?;
        let seen = Looker::new().look(cx, &page, LookAt::default()).await?;
        let one = format!("e{}", ref_of(&seen, "button", "One")?);
        let replace = format!("() => {{ const other = document.querySelector('p'); {replacement}; }}");
        page.eval(&replace, json!([])).await?;
        for _ in 0..2 {
            let text = read(cx, &page, "text", &one).await;
            check(is_true(&text, "One"), || {
                format!("the text of the button behind `{replacement}` is {text:?}")
            })?;
        }
        let remove = "() => { document.querySelector('button').remove(); }";
        // Some replacements keep every script from running; then the button is still there.
        if page.eval(remove, json!([])).await.is_err() {
            continue;
        }
        let text = read(cx, &page, "text", &one).await;
        check(text.is_err(), || {
            format!("the text of a button that is gone, behind `{replacement}`, is {text:?}")
        })?;
    }
    Ok(())
}

/// What was replaced before anybody looked is used, where there is no world of our own: it may be an error, and is no
/// ref of another element.
async fn replaced_before(cx: &Context<'_>) -> Checked {
    for replacement in [
        "EventTarget.prototype.addEventListener = () => {}",
        "EventTarget.prototype.dispatchEvent = () => true",
        "window.CustomEvent = function () { return new Event('other'); }",
        "Map.prototype.set = function () { return this; }",
        "WeakMap.prototype.get = () => undefined",
    ] {
        let page = page_with(cx, "<button>One</button><p>Other</p>").await?;
        page.eval(&format!("() => {{ {replacement}; }}"), json!([])).await?;
        let mut looker = Looker::new();
        for _ in 0..2 {
            let Ok(seen) = looker.look(cx, &page, LookAt::default()).await else {
                continue;
            };
            let Ok(one) = ref_of(&seen, "button", "One") else {
                continue;
            };
            let text = read(cx, &page, "text", &format!("e{one}")).await;
            check(is_true(&text, "One"), || {
                format!("the text of the button behind `{replacement}` is {text:?}")
            })?;
        }
    }
    Ok(())
}

/// Whether it is what it must be, or an error.
fn is_true(answer: &greenroom_session_core::Result<Value>, wanted: &str) -> bool {
    match answer {
        Ok(value) => *value == json!(wanted),
        Err(_) => true,
    }
}
