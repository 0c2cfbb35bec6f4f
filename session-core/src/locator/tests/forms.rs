//! Every form, and what it is.

use serde_json::{Value, json};

use crate::locator::{Locator, reference};

fn steps(text: &str) -> Value {
    let locator = Locator::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    serde_json::to_value(locator.steps()).unwrap()
}

#[track_caller]
fn reads(text: &str, wanted: &Value) {
    assert_eq!(&steps(text), wanted, "{text}");
    let rendered = Locator::parse(text).unwrap().to_string();
    assert_eq!(&steps(&rendered), wanted, "{text} rendered as {rendered}");
}

#[test]
fn names_and_texts() {
    let part = |text: &str| json!([{ "by": "text", "text": { "part": text } }]);
    let exact = |text: &str| json!([{ "by": "text", "text": { "exact": text } }]);
    let regex = |source: &str, flags: &str| json!([{ "by": "text", "text": { "regex": { "source": source, "flags": flags } } }]);
    for (text, wanted) in [
        (r#"text:"Next""#, part("Next")),
        ("text:Next", part("Next")),
        ("text: Next page ", part("Next page")),
        (r"text:Don't", part("Don't")),
        (r#"text:6" pipe"#, part("6\" pipe")),
        (r#"text:"Next"!"#, exact("Next")),
        (r#"text:""!"#, exact("")),
        (r#"text:"a >> b""#, part("a >> b")),
        (r#"text:"say \"hi\" \\ there""#, part("say \"hi\" \\ there")),
        (r#"text:"a\n\tb""#, part("a\n\tb")),
        (r#"text:"caf\u00e9 \u{1f600}""#, part("café 😀")),
        (r#"text:"\ud83d\ude00""#, part("😀")),
        (r#"text:"שלום עולם""#, part("שלום עולם")),
        ("text:مرحبا", part("مرحبا")),
        ("text:a\u{a0}b", part("a\u{a0}b")),
        ("text:e\u{301}", part("e\u{301}")),
        ("text:👩‍👩‍👧", part("👩‍👩‍👧")),
        ("text:Price: 5 € [new] (all)", part("Price: 5 € [new] (all)")),
        ("text:/next/i", regex("next", "i")),
        (r"text:/a\/b[/]c/", regex(r"a\/b[/]c", "")),
        ("text:/x/gi", regex("x", "i")),
        ("text:/a >> b/", regex("a >> b", "")),
        ("text=Next", part("Next")),
        ("text=/next/si", regex("next", "is")),
        (r#"text="Next""#, json!([{ "by": "run", "text": "Next" }])),
        ("text='Ne\\'xt'", json!([{ "by": "run", "text": "Ne'xt" }])),
        (r#""Next""#, json!([{ "by": "run", "text": "Next" }])),
        (
            r#"label:"E-mail""#,
            json!([{ "by": "label", "text": { "part": "E-mail" } }]),
        ),
        ("label:hover", json!([{ "by": "label", "text": { "part": "hover" } }])),
        (
            "placeholder:Name",
            json!([{ "by": "placeholder", "text": { "part": "Name" } }]),
        ),
        ("alt:Logo", json!([{ "by": "alt", "text": { "part": "Logo" } }])),
        ("title:Close", json!([{ "by": "title", "text": { "part": "Close" } }])),
        (
            "testid:row-1",
            json!([{ "by": "testid", "text": { "exact": "row-1" } }]),
        ),
        (
            r#"testid:"a b"!"#,
            json!([{ "by": "testid", "text": { "exact": "a b" } }]),
        ),
        (
            "testid:/^row/",
            json!([{ "by": "testid", "text": { "regex": { "source": "^row", "flags": "" } } }]),
        ),
        ("id=main", json!([{ "by": "attribute", "name": "id", "value": "main" }])),
        (
            "data-testid=a b",
            json!([{ "by": "attribute", "name": "data-testid", "value": "a b" }]),
        ),
        (
            r#"data-test="x >> y""#,
            json!([{ "by": "attribute", "name": "data-test", "value": "x >> y" }]),
        ),
    ] {
        reads(text, &wanted);
    }
}

#[test]
fn roles() {
    let role = |query: Value| {
        let mut step = json!({ "by": "role" });
        step.as_object_mut().unwrap().extend(query.as_object().unwrap().clone());
        json!([step])
    };
    let regex = |source: &str, flags: &str| json!({ "regex": { "source": source, "flags": flags } });
    for (text, wanted) in [
        ("role:button", json!({ "role": "button" })),
        ("role:BUTTON", json!({ "role": "button" })),
        ("role:image", json!({ "role": "img" })),
        ("role:doc-chapter", json!({ "role": "doc-chapter" })),
        (
            r#"role:button:"Next""#,
            json!({ "role": "button", "name": { "part": "Next" } }),
        ),
        (
            r#"role:button:"Next"!"#,
            json!({ "role": "button", "name": { "exact": "Next" } }),
        ),
        (
            "role:button:Next [1]",
            json!({ "role": "button", "name": { "part": "Next [1]" } }),
        ),
        (
            "role:button:/^n/i",
            json!({ "role": "button", "name": regex("^n", "i") }),
        ),
        (
            r#"role:button:""!"#,
            json!({ "role": "button", "name": { "exact": "" } }),
        ),
        (
            r#"role:checkbox:"News"[checked]"#,
            json!({ "role": "checkbox", "name": { "part": "News" }, "states": { "checked": "true" } }),
        ),
        (
            "role:checkbox[checked=mixed]:News",
            json!({ "role": "checkbox", "name": { "part": "News" }, "states": { "checked": "mixed" } }),
        ),
        (
            "role:heading[level=2]",
            json!({ "role": "heading", "states": { "level": "2" } }),
        ),
        (
            "role:textbox [required] [invalid]",
            json!({ "role": "textbox", "states": { "invalid": "true", "required": "true" } }),
        ),
        (
            "role:link[current=page]",
            json!({ "role": "link", "states": { "current": "page" } }),
        ),
        (
            "role:button[include-hidden]",
            json!({ "role": "button", "hidden": true }),
        ),
        ("role=button", json!({ "role": "button" })),
        (
            r#"role=button[name="Next"]"#,
            json!({ "role": "button", "name": { "exact": "Next" } }),
        ),
        (
            r#"role=button[name="Ne.xt" i]"#,
            json!({ "role": "button", "name": regex("^Ne\\.xt$", "i") }),
        ),
        (
            r#"role=button[name*="Next" i]"#,
            json!({ "role": "button", "name": { "part": "Next" } }),
        ),
        (
            r#"role=button[name*="Next"]"#,
            json!({ "role": "button", "name": regex("Next", "") }),
        ),
        (
            r"role=button[name=/next/i]",
            json!({ "role": "button", "name": regex("next", "i") }),
        ),
        (
            r"role=heading[name='x'][level=2][exact][selected=false][include-hidden=true]",
            json!({ "role": "heading", "name": { "exact": "x" }, "states": { "level": "2", "selected": "false" }, "hidden": true }),
        ),
        (
            r#"role=button[name="x"][exact=false]"#,
            json!({ "role": "button", "name": { "part": "x" } }),
        ),
        (
            r"role=button[name=Next]",
            json!({ "role": "button", "name": { "exact": "Next" } }),
        ),
    ] {
        reads(text, &role(wanted));
    }
}

#[test]
fn refs_points_and_paths() {
    for (text, wanted) in [
        ("e12", json!([{ "by": "ref", "number": 12 }])),
        (" e12 ", json!([{ "by": "ref", "number": 12 }])),
        ("coords:200,150", json!([{ "by": "coords", "x": 200.0, "y": 150.0 }])),
        ("coords: 1.5 , -2", json!([{ "by": "coords", "x": 1.5, "y": -2.0 }])),
        (
            "//a[text()='x >> y']",
            json!([{ "by": "xpath", "source": "//a[text()='x >> y']" }]),
        ),
        ("(//a)[2]", json!([{ "by": "xpath", "source": "(//a)[2]" }])),
        ("..", json!([{ "by": "xpath", "source": ".." }])),
        ("xpath:id('x')", json!([{ "by": "xpath", "source": "id('x')" }])),
        ("xpath=./b", json!([{ "by": "xpath", "source": "./b" }])),
    ] {
        reads(text, &wanted);
    }
}

#[test]
fn choices_among_what_was_found() {
    let css = |source: &str| steps(source)[0].clone();
    let all = |choice: Value| json!([css("li"), choice]);
    let buy = json!({ "by": "role", "role": "button", "name": { "part": "Buy" } });
    for (text, wanted) in [
        (
            r#"li >> has=(role:button:"Buy")"#,
            json!({ "by": "has", "steps": [buy] }),
        ),
        (r#"li >> has=role:button:"Buy""#, json!({ "by": "has", "steps": [buy] })),
        ("li >> has = ( b )", Value::Null),
        ("li >> has=( b )", json!({ "by": "has", "steps": [css("b")] })),
        (
            "li >> has-not=(b >> visible=true)",
            json!({ "by": "has-not", "steps": [css("b"), { "by": "visible", "visible": true }] }),
        ),
        (
            "li >> has-text=sold",
            json!({ "by": "has-text", "text": { "part": "sold" } }),
        ),
        (
            r#"li >> has-text="sold"!"#,
            json!({ "by": "has-text", "text": { "exact": "sold" } }),
        ),
        (
            "li >> has-not-text=/sold|out/i",
            json!({ "by": "has-not-text", "text": { "regex": { "source": "sold|out", "flags": "i" } } }),
        ),
        ("li >> and=(.x)", json!({ "by": "and", "steps": [css(".x")] })),
        (
            "li >> or=(text:a (b) >> nth=-1)",
            json!({ "by": "or", "steps": [{ "by": "text", "text": { "part": "a (b)" } }, { "by": "nth", "index": -1 }] }),
        ),
        (
            "li >> has=((//a)[last()])",
            json!({ "by": "has", "steps": [{ "by": "xpath", "source": "(//a)[last()]" }] }),
        ),
        (
            r"li >> has=(text:/a\)b/ >> or=(id=c))",
            json!({ "by": "has", "steps": [
                { "by": "text", "text": { "regex": { "source": "a\\)b", "flags": "" } } },
                { "by": "or", "steps": [{ "by": "attribute", "name": "id", "value": "c" }] },
            ] }),
        ),
    ] {
        if wanted.is_null() {
            Locator::parse(text).unwrap_err();
            continue;
        }
        reads(text, &all(wanted));
    }
    // What a script asks for by roles.
    reads(
        r"role:checkbox:/news/i[checked=mixed][disabled=false][expanded][level=3][pressed=false][selected][include-hidden] >> nth=-1",
        &json!([
            { "by": "role", "role": "checkbox", "name": { "regex": { "source": "news", "flags": "i" } }, "hidden": true, "states": {
                "checked": "mixed", "disabled": "false", "expanded": "true", "level": "3", "pressed": "false", "selected": "true" } },
            { "by": "nth", "index": -1 },
        ]),
    );
}

fn sources(text: &str) -> Vec<String> {
    let found = steps(text);
    let names = found.as_array().unwrap().iter();
    names
        .map(|step| match step["source"].as_str() {
            Some(source) => source.to_owned(),
            None => step["by"].as_str().unwrap().to_owned(),
        })
        .collect()
}

#[test]
fn chains_and_frames() {
    for (text, wanted) in [
        ("#a >> .b", vec!["#a", ".b"]),
        ("#a>>.b", vec!["#a", ".b"]),
        ("a > b >> c>d", vec!["a > b", "c>d"]),
        ("[x='>>'] >> b", vec!["[x='>>']", "b"]),
        ("text:a >> nth=-1 >> visible=true", vec!["text", "nth", "visible"]),
        ("e3 >> b", vec!["ref", "b"]),
        ("frame:#pay >> b", vec!["#pay", "frame", "b"]),
        (
            "frame: iframe[name='x'] >> frame:title:Inner >> text:x",
            vec!["iframe[name='x']", "frame", "title", "frame", "text"],
        ),
        ("iframe >> nth=1 >> frame: >> b", vec!["iframe", "nth", "frame", "b"]),
        ("frame:e7 >> coords:1,2", vec!["ref", "frame", "coords"]),
        ("frame:first-child >> b", vec!["first-child", "frame", "b"]),
        (r"a\  >> b", vec![r"a\ ", "b"]),
        (r"a\\  >> b", vec![r"a\\", "b"]),
        (r"#\31  >> b", vec![r"#\31 ", "b"]),
        (r"button,\ ", vec![r"button,\ "]),
    ] {
        assert_eq!(sources(text), wanted, "{text}");
        let rendered = Locator::parse(text).unwrap().to_string();
        assert_eq!(steps(&rendered), steps(text), "{text}: {rendered}");
    }
    assert_eq!(Locator::parse("frame:#pay>>b").unwrap().to_string(), "frame:#pay >> b");
    assert_eq!(Locator::parse("e7 >> b").unwrap().reference(), Some(7));
    assert_eq!(Locator::parse("e7 >> b").unwrap().as_ref_only(), None);
    assert_eq!(Locator::parse("e7").unwrap().as_ref_only(), Some(7));
}

#[test]
fn css_is_taken_apart() {
    let css = |text: &str| {
        let step = &steps(text)[0];
        assert_eq!(step["by"], "css", "{text}");
        (step["native"] == true, step["list"].clone())
    };
    for native in [
        "a",
        "a:hover",
        "*",
        "label:nth-child(2)",
        "label:has(input)",
        "ul > li.x + li ~ b[data-x='a > b, c']",
        "a:not(.b, .c):is(d):has(> e)",
        "svg|circle",
        "a::before",
        r"#\31 23 b",
        ".größe",
        ".a\\:b",
        "a /* > */ b",
        "css:e12",
        "css:label:hover",
        ":nth-child(2n + 1 of .x)",
        "b:lang(de)",
    ] {
        assert!(css(native).0, "{native}");
    }
    assert_eq!(
        css("ul > li , b").1,
        json!([{ "parts": [{ "combinator": " ", "css": "ul" }, { "combinator": ">", "css": "li" }] }, { "parts": [{ "combinator": " ", "css": "b" }] }])
    );
    for (text, pseudos) in [
        ("a:visible", json!([{ "is": "visible" }])),
        (
            "label:has-text(\"E-mail\")",
            json!([{ "is": "has-text", "text": "E-mail" }]),
        ),
        (":has-text('a, (b)')", json!([{ "is": "has-text", "text": "a, (b)" }])),
        ("a:has-text(More)", json!([{ "is": "has-text", "text": "More" }])),
        (":text('x')", json!([{ "is": "text", "text": { "part": "x" } }])),
        (":text-is('x')", json!([{ "is": "text-is", "text": "x" }])),
        (
            ":text-matches('a|b', 'i')",
            json!([{ "is": "text", "text": { "regex": { "source": "a|b", "flags": "i" } } }]),
        ),
        (
            ":nth-match(a:visible, b, 3)",
            json!([{ "is": "nth-match", "n": 3, "list": [
                { "parts": [{ "combinator": " ", "css": "a", "pseudos": [{ "is": "visible" }] }] }, { "parts": [{ "combinator": " ", "css": "b" }] },
            ] }]),
        ),
        (
            "a:right-of(b, .c, 120)",
            json!([{ "is": "layout", "side": "right-of", "most": 120, "list": [
                { "parts": [{ "combinator": " ", "css": "b" }] }, { "parts": [{ "combinator": " ", "css": ".c" }] },
            ] }]),
        ),
        (
            ":near(:text('x'))",
            json!([{ "is": "layout", "side": "near", "list": [
                { "parts": [{ "combinator": " ", "css": "*", "pseudos": [{ "is": "text", "text": { "part": "x" } }] }] },
            ] }]),
        ),
        (
            "tr:has(> td:has-text('x'))",
            json!([{ "is": "has", "list": [{ "parts": [{ "combinator": ">", "css": "td", "pseudos": [{ "is": "has-text", "text": "x" }] }] }] }]),
        ),
        (
            "b:not(:visible)",
            json!([{ "is": "not", "list": [{ "parts": [{ "combinator": " ", "css": "*", "pseudos": [{ "is": "visible" }] }] }] }]),
        ),
    ] {
        let (native, list) = css(text);
        assert_eq!((native, &list[0]["parts"][0]["pseudos"]), (false, &pseudos), "{text}");
    }
}

#[test]
fn a_ref_is_an_e_and_a_number() {
    assert_eq!(reference("e12"), Some(12));
    for no in [
        "e",
        "e0",
        "e01",
        "e1x",
        "E1",
        "em",
        "e-1",
        "e+1",
        "e99999999999",
        "12",
        " e1",
    ] {
        assert_eq!(reference(no), None, "{no:?}");
    }
}

/// The roles that the page-side engine tells can all be asked for.
#[test]
fn every_role_of_the_engine_is_one() {
    let table = include_str!("../../injected/js/role-table.js");
    let known = table.split("KNOWN_ROLES = new Set([").nth(1).unwrap();
    let known = known.split("]);").next().unwrap();
    let roles: Vec<_> = known
        .split('\'')
        .skip(1)
        .step_by(2)
        .flat_map(str::split_whitespace)
        .collect();
    assert!(roles.len() > 100, "{roles:?}");
    for role in roles {
        Locator::parse(&format!("role:{role}")).unwrap();
    }
}
