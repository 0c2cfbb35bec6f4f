//! A page that stands still: while it does, none of its scripts runs, and nothing that happens to it is told to them.
//!
//! What lies beyond the viewport is drawn by `captureBeyondViewport` only, and that lays the page out for a viewport of
//! 1x1 and then for its own again. A page that runs meanwhile sees a width of 1, `resize` events, and everything that
//! follows from them; one with much text takes seconds for the two layouts. So the page stands still as if it waited for
//! a debugger, and its root element keeps its width and height, from which nearly everything else follows.
//!
//! Little is left for it to see. Media queries by the viewport's size that are false at 1x1 tell `change` afterwards, with
//! the value that they had before. On a busy machine, Chromium may draw a frame between the two layouts: then
//! intersection observers are told afterwards that elements were gone and are there again.

use std::sync::Arc;
use std::time::Duration;

use chromiumoxide::cdp::browser_protocol::page::WaitForDebuggerParams;
use chromiumoxide::cdp::js_protocol::runtime::{CallFunctionOnParams, RunIfWaitingForDebuggerParams};
use greenroom_session_core::backend::World;
use tokio::time::timeout;

use crate::page::CdpPage;

/// How long a page is waited for that is busy.
const BUSY: Duration = Duration::from_secs(2);

/// Waits for a frame, so that the page has been told what happened to it before; answers how many pixels a CSS pixel has.
/// A page that is not drawn has no frames.
const FRAME: &str = "() => new Promise(done => {
    const told = () => done(devicePixelRatio);
    setTimeout(told, 100);
    requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = told;
        port2.postMessage(null);
    });
})";

/// Keeps the root element's size. A style sheet of this kind is no change of the document, and gone when it goes on.
const KEEP: &str = "() => {
    const style = document.documentElement && getComputedStyle(document.documentElement);
    if (!style?.width.endsWith('px') || !style.height.endsWith('px')) return;
    globalThis.kept = new CSSStyleSheet();
    kept.replaceSync(`:root { min-width: ${style.width} !important; min-height: ${style.height} !important }`);
    document.adoptedStyleSheets.push(kept);
}";

const LET_GO: &str = "() => {
    const at = document.adoptedStyleSheets.indexOf(globalThis.kept);
    if (at >= 0) document.adoptedStyleSheets.splice(at, 1);
}";

/// The page; it goes on when this is dropped.
#[derive(Debug)]
pub(super) struct Still(Arc<CdpPage>);

impl Still {
    /// Stops the page. One that is too busy to say that it stands still may see what is done to it.
    pub(super) async fn new(page: &Arc<CdpPage>) -> Self {
        page.wire.post(Some(&page.session), WaitForDebuggerParams::default());
        let still = Self(Arc::clone(page));
        // It is answered behind the order to wait, and while the page waits.
        if timeout(BUSY, page.run_own(KEEP)).await.is_err() {
            tracing::debug!(page = %page.page_key().0, "the page is busy, and may see that an image is made of it");
        }
        still
    }

    /// Lets the page's root element go, before the page goes on.
    pub(super) async fn let_go(&self) {
        let _ = timeout(BUSY, self.0.run_own(LET_GO)).await;
    }
}

impl Drop for Still {
    fn drop(&mut self) {
        let page = &self.0;
        let world = page.facts.borrow().worlds.id(World::Isolated).map(str::to_owned);
        if world.is_some() {
            let mut ask = CallFunctionOnParams::new(LET_GO);
            ask.unique_context_id = world;
            page.wire.post(Some(&page.session), ask);
        }
        page.wire
            .post(Some(&page.session), RunIfWaitingForDebuggerParams::default());
    }
}

/// Waits for a frame; answers how many pixels of an image a CSS pixel has, if the page says so.
pub(super) async fn pixel_ratio(page: &Arc<CdpPage>) -> Option<f64> {
    let told = timeout(BUSY, page.run_own(FRAME)).await.ok()?.ok()?;
    told.as_f64().filter(|ratio| *ratio > 0.0)
}
