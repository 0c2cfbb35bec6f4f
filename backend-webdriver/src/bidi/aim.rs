//! Whom input is for. Chromium finds the frame under the pointer, or with the focus, by itself. Firefox's driver hands all input
//! to the process of the document that is named, so that of a frame in another process it reaches the frame's element only:
//! there the frame is looked for, and named instead.

use greenroom_session_core::backend::{FrameKey, Gesture, Script, World};
use greenroom_session_core::{Error, Kind, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Family;
use super::evaluate::Form;
use super::page::BidiPage;

/// How deep frames of other origins are looked into.
const DEEPEST: usize = 16;

/// The window of the frame of another origin at a point, with that point in it and its scale; without a point, of the one that
/// has the focus. Nothing: it is this document or one that it can look into.
const LOOK: &str = "point => { \
    let at = point; let inside = document; let scale = [1, 1]; \
    for (;;) { \
        let found = null; \
        for (let root = inside; root; root = found?.shadowRoot) { \
            const deeper = at ? root.elementFromPoint(at[0], at[1]) : root.activeElement; \
            if (!deeper || deeper === found) break; \
            found = deeper; \
        } \
        const view = found?.contentWindow; \
        if (!view) return []; \
        if (at) { \
            const box = found.getBoundingClientRect(); const style = getComputedStyle(found); \
            const by = [found.offsetWidth ? box.width / found.offsetWidth : 1, found.offsetHeight ? box.height / found.offsetHeight : 1]; \
            at = [(at[0] - box.x) / by[0] - found.clientLeft - parseFloat(style.paddingLeft), \
                (at[1] - box.y) / by[1] - found.clientTop - parseFloat(style.paddingTop)]; \
            scale = [scale[0] * by[0], scale[1] * by[1]]; \
        } \
        if (!found.contentDocument) return [view, ...(at || []), ...scale]; \
        inside = found.contentDocument; \
    } }";

/// Gestures, and whom they are for.
pub(crate) struct Aimed {
    /// The page or frame.
    pub(crate) context: String,
    /// The gestures as they are there, where that is not the page.
    pub(crate) gestures: Option<Vec<Gesture>>,
}

/// An item of the answer.
#[derive(Debug, Deserialize)]
struct Item {
    value: Value,
}

impl BidiPage {
    /// Whom gestures are for.
    pub(crate) async fn aimed(&self, gestures: &[Gesture]) -> Result<Aimed> {
        let mut aimed = Aimed {
            context: self.page_key().0.clone(),
            gestures: None,
        };
        if self.known.family != Family::Firefox || self.facts.borrow().frames.is_empty() {
            return Ok(aimed);
        }
        for _ in 0..DEEPEST {
            let now = aimed.gestures.as_deref().unwrap_or(gestures);
            let point = now.iter().find_map(|gesture| match gesture {
                Gesture::Move { x, y } | Gesture::Tap { x, y } => Some((*x, *y)),
                _ => None,
            });
            let script = Script {
                function: LOOK.to_owned(),
                args: vec![point.map_or(Value::Null, |(x, y)| json!([x, y]))],
                world: World::Isolated,
            };
            let frame = Some(FrameKey(aimed.context.clone())).filter(|frame| frame.0 != self.page_key().0);
            let answer = match self.invoke(frame.as_ref(), &script, Form::Plain).await {
                Ok(answer) => answer.value,
                // It went meanwhile; what is where it was is in the page.
                Err(error) if matches!(error.kind(), Kind::Stale | Kind::Navigation | Kind::Script) => break,
                Err(error) => return Err(error.with_applied(greenroom_session_core::Applied::No)),
            };
            let Some((context, to)) = read(answer)? else { break };
            let inner = point.zip(to).map(|(from, to)| to.of_all(from, now));
            aimed = Aimed {
                context,
                gestures: Some(inner.unwrap_or_else(|| now.to_vec())),
            };
        }
        Ok(aimed)
    }
}

/// Where a point is in a frame, and how much larger the frame is shown than it is.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Inner {
    x: f64,
    y: f64,
    scale: (f64, f64),
}

impl Inner {
    /// The gestures in the frame; `from` is this point outside of it.
    fn of_all(self, from: (f64, f64), gestures: &[Gesture]) -> Vec<Gesture> {
        let x_of = |x: f64| self.x + (x - from.0) / self.scale.0;
        let y_of = |y: f64| self.y + (y - from.1) / self.scale.1;
        let inner = |gesture: &Gesture| match *gesture {
            Gesture::Move { x, y } => Gesture::Move { x: x_of(x), y: y_of(y) },
            Gesture::Tap { x, y } => Gesture::Tap { x: x_of(x), y: y_of(y) },
            _ => gesture.clone(),
        };
        gestures.iter().map(inner).collect()
    }
}

fn read(answer: Value) -> Result<Option<(String, Option<Inner>)>> {
    let items: Vec<Item> = serde_json::from_value(answer)
        .map_err(|error| Error::new(Kind::Protocol, "the frame that input is for cannot be read").with_source(error))?;
    let Some(context) = items.first().and_then(|window| window.value["context"].as_str()) else {
        return Ok(None);
    };
    let numbers: Vec<f64> = items.iter().filter_map(|item| item.value.as_f64()).collect();
    let inner = match numbers[..] {
        [x, y, across, down] if across > 0.0 && down > 0.0 => Some(Inner {
            x,
            y,
            scale: (across, down),
        }),
        _ => None,
    };
    Ok(Some((context.to_owned(), inner)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gestures_are_told_as_they_are_in_the_frame() {
        let number = |value: f64| json!({ "type": "number", "value": value });
        let window = json!({ "type": "window", "value": { "context": "F" } });
        let answer = json!([window, number(5.0), number(6.0), number(2.0), number(1.0)]);
        let (context, inner) = read(answer).unwrap().unwrap();
        assert_eq!(context, "F");
        let moves = [Gesture::Move { x: 100.0, y: 50.0 }, Gesture::Move { x: 110.0, y: 60.0 }];
        assert_eq!(
            inner.unwrap().of_all((100.0, 50.0), &moves),
            [Gesture::Move { x: 5.0, y: 6.0 }, Gesture::Move { x: 10.0, y: 16.0 }]
        );
        assert_eq!(read(json!([])).unwrap(), None);
        let focused = json!([window, number(1.0), number(1.0)]);
        assert_eq!(read(focused).unwrap(), Some((String::from("F"), None)));
    }
}
