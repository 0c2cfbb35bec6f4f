//! greenroom.d.ts and the realm name the same: what an editor completes is there, and what is there is completed.

use std::collections::{BTreeMap, BTreeSet};

use crate::bench::Bench;
use crate::declared::interfaces;

/// Interfaces of the types, and what makes an object that has just their members.
pub(crate) const CLASSES: &[(&str, &str)] = &[
    ("Page", "page"),
    ("Frame", "page.mainFrame()"),
    ("BrowserContext", "context"),
    ("Locator", "page.locator('a')"),
    ("FrameLocator", "page.frameLocator('a')"),
    ("ElementHandle", "(await page.$('a'))"),
    ("Response", "(await page.goto('http://a/b'))"),
    ("APIRequestContext", "page.request"),
    ("APIResponse", "(await page.request.get('http://a/b'))"),
    ("Browser", "browser"),
    ("Keyboard", "page.keyboard"),
    ("Mouse", "page.mouse"),
    ("Touchscreen", "page.touchscreen"),
];

/// The same for what `expect` answers: objects without a class.
const MATCHERS: &[(&[&str], &str)] = &[
    (&["ValueMatchers"], "expect(1).not"),
    (&["ValueMatchers", "LocatorMatchers"], "expect(page.locator('a')).not"),
    (&["ValueMatchers", "PageMatchers"], "expect(page).not"),
    (&["Expect", "Asymmetric"], "expect"),
    (&["Asymmetric"], "expect.not"),
];

/// The names of each interface's members.
fn members() -> BTreeMap<String, BTreeSet<String>> {
    let names = interfaces().into_iter();
    names
        .map(|(name, members)| (name, members.into_keys().collect()))
        .collect()
}

fn names(bench: &mut Bench, code: &str) -> BTreeSet<String> {
    serde_json::from_value(bench.done(code).value).unwrap()
}

#[test]
fn the_types_name_what_the_realm_has() {
    let interfaces = members();
    let mut bench = Bench::new();
    let mut differing = Vec::new();
    let mut compare = |what: &str, typed: &BTreeSet<String>, has: &BTreeSet<String>| {
        let missing: Vec<_> = has.difference(typed).collect();
        let invented: Vec<_> = typed.difference(has).collect();
        if !missing.is_empty() || !invented.is_empty() {
            differing.push(format!(
                "{what}: the types lack {missing:?}, the realm lacks {invented:?}"
            ));
        }
    };
    for (name, object) in CLASSES {
        // What only says that it is not supported is not there.
        let code = format!(
            "const made = {object}; const all = {{}}; \
             for (let own = Object.getPrototypeOf(made); own !== Object.prototype; own = Object.getPrototypeOf(own)) \
                 Object.assign(all, Object.getOwnPropertyDescriptors(own)); \
             Object.keys(all).filter(key => !['constructor', 'toString', 'toJSON'].includes(key) \
             && !/^[^{{]*\\{{\\s*throw unsupported\\(/.test(String(all[key].value)))"
        );
        compare(name, &interfaces[*name], &names(&mut bench, &code));
    }
    for (parts, object) in MATCHERS {
        let typed = parts
            .iter()
            .flat_map(|part| interfaces[*part].iter().cloned())
            .collect();
        let code = format!("Object.keys({object})");
        compare(object, &typed, &names(&mut bench, &code));
    }
    assert!(differing.is_empty(), "types/greenroom.d.ts:\n{}", differing.join("\n"));
}
