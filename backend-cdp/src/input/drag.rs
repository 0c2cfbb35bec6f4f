//! Drag and drop. Where a page makes a drag of its own (`draggable`), Chromium hands it over to the system, and no more
//! events of the mouse reach the page; so it is asked to hand it to us, and the rest of the way is told as the drag's.

use chromiumoxide::cdp::browser_protocol::input::{
    DispatchDragEventParams, DispatchDragEventType, DragData, SetInterceptDragsParams,
};
use greenroom_session_core::backend::{Button, Gesture};
use greenroom_session_core::{Applied, Result};

use super::{DOING, Doing, Nothing, rest};
use crate::connection::read;
use crate::page::CdpPage;

/// Whether the pointer is moved while a button is down.
pub(super) fn is_drag(gestures: &[Gesture]) -> bool {
    let down = gestures
        .iter()
        .position(|gesture| matches!(gesture, Gesture::Press { .. }));
    let moved = down.and_then(|down| gestures.get(down + 1));
    matches!(moved, Some(Gesture::Move { .. }))
}

/// Chromium hands drags over as long as this lives.
struct Intercepts<'a>(&'a CdpPage);

impl Drop for Intercepts<'_> {
    fn drop(&mut self) {
        self.0
            .wire
            .post(Some(&self.0.session), SetInterceptDragsParams::new(false));
    }
}

impl Doing<'_> {
    /// Makes gestures in which something is dragged.
    pub(super) async fn drag(&mut self, gestures: &[Gesture]) -> Result<()> {
        let page = self.page;
        page.facts.send_modify(|facts| facts.dragged = None);
        page.wire.post(Some(&page.session), SetInterceptDragsParams::new(true));
        let _intercepts = Intercepts(page);
        let mut dragged: Option<DragData> = None;
        for gesture in gestures {
            if let Some(data) = &dragged {
                match gesture {
                    Gesture::Move { x, y } => {
                        (self.hand.x, self.hand.y) = (*x, *y);
                        self.drag_event(DispatchDragEventType::DragOver, data).await?;
                        continue;
                    }
                    Gesture::Release {
                        button: Button::Left, ..
                    } => {
                        self.drag_event(DispatchDragEventType::Drop, data).await?;
                        dragged = None;
                    }
                    _ => {}
                }
            }
            self.send(std::slice::from_ref(gesture)).await?;
            rest(Some(gesture)).await;
            if dragged.is_none() && matches!(gesture, Gesture::Move { .. }) {
                dragged = self.handed_over().await;
                if let Some(data) = &dragged {
                    self.drag_event(DispatchDragEventType::DragEnter, data).await?;
                }
            }
        }
        Ok(())
    }

    /// The drag that the page has begun, if it has.
    async fn handed_over(&self) -> Option<DragData> {
        // It is told before the page answers anything else.
        self.page.run_own("() => 0").await.ok()?;
        let data = self.page.facts.borrow().dragged.clone()?;
        serde_json::from_value(data).ok()
    }

    async fn drag_event(&self, kind: DispatchDragEventType, data: &DragData) -> Result<()> {
        let (page, hand) = (self.page, &self.hand);
        let mut ask = DispatchDragEventParams::new(kind, hand.x, hand.y, data.clone());
        ask.modifiers = Some(hand.modifiers);
        let told = page.wire.ask(Some(&page.session), ask).await.and_then(read::<Nothing>);
        told.map(drop)
            .map_err(|native| native.into_error(DOING).with_applied(Applied::Unknown))
    }
}
