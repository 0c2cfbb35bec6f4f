//! Gestures as WebDriver's actions, the same in both dialects. Pure.
//!
//! Gestures come one after the other, and actions in ticks, in each of which every device does one thing. So in each tick one
//! device acts, and the others pause.

use greenroom_session_core::backend::{Button, Gesture, Key, Script, World, has_taps, lets_go_of};
use greenroom_session_core::{Error, Kind, Result};
use serde::Serialize;

/// What drivers make of actions, where they differ.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ways {
    /// Points are whole pixels.
    pub(crate) rounds: bool,
    /// How long the text of one key may be, in units of UTF-16; longer ones are typed sign by sign.
    pub(crate) longest: usize,
    /// Keys that have a word in the protocol, and another meaning in the driver.
    pub(crate) lacks: &'static [&'static str],
}

/// A device, and what it does in each tick.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Source {
    r#type: &'static str,
    id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<Parameters>,
    actions: Vec<Action>,
}

#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    pointer_type: &'static str,
}

/// What a device does in a tick.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Action {
    Pause {
        /// Milliseconds; nothing: none.
        #[serde(skip_serializing_if = "Option::is_none")]
        duration: Option<u64>,
    },
    PointerMove {
        x: f64,
        y: f64,
        duration: u32,
        origin: &'static str,
    },
    PointerDown {
        button: u8,
    },
    PointerUp {
        button: u8,
    },
    KeyDown {
        value: String,
    },
    KeyUp {
        value: String,
    },
    Scroll {
        x: i64,
        y: i64,
        delta_x: i64,
        delta_y: i64,
    },
}

/// What acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Device {
    Mouse,
    Finger,
    Keyboard,
    Wheel,
}

impl Device {
    /// The type, the id, and the type of the pointer.
    fn words(self) -> (&'static str, &'static str, Option<&'static str>) {
        match self {
            Self::Mouse => ("pointer", "mouse", Some("mouse")),
            Self::Finger => ("pointer", "finger", Some("touch")),
            Self::Keyboard => ("key", "keyboard", None),
            Self::Wheel => ("wheel", "wheel", None),
        }
    }
}

/// What is done in a tick, and by which device; `None`: all rest.
type Tick = (Option<Device>, Action);

/// The keys that the protocol has words for.
const KEYS: &[(&str, char)] = &[
    ("Backspace", '\u{e003}'),
    ("Tab", '\u{e004}'),
    ("Enter", '\u{e006}'),
    ("Shift", '\u{e008}'),
    ("Control", '\u{e009}'),
    ("Alt", '\u{e00a}'),
    ("Pause", '\u{e00b}'),
    ("Escape", '\u{e00c}'),
    ("PageUp", '\u{e00e}'),
    ("PageDown", '\u{e00f}'),
    ("End", '\u{e010}'),
    ("Home", '\u{e011}'),
    ("ArrowLeft", '\u{e012}'),
    ("ArrowUp", '\u{e013}'),
    ("ArrowRight", '\u{e014}'),
    ("ArrowDown", '\u{e015}'),
    ("Insert", '\u{e016}'),
    ("Delete", '\u{e017}'),
    ("F1", '\u{e031}'),
    ("F2", '\u{e032}'),
    ("F3", '\u{e033}'),
    ("F4", '\u{e034}'),
    ("F5", '\u{e035}'),
    ("F6", '\u{e036}'),
    ("F7", '\u{e037}'),
    ("F8", '\u{e038}'),
    ("F9", '\u{e039}'),
    ("F10", '\u{e03a}'),
    ("F11", '\u{e03b}'),
    ("F12", '\u{e03c}'),
    ("Meta", '\u{e03d}'),
];

/// What of Unicode is a key to the protocol, and no letter.
const WORDS: std::ops::RangeInclusive<char> = '\u{e000}'..='\u{e05d}';

/// The actions of gestures.
///
/// # Errors
/// [`Kind::Unsupported`] for a key that the driver cannot press.
pub(crate) fn sources(gestures: &[Gesture], ways: Ways) -> Result<Vec<Source>> {
    let mut hand = Hand {
        ways,
        x: 0.0,
        y: 0.0,
        buttons: 0,
        ticks: Vec::new(),
    };
    for gesture in gestures {
        hand.does(gesture)?;
    }
    let devices = [Device::Mouse, Device::Finger, Device::Keyboard, Device::Wheel];
    Ok(devices
        .into_iter()
        .filter_map(|device| source(device, &hand.ticks))
        .collect())
}

/// What a device does in each tick; `None`: nothing at all.
fn source(device: Device, ticks: &[Tick]) -> Option<Source> {
    // What only rests is somebody's rest all the same.
    let rests = device == Device::Keyboard && ticks.iter().all(|(its, _)| its.is_none());
    let acts = ticks.iter().any(|(its, _)| *its == Some(device));
    let (r#type, id, parameters) = device.words();
    (acts || rests).then(|| Source {
        r#type,
        id,
        parameters: parameters.map(|pointer_type| Parameters { pointer_type }),
        actions: ticks.iter().map(|tick| turn_of(device, tick)).collect(),
    })
}

/// In a tick that is another device's, it does nothing; a pause is everybody's, for a tick is as long as its longest action.
fn turn_of(device: Device, (its, action): &Tick) -> Action {
    match its {
        Some(other) if *other != device => Action::Pause { duration: None },
        _ => action.clone(),
    }
}

/// Whether something is down at the end.
pub(crate) fn leaves_held(gestures: &[Gesture]) -> bool {
    !lets_go_of(gestures).is_empty()
}

/// Answered when the page has had its turn after what it was told.
const TURN: &str = "() => new Promise(done => { \
    const { port1, port2 } = new MessageChannel(); port1.onmessage = () => done(0); port2.postMessage(0); })";

/// Answered when the browser has made a click of a tap: that comes before the page is drawn next.
const AFTER_TAP: &str =
    "() => new Promise(done => { requestAnimationFrame(() => done(0)); setTimeout(() => done(0), 50); })";

/// What the page is asked after gestures, so that what they have begun is told; `None`: it is asked all the same after a click,
/// whether that has landed.
pub(crate) fn turn(gestures: &[Gesture]) -> Option<Script> {
    if has_taps(gestures) {
        return Some(own(AFTER_TAP));
    }
    let press = gestures
        .iter()
        .position(|gesture| matches!(gesture, Gesture::Press { .. }));
    let is_move = |gesture: &Gesture| matches!(gesture, Gesture::Move { .. });
    let is_needed = match press {
        Some(press) => gestures[press..].iter().any(is_move),
        None => gestures.iter().any(|gesture| matches!(gesture, Gesture::KeyUp(_))),
    };
    is_needed.then(|| own(TURN))
}

fn own(function: &str) -> Script {
    Script {
        function: function.to_owned(),
        args: Vec::new(),
        world: World::Isolated,
    }
}

struct Hand {
    ways: Ways,
    x: f64,
    y: f64,
    buttons: u32,
    ticks: Vec<Tick>,
}

impl Hand {
    fn does(&mut self, gesture: &Gesture) -> Result<()> {
        match gesture {
            Gesture::Move { x, y } => {
                // A move to where the pointer is tells nobody anything; a drag needs to be told that it stays.
                if self.buttons > 0 && self.is_at(*x, *y) {
                    let aside = if *x >= 1.0 { x - 1.0 } else { x + 1.0 };
                    self.moves(aside, *y);
                }
                self.moves(*x, *y);
            }
            Gesture::Press { button, .. } => {
                self.buttons += 1;
                let button = number(*button);
                self.tick(Device::Mouse, Action::PointerDown { button });
            }
            Gesture::Release { button, .. } => {
                self.buttons = self.buttons.saturating_sub(1);
                let button = number(*button);
                self.tick(Device::Mouse, Action::PointerUp { button });
            }
            Gesture::Wheel { dx, dy } => {
                let turned = Action::Scroll {
                    x: whole(self.x),
                    y: whole(self.y),
                    delta_x: whole(*dx),
                    delta_y: whole(*dy),
                };
                self.tick(Device::Wheel, turned);
            }
            Gesture::KeyDown(key) => {
                let mut signs = self.signs(key)?;
                let last = signs.pop();
                for value in signs {
                    self.tick(Device::Keyboard, Action::KeyDown { value: value.clone() });
                    self.tick(Device::Keyboard, Action::KeyUp { value });
                }
                if let Some(value) = last {
                    self.tick(Device::Keyboard, Action::KeyDown { value });
                }
            }
            Gesture::KeyUp(key) => {
                if let Some(value) = self.signs(key)?.pop() {
                    self.tick(Device::Keyboard, Action::KeyUp { value });
                }
            }
            Gesture::Pause(time) => {
                let duration = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
                self.ticks.push((
                    None,
                    Action::Pause {
                        duration: Some(duration),
                    },
                ));
            }
            Gesture::Tap { x, y } => {
                let to = self.pointed(*x, *y);
                self.tick(Device::Finger, to);
                self.tick(Device::Finger, Action::PointerDown { button: 0 });
                self.tick(Device::Finger, Action::PointerUp { button: 0 });
            }
        }
        Ok(())
    }

    fn tick(&mut self, device: Device, action: Action) {
        self.ticks.push((Some(device), action));
    }

    fn is_at(&self, x: f64, y: f64) -> bool {
        (self.x - x).abs() < f64::EPSILON && (self.y - y).abs() < f64::EPSILON
    }

    fn moves(&mut self, x: f64, y: f64) {
        (self.x, self.y) = (x, y);
        let to = self.pointed(x, y);
        self.tick(Device::Mouse, to);
    }

    fn pointed(&self, x: f64, y: f64) -> Action {
        let (x, y) = if self.ways.rounds {
            (x.round(), y.round())
        } else {
            (x, y)
        };
        Action::PointerMove {
            x,
            y,
            duration: 0,
            origin: "viewport",
        }
    }

    /// What is pressed one after the other for a key.
    fn signs(&self, key: &Key) -> Result<Vec<String>> {
        let text = &key.key;
        let is_text = key.code.is_empty() || text.chars().nth(1).is_none();
        if is_text && !text.chars().any(|sign| WORDS.contains(&sign)) {
            let is_short = text.encode_utf16().count() <= self.ways.longest;
            return Ok(if is_short {
                vec![text.clone()]
            } else {
                text.chars().map(String::from).collect()
            });
        }
        let word = KEYS.iter().find(|(name, _)| name == text && !is_text);
        match word {
            Some((name, sign)) if !self.ways.lacks.contains(name) => Ok(vec![sign.to_string()]),
            _ => Err(Error::new(
                Kind::Unsupported,
                format!("this browser's driver cannot press the key `{}`", text.escape_debug()),
            )),
        }
    }
}

fn number(button: Button) -> u8 {
    match button {
        Button::Left => 0,
        Button::Middle => 1,
        Button::Right => 2,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "pixels: what is no whole number in range is as far as it goes"
)]
fn whole(pixels: f64) -> i64 {
    pixels.round() as i64
}

#[cfg(test)]
mod tests;
