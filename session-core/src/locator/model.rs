//! What a locator is made of, as it goes to the page-side engine.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One step of a locator. It looks in what the step before found; the first one in the whole document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "lowercase")]
pub enum Step {
    /// `e12`: the element that a look gave this number.
    Ref {
        /// The number.
        number: u32,
    },
    /// `role:button:"Next"`: by role, accessible name and states.
    Role(RoleQuery),
    /// `text:"…"`: the smallest elements with that text.
    Text {
        /// The text.
        text: Match,
    },
    /// Playwright's `text="…"`: the smallest elements with exactly that text, or with a run of text that is exactly so.
    Run {
        /// The text.
        text: String,
    },
    /// `label:"…"`: by a label, `aria-label` or `aria-labelledby`.
    Label {
        /// The label's text.
        text: Match,
    },
    /// `placeholder:"…"`.
    Placeholder {
        /// The attribute's value.
        text: Match,
    },
    /// `alt:"…"`.
    Alt {
        /// The attribute's value.
        text: Match,
    },
    /// `title:"…"`.
    Title {
        /// The attribute's value.
        text: Match,
    },
    /// `testid:"…"`: the whole value of the attribute for test ids, with its case.
    TestId {
        /// The attribute's value: exact, or a regular expression.
        text: Match,
    },
    /// `id=…`, `data-test=…`: the whole value of that attribute.
    Attribute {
        /// The attribute.
        name: String,
        /// Its value.
        value: String,
    },
    /// CSS.
    Css(Css),
    /// XPath.
    Xpath {
        /// The expression.
        source: String,
    },
    /// `coords:X,Y`: what is at that point of the viewport.
    Coords {
        /// CSS pixels from the left.
        x: f64,
        /// CSS pixels from the top.
        y: f64,
    },
    /// `nth=N`: one of those that were found.
    Nth {
        /// From 0; from the end when negative.
        index: i32,
    },
    /// `visible=true`: those of them that can be seen.
    Visible {
        /// Or cannot.
        visible: bool,
    },
    /// `has=(…)`: those of them in which that is found.
    Has {
        /// What must be in it.
        steps: Vec<Step>,
    },
    /// `has-not=(…)`: those of them in which that is not found.
    #[serde(rename = "has-not")]
    HasNot {
        /// What must not be in it.
        steps: Vec<Step>,
    },
    /// `has-text="…"`: those of them whose text is like that.
    #[serde(rename = "has-text")]
    HasText {
        /// The text.
        text: Match,
    },
    /// `has-not-text="…"`: those of them whose text is not like that.
    #[serde(rename = "has-not-text")]
    HasNotText {
        /// The text.
        text: Match,
    },
    /// `and=(…)`: those of them that this means, too, in the whole document.
    And {
        /// The other locator.
        steps: Vec<Step>,
    },
    /// `or=(…)`: they, and what this means in the whole document, in its order.
    Or {
        /// The other locator.
        steps: Vec<Step>,
    },
    /// On in the document of the frame that was found.
    Frame,
}

impl Step {
    /// Whether it chooses among what was found before it, or adds to that, rather than looking for something itself.
    pub const fn is_choice(&self) -> bool {
        matches!(
            self,
            Self::Nth { .. }
                | Self::Visible { .. }
                | Self::Has { .. }
                | Self::HasNot { .. }
                | Self::HasText { .. }
                | Self::HasNotText { .. }
                | Self::And { .. }
                | Self::Or { .. }
        )
    }
}

/// What a text must be like. White space is folded on both sides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Match {
    /// Contains this, whatever the case.
    Part(String),
    /// Is this.
    Exact(String),
    /// Matches this regular expression of JavaScript.
    Regex {
        /// What is between the slashes.
        source: String,
        /// What is behind them.
        flags: String,
    },
}

/// A step by role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleQuery {
    /// The role.
    pub role: String,
    /// The accessible name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Match>,
    /// States and properties as a snapshot tells them, `true` for what it tells by the name alone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub states: BTreeMap<String, String>,
    /// Also what is hidden from the accessibility tree.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

/// A step by CSS: its text, and the same taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Css {
    /// As it was written.
    pub source: String,
    /// The selectors of the list.
    #[serde(default)]
    pub list: Vec<Complex>,
    /// The browser can read all of it.
    #[serde(default)]
    pub native: bool,
    /// It says `:scope`, which is each element that the step before found.
    #[serde(default)]
    pub scoped: bool,
}

/// A selector without commas: compounds and what is between them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complex {
    /// The compounds, from left to right.
    pub parts: Vec<Part>,
}

/// A compound: all that is said of one element.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// How the element is related to that of the part before; of the first one, to the element around `:has()`.
    pub combinator: Combinator,
    /// What the browser reads; `*` where there is nothing for it.
    pub css: String,
    /// What it does not know, or knows only within one tree.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pseudos: Vec<Pseudo>,
}

/// What stands between two compounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Combinator {
    /// White space.
    #[serde(rename = " ")]
    Descendant,
    /// `>`
    #[serde(rename = ">")]
    Child,
    /// `+`
    #[serde(rename = "+")]
    Next,
    /// `~`
    #[serde(rename = "~")]
    Later,
}

/// A pseudo-class that the page-side engine knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Pseudo {
    /// `:visible`
    Visible,
    /// `:has-text("…")`: its text contains that.
    HasText {
        /// The text.
        text: String,
    },
    /// `:text("…")` and `:text-matches("…", "i")`: the smallest element whose text is like that.
    Text {
        /// The text.
        text: Match,
    },
    /// `:text-is("…")`: a run of its text is exactly that.
    TextIs {
        /// The text.
        text: String,
    },
    /// `:has(…)`
    Has {
        /// The selectors in it.
        list: Vec<Complex>,
    },
    /// `:is(…)` or `:where(…)`
    Is {
        /// The selectors in it.
        list: Vec<Complex>,
    },
    /// `:not(…)`
    Not {
        /// The selectors in it.
        list: Vec<Complex>,
    },
    /// `:right-of(…)` and its like: it is on that side of something that matches, and not further away.
    Layout {
        /// The side.
        side: Side,
        /// The selectors in it.
        list: Vec<Complex>,
        /// How far away it may be, in CSS pixels; nothing: 50 for `:near()`, any distance for the others.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        most: Option<u32>,
    },
    /// `:nth-match(…, N)`: the Nth in the document of those that match.
    NthMatch {
        /// The selectors in it.
        list: Vec<Complex>,
        /// From 1.
        n: u32,
    },
}

/// Where an element is, seen from another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Wholly to the right, at any height.
    RightOf,
    /// Wholly to the left, at any height.
    LeftOf,
    /// Wholly above, however far to a side.
    Above,
    /// Wholly below, however far to a side.
    Below,
    /// On any side.
    Near,
}
