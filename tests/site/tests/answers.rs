//! The site's own answers, asked for by hand over a bare connection: no browser and no client library in between.
#![expect(clippy::unwrap_used, reason = "a test stops at its first surprise")]

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use greenroom_test_site::Site;

/// Sends a request as HTTP/1.0, so that the answer ends with the connection, and splits it at the blank line.
fn ask(origin: &str, method: &str, target: &str, body: &str) -> (String, String) {
    let (head, body) = ask_bytes(origin, method, target, body);
    (head, String::from_utf8(body).unwrap())
}

fn ask_bytes(origin: &str, method: &str, target: &str, body: &str) -> (String, Vec<u8>) {
    let mut stream = connect(origin);
    let length = body.len();
    write!(
        stream,
        "{method} {target} HTTP/1.0\r\nHost: test\r\nX-Case: one\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    (
        String::from_utf8(answer[..end].to_vec()).unwrap().to_lowercase(),
        answer[end + 4..].to_vec(),
    )
}

fn connect(origin: &str) -> TcpStream {
    let stream = TcpStream::connect(origin.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

fn get(site: &Site, target: &str) -> (String, String) {
    ask(site.origin(), "GET", target, "")
}

/// Every value of an attribute in a document.
fn attributes<'a>(document: &'a str, name: &str) -> Vec<&'a str> {
    document
        .split(&format!(" {name}=\""))
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

#[test]
fn every_page_answers_and_refers_only_to_what_exists() {
    let site = Site::start_blocking();
    let pages = [
        "/",
        "/title/x",
        "/long",
        "/account",
        "/hostile",
        "/recorder",
        "/document/strict",
        "/document/sandboxed",
        "/document/frameset",
        "/never-loads",
        "/loop",
        "/console",
        "/console-flood",
        "/dialogs",
        "/popup",
        "/popup/child",
        "/frames",
        "/frame",
        "/frame/nested",
        "/framed?src=/frame&src=/title/x",
        "/framed/scaled",
        "/framed/between",
        "/framed/colour",
        "/worker",
        "/sw/",
        "/storage",
        "/stamp",
        "/state",
        "/downloads",
        "/post",
        "/headers",
        "/ws",
        "/events",
        "/hash",
        "/watched",
        "/history",
        "/history/2",
        "/large",
        "/drip?n=2&ms=0",
        "/slow?ms=1",
    ];
    for page in pages {
        let (head, body) = get(&site, page);
        assert!(head.starts_with("http/1.0 200"), "{page}: {head}");
        assert!(
            head.contains("content-type: text/html; charset=utf-8"),
            "{page}: {head}"
        );
        assert!(body.contains("<title>"), "{page}: {body}");
        for target in [attributes(&body, "href"), attributes(&body, "src")].concat() {
            let local = target
                .strip_prefix(site.other_origin())
                .unwrap_or(target)
                .replace("&amp;", "&");
            if !local.starts_with('/')
                || [
                    "/hang",
                    "/status/404",
                    "/download/cut.bin?cut=1",
                    "/download/slow.bin?kb=64&ms=200",
                ]
                .contains(&&*local)
            {
                continue;
            }
            let (head, _) = ask_bytes(site.origin(), "GET", &local, "");
            assert!(head.starts_with("http/1.0 200"), "{page} refers to {local}: {head}");
        }
    }
}

#[test]
fn scripts_are_scripts_and_the_style_may_be_cached() {
    let site = Site::start_blocking();
    for script in ["/app.js", "/worker.js", "/shared-worker.js", "/sw/sw.js"] {
        assert!(
            get(&site, script).0.contains("content-type: text/javascript"),
            "{script}"
        );
    }
    assert!(get(&site, "/style.css").0.contains("cache-control: max-age=3600"));
    let (head, body) = get(&site, "/api/items.json");
    assert!(head.contains("content-type: application/json"));
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&body).unwrap()[0]["sku"],
        "lamp"
    );
    assert!(
        ask_bytes(site.origin(), "GET", "/logo.png", "")
            .1
            .starts_with(b"\x89PNG\r\n")
    );
}

#[test]
fn statuses_and_redirects_are_as_asked() {
    let site = Site::start_blocking();
    for code in ["200", "404", "418", "500", "503"] {
        let (head, body) = get(&site, &format!("/status/{code}"));
        assert!(head.starts_with(&format!("http/1.0 {code}")), "{head}");
        assert!(body.contains(&format!("Status {code}")), "{body}");
    }
    assert_eq!(get(&site, "/status/204").1, "");
    for bad in ["/status/100", "/status/x", "/status/1000"] {
        assert!(get(&site, bad).0.starts_with("http/1.0 400"), "{bad}");
    }
    assert!(get(&site, "/nowhere").0.starts_with("http/1.0 404"));
    for (from, to) in [
        ("/redirect/3", "/redirect/2"),
        ("/redirect/1", "/"),
        ("/redirect-loop", "/redirect-loop"),
    ] {
        let (head, _) = get(&site, from);
        assert!(
            head.starts_with("http/1.0 302") && head.contains(&format!("location: {to}\r\n")),
            "{head}"
        );
    }
    let (head, _) = get(&site, "/redirect-to?status=307&url=%2Flong");
    assert!(
        head.starts_with("http/1.0 307") && head.contains("location: /long\r\n"),
        "{head}"
    );
}

#[test]
fn documents_are_of_their_kinds() {
    let site = Site::start_blocking();
    for (kind, content_type, begins) in [
        ("xml", "application/xml", "<?xml"),
        ("styled-xml", "application/xml", "<?xml"),
        ("xhtml", "application/xhtml+xml", "<?xml"),
        ("svg", "image/svg+xml", "<svg"),
        ("text", "text/plain", "Plain text"),
        ("pdf", "application/pdf", "%PDF-"),
    ] {
        let (head, body) = get(&site, &format!("/document/{kind}"));
        assert!(
            head.contains(&format!("content-type: {content_type}")),
            "{kind}: {head}"
        );
        assert!(body.starts_with(begins), "{kind}: {body}");
    }
    assert!(
        get(&site, "/document/strict")
            .0
            .contains("content-security-policy: default-src 'none'")
    );
    assert!(get(&site, "/document/none").0.starts_with("http/1.0 404"));
}

#[test]
fn names_from_addresses_are_escaped() {
    let site = Site::start_blocking();
    let (_, body) = get(&site, "/title/%3Cscript%3Ealert(1)%3C%2Fscript%3E");
    assert!(
        body.contains("<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>"),
        "{body}"
    );
    let (head, _) = get(&site, "/download/x?as=a%22%0D%0Aset-cookie:b");
    assert!(!head.contains("set-cookie"), "{head}");
}

#[test]
fn requests_are_written_down_by_both_listeners() {
    let site = Site::start_blocking();
    ask(site.origin(), "POST", "/post?a=1", "name=lamp");
    ask(site.other_origin(), "GET", "/title/other", "");
    let requests = site.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(
        (&*requests[0].method, &*requests[0].path, &*requests[0].query),
        ("POST", "/post", "a=1")
    );
    assert_eq!(
        (requests[0].text().as_str(), requests[0].header("x-case")),
        ("name=lamp", Some("one"))
    );
    assert_eq!(requests[0].origin, site.origin());
    assert_eq!(requests[1].origin, site.other_origin());
    site.clear_requests();
    assert!(site.requests().is_empty());
}

#[test]
fn sent_things_are_shown() {
    let site = Site::start_blocking();
    assert!(
        ask(site.origin(), "POST", "/post", "a=<b>")
            .1
            .contains("<pre id=\"body\">a=&lt;b&gt;</pre>")
    );
    assert!(get(&site, "/headers").1.contains("&quot;x-case&quot;: &quot;one&quot;"));
    let (_, body) = ask(site.origin(), "PUT", "/echo?q=1", "text");
    let echo: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (&echo["method"], &echo["query"], &echo["body"]),
        (&"PUT".into(), &"q=1".into(), &"text".into())
    );
    assert_eq!(echo["headers"]["host"], "test");
    let (head, _) = get(&site, "/cookies/set?name=value");
    assert!(
        head.contains("set-cookie: name=value; path=/") && head.contains("httponly"),
        "{head}"
    );
}

#[test]
fn bodies_have_the_size_asked_for() {
    let site = Site::start_blocking();
    assert_eq!(get(&site, "/large?kb=100").1.len(), 100 * 1024);
    let (_, bytes) = ask_bytes(site.origin(), "GET", "/binary?kb=2", "");
    assert_eq!((bytes.len(), bytes[255], bytes[256]), (2048, 255, 0));
    let (head, bytes) = ask_bytes(site.origin(), "GET", "/download/slow.bin?kb=3&ms=1", "");
    assert_eq!(bytes.len(), 3 * 1024);
    assert!(
        head.contains("content-disposition: attachment; filename=\"slow.bin\""),
        "{head}"
    );
    assert_eq!(get(&site, "/download/report.txt").1, "content of report.txt\n");
    assert_eq!(get(&site, "/drip?n=3&ms=1").1.matches("<p>piece").count(), 3);
}

#[test]
fn a_cut_download_ends_before_its_end() {
    let site = Site::start_blocking();
    let mut stream = connect(site.origin());
    stream
        .write_all(b"GET /download/cut.bin?cut=1 HTTP/1.1\r\nHost: test\r\n\r\n")
        .unwrap();
    let mut answer = Vec::new();
    // A reset is as good an end as a close.
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.contains("transfer-encoding: chunked"), "{answer}");
    assert!(
        !answer.ends_with("0\r\n\r\n"),
        "the last chunk must be missing: {answer}"
    );
}

#[test]
fn events_and_sockets_have_a_page_and_a_stream() {
    let site = Site::start_blocking();
    let mut stream = connect(site.origin());
    stream
        .write_all(b"GET /events?ms=1 HTTP/1.0\r\nHost: test\r\nAccept: text/event-stream\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.contains("text/event-stream") && answer.ends_with("event: end\ndata: done\n\n"),
        "{answer}"
    );

    let mut socket = connect(site.origin());
    socket
        .write_all(
            b"GET /ws HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
              Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        )
        .unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        socket.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    assert!(head.starts_with(b"HTTP/1.1 101"));
    // A masked text frame "hi" with a key of zeros, and the bare frame that must come back.
    socket.write_all(&[0x81, 0x82, 0, 0, 0, 0, b'h', b'i']).unwrap();
    let mut frame = [0; 4];
    socket.read_exact(&mut frame).unwrap();
    assert_eq!(&frame, &[0x81, 2, b'h', b'i']);
}

#[tokio::test]
async fn a_hanging_request_is_seen_and_ends_with_the_site() {
    let site = Site::start().await;
    let mut stream = connect(site.origin());
    stream.write_all(b"GET /hang HTTP/1.1\r\nHost: test\r\n\r\n").unwrap();
    let request = site.wait_for_request(|request| request.path == "/hang").await.unwrap();
    assert_eq!(request.method, "GET");
    assert_eq!(
        site.wait_for_request_blocking(|request| request.path == "/hang")
            .as_ref(),
        Ok(&request)
    );
    let address = site.origin().strip_prefix("http://").unwrap().to_owned();
    drop(site);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(answer.is_empty());
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn frames_name_the_other_origin() {
    let site = Site::start_blocking();
    let (_, body) = get(&site, "/frames");
    assert!(
        body.contains(&format!("src=\"{}/frame?name=cross\"", site.other_origin())),
        "{body}"
    );
    assert!(
        body.contains(&format!("src=\"{}/frame?name=site\"", site.other_site())),
        "{body}"
    );
    let (_, body) = get(&site, "/framed?src=%2Ftitle%2Fone&src=http%3A%2F%2Flocalhost%2F%22%3E");
    assert!(
        body.contains("id=\"frame-0\" title=\"frame 0\" src=\"/title/one\""),
        "{body}"
    );
    assert!(
        body.contains("id=\"frame-1\" title=\"frame 1\" src=\"http://localhost/&quot;&gt;\""),
        "{body}"
    );
    let (_, body) = ask(site.other_origin(), "GET", "/frame/nested", "");
    assert!(
        body.contains(&format!("src=\"{}/frame?name=nested-cross\"", site.origin())),
        "{body}"
    );
    assert_eq!(site.localhost_origin(), site.origin().replace("127.0.0.1", "localhost"));
}
