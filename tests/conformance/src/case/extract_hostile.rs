//! Data of pages that are not made to be read: too large, in circles, broken on purpose.

use std::time::{Duration, Instant};

use greenroom_session_core::Call;
use greenroom_session_core::backend::World;
use greenroom_session_core::extract::{Raw, data};
use greenroom_session_core::injected::Extract;
use greenroom_session_core::locator::Locator;
use serde_json::{Value, json};

use super::Case;
use super::extract::{everything, records};
use super::look::{look, page_with, place};
use crate::check::{Checked, check, same};
use crate::context::{Context, Tab};

pub(super) const CASES: &[Case] = &[
    look!("extract::patched-platform", [IsolatedWorld], patched),
    look!("extract::names-of-the-language", [], names),
    look!("extract::microdata-in-circles", [], circles),
    look!("extract::twenty-thousand", [], twenty_thousand),
    look!("extract::very-deep", [], deep),
];

/// How long one question may take here: a bound for mistakes, not for slow machines.
const BOUND: Duration = Duration::from_secs(20);

const MARKUP: &str = "<div id=data><table><tr><th>Name<th>Price<tr><td>Lamp<td>5</table><dl><dt>Term<dd>Said</dl>
    <div itemscope><b itemprop=name>Item</b></div><form><label>Mail <input value=a></label></form>
    <p class=card><b class=name>One</b><a href=/a>a</a></p><p class=card><b class=name>Two</b><a href=/b>b</a></p></div>";

async fn patched(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let mut told = Vec::new();
    for path in ["/hostile", "/hostile?patched"] {
        let page = room.open(&cx.url(path)).await?;
        let put = "html => { Object.getOwnPropertyDescriptor(Element.prototype, 'innerHTML').set.call(
            document.documentElement.lastElementChild ?? document.documentElement, html); }";
        page.eval_in(World::Isolated, put, json!(MARKUP), &cx.call()).await?;
        let (all, _) = everything(cx, &page, 100).await?;
        let cards = records(cx, &page, Some(".card"), &["name", "link"]).await?;
        let columns = records(cx, &page, Some(".card"), &[]).await?;
        told.push((all, cards.items, columns.items));
        let harmed = "() => document.documentElement.getAttribute('data-harmed')";
        let harmed = page.eval_in(World::Isolated, harmed, json!([]), &cx.call()).await?;
        same("whose own code has run", harmed, json!(null))?;
    }
    let (sound, broken) = (&told[0], &told[1]);
    same("the data", &broken.0, &sound.0)?;
    same("a list", &broken.1, &sound.1)?;
    same("its columns", &broken.2, &sound.2)?;
    check(sound.0["tables"][0]["rows"][0]["Name"] == "Lamp", || {
        format!("{}", sound.0)
    })
}

/// Names that mean something to programs.
async fn names(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<dl><dt>__proto__<dd>a<dt>constructor<dd>b<dt>toJSON<dd>c</dl>
        <table><tr><th>__proto__<th>toString<tr><td>1<td>2</table>
        <div itemscope><b itemprop='__proto__'>d</b><b itemprop=length>e</b></div>",
    )
    .await?;
    let (told, _) = everything(cx, &page, 100).await?;
    same(
        "terms",
        &told["definitions"],
        &json!([{ "__proto__": "a", "constructor": "b", "toJSON": "c" }]),
    )?;
    same(
        "columns",
        &told["tables"][0]["rows"],
        &json!([{ "__proto__": "1", "toString": "2" }]),
    )?;
    same(
        "properties",
        &told["microdata"][0]["properties"],
        &json!({ "__proto__": ["d"], "length": ["e"] }),
    )?;
    let read = records(cx, &page, None, &["__proto__", "constructor"]).await?;
    check(read.items[0]["constructor"] == "b", || format!("{:?}", read.items))
}

async fn circles(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<div itemscope id=a itemref='b a'><b itemprop=name>A</b></div>
        <div itemscope itemprop=other id=b itemref='c'><b itemprop=name>B</b></div>
        <div itemscope itemprop=other id=c itemref='b'><b itemprop=name>C</b></div>",
    )
    .await?;
    let (told, notes) = everything(cx, &page, 100).await?;
    let c = json!({ "properties": { "name": ["C"], "other": [null] } });
    let b = json!({ "properties": { "name": ["B"], "other": [c] } });
    same(
        "items in themselves",
        &told["microdata"],
        &json!([{ "properties": { "name": ["A"], "other": [b] } }]),
    )?;
    check(
        notes.iter().any(|note| note.contains("in others, in themselves")),
        || format!("{notes:?}"),
    )?;
    // Each names all: read to the end, that would be millions of properties.
    page.eval(
        "() => { const ids = Array.from({ length: 2000 }, (_, n) => `i${n}`); const all = ids.join(' ');
            document.body.innerHTML = ids.map(id => `<p id=${id} itemscope itemref='${all}' itemprop=x></p>`).join('') +
                ids.map(id => `<p itemscope itemref='${all}'><b itemprop=n>${id}</b></p>`).slice(0, 500).join(''); }",
        json!([]),
    )
    .await?;
    let start = Instant::now();
    let (_, notes) = everything(cx, &page, 100).await?;
    check(start.elapsed() < BOUND, || format!("circles: {:?}", start.elapsed()))?;
    check(!notes.is_empty(), || "nothing is said to be left out".to_owned())
}

async fn extract(cx: &Context<'_>, page: &Tab, list: Option<&str>, fields: Vec<&str>, most: usize) -> Checked<Raw> {
    let _ = cx;
    let list = list.map(Locator::parse).transpose()?;
    let wanted = Extract {
        list: list.as_ref(),
        fields,
        picks: Vec::new(),
        most,
    };
    Ok(place(page, None).extract(&wanted, &Call::within(2 * BOUND)).await?)
}

async fn twenty_thousand(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<main></main>").await?;
    page.eval(
        "() => { document.querySelector('main').innerHTML = '<table><tr><th>Name<th>Price<th>Link' +
            '<tr class=row><td class=name>Lamp<td class=price>5 €<td><a href=/a>a</a>'.repeat(20000) + '</table>' +
            '<table><tr><td colspan=1000 rowspan=65534>x' + '<tr><td>y'.repeat(2000) + '</table>'; }",
        json!([]),
    )
    .await?;
    for (list, fields, most) in [
        (None, vec![], 1000),
        (None, vec!["price", "nothing"], 1000),
        (Some(".row"), vec!["name", "price", "link"], 1000),
        (Some(".row"), vec!["name", "price", "link"], 10_000),
        (Some(".row"), vec![], 1000),
        (Some("td"), vec![], 1000),
    ] {
        let start = Instant::now();
        let raw = extract(cx, &page, list, fields.clone(), most).await?;
        let what = format!("{list:?} {fields:?} {most}: {:?}", start.elapsed());
        check(start.elapsed() < BOUND, || what.clone())?;
        if list == Some(".row") {
            same(&what, (raw.items.len(), raw.total), (most, 20_000))?;
        }
        if let Some(found) = raw.data {
            let mut notes = Vec::new();
            let told = Value::from(data(found, &mut notes));
            same(&what, told["tables"][0]["rows"].as_array().map(Vec::len), Some(1000))?;
            same(&what, &told["tables"][0]["total"], &json!(20_000))?;
            check(notes.iter().any(|note| note.contains("19000 more rows")), || {
                format!("{notes:?}")
            })?;
        }
    }
    Ok(())
}

/// Spans, since browsers themselves do not lay out blocks of this depth.
async fn deep(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "").await?;
    page.eval(
        "() => { let here = document.body; for (let n = 0; n < 3000; n += 1) {
            const inner = document.createElement('span'); inner.setAttribute('itemscope', '');
            inner.setAttribute('itemprop', 'x'); inner.append(`x${n}: `); here.append(inner); here = inner; }
            here.innerHTML = '<b class=name>Deep down</b>'; document.body.firstChild.removeAttribute('itemprop'); }",
        json!([]),
    )
    .await?;
    for (list, fields) in [
        (None, vec![]),
        (None, vec!["name", "link"]),
        (Some("body > span"), vec!["name"]),
        (Some("body > span"), vec![]),
    ] {
        let start = Instant::now();
        extract(cx, &page, list, fields, 100).await?;
        check(start.elapsed() < BOUND, || format!("{list:?}: {:?}", start.elapsed()))?;
    }
    Ok(())
}
