//! Images, proved by their own headers.

use greenroom_session_core::Kind;
use greenroom_session_core::backend::{Area, Event, ImageFormat, Rect, Shot, Size};
use greenroom_test_site::Site;

use crate::support::{Fixture, call, eval, eval_main, failed};

/// The width and height that a PNG says it has.
fn size(png: &[u8]) -> (u32, u32) {
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

fn png(area: Area) -> Shot {
    Shot {
        area,
        format: ImageFormat::Png,
    }
}

#[tokio::test]
async fn the_viewport_a_part_and_the_whole_page() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/long")).await;
    // A popup in front, in the same window: images do not need the foreground.
    eval_main(&page, "() => { window.open('/title/Front') }").await;
    let popup = |event: &Event| matches!(event, Event::PageOpened(opened) if opened.opener.is_some()).then_some(());
    fixture.sink.first("the popup", popup).await;
    let height = eval(
        &page,
        "() => { scrollTo(0, 300); return document.documentElement.scrollHeight }",
    )
    .await;
    let height = u32::try_from(height.as_u64().unwrap()).unwrap();
    eval(&page, "() => { window.seen = []; for (const name of ['resize', 'scroll', 'focus', 'blur', 'visibilitychange']) addEventListener(name, () => seen.push(name)) }").await;
    let viewport = page.screenshot(&png(Area::Viewport), &call()).await.unwrap();
    assert_eq!(size(&viewport.bytes), (800, 600));
    let shown = Area::Part(Rect {
        x: 10.0,
        y: 400.0,
        width: 50.0,
        height: 40.0,
    });
    assert_eq!(
        size(&page.screenshot(&png(shown), &call()).await.unwrap().bytes),
        (50, 40)
    );
    assert_eq!(
        eval(&page, "() => seen.filter(name => name !== 'scroll')").await,
        serde_json::json!([])
    );
    let full = page.screenshot(&png(Area::FullPage), &call()).await.unwrap();
    assert_eq!(size(&full.bytes), (800, height));
    assert!(height >= 3000);
    let part = Area::Part(Rect {
        x: 10.0,
        y: 2000.0,
        width: 50.0,
        height: 40.0,
    });
    assert_eq!(
        size(&page.screenshot(&png(part), &call()).await.unwrap().bytes),
        (50, 40)
    );
    assert_eq!(
        eval(&page, "() => [scrollY, innerWidth, innerHeight]").await,
        serde_json::json!([300, 800, 600])
    );
    for (format, magic) in [
        (ImageFormat::Jpeg, &b"\xff\xd8\xff"[..]),
        (ImageFormat::Webp, &b"RIFF"[..]),
    ] {
        let image = page
            .screenshot(
                &Shot {
                    area: Area::Viewport,
                    format,
                },
                &call(),
            )
            .await
            .unwrap();
        assert!(image.bytes.starts_with(magic), "{format:?}");
    }
    fixture.finish().await;
}

#[tokio::test]
async fn a_page_that_is_too_long_says_its_size() {
    let Some(fixture) = Fixture::start().await else { return };
    let page = fixture.blank().await;
    eval_main(&page, "() => { document.body.style.height = '20000px' }").await;
    let error = failed(page.screenshot(&png(Area::FullPage), &call()).await);
    assert_eq!(error.kind(), Kind::Usage);
    assert!(
        error.message().contains("16384") && error.message().contains("x20"),
        "{error}"
    );
    fixture.finish().await;
}

#[tokio::test]
async fn the_viewport_can_be_changed() {
    let Some(fixture) = Fixture::start().await else { return };
    let page = fixture.blank().await;
    page.set_viewport(
        Size {
            width: 412,
            height: 700,
        },
        &call(),
    )
    .await
    .unwrap();
    assert_eq!(
        eval(&page, "() => [innerWidth, innerHeight]").await,
        serde_json::json!([412, 700])
    );
    assert_eq!(
        size(&page.screenshot(&png(Area::Viewport), &call()).await.unwrap().bytes),
        (412, 700)
    );
    fixture.finish().await;
}
