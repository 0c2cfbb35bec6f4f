//! Input as from a person. WebKit's driver has the keys of a US keyboard; any other letter is put in by the page's own
//! editing, as an input method would.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use greenroom_session_core::backend::{Button, Capability, FrameKey, Gesture, Input, Script, has_taps};
use greenroom_session_core::{Applied, Call, Error, Result};
use serde_json::Value;
use tokio::time::{Instant, sleep, sleep_until};

use super::command::{Command, ELEMENT};
use super::error::Native;
use super::page::{ClassicPage, Handle};
use crate::actions::{self, Source, Ways};
use crate::drag;

pub(crate) const DOING: &str = "give the page input";

/// How many gestures are sent at once.
const AT_ONCE: usize = 512;

/// What WebKit's driver makes of actions: it takes the system's key for another one.
const WAYS: Ways = Ways {
    rounds: true,
    longest: 1,
    lacks: &["Meta"],
};

/// Two clicks within that time, and so near, are one double click to WebKitGTK, whoever made them.
const DOUBLE: Duration = Duration::from_millis(450);
const NEAR: f64 = 4.0;

/// How deep frames of other origins are looked into for the focus.
const DEEPEST: usize = 16;

/// How often it is looked whether the page is still going elsewhere: at first, and later.
const SOON: Duration = Duration::from_millis(4);
const LATER: Duration = Duration::from_millis(50);

/// A click that was made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clicked {
    at: (f64, f64),
    button: Button,
    when: Instant,
}

#[async_trait]
impl Input for Handle {
    async fn perform(&self, gestures: &[Gesture], call: &Call) -> Result<()> {
        call.bound("the page to take the input", self.0.act(gestures, call))
            .await
    }

    async fn settle(&self, call: &Call) -> Result<()> {
        let settled = async {
            match self.0.stays().await {
                // Its navigation went with it.
                Err(Native::Gone) => Ok(()),
                settled => settled.map_err(|native| native.into_error("look where the page goes")),
            }
        };
        call.bound("the document that the page goes on to", settled).await
    }

    async fn set_files(&self, frame: Option<&FrameKey>, script: &Script, files: &[PathBuf], call: &Call) -> Result<()> {
        let work = self.0.give_files(frame, script, files, call);
        call.bound("the page to take the files", work).await
    }
}

/// What is done in one go.
#[derive(Debug, PartialEq)]
enum Part {
    /// By the devices.
    Actions(Vec<Source>),
    /// Letters that no key types.
    Letters(Vec<String>),
}

/// The parts of gestures.
fn parts(gestures: &[Gesture]) -> Result<Vec<Part>> {
    let letter = |gesture: &Gesture| match gesture {
        Gesture::KeyDown(key) | Gesture::KeyUp(key) => !key.key.is_ascii() && key.text.is_some(),
        _ => false,
    };
    let mut parts = Vec::new();
    for group in gestures.chunk_by(|one, next| letter(one) == letter(next)) {
        if group.first().is_some_and(letter) {
            let down = group.iter().filter_map(|gesture| match gesture {
                Gesture::KeyDown(key) => key.text.clone(),
                _ => None,
            });
            parts.push(Part::Letters(down.collect()));
            continue;
        }
        for some in group.chunks(AT_ONCE) {
            parts.push(Part::Actions(actions::sources(some, WAYS)?));
        }
    }
    Ok(parts)
}

/// The first press, and where it is.
fn first_press(gestures: &[Gesture]) -> Option<((f64, f64), Button)> {
    let mut at = (0.0, 0.0);
    for gesture in gestures {
        match gesture {
            Gesture::Move { x, y } => at = (*x, *y),
            Gesture::Press { button, .. } => return Some((at, *button)),
            _ => {}
        }
    }
    None
}

/// When a click is no second one of a double click any more.
fn free(last: Option<Clicked>, at: (f64, f64), button: Button) -> Option<Instant> {
    let last = last.filter(|last| last.button == button)?;
    let is_near = (last.at.0 - at.0).abs() < NEAR && (last.at.1 - at.1).abs() < NEAR;
    is_near.then_some(last.when + DOUBLE)
}

impl ClassicPage {
    /// Makes the gestures, one after the other.
    async fn act(self: &Arc<Self>, gestures: &[Gesture], call: &Call) -> Result<()> {
        if has_taps(gestures) {
            // WebKit's driver makes a mouse of a finger.
            return Err(Error::unsupported(Capability::Touch));
        }
        if self.facts.borrow().closed {
            return Err(Native::Gone.into_error(DOING).with_applied(Applied::No));
        }
        let parts = parts(gestures).map_err(|error| error.with_applied(Applied::No))?;
        if let Some(script) = drag::question(gestures)
            && self.evaluate(None, &script, call).await? == Value::Bool(true)
        {
            return Err(drag::refused("WebKit"));
        }
        let press = first_press(gestures);
        if let Some((at, button)) = press {
            let last = *self.clicked.lock().await;
            if let Some(free) = free(last, at, button) {
                sleep_until(free).await;
            }
        }
        let done = self.send_parts(parts).await;
        if let Some((at, button)) = press {
            let when = Instant::now();
            *self.clicked.lock().await = Some(Clicked { at, button, when });
        }
        if done.is_err() || actions::leaves_held(gestures) {
            // What is gone holds nothing.
            let _ = self.ask(Command::release()).await;
        }
        if done.is_ok()
            && let Some(turn) = actions::turn(gestures)
        {
            // What it comes to does not matter: it is over.
            let _ = self.evaluate(None, &turn, call).await;
        }
        match done {
            // What closes the page has done what it should.
            Err(Native::Gone) => Ok(()),
            Err(native) if native.is("unknown command") => Err(Error::unsupported(Capability::TrustedInput)),
            done => done.map_err(|native| native.into_error(DOING).with_applied(Applied::Unknown)),
        }
    }

    async fn send_parts(self: &Arc<Self>, parts: Vec<Part>) -> Result<(), Native> {
        for part in parts {
            match part {
                Part::Actions(sources) => self.ask(Command::actions(&sources)).await.map(drop)?,
                Part::Letters(letters) => self.put_in(&letters).await?,
            }
        }
        Ok(())
    }

    /// Puts letters in where the focus is, whatever frame that is in.
    async fn put_in(self: &Arc<Self>, letters: &[String]) -> Result<(), Native> {
        let body = format!("{LETTERS}({})", Value::from(letters));
        let mut path = Vec::new();
        for _ in 0..DEEPEST {
            let answer = self
                .ask_in(&path, Command::execute(&body), Some(Duration::ZERO))
                .await?;
            match answer.get(ELEMENT).and_then(Value::as_str) {
                Some(frame) => path.push(frame.to_owned()),
                None => return Ok(()),
            }
        }
        Ok(())
    }

    /// Waits until no navigation is under way: then the driver tells the address that the document has, too.
    async fn stays(self: &Arc<Self>) -> Result<(), Native> {
        let before = self.facts.borrow().told.clone();
        let mut first = None;
        let mut between = SOON;
        loop {
            if let Some((address, state)) = self.where_to().await? {
                let first = first.get_or_insert_with(|| state.clone());
                // In place of what cannot be loaded, the browser shows nothing, and tells its address.
                let is_nothing = state.url == "about:blank" && before.url != state.url;
                if address == state.url || state.is_other(first) || is_nothing {
                    self.saw(&state);
                    return Ok(());
                }
            }
            sleep(between).await;
            between = (between * 2).min(LATER);
        }
    }
}

/// Puts each letter in by the page's editing; answers the frame of another origin that has the focus, if one has.
const LETTERS: &str = "return (letters => { \
    let inside = document; let found = inside.activeElement; \
    while (found && found.contentDocument) { inside = found.contentDocument; found = inside.activeElement; } \
    if (found && found.contentWindow) return found; \
    for (const letter of letters) Document.prototype.execCommand.call(inside, 'insertText', false, letter); \
    return true; })";

#[cfg(test)]
mod tests {
    use greenroom_session_core::backend::Key;

    use super::*;

    fn stroke(text: &str, code: &str) -> [Gesture; 2] {
        let key = Key {
            key: text.to_owned(),
            code: code.to_owned(),
            text: Some(text.to_owned()),
            number: 0,
            location: 0,
        };
        [Gesture::KeyDown(key.clone()), Gesture::KeyUp(key)]
    }

    #[test]
    fn letters_without_a_key_are_put_in_between() {
        let gestures = [
            stroke("a", "KeyA"),
            stroke("é", ""),
            stroke("👩\u{200d}👧", ""),
            stroke("b", "KeyB"),
        ]
        .concat();
        let parts = parts(&gestures).unwrap();
        assert!(
            matches!(parts[..], [Part::Actions(_), Part::Letters(_), Part::Actions(_)]),
            "{parts:?}"
        );
        assert_eq!(
            parts[1],
            Part::Letters(vec![String::from("é"), String::from("👩\u{200d}👧")])
        );
    }

    #[test]
    fn two_clicks_in_one_place_have_time_between_them() {
        let when = Instant::now();
        let last = Some(Clicked {
            at: (10.0, 10.0),
            button: Button::Left,
            when,
        });
        assert_eq!(free(last, (12.0, 9.0), Button::Left), Some(when + DOUBLE));
        assert_eq!(free(last, (15.0, 10.0), Button::Left), None);
        assert_eq!(free(last, (10.0, 10.0), Button::Right), None);
        assert_eq!(free(None, (10.0, 10.0), Button::Left), None);
        let press = Gesture::Press {
            button: Button::Right,
            count: 1,
        };
        let moved = Gesture::Move { x: 1.0, y: 2.0 };
        assert_eq!(first_press(&[moved, press]), Some(((1.0, 2.0), Button::Right)));
    }
}
