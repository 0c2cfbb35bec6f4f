//! What is done by pointing at an element: clicks, checks, hovering, dragging.

use serde_json::{Value, json};

use super::deed::{Click, Drag, Pointing};
use super::{AGAIN, Done, MARGIN, Ready, SHOWS, keyboard, no_point, point, press, release};
use crate::backend::{Capability, Gesture};
use crate::error::{Applied, Error, Kind, Result};
use crate::locator::Locator;
use crate::session::look::Onlooker;

/// What is pointed at must be enabled.
const ENABLED: bool = true;

impl Pointing {
    /// What the engine is to see to before.
    fn aim(&self, enabled: bool) -> Value {
        json!({
            "position": place(self.position), "force": self.force, "trial": self.trial, "needs": { "enabled": enabled },
        })
    }
}

/// A position as the engine has it.
fn place(position: Option<(f64, f64)>) -> Option<Value> {
    position.map(|(x, y)| json!({ "x": x, "y": y }))
}

/// What the finger does, with the pauses that were asked for: while the button is down, and between two clicks.
fn clicks(click: &Click) -> Vec<Gesture> {
    let Click { button, delay, .. } = *click;
    let rest = (!delay.is_zero()).then_some(Gesture::Pause(delay));
    let mut gestures = Vec::new();
    for count in 1..=click.count.max(1) {
        if count > 1 {
            gestures.extend(rest.clone());
        }
        gestures.push(Gesture::Press { button, count });
        gestures.extend(rest.clone());
        gestures.push(Gesture::Release { button, count });
    }
    gestures
}

impl Onlooker<'_> {
    /// Clicks an element.
    pub(crate) async fn click(&self, click: &Click) -> Result<Done> {
        let at = &click.at;
        let locator = Locator::parse(&at.selector)?;
        let (down, up) = keyboard::hold(&at.modifiers)?;
        let clicks = clicks(click);
        self.has_time_for(&clicks)?;
        let ready = self
            .press_at(&locator, &at.aim(ENABLED), |at| {
                [&down[..], &[at], &clicks, &up].concat()
            })
            .await?;
        Ok(ready.done())
    }

    /// Checks a box, or takes the check away; nothing is done where it is so already.
    pub(crate) async fn check(&self, at: &Pointing, state: bool) -> Result<Done> {
        let locator = Locator::parse(&at.selector)?;
        let mut aim = at.aim(ENABLED);
        aim["check"] = state.into();
        let click = |at| vec![at, press(), release()];
        let ready = self.press_at(&locator, &aim, click).await?;
        if ready.told.is_done || at.trial {
            return Ok(ready.done());
        }
        let call = self.call.at_most(SHOWS + MARGIN);
        let after = self.get_ready("aim", &locator, &aim, Some(&call)).await;
        match after {
            // It went with the click, as in a menu.
            Err(error)
                if matches!(
                    error.kind(),
                    Kind::Stale | Kind::Timeout | Kind::Navigation | Kind::DialogOpen
                ) =>
            {
                Ok(ready.done())
            }
            Ok(after) if !after.told.is_done => {
                let word = if state { "checked" } else { "unchecked" };
                let message = format!("the element `{locator}` was clicked, and did not become {word}");
                Err(Error::new(Kind::Timeout, message).with_applied(Applied::Yes))
            }
            other => other.map(|_| ready.done()),
        }
    }

    /// Taps an element with a finger.
    pub(crate) async fn tap(&self, at: &Pointing) -> Result<Done> {
        let locator = Locator::parse(&at.selector)?;
        let (down, up) = keyboard::hold(&at.modifiers)?;
        self.session.browser()?.0.capabilities().require(Capability::Touch)?;
        if !self.session.lock().record.options.touch {
            let error = Error::new(
                Kind::Usage,
                "the page does not support tap: its session was opened without touch",
            );
            return Err(error.with_hint("greenroom open URL --touch"));
        }
        let tap = |at| match at {
            Gesture::Move { x, y } => [&down[..], &[Gesture::Tap { x, y }], &up].concat(),
            other => vec![other],
        };
        Ok(self.press_at(&locator, &at.aim(ENABLED), tap).await?.done())
    }

    /// Moves the pointer over an element.
    pub(crate) async fn hover(&self, at: &Pointing) -> Result<Done> {
        let locator = Locator::parse(&at.selector)?;
        let (down, up) = keyboard::hold(&at.modifiers)?;
        let ready = self.aim(&locator, &at.aim(false)).await?;
        if at.trial {
            return Ok(ready.done());
        }
        let gestures = [&down[..], &[point(&ready.told)?], &up].concat();
        let _hand = self.hand(&ready.page);
        ready.page.input()?.perform(&gestures, self.call).await?;
        Ok(ready.done())
    }

    /// Drags an element to another one.
    pub(crate) async fn drag(&self, drag: &Drag) -> Result<Done> {
        let (from, to) = (Locator::parse(&drag.selector)?, Locator::parse(&drag.to)?);
        let aim = |position| json!({ "position": place(position), "force": drag.force });
        let (there, here) = (aim(drag.left_at), aim(drag.taken_at));
        // Bringing the second one into view may move the first.
        self.aim(&from, &here).await?;
        let end = self.aim(&to, &there).await?;
        let start = self.aim(&from, &here).await?;
        if drag.trial {
            return Ok(start.done());
        }
        let (start_x, start_y) = start.told.x.zip(start.told.y).ok_or_else(no_point)?;
        let (x, y) = end.told.x.zip(end.told.y).ok_or_else(no_point)?;
        let gestures = [
            Gesture::Move { x: start_x, y: start_y },
            press(),
            Gesture::Move {
                x: f64::midpoint(start_x, x),
                y: f64::midpoint(start_y, y),
            },
            Gesture::Move { x, y },
            Gesture::Move { x, y },
            release(),
        ];
        let input = start.page.input()?;
        let _hand = self.hand(&start.page);
        input.perform(&gestures, self.call).await?;
        input.settle(self.call).await?;
        Ok(start.done())
    }

    /// Aims at an element, makes the gestures of a click there, and sees that it, and nothing else, got them.
    pub(super) async fn press_at(
        &self,
        locator: &Locator,
        aim: &Value,
        gestures: impl Fn(Gesture) -> Vec<Gesture>,
    ) -> Result<Ready> {
        let is_forced = aim["force"] == true;
        let is_trial = aim["trial"] == true;
        let mut aim = aim.clone();
        aim["watch"] = (!is_forced && !is_trial).into();
        loop {
            let ready = self.aim(locator, &aim).await?;
            if ready.told.is_done || is_trial {
                return Ok(ready);
            }
            let input = ready.page.input()?;
            let hand = self.hand(&ready.page);
            input.perform(&gestures(point(&ready.told)?), self.call).await?;
            drop(hand);
            let landed = self.place(&ready.page, ready.frame.as_ref()).landed(self.call).await;
            let missed = match landed {
                // By force it is whoever is there.
                Ok(_) if is_forced => None,
                Ok(landed) if landed.verdict.as_deref() == Some("missed") => Some(landed.by),
                // Of a frame of another origin nobody else saw who got it.
                Ok(landed) if landed.verdict.is_none() && ready.frame.is_some() => {
                    Some("something outside of its frame".to_owned())
                }
                Ok(_) => None,
                Err(error) => match error.kind() {
                    // The page went where the click led it, or closed.
                    Kind::Navigation | Kind::Stale | Kind::PageGone | Kind::Script | Kind::DialogOpen => None,
                    _ => return Err(error.with_applied(Applied::Yes)),
                },
            };
            let Some(by) = missed else {
                match input.settle(self.call).await {
                    Err(error) if error.kind() == Kind::PageGone => {}
                    Err(error) => return Err(error.with_applied(Applied::Yes)),
                    Ok(()) => {}
                }
                return Ok(ready);
            };
            if self.is_over() {
                let message = format!("the element `{locator}` was not reached: {by} got the click");
                return Err(Error::new(Kind::Timeout, message));
            }
        }
    }

    /// Waits until an element can be pointed at.
    async fn aim(&self, locator: &Locator, aim: &Value) -> Result<Ready> {
        self.page_needs_input()?;
        loop {
            let mut ready = self.get_ready("aim", locator, aim, None).await?;
            let (Some(frame), Some(point)) = (&ready.frame, ready.told.x.zip(ready.told.y)) else {
                return Ok(ready);
            };
            // Of what is around a frame of another origin, only the documents there can tell.
            match self.reach_in(&ready.page, frame, point, aim["force"] == true).await {
                Ok((around, (x, y))) => {
                    ready.around = around;
                    (ready.told.x, ready.told.y) = (Some(x), Some(y));
                    return Ok(ready);
                }
                Err(error) if error.kind() == Kind::Timeout && !self.is_over() => tokio::time::sleep(AGAIN).await,
                Err(error) if error.kind() == Kind::Timeout => {
                    let message = format!("the element `{locator}` cannot be acted on: {}", error.message());
                    return Err(Error::new(Kind::Timeout, message));
                }
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::backend::Button;

    #[test]
    fn a_delay_is_between_all_that_a_finger_does() {
        let click = |count, delay| Click {
            at: Pointing::default(),
            button: Button::Left,
            count,
            delay: Duration::from_millis(delay),
        };
        let told = |count, delay| {
            let word = |gesture: &Gesture| match gesture {
                Gesture::Press { count, .. } => format!("+{count}"),
                Gesture::Release { count, .. } => format!("-{count}"),
                Gesture::Pause(time) => format!("{}ms", time.as_millis()),
                other => format!("{other:?}"),
            };
            clicks(&click(count, delay))
                .iter()
                .map(word)
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(told(1, 0), "+1 -1");
        assert_eq!(told(2, 0), "+1 -1 +2 -2");
        assert_eq!(told(2, 50), "+1 50ms -1 50ms +2 50ms -2");
    }
}
