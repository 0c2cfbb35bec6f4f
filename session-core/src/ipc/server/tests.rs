//! The socket's promises, tried with a real socket.

use std::path::PathBuf;

use super::*;
use crate::ipc::{Address, Client};

/// Answers `echo` with its arguments, and waits for ever on `wait`, telling when it was cancelled.
struct Echo {
    cancelled: tokio::sync::mpsc::UnboundedSender<()>,
}

#[async_trait]
impl Handler for Echo {
    async fn handle(&self, request: Request, cancel: CancellationToken) -> Response {
        if request.op == "wait" {
            let told = self.cancelled.clone();
            tokio::spawn(async move {
                cancel.cancelled().await;
                told.send(()).unwrap();
            });
            std::future::pending::<()>().await;
        }
        Response {
            ok: true,
            result: Some(request.args),
            ..Response::default()
        }
    }
}

struct Daemon {
    address: Address,
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
    cancelled: tokio::sync::mpsc::UnboundedReceiver<()>,
    _base: tempfile::TempDir,
}

fn daemon() -> Daemon {
    let base = tempfile::tempdir().unwrap();
    let address = Address::new(&base.path().join("greenroom"), &PathBuf::from("/work"));
    address.prepare().unwrap();
    let listener = UnixListener::bind(address.socket()).unwrap();
    let stop = CancellationToken::new();
    let (tell, cancelled) = tokio::sync::mpsc::unbounded_channel();
    let socket = address.socket();
    let task = tokio::spawn(serve(
        listener,
        Arc::new(Echo { cancelled: tell }),
        stop.clone(),
        move || {
            std::fs::remove_file(socket).unwrap();
        },
    ));
    Daemon {
        address,
        stop,
        task,
        cancelled,
        _base: base,
    }
}

fn request(op: &str) -> Request {
    Request {
        protocol: PROTOCOL,
        op: op.into(),
        args: serde_json::json!([1, "ü"]),
        ..Request::default()
    }
}

/// Runs the blocking client beside the server.
async fn with_client<T: Send + 'static>(address: &Address, work: impl FnOnce(Client) -> T + Send + 'static) -> T {
    let address = address.clone();
    tokio::task::spawn_blocking(move || work(Client::connect(&address).unwrap()))
        .await
        .unwrap()
}

#[tokio::test]
async fn requests_on_one_connection_are_answered_in_turn() {
    let daemon = daemon();
    let answers = with_client(&daemon.address, |mut client| {
        [
            client.call(&request("echo")).unwrap(),
            client.call(&request("echo")).unwrap(),
        ]
    });
    for answer in answers.await {
        assert_eq!(answer.result.unwrap(), serde_json::json!([1, "ü"]));
    }
}

#[tokio::test]
async fn a_client_that_hangs_up_cancels_its_request() {
    let mut daemon = daemon();
    with_client(&daemon.address, |mut client| {
        client.set_patience(Some(Duration::from_millis(50))).unwrap();
        assert_eq!(client.call(&request("wait")).unwrap_err().kind(), Kind::DaemonLost);
    })
    .await;
    daemon.cancelled.recv().await.unwrap();
}

#[tokio::test]
async fn another_version_is_told_so() {
    let daemon = daemon();
    let answer = with_client(&daemon.address, |mut client| {
        client
            .call(&Request {
                protocol: 99,
                ..request("echo")
            })
            .unwrap()
    });
    let error = answer.await.error.unwrap();
    assert_eq!(error.kind, Kind::DaemonLost);
    assert!(error.hint.unwrap().contains("daemon stop"));
}

#[tokio::test]
async fn rubbish_ends_one_request_and_nothing_else() {
    let daemon = daemon();
    let socket = daemon.address.socket();
    tokio::task::spawn_blocking(move || {
        use std::io::{Read, Write};
        for rubbish in [
            &b"\xff\xff\xff\xffhello"[..],
            b"\x02\0\0\0no",
            b"GET / HTTP/1.1\r\n\r\n",
        ] {
            let mut stream = std::os::unix::net::UnixStream::connect(&socket).unwrap();
            stream.write_all(rubbish).unwrap();
            stream.shutdown(std::net::Shutdown::Write).unwrap();
            // A request of the right shape but no JSON is answered; what is no frame ends the connection.
            let _ = stream.read_to_end(&mut Vec::new());
        }
    })
    .await
    .unwrap();
    assert!(with_client(&daemon.address, |mut client| client.call(&request("echo")).unwrap().ok).await);
}

#[tokio::test]
async fn stopping_answers_who_was_there_and_takes_nobody_else() {
    let daemon = daemon();
    let waiting = std::os::unix::net::UnixStream::connect(daemon.address.socket()).unwrap();
    daemon.stop.cancel();
    let body = serde_json::to_vec(&request("echo")).unwrap();
    let mut stream = waiting.try_clone().unwrap();
    let answer = tokio::task::spawn_blocking(move || {
        frame::write(&mut stream, &body).unwrap();
        frame::read(&mut stream, frame::RESPONSE_LIMIT).unwrap()
    });
    assert!(answer.await.unwrap().is_some());
    drop(waiting);
    daemon.task.await.unwrap();
    assert!(matches!(
        Client::connect(&daemon.address),
        Err(crate::ipc::ConnectError::NoDaemon)
    ));
}
