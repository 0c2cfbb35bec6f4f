//! A JUnit report, as CI systems read it.

use std::fmt::Write;

use super::matrix::Done;

/// The report: a suite for each browser, a case for each workflow.
pub(super) fn report(done: &[Done]) -> String {
    let mut browsers: Vec<&str> = Vec::new();
    for one in done {
        if !browsers.contains(&one.browser.as_str()) {
            browsers.push(&one.browser);
        }
    }
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let failures = done.iter().filter(|one| one.error.is_some()).count();
    let _ = writeln!(
        text,
        "<testsuites name=\"greenroom\" tests=\"{}\" failures=\"{failures}\" time=\"{:.3}\">",
        done.len(),
        done.iter().map(|one| one.seconds).sum::<f64>()
    );
    for browser in browsers {
        let cases: Vec<_> = done.iter().filter(|one| one.browser == browser).collect();
        let failures = cases.iter().filter(|one| one.error.is_some()).count();
        let _ = writeln!(
            text,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" time=\"{:.3}\">",
            escaped(browser),
            cases.len(),
            cases.iter().map(|one| one.seconds).sum::<f64>()
        );
        for one in cases {
            case(&mut text, one);
        }
        text.push_str("  </testsuite>\n");
    }
    text.push_str("</testsuites>\n");
    text
}

fn case(text: &mut String, one: &Done) {
    let _ = write!(
        text,
        "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
        escaped(&one.browser),
        escaped(&one.workflow),
        one.seconds
    );
    match &one.error {
        None if one.output.is_empty() => text.push_str("/>\n"),
        None => {
            let _ = writeln!(text, "><system-out>{}</system-out></testcase>", escaped(&one.output));
        }
        Some(error) => {
            let first = error.lines().next().unwrap_or_default();
            let _ = write!(
                text,
                "><failure message=\"{}\">{}</failure>",
                escaped(first),
                escaped(error)
            );
            if !one.output.is_empty() {
                let _ = write!(text, "<system-out>{}</system-out>", escaped(&one.output));
            }
            text.push_str("</testcase>\n");
        }
    }
}

/// Text as XML has it: without the characters that it cannot have.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_a_suite_for_each_browser() {
        let one = |browser: &str, error: Option<&str>| Done {
            workflow: "a.ts \"go\"".to_owned(),
            browser: browser.to_owned(),
            session: "ses-a".to_owned(),
            status: "completed".to_owned(),
            seconds: 1.5,
            tries: 1,
            error: error.map(str::to_owned),
            output: "seen <b>\u{1b}\n".to_owned(),
        };
        let report = report(&[
            one("chromium", None),
            one("firefox", Some("Error: a & b\n    at a.ts:1:1")),
        ]);
        assert_eq!(
            report,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <testsuites name=\"greenroom\" tests=\"2\" failures=\"1\" time=\"3.000\">\n  \
               <testsuite name=\"chromium\" tests=\"1\" failures=\"0\" time=\"1.500\">\n    \
                 <testcase classname=\"chromium\" name=\"a.ts &quot;go&quot;\" time=\"1.500\"><system-out>seen &lt;b&gt;&#10;</system-out></testcase>\n  \
               </testsuite>\n  \
               <testsuite name=\"firefox\" tests=\"1\" failures=\"1\" time=\"1.500\">\n    \
                 <testcase classname=\"firefox\" name=\"a.ts &quot;go&quot;\" time=\"1.500\"><failure message=\"Error: a &amp; b\">Error: a &amp; b&#10;    at a.ts:1:1</failure><system-out>seen &lt;b&gt;&#10;</system-out></testcase>\n  \
               </testsuite>\n\
             </testsuites>\n"
        );
    }
}
