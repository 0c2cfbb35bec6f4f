//! Strictness: what is told where there is not one element, and that it does not take long where there are very many.

use std::time::{Duration, Instant};

use greenroom_session_core::Kind;
use greenroom_session_core::injected::Question;
use greenroom_session_core::locator::Locator;
use serde_json::json;

use super::Case;
use super::look::{look, page_with, place, read};
use crate::check::{Checked, check, fails, same};
use crate::context::Context;

pub(super) const CASES: &[Case] = &[
    look!("locate::several-are-listed", [], several),
    look!("locate::nothing-tells-what-is-near", [], near),
    look!("locate::twenty-thousand", [], twenty_thousand),
    look!("locate::very-deep", [], deep),
];

async fn several(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<button>Next</button><button aria-label='Next \"page\"'>x</button><div>Next <span>thing</span></div>
        <ul><li>1<li>2<li>3<li>4<li>5<li>6<li>7<li>8<li>9<li>10<li>11<li>12</ul>",
    )
    .await?;
    let locator = Locator::parse("role:button:next")?;
    let question = Question {
        numbers: 40..50,
        ..Question::new("text", &locator)
    };
    let told = place(&page, None).ask_of(&question, &cx.call()).await?;
    same("the numbers that it gave", told.given, 40..42)?;
    let error = fails("two buttons", told.value, &[Kind::Ambiguous])?;
    same(
        "the message",
        error.message(),
        "2 elements match `role:button:\"next\"`; one is needed: e40 button \"Next\", e41 button \"Next \\\"page\\\"\"",
    )?;
    // The refs are good.
    same("the name of one", read(cx, &page, "text", "e41").await?, json!("x"))?;
    let error = fails("twelve items", read(cx, &page, "text", "li").await, &[Kind::Ambiguous])?;
    let message = error.message();
    check(
        message.starts_with("12 elements match `li`; one is needed: listitem \"1\", ")
            && message.ends_with("\"10\" and 2 more"),
        || message.to_owned(),
    )?;
    let error = fails(
        "no role",
        read(cx, &page, "text", "div, span").await,
        &[Kind::Ambiguous],
    )?;
    check(
        error.message().contains("<div> \"Next thing\", <span> \"thing\""),
        || error.message().to_owned(),
    )
}

async fn near(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<button>Next page</button><button>Previous page</button><button>Submit</button><button>Cancel</button>
        <label>E-mail address <input placeholder='you@example.org' data-testid=email-field></label><p>Terms and conditions</p>
        <section id=s></section>",
    )
    .await?;
    for (selector, parts) in [
        (
            "role:button:\"Nxt page\"",
            vec![
                "no element matches `role:button:\"Nxt page\"`",
                "there is \"Next page\", \"Previous page\"",
            ],
        ),
        ("label:\"Email adress\"", vec!["\"E-mail address\""]),
        ("text:\"Terms & conditions\"", vec!["\"Terms and conditions\""]),
        ("text:/^terms of conditions/", vec!["\"Terms and conditions\""]),
        ("placeholder:you@example.com", vec!["\"you@example.org\""]),
        ("testid:email-input", vec!["\"email-field\""]),
        (
            "#s >> role:button:\"Submit\" >> b",
            vec!["nothing is found by `role:button:\"Submit\"`"],
        ),
        (
            "#nothing >> b",
            vec!["no element matches `#nothing >> b`: nothing is found by `#nothing`"],
        ),
    ] {
        let error = fails(selector, read(cx, &page, "text", selector).await, &[Kind::NotFound])?;
        for part in parts {
            check(error.message().contains(part), || {
                format!("{selector}: {}", error.message())
            })?;
        }
    }
    let error = fails(
        "unlike all",
        read(cx, &page, "text", "text:xyzzy").await,
        &[Kind::NotFound],
    )?;
    same("the message", error.message(), "no element matches `text:\"xyzzy\"`")
}

/// How long one question may take here: a bound for mistakes, not for slow machines.
const BOUND: Duration = Duration::from_secs(15);

async fn twenty_thousand(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<main></main>").await?;
    page.eval(
        "() => { document.querySelector('main').innerHTML =
            '<div class=row><button>Delete it</button> <label>Name <input></label></div>'.repeat(20000); }",
        json!([]),
    )
    .await?;
    for selector in [
        "role:button:delete",
        "text:delete it",
        "text:/^Delete/",
        "label:name",
        ".row >> text:delete",
        ".row:has(button:text-is('Delete it')) >> button",
        "//button",
        ".row >> has=(role:button:delete) >> has-text=name >> button",
        "button >> or=(label >> has=(select))",
        "button:right-of(main > :first-child, 0), button",
    ] {
        let start = Instant::now();
        same(selector, read(cx, &page, "count", selector).await?, json!(20_000))?;
        let error = fails(selector, read(cx, &page, "text", selector).await, &[Kind::Ambiguous])?;
        // A few are listed, the others counted.
        let told = error.message();
        check(
            told.starts_with("20000 elements match") && told.ends_with(" and 19990 more") && told.len() < 1000,
            || format!("{selector}: {told}"),
        )?;
        check(start.elapsed() < BOUND, || format!("{selector}: {:?}", start.elapsed()))?;
    }
    // One among very many.
    page.eval(
        "() => document.querySelector('main').append(document.createElement('hr'))",
        json!([]),
    )
    .await?;
    let start = Instant::now();
    same(
        "the only one",
        read(cx, &page, "count", "role:separator").await?,
        json!(1),
    )?;
    check(start.elapsed() < BOUND, || format!("{:?}", start.elapsed()))
}

/// Spans, since browsers themselves do not lay out blocks of this depth.
async fn deep(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "").await?;
    page.eval(
        "() => { let here = document.body; for (let n = 0; n < 3000; n += 1) {
            const inner = document.createElement('span'); inner.append(`x${n} `); here.append(inner); here = inner; }
            here.innerHTML = '<button id=b>Deep down</button>'; }",
        json!([]),
    )
    .await?;
    for selector in [
        "text:deep down",
        "span span >> role:button",
        "span:has(:text('deep')) >> nth=-1 >> button",
        "text:/^Deep/",
    ] {
        let start = Instant::now();
        same(selector, read(cx, &page, "count", selector).await?, json!(1))?;
        check(start.elapsed() < BOUND, || format!("{selector}: {:?}", start.elapsed()))?;
    }
    Ok(())
}
