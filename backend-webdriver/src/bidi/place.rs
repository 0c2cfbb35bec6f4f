//! Where a function runs: in the realm of the document that shows.
//!
//! Chromium's driver tells realms by events, and loses track of the one that a popup's first document takes over: there a
//! function is called in a realm by its id, which it is told for our own world, too, since a preload script makes that
//! in each document. Firefox looks for a realm's id in every page that there is, so that one which hangs would hold up
//! all: there a function is called in the page or frame, with an object of the realm that is meant.

use std::time::Duration;

use greenroom_session_core::backend::{FrameKey, World};
use tokio::time::timeout;

use super::error::Native;
use super::evaluate::options;
use super::facts::{Facts, Realm, sandbox};
use super::page::BidiPage;
use super::protocol::script::{CallFunction, GetRealms, Ownership, Target};

/// How long the realm of a new document is waited for.
const REALM_COMES: Duration = Duration::from_millis(500);

/// Where a function is called.
pub(crate) struct Place<'a> {
    pub(crate) target: Target<'a>,
    /// The realm that is meant, where it is known.
    pub(crate) realm: Option<Realm>,
    /// The call has to be kept from running in another realm.
    pub(crate) is_guarded: bool,
}

impl BidiPage {
    /// The place of a world in the document that shows.
    pub(crate) async fn place<'a>(
        &self,
        frame: Option<&FrameKey>,
        context: &'a str,
        world: World,
    ) -> Result<Place<'a>, Native> {
        let is_guarded = !self.is_chromium();
        let realm = if is_guarded {
            Some(self.realm_with_handle(frame, context, world).await?)
        } else {
            self.realm_by_id(frame, context, world).await?
        };
        let target = match &realm {
            Some(realm) if !is_guarded => Target::Realm {
                realm: realm.id.clone(),
            },
            _ => Target::Context {
                context,
                sandbox: sandbox(world),
            },
        };
        Ok(Place {
            target,
            realm,
            is_guarded,
        })
    }

    /// A realm that is told by events; `None`: it is not told.
    async fn realm_by_id(
        &self,
        frame: Option<&FrameKey>,
        context: &str,
        world: World,
    ) -> Result<Option<Realm>, Native> {
        let known = |facts: &Facts| facts.realm(context, world).cloned();
        if let Some(realm) = known(&self.facts.borrow()) {
            return Ok(Some(realm));
        }
        let ask = self.wire.ask(GetRealms { context });
        let told = self.unless_gone(frame, None, ask).await?;
        self.facts.send_modify(|facts| {
            for realm in &told.realms {
                facts.learn(realm);
            }
        });
        let comes = async {
            let mut facts = self.facts.subscribe();
            let _ = facts.wait_for(|facts| known(facts).is_some()).await;
            Ok(())
        };
        // None comes where the driver has not made our world; it makes one when it is asked for.
        let waited = timeout(REALM_COMES, self.unless_gone(frame, None, comes)).await;
        waited.unwrap_or(Ok(()))?;
        Ok(known(&self.facts.borrow()))
    }

    /// A realm with an object of its own, which is asked for once.
    async fn realm_with_handle(&self, frame: Option<&FrameKey>, context: &str, world: World) -> Result<Realm, Native> {
        if let Some(realm) = self.facts.borrow().realm(context, world) {
            return Ok(realm.clone());
        }
        let ask = CallFunction {
            function_declaration: String::from("() => ({})"),
            await_promise: false,
            target: Target::Context {
                context,
                sandbox: sandbox(world),
            },
            arguments: Vec::new(),
            result_ownership: Ownership::Root,
            serialization_options: Some(options(0)),
            user_activation: false,
        };
        let called = self.unless_gone(frame, None, self.wire.ask(ask)).await?;
        let realm = Realm {
            id: called.realm,
            handle: called.result.handle,
        };
        self.facts
            .send_modify(|facts| facts.realm_came(context, world, realm.clone()));
        Ok(realm)
    }
}
