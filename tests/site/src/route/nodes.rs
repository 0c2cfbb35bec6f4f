//! A shop with as many elements as asked for: what a large page of lists, links and forms is made of.

use std::fmt::Write as _;

use axum::{extract::Path, response::Response};

use crate::page;

/// The elements of one product.
const EACH: u32 = 10;

/// The elements around the products.
const AROUND: u32 = 6;

/// The largest page.
const MOST: u32 = 200_000;

/// `/nodes/COUNT`: a document of about so many elements.
pub(super) async fn nodes(Path(count): Path<u32>) -> Response {
    let count = count.min(MOST);
    let mut text = String::from("<!doctype html><html lang=en><head><title>Nodes</title></head><body><main>");
    for number in 1..=count.saturating_sub(AROUND) / EACH {
        // Writing into a string does not fail.
        let _ = writeln!(
            text,
            "<article><h2><a href=\"/product/{number}\">Product {number}</a></h2>\
             <p>About <b>product {number}</b>, of which there are few left</p><img alt=\"Picture {number}\" \
             src=\"data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=\">\
             <div><label><input type=checkbox> Compare</label><button>Add to cart</button></div></article>"
        );
    }
    text.push_str("</main></body></html>");
    page::html(text)
}
