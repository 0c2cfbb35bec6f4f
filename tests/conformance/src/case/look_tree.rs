//! The tree of a page, and its HTML.

use greenroom_session_core::injected::{LookAt, Seen};
use serde_json::json;

use super::Case;
use super::look::{Looker, look, outline, page_with, row, tree};
use crate::check::{Checked, check, same};
use crate::context::Context;

pub(super) const CASES: &[Case] = &[
    look!("look::roles-names-and-states", [], roles),
    look!("look::open-shadow-roots", [], shadow),
    look!("look::what-is-not-shown", [], not_shown),
    look!("look::what-owns-others", [], owners),
    look!("look::names-and-what-they-cover", [], covered),
    look!("look::text-without-a-name", [], unnamed),
    look!("look::html", [], html),
];

async fn roles(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<main><h2>Account</h2><label>Email <input required value=a@b.c></label>
        <input type=checkbox checked aria-label=News><button aria-pressed=mixed disabled>Bold</button>
        <select aria-label=Size><option>Small<option selected>Large</select>
        <ul><li>One <b>two</b></li></ul><a href='/title/There'>There</a><p>Some   <i>text</i></p></main>",
    )
    .await?;
    let wanted = "main \"\"\n  \
        heading \"Account\" [level=2]\n  \
        text \"Email\"\n  \
        textbox \"Email\" [required=true] = a@b.c\n  \
        checkbox \"News\" [checked=true]\n  \
        button \"Bold\" [pressed=\"mixed\"] [disabled=true]\n  \
        combobox \"Size\" [expanded=false] = Large\n    \
        option \"Small\" [selected=false]\n    \
        option \"Large\" [selected=true]\n  \
        list \"\"\n    \
        listitem \"\"\n      \
        text \"One\"\n      \
        strong \"\"\n        \
        text \"two\"\n  \
        link \"There\"\n  \
        paragraph \"\"\n    \
        text \"Some\"\n    \
        emphasis \"\"\n      \
        text \"text\"\n";
    let got = tree(cx, &page).await?;
    // `b` and `i` have roles in some versions of the specifications only.
    let without = |text: &str| -> String {
        let telling = |line: &&str| !line.contains("strong") && !line.contains("emphasis");
        text.lines()
            .filter(telling)
            .map(|line| line.trim_start().to_owned() + "\n")
            .collect()
    };
    let joined = |text: String| {
        text.replace("text \"One\"\ntext \"two\"", "text \"One two\"")
            .replace("text \"Some\"\ntext \"text\"", "text \"Some text\"")
    };
    same("the tree", joined(without(&got)), joined(without(wanted)))
}

async fn shadow(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<div id=host><b slot=named>first</b>second<i slot=nowhere>third</i></div>",
    )
    .await?;
    page.eval(
        "() => { document.getElementById('host').attachShadow({ mode: 'open' }).innerHTML =
            '<button>Shadow</button><p><slot></slot></p><h3><slot name=named></slot></h3><div id=inner></div>'; }",
        json!([]),
    )
    .await?;
    page.eval(
        "() => { document.getElementById('host').shadowRoot.getElementById('inner').attachShadow({ mode: 'open' })
            .innerHTML = '<a href=#>Deeper</a><slot>fallback</slot>'; }",
        json!([]),
    )
    .await?;
    same(
        "the tree",
        tree(cx, &page).await?.as_str(),
        "button \"Shadow\"\nparagraph \"\"\n  text \"second\"\nheading \"first\" [level=3]\nlink \"Deeper\"\n\
         text \"fallback\"\n",
    )
}

async fn not_shown(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<p style='display: none'>no</p><p style='visibility: hidden'>no <b style='visibility: visible'>yes 1</b></p>
        <div aria-hidden=true>no</div><p hidden>no</p><details><summary>yes 2</summary>no <p>no</p></details>
        <div style='content-visibility: hidden'>no</div><video>no</video><dialog>no</dialog>
        <canvas>yes 3</canvas><object>yes 4</object>
        <div inert>no</div><div style='position: absolute; left: -9999px'>yes 5</div>
        <template><p>no</p></template><noscript>no</noscript><datalist><option>no</datalist>",
    )
    .await?;
    let seen = Looker::new().look(cx, &page, LookAt::default()).await?;
    let names: Vec<_> = seen
        .rows
        .iter()
        .map(|row| row.name.as_str())
        .filter(|name| !name.is_empty())
        .collect();
    check(!names.iter().any(|name| name.contains("no")), || {
        format!("what is hidden is seen: {names:?}")
    })?;
    for number in 1..=5 {
        let wanted = format!("yes {number}");
        check(names.contains(&wanted.as_str()), || {
            format!("`{wanted}` is not seen: {names:?}")
        })?;
    }
    page.eval("() => { document.querySelector('dialog').showModal(); }", json!([]))
        .await?;
    let seen = Looker::new().look(cx, &page, LookAt::default()).await?;
    let roles: Vec<_> = seen
        .rows
        .iter()
        .filter(|row| row.depth == 0)
        .map(|row| row.role.as_str())
        .collect();
    same("what there is beside a modal dialog", roles, ["dialog"])
}

async fn owners(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<ul id=list aria-owns='late gone list'><li>early</li></ul><p>between</p><ul><li id=late>late</li></ul>
        <div id=a role=group aria-label=a aria-owns=b></div><div id=b role=group aria-label=b aria-owns=a></div>
        <button id=c aria-labelledby='c d'>c</button><button id=d aria-labelledby='d c'>d</button>
        <div hidden aria-owns=e></div><input aria-owns=f><iframe aria-owns=g srcdoc=''></iframe>
        <button id=e>e</button><button id=f>f</button><button id=g>g</button>",
    )
    .await?;
    let seen = Looker::new().look(cx, &page, LookAt::default()).await?;
    let refs: std::collections::BTreeSet<_> = seen.rows.iter().filter_map(|row| row.reference).collect();
    let elements = seen.rows.iter().filter(|row| !row.is_text()).count();
    same("how many elements have a ref of their own", refs.len(), elements)?;
    let text = outline(&seen.rows);
    check(
        text.starts_with("list \"\"\n  listitem \"\"\n    text \"early\"\n  listitem \"\"\n    text \"late\"\n"),
        || format!("an owned item is not where it belongs:\n{text}"),
    )?;
    for (role, name) in [("group", "a"), ("group", "b"), ("button", "c d"), ("button", "d c")] {
        row(&seen, role, name)?;
    }
    for name in ["e", "f", "g"] {
        row(&seen, "button", name)?;
    }
    Ok(())
}

/// Text that a name has said is not told again, and no text is lost by that.
async fn covered(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<a href=#>A <i>short</i> link</a><button>Text <div role=group aria-label=G>inner</div><b aria-label=x>bold</b></button>
        <div style='visibility: hidden'><p>no<b style='visibility: visible'>y</b></p><p style='visibility: visible'>z</p></div>",
    )
    .await?;
    let texts = |seen: &Seen| {
        let texts = seen.rows.iter().filter(|row| row.is_text());
        texts.map(|row| row.name.clone()).collect::<Vec<_>>()
    };
    let seen = Looker::new().look(cx, &page, LookAt::default()).await?;
    row(&seen, "link", "A short link")?;
    same("the text beside the names", texts(&seen), ["inner", "bold", "y", "z"])?;
    page.eval(
        "() => { document.body.innerHTML = `<a href=#>${Array.from({ length: 200 }, (_, n) => `<u>${n} </u>`).join('')}</a>`; }",
        json!([]),
    )
    .await?;
    let seen = Looker::new().look(cx, &page, LookAt::default()).await?;
    let all: Vec<_> = (0..200).map(|number| number.to_string()).collect();
    let told = format!("{} {}", seen.rows[0].name, texts(&seen).join(" "));
    let lost: Vec<_> = all
        .iter()
        .filter(|number| !told.split(' ').any(|word| word == *number))
        .collect();
    same("what of a long link is lost", lost, Vec::<&String>::new())
}

/// What can be acted on, has no name, and would be nothing without its text.
async fn unnamed(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<div onclick=''>Some <b>bold</b><p>text</p><script>code</script><span hidden>no</span></div><div onclick=''></div>",
    )
    .await?;
    let at = LookAt {
        interactive: true,
        ..LookAt::default()
    };
    let seen = Looker::new().look(cx, &page, at).await?;
    let names: Vec<_> = seen.rows.iter().map(|row| row.name.as_str()).collect();
    same("what they are told as", names, ["Some bold text", ""])
}

async fn html(cx: &Context<'_>) -> Checked {
    let page = page_with(
        cx,
        "<input id=text value=old><input type=password value=secret1><input autocomplete=one-time-code value=secret2>
        <template><input type=password value=secret3></template><textarea>old</textarea>
        <input type=checkbox><select><option>A<option>B</select><div id=host>light</div><p>a &amp; b</p>",
    )
    .await?;
    page.eval(
        "() => {
            document.getElementById('text').value = 'new \"1\"';
            document.querySelector('[type=password]').value = 'secret4';
            document.querySelector('textarea').value = '<new 2>';
            document.querySelector('[type=checkbox]').checked = true;
            document.querySelector('select').value = 'B';
            document.getElementById('host').attachShadow({ mode: 'open' }).innerHTML = '<input value=old><slot></slot>';
            document.getElementById('host').shadowRoot.querySelector('input').value = 'new 3';
        }",
        json!([]),
    )
    .await?;
    let at = LookAt {
        html: true,
        ..LookAt::default()
    };
    let html = Looker::new().look(cx, &page, at).await?.html.unwrap_or_default();
    for part in [
        "<title>Look</title>",
        "<input id=\"text\" value=\"new &quot;1&quot;\">",
        "<textarea>&lt;new 2&gt;</textarea>",
        "<input type=\"checkbox\" checked=\"\">",
        "<option>A</option><option selected=\"\">B</option>",
        "<div id=\"host\"><template shadowrootmode=\"open\"><input value=\"new 3\"><slot></slot></template>light</div>",
        "<p>a &amp; b</p>",
    ] {
        check(html.contains(part), || format!("`{part}` is not in {html}"))?;
    }
    check(!html.contains("secret"), || format!("a password is told: {html}"))
}
