//! Requests of a session that no page makes: with the context's cookies, and without a browser.

mod connect;
mod cookie;
mod exchange;

pub(crate) use exchange::{Answer, Ask, Jar, Watch, exchange, headers};
