//! Documents that are large, deep, or go in circles.

use greenroom_session_core::backend::World;
use greenroom_session_core::injected::LookAt;
use serde_json::json;

use super::Case;
use super::look::{Looker, look, page_with, read, row};
use crate::check::{Checked, Failure, check, same};
use crate::context::{Context, Tab};

pub(super) const CASES: &[Case] = &[
    look!("look::many-elements", [IsolatedWorld], many),
    look!("look::deep", [], deep),
    look!("look::deep-with-roles", [], deep_roles),
    look!("look::deep-shadow-roots", [], deep_shadow),
    look!("look::chains-of-owners", [], chains),
    look!("look::long-text", [], long),
];

/// Counts what is asked of the platform from now on.
const COUNT: &str = "() => {
    let count = 0;
    const counted = real => function (...args) { count += 1; return Reflect.apply(real, this, args); };
    const wrap = own => {
        for (const name of Object.getOwnPropertyNames(own)) {
            const found = Object.getOwnPropertyDescriptor(own, name);
            if (!found.configurable || name === 'constructor') continue;
            for (const part of ['get', 'value']) if (typeof found[part] === 'function') found[part] = counted(found[part]);
            Object.defineProperty(own, name, found);
        }
    };
    for (const { prototype } of [Node, Element, HTMLElement, Document, CharacterData, Text, HTMLInputElement, Range,
        CSSStyleDeclaration, HTMLAnchorElement]) wrap(prototype);
    globalThis.getComputedStyle = counted(getComputedStyle);
    globalThis.asked = () => count;
}";

/// A page of about so many elements: how many rows a look finds, and how much it asks.
async fn effort(cx: &Context<'_>, elements: u32) -> Checked<(usize, f64)> {
    let page = cx.room().await?.open(&cx.url(&format!("/nodes/{elements}"))).await?;
    page.eval_in(World::Isolated, COUNT, json!([]), &cx.call()).await?;
    let at = LookAt {
        screen: true,
        ..LookAt::default()
    };
    let seen = Looker::new().look(cx, &page, at).await?;
    let asked = page
        .eval_in(World::Isolated, "() => asked()", json!([]), &cx.call())
        .await?;
    let asked = asked.as_f64().filter(|asked| *asked > f64::from(elements));
    let asked = asked.ok_or_else(|| Failure("what the engine asks is not counted".to_owned()))?;
    Ok((seen.rows.len(), asked))
}

/// Five times the elements are five times the work.
async fn many(cx: &Context<'_>) -> Checked {
    let (rows, asked) = effort(cx, 20_000).await?;
    let (more_rows, more_asked) = effort(cx, 100_000).await?;
    check(rows > 15_000 && more_rows.abs_diff(rows * 5) < 100, || {
        format!("{rows} rows of 20,000 elements, {more_rows} of 100,000")
    })?;
    check(more_asked < asked * 5.5, || {
        format!("{asked} questions about 20,000 elements, {more_asked} about 100,000")
    })
}

const DEPTH: usize = 5000;

/// Spans, since browsers themselves do not lay out blocks of this depth.
const NEST: &str = "(count, attribute, value) => {
    let here = document.body;
    for (let n = 0; n < count; n += 1) {
        const next = document.createElement('span');
        if (attribute) next.setAttribute(attribute, value);
        here.append(next);
        here = next;
    }
    here.id = 'deepest';
    here.append('deep');
}";

async fn nested(cx: &Context<'_>, attribute: &str, value: &str) -> Checked<Tab> {
    let page = page_with(cx, "").await?;
    page.eval(NEST, json!([DEPTH, attribute, value])).await?;
    Ok(page)
}

async fn deep(cx: &Context<'_>) -> Checked {
    let page = nested(cx, "", "").await?;
    let at = LookAt {
        html: true,
        ..LookAt::default()
    };
    let seen = Looker::new().look(cx, &page, at).await?;
    same(
        "how many rows there are",
        (seen.rows.len(), row(&seen, "text", "deep")?.depth),
        (1, 0),
    )?;
    let html = seen.html.unwrap_or_default();
    same("how much of it is in the HTML", html.matches("<span").count(), DEPTH)?;
    // Its name is all that is in it.
    page.eval(
        "() => { document.body.firstChild.setAttribute('role', 'button'); }",
        json!([]),
    )
    .await?;
    let seen = Looker::new().look(cx, &page, LookAt::default()).await?;
    row(&seen, "button", "deep")?;
    same("the text", read(cx, &page, "text", "#deepest").await?, json!("deep"))
}

async fn deep_roles(cx: &Context<'_>) -> Checked {
    let page = nested(cx, "role", "group").await?;
    let seen = Looker::new().look(cx, &page, LookAt::default()).await?;
    same("how many rows there are", seen.rows.len(), DEPTH + 1)?;
    same(
        "how deep the last one is",
        row(&seen, "text", "deep")?.depth as usize,
        DEPTH,
    )
}

async fn deep_shadow(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "").await?;
    page.eval(
        "count => {
            let here = document.body;
            for (let n = 0; n < count; n += 1) {
                const next = document.createElement('span');
                here.append(next);
                here = next.attachShadow({ mode: 'open' });
            }
            here.innerHTML = '<button>deep</button>';
        }",
        json!(1000),
    )
    .await?;
    let at = LookAt {
        html: true,
        ..LookAt::default()
    };
    let seen = Looker::new().look(cx, &page, at).await?;
    row(&seen, "button", "deep")?;
    let html = seen.html.unwrap_or_default();
    same(
        "how many of them are in the HTML",
        html.matches("shadowrootmode").count(),
        1000,
    )?;
    same("how many match", read(cx, &page, "count", "button").await?, json!(1))
}

/// Each owns, is named and is described by the next one, the last one by the first one.
async fn chains(cx: &Context<'_>) -> Checked {
    const COUNT: usize = 2000;
    let page = page_with(cx, "").await?;
    page.eval(
        "count => {
            for (let n = 0; n < count; n += 1) {
                const next = document.createElement('span');
                next.id = `o${n}`;
                next.setAttribute('role', 'group');
                for (const name of ['aria-owns', 'aria-labelledby', 'aria-describedby']) next.setAttribute(name, `o${(n + 1) % count}`);
                document.body.append(next);
            }
        }",
        json!(COUNT),
    )
    .await?;
    let seen = Looker::new().look(cx, &page, LookAt::default()).await?;
    let depths: Vec<_> = seen.rows.iter().map(|row| row.depth as usize).collect();
    same("how the rows are nested", depths, (0..COUNT).collect::<Vec<_>>())
}

async fn long(cx: &Context<'_>) -> Checked {
    const LENGTH: usize = 2_000_000;
    let page = page_with(cx, "<p></p><input><textarea aria-label=Area></textarea><i></i>").await?;
    page.eval(
        "length => {
            document.querySelector('p').append('x'.repeat(length));
            document.querySelector('i').append('y '.repeat(length / 2));
            document.querySelector('input').value = 'z'.repeat(length);
            document.querySelector('textarea').value = 'q '.repeat(length / 2);
        }",
        json!(LENGTH),
    )
    .await?;
    let at = LookAt {
        html: true,
        ..LookAt::default()
    };
    let seen = Looker::new().look(cx, &page, at).await?;
    let texts: Vec<_> = seen
        .rows
        .iter()
        .filter(|row| row.is_text())
        .map(|row| row.name.len())
        .collect();
    same("how long the texts are", texts, [LENGTH, LENGTH - 1])?;
    let values: Vec<_> = seen
        .rows
        .iter()
        .filter_map(|row| row.props.value.as_ref())
        .map(String::len)
        .collect();
    same("how long the values are", values, [LENGTH, LENGTH])?;
    let html = seen.html.map(|html| html.len()).unwrap_or_default();
    check(html > 4 * LENGTH, || format!("the HTML has {html} bytes only"))
}
