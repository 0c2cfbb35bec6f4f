//! Pages and popups: opened, told, closed.

use greenroom_session_core::Kind;
use greenroom_session_core::backend::{Capability, Event, PageOpened};
use serde_json::json;

use super::{Case, case};
use crate::check::{Checked, check, fails, same};
use crate::context::{Context, Tab};
use crate::scripts::TITLE;

pub(super) const CASES: &[Case] = &[
    case!("page::open-blank", [], blank),
    case!("page::open-with-url", [], with_url),
    case!("page::open-with-url-that-fails", [], failing),
    case!("page::told-before-anything-else", [], first),
    case!("page::keys-are-unique", [], keys),
    case!("page::close", [], close),
    case!("page::close-twice", [], twice),
    case!("page::close-overrules-beforeunload", [], overrules),
    case!("page::popup", [Popups], popup, else no_popup),
    case!("page::popup-told-before-anything-else", [Popups], popup_first),
    case!("page::popup-closes-itself", [Popups], popup_closes),
];

async fn blank(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open_blank().await?;
    same("its address", page.url().await?.as_str(), "about:blank")?;
    page.is_usable(&cx.site()).await
}

async fn with_url(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let url = cx.url("/title/Hello");
    let (page, loaded) = room.try_open(Some(&url)).await?;
    let loaded = loaded?;
    same("the address after loading", loaded.url, url.clone())?;
    same("that there was somewhere to go", loaded.moved, true)?;
    same("that it is another document", loaded.same_document, false)?;
    same("the page's address", page.url().await?, url)?;
    same("its title", page.eval(TITLE, json!([])).await?, json!("Hello"))
}

async fn failing(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let (page, loaded) = room.try_open(Some(&format!("{}/", cx.site().refused))).await?;
    if cx.has(Capability::NavigationStatus) {
        fails("an address where nobody listens", loaded, &[Kind::Navigation])?;
    }
    same(
        "that the page was told",
        room.sink.begins_with_opening(page.key()),
        true,
    )?;
    page.is_usable(&cx.site()).await
}

async fn first(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let url = cx.url("/console");
    let page = room.open(&url).await?;
    let opened = room
        .sink
        .count(|event| matches!(event, Event::PageOpened(opened) if opened.page.key() == page.key()));
    same("how often the opening was told when the call returned", opened, 1)?;
    room.sink.navigated(page.key(), &url).await?;
    check(room.sink.begins_with_opening(page.key()), || {
        format!(
            "the first event of the page is not its opening: {:?}",
            room.sink.events()
        )
    })
}

async fn keys(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let mut keys = Vec::new();
    for _ in 0..3 {
        keys.push(room.open_blank().await?.key().clone());
    }
    let page = room.open(&cx.url("/title/Key")).await?;
    let before = page.key().clone();
    page.goto(&cx.url("/title/Other")).await?;
    same("its key after a navigation", page.key(), &before)?;
    keys.push(before);
    let told = room
        .sink
        .opened("the opening of the last page", |opened| {
            Some(opened.page.key()) == keys.last()
        })
        .await?;
    same(
        "the address of the page that was told",
        told.page.url(&cx.call()).await?,
        page.url().await?,
    )?;
    keys.sort();
    let count = keys.len();
    keys.dedup();
    same("how many keys four pages have", keys.len(), count)
}

async fn close(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let stays = room.open(&cx.url("/title/Stays")).await?;
    let page = room.open(&cx.url("/title/Goes")).await?;
    page.0.close(&cx.call()).await?;
    closed(&page, "a closed page").await?;
    let find =
        |event: &Event| matches!(event, Event::PageClosed { page: closed } if closed == page.key()).then_some(());
    room.sink.wait("the closing of the page", find).await?;
    same("the other page", stays.eval(TITLE, json!([])).await?, json!("Stays"))
}

async fn closed(page: &Tab, what: &str) -> Checked {
    fails(what, page.url().await, &[Kind::PageGone])?;
    fails(what, page.eval(TITLE, json!([])).await, &[Kind::PageGone])?;
    fails(what, page.goto("about:blank").await, &[Kind::PageGone]).map(drop)
}

async fn twice(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    room.open_blank().await?;
    let page = room.open_blank().await?;
    page.0.close(&cx.call()).await?;
    // What was wanted is so already: it may be an error that says that, and nothing else.
    if let Err(error) = page.0.close(&cx.call()).await {
        same("the error of closing a closed page", error.kind(), Kind::PageGone)?;
    }
    closed(&page, "a page that was closed twice").await
}

async fn overrules(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    room.open_blank().await?;
    let page = room.open(&cx.url("/dialogs?kind=beforeunload&at=load")).await?;
    page.0.close(&cx.call()).await?;
    closed(&page, "a page that wanted to stay").await
}

const POPUP: &str = "/popup?at=load&child=name%3Dload";
const CHILD: &str = "/popup/child?name=load";

async fn popup(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let opener = room.open(&cx.url(POPUP)).await?;
    let by_opener = |opened: &PageOpened| opened.opener.as_ref() == Some(opener.key());
    let opened = room.sink.opened("the popup with its opener", by_opener).await?;
    let popup = Tab(opened.page);
    room.sink.navigated(popup.key(), &cx.url(CHILD)).await?;
    same("its address", popup.url().await?, cx.url(CHILD))?;
    titled(&popup, "Popup").await?;
    popup.is_usable(&cx.site()).await?;
    opener.is_usable(&cx.site()).await
}

/// The page gets this title: a document that was only just committed is still being read.
async fn titled(page: &Tab, title: &str) -> Checked {
    let mut seen = page.eval(TITLE, json!([])).await?;
    for _ in 0..500 {
        if seen == json!(title) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        seen = page.eval(TITLE, json!([])).await?;
    }
    same("its title", seen, json!(title))
}

async fn no_popup(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let opener = room.open(&cx.url(POPUP)).await?;
    opener.is_usable(&cx.site()).await?;
    let told = room
        .sink
        .count(|event| matches!(event, Event::PageOpened(opened) if opened.opener.is_some()));
    same("popups that were told without the capability", told, 0)
}

async fn popup_first(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let opener = room
        .open(&cx.url("/popup?at=load&child=name%3Dload%26alert%3D1"))
        .await?;
    let by_opener = |opened: &PageOpened| opened.opener.as_ref() == Some(opener.key());
    let popup = room.sink.opened("the popup with its opener", by_opener).await?.page;
    room.sink
        .navigated(popup.key(), &cx.url("/popup/child?name=load&alert=1"))
        .await?;
    check(room.sink.begins_with_opening(popup.key()), || {
        format!(
            "the first event of the popup is not its opening: {:?}",
            room.sink.events()
        )
    })?;
    if cx.has(Capability::Dialogs) {
        let of_popup = |event: &Event| match event {
            Event::DialogClosed(dialog, _) if dialog.page == *popup.key() => Some(dialog.message.clone()),
            _ => None,
        };
        let message = room
            .sink
            .wait("the dialog of the popup's first moment", of_popup)
            .await?;
        same("its text", message.as_str(), "a popup alert")?;
    }
    Tab(popup).is_usable(&cx.site()).await
}

async fn popup_closes(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let opener = room
        .open(&cx.url("/popup?at=load&child=name%3Dload%26close%3D1"))
        .await?;
    let by_opener = |opened: &PageOpened| opened.opener.as_ref() == Some(opener.key());
    let popup = room.sink.opened("the popup with its opener", by_opener).await?.page;
    let find = |event: &Event| matches!(event, Event::PageClosed { page } if page == popup.key()).then_some(());
    room.sink.wait("the closing of the popup", find).await?;
    closed(&Tab(popup), "a popup that closed itself").await?;
    opener.is_usable(&cx.site()).await
}
