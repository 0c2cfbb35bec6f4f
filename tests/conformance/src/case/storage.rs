//! Cookies from outside of the page.

use greenroom_session_core::backend::Capability;
use serde_json::{Value, json};

use super::{Case, case};
use crate::check::{Checked, Failure, check, refused, same};
use crate::context::{Context, Room};
use crate::scripts::{COOKIE, SET_COOKIE};

pub(super) const CASES: &[Case] = &[
    case!("storage::reads-cookies", [Storage], reads, else unsupported),
    case!("storage::reads-what-scripts-cannot", [Storage], http_only),
    case!("storage::sets-cookies", [Storage], sets),
    case!("storage::takes-away-what-is-over", [Storage], over),
    case!("storage::round-trip", [Storage, Contexts], round_trip),
    case!("storage::clears-cookies", [Storage], clears),
    case!("storage::no-cookies", [Storage], none),
];

async fn cookies(cx: &Context<'_>, room: &Room) -> Checked<Vec<Value>> {
    Ok(room.browser.storage()?.cookies(&room.key, &cx.call()).await?)
}

async fn cookie(cx: &Context<'_>, room: &Room, name: &str) -> Checked<Value> {
    let all = cookies(cx, room).await?;
    let found = all.iter().find(|cookie| cookie["name"] == name).cloned();
    found.ok_or_else(|| Failure(format!("no cookie `{name}` among {all:?}")))
}

async fn reads(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Jar")).await?;
    page.eval(SET_COOKIE, json!("flavour=vanilla; path=/")).await?;
    let cookie = cookie(cx, &room, "flavour").await?;
    same("its value", &cookie["value"], &json!("vanilla"))?;
    same("its path", &cookie["path"], &json!("/"))?;
    same("its domain", &cookie["domain"], &json!("127.0.0.1"))?;
    same("whether scripts can read it", &cookie["httpOnly"], &json!(false))?;
    same("that it ends with the browser", cookie["expires"].as_f64(), Some(-1.0))
}

async fn unsupported(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Jar")).await?;
    page.eval(SET_COOKIE, json!("flavour=vanilla; path=/")).await?;
    refused("the storage", room.browser.storage().map(drop), Capability::Storage)?;
    same(
        "the page's cookies",
        page.eval(COOKIE, json!([])).await?,
        json!("flavour=vanilla"),
    )
}

async fn http_only(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/cookies/set?flavour=vanilla")).await?;
    same(
        "what scripts see",
        page.eval(COOKIE, json!([])).await?,
        json!("flavour=vanilla"),
    )?;
    let cookie = cookie(cx, &room, "server-only").await?;
    same("whether it is out of scripts' reach", &cookie["httpOnly"], &json!(true))
}

fn new_cookie(name: &str, value: &str) -> Value {
    json!({
        "name": name, "value": value, "domain": "127.0.0.1", "path": "/",
        "expires": -1, "httpOnly": false, "secure": false, "sameSite": "Lax",
    })
}

async fn sets(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let storage = room.browser.storage()?;
    storage
        .set_cookies(&room.key, &[new_cookie("one", "1"), new_cookie("two", "2")], &cx.call())
        .await?;
    let page = room.open(&cx.url("/headers")).await?;
    let seen = page.eval(COOKIE, json!([])).await?;
    let seen = seen.as_str().unwrap_or_default().to_owned();
    check(seen.contains("one=1") && seen.contains("two=2"), || {
        format!("the page sees {seen:?}")
    })?;
    let html = page.eval(crate::scripts::HTML, json!([])).await?;
    check(html.to_string().contains("one=1"), || {
        "the server did not get it".to_owned()
    })
}

async fn over(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let storage = room.browser.storage()?;
    room.open(&cx.url("/cookies/set?flavour=vanilla&size=large")).await?;
    let mut gone = new_cookie("flavour", "");
    gone["expires"] = json!(1);
    let mut unknown = new_cookie("unknown", "1");
    unknown["expires"] = json!(1);
    let mut server = cookie(cx, &room, "server-only").await?;
    server["expires"] = json!(1);
    storage
        .set_cookies(&room.key, &[gone, unknown, server], &cx.call())
        .await?;
    let left = cookies(cx, &room).await?;
    let names: Vec<_> = left.iter().map(|cookie| &cookie["name"]).collect();
    same("what is left", names, vec![&json!("size")])
}

async fn round_trip(cx: &Context<'_>) -> Checked {
    let (one, two) = (cx.room().await?, cx.room().await?);
    one.open(&cx.url("/cookies/set?flavour=vanilla&size=large")).await?;
    let mut before = cookies(cx, &one).await?;
    two.browser
        .storage()?
        .set_cookies(&two.key, &before, &cx.call())
        .await?;
    let mut after = cookies(cx, &two).await?;
    let by_name = |cookie: &Value| cookie["name"].as_str().unwrap_or_default().to_owned();
    before.sort_by_key(by_name);
    after.sort_by_key(by_name);
    same("how many there were", before.len(), 3)?;
    for (before, after) in before.iter().zip(&after) {
        for key in ["name", "value", "domain", "path", "httpOnly", "secure", "sameSite"] {
            same(
                &format!("`{key}` of a cookie that was carried over"),
                &after[key],
                &before[key],
            )?;
        }
    }
    same("how many came over", after.len(), before.len())
}

async fn clears(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/cookies/set?flavour=vanilla")).await?;
    check(!cookies(cx, &room).await?.is_empty(), || {
        "there are no cookies to remove".to_owned()
    })?;
    room.browser.storage()?.clear_cookies(&room.key, &cx.call()).await?;
    same("the cookies", cookies(cx, &room).await?, Vec::<Value>::new())?;
    same("what the page sees", page.eval(COOKIE, json!([])).await?, json!(""))
}

async fn none(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    room.browser.storage()?.set_cookies(&room.key, &[], &cx.call()).await?;
    same(
        "the cookies of a new context",
        cookies(cx, &room).await?,
        Vec::<Value>::new(),
    )
}
