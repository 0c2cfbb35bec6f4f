//! What a person did as lines of actions.jsonl: letters joined to what a field holds, clicks to double clicks, each line in its
//! place by time. Pure.
//!
//! A line may still grow while nothing has come after it, and one of a frame of another origin waits for the way to that frame.
//! Nothing is written before what came before it.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use super::told::{Event, Word};
use crate::backend::{FrameKey, PageKey};
use crate::journal::{ActionEntry, Point};
use crate::locator::{Locator, Step};

/// What stands for what was typed into a field that holds a secret.
const MASK: &str = "***";

/// How long a click may become a double click.
pub(super) const CLICKS: Duration = Duration::from_millis(600);

/// How long nothing is typed until a line is written without the field being left.
pub(super) const TYPES: Duration = Duration::from_secs(10);

/// How long the pointer may be down before its document goes, for a click. A loaded machine takes long for the next document.
const PRESS: Duration = Duration::from_secs(5);

/// How many described fields are remembered.
const REMEMBERED: usize = 16;

/// Where an event was.
#[derive(Clone, Debug)]
pub(super) struct Where {
    pub(super) page: PageKey,
    pub(super) page_id: Option<String>,
    /// The page's address.
    pub(super) url: Option<String>,
    pub(super) frames: Vec<FrameKey>,
    pub(super) at: SystemTime,
}

/// An element of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Of(String, u64);

/// Whether a line may grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    No,
    Click,
    Typed,
}

/// The way to a frame of another origin: the steps to it, and where in the page a point of it is.
#[derive(Clone, Debug, Default)]
pub(super) struct Way {
    pub(super) steps: Vec<Step>,
    pub(super) point: Option<Point>,
}

#[derive(Debug)]
struct Line {
    number: u64,
    of: Of,
    page: PageKey,
    entry: ActionEntry,
    steps: Option<Vec<Step>>,
    open: Open,
    /// The way to its frame is still to come.
    waits: bool,
}

/// What is to be done about a line that was taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Taken {
    /// The line.
    pub(super) number: u64,
    /// When it is to be closed, unless something comes before.
    pub(super) closes: Option<Duration>,
    /// The way to its frame is to be found.
    pub(super) waits: bool,
    /// Where it was in its frame.
    pub(super) point: Option<Point>,
}

/// The lines that are not written yet.
#[derive(Debug, Default)]
pub(super) struct Lines {
    queue: VecDeque<Line>,
    count: u64,
    /// Fields that were described, with the words for them.
    known: VecDeque<(Of, Event)>,
    /// The pointer is down there, and nothing has come of it yet.
    pressed: Option<(Where, Event)>,
}

impl Lines {
    /// Remembers how an element was described, whoever typed into it.
    pub(super) fn know(&mut self, event: &Event) {
        if event.kind == Word::Input && event.steps.is_some() {
            let of = of(event);
            self.known.retain(|(known, _)| *known != of);
            if self.known.len() == REMEMBERED {
                self.known.pop_front();
            }
            self.known.push_back((of, event.clone()));
        }
    }

    /// Takes an event in; `None`: it is no line, or part of one.
    pub(super) fn take(&mut self, place: Where, event: &Event) -> Option<Taken> {
        self.know(event);
        let (of, kind) = (of(event), event.kind);
        match kind {
            Word::Down => self.pressed = Some((place.clone(), event.clone())),
            Word::Here | Word::Left | Word::Other => {}
            _ => self.pressed = None,
        }
        if let Some(last) = self.queue.back_mut().filter(|last| last.of == of) {
            match (last.open, kind) {
                (Open::Typed, Word::Input) => {
                    last.entry.value = value(event).or(last.entry.value.take());
                    last.number = self.count;
                    self.count += 1;
                    let number = last.number;
                    return Some(Taken {
                        number,
                        closes: Some(TYPES),
                        ..Taken::default()
                    });
                }
                (Open::Click, Word::Click) if event.count > 1 => return None,
                (Open::Click, Word::Dblclick) => {
                    "dblclick".clone_into(&mut last.entry.action);
                    last.open = Open::No;
                    return None;
                }
                _ => {}
            }
        }
        if kind == Word::Left {
            self.close_last(|last| last.of == of);
        }
        let action = kind.action()?;
        self.close_last(|_| true);
        Some(self.push(action, place, event))
    }

    fn push(&mut self, action: &str, place: Where, event: &Event) -> Taken {
        let of = of(event);
        let known = self.known.iter().rev().find(|(known, _)| *known == of);
        let about = match known {
            Some((_, known)) if event.steps.is_none() => known,
            _ => event,
        };
        let point = about.x.zip(about.y).map(|(x, y)| Point { x, y });
        let (steps, near, waits) = (about.steps.clone(), about.near.clone(), event.is_inner);
        let open = match event.kind {
            Word::Click => Open::Click,
            Word::Input => Open::Typed,
            _ => Open::No,
        };
        let url = if place.frames.is_empty() && !event.url.is_empty() {
            Some(event.url.clone())
        } else {
            place.url
        };
        let number = self.add(
            place.page,
            Line {
                number: 0,
                of,
                page: PageKey(String::new()),
                entry: ActionEntry {
                    nearby_text: near,
                    coordinates: point.filter(|_| !waits),
                    value: value(event),
                    ..entry(action, place.at, place.page_id, url)
                },
                steps,
                open,
                waits,
            },
        );
        let closes = match open {
            Open::No => None,
            Open::Click => Some(CLICKS),
            Open::Typed => Some(TYPES),
        };
        Taken {
            number,
            closes,
            waits,
            point,
        }
    }

    /// Adds what a person did by the browser's own controls.
    pub(super) fn steer(&mut self, action: &str, place: Where, value: Option<String>) {
        self.close_last(|_| true);
        let mut entry = entry(action, place.at, place.page_id, place.url);
        entry.value = value;
        let line = Line {
            number: 0,
            of: Of::default(),
            page: PageKey(String::new()),
            entry,
            steps: None,
            open: Open::No,
            waits: false,
        };
        self.add(place.page, line);
    }

    fn add(&mut self, page: PageKey, line: Line) -> u64 {
        let number = self.count;
        self.count += 1;
        self.queue.push_back(Line { number, page, ..line });
        number
    }

    fn close_last(&mut self, which: impl Fn(&Line) -> bool) {
        if let Some(last) = self.queue.back_mut().filter(|last| which(last)) {
            last.open = Open::No;
        }
    }

    /// Time has passed since a line grew.
    pub(super) fn close(&mut self, number: u64) {
        self.close_last(|last| last.number == number);
    }

    /// The document of a page is gone, or the page with it: what was done there is complete.
    pub(super) fn close_page(&mut self, page: &PageKey, now: SystemTime) {
        let pressed = self.pressed.take_if(|(place, _)| place.page == *page);
        if let Some((place, mut event)) = pressed.filter(|(place, _)| is_within(place.at, now, PRESS)) {
            event.kind = Word::Click;
            self.take(place, &event);
        }
        self.close_last(|last| last.page == *page);
    }

    /// The way to a line's frame was found, or will not be.
    pub(super) fn arrived(&mut self, number: u64, way: Option<Way>) {
        // A field's line has another number since it grew, and only waits for its first one's way.
        let line = self.queue.iter_mut().find(|line| line.waits && line.number >= number);
        let Some(line) = line else { return };
        line.waits = false;
        match way {
            Some(way) => {
                line.entry.coordinates = way.point;
                if let Some(steps) = &mut line.steps {
                    steps.splice(0..0, way.steps);
                }
            }
            None => line.steps = None,
        }
    }

    /// The lines that can be written, in order; with `all` those, too, that still grow or wait.
    pub(super) fn ready(&mut self, all: bool) -> Vec<ActionEntry> {
        let mut ready = Vec::new();
        while let Some(line) = self.queue.pop_front() {
            if !all && (line.waits || line.open != Open::No) {
                self.queue.push_front(line);
                break;
            }
            let steps = line.steps.filter(|_| !line.waits);
            let selector = steps.and_then(|steps| Locator::of_steps(steps).ok());
            ready.push(ActionEntry {
                best_semantic_selector: selector.map(|selector| selector.to_string()),
                ..line.entry
            });
        }
        ready
    }
}

/// Whether no more time than that has passed.
fn is_within(from: SystemTime, to: SystemTime, time: Duration) -> bool {
    to.duration_since(from).is_ok_and(|passed| passed <= time)
}

fn of(event: &Event) -> Of {
    Of(event.document.clone(), event.element)
}

fn value(event: &Event) -> Option<String> {
    if event.secret {
        return Some(MASK.to_owned());
    }
    event.value.clone()
}

fn entry(action: &str, at: SystemTime, page_id: Option<String>, url: Option<String>) -> ActionEntry {
    ActionEntry {
        ts: Some(at.into()),
        page_id,
        source: "user".to_owned(),
        action: action.to_owned(),
        url,
        success: true,
        ..ActionEntry::default()
    }
}
