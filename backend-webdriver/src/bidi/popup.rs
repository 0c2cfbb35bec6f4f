//! Input in Chromium's popups. Its driver loses track of the script world of a popup whose first document takes over that of
//! the opener, and with it waits for ever before it acts there. DevTools' own commands, which it lets through, do not.

use futures::future::try_join_all;
use greenroom_session_core::backend::{Button, Gesture, Key, lets_go_of};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::error::Native;
use super::page::BidiPage;
use super::protocol::goog::SendCommand;

/// The longest text that the event of a key has room for, in units of UTF-16.
const LONGEST: usize = 3;

impl BidiPage {
    /// The session in which input is sent by DevTools' commands; `None`: the driver's serve.
    pub(super) fn popup_session(&self) -> Option<&str> {
        let session = self.session.get()?;
        let is_popup = self.hub.upgrade()?.lock().is_popup(&self.page_key().0);
        is_popup.then_some(session)
    }

    /// Makes gestures in a popup.
    pub(super) async fn act_in_popup(&self, session: &str, gestures: &[Gesture]) -> Result<(), Native> {
        let mut doing = Doing {
            page: self,
            session,
            hand: Hand::default(),
            begun: Vec::with_capacity(gestures.len()),
        };
        for part in gestures.chunk_by(|one, _| !matches!(one, Gesture::Pause(_))) {
            doing.begun.extend_from_slice(part);
            let asks: Vec<_> = part.iter().flat_map(|gesture| doing.asks(gesture)).collect();
            try_join_all(asks.into_iter().map(|ask| self.wire.ask(ask))).await?;
            if let Some(Gesture::Pause(time)) = part.last() {
                sleep(*time).await;
            }
        }
        Ok(())
    }
}

/// Gestures that are being made in a popup: what is still held when this goes is let go of.
struct Doing<'a> {
    page: &'a BidiPage,
    session: &'a str,
    hand: Hand,
    begun: Vec<Gesture>,
}

impl Doing<'_> {
    fn asks(&mut self, gesture: &Gesture) -> Vec<SendCommand> {
        let command = |(method, params)| SendCommand {
            method,
            params,
            session: Some(self.session.to_owned()),
        };
        self.hand.does(gesture).into_iter().map(command).collect()
    }
}

impl Drop for Doing<'_> {
    fn drop(&mut self) {
        for gesture in lets_go_of(&self.begun) {
            for ask in self.asks(&gesture) {
                self.page.wire.post(&ask);
            }
        }
    }
}

/// What is held, and where the pointer is: it is told with each event.
#[derive(Debug, Default)]
struct Hand {
    x: f64,
    y: f64,
    modifiers: u32,
    buttons: u32,
    held: Option<Button>,
}

impl Hand {
    /// The commands of a gesture.
    fn does(&mut self, gesture: &Gesture) -> Vec<(&'static str, Value)> {
        vec![match gesture {
            Gesture::Move { x, y } => {
                (self.x, self.y) = (*x, *y);
                self.mouse("mouseMoved", self.held.map_or("none", name), 0)
            }
            Gesture::Press { button, count } => {
                self.buttons |= bit(*button);
                self.held = Some(*button);
                self.mouse("mousePressed", name(*button), *count)
            }
            Gesture::Release { button, count } => {
                self.buttons &= !bit(*button);
                self.held = None;
                self.mouse("mouseReleased", name(*button), *count)
            }
            Gesture::Wheel { dx, dy } => {
                let (method, mut params) = self.mouse("mouseWheel", "none", 0);
                params["deltaX"] = json!(dx);
                params["deltaY"] = json!(dy);
                (method, params)
            }
            Gesture::KeyDown(key) => {
                self.modifiers |= modifier(&key.key);
                match &key.text {
                    Some(text) if text.encode_utf16().count() > LONGEST => {
                        ("Input.insertText", json!({ "text": text }))
                    }
                    Some(text) => {
                        let (method, mut params) = self.key("keyDown", key);
                        params["text"] = json!(text);
                        params["unmodifiedText"] = json!(text);
                        (method, params)
                    }
                    None => self.key("rawKeyDown", key),
                }
            }
            Gesture::KeyUp(key) => {
                self.modifiers &= !modifier(&key.key);
                self.key("keyUp", key)
            }
            Gesture::Pause(_) => return Vec::new(),
            Gesture::Tap { x, y } => {
                return vec![
                    self.touch("touchStart", &json!([{ "x": x, "y": y }])),
                    self.touch("touchEnd", &json!([])),
                ];
            }
        }]
    }

    fn mouse(&self, kind: &str, button: &str, count: u8) -> (&'static str, Value) {
        let params = json!({
            "type": kind, "x": self.x, "y": self.y, "button": button, "buttons": self.buttons, "clickCount": count,
            "modifiers": self.modifiers,
        });
        ("Input.dispatchMouseEvent", params)
    }

    fn touch(&self, kind: &str, points: &Value) -> (&'static str, Value) {
        let params = json!({ "type": kind, "touchPoints": points, "modifiers": self.modifiers });
        ("Input.dispatchTouchEvent", params)
    }

    fn key(&self, kind: &str, key: &Key) -> (&'static str, Value) {
        let params = json!({
            "type": kind, "key": key.key, "code": key.code, "windowsVirtualKeyCode": key.number, "location": key.location,
            "isKeypad": key.location == 3, "modifiers": self.modifiers,
        });
        ("Input.dispatchKeyEvent", params)
    }
}

fn name(button: Button) -> &'static str {
    match button {
        Button::Left => "left",
        Button::Middle => "middle",
        Button::Right => "right",
    }
}

fn bit(button: Button) -> u32 {
    match button {
        Button::Left => 1,
        Button::Right => 2,
        Button::Middle => 4,
    }
}

/// The bit of a key that changes what others mean.
fn modifier(key: &str) -> u32 {
    match key {
        "Alt" => 1,
        "Control" => 2,
        "Meta" => 4,
        "Shift" => 8,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_event_is_told_what_is_held() {
        let mut hand = Hand::default();
        let key = |key: &str, text: Option<&str>| Key {
            key: key.to_owned(),
            code: String::new(),
            text: text.map(str::to_owned),
            number: 0,
            location: 0,
        };
        let (button, count) = (Button::Left, 2);
        hand.does(&Gesture::KeyDown(key("Shift", None)));
        hand.does(&Gesture::Move { x: 1.0, y: 2.0 });
        let (_, pressed) = hand.does(&Gesture::Press { button, count }).remove(0);
        for (name, value) in [
            ("type", json!("mousePressed")),
            ("x", json!(1.0)),
            ("buttons", json!(1)),
            ("clickCount", json!(2)),
            ("modifiers", json!(8)),
        ] {
            assert_eq!(pressed[name], value, "{name}");
        }
        hand.does(&Gesture::Release { button, count });
        hand.does(&Gesture::KeyUp(key("Shift", None)));
        assert_eq!((hand.modifiers, hand.buttons), (0, 0));
        assert_eq!(hand.does(&Gesture::KeyDown(key("é", Some("é"))))[0].1["text"], "é");
        let (method, _) = hand
            .does(&Gesture::KeyDown(key("👩\u{200d}👧", Some("👩\u{200d}👧"))))
            .remove(0);
        assert_eq!(method, "Input.insertText");
    }
}
