//! Elements by locator: one round trip for a document and the same-origin frames in it, one more for each frame of another
//! origin on the way.

use std::ops::Range;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Place, Refused, Which, malformed};
use crate::backend::{FrameKey, Script};
use crate::call::Call;
use crate::error::{Error, Kind, Result};
use crate::locator::{Locator, Step};

/// How many matches are listed where one is needed, and so how many numbers [`Question::numbers`] should have.
pub const LISTED: u32 = 10;

/// What is asked of the element that a locator means.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// A word of `get`, or `ref`: the number of its ref. With [`Question::doing`], what is done to it.
    pub what: &'a str,
    /// Which element.
    pub locator: &'a Locator,
    /// The attribute's name.
    pub name: Option<&'a str>,
    /// Numbers for refs: of the matches, where there are several. Empty: they are listed without.
    pub numbers: Range<u32>,
    /// Makes it something that is done to the element rather than asked of it, with these words for the engine (`js/act.js`).
    pub doing: Option<Value>,
}

impl<'a> Question<'a> {
    /// A question with nothing special.
    pub const fn new(what: &'a str, locator: &'a Locator) -> Self {
        Self {
            what,
            locator,
            name: None,
            numbers: 0..0,
            doing: None,
        }
    }

    /// Something to do to an element.
    pub fn to_do(what: &'a str, locator: &'a Locator, doing: Value) -> Self {
        let mut question = Self::new(what, locator);
        question.doing = Some(doing);
        question
    }
}

/// What became of a question.
#[derive(Debug)]
pub struct Told {
    /// The answer. [`Kind::Stale`], [`Kind::NotFound`] or [`Kind::Ambiguous`]: there is not one such element;
    /// [`Kind::Usage`]: the selector is none for the browser, or the element has no such thing.
    pub value: Result<Value>,
    /// The frame in which the locator ended.
    pub frame: Option<FrameKey>,
    /// The numbers that were given there.
    pub given: Range<u32>,
}

/// The answer to a question.
#[derive(Deserialize)]
struct Answered {
    value: Value,
    next: Option<u32>,
}

/// Who got the pointer's events.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Landed {
    /// `hit`, `missed`, or nothing: none came by.
    pub verdict: Option<String>,
    /// Who got them instead.
    #[serde(default)]
    pub by: String,
}

#[derive(Deserialize)]
struct Ended {
    value: Landed,
}

/// Steps to an element.
#[derive(Deserialize)]
pub(super) struct Described {
    pub(super) steps: Vec<Step>,
}

impl Place<'_> {
    /// Asks something of the element that a locator means, in this document or in the frames that it goes on in.
    ///
    /// # Errors
    /// Those of [`Page::evaluate`](crate::backend::Page::evaluate) and of
    /// [`Frames::find`](crate::backend::Frames::find).
    pub async fn ask_of(self, question: &Question<'_>, call: &Call) -> Result<Told> {
        let mut frame = self.frame.cloned();
        let mut from = 0;
        loop {
            let here = Place {
                frame: frame.as_ref(),
                ..self
            };
            let answer = here
                .answer::<Answered>(question.method(), question.params(from, self.test_id), call)
                .await?;
            let (value, next) = match answer {
                Err(refused) if refused.kind == "frame" => {
                    from = further(&refused, from)?;
                    frame = Some(here.entered(call).await?);
                    continue;
                }
                Ok(answered) => (Ok(answered.value), answered.next),
                Err(refused) => {
                    let next = refused.next;
                    (Err(refused.about(Some(question.locator))), next)
                }
            };
            let Range { start, end } = question.numbers;
            let given = start..next.unwrap_or(start).clamp(start, end);
            return Ok(Told { value, frame, given });
        }
    }

    /// The document of the frame that a locator goes on in.
    pub(super) async fn entered(self, call: &Call) -> Result<FrameKey> {
        let found = self.find_frames(Which::Entered, call).await?;
        let frame = found.into_iter().next().flatten();
        frame.ok_or_else(|| Error::new(Kind::NotFound, "the frame shows no document").with_retry(true))
    }

    /// What became of the pointer's events since an `aim` that watched for them.
    ///
    /// # Errors
    /// Those of [`Page::evaluate`](crate::backend::Page::evaluate).
    pub async fn landed(self, call: &Call) -> Result<Landed> {
        let told: Ended = self.ask("act", json!({ "act": "landed" }), call).await?;
        Ok(told.value)
    }

    /// Has the engine do something that is about no element in particular.
    ///
    /// # Errors
    /// Those of [`Page::evaluate`](crate::backend::Page::evaluate).
    pub async fn act(self, what: &str, call: &Call) -> Result<Value> {
        let told: Answered = self
            .ask("act", json!({ "act": what, "testId": self.test_id }), call)
            .await?;
        Ok(told.value)
    }

    /// A function that answers the elements which were kept last, as an array: `null` for those that are gone.
    pub fn held(self) -> Script {
        self.frames_script(Which::Held)
    }

    /// The locator that somebody would write for the element of a ref: the shortest one that means it, and nothing else,
    /// now. It begins in the page's own document, also where this is that of a frame.
    ///
    /// # Errors
    /// Those of [`Page::evaluate`](crate::backend::Page::evaluate); [`Kind::Stale`]: the element is gone, or the frame.
    pub async fn describe(self, reference: u32, call: &Call) -> Result<Locator> {
        let params = json!({ "ref": reference, "testId": self.test_id });
        let described: Described = self.ask("describe", params, call).await?;
        let Some(frame) = self.frame else {
            return Locator::of_steps(described.steps);
        };
        let way = self.way_out(frame, call).await?;
        let mut steps = self.steps_along(&way, call).await?;
        steps.extend(described.steps);
        Locator::of_steps(steps)
    }
}

/// The step at which a locator goes on in a frame; always one further than before.
pub(super) fn further(refused: &Refused, from: usize) -> Result<usize> {
    let at = refused.message.parse().ok().filter(|at| *at > from);
    at.ok_or_else(|| malformed(format!("it goes on at step `{}`", refused.message)))
}

impl Question<'_> {
    const fn method(&self) -> &'static str {
        if self.doing.is_some() { "act" } else { "read" }
    }

    fn params(&self, from: usize, test_id: &str) -> Value {
        let target = json!({
            "steps": self.locator.steps(),
            "from": from,
            "testId": test_id,
            "near": true,
            "base": self.numbers.start,
            "end": if self.numbers.is_empty() { 0 } else { self.numbers.end },
        });
        match &self.doing {
            None => json!({ "what": self.what, "name": self.name, "target": target }),
            Some(doing) => {
                let mut params = doing.clone();
                params["act"] = self.what.into();
                params["target"] = target;
                params
            }
        }
    }
}

/// One of several matches.
#[derive(Debug, Deserialize)]
pub(super) struct Listed {
    #[serde(rename = "ref")]
    reference: Option<u32>,
    what: String,
    text: String,
}

/// The message where no element is found: the locator, the step that found nothing, and what is near.
pub(super) fn none(locator: Option<&Locator>, step: Option<usize>, near: &[String]) -> String {
    let Some(locator) = locator else {
        return "no element matches".to_owned();
    };
    let steps = locator.steps();
    let inner = step
        .filter(|step| step + 1 < steps.len())
        .and_then(|step| steps.get(step));
    let inner = match inner.map(|step| Locator::of_steps(vec![step.clone()])) {
        Some(Ok(step)) => format!(": nothing is found by `{step}`"),
        _ => String::new(),
    };
    let near: Vec<_> = near.iter().map(|name| format!("{name:?}")).collect();
    let near = match &near[..] {
        [] => String::new(),
        near => format!("; there is {}", near.join(", ")),
    };
    format!("no element matches `{locator}`{inner}{near}")
}

/// The message where an element is not as it must be to be acted on.
pub(super) fn unready(locator: Option<&Locator>, why: &str) -> String {
    match locator {
        Some(locator) => format!("the element `{locator}` cannot be acted on: {why}"),
        None => why.to_owned(),
    }
}

/// The message where several elements are found: how many, and the first of them.
pub(super) fn several(locator: Option<&Locator>, count: &str, matches: &[Listed]) -> String {
    let locator = locator.map(|locator| format!(" `{locator}`")).unwrap_or_default();
    let told = format!("{count} elements match{locator}; one is needed");
    if matches.is_empty() {
        return told;
    }
    let listed: Vec<_> = matches.iter().map(Listed::told).collect();
    let listed = listed.join(", ");
    match count.parse::<usize>().unwrap_or(0).saturating_sub(matches.len()) {
        0 => format!("{told}: {listed}"),
        more => format!("{told}: {listed} and {more} more"),
    }
}

impl Listed {
    /// For example `e12 button "Next"`.
    fn told(&self) -> String {
        let reference = self.reference.map(|number| format!("e{number} ")).unwrap_or_default();
        let text = if self.text.is_empty() {
            String::new()
        } else {
            format!(" {:?}", self.text)
        };
        format!("{reference}{}{text}", self.what)
    }
}
