//! Documents of all kinds.

use greenroom_session_core::Kind;
use greenroom_session_core::backend::{Script, Target, WaitUntil, World};
use greenroom_session_core::injected::LookAt;
use serde_json::json;

use super::look::{Looker, look, outline, page_with, place, row, tree};
use super::{Case, Tried};
use crate::check::{Checked, check, fails, same};
use crate::context::{Context, Tab};
use crate::scripts::IDENTITY;

pub(super) const CASES: &[Case] = &[
    look!("look::about-blank", [], blank),
    look!("look::without-a-body", [], without_body),
    look!("look::xml", [], xml),
    look!("look::xhtml", [], xhtml),
    look!("look::svg", [], svg),
    look!("look::plain-text", [], plain_text),
    look!("look::image", [], image),
    look!("look::pdf", [], pdf),
    look!("look::frameset", [], frameset),
    look!("look::strict-security-policy", [], strict),
    look!("look::sandboxed", [], sandboxed),
    look!("look::shown-again", [], shown_again),
];

async fn document(cx: &Context<'_>, kind: &str) -> Checked<Tab> {
    cx.room().await?.open(&cx.url(&format!("/document/{kind}"))).await
}

async fn blank(cx: &Context<'_>) -> Checked {
    let page = cx.room().await?.open_blank().await?;
    let seen = Looker::new().look(cx, &page, LookAt::default()).await?;
    same("its tree", outline(&seen.rows).as_str(), "")?;
    same("its address", seen.url.as_str(), "about:blank")
}

async fn without_body(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<p>text</p>").await?;
    page.eval("() => { document.body.remove(); }", json!([])).await?;
    same("the tree without a body", tree(cx, &page).await?.as_str(), "")?;
    page.eval("() => { document.documentElement.append('bare'); }", json!([]))
        .await?;
    same(
        "the tree with text only",
        tree(cx, &page).await?.as_str(),
        "text \"bare\"\n",
    )?;
    page.eval("() => { document.documentElement.remove(); }", json!([]))
        .await?;
    let at = LookAt {
        html: true,
        ..LookAt::default()
    };
    let seen = Looker::new().look(cx, &page, at).await?;
    same("the tree without a root", outline(&seen.rows).as_str(), "")?;
    let text = place(&page, None).read("text", None, None, &cx.call()).await;
    fails("the text without a root", text, &[Kind::NotFound])?;
    page.is_usable(&cx.site()).await
}

async fn xml(cx: &Context<'_>) -> Checked {
    // As its own style sheet shows it, and as the browser's viewer does.
    same(
        "the tree",
        tree(cx, &document(cx, "styled-xml").await?).await?.as_str(),
        "text \"Desk lamp\"\n",
    )?;
    let viewed = tree(cx, &document(cx, "xml").await?).await?;
    check(viewed.contains("Desk lamp"), || {
        format!("its text is not seen:\n{viewed}")
    })
}

async fn xhtml(cx: &Context<'_>) -> Checked {
    let page = document(cx, "xhtml").await?;
    let at = LookAt {
        html: true,
        ..LookAt::default()
    };
    let seen = Looker::new().look(cx, &page, at).await?;
    let html = seen.html.clone().unwrap_or_default();
    check(
        html.contains("<input type=\"password\"/>") && html.contains("<?note for nobody?>"),
        || format!("it is no XML any more, or tells a password: {html}"),
    )?;
    same(
        "the tree",
        outline(&seen.rows).as_str(),
        "paragraph \"\"\n  text \"A paragraph\"\nbutton \"A button\"\ntextbox \"\"\n",
    )
}

async fn shown_again(cx: &Context<'_>) -> Checked {
    let page = document(cx, "svg").await?;
    let before = tree(cx, &page).await?;
    page.goto(&cx.url("/title/After")).await?;
    page.go(Target::Back, WaitUntil::Load).await?;
    same("the tree of a document that is back", tree(cx, &page).await?, before)
}

async fn svg(cx: &Context<'_>) -> Checked {
    let page = document(cx, "svg").await?;
    let seen = Looker::new().look(cx, &page, LookAt::default()).await?;
    same("its title", seen.title.as_str(), "A drawing")?;
    let link = row(&seen, "link", "A drawn link")?;
    same(
        "where its link leads",
        link.props.url.clone(),
        Some(cx.url("/title/Drawn")),
    )?;
    row(&seen, "text", "Drawn text").map(drop)
}

async fn plain_text(cx: &Context<'_>) -> Checked {
    let page = document(cx, "text").await?;
    same(
        "the tree",
        tree(cx, &page).await?.as_str(),
        "text \"Plain text & no <b>markup</b>\"\n",
    )
}

async fn image(cx: &Context<'_>) -> Checked {
    let page = cx.room().await?.open(&cx.url("/logo.png")).await?;
    let seen = Looker::new().look(cx, &page, LookAt::default()).await?;
    let roles: Vec<_> = seen.rows.iter().map(|row| row.role.as_str()).collect();
    same("what is in it", roles, ["img"])
}

async fn pdf(cx: &Context<'_>) -> Tried {
    let room = cx.room().await?;
    let (page, loaded) = room.try_open(Some(&cx.url("/document/pdf"))).await?;
    if loaded.is_err() {
        return Ok(Some("this browser shows no PDF".to_owned()));
    }
    let seen = Looker::new().look(cx, &page, LookAt::default()).await?;
    // Not even a viewer that nobody can look into is nothing.
    check(!seen.rows.is_empty(), || {
        "a page with a PDF is said to be empty".to_owned()
    })?;
    page.is_usable(&cx.site()).await?;
    Ok(None)
}

async fn frameset(cx: &Context<'_>) -> Checked {
    let page = document(cx, "frameset").await?;
    let seen = Looker::new().look(cx, &page, LookAt::default()).await?;
    for name in ["Left", "Right"] {
        same("the depth of what is in a frame", row(&seen, "heading", name)?.depth, 1)?;
    }
    Ok(())
}

const STRICT: &str =
    "heading \"Strict\" [level=1]\nform \"\"\n  text \"Name\"\n  textbox \"Name\" = now\n  button \"Send\"\n";

async fn strict(cx: &Context<'_>) -> Checked {
    let page = document(cx, "strict").await?;
    same("the tree", tree(cx, &page).await?.as_str(), STRICT)
}

async fn sandboxed(cx: &Context<'_>) -> Tried {
    let page = document(cx, "sandboxed").await?;
    // Where not even the plainest script runs, there is nothing to try. Where it does, the engine has to.
    let plainest = Script {
        function: IDENTITY.to_owned(),
        args: vec![json!(7)],
        world: World::Isolated,
    };
    match page.0.evaluate(&plainest, &cx.call()).await {
        Err(error) if error.kind() == Kind::Script => return Ok(Some("this browser runs no script there".to_owned())),
        answer => same("what the plainest script answers", answer?, json!(7))?,
    }
    same("the tree", tree(cx, &page).await?.as_str(), STRICT).map(|()| None)
}
