//! Data of pages on this backend, as the cases `extract::` ask for it.
//!
//! The engine is the suite's, not the backend's: what fails here is a script that this backend does not run as it should,
//! or a document that its browser builds in another way.

use greenroom_session_core::Kind;
use greenroom_session_core::extract::{Records, data};
use greenroom_session_core::injected::{Extract, Pick};
use greenroom_session_core::locator::Locator;
use serde_json::{Map, Value, json};

use super::Case;
use super::look::{look, page_with, place};
use crate::check::{Checked, check, fails, same};
use crate::context::{Context, Tab};

pub(super) const CASES: &[Case] = &[
    look!("extract::lists", [], lists),
    look!("extract::columns", [], columns),
    look!("extract::columns-without-names", [], plain_columns),
    look!("extract::fields-of-a-page", [], fields_of_a_page),
    look!("extract::names", [], names),
    look!("extract::what-is-not-clear", [], unclear),
    look!("extract::by-locator", [], by_locator),
    look!("extract::secrets", [], secrets),
    look!("extract::in-shadow-roots", [], in_shadow),
];

/// How many items are read here.
pub(super) const MOST: usize = 100;

/// What an extraction finds, as records.
pub(super) async fn records(cx: &Context<'_>, page: &Tab, list: Option<&str>, fields: &[&str]) -> Checked<Records> {
    let list = list.map(Locator::parse).transpose()?;
    let wanted = Extract {
        list: list.as_ref(),
        fields: fields.to_vec(),
        picks: Vec::new(),
        most: MOST,
    };
    let raw = place(page, None).extract(&wanted, &cx.call()).await?;
    Ok(Records::new(raw.items, fields))
}

/// All data of a page, and what is noted of it.
pub(super) async fn everything(cx: &Context<'_>, page: &Tab, most: usize) -> Checked<(Value, Vec<String>)> {
    let wanted = Extract {
        most,
        ..Extract::default()
    };
    let raw = place(page, None).extract(&wanted, &cx.call()).await?;
    let mut notes = Vec::new();
    let told = data(raw.data.unwrap_or_default(), &mut notes);
    Ok((told.into(), notes))
}

pub(super) async fn products(cx: &Context<'_>) -> Checked<Tab> {
    cx.room().await?.open(&cx.url("/products")).await
}

async fn lists(cx: &Context<'_>) -> Checked {
    let page = products(cx).await?;
    let fields = [
        "name", "price", "link", "image", "alt", "tag", "Weight", "date", "heading",
    ];
    let read = records(cx, &page, Some("#list > li"), &fields).await?;
    same("how many", read.items.len(), 4)?;
    same(
        "the first",
        Value::from(read.items[0].clone()),
        json!({
            "name": "Desk lamp", "price": "1,234.50 €", "link": cx.url("/title/Desk"), "image": cx.url("/logo.png"),
            "alt": "A desk lamp", "tag": ["new", "blue"], "Weight": "2 kg", "date": "2026-02-03", "heading": "Desk lamp",
        }),
    )?;
    same("one that has no price", &read.items[3]["price"], &Value::Null)?;
    let missing = "`price` is not found in 1 of 4 items".to_owned();
    check(read.notes.contains(&missing), || format!("{:?}", read.notes))?;
    same(
        "where the name is from",
        &*read.sources["name"][0].from,
        "class product-name",
    )?;
    let by_any = records(cx, &page, Some("testid:product >> role:heading"), &["text"]).await?;
    same("by a chain", &by_any.items[1]["text"], &json!("Floor lamp"))?;
    let list = Locator::parse("role:button:Nothing")?;
    let wanted = Extract {
        list: Some(&list),
        most: MOST,
        ..Extract::default()
    };
    let nothing = place(&page, None).extract(&wanted, &cx.call()).await;
    let error = fails("a list of nothing", nothing, &[Kind::NotFound])?;
    check(error.message().contains("\"Order\""), || error.message().to_owned())
}

async fn columns(cx: &Context<'_>) -> Checked {
    let page = products(cx).await?;
    let read = records(cx, &page, Some("testid:product"), &[]).await?;
    same(
        "the columns",
        read.items.get(1).cloned().map(Value::from),
        Some(json!({
            "Weight": "7 kg", "product-name": "Floor lamp", "price": "99.00 €", "tag": "new", "time": "2026-02-04",
            "link": cx.url("/title/Floor"), "image": cx.url("/logo.png?2"),
        })),
    )?;
    check(read.notes.iter().any(|note| note.contains("`stock` (1)")), || {
        format!("{:?}", read.notes)
    })?;
    let read = records(cx, &page, Some("#sizes tbody tr"), &[]).await?;
    same(
        "the rows of a table",
        Value::from(read.items[1].clone()),
        json!({ "Lamp": "Floor lamp", "Size Height": "180", "Size Width": "20" }),
    )?;
    let read = records(cx, &page, Some("dt"), &[]).await?;
    same(
        "plain items",
        Value::from(read.items),
        json!([{ "text": "Delivery" }, { "text": "Returns" }]),
    )
}

/// Items without names for what is in them, and rows of all kinds of tables.
async fn plain_columns(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<ul><li><a href='/title/A'>One</a><li class=x>Plain<li>Apple <b class=price>1 €</b></ul>
        <table id=bare><tr><td>a<td>b<tr><td>c<td>d</table>
        <div role=grid aria-label=Stock><div role=row><b role=columnheader>Name</b><b role=columnheader>Count</b></div>
        <div role=row><b role=gridcell>Lamp</b><b role=gridcell>5</b></div></div>",
    )
    .await?;
    let read = records(cx, &page, Some("li"), &["text", "link"]).await?;
    same("a link", &read.items[0]["link"], &json!(cx.url("/title/A")))?;
    let told = records(cx, &page, Some("li >> nth=0"), &[]).await?;
    same(
        "the columns of an item with a link",
        Value::from(told.items),
        json!([{ "link text": "One", "link": cx.url("/title/A") }]),
    )?;
    let told = records(cx, &page, Some("li >> nth=2"), &[]).await?;
    same(
        "text beside a column",
        Value::from(told.items),
        json!([{ "price": "1 €", "text": "Apple" }]),
    )?;
    let told = records(cx, &page, Some("ul a"), &[]).await?;
    same(
        "links",
        Value::from(told.items),
        json!([{ "text": "One", "link": cx.url("/title/A") }]),
    )?;
    let told = records(cx, &page, Some("#bare tr"), &[]).await?;
    same(
        "rows without heads",
        &told.items[1],
        json!({ "column 1": "c", "column 2": "d" })
            .as_object()
            .unwrap_or(&Map::new()),
    )?;
    let told = records(cx, &page, Some("[role=row] >> nth=1"), &["count"]).await?;
    same("a row of ARIA", &told.items[0]["count"], &json!("5"))?;
    let (told, _) = everything(cx, &page, MOST).await?;
    same(
        "a table of ARIA",
        &told["tables"][1],
        &json!({ "caption": "Stock", "rows": [{ "Name": "Lamp", "Count": "5" }], "total": 1 }),
    )
}

async fn fields_of_a_page(cx: &Context<'_>) -> Checked {
    let page = products(cx).await?;
    let fields = [
        "delivery",
        "email",
        "password",
        "country",
        "og:title",
        "founding date",
        "title",
        "size width",
        "nothing",
    ];
    let read = records(cx, &page, None, &fields).await?;
    same(
        "the fields",
        Value::from(read.items[0].clone()),
        json!({
            "delivery": "3 days", "email": "a@b.c", "password": "••••••••", "country": "Norway",
            "og:title": "Lamps and lights", "founding date": "1987-05-01", "title": "Lamps", "size width": ["20", "25"],
            "nothing": null,
        }),
    )?;
    same("what is missing", read.notes, vec!["`nothing` is not found".to_owned()])
}

/// The same word in several places: what its author meant most counts.
async fn names(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<div class=item itemscope><i class=price>by class</i><i itemprop=price content=x>by property</i></div>
        <div class=item><i class=price>by class</i><i data-testid=price>by test id</i></div>
        <div class=item><i class=price>by class</i><label>Price <input value='by label'></label></div>
        <div class=item><i class='old-price'>by a part</i><label>Price: <input value='by label'></label></div>
        <div class=item><i class='unitPrice'>by a part</i></div>
        <div class=item><dl><dt>Price<dd>by term</dl><i class='old-price'>by a part</i></div>
        <div class=item><table><tr><th>Price<td>by head</table></div>
        <div class=item><strong>Price</strong>: by colon</div>
        <div class=item><span aria-label=Price>by aria</span></div>
        <div class=item>Only <b>€ 5</b> today, <s>€ 6</s></div>
        <div class=item><i class=price>same</i><i class=price>same</i></div>
        <div class=item><b class=price><i class=price>inner</i> outer</b></div>",
    )
    .await?;
    let read = records(cx, &page, Some(".item"), &["price"]).await?;
    let told: Vec<_> = read
        .items
        .iter()
        .map(|item| item["price"].as_str().unwrap_or("-"))
        .collect();
    let wanted = [
        "by property",
        "by test id",
        "by class",
        "by label",
        "by a part",
        "by term",
        "by head",
        "by colon",
        "by aria",
        "€ 5",
        "same",
        "inner outer",
    ];
    same("the price", told, wanted)
}

async fn unclear(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<div class=item><a href=/a>a</a><a href=/b>b</a><h2>One</h2><h2>Two</h2> 5 € or 6 €</div>
        <div class=item><a href=/a>a</a><a href=/a#>a</a><h3><a href=/b>b</a></h3>5 €</div>",
    )
    .await?;
    let read = records(cx, &page, Some(".item"), &["link", "title", "price"]).await?;
    same(
        "the records",
        Value::from(read.items.clone()),
        json!([{ "link": null, "title": null, "price": null }, { "link": cx.url("/b"), "title": "b", "price": "5 €" }]),
    )?;
    let noted = read
        .notes
        .iter()
        .filter(|note| note.contains("is not clear in 1 of 2 items"));
    same("what is noted", noted.count(), 3)
}

async fn by_locator(cx: &Context<'_>) -> Checked {
    let page = products(cx).await?;
    let list = Locator::parse("testid:product")?;
    let texts = [
        ("heading", "role:heading", None),
        ("second", "span >> nth=1", None),
        ("href", "a", Some("href")),
        ("tag", ".tag >> visible=true", None),
        ("path", "xpath:.//time", Some("datetime")),
        ("child", ":scope > a", Some("href")),
        ("text", "text:lamp", None),
        ("deep", "a >> h2", None),
    ];
    let locators: Vec<_> = texts
        .iter()
        .map(|(_, text, _)| Locator::parse(text))
        .collect::<Result<_, _>>()?;
    let picks = texts.iter().zip(&locators).map(|((name, _, attribute), locator)| Pick {
        name,
        locator,
        attribute: *attribute,
    });
    let wanted = Extract {
        list: Some(&list),
        fields: Vec::new(),
        picks: picks.collect(),
        most: 2,
    };
    let raw = place(&page, None).extract(&wanted, &cx.call()).await?;
    same("how many there are", raw.total, 4)?;
    let names: Vec<_> = texts.iter().map(|(name, ..)| *name).collect();
    let read = Records::new(raw.items, &names);
    same(
        "what locators find in each item",
        Value::from(read.items),
        json!([
            {
                "heading": "Desk lamp", "second": "new", "href": cx.url("/title/Desk"), "tag": ["new", "blue"],
                "path": "2026-02-03", "child": cx.url("/title/Desk"), "text": "Desk lamp", "deep": "Desk lamp",
            },
            {
                "heading": "Floor lamp", "second": "new", "href": cx.url("/title/Floor"), "tag": "new",
                "path": "2026-02-04", "child": cx.url("/title/Floor"), "text": "Floor lamp", "deep": "Floor lamp",
            },
        ]),
    )
}

/// Whatever way a secret is asked for, a mask is told.
async fn secrets(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<form class=f><input id=pin class=pin type=password value=hush><label>Code <input autocomplete=one-time-code value=hush>
        </label><table><tr><th>Pass<td><input type=password value=hush></table></form>",
    )
    .await?;
    let read = records(cx, &page, None, &["pin", "code", "pass"]).await?;
    let mask = json!("••••••••");
    same(
        "fields",
        Value::from(read.items[0].clone()),
        json!({ "pin": mask, "code": mask, "pass": mask }),
    )?;
    let (list, locator) = (Locator::parse(".f")?, Locator::parse(".pin")?);
    let pick = |name, attribute| Pick {
        name,
        locator: &locator,
        attribute,
    };
    let wanted = Extract {
        list: Some(&list),
        fields: Vec::new(),
        picks: vec![pick("said", None), pick("value", Some("value"))],
        most: MOST,
    };
    let raw = place(&page, None).extract(&wanted, &cx.call()).await?;
    let read = Records::new(raw.items, &["said", "value"]);
    same(
        "by locator",
        Value::from(read.items),
        json!([{ "said": mask, "value": mask }]),
    )?;
    let columns = records(cx, &page, Some(".f"), &[]).await?;
    let (told, _) = everything(cx, &page, MOST).await?;
    let all = format!("{:?} {told}", columns.items);
    check(!all.contains("hush"), || format!("a secret is told: {all}"))
}

async fn in_shadow(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<x-card></x-card><x-card></x-card>").await?;
    page.eval(
        "() => { document.querySelectorAll('x-card').forEach((card, index) => { card.attachShadow({ mode: 'open' }).innerHTML =
            `<b class=name>Card ${index}</b><div><slot></slot></div>`; }); }",
        json!([]),
    )
    .await?;
    let read = records(cx, &page, Some("x-card"), &["name"]).await?;
    same(
        "by name",
        Value::from(read.items),
        json!([{ "name": "Card 0" }, { "name": "Card 1" }]),
    )?;
    let read = records(cx, &page, Some("x-card"), &[]).await?;
    same("by column", &read.items[1]["name"], &json!("Card 1"))
}
