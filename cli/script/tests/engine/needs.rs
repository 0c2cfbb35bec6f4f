//! greenroom.d.ts says of each method which capability it needs: what its operations do.

use std::collections::BTreeSet;

use greenroom_session_core::op::find;

use crate::bench::Bench;
use crate::declared::interfaces;
use crate::types::CLASSES;

/// Arguments of methods that do nothing with two texts.
const ARGUMENTS: &[(&str, &str)] = &[
    ("addCookies", "[{ name: 'a', value: 'b', url: 'http://a/' }]"),
    ("addInitScript", "() => {}"),
    ("all", ""),
    ("cookies", ""),
    ("dragTo", "page.locator('a')"),
    ("evaluate", "() => 1"),
    ("evaluateAll", "() => 1"),
    ("filter", ""),
    ("nth", "0"),
    ("pages", ""),
    ("route", "'**', () => {}"),
    ("screenshot", ""),
    ("setContent", "'<p>'"),
    ("setExtraHTTPHeaders", "{ a: 'b' }"),
    ("setFiles", "'a.txt'"),
    ("setGeolocation", "{ latitude: 1, longitude: 1 }"),
    ("grantPermissions", "['geolocation']"),
    ("setViewportSize", "{ width: 800, height: 600 }"),
    ("selectOption", "'a'"),
    ("setInputFiles", "'a.txt'"),
    ("waitForFunction", "() => true"),
    ("waitForTimeout", "1"),
    ("waitFor", ""),
    ("wheel", "0, 1"),
    ("click", ""),
    ("dblclick", ""),
    ("tap", ""),
];

/// The methods of mice and the like, whose names others have with other arguments.
const OF_CLASS: &[(&str, &str, &str)] = &[
    ("Mouse", "click", "1, 2"),
    ("Mouse", "dblclick", "1, 2"),
    ("Mouse", "move", "1, 2"),
    ("Touchscreen", "tap", "1, 2"),
    ("Page", "click", "'a'"),
    ("Page", "dblclick", "'a'"),
    ("Page", "tap", "'a'"),
    ("Page", "waitForTimeout", "1"),
    ("Frame", "click", "'a'"),
    ("Frame", "dblclick", "'a'"),
    ("Frame", "tap", "'a'"),
    ("Page", "selectOption", "'a', 'b'"),
    ("Page", "setInputFiles", "'a', 'b.txt'"),
    ("Frame", "selectOption", "'a', 'b'"),
    ("Frame", "setInputFiles", "'a', 'b.txt'"),
    ("Page", "addInitScript", "() => {}"),
];

/// What waits for what never comes here, or is the only way to others.
const LEFT_OUT: &[&str] = &[
    "waitForEvent",
    "waitForNavigation",
    "waitForRequest",
    "waitForResponse",
    "waitForURL",
];

fn arguments(class: &str, method: &str) -> &'static str {
    let own = OF_CLASS.iter().find(|(of, name, _)| *of == class && *name == method);
    let any = ARGUMENTS.iter().find(|(name, _)| *name == method);
    own.map(|(_, _, given)| *given)
        .or(any.map(|(_, given)| *given))
        .unwrap_or("'a', 'b'")
}

#[test]
fn the_types_say_what_each_method_needs() {
    let declared = interfaces();
    let mut bench = Bench::new();
    let mut differing = Vec::new();
    for (class, object) in CLASSES {
        for (method, member) in &declared[*class] {
            if !member.is_method || LEFT_OUT.contains(&method.as_str()) {
                continue;
            }
            let given = arguments(class, method);
            let code = format!(
                "const own = {object}; let done; try {{ done = own.{method}({given}) }} catch {{}} \
                 await Promise.race([Promise.resolve(done).catch(() => {{}}), new Promise(late => setTimeout(late, 200))]); 0"
            );
            bench.asked.clear();
            let _ = bench.ran(&code);
            let needs: BTreeSet<String> = bench
                .asked
                .iter()
                .filter_map(|(name, _, _)| find(name))
                .flat_map(|spec| spec.needs)
                .map(|needs| needs.name().to_owned())
                .collect();
            // Of several, the types name the one that fewer browsers have.
            let says = &member.needs;
            let is_so = match says {
                Some(says) => needs.contains(says),
                None => needs.is_empty(),
            };
            if !is_so {
                differing.push(format!("{class}.{method} says {says:?}, needs {needs:?}"));
            }
        }
    }
    assert!(differing.is_empty(), "types/greenroom.d.ts:\n{}", differing.join("\n"));
}
