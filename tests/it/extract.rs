//! `extract`: data of a page as JSON.

use serde_json::{Value, json};

use crate::bench::Bench;

fn products() -> Option<Bench> {
    let bench = Bench::new()?;
    bench.done(&["open", &bench.url("/products"), "-s", "a"]);
    Some(bench)
}

#[test]
fn items_are_printed_as_json_and_what_is_missing_as_notes() {
    let Some(bench) = products() else { return };
    let ran = bench.run(&[
        "extract",
        "--list",
        "testid:product",
        "--fields",
        "name,price",
        "--max",
        "3",
    ]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let items: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(items.as_array().unwrap().len(), 3);
    assert_eq!(items[1], json!({ "name": "Floor lamp", "price": "99.00 €" }));
    assert!(ran.stderr.contains("1 more item: --max 4 reads all"), "{ran:?}");
    let all = bench.json(&["extract"]);
    assert_eq!(all["result"]["data"]["tables"][0]["rows"][1]["Size Height"], "180");
    assert!(!all.to_string().contains("secret"), "{all}");
    bench.fails(1, &["extract", "--list", ".nothing"]);
    bench.fails(2, &["extract", "--list", "role:buton"]);
}

#[test]
fn a_schema_is_read_from_a_file_and_kept() {
    let Some(bench) = products() else { return };
    let schema = |required: &[&str], price: Value| {
        json!({
            "type": "array",
            "x-selector": ".product",
            "items": {
                "type": "object",
                "properties": {
                    "name": { "type": "string" },
                    "price": price,
                    "url": { "type": "string", "x-selector": "a", "x-attribute": "href" },
                },
                "required": required,
            },
        })
    };
    let write = |schema: &Value| std::fs::write(bench.path().join("lamp.json"), schema.to_string()).unwrap();
    write(&schema(&["name", "price"], json!({ "type": ["number", "null"] })));
    let items: Value = serde_json::from_str(&bench.done(&["extract", "--schema", "lamp.json"])).unwrap();
    assert_eq!(
        items[0],
        json!({ "name": "Desk lamp", "price": 1234.5, "url": bench.url("/title/Desk") })
    );
    assert_eq!((&items[2]["price"], &items[3]["price"]), (&json!(1299), &Value::Null));
    write(&schema(&["price"], json!({ "type": "number" })));
    let ran = bench.fails(1, &["extract", "--schema", "lamp.json"]);
    assert!(
        ran.stderr.contains("the property `price` of item 4 is not found"),
        "{ran:?}"
    );
    bench.fails(2, &["extract", "--schema", "lamp.json", "--fields", "price"]);
}
