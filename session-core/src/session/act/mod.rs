//! Acting on elements: found, waited for, and reached as a person would reach them.
//!
//! A click is three round trips: the element is waited for and its point told; the pointer is moved, pressed and released;
//! and the page tells who got that. What another element would have got is held back in the page, and tried again.

pub(crate) mod deed;
mod hold;
pub(crate) mod keyboard;
mod pointer;
pub(crate) mod step;
mod upload;
pub(crate) mod wait;

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::look::Onlooker;
use crate::backend::{Button, FrameKey, Gesture, Page};
use crate::error::{Applied, Error, Kind, Result};
use crate::injected::{LISTED, Question};
use crate::journal::Point;
use crate::locator::{Locator, Step};
use deed::Deed;

/// What is left of a command's time when the page gives up waiting, so that it can still say why.
const MARGIN: Duration = Duration::from_millis(250);

/// How long a page is waited for at once where the command has no deadline.
const LONG: Duration = Duration::from_secs(30);

/// How long a box may take to show that it was checked.
const SHOWS: Duration = Duration::from_millis(500);

/// Between two tries of what the page cannot wait for itself.
const AGAIN: Duration = Duration::from_millis(20);

/// How far the wheel is turned where nothing is said, in CSS pixels.
const TURN: f64 = 500.0;

/// What was acted on, for the result and the log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Done {
    /// The canonical locator of the element.
    pub described: Option<String>,
    /// The text around it.
    pub near: Option<String>,
    /// Where it was acted on, in the page's viewport.
    pub point: Option<Point>,
    /// What it is worth keeping: what the field holds now.
    pub value: Option<Value>,
    /// It holds a secret.
    pub secret: bool,
}

/// What the engine tells of an element that is acted on; see `js/act.js`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Told {
    steps: Option<Vec<Step>>,
    near: Option<String>,
    secret: bool,
    x: Option<f64>,
    y: Option<f64>,
    is_done: bool,
    value: Option<Value>,
    #[serde(rename = "box")]
    area: Option<Area>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Area {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// An element that was got ready.
struct Ready {
    told: Told,
    page: Arc<dyn Page>,
    frame: Option<FrameKey>,
    /// The steps into that frame from the page's own document on; nothing where they are not known.
    around: Option<Vec<Step>>,
}

impl Ready {
    fn done(self) -> Done {
        let Told {
            steps,
            near,
            secret,
            x,
            y,
            value,
            area,
            ..
        } = self.told;
        let middle = area.map(|area| Point {
            x: area.x + area.width / 2.0,
            y: area.y + area.height / 2.0,
        });
        let steps = match (self.frame, self.around) {
            (None, _) => steps,
            (Some(_), around) => around.zip(steps).map(|(around, steps)| [around, steps].concat()),
        };
        Done {
            described: steps
                .and_then(|steps| Locator::of_steps(steps).ok())
                .map(|locator| locator.to_string()),
            near,
            point: x.zip(y).map(|(x, y)| Point { x, y }).or(middle),
            value,
            secret,
        }
    }
}

/// Which way `scroll` goes: a direction, or to an element.
pub(crate) fn scroll(to: &str, pixels: Option<u32>) -> Deed {
    let far = pixels.map_or(TURN, f64::from);
    let wheel = |dx, dy| Deed::Wheel { dx, dy, at: None };
    match to {
        "up" => wheel(0.0, -far),
        "down" => wheel(0.0, far),
        "left" => wheel(-far, 0.0),
        "right" => wheel(far, 0.0),
        selector => Deed::ScrollTo {
            selector: selector.to_owned(),
        },
    }
}

impl Onlooker<'_> {
    /// Puts a text into a field.
    pub(crate) async fn fill(&self, selector: &str, value: &str, force: bool) -> Result<Done> {
        self.page_needs_input()?;
        let locator = Locator::parse(selector)?;
        let ready = self
            .do_to("fill", &locator, &json!({ "value": value, "force": force }))
            .await?;
        Ok(ready.done())
    }

    /// Chooses options.
    pub(crate) async fn select(&self, selector: &str, values: &[String], force: bool) -> Result<Done> {
        self.page_needs_input()?;
        if values.is_empty() {
            return Err(Error::new(Kind::Usage, "`select` needs at least one value"));
        }
        let locator = Locator::parse(selector)?;
        let ready = self
            .do_to("select", &locator, &json!({ "values": values, "force": force }))
            .await?;
        Ok(ready.done())
    }

    /// Gives an element the focus.
    pub(crate) async fn focus(&self, selector: &str) -> Result<Done> {
        self.page_needs_input()?;
        let locator = Locator::parse(selector)?;
        Ok(self.do_to("focus", &locator, &json!({})).await?.done())
    }

    /// Brings an element into view.
    pub(crate) async fn scroll_to(&self, selector: &str) -> Result<Done> {
        let locator = Locator::parse(selector)?;
        Ok(self.do_to("scroll", &locator, &json!({})).await?.done())
    }

    /// Turns the wheel at a point, or in the middle of the viewport.
    pub(crate) async fn wheel(&self, (dx, dy): (f64, f64), at: Option<(f64, f64)>) -> Result<Done> {
        let told = match at {
            Some((x, y)) => Told {
                x: Some(x),
                y: Some(y),
                ..Told::default()
            },
            None => self.ask_page("middle").await?,
        };
        let at = point(&told)?;
        let input = self.page().input()?;
        let _hand = self.hand(self.page());
        input.perform(&[at, Gesture::Wheel { dx, dy }], self.call).await?;
        Ok(Done {
            point: told.x.zip(told.y).map(|(x, y)| Point { x, y }),
            ..Done::default()
        })
    }

    /// Presses keys at an element, or where the focus is.
    pub(crate) async fn keys(&self, selector: Option<&str>, gestures: &[Gesture]) -> Result<Done> {
        self.has_time_for(gestures)?;
        let ready = if let Some(selector) = selector {
            let locator = Locator::parse(selector)?;
            self.do_to("focus", &locator, &json!({})).await?
        } else {
            Ready {
                told: self.ask_page("focused").await?,
                page: Arc::clone(self.page()),
                frame: None,
                around: None,
            }
        };
        let input = ready.page.input()?;
        let hand = self.hand(&ready.page);
        input.perform(gestures, self.call).await?;
        drop(hand);
        input.settle(self.call).await?;
        Ok(ready.done())
    }

    /// Waits until the element that a locator means is in a state.
    pub(crate) async fn wait_for(&self, selector: &str, state: &str) -> Result<Done> {
        let locator = Locator::parse(selector)?;
        match self.get_ready("wait", &locator, &json!({ "state": state }), None).await {
            Ok(_) => Ok(Done::default()),
            Err(error) if error.kind() == Kind::Timeout => {
                let message = format!("`{locator}` did not become {state}: {}", error.message());
                Err(Error::new(Kind::Timeout, message).with_applied(Applied::No))
            }
            Err(error) => Err(error),
        }
    }

    /// Whether there is no time left to try anything again.
    fn is_over(&self) -> bool {
        self.call.remaining().is_some_and(|left| left < MARGIN * 2)
    }

    /// Refuses pauses that are longer than the time that is left.
    fn has_time_for(&self, gestures: &[Gesture]) -> Result<()> {
        let pauses = gestures.iter().map(|gesture| match gesture {
            Gesture::Pause(time) => *time,
            _ => Duration::ZERO,
        });
        let all = pauses.fold(Duration::ZERO, Duration::saturating_add);
        match self.call.remaining() {
            Some(left) if all > left => {
                let (all, left) = (all.as_millis(), left.as_millis());
                let message = format!("the delays take {all} ms, and {left} ms are left");
                Err(Error::new(Kind::Timeout, message).with_applied(Applied::No))
            }
            _ => Ok(()),
        }
    }

    /// Without input there is nothing to wait for.
    fn page_needs_input(&self) -> Result<()> {
        self.page().input().map(drop)
    }

    /// Has the engine do something to an element, and then tell which frame it is in, if it is in one of another origin.
    async fn do_to(&self, what: &str, locator: &Locator, doing: &Value) -> Result<Ready> {
        let mut ready = self.get_ready(what, locator, doing, None).await?;
        if let Some(frame) = &ready.frame {
            // What was done may have led the frame away: then nobody can tell any more.
            ready.around = self.steps_into(&ready.page, frame).await.ok();
        }
        Ok(ready)
    }

    /// Has the engine do or wait for something, as long as the command has time, in whatever document is there by then.
    async fn get_ready(
        &self,
        what: &str,
        locator: &Locator,
        doing: &Value,
        call: Option<&crate::call::Call>,
    ) -> Result<Ready> {
        loop {
            let left = call.unwrap_or(self.call).remaining().unwrap_or(LONG);
            let patience = left.saturating_sub(MARGIN);
            let mut doing = doing.clone();
            doing["patience"] = u64::try_from(patience.as_millis()).unwrap_or(0).into();
            let asked = self.ask_in_place(&Question::to_do(what, locator, doing.clone())).await;
            let error = match asked {
                Ok((value, page, frame)) => {
                    let told = read(value)?;
                    let around = None;
                    return Ok(Ready {
                        told,
                        page,
                        frame,
                        around,
                    });
                }
                Err(error) => error,
            };
            let is_over = patience.is_zero();
            match error.kind() {
                Kind::Ambiguous => return Err(self.listed(what, locator, doing).await.unwrap_or(error)),
                // It never came.
                Kind::NotFound if error.retry() && !is_over => {}
                Kind::NotFound => return Err(Error::new(Kind::Timeout, error.message().to_owned())),
                // The document went meanwhile; what the locator means may be in the next one.
                Kind::Navigation if !is_over => {}
                Kind::Stale if locator.reference().is_none() && !is_over => {}
                _ => return Err(error),
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// The same again, so that those that match are listed with refs.
    async fn listed(&self, what: &str, locator: &Locator, doing: Value) -> Option<Error> {
        let question = Question {
            numbers: self.reserve(LISTED).await.ok()?,
            ..Question::to_do(what, locator, doing)
        };
        self.ask_in_place(&question).await.err()
    }

    /// Has the engine of the page's own document do something that is about no element.
    async fn ask_page(&self, what: &str) -> Result<Told> {
        read(self.place(self.page(), None).act(what, self.call).await?)
    }
}

fn read(value: Value) -> Result<Told> {
    serde_json::from_value(value)
        .map_err(|error| Error::new(Kind::Protocol, "the element's state cannot be read").with_source(error))
}

fn no_point() -> Error {
    Error::new(Kind::Protocol, "the element's point cannot be read")
}

fn point(told: &Told) -> Result<Gesture> {
    let (x, y) = told.x.zip(told.y).ok_or_else(no_point)?;
    Ok(Gesture::Move { x, y })
}

const fn press() -> Gesture {
    Gesture::Press {
        button: Button::Left,
        count: 1,
    }
}

const fn release() -> Gesture {
    Gesture::Release {
        button: Button::Left,
        count: 1,
    }
}
