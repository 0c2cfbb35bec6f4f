//! What a page drags by itself (`draggable`). The drivers of Firefox and WebKit begin such a drag, and nothing is ever dropped; so
//! it is not begun.

use greenroom_session_core::backend::{Gesture, Script, World};
use greenroom_session_core::{Applied, Error, Kind};
use serde_json::json;

/// Whether what is at a point says that it is dragged.
const LOOK: &str = "(x, y) => { \
    for (let root = document, found = null; root;) { \
        const deeper = root.elementFromPoint(x, y); \
        if (!deeper || deeper === found) return false; \
        found = deeper; \
        for (let here = found; here; here = here.parentElement) if (here.draggable && here.hasAttribute('draggable')) return true; \
        if (found.contentDocument) { \
            const box = found.getBoundingClientRect(); \
            x -= box.x + found.clientLeft; y -= box.y + found.clientTop; root = found.contentDocument; \
        } else root = found.shadowRoot; \
    } \
    return false; }";

/// What the page is asked before a drag; `None`: the gestures are none.
pub(crate) fn question(gestures: &[Gesture]) -> Option<Script> {
    let press = gestures
        .iter()
        .position(|gesture| matches!(gesture, Gesture::Press { .. }))?;
    let (before, after) = gestures.split_at(press);
    let point = |gestures: &[Gesture]| {
        gestures.iter().rev().find_map(|gesture| match gesture {
            Gesture::Move { x, y } => Some((*x, *y)),
            _ => None,
        })
    };
    point(after)?;
    let (x, y) = point(before)?;
    Some(Script {
        function: LOOK.to_owned(),
        args: vec![json!(x), json!(y)],
        world: World::Isolated,
    })
}

/// The error of such a drag.
pub(crate) fn refused(browser: &str) -> Error {
    let message =
        format!("{browser}'s driver cannot drag what the page declares as `draggable`: nothing would be dropped");
    let error = Error::new(Kind::Unsupported, message).with_applied(Applied::No);
    error.with_hint("greenroom open URL --browser chromium    # drags such elements, too")
}

#[cfg(test)]
mod tests {
    use greenroom_session_core::backend::Button;

    use super::*;

    #[test]
    fn only_a_drag_is_asked_about_where_it_begins() {
        let (button, count) = (Button::Left, 1);
        let at = |x| Gesture::Move { x, y: 2.0 };
        let press = || Gesture::Press { button, count };
        let release = || Gesture::Release { button, count };
        assert!(question(&[at(1.0), press(), release()]).is_none());
        assert!(question(&[at(1.0)]).is_none());
        let asked = question(&[at(1.0), press(), at(5.0), release()]).unwrap();
        assert_eq!(asked.args, [json!(1.0), json!(2.0)]);
    }
}
