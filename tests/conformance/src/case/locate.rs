//! Locators on this backend: what each form finds, as the cases `locate::` ask it.
//!
//! The engine is the suite's, not the backend's: what fails here is a script that this backend does not run as it should,
//! or a document that its browser builds in another way.

use greenroom_session_core::Kind;
use serde_json::{Value, json};

use super::Case;
use super::look::{look, page_with, read};
use crate::check::{Checked, check, fails, same};
use crate::context::{Context, Tab};

pub(super) const CASES: &[Case] = &[
    look!("locate::by-text", [], by_text),
    look!("locate::by-text-of-all-kinds", [], by_any_text),
    look!("locate::by-role", [], by_role),
    look!("locate::by-label", [], by_label),
    look!("locate::by-attributes", [], by_attributes),
    look!("locate::by-css", [], by_css),
    look!("locate::by-xpath", [], by_xpath),
    look!("locate::by-point", [], by_point),
    look!("locate::in-chains", [], in_chains),
    look!("locate::in-shadow-roots", [], in_shadow),
    look!("locate::on-patched-pages", [IsolatedWorld], patched),
    look!("locate::what-the-browser-cannot-read", [], unreadable),
];

/// The ids of all elements that a locator finds, in order.
pub(super) async fn ids(cx: &Context<'_>, page: &Tab, selector: &str) -> Checked<Vec<String>> {
    let count = read(cx, page, "count", selector).await?.as_u64().unwrap_or(0);
    let mut ids = Vec::new();
    for index in 0..count {
        let one = format!("{selector} >> nth={index}");
        let locator = greenroom_session_core::locator::Locator::parse(&one)?;
        let id = super::look::place(page, None)
            .read("attr", Some(&locator), Some("id"), &cx.call())
            .await?;
        ids.push(id.as_str().unwrap_or("-").to_owned());
    }
    Ok(ids)
}

/// What each locator finds, by the ids.
pub(super) async fn find(cx: &Context<'_>, page: &Tab, table: &[(&str, &str)]) -> Checked {
    for (selector, wanted) in table {
        same(selector, ids(cx, page, selector).await?.join(" "), *wanted)?;
    }
    Ok(())
}

async fn by_text(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<div id=outer><p id=p>Add to <b id=b>cart</b></p><p id=q>ADD  TO\n cart now</p></div>
        <input id=submit type=submit value='Send it'><input id=reset type=reset value='Start over'><input id=field value='Send it too'>
        <script id=script>'find me'</script><style id=style>/* find me */</style><p id=me>find me</p>
        <p id=hidden hidden>out of sight</p><p id=br>one<br id=line>two</p>
        <button id=exact>Log in</button><button id=longer>Log in now</button><label id=mixed>Log in <i id=i>x</i></label>",
    )
    .await?;
    find(
        cx,
        &page,
        &[
            ("text:add to cart", "p q"),
            ("text:\"cart\"", "b q"),
            ("text:\"Add to cart\"!", "p"),
            ("text:\"add to cart\"!", ""),
            ("text:/^add to/i", "p q"),
            ("text:/^Add to cart$/", "p"),
            ("text:send it", "submit"),
            ("text:Start over", "reset"),
            ("text:find me", "me"),
            ("text:out of sight", "hidden"),
            ("text:one two", "br"),
            ("text:\"Log in\"!", "exact"),
            ("text:Log in", "exact longer mixed"),
            ("text=\"Log in\"", "exact mixed"),
            ("text='Log in now'", "longer"),
            ("text=log IN now", "longer"),
            ("text:nothing like it", ""),
        ],
    )
    .await
}

async fn by_any_text(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "").await?;
    let script = r"texts => { for (const [id, text] of texts) {
        const p = document.createElement('p'); p.id = id; p.textContent = text; document.body.append(p); } }";
    let texts = json!([[
        ["space", "a\u{a0}\u{a0}b\u{2003}c"],
        ["hyphen", "Donau\u{ad}dampf\u{ad}schiff"],
        ["hebrew", "\u{200f}שלום \u{202b}עולם\u{202c}"],
        ["arabic", "مرحبا بالعالم"],
        ["emoji", "Family 👩\u{200d}👩\u{200d}👧 and 🎭"],
        ["composed", "Caf\u{e9} Zürich"],
        ["decomposed", "Cafe\u{301} olé"],
        ["greek", "ΟΔΟΣ"],
        ["turkish", "İstanbul"],
        ["sharp", "Straße"],
        ["chinese", "下一页"],
        ["quote", "say \"hi\" \\ there >> now"],
    ]]);
    page.eval(script, texts).await?;
    find(
        cx,
        &page,
        &[
            ("text:\"a b c\"!", "space"),
            ("text:\"a\u{a0}b c\"", "space"),
            ("text:donaudampfschiff", "hyphen"),
            ("text:\"שלום עולם\"!", "hebrew"),
            ("text:مرحبا", "arabic"),
            ("text:👩\u{200d}👩\u{200d}👧", "emoji"),
            ("text:🎭", "emoji"),
            ("text:CAFÉ", "composed decomposed"),
            ("text:cafe\u{301}", "composed decomposed"),
            ("text:οδος", "greek"),
            ("text:İSTANBUL", "turkish"),
            ("text:straße", "sharp"),
            ("text:下一页", "chinese"),
            (r#"text:"\"hi\" \\ there >> now""#, "quote"),
            (r"text:/^\p{Script=Han}+$/u", "chinese"),
        ],
    )
    .await
}

async fn by_role(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<button id=next>Next</button><button id=page disabled>Next page</button><div id=div role=button aria-pressed=true>Bold</div>
        <button id=gone hidden>Next gone</button><button id=veiled aria-hidden=true>Next veiled</button>
        <h1 id=one>Title</h1><h2 id=two>Title two</h2><input type=checkbox id=on checked aria-label=News><input type=checkbox id=off aria-label=News>
        <div role=checkbox id=mixed aria-checked=mixed aria-label=News>x</div><a id=link href=# aria-current=page>Here</a><img id=img alt=Logo>
        <button id=open aria-expanded=true>Menu</button><button id=closed aria-expanded=false>Menu</button><button id=nameless></button>
        <input id=field required aria-label='E-mail address'><button id=labelled aria-labelledby=one>x</button>",
    )
    .await?;
    find(
        cx,
        &page,
        &[
            ("role:button:next", "next page"),
            ("role:button:\"Next\"!", "next"),
            ("role:button:/^next p/i", "page"),
            ("role:button:Next[disabled]", ""),
            ("role:button:\"Next\"[disabled]", "page"),
            ("role:button:\"Next\"[disabled=false]", "next"),
            ("role:button:\"Next\"[include-hidden]", "next page gone veiled"),
            ("role:button:\"\"!", "nameless"),
            ("role:button[pressed]", "div"),
            ("role:button[expanded=false]", "closed"),
            ("role:button:Title", "labelled"),
            ("role:heading", "one two"),
            ("role:heading[level=2]", "two"),
            ("role:checkbox:\"news\"[checked]", "on"),
            ("role:checkbox[checked=false]", "off"),
            ("role:checkbox[checked=mixed]:news", "mixed"),
            ("role:link[current=page]", "link"),
            ("role:image", "img"),
            ("role:textbox[required]:e-mail", "field"),
            ("role=button[name=\"Next\"]", "next"),
            ("role=button[name=\"next\" i]", "next"),
            ("role=button[name*=\"next\" i]", "next page"),
            ("role=button[name=/PAGE/i]", "page"),
            ("role=heading[name='Title two'][level=2][exact]", "two"),
            ("role=button[pressed=true]", "div"),
        ],
    )
    .await
}

async fn by_label(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<label for=email>E-mail:</label><input id=email><label>Country <select id=country><option>France<option>Norway</select></label>
        <input id=aria aria-label='Search term'><span id=words>Given</span><span id=more>name</span><input id=by aria-labelledby='words more'>
        <label>News <input type=checkbox id=news></label><button id=button aria-label='Close it'>x</button><textarea id=none></textarea>
        <label for=both>One</label><label for=both>Two</label><input id=both>",
    )
    .await?;
    find(
        cx,
        &page,
        &[
            ("label:e-mail", "email"),
            ("label:\"E-mail:\"!", "email"),
            ("label:country", "country"),
            ("label:\"Country\"!", "country"),
            ("label:search", "aria"),
            ("label:Given", "by"),
            ("label:\"Given name\"!", "by"),
            ("label:/^news/i", "news"),
            ("label:close", "button"),
            ("label:One", "both"),
            ("label:\"Two\"!", "both"),
            ("label:nothing", ""),
        ],
    )
    .await
}

async fn by_attributes(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<input id=a placeholder='Your  name' data-testid=row-1><input id=b placeholder='Your name here' data-testid=row-10>
        <img id=c alt='A logo' title='Home page' data-test-id=x><abbr id=d title='HyperText' data-test='y z'>H</abbr>",
    )
    .await?;
    find(
        cx,
        &page,
        &[
            ("placeholder:your name", "a b"),
            ("placeholder:\"Your name\"!", "a"),
            ("alt:LOGO", "c"),
            ("title:home", "c"),
            ("title:/text$/i", "d"),
            ("testid:row-1", "a"),
            ("testid:ROW-1", ""),
            ("testid:/^row/", "a b"),
            ("data-testid=row-10", "b"),
            ("data-test-id=x", "c"),
            ("data-test=y z", "d"),
            ("id=d", "d"),
        ],
    )
    .await
}

async fn by_css(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<ul id=list><li id=one class=x>One <b id=b>bold</b></li><li id=two>Two</li><li id=three style='display: none'>Three one</li></ul>
        <p id=p>One</p><label id=label>Label</label>",
    )
    .await?;
    find(
        cx,
        &page,
        &[
            ("#list > li.x", "one"),
            ("css:label", "label"),
            ("li, p", "one two three p"),
            ("li:visible", "one two"),
            ("li:not(:visible)", "three"),
            (":has-text('one')", "- - list one three p"),
            ("li:has-text('one')", "one three"),
            ("label:has-text(label)", "label"),
            (":text('one')", "one three p"),
            (":text-is('One')", "one p"),
            ("li:text-matches('^t', 'i')", "two three"),
            (":nth-match(li, 2)", "two"),
            (":nth-match(:is(p, li:visible), 3)", "p"),
            ("li:has(b)", "one"),
            ("li:has(> b:visible)", "one"),
            ("li:has(+ li:has-text('two'))", "one"),
            ("ul:has(li:visible ~ li:text('three'))", "list"),
            ("li:not(:has(:text('bold')))", "two three"),
            (":is(b, p):text-is('One')", "p"),
            ("ul:visible > li:visible + li", "two three"),
            ("p:has-text('nothing')", ""),
        ],
    )
    .await
}

async fn by_xpath(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<div id=d><a id=a>x</a></div><p id=p><a id=b>y</a><a id=c>x</a></p>",
    )
    .await?;
    find(
        cx,
        &page,
        &[
            ("//a", "a b c"),
            ("xpath:id('d')/a", "a"),
            ("(//a)[2]", "b"),
            ("//a[text()='x']", "a c"),
            ("#p >> //a", "b c"),
            ("#p, #d >> xpath=./a[1]", "a b"),
            ("#c >> ..", "p"),
            ("//a/text()", ""),
        ],
    )
    .await
}

async fn by_point(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<div id=low style='position: fixed; left: 50px; top: 50px; width: 100px; height: 100px'></div>
        <div id=high style='position: fixed; left: 100px; top: 50px; width: 100px; height: 100px'></div>
        <div id=host style='position: fixed; left: 300px; top: 50px; width: 100px; height: 100px'></div>",
    )
    .await?;
    page.eval(
        "() => { document.getElementById('host').attachShadow({ mode: 'open' }).innerHTML =
            '<div id=inner style=\"width: 50px; height: 50px\"></div>'; }",
        json!([]),
    )
    .await?;
    find(
        cx,
        &page,
        &[
            ("coords:60,60", "low"),
            ("coords:120,60", "high"),
            ("coords:310.5,60", "inner"),
            ("coords:390,140", "host"),
            ("coords:-5,10", ""),
        ],
    )
    .await
}

async fn in_chains(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<section id=s><p id=a>One</p><p id=b hidden>One</p></section><section id=t><p id=c>One</p><div id=d><p id=e>Two</p></div></section>",
    )
    .await?;
    find(
        cx,
        &page,
        &[
            ("text:One", "a b c"),
            ("section >> text:One", "a b c"),
            ("#s >> text:One", "a b"),
            ("#s, #d >> p", "a b e"),
            ("section >> nth=1 >> p", "c e"),
            ("p >> nth=-1", "e"),
            ("p >> nth=9", ""),
            ("p >> nth=-9", ""),
            ("text:One >> visible=true", "a c"),
            ("text:One >> visible=false", "b"),
            ("#c >> text:One", "c"),
            ("#c >> p", ""),
            ("section >> :scope > p", "a b c"),
            ("section >> div >> text:two", "e"),
            ("div:has(p) >> ..", "t"),
        ],
    )
    .await
}

async fn in_shadow(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<div id=one></div><b id=light class=x>light</b><div id=two></div>").await?;
    page.eval(
        "() => { for (const host of document.querySelectorAll('div')) host.attachShadow({ mode: 'open' }).innerHTML =
            `<form id=f${host.id}><label>Name <input id=i${host.id} placeholder=here></label>
            <button id=b${host.id} class=x data-testid=t${host.id}>Send ${host.id}</button><p id=p${host.id}></p></form>`;
            const deep = document.querySelector('#one').shadowRoot.querySelector('p').attachShadow({ mode: 'open' });
            deep.innerHTML = '<i id=deep class=x>deep</i>'; }",
        json!([]),
    )
    .await?;
    find(
        cx,
        &page,
        &[
            (".x", "bone deep light btwo"),
            ("#one .x", "bone deep"),
            ("#one > form > .x", "bone"),
            ("form p > i", "deep"),
            ("#one ~ b", "light"),
            ("#two >> .x", "btwo"),
            ("div:has(#deep)", "one"),
            ("form:has(i:visible)", "fone"),
            ("text:deep", "deep"),
            ("text:send", "bone btwo"),
            ("#two >> role:button:send", "btwo"),
            ("label:name", "ione itwo"),
            ("placeholder:here", "ione itwo"),
            ("testid:tone", "bone"),
            ("#one:has-text('deep')", "one"),
        ],
    )
    .await
}

/// Everything that the page's own scripts can reach is broken.
async fn patched(cx: &Context<'_>) -> Checked {
    let page = cx.room().await?.open(&cx.url("/hostile?patched")).await?;
    for (selector, count) in [
        ("role:link:\"A link\"", 1),
        ("text:The engine's name", 1),
        ("text:/^own$/", 1),
        ("label:childNodes", 1),
        ("#greenroom:visible:has-text('name')", 1),
        ("//div[@id='document']", 1),
        ("form >> role:textbox:parentNode", 1),
        ("role:combobox:Fruit >> text:Pear", 1),
        ("frame:title:\"A frame\" >> role:button", 1),
        ("text:nothing of this", 0),
    ] {
        same(selector, read(cx, &page, "count", selector).await?, json!(count))?;
    }
    let harmed = "() => document.documentElement.getAttribute('data-harmed')";
    let harmed = page
        .eval_in(
            greenroom_session_core::backend::World::Isolated,
            harmed,
            json!([]),
            &cx.call(),
        )
        .await?;
    same("whose own code has run", harmed, Value::Null)
}

async fn unreadable(cx: &Context<'_>) -> Checked {
    let page = page_with(cx, "<p>1</p>").await?;
    for selector in [
        ":nothing-known",
        "p:visible:nothing-known",
        "p:has(:nothing-known:visible)",
        "//p[",
        "xpath:nothing()",
        "text:/(/",
        "role:button:/(/",
    ] {
        let error = fails(selector, read(cx, &page, "count", selector).await, &[Kind::Usage])?;
        check(error.message().contains("failed to read the selector"), || {
            format!("{selector}: {error:?}")
        })?;
    }
    Ok(())
}
