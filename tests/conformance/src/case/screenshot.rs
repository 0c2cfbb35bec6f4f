//! Images: their sizes and formats, and that the page does not notice.

use greenroom_session_core::backend::{Area, Capability, Image, ImageFormat, Rect, Shot};
use serde_json::{Value, json};

use super::{Case, case};
use crate::check::{Checked, Failure, refused, same};
use crate::context::{Context, Tab};
use crate::image;
use crate::scripts::{SCROLL, SCROLL_TO, SIZE, TITLE};

pub(super) const CASES: &[Case] = &[
    case!("screenshot::viewport", [Screenshot], viewport, else no_viewport),
    case!("screenshot::part", [Screenshot], part, else no_part),
    case!("screenshot::part-out-of-view", [Screenshot], out_of_view),
    case!("screenshot::part-of-no-size", [Screenshot], no_size),
    case!("screenshot::full-page", [FullPageScreenshot], full, else no_full),
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

async fn part(cx: &Context<'_>) -> Checked {
    takes(cx, PART, Some((120, 80))).await
}

async fn no_part(cx: &Context<'_>) -> Checked {
    lacks(cx, PART, ImageFormat::Png, Capability::Screenshot).await
}

async fn out_of_view(cx: &Context<'_>) -> Checked {
    let area = Area::Part(Rect {
        x: 0.0,
        y: 2700.0,
        width: 200.0,
        height: 100.0,
    });
    takes(cx, area, Some((200, 100))).await
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
