//! Recorded actions, to be done again: as steps for `act`, or as a workflow in TypeScript. Pure.
//!
//! Elements are told by the locator that was canonical when they were acted on. What failed is left out, as is what no step
//! can do; what was masked stands as a parameter in a workflow, and as `***` in a step.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use crate::locator::{Locator, Match, Step};

/// What stands in the log for what must not be told.
const MASK: &str = "***";

/// Actions as they can be done again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replay {
    /// The steps, or the lines of the workflow.
    pub text: String,
    /// What is not in it, and why.
    pub left_out: Vec<String>,
}

/// The steps for `act`, one a line, each quoted for a shell.
pub fn steps(lines: &[Value]) -> Replay {
    let mut replay = Replay::default();
    for line in done(lines, &mut replay.left_out) {
        match step(&line) {
            Some(step) => {
                let _ = writeln!(replay.text, "{}", quoted(&step));
            }
            None => replay.left_out.push(format!("no step does `{}`", line.action)),
        }
    }
    replay
}

/// A workflow that does the same.
pub fn script(lines: &[Value]) -> Replay {
    let mut replay = Replay::default();
    let mut body = String::new();
    let mut secrets = 0;
    for line in done(lines, &mut replay.left_out) {
        match statement(&line, &mut secrets) {
            Some(statement) => {
                let _ = writeln!(body, "    await {statement};");
            }
            None => replay.left_out.push(format!("no statement does `{}`", line.action)),
        }
    }
    let params = if secrets == 0 { "{ page }" } else { "{ page, params }" };
    let _ = write!(
        replay.text,
        "// Recorded by greenroom.{}\nexport default async ({params}) => {{\n{body}}};\n",
        match secrets {
            0 => String::new(),
            1 => " What was typed as a secret is `params.secret1`.".to_owned(),
            many => format!(" What was typed as secrets are `params.secret1` to `params.secret{many}`."),
        }
    );
    replay
}

/// An action that was done.
#[derive(Debug, Default)]
struct Line {
    action: String,
    selector: Option<String>,
    value: Option<String>,
}

/// The actions that were done, with the way to the first page before them.
fn done(lines: &[Value], left_out: &mut Vec<String>) -> Vec<Line> {
    let text = |line: &Value, key: &str| line[key].as_str().map(str::to_owned);
    let pages: BTreeSet<_> = lines.iter().filter_map(|line| text(line, "pageId")).collect();
    if pages.len() > 1 {
        let pages: Vec<_> = pages.into_iter().collect();
        left_out.push(format!(
            "which of the pages {} each action was in: choose one by --page",
            pages.join(", ")
        ));
    }
    let failed = lines.iter().filter(|line| line["success"] == false).count();
    if failed > 0 {
        left_out.push(format!("{failed} that failed"));
    }
    // A browser tells the names of the files that a person chose, and no more.
    let is_named = |line: &Value| line["source"] == "user" && line["action"] == "upload";
    let named = lines.iter().filter(|line| is_named(line)).count();
    if named > 0 {
        left_out.push(format!(
            "{named} uploads by a person: the log has only the names of the files"
        ));
    }
    let mut found = Vec::new();
    for line in lines.iter().filter(|line| line["success"] != false && !is_named(line)) {
        let action = text(line, "action").unwrap_or_default();
        if found.is_empty()
            && action != "goto"
            && let Some(url) = text(line, "url").filter(|url| !url.is_empty())
        {
            found.push(Line {
                action: "goto".to_owned(),
                value: Some(url),
                selector: None,
            });
        }
        found.push(Line {
            selector: text(line, "bestSemanticSelector").or_else(|| text(line, "selector")),
            value: text(line, "value"),
            action,
        });
    }
    found
}

/// The word of a step for an action's.
fn word(action: &str) -> Option<&'static str> {
    Some(match action {
        "click" => "click",
        "dblclick" => "dblclick",
        "hover" => "hover",
        "tap" => "tap",
        "focus" => "focus",
        "check" => "check",
        "uncheck" => "uncheck",
        "fill" => "fill",
        "type" => "type",
        "selectOption" => "select",
        "upload" => "upload",
        "drag" => "drag",
        "press" => "press",
        "goto" => "goto",
        "goBack" => "back",
        "goForward" => "forward",
        "reload" => "reload",
        "scroll" => "scroll",
        _ => return None,
    })
}

fn step(line: &Line) -> Option<String> {
    let word = word(&line.action)?;
    let value = line.value.as_deref().unwrap_or_default();
    let quoted = || Value::from(value).to_string();
    Some(match (word, &line.selector) {
        ("back" | "forward" | "reload", _) => word.to_owned(),
        ("press" | "goto", _) => format!("{word}:{value}"),
        ("scroll", None) => format!("scroll:{}", direction(value)?),
        ("scroll" | "click" | "dblclick" | "hover" | "tap" | "focus" | "check" | "uncheck", Some(selector)) => {
            format!("{word}:{selector}")
        }
        ("fill" | "type" | "select" | "upload" | "drag", Some(selector)) => format!("{word}:{selector}={}", quoted()),
        ("type", None) => format!("type:{}", quoted()),
        _ => return None,
    })
}

/// `0,300` is `down 300`.
fn direction(value: &str) -> Option<String> {
    let (dx, dy) = value.split_once(',')?;
    let (dx, dy): (f64, f64) = (dx.parse().ok()?, dy.parse().ok()?);
    let (word, far) = if dy.abs() >= dx.abs() {
        (if dy < 0.0 { "up" } else { "down" }, dy.abs())
    } else {
        (if dx < 0.0 { "left" } else { "right" }, dx.abs())
    };
    Some(format!("{word} {far}"))
}

fn statement(line: &Line, secrets: &mut u32) -> Option<String> {
    let word = word(&line.action)?;
    let value = match line.value.as_deref() {
        Some(MASK) => {
            *secrets += 1;
            format!("params.secret{secrets}")
        }
        value => Value::from(value.unwrap_or_default()).to_string(),
    };
    let at = line.selector.as_deref().map(locator);
    Some(match (word, at) {
        ("goto", _) => format!("page.goto({value})"),
        ("back", _) => "page.goBack()".to_owned(),
        ("forward", _) => "page.goForward()".to_owned(),
        ("reload", _) => "page.reload()".to_owned(),
        ("press", _) => format!("page.keyboard.press({value})"),
        ("type", None) => format!("page.keyboard.type({value})"),
        ("scroll", None) => {
            let (dx, dy) = line.value.as_deref()?.split_once(',')?;
            let (dx, dy): (f64, f64) = (dx.parse().ok()?, dy.parse().ok()?);
            format!("page.mouse.wheel({dx}, {dy})")
        }
        ("scroll", Some(at)) => format!("{at}.scrollIntoViewIfNeeded()"),
        ("type", Some(at)) => format!("{at}.pressSequentially({value})"),
        ("select", Some(at)) => format!("{at}.selectOption({value})"),
        ("upload", Some(at)) => format!("{at}.setInputFiles({value})"),
        ("drag", Some(at)) => format!("{at}.dragTo({})", locator(line.value.as_deref()?)),
        ("fill", Some(at)) => format!("{at}.fill({value})"),
        (word, Some(at)) => format!("{at}.{word}()"),
        _ => return None,
    })
}

/// A locator by the methods that have one for it, else by its text.
fn locator(written: &str) -> String {
    let by_text = || format!("page.locator({})", Value::from(written));
    let Ok(locator) = Locator::parse(written) else {
        return by_text();
    };
    let [step] = locator.steps() else { return by_text() };
    let named = |method: &str, text: &Match| Some(format!("page.{method}({})", matching(text)));
    let found = match step {
        Step::Role(query) if query.states.is_empty() && !query.hidden => {
            let role = Value::from(query.role.as_str());
            match &query.name {
                None => Some(format!("page.getByRole({role})")),
                Some(Match::Part(name)) => Some(format!(
                    "page.getByRole({role}, {{ name: {} }})",
                    Value::from(name.as_str())
                )),
                Some(Match::Exact(name)) => Some(format!(
                    "page.getByRole({role}, {{ name: {}, exact: true }})",
                    Value::from(name.as_str())
                )),
                Some(Match::Regex { source, flags }) => {
                    Some(format!("page.getByRole({role}, {{ name: /{source}/{flags} }})"))
                }
            }
        }
        Step::Text { text } => named("getByText", text),
        Step::Label { text } => named("getByLabel", text),
        Step::Placeholder { text } => named("getByPlaceholder", text),
        Step::Alt { text } => named("getByAltText", text),
        Step::Title { text } => named("getByTitle", text),
        Step::TestId {
            text: Match::Exact(text),
        } => Some(format!("page.getByTestId({})", Value::from(text.as_str()))),
        _ => None,
    };
    found.unwrap_or_else(by_text)
}

fn matching(text: &Match) -> String {
    match text {
        Match::Part(text) => Value::from(text.as_str()).to_string(),
        Match::Exact(text) => format!("{}, {{ exact: true }}", Value::from(text.as_str())),
        Match::Regex { source, flags } => format!("/{source}/{flags}"),
    }
}

/// A step as one word of a shell.
fn quoted(step: &str) -> String {
    format!("'{}'", step.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn recorded() -> Vec<Value> {
        let line = |action: &str, selector: Option<&str>, value: Option<&str>| {
            json!({ "action": action, "bestSemanticSelector": selector, "value": value, "url": "http://a.test/form",
                "success": true, "pageId": "page-1" })
        };
        vec![
            line("fill", Some("role:textbox:\"Email\""), Some("it's \"me\"")),
            line("fill", Some("role:textbox:\"Password\""), Some("***")),
            line("selectOption", Some("testid:\"country\""), Some("no")),
            line("press", Some("css:#x"), Some("Enter")),
            line("scroll", None, Some("0,300")),
            json!({ "action": "click", "selector": "css:#gone", "success": false }),
            line("newPage", None, None),
            line("click", Some("frame:css:iframe >> role:button:\"Go\"!"), None),
            line("goto", None, Some("http://a.test/next")),
        ]
    }

    #[test]
    fn steps_do_the_same_again() {
        let mut lines = recorded();
        lines.push(json!({ "source": "user", "action": "upload", "value": "a.txt", "success": true }));
        let replay = steps(&lines);
        let wanted = "'goto:http://a.test/form'
'fill:role:textbox:\"Email\"=\"it'\\''s \\\"me\\\"\"'
'fill:role:textbox:\"Password\"=\"***\"'
'select:testid:\"country\"=\"no\"'
'press:Enter'
'scroll:down 300'
'click:frame:css:iframe >> role:button:\"Go\"!'
'goto:http://a.test/next'
";
        assert_eq!(replay.text, wanted);
        assert_eq!(
            replay.left_out,
            [
                "1 that failed",
                "1 uploads by a person: the log has only the names of the files",
                "no step does `newPage`"
            ]
        );
    }

    #[test]
    fn a_workflow_says_it_by_methods() {
        let replay = script(&recorded());
        let wanted = "// Recorded by greenroom. What was typed as a secret is `params.secret1`.
export default async ({ page, params }) => {
    await page.goto(\"http://a.test/form\");
    await page.getByRole(\"textbox\", { name: \"Email\" }).fill(\"it's \\\"me\\\"\");
    await page.getByRole(\"textbox\", { name: \"Password\" }).fill(params.secret1);
    await page.getByTestId(\"country\").selectOption(\"no\");
    await page.keyboard.press(\"Enter\");
    await page.mouse.wheel(0, 300);
    await page.locator(\"frame:css:iframe >> role:button:\\\"Go\\\"!\").click();
    await page.goto(\"http://a.test/next\");
};
";
        assert_eq!(replay.text, wanted);
    }

    #[test]
    fn each_step_can_be_read_again() {
        for line in steps(&recorded()).text.lines() {
            let step = line.trim_matches('\'').replace("'\\''", "'");
            assert!(crate::session::act::step::parse(&step).is_ok(), "{step}");
        }
    }
}
