//! What cannot be read: where, why, and what to write instead.

use crate::error::Kind;
use crate::locator::{Locator, MAX_DEPTH, MAX_LENGTH, MAX_STEPS};

/// A locator, the character at which it is wrong, and parts of the message and the hint.
#[test]
fn mistakes_are_told_where_they_are() {
    for (text, at, parts) in [
        ("", 1, vec!["empty"]),
        ("  ", 3, vec!["empty"]),
        ("a >> ", 6, vec!["a step of the chain is empty"]),
        (">> a", 1, vec!["a step"]),
        ("tetx=Next", 1, vec!["no engine `tetx`", "`text:"]),
        ("lable:\"Email\"", 1, vec!["no engine `lable`", "`label:"]),
        ("xyzzy:\"Email\"", 1, vec!["no engine `xyzzy`", "`role:`"]),
        ("label=Email", 1, vec!["no engine `label`", "`label:"]),
        ("internal:role=button", 14, vec!["`=`"]),
        ("nth:2", 1, vec!["`nth=…`"]),
        ("a >> nth=x", 10, vec!["no whole number", "`nth=-1`"]),
        ("nth=1", 1, vec!["nothing before it"]),
        ("frame:a >> nth=1 >> b", 12, vec!["nothing before it"]),
        ("a >> e12", 6, vec!["a ref can only stand first"]),
        ("a >> coords:1,2", 6, vec!["coordinates"]),
        ("coords:1", 1, vec!["`1` is no point", "coords:200,150"]),
        ("coords:1,inf", 1, vec!["no point"]),
        ("frame:#pay", 11, vec!["in the frame", "frame:#pay >>"]),
        ("frame:frame:a >> b", 7, vec!["one `frame:`"]),
        ("frame: >> b", 1, vec!["nothing before it"]),
        ("visible=maybe", 1, vec!["visible=true"]),
        ("text:", 6, vec!["no text"]),
        ("text:\"\"", 6, vec!["no text"]),
        ("text:\"\u{200b} \"", 6, vec!["no text"]),
        ("text:\"a", 6, vec!["not closed"]),
        ("text:\"a\" b", 10, vec!["behind the text", "`\\\"`"]),
        ("text:\"C:\\dir\"", 9, vec!["`\\d` means nothing", "`\\\\`"]),
        ("text:\"\\ud83d\"", 7, vec!["no such character"]),
        ("text:/home/user", 12, vec!["no flag", "in quotes"]),
        ("text:/a", 6, vec!["no end"]),
        ("text:/a/ii", 9, vec!["twice"]),
        ("text:/a/uv", 9, vec!["exclude"]),
        ("text://", 6, vec!["empty"]),
        ("role:", 6, vec!["a role is missing"]),
        ("role:buton:\"Next\"", 6, vec!["no role `buton`", "`role:button`"]),
        ("role:button:", 13, vec!["no text"]),
        ("role:button[chekced]", 13, vec!["no state `chekced`", "[checked]"]),
        ("role:button[checked", 20, vec!["`]` is missing"]),
        ("role:button[checked][checked]", 22, vec!["twice"]),
        ("role:button[name='a']:b", 22, vec!["twice"]),
        ("role:button[checked*=true]", 20, vec!["compared by `=`"]),
        ("role:button[name~='a']", 17, vec!["compared by"]),
        ("role=button:x", 12, vec!["behind a role"]),
        ("role:button[exact=2]", 18, vec!["`true` or `false`"]),
        ("id=", 4, vec!["value is missing"]),
        ("xpath:", 7, vec!["XPath expression is missing"]),
        ("//a['x]", 5, vec!["not closed"]),
        ("css:", 5, vec!["CSS selector is missing"]),
        ("p[", 2, vec!["`[` is not closed"]),
        ("p)", 2, vec!["closes nothing"]),
        ("a >", 4, vec!["missing"]),
        ("> a", 1, vec!["`>` cannot stand here"]),
        ("a,", 3, vec!["missing"]),
        ("a{b}", 2, vec!["`{` cannot stand here"]),
        ("a=b", 1, vec!["no engine `a`"]),
        ("a:has(b", 2, vec!["`:has()` is not closed"]),
        ("a:has-text()", 2, vec!["no text", ":has-text(\"Next\")"]),
        ("a:nth-match(b)", 2, vec!["a number"]),
        ("a:nth-match(b, 0)", 2, vec!["from 1"]),
        ("a:nth-child(1 of :visible)", 2, vec!["`:visible` cannot stand in"]),
        ("a:light(b)", 2, vec!["not supported"]),
        ("a:right-of(b", 2, vec!["`:right-of()` is not closed"]),
        ("a:near(b, 1px)", 2, vec!["`:near()` is not closed"]),
        ("a:near(b, 99999999999)", 11, vec!["no page is that large"]),
        ("a:nth-child(1 of :near(b))", 2, vec!["`:near` cannot stand in"]),
        ("has=(a)", 1, vec!["nothing before it"]),
        ("a >> frame: >> or=(b)", 16, vec!["nothing before it"]),
        ("a >> has=", 10, vec!["`has=` is about is missing", "has=(role:button"]),
        ("a >> has=()", 11, vec!["a step of the chain is empty"]),
        ("a >> has=(b", 10, vec!["the `(` of `has=` is not closed"]),
        ("a >> has=(b) c", 14, vec!["behind the `)`"]),
        ("a >> has=(b))", 13, vec!["behind the `)`"]),
        ("a >> has=(nth=1)", 11, vec!["nothing before it"]),
        ("a >> has=has=b", 10, vec!["nothing before it"]),
        ("a >> and=(e12)", 11, vec!["a ref cannot stand in another step"]),
        ("a >> and=e12", 10, vec!["a ref cannot stand in another step"]),
        ("a >> or=(coords:1,2)", 10, vec!["coordinates cannot stand"]),
        ("a >> or=(b >> frame:c >> d)", 15, vec!["a frame cannot be entered"]),
        ("a >> has-text=", 15, vec!["no text"]),
        ("a >> has-text:\"b\"", 6, vec!["`has-text=…`"]),
        ("a >> has-txt=b", 6, vec!["no engine `has-txt`", "`has-text=…`"]),
        ("a >> has=(b >> tetx=c)", 16, vec!["no engine `tetx`"]),
        ("(//a", 1, vec!["`(` is not closed"]),
        ("//a)", 4, vec!["closes nothing"]),
        (":scope > a:visible", 1, vec![":scope"]),
        ("#é >> b[", 8, vec!["`[`"]),
        ("a /* b", 3, vec!["comment"]),
    ] {
        let error = Locator::parse(text).unwrap_err();
        let told = format!("{} hint: {}", error.message(), error.hint().unwrap_or_default());
        assert_eq!(error.kind(), Kind::Usage, "{text}");
        assert!(told.contains(&format!("at character {at}:")), "{text}: {told}");
        for part in parts {
            assert!(told.contains(part), "{text}: {told} lacks {part}");
        }
    }
}

#[test]
fn there_are_limits() {
    let long = format!("text:{}", "a".repeat(MAX_LENGTH));
    let message = Locator::parse(&long).unwrap_err().message().to_owned();
    assert!(message.contains("longer") && message.len() < 500, "{message}");
    let chain = vec!["a"; MAX_STEPS].join(" >> ");
    Locator::parse(&chain).unwrap();
    assert!(
        Locator::parse(&format!("{chain} >> a"))
            .unwrap_err()
            .message()
            .contains("steps")
    );
    let nested = |depth: usize| format!("{}a{}", ":is(".repeat(depth), ")".repeat(depth));
    Locator::parse(&nested(MAX_DEPTH)).unwrap();
    assert!(
        Locator::parse(&nested(MAX_DEPTH + 1))
            .unwrap_err()
            .message()
            .contains("nested")
    );
    // What is deep enough to end a stack is refused long before.
    Locator::parse(&nested(3000)).unwrap_err();
    let chains = |depth: usize| format!("{}a{}", "a >> has=(".repeat(depth), ")".repeat(depth));
    Locator::parse(&chains(MAX_DEPTH)).unwrap();
    let error = Locator::parse(&chains(MAX_DEPTH + 1)).unwrap_err();
    assert!(error.message().contains("nested"), "{error}");
    Locator::parse(&format!("a >> {}", "or=".repeat(5000))).unwrap_err();
}
