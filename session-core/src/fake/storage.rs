//! Cookies from outside of the page.

use async_trait::async_trait;
use serde_json::Value;

use super::browser::FakeBrowser;
use super::control::Method;
use super::cookies::Cookie;
use super::guard::{Needs, guarded};
use crate::backend::{ContextKey, Storage};
use crate::call::Call;
use crate::error::{Error, Kind, Result};

#[async_trait]
impl Storage for FakeBrowser {
    async fn cookies(&self, context: &ContextKey, call: &Call) -> Result<Vec<Value>> {
        let work = async {
            let mut state = self.engine.state();
            let jar = jar_of(&state, context)?;
            let cookies = state.jars.entry(jar).or_default().all().iter();
            Ok(cookies.filter_map(|cookie| serde_json::to_value(cookie).ok()).collect())
        };
        guarded(&self.engine, Needs::Browser, Method::Cookies, call, work).await
    }

    async fn clear_cookies(&self, context: &ContextKey, call: &Call) -> Result<()> {
        let work = async {
            let mut state = self.engine.state();
            let jar = jar_of(&state, context)?;
            state.jars.remove(&jar);
            Ok(())
        };
        guarded(&self.engine, Needs::Browser, Method::SetCookies, call, work).await
    }

    async fn set_cookies(&self, context: &ContextKey, cookies: &[Value], call: &Call) -> Result<()> {
        let work = async {
            let cookies: Result<Vec<Cookie>> = cookies.iter().map(read).collect();
            let cookies = cookies?;
            let mut state = self.engine.state();
            let jar = jar_of(&state, context)?;
            let jar = state.jars.entry(jar).or_default();
            for cookie in cookies {
                jar.set(cookie);
            }
            Ok(())
        };
        guarded(&self.engine, Needs::Browser, Method::SetCookies, call, work).await
    }
}

fn jar_of(state: &super::state::State, context: &ContextKey) -> Result<String> {
    let known = state.contexts.get(&context.0).map(|context| context.jar.clone());
    known.ok_or_else(|| Error::new(Kind::Usage, format!("this browser has no context `{}`", context.0)))
}

fn read(cookie: &Value) -> Result<Cookie> {
    serde_json::from_value(cookie.clone())
        .map_err(|error| Error::new(Kind::Usage, format!("failed to read a cookie: {error}")))
}
