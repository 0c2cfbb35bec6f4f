//! What documents mark as data: tables, microdata, definition lists, forms, JSON-LD; and what repeats in them.

use serde_json::json;

use super::Case;
use super::extract::{MOST, everything, products};
use super::look::{look, page_with};
use crate::check::{Checked, check, same};
use crate::context::Context;

pub(super) const CASES: &[Case] = &[
    look!("extract::data", [], all_data),
    look!("extract::what-repeats", [], repeats),
    look!("extract::tables", [], tables),
    look!("extract::microdata", [], microdata),
];

async fn all_data(cx: &Context<'_>) -> Checked {
    let page = products(cx).await?;
    let (told, notes) = everything(cx, &page, MOST).await?;
    same("JSON-LD", &told["jsonLd"][0]["note"], &json!("</b> two  blanks"))?;
    check(notes.len() == 1 && notes[0].contains("JSON-LD is left out"), || {
        format!("{notes:?}")
    })?;
    same(
        "microdata",
        &told["microdata"],
        &json!([{
            "type": ["https://schema.org/Store"],
            "properties": {
                "name": ["The lamp shop"],
                "url": [cx.url("/title/Shop")],
                "address": [{
                    "type": ["https://schema.org/PostalAddress"],
                    "properties": { "streetAddress": ["Main street 1"], "name": ["Head office"] },
                }],
                "foundingDate": ["1987-05-01"],
            },
        }]),
    )?;
    same(
        "tables",
        &told["tables"],
        &json!([{
            "caption": "Sizes",
            "rows": [
                { "Lamp": "Desk lamp", "Size Height": "40", "Size Width": "20" },
                { "Lamp": "Floor lamp", "Size Height": "180", "Size Width": "20" },
                { "Lamp": "Wall lamp", "Size Height": "25", "Size Width": "25" },
            ],
            "total": 3,
        }]),
    )?;
    same(
        "definitions",
        &told["definitions"],
        &json!([{ "Delivery": "3 days", "Returns": "30 days" }]),
    )?;
    same(
        "forms",
        &told["forms"],
        &json!([{
            "name": "Order",
            "action": cx.url("/title/Ordered"),
            "fields": {
                "E-mail": "a@b.c", "Password": "••••••••", "Payment": "Bill", "News": true, "Country": "Norway",
            },
        }]),
    )?;
    same("meta", &told["meta"]["canonical"], &json!(cx.url("/products")))?;
    same(
        "what it says of itself",
        &told["meta"]["description"],
        &json!("All of our lamps"),
    )?;
    check(!told.to_string().contains("secret"), || {
        format!("a secret is told: {told}")
    })
}

/// What repeats is told by a selector that `--list` takes.
async fn repeats(cx: &Context<'_>) -> Checked {
    let page = products(cx).await?;
    let (told, _) = everything(cx, &page, MOST).await?;
    let repeated = &told["repeated"];
    same("how many groups", repeated.as_array().map(Vec::len), Some(1))?;
    same("which", &repeated[0]["selector"], &json!("[data-testid=\"product\"]"))?;
    same("how often", &repeated[0]["count"], &json!(4))?;
    same(
        "what is in it",
        &repeated[0]["first"]["product-name"],
        &json!("Desk lamp"),
    )?;
    let page = page_with(
        cx,
        "<ul id=plain><li>One<li>Two<li>Three</ul>
        <div><section><b>A</b><i>1</i></section><section><b>B</b><i>2</i></section><section><b>C</b><i>3</i></section></div>
        <div class='row x'><div class=col><a class='a:b' href=/1><b>A</b><i>1</i></a></div></div>
        <div class='row y'><div class=col><a class='a:b' href=/2><b>B</b><i>2</i></a></div></div>
        <div class='row z'><div class=col><a class='a:b' href=/3><b>C</b><i>3</i></a></div></div>
        <div hidden><p><article>x<b>1</b><i>1</i></article><article>y<b>1</b><i>1</i></article><article>z<b>1</b><i>1</i></article></div>
        <ol><li>One<li>Two</ol>",
    )
    .await?;
    let (told, _) = everything(cx, &page, MOST).await?;
    let groups = told["repeated"].as_array().into_iter().flatten();
    let groups: Vec<_> = groups
        .map(|group| (group["selector"].as_str().unwrap_or_default(), &group["count"]))
        .collect();
    let three = json!(3);
    same(
        "the groups",
        groups,
        [(".row", &three), ("div > section", &three), ("#plain > li", &three)],
    )
}

async fn tables(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<table id=plain><tr><td>a<td>b<tr><td colspan=2>c</table>
        <table id=upright><tr><th>Colour<td>red<td>blue<tr><th>Weight<td>1 kg<td>2 kg</table>
        <table id=first-row><tr><th>A<th>A<th><tr><td>1<td>2<td>3<tr><td>4</table>
        <table id=spans><tr><th>A<th>B<tbody><tr><td rowspan=0>all<td>1<tr><td>2<tbody><tr><td>x<td>y</table>
        <table id=feet><tfoot><tr><td>sum<tbody><tr><td>one<thead><tr><th>Name</table>
        <table id=layout role=presentation><tr><td>no</table><table id=hidden hidden><tr><td>no</table>
        <table id=values><tr><td><input value=typed><td><img alt=drawn src=/logo.png><td><a href=/a>led</a></table>
        <table id=empty></table>",
    )
    .await?;
    let (told, notes) = everything(cx, &page, MOST).await?;
    let rows: Vec<_> = told["tables"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|table| &table["rows"])
        .collect();
    same(
        "the rows",
        json!(rows),
        json!([
            [["a", "b"], ["c", "c"]],
            [{ "Colour": "red", "Weight": "1 kg" }, { "Colour": "blue", "Weight": "2 kg" }],
            [{ "A": "1", "A 2": "2", "column 3": "3" }, { "A": "4", "A 2": null, "column 3": null }],
            [{ "A": "all", "B": "1" }, { "A": "all", "B": "2" }, { "A": "x", "B": "y" }],
            [{ "Name": "one" }, { "Name": "sum" }],
            [["typed", "drawn", "led"]],
            [],
        ]),
    )?;
    let (_, cut) = everything(cx, &page, 1).await?;
    check(
        cut.iter()
            .any(|note| note == "1 more row of a table: --max 2 reads all"),
        || format!("{cut:?}"),
    )?;
    check(
        notes.iter().any(|note| note.contains("left out: 1 table, hidden"))
            && notes
                .iter()
                .any(|note| note.contains("left out: 1 table, for layout only")),
        || format!("{notes:?}"),
    )
}

/// What properties say (HTML, 5.2.4), and where they are looked for.
async fn microdata(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<div itemscope itemid='urn:x:1' itemref='outside twice outside'>
        <meta itemprop=meta content=m><audio itemprop=audio src=/a.mp3></audio><img itemprop=img src=/logo.png alt=x>
        <a itemprop=a href=/title/A>text</a><object itemprop=object data=/logo.png></object><data itemprop=data value=5>five</data>
        <meter itemprop=meter value=0.5>half</meter><time itemprop=time datetime=2026-01-01>New year</time>
        <time itemprop=plain-time>10:00</time><p itemprop='one two'>both <b>  of</b> them</p><p itemprop=one>again</p></div>
        <p id=outside itemprop=outside>out</p><div id=twice><p itemprop=inner>in</p></div>",
    )
    .await?;
    let (told, _) = everything(cx, &page, MOST).await?;
    same(
        "an item",
        &told["microdata"],
        &json!([{
            "id": "urn:x:1",
            "properties": {
                "meta": ["m"], "audio": [cx.url("/a.mp3")], "img": [cx.url("/logo.png")], "a": [cx.url("/title/A")],
                "object": [cx.url("/logo.png")], "data": ["5"], "meter": ["0.5"], "time": ["2026-01-01"],
                "plain-time": ["10:00"], "one": ["both of them", "again"], "two": ["both of them"], "outside": ["out"],
                "inner": ["in"],
            },
        }]),
    )
}
