//! Images, proved by their pixels.

use std::io::Cursor;

use greenroom_session_core::Kind;
use greenroom_session_core::backend::{
    Area, ContextOptions, Event, Image, ImageFormat, LaunchOptions, Profile, Rect, Shot, Size,
};
use greenroom_test_site::Site;
use serde_json::json;

use crate::support::{Fixture, call, eval, eval_main, failed, options};

pub(crate) fn png(area: Area) -> Shot {
    Shot {
        area,
        format: ImageFormat::Png,
    }
}

pub(crate) fn part(x: f64, y: f64, width: f64, height: f64) -> Area {
    Area::Part(Rect { x, y, width, height })
}

/// An image in memory.
pub(crate) struct Pixels {
    pub(crate) width: usize,
    pub(crate) height: usize,
    bytes: Vec<u8>,
    samples: usize,
}

impl Pixels {
    pub(crate) fn of(image: &Image) -> Self {
        let mut reader = png::Decoder::new(Cursor::new(&image.bytes)).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut bytes).unwrap();
        Self {
            width: reader.info().width.try_into().unwrap(),
            height: reader.info().height.try_into().unwrap(),
            samples: reader.output_color_type().0.samples(),
            bytes,
        }
    }

    fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let start = (y * self.width + x) * self.samples;
        self.bytes[start..start + 3].try_into().unwrap()
    }

    /// Looks at every row of the bands of `/watched`; `top` is the image's upper edge on the page, `scale` how many
    /// pixels of the image a pixel of the page has.
    pub(crate) fn show_bands(&self, top: usize, scale: f64) {
        for y in 0..self.height {
            let page = to_page(y, scale);
            let edge = page % 50.0;
            if scale.fract() == 0.0 || (1.0..49.0).contains(&edge) {
                let number = top / 50 + to_number(page) / 50;
                assert_eq!(
                    self.at(4, y),
                    colour(number),
                    "row {y} of {}, band {number}",
                    self.height
                );
            }
        }
    }

    /// How many rows of the column are of this colour, and the first of them.
    pub(crate) fn rows_of(&self, x: usize, colour: [u8; 3]) -> (usize, Option<usize>) {
        let mut rows = (0..self.height).filter(|y| self.at(x, *y) == colour);
        let first = rows.next();
        (rows.count() + usize::from(first.is_some()), first)
    }
}

#[expect(clippy::cast_precision_loss, reason = "rows are few")]
fn to_page(row: usize, scale: f64) -> f64 {
    (row as f64 + 0.5) / scale
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is a number of rows"
)]
fn to_number(page: f64) -> usize {
    page as usize
}

/// The colour of a band, as the page computes it.
fn colour(number: usize) -> [u8; 3] {
    let hash = (u32::try_from(number).unwrap() + 1).wrapping_mul(2_654_435_761) >> 8;
    let [_, red, green, blue] = hash.to_be_bytes();
    [red, green, blue]
}

#[tokio::test]
async fn the_viewport_a_part_and_the_whole_page() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/watched?height=3000")).await;
    // A popup in front, in the same window: images do not need the foreground.
    eval_main(&page, "() => { window.open('/title/Front') }").await;
    let popup = |event: &Event| matches!(event, Event::PageOpened(opened) if opened.opener.is_some()).then_some(());
    fixture.sink.first("the popup", popup).await;
    eval(&page, "() => scrollTo(0, 300)").await;
    for (area, top, size) in [
        (Area::Viewport, 300, (800, 600)),
        (part(0.0, 400.0, 50.0, 40.0), 400, (50, 40)),
        (part(0.0, 2000.0, 50.0, 40.0), 2000, (50, 40)),
        (part(0.0, 200.0, 800.0, 1000.0), 200, (800, 1000)),
        (Area::FullPage, 0, (800, 3000)),
    ] {
        let image = Pixels::of(&page.screenshot(&png(area), &call()).await.unwrap());
        assert_eq!((image.width, image.height), size, "{area:?}");
        image.show_bands(top, 1.0);
    }
    assert_eq!(
        eval(&page, "() => [scrollY, innerWidth, innerHeight]").await,
        json!([300, 800, 600])
    );
    for (format, magic) in [
        (ImageFormat::Jpeg, &b"\xff\xd8\xff"[..]),
        (ImageFormat::Webp, &b"RIFF"[..]),
    ] {
        for area in [Area::Viewport, Area::FullPage] {
            let image = page.screenshot(&Shot { area, format }, &call()).await.unwrap();
            assert!(image.bytes.starts_with(magic), "{format:?} {area:?}");
        }
    }
    fixture.finish().await;
}

#[tokio::test]
async fn a_tall_page_is_whole_and_shows_everything_once() {
    let Some(fixture) = Fixture::start().await else { return };
    let site = Site::start().await;
    let page = fixture.open(&site.url("/watched?height=40000&width=1000")).await;
    eval(&page, "() => scrollTo(0, 21000)").await;
    let image = page.screenshot(&png(Area::FullPage), &call()).await.unwrap();
    let image = Pixels::of(&image);
    assert_eq!((image.width, image.height), (1000, 40_000));
    image.show_bands(0, 1.0);
    // What depends on the viewport is once there, as large as the viewport makes it, and where it is.
    assert_eq!(image.rows_of(110, [0, 255, 0]), (30, Some(21_010)));
    assert_eq!(image.rows_of(210, [0, 0, 255]), (30, Some(21_010)));
    assert_eq!(image.rows_of(310, [0, 0, 0]), (600, Some(0)));
    let tall = part(0.0, 1000.0, 100.0, 30_000.0);
    let image = Pixels::of(&page.screenshot(&png(tall), &call()).await.unwrap());
    assert_eq!((image.width, image.height), (100, 30_000));
    image.show_bands(1000, 1.0);
    assert_eq!(eval(&page, "() => scrollY").await, 21_000);
    fixture.finish().await;
}

#[tokio::test]
async fn a_page_that_is_too_long_says_its_size() {
    let Some(fixture) = Fixture::start().await else { return };
    let page = fixture.blank().await;
    for (height, format, size, limit) in [
        (
            100_001,
            ImageFormat::Png,
            "800x100001 pixels",
            "a PNG has at most 16384x100000",
        ),
        (
            20_000,
            ImageFormat::Jpeg,
            "800x20000 pixels",
            "a JPEG has at most 16384x16384",
        ),
        (
            16_384,
            ImageFormat::Webp,
            "800x16384 pixels",
            "a WebP has at most 16383x16383",
        ),
    ] {
        let style = format!("() => {{ document.body.style.cssText = 'margin: 0; height: {height}px' }}");
        eval_main(&page, &style).await;
        let shot = Shot {
            area: Area::FullPage,
            format,
        };
        let error = failed(page.screenshot(&shot, &call()).await);
        assert_eq!(error.kind(), Kind::Usage);
        assert!(
            error.message().contains(size) && error.message().contains(limit),
            "{error}"
        );
    }
    fixture.finish().await;
}

#[tokio::test]
async fn dense_screens_are_whole() {
    for scale in ["2", "1.25"] {
        let argument = format!("--force-device-scale-factor={scale}");
        let dense = |launch: &mut LaunchOptions| launch.args.push(argument);
        let Some(fixture) = Fixture::launched(&window(), dense).await else {
            return;
        };
        is_whole(&fixture, scale.parse().unwrap()).await;
        fixture.finish().await;
    }
}

#[tokio::test]
async fn zoomed_pages_are_whole() {
    let zoomed = |launch: &mut LaunchOptions| {
        let profile = launch.scratch.join("profile");
        std::fs::create_dir_all(profile.join("Default")).unwrap();
        let level = 1.5_f64.ln() / 1.2_f64.ln();
        let preferences = json!({ "partition": { "default_zoom_level": { "x": level } } });
        std::fs::write(profile.join("Default/Preferences"), preferences.to_string()).unwrap();
        launch.profile = Profile::Folder(profile);
    };
    let Some(fixture) = Fixture::launched(&window(), zoomed).await else {
        return;
    };
    is_whole(&fixture, 1.5).await;
    fixture.finish().await;
}

/// Pages are as large as their windows.
fn window() -> ContextOptions {
    ContextOptions {
        viewport: None,
        ..options()
    }
}

/// Looks at images of which each pixel of the page has `scale` pixels.
async fn is_whole(fixture: &Fixture, scale: f64) {
    let site = Site::start().await;
    let page = fixture.open(&site.url("/watched?height=12000")).await;
    let ratio = eval(&page, "() => devicePixelRatio").await;
    assert_eq!(ratio.as_f64(), Some(scale));
    let before = eval(&page, "() => [innerWidth, innerHeight]").await;
    let whole = Pixels::of(&page.screenshot(&png(Area::FullPage), &call()).await.unwrap());
    assert_eq!(whole.height, to_number(12_000.0 * scale));
    whole.show_bands(0, scale);
    for top in [0.0, 9000.0] {
        let image = page.screenshot(&png(part(0.0, top, 80.0, 100.0)), &call()).await;
        let image = Pixels::of(&image.unwrap());
        let size = (to_number(80.0 * scale), to_number(100.0 * scale));
        assert_eq!((image.width, image.height), size);
        image.show_bands(to_number(top), scale);
    }
    assert_eq!(eval(&page, "() => [innerWidth, innerHeight]").await, before);
}

#[tokio::test]
async fn the_viewport_can_be_changed() {
    let Some(fixture) = Fixture::start().await else { return };
    let page = fixture.blank().await;
    let size = Size {
        width: 412,
        height: 700,
    };
    page.set_viewport(size, &call()).await.unwrap();
    assert_eq!(eval(&page, "() => [innerWidth, innerHeight]").await, json!([412, 700]));
    for area in [Area::Viewport, Area::FullPage] {
        let image = Pixels::of(&page.screenshot(&png(area), &call()).await.unwrap());
        assert_eq!((image.width, image.height), (412, 700));
    }
    fixture.finish().await;
}
