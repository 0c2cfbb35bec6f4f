//! Nobody is told of a look: the page records everything that it can come to know of.

use greenroom_session_core::backend::World;
use greenroom_session_core::injected::LookAt;
use greenroom_session_core::locator::Locator;
use serde_json::{Value, json};

use super::Case;
use super::look::{Looker, look, place};
use crate::check::{Checked, Failure, check, same};
use crate::context::{Context, Tab};

pub(super) const CASES: &[Case] = &[
    look!("look::leaves-no-trace", [IsolatedWorld], no_trace),
    look!("look::its-traces-would-be-seen", [IsolatedWorld], recorded),
];

const TOLD: &str = "() => told()";
const KINDS: &str = "() => Object.keys(provocations)";
const PROVOKE: &str = "kind => { provocations[kind](); }";

/// What the page was told of since the last time.
async fn told(page: &Tab) -> Checked<Vec<String>> {
    let told = page.eval(TOLD, json!([])).await?;
    serde_json::from_value(told).map_err(|error| Failure(format!("the page's record cannot be read: {error}")))
}

async fn recorder(cx: &Context<'_>) -> Checked<Tab> {
    let page = cx.room().await?.open(&cx.url("/recorder")).await?;
    told(&page).await?;
    same("what is recorded of nothing", told(&page).await?, Vec::<String>::new())?;
    Ok(page)
}

async fn no_trace(cx: &Context<'_>) -> Checked {
    let page = recorder(cx).await?;
    let mut looker = Looker::new();
    let whole = LookAt {
        html: true,
        screen: true,
        ..LookAt::default()
    };
    let interactive = LookAt {
        interactive: true,
        ..whole
    };
    for at in [whole, interactive, whole] {
        looker.look(cx, &page, at).await?;
    }
    same("what is recorded of looks", told(&page).await?, Vec::<String>::new())?;
    let here = place(&page, None);
    for what in [
        "text", "html", "value", "attr", "count", "box", "place", "visible", "enabled", "checked",
    ] {
        for number in 1..looker.next {
            // Some elements have no value, others no state.
            let _ = here
                .read(what, Some(&Locator::of_ref(number)), Some("id"), &cx.call())
                .await;
        }
        let _ = here
            .read(what, Some(&Locator::parse("#trapped")?), Some("id"), &cx.call())
            .await;
    }
    here.read("text", None, None, &cx.call()).await?;
    same("what is recorded of reading", told(&page).await?, Vec::<String>::new())?;
    let known = page
        .eval_in(
            World::Main,
            "() => Reflect.ownKeys(window).map(String).filter(key => /greenroom/i.test(key))",
            json!([]),
            &cx.call(),
        )
        .await?;
    // The page's own trap.
    same(
        "the engine's names in the page's own world",
        known,
        json!(["greenroom"]),
    )
}

/// A record that says nothing of a look would be no proof, were it not one of each kind.
async fn recorded(cx: &Context<'_>) -> Checked {
    let page = recorder(cx).await?;
    let kinds: Vec<String> = serde_json::from_value(page.eval(KINDS, json!([])).await?).unwrap_or_default();
    check(kinds.len() > 10, || format!("only {kinds:?} can be provoked"))?;
    for kind in kinds {
        page.eval(PROVOKE, Value::from(kind.clone())).await?;
        let told = told(&page).await?;
        check(told.iter().any(|line| line.split(' ').any(|word| word == kind)), || {
            format!("`{kind}` is not recorded: {told:?}")
        })?;
    }
    Ok(())
}
