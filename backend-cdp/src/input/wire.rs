//! Gestures as the protocol has them. It wants to be told with each event what is held and where the pointer is.

use chromiumoxide::cdp::browser_protocol::input::{
    DispatchKeyEventParams, DispatchKeyEventType, DispatchMouseEventParams, DispatchMouseEventType,
    DispatchTouchEventParams, DispatchTouchEventType, InsertTextParams, MouseButton, TouchPoint,
};
use chromiumoxide::types::{Command, Method, MethodId};
use greenroom_session_core::backend::{Button, Gesture, Key};
use serde::Serialize;

use crate::connection::{SessionId, Wire, read};
use crate::error::Native;
use crate::page::Nothing;

/// What is held, and where the pointer is.
#[derive(Debug, Default)]
pub(super) struct Hand {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) modifiers: i64,
    buttons: i64,
    held: Option<Button>,
}

/// A command of the input domain.
#[derive(Debug, Clone)]
pub(super) enum Ask {
    Mouse(Box<DispatchMouseEventParams>),
    Key(Box<DispatchKeyEventParams>),
    Text(String),
    Touch(Finger),
}

/// [`DispatchTouchEventParams`], which leaves the points out where there are none; Chromium wants them said.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Finger {
    r#type: DispatchTouchEventType,
    touch_points: Vec<TouchPoint>,
    modifiers: i64,
}

impl Method for Finger {
    fn identifier(&self) -> MethodId {
        DispatchTouchEventParams::IDENTIFIER.into()
    }
}

impl Command for Finger {
    type Response = serde_json::Value;
}

/// The longest text that Chromium takes for that of a key, in UTF-16 units.
const LONGEST: usize = 3;

impl Ask {
    /// Sends it, and waits until the page has handled it.
    pub(super) async fn send(self, wire: &Wire, session: &SessionId) -> Result<(), Native> {
        let answer = match self {
            Self::Mouse(ask) => wire.ask(Some(session), *ask).await,
            Self::Key(ask) => wire.ask(Some(session), *ask).await,
            Self::Text(text) => wire.ask(Some(session), InsertTextParams::new(text)).await,
            Self::Touch(ask) => wire.ask(Some(session), ask).await,
        };
        answer.and_then(read::<Nothing>).map(drop)
    }

    /// Sends it, and waits for nothing.
    pub(super) fn post(self, wire: &Wire, session: &SessionId) {
        match self {
            Self::Mouse(ask) => wire.post(Some(session), *ask),
            Self::Key(ask) => wire.post(Some(session), *ask),
            Self::Text(text) => wire.post(Some(session), InsertTextParams::new(text)),
            Self::Touch(ask) => wire.post(Some(session), ask),
        }
    }
}

impl Hand {
    /// The commands of a gesture.
    pub(super) fn does(&mut self, gesture: &Gesture) -> Vec<Ask> {
        let ask = match gesture {
            Gesture::Move { x, y } => {
                (self.x, self.y) = (*x, *y);
                let mut ask = self.mouse(DispatchMouseEventType::MouseMoved);
                ask.button = Some(self.held.map_or(MouseButton::None, button));
                Ask::Mouse(Box::new(ask))
            }
            Gesture::Press { button: which, count } => {
                self.buttons |= bit(*which);
                self.held = Some(*which);
                self.click(DispatchMouseEventType::MousePressed, *which, *count)
            }
            Gesture::Release { button: which, count } => {
                self.buttons &= !bit(*which);
                self.held = None;
                self.click(DispatchMouseEventType::MouseReleased, *which, *count)
            }
            Gesture::Wheel { dx, dy } => {
                let mut ask = self.mouse(DispatchMouseEventType::MouseWheel);
                (ask.delta_x, ask.delta_y) = (Some(*dx), Some(*dy));
                Ask::Mouse(Box::new(ask))
            }
            // A letter of many signs comes as from an input method, without a key.
            Gesture::KeyDown(Key { text: Some(text), .. }) if is_long(text) => Ask::Text(text.clone()),
            Gesture::KeyUp(Key { text: Some(text), .. }) if is_long(text) => return Vec::new(),
            Gesture::KeyDown(key) => {
                self.modifiers |= modifier(&key.key);
                let text = key.text.clone();
                let kind = if text.is_some() {
                    DispatchKeyEventType::KeyDown
                } else {
                    DispatchKeyEventType::RawKeyDown
                };
                let mut ask = self.key(kind, key);
                ask.unmodified_text.clone_from(&text);
                ask.text = text;
                Ask::Key(Box::new(ask))
            }
            Gesture::KeyUp(key) => {
                self.modifiers &= !modifier(&key.key);
                Ask::Key(Box::new(self.key(DispatchKeyEventType::KeyUp, key)))
            }
            Gesture::Pause(_) => return Vec::new(),
            Gesture::Tap { x, y } => {
                let there = vec![TouchPoint::new(*x, *y)];
                return vec![
                    self.touch(DispatchTouchEventType::TouchStart, there),
                    self.touch(DispatchTouchEventType::TouchEnd, Vec::new()),
                ];
            }
        };
        vec![ask]
    }

    fn touch(&self, r#type: DispatchTouchEventType, touch_points: Vec<TouchPoint>) -> Ask {
        Ask::Touch(Finger {
            r#type,
            touch_points,
            modifiers: self.modifiers,
        })
    }

    fn mouse(&self, kind: DispatchMouseEventType) -> DispatchMouseEventParams {
        let mut ask = DispatchMouseEventParams::new(kind, self.x, self.y);
        ask.modifiers = Some(self.modifiers);
        ask.buttons = Some(self.buttons);
        ask
    }

    fn click(&self, kind: DispatchMouseEventType, which: Button, count: u8) -> Ask {
        let mut ask = self.mouse(kind);
        ask.button = Some(button(which));
        ask.click_count = Some(count.into());
        Ask::Mouse(Box::new(ask))
    }

    fn key(&self, kind: DispatchKeyEventType, key: &Key) -> DispatchKeyEventParams {
        let mut ask = DispatchKeyEventParams::new(kind);
        ask.modifiers = Some(self.modifiers);
        ask.key = Some(key.key.clone());
        ask.code = Some(key.code.clone());
        ask.windows_virtual_key_code = Some(key.number.into());
        ask.location = Some(key.location.into());
        ask.is_keypad = Some(key.location == 3);
        ask
    }
}

fn is_long(text: &str) -> bool {
    text.encode_utf16().count() > LONGEST
}

fn button(which: Button) -> MouseButton {
    match which {
        Button::Left => MouseButton::Left,
        Button::Middle => MouseButton::Middle,
        Button::Right => MouseButton::Right,
    }
}

fn bit(which: Button) -> i64 {
    match which {
        Button::Left => 1,
        Button::Right => 2,
        Button::Middle => 4,
    }
}

/// The bit of a key that changes what others mean.
fn modifier(key: &str) -> i64 {
    match key {
        "Alt" => 1,
        "Control" => 2,
        "Meta" => 4,
        "Shift" => 8,
        _ => 0,
    }
}
