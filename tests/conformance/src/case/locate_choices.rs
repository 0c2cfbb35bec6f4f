//! Locators that choose among what was found, that go by where things are, and roles of every kind of element.

use std::collections::BTreeMap;

use greenroom_session_core::injected::LookAt;
use serde_json::json;

use super::Case;
use super::locate::find;
use super::look::{Looker, look, page_with, read};
use crate::check::{Checked, check};
use crate::context::Context;

pub(super) const CASES: &[Case] = &[
    look!("locate::choices", [], choices),
    look!("locate::by-where-it-is", [], by_layout),
    look!("locate::by-every-role", [], by_every_role),
];

/// What goes on from what was found: `has=` and its like, `and=`, `or=`.
async fn choices(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<ul id=list><li id=a>Tea <button id=buy-a>Buy</button></li><li id=b>Cake sold out</li>
        <li id=c class=x>Milk <button id=buy-c hidden>Buy</button><span id=s><b id=bold>bold</b></span></li></ul>
        <div id=d><button id=other>Buy</button></div><div id=host></div>",
    )
    .await?;
    page.eval(
        "() => { document.getElementById('host').attachShadow({ mode: 'open' }).innerHTML = '<p id=deep><i id=i>deep</i></p>'; }",
        json!([]),
    )
    .await?;
    find(
        cx,
        &page,
        &[
            ("li >> has=(role:button:\"Buy\")", "a"),
            ("li >> has=role:button:\"Buy\"[include-hidden]", "a c"),
            ("li >> has=(button >> visible=false)", "c"),
            ("li >> has-not=(button >> visible=true)", "b c"),
            ("li >> has=(span >> b)", "c"),
            ("li >> has=(span >> has=(b))", "c"),
            ("li >> has=(b >> span)", ""),
            ("li >> has=(button, b >> nth=1)", "c"),
            ("li >> has=(xpath:./button)", "a c"),
            ("li >> has=(xpath:.//b)", "c"),
            ("li >> has=(text:tea)", "a"),
            ("li >> has=(li)", ""),
            ("li >> has=(button) >> has-not=(b) >> button", "buy-a"),
            ("#host >> has=(i)", "host"),
            ("p >> has=(text:\"deep\"!)", "deep"),
            ("li >> has-text=CAKE", "b"),
            ("li >> has-text=\"Cake sold out\"!", "b"),
            ("li >> has-text=\"Cake\"!", ""),
            ("li >> has-text=/^milk/i", "c"),
            ("li >> has-not-text=/sold|buy$/i", "c"),
            ("li >> has-not-text=\"sold\" >> nth=-1", "c"),
            ("button >> and=(text:buy)", "buy-a buy-c other"),
            ("button >> and=(li > *)", "buy-a buy-c"),
            ("text:buy >> and=(#d >> button)", "other"),
            ("li >> nth=1 >> or=(#d)", "b d"),
            ("#d >> or=(li >> nth=1)", "b d"),
            ("#nothing >> or=(#b) >> has-text=sold", "b"),
            ("#nothing >> b >> or=(#bold)", "bold"),
            ("#nothing >> or=(#nothing-else)", ""),
            ("li >> has=(b >> or=(button >> visible=true))", "a c"),
            ("li >> has=(button >> and=(:visible))", "a"),
            ("ul >> li >> or=(#i) >> has-not=(button)", "b i"),
        ],
    )
    .await
}

async fn by_layout(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "").await?;
    // By its left and top edge; each is 20 wide and high.
    let script = "places => { for (const [id, left, top] of places) { const box = document.createElement('div'); box.id = id;
        box.style = `position: fixed; left: ${left}px; top: ${top}px; width: 20px; height: 20px`; document.body.append(box); }
        document.getElementById('hidden').style.display = 'none'; }";
    let places = json!([[
        ["far", 400, 200],
        ["east", 260, 205],
        ["middle", 200, 200],
        ["west", 120, 200],
        ["north", 200, 150],
        ["south", 205, 300],
        ["corner", 240, 240],
        ["hidden", 230, 200],
    ]]);
    page.eval(script, places).await?;
    find(
        cx,
        &page,
        &[
            // The nearest first.
            ("div:right-of(#middle)", "east corner far"),
            ("div:right-of(#middle) >> nth=0", "east"),
            ("div:right-of(#middle, 60)", "east corner"),
            ("div:left-of(#middle)", "west"),
            ("div:left-of(#middle, 10)", ""),
            ("div:above(#middle)", "north"),
            ("div:below(#middle)", "corner south"),
            ("div:near(#middle)", "north east corner"),
            ("div:near(#middle, 80)", "north east corner west south"),
            ("div:near(#middle, 30)", "north"),
            ("div:near(#hidden, 1000)", ""),
            ("div:below(#north):left-of(#corner)", "middle south west"),
            ("div:right-of(#west):not(:right-of(#middle))", "middle north south"),
            ("#far:right-of(:is(#west, #middle))", "far"),
            ("body:has(div:left-of(#west))", ""),
            // Of several selectors in the order of the document.
            ("#south:below(#middle), #east:right-of(#middle)", "east south"),
        ],
    )
    .await
}

/// What a look tells of any kind of element is found by the role that it tells. (What is embedded is told as a frame where it shows
/// a document of another origin, which is no role of its own.)
async fn by_every_role(cx: &Context<'_>) -> Checked {
    let kinds = "a abbr address article aside audio b blockquote button canvas caption code data datalist dd del details dfn \
        dialog div dl dt em fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr i iframe img ins kbd \
        label legend li main map mark menu meter nav ol optgroup option output p picture pre progress q s samp search \
        section select small span strong sub summary sup svg table tbody td textarea tfoot th thead time tr u ul var video \
        x-own button cell[role] tab[role] none[role] grid[role]";
    let page = page_with(cx, "").await?;
    page.eval(
        "kinds => { const types = ['button', 'checkbox', 'color', 'date', 'email', 'file', 'hidden', 'image', 'number', 'password',
            'radio', 'range', 'reset', 'search', 'submit', 'tel', 'text', 'url', 'week'];
            const attributes = ['', 'tabindex=0', 'title=t', 'aria-label=l', 'id=i', 'draggable=true', 'popover', 'autofocus', 'href=#', 'alt'];
            const parts = kinds.split(/\\s+/).flatMap(kind => attributes.map(attribute =>
                kind.endsWith('[role]') ? `<div role=${kind.slice(0, -6)} ${attribute}>x</div>` : `<${kind} ${attribute}>x</${kind}>`));
            document.body.innerHTML = parts.map(part => `<section>${part}</section>`).join('')
                + types.map(type => `<input type=${type}><input type=${type} list=l>`).join('') + '<datalist id=l><option>1</datalist>'
                + '<table border=1><caption>C</caption><thead><tr><th>H<th>I<tbody><tr><th scope=row>R<td>1<tr><td>2<td>3</table>'
                + '<table role=grid><tr><td>1<td role=cell>2</table><details><summary>S</summary>x</details><aside>x</aside><header>x</header>'
                + '<svg><title>T</title><g aria-label=g><path><title>P</title></path><a href=#><text>x</text></a></g><use aria-label=u>'
                + '<foreignObject aria-label=f></foreignObject><image aria-label=i></image></svg><math><mi>x</mi></math>'
                + '<select size=3><option>1</select><ul><li>x</ul><ul role=none><li>x</ul><img src=x alt=a><a onclick=x>y</a>'; }",
        json!(kinds),
    )
    .await?;
    let seen = Looker::new().look(cx, &page, LookAt::default()).await?;
    let mut told = BTreeMap::<_, Vec<_>>::new();
    for row in seen
        .rows
        .iter()
        .filter(|row| row.reference.is_some() && row.role != "none")
    {
        told.entry(row.role.as_str()).or_default().push(row);
    }
    check(told.len() > 50, || format!("only {} roles", told.len()))?;
    for (role, rows) in told {
        let locator = format!("role:{role}[include-hidden]");
        let count = read(cx, &page, "count", &locator).await?.as_u64().unwrap_or(0);
        check(usize::try_from(count).is_ok_and(|count| count >= rows.len()), || {
            format!("{locator}: {count}, and a look has {}", rows.len())
        })?;
    }
    Ok(())
}
