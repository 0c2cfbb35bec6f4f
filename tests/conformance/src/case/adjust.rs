//! What is changed of a context while it is open, for the pages that are there and for those that come.

use greenroom_session_core::Kind;
use greenroom_session_core::backend::{Adjustment, Capability, Geolocation, Grant};
use serde_json::json;

use super::{Case, case};
use crate::check::{Checked, check, fails, refused, same};
use crate::context::{Context, Room};
use crate::scripts::HTML;

pub(super) const CASES: &[Case] = &[
    case!("adjust::headers", [ExtraHeaders], headers, else no_headers),
    case!("adjust::init-scripts", [InitScripts], init_scripts, else no_init_scripts),
    case!("adjust::offline", [Offline], offline, else no_offline),
    case!("adjust::geolocation", [Geolocation, Permissions], geolocation, else no_geolocation),
    case!("adjust::permissions", [Permissions], permissions, else no_permissions),
];

const SEEN: &str = "() => [window.first, window.second]";
const FETCH: &str = "url => fetch(url).then(answer => answer.status, () => 'none')";
const ASK: &str = "name => navigator.permissions.query({ name }).then(found => found.state)";
const WHERE: &str = "() => new Promise(done => navigator.geolocation.getCurrentPosition(
    found => done([found.coords.latitude, found.coords.longitude]), error => done(error.message)))";

async fn change(cx: &Context<'_>, room: &Room, adjustment: Adjustment) -> Checked {
    Ok(room.browser.adjust(&room.key, &adjustment, &cx.call()).await?)
}

/// It is refused, and the context is as it was.
async fn lacks(cx: &Context<'_>, adjustment: Adjustment, capability: Capability) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Still")).await?;
    let done = room.browser.adjust(&room.key, &adjustment, &cx.call()).await;
    refused("the change", done, capability)?;
    page.is_usable(&cx.site()).await
}

fn added(name: &str) -> Adjustment {
    Adjustment::Headers(vec![(name.to_owned(), "conformance".to_owned())])
}

async fn headers(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Before")).await?;
    let sees = |html: &str, name: &str, wanted: bool| {
        check(html.contains(name) == wanted, || {
            format!("`{name}`: {wanted} was wanted: {html}")
        })
    };
    change(cx, &room, added("x-first")).await?;
    page.goto(&cx.url("/headers")).await?;
    sees(
        &page.eval(HTML, json!([])).await?.to_string().to_lowercase(),
        "x-first",
        true,
    )?;
    change(cx, &room, added("x-second")).await?;
    let other = room.open(&cx.url("/headers")).await?;
    let html = other.eval(HTML, json!([])).await?.to_string().to_lowercase();
    sees(&html, "x-second", true)?;
    sees(&html, "x-first", false)
}

async fn no_headers(cx: &Context<'_>) -> Checked {
    lacks(cx, added("x-first"), Capability::ExtraHeaders).await
}

async fn init_scripts(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Before")).await?;
    same(
        "what is there before",
        page.eval(SEEN, json!([])).await?,
        json!([null, null]),
    )?;
    change(cx, &room, Adjustment::InitScript("window.first = 1".to_owned())).await?;
    change(
        cx,
        &room,
        Adjustment::InitScript("window.second = window.first + 1".to_owned()),
    )
    .await?;
    page.goto(&cx.url("/title/After")).await?;
    same(
        "what the page that was there sees",
        page.eval(SEEN, json!([])).await?,
        json!([1, 2]),
    )?;
    let other = room.open(&cx.url("/title/New")).await?;
    same(
        "what a new page sees",
        other.eval(SEEN, json!([])).await?,
        json!([1, 2]),
    )
}

async fn no_init_scripts(cx: &Context<'_>) -> Checked {
    let script = Adjustment::InitScript("window.first = 1".to_owned());
    lacks(cx, script, Capability::InitScripts).await
}

async fn offline(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Before")).await?;
    let url = json!(cx.url("/title/Fetched"));
    change(cx, &room, Adjustment::Offline(true)).await?;
    same(
        "a request of the page",
        page.eval(FETCH, url.clone()).await?,
        json!("none"),
    )?;
    let (_, loaded) = room.try_open(Some(&cx.url("/title/New"))).await?;
    fails("a new page's navigation", loaded, &[Kind::Navigation])?;
    change(cx, &room, Adjustment::Offline(false)).await?;
    same("a request of the page, then", page.eval(FETCH, url).await?, json!(200))
}

async fn no_offline(cx: &Context<'_>) -> Checked {
    lacks(cx, Adjustment::Offline(true), Capability::Offline).await
}

fn place() -> Adjustment {
    Adjustment::Geolocation(Some(Geolocation {
        latitude: 59.5,
        longitude: 30.25,
        accuracy: 1.0,
    }))
}

fn grant(origin: Option<String>) -> Adjustment {
    Adjustment::Permissions(Some(Grant {
        origin,
        names: vec!["geolocation".to_owned()],
    }))
}

async fn geolocation(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Here")).await?;
    change(cx, &room, grant(None)).await?;
    change(cx, &room, place()).await?;
    same(
        "where the page is",
        page.eval(WHERE, json!([])).await?,
        json!([59.5, 30.25]),
    )?;
    let other = room.open(&cx.url("/title/There")).await?;
    same(
        "where a new page is",
        other.eval(WHERE, json!([])).await?,
        json!([59.5, 30.25]),
    )
}

async fn no_geolocation(cx: &Context<'_>) -> Checked {
    lacks(cx, place(), Capability::Geolocation).await
}

async fn permissions(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Asks")).await?;
    let granted = json!("granted");
    let asked = async || page.eval(ASK, json!("geolocation")).await;
    check(asked().await? != granted, || "it is granted by itself".to_owned())?;
    change(cx, &room, grant(Some("https://other.test".to_owned()))).await?;
    check(asked().await? != granted, || {
        "another origin's grant is this one's".to_owned()
    })?;
    change(cx, &room, grant(None)).await?;
    same("the permission", asked().await?, granted.clone())?;
    let unknown = Adjustment::Permissions(Some(Grant {
        origin: None,
        names: vec!["everything".to_owned()],
    }));
    let refused = room.browser.adjust(&room.key, &unknown, &cx.call()).await;
    fails("a permission that there is not", refused, &[Kind::Usage])?;
    change(cx, &room, Adjustment::Permissions(None)).await?;
    check(asked().await? != granted, || "it is still granted".to_owned())
}

async fn no_permissions(cx: &Context<'_>) -> Checked {
    lacks(cx, grant(None), Capability::Permissions).await
}
