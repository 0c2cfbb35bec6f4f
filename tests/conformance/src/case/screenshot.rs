//! Images: their sizes and formats, and that the page does not notice.

use std::time::Duration;

use greenroom_session_core::backend::{Area, Capability, Image, ImageFormat, Rect, Shot};
use greenroom_session_core::{Call, Kind};
use serde_json::{Value, json};

use super::{Case, case};
use crate::check::{Checked, Failure, fails, refused, same};
use crate::context::{Context, Tab};
use crate::image;
use crate::scripts::{GLOBAL, SCROLL, SCROLL_TO, SIZE, TITLE};

pub(super) const CASES: &[Case] = &[
    case!("screenshot::viewport", [Screenshot], viewport, else no_viewport),
    case!("screenshot::part", [Screenshot], part, else no_part),
    case!("screenshot::part-out-of-view", [FullPageScreenshot, Screenshot], out_of_view, else no_out_of_view),
    case!("screenshot::part-of-no-size", [Screenshot], no_size),
    case!("screenshot::full-page", [FullPageScreenshot], full, else no_full),
    case!("screenshot::tall-page", [FullPageScreenshot], tall),
    case!("screenshot::not-noticed", [FullPageScreenshot, Screenshot], unnoticed),
    case!("screenshot::given-up", [FullPageScreenshot, Screenshot], given_up),
    case!("screenshot::formats", [ScreenshotFormats, Screenshot], formats, else no_formats),
];

const PART: Area = Area::Part(Rect {
    x: 10.0,
    y: 20.0,
    width: 120.0,
    height: 80.0,
});

async fn long_page(cx: &Context<'_>) -> Checked<Tab> {
    cx.room().await?.open(&cx.url("/long")).await
}

async fn shoot(cx: &Context<'_>, page: &Tab, area: Area, format: ImageFormat) -> greenroom_session_core::Result<Image> {
    page.0.screenshot(&Shot { area, format }, &cx.call()).await
}

/// What an image must not change.
async fn look(page: &Tab) -> Checked<(Value, Value)> {
    Ok((page.eval(SIZE, json!([])).await?, page.eval(SCROLL, json!([])).await?))
}

async fn size_of(page: &Tab) -> Checked<(u32, u32)> {
    let size = page.eval(SIZE, json!([])).await?;
    serde_json::from_value(size.clone()).map_err(|_| Failure(format!("{size} is no size")))
}

/// Makes an image of a page that is scrolled, and compares its size and the page.
async fn takes(cx: &Context<'_>, area: Area, wanted: Option<(u32, u32)>) -> Checked {
    let page = long_page(cx).await?;
    page.eval(SCROLL_TO, json!([0, 500])).await?;
    let before = look(&page).await?;
    same("the scroll position before", &before.1, &json!([0, 500]))?;
    let wanted = match wanted {
        Some((0, height)) => (size_of(&page).await?.0, height),
        Some(size) => size,
        None => size_of(&page).await?,
    };
    let picture = shoot(cx, &page, area, ImageFormat::Png).await?;
    same("the format", picture.format, ImageFormat::Png)?;
    same("the size of the image", image::size(&picture)?, wanted)?;
    same(
        "the viewport and the scroll position after it",
        look(&page).await?,
        before,
    )
}

/// Asks for an image that the browser does not have, and looks whether the page has noticed.
async fn lacks(cx: &Context<'_>, area: Area, format: ImageFormat, capability: Capability) -> Checked {
    let page = long_page(cx).await?;
    page.eval(SCROLL_TO, json!([0, 500])).await?;
    let before = look(&page).await?;
    refused("an image", shoot(cx, &page, area, format).await, capability)?;
    same(
        "the viewport and the scroll position after it",
        look(&page).await?,
        before,
    )?;
    same("the title", page.eval(TITLE, json!([])).await?, json!("Long page"))
}

async fn viewport(cx: &Context<'_>) -> Checked {
    takes(cx, Area::Viewport, None).await
}

async fn no_viewport(cx: &Context<'_>) -> Checked {
    lacks(cx, Area::Viewport, ImageFormat::Png, Capability::Screenshot).await
}

/// In the viewport, which is scrolled.
async fn part(cx: &Context<'_>) -> Checked {
    let area = Area::Part(Rect {
        x: 10.0,
        y: 520.0,
        width: 120.0,
        height: 80.0,
    });
    takes(cx, area, Some((120, 80))).await
}

async fn no_part(cx: &Context<'_>) -> Checked {
    lacks(cx, PART, ImageFormat::Png, Capability::Screenshot).await
}

const BELOW: Area = Area::Part(Rect {
    x: 0.0,
    y: 2700.0,
    width: 200.0,
    height: 100.0,
});

async fn out_of_view(cx: &Context<'_>) -> Checked {
    takes(cx, BELOW, Some((200, 100))).await
}

/// Without it, a part that is not shown would have to be scrolled to; above the viewport, below it, and half in it.
async fn no_out_of_view(cx: &Context<'_>) -> Checked {
    // Without any images at all, that is what is missing first.
    let missing = if cx.has(Capability::Screenshot) {
        Capability::FullPageScreenshot
    } else {
        Capability::Screenshot
    };
    let half = Area::Part(Rect {
        x: 10.0,
        y: 450.0,
        width: 120.0,
        height: 80.0,
    });
    for area in [BELOW, PART, half] {
        lacks(cx, area, ImageFormat::Png, missing).await?;
    }
    Ok(())
}

async fn no_size(cx: &Context<'_>) -> Checked {
    let page = long_page(cx).await?;
    let area = Area::Part(Rect {
        x: 0.0,
        y: 0.0,
        width: 0.0,
        height: 10.0,
    });
    let picture = shoot(cx, &page, area, ImageFormat::Png).await;
    crate::check::check(picture.is_err(), || format!("an image without pixels: {picture:?}"))?;
    page.is_usable(&cx.site()).await
}

async fn full(cx: &Context<'_>) -> Checked {
    takes(cx, Area::FullPage, Some((0, 3000))).await
}

async fn no_full(cx: &Context<'_>) -> Checked {
    lacks(cx, Area::FullPage, ImageFormat::Png, Capability::FullPageScreenshot).await
}

/// A page that records what it is told, scrolled to its middle.
async fn watched_page(cx: &Context<'_>, height: u32) -> Checked<Tab> {
    let page = cx
        .room()
        .await?
        .open(&cx.url(&format!("/watched?height={height}")))
        .await?;
    page.eval(SCROLL_TO, json!([0, 1000])).await?;
    told(&page).await?;
    Ok(page)
}

/// What a page that records it was told until now.
async fn told(page: &Tab) -> Checked<Value> {
    same(
        "that nothing more comes",
        page.eval(GLOBAL, json!(["settled"])).await?,
        json!(true),
    )?;
    Ok(page.eval(GLOBAL, json!(["seen"])).await?)
}

/// An image is whole or refused; it never shows something else.
async fn tall(cx: &Context<'_>) -> Checked {
    let page = watched_page(cx, 17_000).await?;
    let width = size_of(&page).await?.0;
    match shoot(cx, &page, Area::FullPage, ImageFormat::Png).await {
        Ok(picture) => same("the size of the image", image::size(&picture)?, (width, 17_000)),
        refused => fails("an image of a page that is too tall", refused, &[Kind::Usage]).map(drop),
    }
}

async fn unnoticed(cx: &Context<'_>) -> Checked {
    let page = watched_page(cx, 3000).await?;
    let before = told(&page).await?;
    let below = Area::Part(Rect {
        x: 0.0,
        y: 2500.0,
        width: 200.0,
        height: 100.0,
    });
    for area in [Area::Viewport, PART, below, Area::FullPage] {
        shoot(cx, &page, area, ImageFormat::Png).await?;
        same(
            &format!("what the page saw of {area:?}"),
            told(&page).await?,
            before.clone(),
        )?;
    }
    Ok(())
}

async fn given_up(cx: &Context<'_>) -> Checked {
    let page = watched_page(cx, 3000).await?;
    let (looks, seen) = (look(&page).await?, told(&page).await?);
    let shot = Shot {
        area: Area::FullPage,
        format: ImageFormat::Png,
    };
    for moment in [0, 10, 100] {
        let moment = Duration::from_millis(moment);
        let (call, short) = (cx.call(), Call::within(moment));
        // Whether it was done by then is of no interest.
        let _ = tokio::time::timeout(moment, page.0.screenshot(&shot, &call)).await;
        let _ = page.0.screenshot(&shot, &short).await;
        let picture = shoot(cx, &page, PART, ImageFormat::Png).await?;
        same("the size of the next image", image::size(&picture)?, (120, 80))?;
        same(
            "the viewport and the scroll position after it",
            look(&page).await?,
            looks.clone(),
        )?;
        same("what the page saw of it", told(&page).await?, seen.clone())?;
    }
    Ok(())
}

async fn formats(cx: &Context<'_>) -> Checked {
    let page = long_page(cx).await?;
    let wanted = size_of(&page).await?;
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Webp] {
        let picture = shoot(cx, &page, Area::Viewport, format).await?;
        same("the format", picture.format, format)?;
        same(&format!("the size of a {format:?}"), image::size(&picture)?, wanted)?;
    }
    Ok(())
}

async fn no_formats(cx: &Context<'_>) -> Checked {
    for format in [ImageFormat::Jpeg, ImageFormat::Webp] {
        // Without any images at all, that is what is missing first.
        let missing = if cx.has(Capability::Screenshot) {
            Capability::ScreenshotFormats
        } else {
            Capability::Screenshot
        };
        lacks(cx, Area::Viewport, format, missing).await?;
    }
    Ok(())
}
