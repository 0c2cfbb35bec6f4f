//! `extract`: what is asked for, what fits a schema, what is noted.

use super::*;

/// A session on a page of which the engine tells this.
async fn page(told: Value) -> Bench {
    let bench = Bench::new();
    let shop = FakePage {
        globals: [("extract".to_owned(), told)].into(),
        ..FakePage::titled("Shop")
    };
    bench.world.serve("http://shop.test/", shop);
    bench.open("a").await;
    bench
}

fn lamps() -> Value {
    let price = |text: &str| json!({ "name": "price", "from": "class price", "values": [text] });
    let name = |text: &str| json!({ "name": "name", "from": "heading", "values": [text] });
    json!({ "items": [[name("Lamp"), price("1,234.50 €")], [name("Sofa"), price("1,299 €")], [name("Bed")]], "total": 5 })
}

fn schema(price: &Value) -> Value {
    json!({
        "type": "array",
        "items": {
            "type": "object",
            "properties": { "name": { "type": "string" }, "price": price },
            "required": ["name", "price"],
        },
    })
}

#[tokio::test]
async fn a_list_has_an_object_for_each_item() {
    let bench = page(lamps()).await;
    let response = bench
        .ask(
            "extract",
            "a",
            json!({ "list": ".lamp", "fields": "name, price,stock" }),
        )
        .await;
    let result = response.result.unwrap();
    assert_eq!(
        (&result["page"], &result["url"], &result["title"], &result["total"]),
        (&json!("page-1"), &json!("http://shop.test/"), &json!("Shop"), &json!(5))
    );
    assert_eq!(
        result["items"],
        json!([
            { "name": "Lamp", "price": "1,234.50 €", "stock": null },
            { "name": "Sofa", "price": "1,299 €", "stock": null },
            { "name": "Bed", "price": null, "stock": null },
        ])
    );
    assert_eq!(
        result["sources"]["price"],
        json!([{ "from": "class price", "items": 2 }])
    );
    assert!(
        result.get("fields").is_none() && result.get("data").is_none(),
        "{result}"
    );
    let expected = [
        "left out: 2 more items, for there is more text than is read at once",
        "`price` is not found in 1 of 3 items",
        "`stock` is not found in 3 of 3 items",
    ];
    assert_eq!(response.notes, expected);
    let cut = bench.ask("extract", "a", json!({ "list": ".lamp", "max": 3 })).await;
    assert_eq!(cut.notes[0], "2 more items: --max 5 reads all");
}

#[tokio::test]
async fn fields_of_the_page_are_one_object() {
    let told = json!({ "items": [[{ "name": "price", "from": "dt", "values": ["5 €"] }]], "total": 1 });
    let bench = page(told).await;
    let result = bench.done("extract", "a", json!({ "fields": "price,stock" })).await;
    assert_eq!(result["fields"], json!({ "price": "5 €", "stock": null }));
    assert!(
        result.get("items").is_none() && result.get("total").is_none(),
        "{result}"
    );
    let number = json!({ "type": "object", "properties": { "price": { "type": "number" } } });
    let result = bench.done("extract", "a", json!({ "schema": number })).await;
    assert_eq!(result["fields"], json!({ "price": 5 }));
}

#[tokio::test]
async fn without_options_all_data_is_told() {
    let told = json!({
        "data": { "linked": ["{\"@type\":\"Product\"}", "{"], "definitions": [[["Weight", "2 kg"]]] },
        "frames": 2, "clipped": 1,
    });
    let bench = page(told).await;
    let response = bench.ask("extract", "a", json!({})).await;
    assert_eq!(
        response.result.unwrap()["data"],
        json!({ "jsonLd": [{ "@type": "Product" }], "definitions": [{ "Weight": "2 kg" }] })
    );
    assert_eq!(response.notes.len(), 3, "{:?}", response.notes);
    let bench = page(json!({ "data": {} })).await;
    let response = bench.ask("extract", "a", json!({})).await;
    assert!(
        response.ok && response.notes[0].contains("no data that is marked"),
        "{:?}",
        response.notes
    );
}

#[tokio::test]
async fn a_result_fits_its_schema_or_is_an_error_with_what_was_found() {
    let bench = page(lamps()).await;
    let nullable = schema(&json!({ "type": ["number", "null"] }));
    let ask = |schema: &Value| json!({ "list": ".lamp", "schema": schema });
    let result = bench.done("extract", "a", ask(&nullable)).await;
    assert_eq!(
        result["items"],
        json!([{ "name": "Lamp", "price": 1234.5 }, { "name": "Sofa", "price": 1299 }, { "name": "Bed", "price": null }])
    );
    let strict = schema(&json!({ "type": "number" }));
    let response = bench.fails(Kind::NotFound, "extract", "a", ask(&strict)).await;
    let error = response.error.unwrap();
    assert_eq!(error.message, "the property `price` of item 3 is not found");
    assert_eq!(response.result.unwrap()["items"][0]["price"], "1,234.50 €");
}

#[tokio::test]
async fn what_does_not_go_together_is_refused() {
    let bench = page(lamps()).await;
    let list = schema(&json!({ "type": "number" }));
    for (args, why) in [
        (json!({ "fields": "a", "schema": list }), "does not go with `--fields`"),
        (json!({ "schema": list }), "nothing says what its items are"),
        (
            json!({ "schema": { "type": "string" }, "list": "li" }),
            "neither `object` nor `array`",
        ),
        (json!({ "fields": "a,,b" }), "a name without a letter"),
        (json!({ "fields": "" }), "a name without a letter"),
        (json!({ "list": "role:buton" }), "buton"),
        (json!({ "list": "li", "max": 100_000 }), "`--max` is at most 10000"),
    ] {
        let response = bench.fails(Kind::Usage, "extract", "a", args).await;
        let message = response.error.unwrap().message;
        assert!(message.contains(why), "{message}");
    }
    let bench = page(json!({})).await;
    let response = bench
        .fails(Kind::NotFound, "extract", "a", json!({ "list": "li" }))
        .await;
    assert!(response.error.unwrap().hint.unwrap().contains("snapshot"));
}

#[tokio::test]
async fn a_read_only_session_may_extract() {
    let bench = Bench::new();
    let open = json!({ "url": "http://shop.test/", "access": "read-only" });
    bench.done("open", "a", open).await;
    bench.done("extract", "a", json!({})).await;
}
