//! Documents that are no ordinary pages, and one that allows no script: what looks at pages has to look at these, too.

use std::fmt::Write as _;

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::Response,
};

use crate::page::{html, message, typed, with_header, with_status};

const XML: &str = "<?xml version=\"1.0\"?>\n<stock><lamp price=\"24.00\">Desk lamp</lamp><chair/></stock>\n";

/// XML without a style sheet is shown by a page of the browser's own; with one, as it is.
const STYLED_XML: &str = "<?xml version=\"1.0\"?>\n<?xml-stylesheet type=\"text/css\" href=\"/style.css\"?>\n\
    <stock><lamp price=\"24.00\">Desk lamp</lamp><chair/></stock>\n";

const XHTML: &str = "<?xml version=\"1.0\"?>\n<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>XHTML</title></head>\
    <body><p>A paragraph<br/></p><?note for nobody?><button>A button</button>\
    <input type=\"password\" value=\"secret\"/></body></html>\n";

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"200\" height=\"100\"><title>A drawing</title>\
    <text y=\"20\">Drawn text</text><a href=\"/title/Drawn\"><text y=\"60\">A drawn link</text></a></svg>\n";

const FRAMESET: &str = "<!doctype html><title>Frameset</title><link rel=\"icon\" href=\"data:,\">\
    <frameset cols=\"50%,50%\"><frame src=\"/title/Left\"><frame src=\"/title/Right\"></frameset>\n";

/// No script, no style, no frame, no request, and no string that becomes markup.
const POLICY: &str = "default-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const STRICT: &str = "<!doctype html><title>Strict</title><h1>Strict</h1><form><label>Name <input value=\"now\"></label>\
    <button>Send</button></form>\n";

/// `/document/KIND`.
pub(super) async fn document(Path(kind): Path<String>) -> Response {
    match &*kind {
        "xml" => typed("application/xml; charset=utf-8", XML),
        "styled-xml" => typed("application/xml; charset=utf-8", STYLED_XML),
        "xhtml" => typed("application/xhtml+xml; charset=utf-8", XHTML),
        "svg" => typed("image/svg+xml", SVG),
        "text" => typed("text/plain; charset=utf-8", "Plain text & no <b>markup</b>\n"),
        "pdf" => typed("application/pdf", pdf()),
        "frameset" => html(FRAMESET),
        "strict" => with_header(header::CONTENT_SECURITY_POLICY, POLICY, html(STRICT)),
        "sandboxed" => with_header(header::CONTENT_SECURITY_POLICY, "sandbox", html(STRICT)),
        _ => with_status(StatusCode::NOT_FOUND, message("Not found", "no such kind of document")),
    }
}

/// One page with one line of text; its table of objects says where each begins.
fn pdf() -> String {
    let text = "BT /F1 24 Tf 20 50 Td (Hello from a PDF) Tj ET";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 100] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        // Writing into a string does not fail.
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        let _ = writeln!(file, "{} 0 obj\n{object}\nendobj", index + 1);
    }
    let start = file.len();
    let _ = write!(
        file,
        "{table}trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    );
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_pdf_says_where_its_objects_begin() {
        let file = pdf();
        let table = file.split_once("xref\n").unwrap().1;
        for (number, line) in (1..=5).zip(table.lines().skip(2)) {
            let at: usize = line[..10].parse().unwrap();
            assert!(file[at..].starts_with(&format!("{number} 0 obj")), "{line}");
        }
    }
}
