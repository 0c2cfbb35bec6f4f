//! Acting in a page as a person would.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::look::Observed;
use super::param::{ElementState, MouseButton, Span};
use super::spec::{Operation, Shape, operation};
use crate::backend::{Size, WaitUntil};

operation! {
    /// Clicks the one element that SELECTOR means.
    ///
    /// It is waited for until it is there, visible, not moving and enabled; scrolled into view; and it, not something over it, must be what gets the click. A navigation that the click causes is waited for until the next document is there.
    Click("click"): Input, Page, Queue, wakes true, needs [TrustedInput] -> Acted {
        /// Which element.
        selector: String = Shape::Place("SELECTOR"),
        /// Which button of the mouse [default: left].
        button: Option<MouseButton> = Shape::Flag("BUTTON"),
        /// How many times in a row [default: 1].
        count: Option<u32> = Shape::Flag("N"),
        /// Keys that are held meanwhile: `Shift`, `Control`, `Alt`, `Meta`.
        modifiers: Vec<String> = Shape::Flag("KEY"),
        /// Where, in CSS pixels from the element's top left corner [default: in its middle].
        position: Option<String> = Shape::Flag("X,Y"),
        /// How long the button is held, and how long it rests between two clicks [default: 0ms].
        delay: Option<Span> = Shape::Flag("DURATION"),
        /// Does not wait until it can be seen, stands still and is enabled, nor for what is over it.
        force: bool = Shape::Flag(""),
        /// Waits until it could be done, and does it not.
        trial: bool = Shape::Flag(""),
        /// Lists what can be acted on afterwards, too.
        observe: bool = Shape::Flag(""),
    }
}

operation! {
    /// Clicks the one element that SELECTOR means twice in a row.
    Dblclick("dblclick"): Input, Page, Queue, wakes true, needs [TrustedInput] -> Acted {
        /// Which element.
        selector: String = Shape::Place("SELECTOR"),
        /// Which button of the mouse [default: left].
        button: Option<MouseButton> = Shape::Flag("BUTTON"),
        /// Keys that are held meanwhile: `Shift`, `Control`, `Alt`, `Meta`.
        modifiers: Vec<String> = Shape::Flag("KEY"),
        /// Where, in CSS pixels from the element's top left corner [default: in its middle].
        position: Option<String> = Shape::Flag("X,Y"),
        /// How long the button is held, and how long it rests between two clicks [default: 0ms].
        delay: Option<Span> = Shape::Flag("DURATION"),
        /// Does not wait until it can be seen, stands still and is enabled, nor for what is over it.
        force: bool = Shape::Flag(""),
        /// Waits until it could be done, and does it not.
        trial: bool = Shape::Flag(""),
        /// Lists what can be acted on afterwards, too.
        observe: bool = Shape::Flag(""),
    }
}

operation! {
    /// Moves the pointer over the one element that SELECTOR means.
    Hover("hover"): Input, Page, Queue, wakes true, needs [TrustedInput] -> Acted {
        /// Which element.
        selector: String = Shape::Place("SELECTOR"),
        /// Keys that are held meanwhile: `Shift`, `Control`, `Alt`, `Meta`.
        modifiers: Vec<String> = Shape::Flag("KEY"),
        /// Where, in CSS pixels from the element's top left corner [default: in its middle].
        position: Option<String> = Shape::Flag("X,Y"),
        /// Does not wait until it can be seen, stands still and is enabled, nor for what is over it.
        force: bool = Shape::Flag(""),
        /// Waits until it could be done, and does it not.
        trial: bool = Shape::Flag(""),
        /// Lists what can be acted on afterwards, too.
        observe: bool = Shape::Flag(""),
    }
}

operation! {
    /// Taps the one element that SELECTOR means with a finger.
    ///
    /// It is waited for as for `click`. The page is told the touch and what browsers make of one, a click included. Only in sessions that were opened with `--touch`.
    Tap("tap"): Input, Page, Queue, wakes true, needs [TrustedInput, Touch] -> Acted {
        /// Which element.
        selector: String = Shape::Place("SELECTOR"),
        /// Keys that are held meanwhile: `Shift`, `Control`, `Alt`, `Meta`.
        modifiers: Vec<String> = Shape::Flag("KEY"),
        /// Where, in CSS pixels from the element's top left corner [default: in its middle].
        position: Option<String> = Shape::Flag("X,Y"),
        /// Does not wait until it can be seen, stands still and is enabled, nor for what is over it.
        force: bool = Shape::Flag(""),
        /// Waits until it could be done, and does it not.
        trial: bool = Shape::Flag(""),
        /// Lists what can be acted on afterwards, too.
        observe: bool = Shape::Flag(""),
    }
}

operation! {
    /// Puts VALUE into a field, in place of what it holds.
    ///
    /// The field is waited for until it is visible, enabled and can be edited; a label stands for its field. The page sees what it sees of a text that is pasted: `beforeinput`, `input`, and `change` when the field loses the focus. A date, time, colour or range is set as the value that HTML has for it (`2026-11-25`), with `input` and `change`.
    Fill("fill"): Input, Page, Queue, wakes true, needs [TrustedInput] -> Acted {
        /// Which field.
        selector: String = Shape::Place("SELECTOR"),
        /// The text.
        value: String = Shape::Place("VALUE"),
        /// Does not wait until it can be seen, is enabled and can be edited.
        force: bool = Shape::Flag(""),
        /// Lists what can be acted on afterwards, too.
        observe: bool = Shape::Flag(""),
    }
}

operation! {
    /// Types TEXT letter by letter: at the element of SELECTOR, or with TEXT alone where the focus is.
    ///
    /// What the field holds stays: `fill` replaces it.
    Type("type"): Input, Page, Queue, wakes true, needs [TrustedInput] -> Acted {
        /// Which element gets the focus before; alone it is the text.
        selector: Option<String> = Shape::Place("SELECTOR"),
        /// The text.
        text: Option<String> = Shape::Place("TEXT"),
        /// How long it rests between two letters [default: 0ms].
        delay: Option<Span> = Shape::Flag("DURATION"),
        /// Lists what can be acted on afterwards, too.
        observe: bool = Shape::Flag(""),
    }
}

operation! {
    /// Presses a key or a chord where the focus is: `Enter`, `a`, `Control+A`, `Shift+Tab`.
    Press("press"): Input, Page, Queue, wakes true, needs [TrustedInput] -> Acted {
        /// The key.
        key: String = Shape::Place("KEY"),
        /// Which element gets the focus before.
        selector: Option<String> = Shape::Flag("SELECTOR"),
        /// How long the key is held [default: 0ms].
        delay: Option<Span> = Shape::Flag("DURATION"),
        /// Lists what can be acted on afterwards, too.
        observe: bool = Shape::Flag(""),
    }
}

operation! {
    /// Chooses options of a select: each by its value, its label, or as `index=N`.
    Select("select"): Input, Page, Queue, wakes true, needs [TrustedInput] -> Acted {
        /// Which select.
        selector: String = Shape::Place("SELECTOR"),
        /// The options; several for a list of several.
        values: Vec<String> = Shape::Place("VALUE"),
        /// Does not wait until it can be seen, and it and its options are enabled.
        force: bool = Shape::Flag(""),
        /// Lists what can be acted on afterwards, too.
        observe: bool = Shape::Flag(""),
    }
}

operation! {
    /// Checks a checkbox, radio button or switch; nothing is done where it is checked.
    Check("check"): Input, Page, Queue, wakes true, needs [TrustedInput] -> Acted {
        /// Which one; a label stands for its box.
        selector: String = Shape::Place("SELECTOR"),
        /// Where, in CSS pixels from the element's top left corner [default: in its middle].
        position: Option<String> = Shape::Flag("X,Y"),
        /// Does not wait until it can be seen, stands still and is enabled, nor for what is over it.
        force: bool = Shape::Flag(""),
        /// Waits until it could be done, and does it not.
        trial: bool = Shape::Flag(""),
        /// Lists what can be acted on afterwards, too.
        observe: bool = Shape::Flag(""),
    }
}

operation! {
    /// Takes the check away from a checkbox or switch; nothing is done where there is none.
    Uncheck("uncheck"): Input, Page, Queue, wakes true, needs [TrustedInput] -> Acted {
        /// Which one; a label stands for its box.
        selector: String = Shape::Place("SELECTOR"),
        /// Where, in CSS pixels from the element's top left corner [default: in its middle].
        position: Option<String> = Shape::Flag("X,Y"),
        /// Does not wait until it can be seen, stands still and is enabled, nor for what is over it.
        force: bool = Shape::Flag(""),
        /// Waits until it could be done, and does it not.
        trial: bool = Shape::Flag(""),
        /// Lists what can be acted on afterwards, too.
        observe: bool = Shape::Flag(""),
    }
}

operation! {
    /// Gives the one element that SELECTOR means the focus.
    Focus("focus"): Input, Page, Queue, wakes true, needs [TrustedInput] -> Acted {
        /// Which element.
        selector: String = Shape::Place("SELECTOR"),
        /// Lists what can be acted on afterwards, too.
        observe: bool = Shape::Flag(""),
    }
}

operation! {
    /// Drags the element of SELECTOR to the element of TO, by the mouse; pages with drag and drop of HTML get its events.
    Drag("drag"): Input, Page, Queue, wakes true, needs [TrustedInput] -> Acted {
        /// Which element.
        selector: String = Shape::Place("SELECTOR"),
        /// Where to: this element.
        to: String = Shape::Place("TO"),
        /// Where it is taken, in CSS pixels from the element's top left corner [default: in its middle].
        source_position: Option<String> = Shape::Flag("X,Y"),
        /// Where it is let go of, in CSS pixels from the top left corner of TO [default: in its middle].
        target_position: Option<String> = Shape::Flag("X,Y"),
        /// Does not wait until both can be seen and stand still, nor for what is over them.
        force: bool = Shape::Flag(""),
        /// Waits until it could be done, and does it not.
        trial: bool = Shape::Flag(""),
        /// Lists what can be acted on afterwards, too.
        observe: bool = Shape::Flag(""),
    }
}

operation! {
    /// Gives a file input files, in place of those that it has.
    Upload("upload"): Input, Page, Queue, wakes true, needs [TrustedInput, FileUpload] -> Acted {
        /// Which file input; a label stands for it.
        selector: String = Shape::Place("SELECTOR"),
        /// The files.
        files: Vec<PathBuf> = Shape::Place("FILE"),
        /// Lists what can be acted on afterwards, too.
        observe: bool = Shape::Flag(""),
    }
}

operation! {
    /// Turns the wheel `up`, `down`, `left` or `right` in the middle of the page, or brings the element of a selector into view.
    Scroll("scroll"): Input, Page, Queue, wakes true, needs [TrustedInput] -> Acted {
        /// A direction or a selector.
        to: String = Shape::Place("WHERE"),
        /// How far the wheel is turned, in CSS pixels [default: 500].
        pixels: Option<u32> = Shape::Flag("N"),
        /// Lists what can be acted on afterwards, too.
        observe: bool = Shape::Flag(""),
    }
}

operation! {
    /// Sets the size of the page's viewport.
    SetViewport("set-viewport"): Input, Page, Queue, wakes true, needs [Viewport] -> Acted {
        /// Its width and height in CSS pixels.
        size: Option<Size> = Shape::Place("WxH"),
        /// Lists what can be acted on afterwards, too.
        observe: bool = Shape::Flag(""),
    }
}

operation! {
    /// Waits for an element, a text, an address, a load state or a function of the page, or for some time.
    ///
    /// One of these; with a duration the command's own deadline is later by as much. Nothing in the page is changed. `--fn` runs code of yours in the page, which needs write access.
    Wait("wait"): Observe, Page, Queue, wakes true, needs [] -> Waited {
        /// A selector, or a duration (`500ms`).
        selector: Option<String> = Shape::Place("WHAT"),
        /// The state of the element [default: visible].
        state: Option<ElementState> = Shape::Flag("STATE"),
        /// Until this text can be seen.
        text: Option<String> = Shape::Flag("TEXT"),
        /// Until the page's address matches: `*` is within a segment, `**` across.
        url: Option<String> = Shape::Flag("GLOB"),
        /// Until the page is loaded so far.
        load: Option<WaitUntil> = Shape::Flag("STATE"),
        /// Until this JavaScript expression, or the function that it is, answers something true.
        fn_: Option<String> = Shape::Flag("JS"),
    }
}

operation! {
    /// Does several steps one after the other, and stops at the first that fails.
    ///
    /// A step is `action:SELECTOR`, `action:SELECTOR=VALUE`, `goto:URL`, `press:KEY` or `wait:…`; the actions are click, dblclick, tap, hover, focus, check, uncheck, fill, type, select, upload, drag, scroll, back, forward, reload. A value begins at the first `=` outside of quotes, brackets and parentheses; in double quotes it may have escapes.
    Act("act"): Input, Page, Queue, wakes true, needs [TrustedInput] -> ActResult {
        /// The steps, for example `fill:label:"Email"="a@b.c"`.
        steps: Vec<String> = Shape::Place("STEP"),
        /// Goes on after a step that failed.
        continue_: bool = Shape::Flag(""),
        /// Lists what can be acted on afterwards, too.
        observe: bool = Shape::Flag(""),
    }
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Acted {
    /// The page's id.
    pub page: String,
    /// The page's address afterwards.
    pub url: String,
    /// The word for it in actions.jsonl, for example `click`.
    pub action: String,
    /// The canonical locator of the element, unique at that moment.
    pub best_semantic_selector: Option<String>,
    /// What the field holds now; `null` for what has no value, and for secrets.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<serde_json::Value>,
    /// With `observe`: what can be acted on afterwards.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub observed: Option<Observed>,
}

/// What has come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Waited {
    /// The page's id.
    pub page: String,
    /// The page's address.
    pub url: String,
}

/// What became of the steps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ActResult {
    /// One for each step that was begun, in their order.
    pub steps: Vec<StepResult>,
    /// With `observe`: what can be acted on afterwards.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub observed: Option<Observed>,
}

/// What became of a step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StepResult {
    /// The step without its value.
    pub step: String,
    /// Whether it was done.
    pub ok: bool,
    /// What was done.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub result: Option<Acted>,
    /// The kind of the error.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error_kind: Option<String>,
    /// What failed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
    /// Milliseconds.
    pub duration: f64,
}

/// The time that an operation takes because it was told to: its caller waits so much longer.
pub fn takes_itself(op: &str, args: &serde_json::Value) -> Duration {
    let written = args.get("selector").and_then(serde_json::Value::as_str);
    let time =
        written.filter(|written| op == Wait::SPEC.name && written.starts_with(|letter: char| letter.is_ascii_digit()));
    time.and_then(|time| time.parse::<Span>().ok())
        .map_or(Duration::ZERO, |span| span.0)
}
