//! The two listeners, the thread that serves them, and the layer that writes each request down.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::Arc,
    thread::JoinHandle,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::Response,
};
use tokio::sync::oneshot;

use crate::{
    log::{Received, RequestLog},
    page, route,
};

/// Bodies over this size are refused: the log keeps them in memory.
const MAX_BODY: usize = 64 * 1024 * 1024;

/// What the handlers of one listener know.
#[derive(Clone, Debug)]
pub(crate) struct Listener {
    /// The origin of this listener.
    pub(crate) own: Arc<str>,
    /// The origin of the other one.
    pub(crate) other: Arc<str>,
    log: Arc<RequestLog>,
}

/// The serving thread; it is ended and joined on drop.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) origins: [Arc<str>; 2],
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(port: u16, log: &Arc<RequestLog>) -> io::Result<Self> {
        let (first, first_origin) = listen(port)?;
        let (second, second_origin) = listen(0)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let serve_first = serve(first, router(&first_origin, &second_origin, log));
        let serve_second = serve(second, router(&second_origin, &first_origin, log));
        let thread = std::thread::Builder::new().name("test-site".into()).spawn(move || {
            // Leaving `block_on` drops the runtime, and with it every connection, also those that hang on purpose.
            runtime.block_on(async {
                tokio::select! {
                    _ = stopped => {}
                    _ = serve_first => {}
                    _ = serve_second => {}
                }
            });
        })?;
        Ok(Self {
            origins: [first_origin, second_origin],
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in the thread has already been printed by its own hook.
            let _ = thread.join();
        }
    }
}

/// The same listener by the name that makes it another site for a browser.
pub(crate) fn as_localhost(origin: &str) -> String {
    origin.replace("127.0.0.1", "localhost")
}

fn listen(port: u16) -> io::Result<(TcpListener, Arc<str>)> {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    listener.set_nonblocking(true)?;
    let origin = format!("http://{}", listener.local_addr()?).into();
    Ok((listener, origin))
}

async fn serve(listener: TcpListener, router: Router) -> io::Result<()> {
    axum::serve(tokio::net::TcpListener::from_std(listener)?, router).await
}

fn router(own: &Arc<str>, other: &Arc<str>, log: &Arc<RequestLog>) -> Router {
    let listener = Listener {
        own: Arc::clone(own),
        other: Arc::clone(other),
        log: Arc::clone(log),
    };
    route::router()
        .layer(middleware::from_fn_with_state(listener.clone(), write_down))
        .with_state(listener)
}

/// Reads the whole body, writes the request down, then lets it through.
async fn write_down(State(listener): State<Listener>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return page::with_status(
            StatusCode::PAYLOAD_TOO_LARGE,
            page::message("Too large", "the body is too large"),
        );
    };
    listener.log.add(Received {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        origin: listener.own.to_string(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect(),
        body: body.to_vec(),
    });
    next.run(Request::from_parts(parts, Body::from(body))).await
}
