//! A request with its redirects: the cookies of each address go along, and each hop is asked about before it is made.

use std::net::IpAddr;
use std::time::SystemTime;

use http::header::{AUTHORIZATION, COOKIE, HOST, LOCATION, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use url::Url;

use super::connect::{connect, unreachable};
use crate::backend::Cookie;
use crate::error::{Error, Kind, Result};

/// How much of an answer's body is read.
pub(crate) const MOST_BYTES: usize = 8 * 1024 * 1024;

/// What a server is asked.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) url: Url,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Vec<u8>>,
    /// How many redirects are followed; with 0, one is an answer.
    pub(crate) max_redirects: Option<u32>,
    /// Whatever the server's certificate is.
    pub(crate) insecure: bool,
}

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) url: Url,
    pub(crate) redirected: bool,
    pub(crate) status: StatusCode,
    pub(crate) reason: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Decides on each hop, before and after its name is resolved, and is told what becomes of it.
pub(crate) trait Watch: Send + Sync {
    /// Whether that may be asked.
    fn address(&self, url: &Url) -> Result<()>;
    /// Whether that place may be connected to.
    fn place(&self, at: IpAddr, port: u16) -> Result<()>;
    /// This is to be asked next.
    fn begins(&self, url: &Url, method: &Method, headers: &HeaderMap);
    /// It was answered; the body comes after that.
    fn answered(&self, status: StatusCode, headers: &HeaderMap);
    /// It is over, with so many bytes of a body; of a redirect, none is read.
    fn ends(&self, bytes: Option<usize>);
    /// It failed.
    fn fails(&self, error: &Error);
}

/// The cookies that go along, and what was set on the way.
#[derive(Debug, Default)]
pub(crate) struct Jar {
    cookies: Vec<Cookie>,
    /// What the answers set, in order.
    pub(crate) set: Vec<Cookie>,
}

impl Jar {
    /// The cookies of a context.
    pub(crate) fn new(cookies: Vec<Cookie>) -> Self {
        Self {
            cookies,
            set: Vec::new(),
        }
    }

    fn header(&self, url: &Url) -> Option<HeaderValue> {
        let now = SystemTime::now();
        let mut sent: Vec<&Cookie> = self.cookies.iter().collect();
        sent.retain(|cookie| cookie.is_sent_to(url) && !cookie.is_over(now));
        sent.sort_by_key(|cookie| std::cmp::Reverse(cookie.depth()));
        let pairs = sent.into_iter().map(Cookie::pair);
        // What a browser keeps need not be what may be sent.
        let pairs: Vec<_> = pairs
            .filter(|pair| HeaderValue::from_bytes(pair.as_bytes()).is_ok())
            .collect();
        let line = HeaderValue::from_bytes(pairs.join("; ").as_bytes()).ok();
        line.filter(|line| !line.is_empty())
    }

    fn take(&mut self, headers: &HeaderMap, url: &Url) {
        let now = SystemTime::now();
        let lines = headers.get_all(SET_COOKIE).iter().map(HeaderValue::as_bytes);
        let lines = lines.filter_map(|line| std::str::from_utf8(line).ok());
        for cookie in lines.filter_map(|line| Cookie::parse(line, url, now)) {
            for list in [&mut self.cookies, &mut self.set] {
                list.retain(|old| !old.is_same(&cookie));
                list.push(cookie.clone());
            }
        }
    }
}

/// Asks, follows redirects, and reads the whole answer.
pub(crate) async fn exchange(ask: Ask, jar: &mut Jar, watch: &dyn Watch) -> Result<Answer> {
    let most = ask.max_redirects.unwrap_or(20);
    let mut next = ask;
    let mut hops = 0;
    let failed = |error: Error| {
        watch.fails(&error);
        error
    };
    loop {
        let request = request(&next, jar);
        watch.begins(&next.url, request.method(), request.headers());
        let response = hop(&next, request, watch).await.map_err(failed)?;
        watch.answered(response.status(), response.headers());
        jar.take(response.headers(), &next.url);
        let target = redirect(response.status(), response.headers(), &next.url);
        match target.filter(|_| most > 0) {
            Some(_) if hops >= most => {
                return Err(failed(unreachable(&next.url, &format!("more than {most} redirects"))));
            }
            Some(target) => {
                watch.ends(None);
                hops += 1;
                follow(&mut next, target, response.status());
            }
            None => {
                let answer = read(response, next.url, hops > 0).await.map_err(failed)?;
                watch.ends(Some(answer.body.len()));
                return Ok(answer);
            }
        }
    }
}

/// What goes to the server, with the cookies of its address.
fn request(ask: &Ask, jar: &Jar) -> Request<Full<Bytes>> {
    let url = &ask.url;
    let mut request = Request::new(Full::new(Bytes::from(ask.body.clone().unwrap_or_default())));
    *request.method_mut() = ask.method.clone();
    let headers = request.headers_mut();
    headers.clone_from(&ask.headers);
    if let Some(line) = jar.header(url).filter(|_| !ask.headers.contains_key(COOKIE)) {
        headers.insert(COOKIE, line);
    }
    request
}

async fn hop(ask: &Ask, mut request: Request<Full<Bytes>>, watch: &dyn Watch) -> Result<http::Response<Incoming>> {
    let url = &ask.url;
    watch.address(url)?;
    let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
    *request.uri_mut() = path
        .parse()
        .map_err(|error: http::uri::InvalidUri| unreachable(url, &error))?;
    let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let host = HeaderValue::from_str(host).map_err(|error| unreachable(url, &error))?;
    request.headers_mut().insert(HOST, host);
    let stream = connect(url, ask.insecure, &|at, port| watch.place(at, port)).await?;
    let failed = |error: hyper::Error| unreachable(url, &error);
    let (mut sender, connection) = http1::handshake(stream).await.map_err(failed)?;
    // It ends with the answer's body, or when that is dropped.
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended");
        }
    });
    sender.send_request(request).await.map_err(failed)
}

/// Where an answer sends on to.
fn redirect(status: StatusCode, headers: &HeaderMap, from: &Url) -> Option<Url> {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let to = String::from_utf8_lossy(headers.get(LOCATION)?.as_bytes()).into_owned();
    from.join(&to).ok()
}

/// The request that follows a redirect (Fetch, HTTP-redirect fetch).
fn follow(ask: &mut Ask, to: Url, status: StatusCode) {
    let becomes_get = match status.as_u16() {
        301 | 302 => ask.method == Method::POST,
        303 => !matches!(ask.method, Method::GET | Method::HEAD),
        _ => false,
    };
    if becomes_get {
        ask.method = Method::GET;
        ask.body = None;
        for name in [
            "content-type",
            "content-encoding",
            "content-language",
            "content-location",
        ] {
            ask.headers.remove(name);
        }
    }
    if to.origin() != ask.url.origin() {
        ask.headers.remove(AUTHORIZATION);
        ask.headers.remove(COOKIE);
    }
    ask.url = to;
}

async fn read(response: http::Response<Incoming>, url: Url, redirected: bool) -> Result<Answer> {
    let (head, mut incoming) = response.into_parts();
    let mut body = Vec::new();
    while let Some(frame) = incoming.frame().await {
        let frame = frame.map_err(|error| unreachable(&url, &error))?;
        if let Ok(bytes) = frame.into_data() {
            if body.len() + bytes.len() > MOST_BYTES {
                let most = MOST_BYTES / 1024 / 1024;
                return Err(unreachable(&url, &format!("the answer is larger than {most} MiB")));
            }
            body.extend_from_slice(&bytes);
        }
    }
    let told = head.extensions.get::<hyper::ext::ReasonPhrase>();
    let reason = told.map(|told| String::from_utf8_lossy(told.as_bytes()).into_owned());
    Ok(Answer {
        url,
        redirected,
        status: head.status,
        reason: reason.unwrap_or_else(|| head.status.canonical_reason().unwrap_or_default().to_owned()),
        headers: head.headers,
        body,
    })
}

/// Headers that are the connection's, and no caller's.
const OURS: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Headers of lines as `name: value`.
///
/// # Errors
/// [`Kind::Usage`] for a line that is none, or that is not a caller's to set; never with its value.
pub(crate) fn headers(lines: &[String]) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let name = name.trim().to_ascii_lowercase();
        let wrong = |why: &str| Error::new(Kind::Usage, format!("the header `{name}` {why}"));
        if OURS.contains(&name.as_str()) {
            return Err(wrong("is not a caller's to set"));
        }
        let read = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong("has no name that may be sent"))?;
        let value =
            HeaderValue::from_bytes(value.trim().as_bytes()).map_err(|_| wrong("has a value that may not be sent"))?;
        headers.append(read, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(method: Method) -> Ask {
        Ask {
            url: Url::parse("http://a.test/x").unwrap(),
            method,
            headers: headers(&["Authorization: s".into(), "Content-Type: t".into(), "X-A: 1".into()]).unwrap(),
            body: Some(b"body".to_vec()),
            max_redirects: None,
            insecure: false,
        }
    }

    #[test]
    fn a_redirect_keeps_or_drops_what_the_standard_says() {
        for (method, status, to, becomes, keeps_secrets) in [
            (Method::POST, 302, "http://a.test/y", "GET", true),
            (Method::PUT, 302, "http://a.test/y", "PUT", true),
            (Method::PUT, 303, "http://a.test/y", "GET", true),
            (Method::HEAD, 303, "http://a.test/y", "HEAD", true),
            (Method::POST, 307, "http://b.test/y", "POST", false),
            (Method::POST, 308, "https://a.test/y", "POST", false),
            (Method::GET, 301, "http://a.test:81/", "GET", false),
        ] {
            let mut asked = ask(method.clone());
            follow(
                &mut asked,
                Url::parse(to).unwrap(),
                StatusCode::from_u16(status).unwrap(),
            );
            assert_eq!(asked.method.as_str(), becomes, "{method} {status}");
            assert_eq!(asked.body.is_some(), asked.method == method, "{method} {status}");
            assert_eq!(asked.headers.contains_key("content-type"), asked.method == method);
            assert_eq!(asked.headers.contains_key(AUTHORIZATION), keeps_secrets, "{to}");
            assert!(asked.headers.contains_key("x-a"));
        }
    }

    #[test]
    fn a_caller_sets_no_header_of_the_connection() {
        for line in [
            "Host: a",
            "content-length: 1",
            "Transfer-Encoding: chunked",
            ": a",
            "a b: c",
            "a: s3cret\r\nb: c",
        ] {
            let error = headers(&[line.to_owned()]).unwrap_err();
            assert_eq!(error.kind(), Kind::Usage, "{line}");
            assert!(!error.to_string().contains("s3cret"));
        }
    }

    #[test]
    fn the_jar_takes_what_answers_set() {
        let url = Url::parse("http://a.test/").unwrap();
        let mut jar = Jar::new(vec![]);
        let mut answer = HeaderMap::new();
        answer.append(SET_COOKIE, HeaderValue::from_static("a=1"));
        answer.append(SET_COOKIE, HeaderValue::from_static("b=2; Max-Age=0"));
        jar.take(&answer, &url);
        assert_eq!(jar.header(&url).unwrap(), "a=1");
        assert_eq!(jar.set.len(), 2);
        assert_eq!(jar.header(&Url::parse("http://b.test/").unwrap()), None);
    }
}
