//! The grammar of `act`: `action:SELECTOR`, `action:SELECTOR=VALUE`, `goto:URL`, `press:KEY`, `wait:…` (spec: cli, Act). Pure.
//!
//! A value begins at the first `=` outside of quotes, brackets, parentheses and regular expressions, and only for actions
//! that take one. A value in double quotes may hold the escapes of JSON; without quotes it is what stands there.

use std::path::PathBuf;
use std::time::Duration;

use super::deed::{Click, Deed, Drag, Pointing};
use super::wait;
use crate::backend::Button;
use crate::error::{Error, Kind, Result};
use crate::text::nearest;

/// The words that a step can begin with, and whether they take a selector and a value.
const WORDS: &[(&str, Form)] = &[
    ("click", Form::Element),
    ("dblclick", Form::Element),
    ("hover", Form::Element),
    ("tap", Form::Element),
    ("focus", Form::Element),
    ("check", Form::Element),
    ("uncheck", Form::Element),
    ("fill", Form::Valued),
    ("type", Form::Valued),
    ("select", Form::Valued),
    ("upload", Form::Valued),
    ("drag", Form::Valued),
    ("press", Form::Text),
    ("goto", Form::Text),
    ("wait", Form::Text),
    ("scroll", Form::Text),
    ("back", Form::Alone),
    ("forward", Form::Alone),
    ("reload", Form::Alone),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `click:SELECTOR`
    Element,
    /// `fill:SELECTOR=VALUE`
    Valued,
    /// `goto:URL`
    Text,
    /// `back`
    Alone,
}

/// Reads a step.
///
/// # Errors
/// [`Kind::Usage`] with what was probably meant.
pub(crate) fn parse(step: &str) -> Result<Deed> {
    let (word, rest) = match step.split_once(':') {
        Some((word, rest)) => (word.trim(), Some(rest.trim())),
        None => (step.trim(), None),
    };
    let Some((word, form)) = WORDS.iter().find(|(known, _)| *known == word) else {
        let near = nearest(word, WORDS.iter().map(|(known, _)| *known));
        let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        return Err(bad(step, &format!("`{word}` is no action{near}")));
    };
    let rest = rest.filter(|rest| !rest.is_empty());
    match (form, rest) {
        (Form::Alone, None) => Ok(match *word {
            "back" => Deed::Back,
            "forward" => Deed::Forward,
            _ => Deed::Reload,
        }),
        (Form::Alone, Some(_)) => Err(bad(step, &format!("`{word}` takes nothing"))),
        (_, None) => Err(bad(step, &format!("`{word}:` needs {}", needs(*form)))),
        (Form::Element, Some(rest)) => Ok(on_element(word, rest.to_owned())),
        (Form::Text, Some(rest)) => with_text(word, rest).map_err(|error| bad(step, error.message())),
        (Form::Valued, Some(rest)) => with_value(word, rest).map_err(|why| bad(step, &why)),
    }
}

fn needs(form: Form) -> &'static str {
    match form {
        Form::Valued => "SELECTOR=VALUE",
        Form::Element => "a selector",
        _ => "a value",
    }
}

fn on_element(word: &str, selector: String) -> Deed {
    match word {
        "click" | "dblclick" => Deed::Click(Click {
            at: Pointing::at(selector),
            button: Button::Left,
            count: if word == "click" { 1 } else { 2 },
            delay: Duration::ZERO,
        }),
        "hover" => Deed::Hover(Pointing::at(selector)),
        "tap" => Deed::Tap(Pointing::at(selector)),
        "focus" => Deed::Focus { selector },
        _ => Deed::Check {
            at: Pointing::at(selector),
            state: word == "check",
        },
    }
}

fn with_text(word: &str, rest: &str) -> Result<Deed> {
    Ok(match word {
        "press" => Deed::Press {
            selector: None,
            key: rest.to_owned(),
            delay: Duration::ZERO,
        },
        "goto" => Deed::Goto { url: rest.to_owned() },
        "scroll" => match rest
            .split_once(' ')
            .and_then(|(way, far)| Some((way, far.trim().parse().ok()?)))
        {
            Some((way, far)) => super::scroll(way, Some(far)),
            None => super::scroll(rest, None),
        },
        // `wait:SELECTOR`, `wait:500ms`, `wait:text=…`, `wait:url=GLOB`, `wait:load=STATE`, `wait:hidden=SELECTOR`.
        _ => Deed::Wait(wait::read(rest)?),
    })
}

fn with_value(word: &str, rest: &str) -> Result<Deed, String> {
    let at = value_at(rest);
    let (selector, value) = match at {
        Some(at) => (rest[..at].trim().to_owned(), unquoted(rest[at + 1..].trim())?),
        None if word == "type" => {
            return Ok(Deed::Type {
                selector: None,
                text: unquoted(rest)?,
                delay: Duration::ZERO,
            });
        }
        None => return Err(format!("`{word}:` needs SELECTOR=VALUE")),
    };
    if selector.is_empty() {
        return Err("the selector is missing before `=`".to_owned());
    }
    Ok(match word {
        "fill" => Deed::Fill {
            selector,
            value,
            force: false,
        },
        "type" => Deed::Type {
            selector: Some(selector),
            text: value,
            delay: Duration::ZERO,
        },
        "select" => Deed::Select {
            selector,
            values: vec![value],
            force: false,
        },
        "upload" => Deed::Upload {
            selector,
            files: vec![PathBuf::from(value)],
        },
        _ => Deed::Drag(Drag {
            selector,
            to: value,
            ..Drag::default()
        }),
    })
}

/// Where the `=` before the value is.
fn value_at(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut depth = 0_u32;
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match (quote, letter) {
            (_, '\\') => escaped = true,
            (Some(open), letter) if letter == open => quote = None,
            (None, '"' | '\'') => quote = Some(letter),
            // A regular expression stands behind the colon or the `=` of a text.
            (None, '/') if [":", "-text="].iter().any(|before| text[..at].ends_with(before)) => quote = Some('/'),
            (None, '[' | '(') => depth += 1,
            (None, ']' | ')') => depth = depth.saturating_sub(1),
            (None, '=') if depth == 0 && !crate::locator::ends_in_choice(&text[..at]) => return Some(at),
            _ => {}
        }
    }
    None
}

fn unquoted(text: &str) -> Result<String, String> {
    if text.len() >= 2 && text.starts_with('"') && text.ends_with('"') {
        return serde_json::from_str(text).map_err(|error| format!("the value {text} is no quoted text: {error}"));
    }
    Ok(text.to_owned())
}

fn bad(step: &str, why: &str) -> Error {
    let shown: String = step.chars().take(80).collect();
    Error::new(Kind::Usage, format!("failed to read the step `{shown}`: {why}")).with_hint(
        "greenroom act fill:label:\"Email\"=\"a@b.c\" click:role:button:\"Sign in\" press:Enter wait:text=Welcome",
    )
}

#[cfg(test)]
mod tests {
    use super::super::deed::Awaited;
    use super::*;
    use crate::backend::WaitUntil;
    use crate::op::ElementState;

    fn fill(selector: &str, value: &str) -> Deed {
        Deed::Fill {
            selector: selector.to_owned(),
            value: value.to_owned(),
            force: false,
        }
    }

    #[test]
    fn values_begin_at_the_first_equals_sign_that_is_outside() {
        for (step, selector, value) in [
            (r#"fill:label:"Email"="a@b.c""#, r#"label:"Email""#, "a@b.c"),
            ("fill:e12=x=y", "e12", "x=y"),
            ("fill:input[name=q]=a", "input[name=q]", "a"),
            (r#"fill:css:[data-x="a=b"]= spaced "#, r#"css:[data-x="a=b"]"#, "spaced"),
            (r#"fill:label:"a=b"=c"#, r#"label:"a=b""#, "c"),
            (r#"fill:label:"say \"=\""=c"#, r#"label:"say \"=\"""#, "c"),
            ("fill:xpath://input[@id='a']=1", "xpath://input[@id='a']", "1"),
            ("fill:text:/a=b/=c", "text:/a=b/", "c"),
            ("fill:input:has(a[b=c])=d", "input:has(a[b=c])", "d"),
            ("fill:input >> nth=1=d", "input >> nth=1", "d"),
            (
                "fill:li >> has=(b >> nth=0) >> has-text=/a=/=d",
                "li >> has=(b >> nth=0) >> has-text=/a=/",
                "d",
            ),
            (
                "fill:li >> visible=true >> and=.x=d=e",
                "li >> visible=true >> and=.x",
                "d=e",
            ),
            ("fill:e1=", "e1", ""),
            (r#"fill:e1="""#, "e1", ""),
            (r#"fill:e1="a\nb\t\"c\" é""#, "e1", "a\nb\t\"c\" é"),
            (r#"fill:e1=say "hi""#, "e1", r#"say "hi""#),
        ] {
            assert_eq!(parse(step).unwrap(), fill(selector, value), "{step}");
        }
    }

    #[test]
    fn each_action_is_read() {
        let selector = "role:button:\"Sign in\"".to_owned();
        let click = |count| {
            Deed::Click(Click {
                at: Pointing::at(selector.clone()),
                button: Button::Left,
                count,
                delay: Duration::ZERO,
            })
        };
        assert_eq!(parse("click:role:button:\"Sign in\"").unwrap(), click(1));
        assert_eq!(parse("dblclick:role:button:\"Sign in\"").unwrap(), click(2));
        assert_eq!(
            parse("click:a[href='/x=y']").unwrap().selector(),
            Some("a[href='/x=y']")
        );
        assert_eq!(
            parse("press:Control+A").unwrap(),
            Deed::Press {
                selector: None,
                key: "Control+A".to_owned(),
                delay: Duration::ZERO,
            }
        );
        assert_eq!(
            parse("goto:http://a.test/?b=c").unwrap(),
            Deed::Goto {
                url: "http://a.test/?b=c".to_owned()
            }
        );
        assert_eq!(
            parse("type:hello").unwrap(),
            Deed::Type {
                selector: None,
                text: "hello".to_owned(),
                delay: Duration::ZERO,
            }
        );
        assert_eq!(parse("reload").unwrap(), Deed::Reload);
        assert_eq!(
            parse("uncheck:e3").unwrap(),
            Deed::Check {
                at: Pointing::at("e3".to_owned()),
                state: false
            }
        );
        assert!(matches!(parse("drag:e1=e2").unwrap(), Deed::Drag(Drag { to, .. }) if to == "e2"));
        assert!(matches!(parse("scroll:down").unwrap(), Deed::Wheel { .. }));
        assert!(matches!(parse("scroll:up 70").unwrap(), Deed::Wheel { dy, .. } if dy < -69.0 && dy > -71.0));
        assert!(matches!(parse("scroll:e7").unwrap(), Deed::ScrollTo { .. }));
    }

    #[test]
    fn waits_say_for_what() {
        for (step, wanted) in [
            ("wait:500ms", Awaited::Time(Duration::from_millis(500))),
            ("wait:url=**/done", Awaited::Url("**/done".to_owned())),
            ("wait:load=networkidle", Awaited::Load(WaitUntil::NetworkIdle)),
            (
                "wait:text=Welcome back",
                Awaited::Element {
                    selector: "text:\"Welcome back\"".to_owned(),
                    state: ElementState::Visible,
                },
            ),
            (
                "wait:hidden=css:.spinner",
                Awaited::Element {
                    selector: "css:.spinner".to_owned(),
                    state: ElementState::Hidden,
                },
            ),
            (
                "wait:role:dialog",
                Awaited::Element {
                    selector: "role:dialog".to_owned(),
                    state: ElementState::Visible,
                },
            ),
        ] {
            assert_eq!(parse(step).unwrap(), Deed::Wait(wanted), "{step}");
        }
    }

    #[test]
    fn mistakes_are_told() {
        for (step, part) in [
            ("clik:e1", "did you mean `click`?"),
            ("click", "needs a selector"),
            ("fill:e1", "needs SELECTOR=VALUE"),
            ("fill:=x", "the selector is missing"),
            ("back:e1", "takes nothing"),
            (r#"fill:e1="a\q""#, "no quoted text"),
            ("wait:load=later", "load"),
        ] {
            let error = parse(step).unwrap_err();
            assert_eq!(error.kind(), Kind::Usage, "{step}");
            assert!(error.message().contains(part), "{step}: {error}");
        }
    }
}
