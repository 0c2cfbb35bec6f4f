//! Records of what was found; schemas, and what they make of it; data as JSON.

use serde_json::{Map, Value, from_value, json};

use super::*;
use crate::error::Kind;

fn found(items: Value) -> Vec<Vec<Found>> {
    from_value(items).unwrap()
}

fn lamps() -> Vec<Vec<Found>> {
    found(json!([
        [
            { "name": "name", "from": "class title", "values": ["Lamp"] },
            { "name": "price", "from": "class price", "values": ["1,234.50 €"] },
            { "name": "tag", "from": "class tag", "values": ["new", "blue"], "more": 2 },
        ],
        [
            { "name": "name", "from": "heading", "values": ["Sofa"] },
            { "name": "price", "from": "class price", "values": ["1,234 €"] },
            { "name": "link", "from": "link", "count": 3 },
        ],
        [{ "name": "name", "from": "class title", "values": ["Bed"] }],
    ]))
}

#[test]
fn fields_that_are_missing_or_not_clear_are_null_and_noted() {
    let records = Records::new(lamps(), &["name", "price", "link", "tag"]);
    assert_eq!(
        Value::from(records.items.clone()),
        json!([
            { "name": "Lamp", "price": "1,234.50 €", "link": null, "tag": ["new", "blue"] },
            { "name": "Sofa", "price": "1,234 €", "link": null, "tag": null },
            { "name": "Bed", "price": null, "link": null, "tag": null },
        ])
    );
    let expected = [
        "`price` is not found in 1 of 3 items",
        "`link` is not found in 2 of 3 items",
        "`link` is not clear in 1 of 3 items: there are for example 3 different ones by link",
        "`tag` is not found in 2 of 3 items",
        "left out: 2 more values of `tag`",
    ];
    assert_eq!(records.notes, expected);
    let from: Vec<_> = records.sources["name"]
        .iter()
        .map(|source| (&*source.from, source.items))
        .collect();
    assert_eq!(from, [("class title", 2), ("heading", 1)]);
}

#[test]
fn columns_are_what_half_of_the_items_have() {
    let records = Records::new(lamps(), &[]);
    assert_eq!(records.fields, ["name", "price"]);
    assert!(
        records.notes[0].contains("left out: `tag` (1), `link` (1); --fields"),
        "{:?}",
        records.notes
    );
    // Where no column is of so many, those of most are taken.
    let items = found(json!([
        [{ "name": "a", "from": "", "values": [1] }],
        [{ "name": "b", "from": "", "values": [2] }],
        [{ "name": "c", "from": "", "values": [3] }],
    ]));
    assert_eq!(Records::new(items, &[]).fields, ["a", "b", "c"]);
    assert!(Records::new(Vec::new(), &[]).items.is_empty());
}

fn apply(schema: &Value, items: &Value) -> Result<(Value, Vec<String>), crate::Error> {
    let items: Vec<Map<String, Value>> = from_value(items.clone()).unwrap();
    let mut notes = Vec::new();
    let read = Schema::parse(schema)?.apply(items, &mut notes)?;
    Ok((Value::from(read), notes))
}

fn of_property(property: &Value) -> Value {
    json!({ "type": "array", "items": { "type": "object", "properties": { "a": property }, "required": ["a"] } })
}

#[test]
fn values_are_read_as_their_types() {
    for (property, found, wanted) in [
        (json!({ "type": "number" }), json!("1,234.50 €"), json!(1234.5)),
        (json!({ "type": "number" }), json!("5"), json!(5)),
        (
            json!({ "type": "number", "x-decimal": "," }),
            json!("1,234"),
            json!(1.234),
        ),
        (json!({ "type": "integer" }), json!("(17)"), json!(17)),
        (json!({ "type": "boolean" }), json!(true), json!(true)),
        (json!({ "type": "boolean" }), json!(" No "), json!(false)),
        (json!({ "type": "string" }), json!("x"), json!("x")),
        (json!({ "type": "string" }), json!(true), json!("true")),
        (json!({}), json!(true), json!(true)),
        (json!({ "type": ["number", "null"] }), json!("ask us"), Value::Null),
        (json!({ "type": ["number", "null"] }), Value::Null, Value::Null),
        (
            json!({ "type": "array", "items": { "type": "number" } }),
            json!(["1", "2,5"]),
            json!([1, 2.5]),
        ),
        (json!({ "type": "array" }), json!("one"), json!(["one"])),
        (json!({ "enum": ["new", "old"] }), json!("new"), json!("new")),
        (
            json!({ "type": "number", "minimum": 1, "maximum": 5 }),
            json!("5"),
            json!(5),
        ),
    ] {
        let (read, _) = apply(&of_property(&property), &json!([{ "a": found }])).unwrap();
        assert_eq!(read, json!([{ "a": wanted }]), "{property} {found}");
    }
}

#[test]
fn what_does_not_fit_is_an_error_that_names_it() {
    for (property, found, why) in [
        (
            json!({ "type": "number" }),
            json!("ask us"),
            "`a` of item 1 is \"ask us\", which is no number: no number is in it",
        ),
        (
            json!({ "type": "number" }),
            json!("1,234"),
            "it can be read as two different numbers",
        ),
        (
            json!({ "type": "integer" }),
            json!("2.5"),
            "is \"2.5\", which is no integer",
        ),
        (json!({ "type": "boolean" }), json!("maybe"), "neither true nor false"),
        (json!({ "type": "string" }), Value::Null, "`a` of item 1 is not found"),
        (
            json!({ "type": "string" }),
            json!(["x", "y"]),
            "has 2 values where one string is wanted",
        ),
        (json!({ "enum": ["new"] }), json!("old"), "none of what it may be"),
        (
            json!({ "type": "number", "minimum": 3 }),
            json!("2"),
            "it is less than 3",
        ),
        (
            json!({ "type": "number", "exclusiveMaximum": 2 }),
            json!("2"),
            "it is not less than 2",
        ),
        (
            json!({ "type": "string", "minLength": 2 }),
            json!("x"),
            "at least 2 are wanted",
        ),
        (
            json!({ "type": "array", "maxItems": 1 }),
            json!(["x", "y"]),
            "has 2 values: at most 1 are wanted",
        ),
    ] {
        let error = apply(&of_property(&property), &json!([{ "a": found }])).unwrap_err();
        assert_eq!(error.kind(), Kind::NotFound);
        assert!(error.message().contains(why), "{}", error.message());
    }
}

#[test]
fn the_other_values_settle_what_a_comma_is() {
    let prices = json!([{ "a": "1,234" }, { "a": "12.50" }, { "a": "$7" }]);
    let (read, _) = apply(&of_property(&json!({ "type": "number" })), &prices).unwrap();
    assert_eq!(read, json!([{ "a": 1234 }, { "a": 12.5 }, { "a": 7 }]));
    let disagree = json!([{ "a": "1,234" }, { "a": "12.50" }, { "a": "7,5" }]);
    let property = json!({ "type": ["number", "null"] });
    let (read, notes) = apply(&of_property(&property), &disagree).unwrap();
    assert_eq!(read[0], json!({ "a": null }));
    assert!(
        notes[0].contains("`a` is null in 1 item, where it is \"1,234\""),
        "{notes:?}"
    );
}

#[test]
fn what_need_not_be_there_is_left_out() {
    let schema = json!({ "type": "object", "properties": { "a": { "type": "number" } } });
    assert_eq!(apply(&schema, &json!([{ "a": null }])).unwrap().0, json!([{}]));
    let schema = json!({ "type": "array", "minItems": 2, "items": schema });
    let error = apply(&schema, &json!([{ "a": "1" }])).unwrap_err();
    assert!(error.message().contains("at least 2 are wanted"), "{}", error.message());
}

#[test]
fn schemas_say_what_is_known_or_are_refused() {
    let object = |properties: Value| json!({ "type": "object", "properties": properties });
    let read = Schema::parse(&json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "array",
        "x-selector": ".product",
        "items": object(json!({ "link": { "type": "string", "format": "uri", "x-selector": "a", "x-attribute": "href" } })),
    }))
    .unwrap();
    assert!(read.is_list && read.list.is_some());
    assert_eq!(read.properties[0].attribute.as_deref(), Some("href"));
    for (schema, why) in [
        (json!([]), "no JSON object"),
        (json!({ "type": "string" }), "neither `object` nor `array`"),
        (json!({ "type": "array" }), "needs `items`"),
        (
            json!({ "type": "array", "items": { "type": "string" } }),
            "not `object`",
        ),
        (json!({ "type": "object" }), "no `properties`"),
        (
            object(json!({ "a": { "type": "object" } })),
            "its type `object` is none of",
        ),
        (
            object(json!({ "a": { "type": ["string", "number"] } })),
            "one type, and `null`",
        ),
        (
            object(json!({ "a": { "pattern": "x" } })),
            "`pattern` is not known here",
        ),
        (object(json!({ "a": { "$ref": "#/x" } })), "`$ref` is not known here"),
        (object(json!({ "a": { "x-selector": "e12" } })), "have no place there"),
        (
            object(json!({ "a": { "x-selector": "frame:#f >> b" } })),
            "have no place there",
        ),
        (object(json!({ "a": { "x-selector": "role:buton" } })), "role"),
        (object(json!({ "a": { "x-decimal": ";" } })), "neither `.` nor `,`"),
        (
            object(json!({ "a": { "type": "array", "items": { "type": ["string", "null"] } } })),
            "never `null`",
        ),
        (
            json!({ "type": "object", "properties": { "a": {} }, "required": ["b"] }),
            "`b` is required, but is no property",
        ),
    ] {
        let error = Schema::parse(&schema).unwrap_err();
        assert_eq!(error.kind(), Kind::Usage, "{schema}");
        assert!(error.message().contains(why), "{schema}: {}", error.message());
    }
}

#[test]
fn data_is_told_as_json_and_what_is_left_out_is_noted() {
    let raw: RawData = from_value(json!({
        "linked": ["{\"@type\":\"Product\",\"__proto__\":{\"x\":1}}", "{oops", null],
        "microdata": {
            "items": [[["https://schema.org/Product"], null, [
                ["name", ["Lamp"]], ["offers", [{ "item": [[], "urn:x", [["price", ["5"]]]] }, null]]
            ]]],
            "total": 3, "left": 1,
        },
        "tables": [
            { "caption": "Sizes", "columns": ["Size", "Width"], "rows": [["S", "1"], ["M", null]], "total": 5 },
            { "rows": [["a", "b"]], "total": 1 },
        ],
        "tablesLeft": { "hidden": 1, "layout": 0, "more": 0 },
        "definitions": [[["Colour", "red"], ["Colour", "blue"], ["Weight", "2 kg"]]],
        "forms": [{ "name": "Profile", "pairs": [["Email", "a@b.c"], ["News", true]] }],
        "meta": [["og:title", "Lamp"]],
        "repeated": {
            "groups": [{ "selector": ".card", "count": 3, "first": [{ "name": "name", "from": "", "values": ["Lamp"] }] }],
            "more": 1,
        },
    }))
    .unwrap();
    let mut notes = Vec::new();
    let told = Value::from(data(raw, &mut notes));
    assert_eq!(
        told,
        json!({
            "jsonLd": [{ "@type": "Product", "__proto__": { "x": 1 } }],
            "microdata": [{
                "type": ["https://schema.org/Product"],
                "properties": {
                    "name": ["Lamp"],
                    "offers": [{ "id": "urn:x", "properties": { "price": ["5"] } }, null],
                },
            }],
            "tables": [
                { "caption": "Sizes", "rows": [{ "Size": "S", "Width": "1" }, { "Size": "M", "Width": null }], "total": 5 },
                { "rows": [["a", "b"]], "total": 1 },
            ],
            "definitions": [{ "Colour": ["red", "blue"], "Weight": "2 kg" }],
            "forms": [{ "name": "Profile", "fields": { "Email": "a@b.c", "News": true } }],
            "repeated": [{ "selector": ".card", "count": 3, "first": { "name": "Lamp" } }],
            "meta": { "og:title": "Lamp" },
        })
    );
    assert_eq!(notes.len(), 7, "{notes:?}");
    assert!(data(RawData::default(), &mut Vec::new()).is_empty());
}
