//! `get`: one thing of the page or of one element.

use serde_json::{Value, json};

use crate::bench::Bench;
use crate::look::{account, ref_of, refs};

fn tree(bench: &Bench, args: &[&str]) -> String {
    let taken = bench.json(&[&["snapshot", "--no-image"], args].concat());
    taken["result"]["tree"].as_str().unwrap().to_owned()
}

fn get(bench: &Bench, args: &[&str]) -> Value {
    bench.json(&[&["get"], args].concat())["result"]["value"].clone()
}

#[test]
fn each_property_by_ref_and_by_css() {
    let Some(bench) = account() else { return };
    let tree = tree(&bench, &[]);
    let e = |what: &str| ref_of(&tree, what);
    for (args, wanted) in [
        (vec!["text", "#heading"], json!("Your account")),
        (vec!["text", &e("heading")], json!("Your account")),
        (vec!["text", "css:#orders > li:first-child"], json!("Order 1")),
        (vec!["html", "#heading"], json!("<h1 id=\"heading\">Your account</h1>")),
        (vec!["value", "#name"], json!("typed")),
        (vec!["value", &e("combobox \"Country\"")], json!("Norway")),
        (vec!["value", "#about"], json!("written")),
        (vec!["attr", "#name", "value"], json!("from the markup")),
        (vec!["attr", "#box", "data-kind"], json!("box")),
        (vec!["attr", "#box", "nothing"], Value::Null),
        (vec!["count", "li"], json!(3)),
        (vec!["count", ".nothing"], json!(0)),
        (vec!["count", &e("list \"Orders\"")], json!(1)),
        (
            vec!["box", "#box"],
            json!({ "x": 400, "y": 20, "width": 30, "height": 40 }),
        ),
        (vec!["box", "#hidden"], Value::Null),
        (vec!["visible", "#heading"], json!(true)),
        (vec!["visible", "#hidden"], json!(false)),
        (vec!["visible", ".nothing"], json!(false)),
        (vec!["enabled", "#save"], json!(false)),
        (vec!["enabled", &e("textbox \"Name\"")], json!(true)),
        (vec!["checked", "#news"], json!(true)),
        (vec!["text", "#inner"], json!("In the shadow")),
        (vec!["title"], json!("Account")),
    ] {
        assert_eq!(get(&bench, &args), wanted, "{args:?}");
    }
    // For people: the value itself, a line.
    assert_eq!(bench.done(&["get", "value", "#name"]), "typed\n");
    assert_eq!(bench.done(&["get", "checked", "#news"]), "true\n");
    assert_eq!(bench.done(&["get", "attr", "#box", "nothing"]), "");
    assert!(bench.done(&["get", "text"]).contains("Your account\n"));
}

#[test]
fn each_form_of_selector() {
    let Some(bench) = account() else { return };
    for (args, wanted) in [
        (["text", "role:heading"], json!("Your account")),
        (["value", "role:textbox:\"Name\""], json!("typed")),
        (["value", "label:Country"], json!("Norway")),
        (["count", "role:list:Orders >> role:listitem"], json!(3)),
        (["text", "li >> nth=-1"], json!("Order 3")),
        (["text", "text:/^order 2$/i"], json!("Order 2")),
        (["text", "//li[2]"], json!("Order 2")),
        (["text", "li:has-text('order 3')"], json!("Order 3")),
        (["visible", "text:\"In the shadow\"!"], json!(true)),
        (["visible", "role:button:\"No such button\""], json!(false)),
    ] {
        assert_eq!(get(&bench, &args), wanted, "{args:?}");
    }
    // Those that match are told with refs, which are good.
    let ran = bench.fails(1, &["get", "text", "role:listitem"]);
    let listed = ran.stderr.split("one is needed: ").nth(1).unwrap_or_default();
    let second = listed.split(", ").nth(1).and_then(|item| item.split(' ').next());
    let second = second.unwrap_or_else(|| panic!("{ran:?}"));
    assert_eq!(get(&bench, &["text", second]), json!("Order 2"), "{ran:?}");
    let ran = bench.fails(1, &["get", "text", "role:textbox:\"Nane\""]);
    assert!(ran.stderr.contains("there is \"Name\""), "{ran:?}");
    let ran = bench.fails(2, &["get", "text", "role:buton"]);
    assert!(
        ran.stderr.contains("at character 6") && ran.stderr.contains("did you mean `role:button`?"),
        "{ran:?}"
    );
}

#[test]
fn what_cannot_be_read_is_told() {
    let Some(bench) = account() else { return };
    for (code, args, parts) in [
        (
            1,
            vec!["text", ".nothing"],
            vec![".nothing", "hint: greenroom snapshot"],
        ),
        (1, vec!["text", "li"], vec!["3 elements match `li`", "hint:"]),
        (1, vec!["text", "e4711"], vec!["stale ref e4711", "hint:"]),
        (2, vec!["text", "li["], vec!["li["]),
        (2, vec!["value", "#heading"], vec!["no value"]),
        (2, vec!["checked", "#heading"], vec!["no checkbox"]),
        (2, vec!["value"], vec!["needs a selector"]),
        (2, vec!["attr", "#name"], vec!["attribute's name"]),
        (2, vec!["title", "#name"], vec!["takes no selector"]),
        (2, vec!["nothing"], vec!["nothing"]),
    ] {
        let ran = bench.fails(code, &[&["get"], &args[..]].concat());
        for part in parts {
            assert!(ran.stderr.contains(part), "{args:?}: {ran:?}");
        }
    }
}

#[test]
fn refs_outlive_the_daemon_and_are_never_given_again() {
    let Some(bench) = account() else { return };
    let before = tree(&bench, &[]);
    let given = refs(&before);
    let heading = ref_of(&before, "heading");
    bench.kill(bench.daemon());
    let answer = bench.json(&["get", "text", &heading]);
    assert_eq!(
        (&answer["restored"], &answer["result"]["value"]),
        (&json!("adopted"), &json!("Your account"))
    );
    bench.done(&["goto", &bench.url("/account#rerender")]);
    let after = tree(&bench, &[]);
    // What is there still has its ref; what is new has one that nobody had.
    assert_eq!(ref_of(&after, "heading"), heading);
    let field = ref_of(&after, "textbox \"Name\"");
    assert!(!given.contains(&field), "{field}: {before}\n{after}");
    let old = ref_of(&before, "textbox \"Name\"");
    bench.fails(1, &["get", "value", &old]);
    // The daemon is killed again, twice in a row: nobody remembers where a ref was given.
    bench.kill(bench.daemon());
    bench.done(&["list"]);
    bench.kill(bench.daemon());
    assert_eq!(get(&bench, &["value", &field]), json!("typed"));
    bench.fails(1, &["get", "value", &old]);
    bench.done(&["goto", &bench.url("/account?again")]);
    let third = tree(&bench, &[]);
    assert!(
        refs(&third)
            .iter()
            .all(|new| !refs(&before).contains(new) && !refs(&after).contains(new)),
        "{third}"
    );
}

#[test]
fn refs_lead_to_their_page_without_switching() {
    let Some(bench) = account() else { return };
    let first = tree(&bench, &[]);
    bench.done(&["tab", "new", &bench.url("/title/Other")]);
    let second = tree(&bench, &[]);
    assert!(
        refs(&second).iter().all(|new| !refs(&first).contains(new)),
        "{first}\n{second}"
    );
    let (heading, other) = (ref_of(&first, "heading"), ref_of(&second, "heading"));
    assert_eq!(get(&bench, &["text", &heading]), json!("Your account"));
    let taken = bench.json(&["snapshot", &heading])["result"].clone();
    assert_eq!(
        (&taken["page"], &taken["url"]),
        (&json!("page-1"), &json!(bench.url("/account")))
    );
    // It is the image of that page, too.
    let image = std::fs::read(taken["files"]["png"].as_str().unwrap()).unwrap();
    assert!(u32::from_be_bytes(image[20..24].try_into().unwrap()) > 3000);
    let field = ref_of(&first, "textbox \"Name\"");
    let image = bench.json(&["screenshot", "--selector", &field])["result"]["size"].clone();
    let place = get(&bench, &["box", &field]);
    let side = |key: &str| place[key].as_f64().unwrap().round();
    assert_eq!(image, json!(format!("{}x{}", side("width"), side("height"))), "{place}");
    assert_eq!(get(&bench, &["title"]), json!("Other"));
    bench.done(&["tab", "close", "page-2"]);
    let ran = bench.fails(1, &["get", "text", &other]);
    assert!(ran.stderr.contains("its page is closed"), "{ran:?}");
    assert_eq!(get(&bench, &["text", &heading]), json!("Your account"));
}

#[test]
fn elements_in_frames_of_other_origins_are_read() {
    let Some(bench) = Bench::new() else { return };
    let site = bench.site.other_site();
    let framed = format!(
        "/framed?src={site}/account&src={}/title/Origin",
        bench.site.other_origin()
    );
    bench.done(&["open", &bench.url(&framed), "-s", "a"]);
    let tree = tree(&bench, &[]);
    let (field, heading) = (ref_of(&tree, "textbox \"Name\""), ref_of(&tree, "heading \"Origin\""));
    assert_eq!(get(&bench, &["value", &field]), json!("typed"));
    assert_eq!(get(&bench, &["text", &heading]), json!("Origin"));
    assert!(!tree.contains("secret"), "{tree}");
    assert!(get(&bench, &["box", &heading])["y"].as_f64().unwrap() > 0.0);
    // By locator, too; and the refs of those that match are of that frame.
    assert_eq!(
        get(&bench, &["value", "iframe >> nth=0 >> frame: >> label:Name"]),
        json!("typed")
    );
    let ran = bench.fails(1, &["get", "text", "iframe >> nth=0 >> frame: >> role:listitem"]);
    let listed = ran
        .stderr
        .split("one is needed: ")
        .nth(1)
        .and_then(|list| list.split(' ').next());
    assert_eq!(
        get(&bench, &["text", listed.unwrap_or_default()]),
        json!("Order 1"),
        "{ran:?}"
    );
    let place = get(&bench, &["box", "iframe >> nth=1 >> frame: >> h1"]);
    assert!(place["y"].as_f64().unwrap() > 0.0, "{place}");
    bench.kill(bench.daemon());
    assert_eq!(get(&bench, &["value", &field]), json!("typed"));
    // A navigation of the page is the end of all of them.
    bench.done(&["goto", &bench.url("/title/Next")]);
    bench.fails(1, &["get", "value", &field]);
}

/// The pixels of a PNG of eight bits a channel, by rows: red, green, blue.
fn pixels(file: &std::path::Path) -> Vec<[u8; 3]> {
    let file = std::io::BufReader::new(std::fs::File::open(file).unwrap());
    let mut reader = png::Decoder::new(file).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    let channels = info.color_type.samples();
    let pixels = bytes[..info.buffer_size()].chunks(channels);
    pixels.map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect()
}

/// A button in a frame in a frame, the outer one moved, with edges, and shown at half its size.
#[test]
fn elements_in_frames_of_other_origins_are_where_they_are_seen() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/framed/scaled"), "-s", "a"]);
    let tree = tree(&bench, &[]);
    let button = ref_of(&tree, "button \"Red\"");
    let seen = json!({ "x": 137, "y": 352, "width": 30, "height": 20 });
    assert_eq!(get(&bench, &["box", &button]), seen);
    let shows_it = |file: &str| {
        let taken = bench.json(&["screenshot", file, "--selector", &button])["result"].clone();
        assert_eq!(taken["size"], json!("30x20"), "{taken}");
        let pixels = pixels(&bench.path().join(file));
        // The edges may be drawn half over what is around.
        let inner = (1..19).flat_map(|y| (1..29).map(move |x| y * 30 + x));
        for at in inner {
            assert_eq!(pixels[at], [200, 0, 0], "pixel {at}");
        }
    };
    shows_it("before.png");
    // A daemon that has looked at nothing finds the way all the same.
    bench.kill(bench.daemon());
    assert_eq!(get(&bench, &["box", &button]), seen);
    shows_it("after.png");
    // After a look at a part, the frames around are still all known.
    let heading = ref_of(&tree, "heading");
    bench.done(&["snapshot", &heading, "--no-image"]);
    assert_eq!(get(&bench, &["box", &button]), seen);
}
