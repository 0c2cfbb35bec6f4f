//! The proxy before a driver that is played: what is passed on, what is counted, and each fault.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use greenroom_test_grid::{Fault, Proxy, Seen, request};
use serde_json::json;
use tungstenite::Message;

const WITHIN: Duration = Duration::from_secs(5);

/// A driver that answers a new session, and any WebSocket with what it is sent; it ends with the test's process.
fn driver() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || play(stream, &address.to_string()));
        }
    });
    format!("http://{address}")
}

fn play(mut stream: TcpStream, address: &str) {
    let mut begin = [0; 4096];
    let length = stream.peek(&mut begin).unwrap_or(0);
    let text = String::from_utf8_lossy(&begin[..length]).into_owned();
    if text.contains("Upgrade: websocket") {
        let Ok(mut socket) = tungstenite::accept(stream) else {
            return;
        };
        while let Ok(message) = socket.read() {
            if message.is_text() && socket.send(message).is_err() {
                return;
            }
        }
        return;
    }
    let _ = stream.read(&mut begin);
    assert!(text.contains(&format!("Host: {address}")), "{text}");
    let body = json!({"value": {"capabilities": {"webSocketUrl": format!("ws://{address}/session/1")}}}).to_string();
    let (first, second) = body.split_at(10);
    // In chunks, as a Grid may answer.
    let answer = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\n\r\n",
        first.len(),
        second.len()
    );
    let _ = stream.write_all(answer.as_bytes());
}

/// Asks for a session; the address of its WebSocket.
fn new_session(proxy: &Proxy) -> String {
    let answer = request("POST", &format!("{}/session", proxy.url()), Some(&json!({})), WITHIN).expect("an answer");
    assert_eq!(answer.status, 200);
    let url = answer.body["value"]["capabilities"]["webSocketUrl"].as_str();
    url.expect("an address").to_owned()
}

#[test]
fn requests_and_messages_go_through_and_are_counted() {
    let proxy = Proxy::before(&driver()).unwrap();
    let url = new_session(&proxy);
    assert_eq!(url, format!("{}/session/1", proxy.url().replace("http", "ws")));
    let (mut socket, _) = tungstenite::connect(&url).unwrap();
    let command = json!({"id": 1, "method": "script.evaluate"}).to_string();
    socket.send(Message::text(command.clone())).unwrap();
    assert_eq!(socket.read().unwrap(), Message::text(command));
    let seen: Vec<_> = proxy.seen();
    let expected = [
        ("POST", "/session", false),
        ("GET", "/session/1", false),
        ("script.evaluate", "/session/1", true),
    ];
    let expected = expected.map(|(method, path, message)| Seen {
        method: method.into(),
        path: path.into(),
        message,
    });
    assert_eq!(seen, expected);
    assert_eq!((proxy.count("/session"), proxy.count("script.evaluate")), (1, 1));
    proxy.forget();
    assert_eq!(proxy.seen(), []);
    proxy.cut();
    assert!(socket.read().is_err());
}

#[test]
fn faults_last_until_they_are_taken_back() {
    let proxy = Proxy::before(&driver()).unwrap();
    let status = || request("GET", &format!("{}/status", proxy.url()), None, WITHIN).map(|answer| answer.status);
    for (fault, code) in [(Fault::NotFound, 404), (Fault::BadGateway, 502), (Fault::None, 200)] {
        proxy.fail(fault);
        assert_eq!(status().unwrap(), code, "{fault:?}");
    }
    proxy.fail(Fault::Cut);
    assert!(status().is_err());
    proxy.fail(Fault::Hang);
    let url = format!("{}/status", proxy.url());
    assert!(request("GET", &url, None, Duration::from_millis(200)).is_err());
}

#[test]
fn a_websocket_can_be_refused_or_out_of_reach() {
    let proxy = Proxy::before(&driver()).unwrap();
    proxy.fail(Fault::RefuseWebSocket);
    let error = tungstenite::connect(new_session(&proxy)).unwrap_err();
    assert!(error.to_string().contains("403"), "{error}");
    proxy.fail(Fault::UnreachableWebSocket);
    assert_eq!(new_session(&proxy), "ws://127.0.0.1:1/session/1");
}

#[test]
fn a_driver_that_is_gone_is_a_bad_gateway() {
    let proxy = Proxy::before("http://127.0.0.1:1").unwrap();
    let answer = request("GET", &format!("{}/status", proxy.url()), None, WITHIN).unwrap();
    assert_eq!(answer.status, 502);
}

#[test]
fn who_hangs_is_let_go_when_the_proxy_ends() {
    let proxy = Proxy::before(&driver()).unwrap();
    proxy.fail(Fault::Hang);
    let url = format!("{}/status", proxy.url());
    let waiting = std::thread::spawn(move || request("GET", &url, None, Duration::from_mins(1)));
    while proxy.count("/status") == 0 {
        std::thread::yield_now();
    }
    drop(proxy);
    waiting.join().unwrap().unwrap_err();
}
