//! Functions in pages: values in and out, errors, worlds, and what does not end.

use greenroom_session_core::Kind;
use greenroom_session_core::backend::World;
use serde_json::{Value, json};

use super::{Case, case};
use crate::check::{Checked, check, fails, same};
use crate::context::{Context, Tab};
use crate::scripts::{
    ADD, BROKEN, GLOBAL, IDENTITY, LOOP, NEVER, PROMISE, REJECT, SET_GLOBAL, SET_TITLE, THROW, TITLE, UNDEFINED,
};

pub(super) const CASES: &[Case] = &[
    case!("evaluate::values", [], values),
    case!("evaluate::large-values", [], large),
    case!("evaluate::undefined", [], undefined),
    case!("evaluate::promise", [], promise),
    case!("evaluate::arguments", [], arguments),
    case!("evaluate::throws", [], throws),
    case!("evaluate::rejects", [], rejects),
    case!("evaluate::syntax-error", [], syntax),
    case!("evaluate::worlds", [IsolatedWorld], worlds, else one_world),
    case!(
        "evaluate::isolated-world-after-navigation",
        [IsolatedWorld],
        fresh_world
    ),
    case!("evaluate::changes-the-document", [], changes),
    case!("evaluate::many-at-once", [], many),
    case!("evaluate::promise-that-is-never-kept", [], never),
    case!("evaluate::endless-loop", [], endless),
    case!("evaluate::document-goes-away", [], replaced),
];

async fn page(cx: &Context<'_>) -> Checked<Tab> {
    cx.room().await?.open(&cx.url("/title/Script")).await
}

async fn values(cx: &Context<'_>) -> Checked {
    let page = page(cx).await?;
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1.5),
        json!(9_007_199_254_740_991_i64),
        json!(""),
        json!("quotes \" ' ` \\ and \u{2028} lines\n"),
        json!("žluťoučký 🎭 \u{0}"),
        json!([]),
        json!({}),
        json!({ "a": [1, { "b": [null, [false]] }], "ž 🎭": "x", "": 1 }),
    ];
    for world in [World::Main, World::Isolated] {
        for value in &values {
            let got = page.eval_in(world, IDENTITY, json!([value]), &cx.call()).await?;
            same("a value that went in and out", &got, value)?;
        }
    }
    Ok(())
}

async fn large(cx: &Context<'_>) -> Checked {
    let page = page(cx).await?;
    let text = json!("ž".repeat(1 << 20));
    let back = page.eval(IDENTITY, json!([text])).await?;
    check(back == text, || "a text of 2 MB came back as another".to_owned())?;
    let list = json!((0..20_000).map(|n| json!({ "n": n })).collect::<Vec<_>>());
    let back = page.eval(IDENTITY, json!([list])).await?;
    check(back == list, || {
        "a list of 20,000 objects came back as another".to_owned()
    })
}

async fn undefined(cx: &Context<'_>) -> Checked {
    same(
        "undefined",
        page(cx).await?.eval(UNDEFINED, json!([])).await?,
        Value::Null,
    )
}

async fn promise(cx: &Context<'_>) -> Checked {
    let kept = page(cx).await?.eval(PROMISE, json!([{ "kept": true }])).await?;
    same("the value of a promise", kept, json!({ "kept": true }))
}

async fn arguments(cx: &Context<'_>) -> Checked {
    let page = page(cx).await?;
    same("1 + 2", page.eval(ADD, json!([1, 2])).await?, json!(3))?;
    same("a + b", page.eval(ADD, json!(["a", "b"])).await?, json!("ab"))
}

async fn throws(cx: &Context<'_>) -> Checked {
    let page = page(cx).await?;
    for world in [World::Main, World::Isolated] {
        let thrown = page.eval_in(world, THROW, json!("no žluť here"), &cx.call()).await;
        let error = fails("a function that throws", thrown, &[Kind::Script])?;
        check(error.message().contains("no žluť here"), || {
            format!("the message is lost: {error:?}")
        })?;
    }
    page.is_usable(&cx.site()).await
}

async fn rejects(cx: &Context<'_>) -> Checked {
    let thrown = page(cx).await?.eval(REJECT, json!("broken promise")).await;
    let error = fails("a promise that is broken", thrown, &[Kind::Script])?;
    check(error.message().contains("broken promise"), || {
        format!("the message is lost: {error:?}")
    })
}

async fn syntax(cx: &Context<'_>) -> Checked {
    let page = page(cx).await?;
    fails(
        "what is no function",
        page.eval(BROKEN, json!([])).await,
        &[Kind::Script],
    )?;
    page.is_usable(&cx.site()).await
}

async fn worlds(cx: &Context<'_>) -> Checked {
    let page = cx.room().await?.open(&cx.url("/state")).await?;
    let ours = World::Isolated;
    let known = page.eval(GLOBAL, json!("loadedAt")).await?;
    check(known.is_number(), || {
        format!("a variable of the page, in the page, is {known}")
    })?;
    let seen = page.eval_in(ours, GLOBAL, json!("loadedAt"), &cx.call()).await?;
    same("a variable of the page, in our world", seen, Value::Null)?;
    page.eval_in(ours, SET_GLOBAL, json!(["secret", 7]), &cx.call()).await?;
    same(
        "a variable of ours, in the page",
        page.eval(GLOBAL, json!("secret")).await?,
        Value::Null,
    )?;
    let kept = page.eval_in(ours, GLOBAL, json!("secret"), &cx.call()).await?;
    same("a variable of ours, in our world", kept, json!(7))?;
    // The document is one and the same.
    page.eval_in(ours, SET_TITLE, json!("Changed"), &cx.call()).await?;
    same(
        "the title, in the page",
        page.eval(TITLE, json!([])).await?,
        json!("Changed"),
    )
}

async fn one_world(cx: &Context<'_>) -> Checked {
    let page = cx.room().await?.open(&cx.url("/state")).await?;
    let seen = page
        .eval_in(World::Isolated, GLOBAL, json!("loadedAt"), &cx.call())
        .await?;
    check(seen.is_number(), || {
        format!("a variable of the page, without a world of ours, is {seen}")
    })
}

async fn fresh_world(cx: &Context<'_>) -> Checked {
    let page = page(cx).await?;
    let ours = World::Isolated;
    page.eval_in(ours, SET_GLOBAL, json!(["secret", 7]), &cx.call()).await?;
    page.goto(&cx.url("/title/Next")).await?;
    same(
        "the title",
        page.eval_in(ours, TITLE, json!([]), &cx.call()).await?,
        json!("Next"),
    )?;
    let kept = page.eval_in(ours, GLOBAL, json!("secret"), &cx.call()).await?;
    same("a variable of the former document", kept, Value::Null)
}

async fn changes(cx: &Context<'_>) -> Checked {
    let page = page(cx).await?;
    page.eval(SET_TITLE, json!("Another")).await?;
    same("the title", page.eval(TITLE, json!([])).await?, json!("Another"))
}

async fn many(cx: &Context<'_>) -> Checked {
    let page = page(cx).await?;
    let mut running = Vec::new();
    for number in 0..50 {
        let page = page.clone();
        running.push(tokio::spawn(async move { page.eval(ADD, json!([number, 1])).await }));
    }
    for (number, running) in running.into_iter().enumerate() {
        let sum = running
            .await
            .map_err(|error| crate::check::Failure(error.to_string()))??;
        same("a sum among fifty", sum, json!(number + 1))?;
    }
    Ok(())
}

async fn never(cx: &Context<'_>) -> Checked {
    let page = page(cx).await?;
    let result = page.eval_in(World::Main, NEVER, json!([]), &cx.short()).await;
    fails("a promise that is never kept", result, &[Kind::Timeout])?;
    same("the title", page.eval(TITLE, json!([])).await?, json!("Script"))
}

async fn endless(cx: &Context<'_>) -> Checked {
    let room = cx.room().await?;
    let page = room.open(&cx.url("/title/Script")).await?;
    let url = page.url().await?;
    let result = page.eval_in(World::Main, LOOP, json!([]), &cx.short()).await;
    fails("a function that never ends", result, &[Kind::Timeout])?;
    same("the address of a page that hangs", page.url().await?, url.clone())?;
    let page = room.revive(&page, &cx.call()).await?;
    same("its address when it is revived", page.url().await?, url)?;
    page.is_usable(&cx.site()).await
}

async fn replaced(cx: &Context<'_>) -> Checked {
    let page = page(cx).await?;
    let next = cx.url("/title/Next");
    let (pending, loaded) = tokio::join!(page.eval(NEVER, json!([])), page.goto(&next));
    loaded?;
    match pending {
        Err(error) if error.kind() != Kind::Timeout => Ok(()),
        other => crate::check::fail(format!(
            "a promise of a document that is gone was waited for: {other:?}"
        )),
    }
}
