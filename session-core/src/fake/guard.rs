//! What every call of the fake goes through: faults, the deadline, and the death of what it waits for.

use std::future::Future;

use tokio::sync::watch;

use super::control::{Fault, Method};
use super::engine::Engine;
use super::state::Renderer;
use super::world::Shared;
use crate::backend::PageKey;
use crate::call::Call;
use crate::error::{Error, Kind, Result};

/// What a call needs to be alive.
#[derive(Clone, Copy, Debug)]
pub(super) enum Needs<'a> {
    Browser,
    /// The page, even if its renderer hangs or has crashed.
    Page(&'a PageKey),
    /// The page, and a renderer that answers.
    Renderer(&'a PageKey),
}

/// Runs one call of a browser or page.
pub(super) async fn guarded<T>(
    engine: &std::sync::Arc<Engine>,
    needs: Needs<'_>,
    method: Method,
    call: &Call,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let renderer = match needs {
        Needs::Browser => None,
        Needs::Page(page) | Needs::Renderer(page) => Some(renderer_of(engine, page)?),
    };
    let healthy = matches!(needs, Needs::Renderer(_));
    if let Some(error) = renderer
        .as_ref()
        .and_then(|renderer| trouble(*renderer.borrow(), healthy))
    {
        return Err(error);
    }
    let faulty = async {
        strike(engine, needs, method).await?;
        if let (true, Some(renderer)) = (healthy, &renderer) {
            // Any error means that the page is gone, which `ends` tells.
            let _ = renderer.clone().wait_for(|now| *now != Renderer::Looping).await;
        }
        work.await
    };
    let alive = async {
        tokio::select! {
            biased;
            error = ends(engine, renderer.clone(), healthy) => Err(error),
            result = faulty => result,
        }
    };
    call.bound(&format!("`{method:?}`"), alive).await
}

/// Runs one call of the backend.
pub(super) async fn launching<T>(
    shared: &Shared,
    method: Method,
    call: &Call,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let faulty = async {
        match shared.faults.take(method) {
            Some(Fault::Fail(kind, message)) => return Err(Error::new(kind, message)),
            Some(Fault::Delay(time)) => shared.clock.sleep(time).await,
            Some(Fault::Hang) => std::future::pending().await,
            Some(Fault::LoseBrowser | Fault::CrashPage) => {
                return Err(Error::new(Kind::NotStarted, "the browser died while it started"));
            }
            None => {}
        }
        work.await
    };
    call.bound(&format!("`{method:?}`"), faulty).await
}

async fn strike(engine: &std::sync::Arc<Engine>, needs: Needs<'_>, method: Method) -> Result<()> {
    match engine.shared.faults.take(method) {
        None => Ok(()),
        Some(Fault::Fail(kind, message)) => Err(Error::new(kind, message)),
        Some(Fault::Delay(time)) => {
            engine.shared.clock.sleep(time).await;
            Ok(())
        }
        Some(Fault::Hang) => std::future::pending().await,
        Some(Fault::LoseBrowser) => {
            engine.die("the browser's process has ended");
            Err(engine.lost())
        }
        Some(Fault::CrashPage) => {
            if let Needs::Page(page) | Needs::Renderer(page) = needs {
                engine.crash(page);
            }
            Err(crashed())
        }
    }
}

/// Waits until the browser or the page is gone.
async fn ends(engine: &Engine, renderer: Option<watch::Receiver<Renderer>>, healthy: bool) -> Error {
    let mut death = engine.death();
    let page_ends = async {
        let Some(mut renderer) = renderer else {
            return std::future::pending().await;
        };
        // A tab that is removed tells `Closed` first: an error means the same.
        let last = renderer
            .wait_for(|now| trouble(*now, healthy).is_some())
            .await
            .map_or(Renderer::Closed, |now| *now);
        trouble(last, healthy).unwrap_or_else(gone)
    };
    tokio::select! {
        biased;
        _ = death.wait_for(Option::is_some) => engine.lost(),
        error = page_ends => error,
    }
}

fn renderer_of(engine: &Engine, page: &PageKey) -> Result<watch::Receiver<Renderer>> {
    if engine.is_dead() {
        return Err(engine.lost());
    }
    let state = engine.state();
    state
        .pages
        .get(page)
        .map(|tab| tab.renderer.subscribe())
        .ok_or_else(gone)
}

fn trouble(renderer: Renderer, healthy: bool) -> Option<Error> {
    match renderer {
        Renderer::Closed => Some(gone()),
        Renderer::Crashed if healthy => Some(crashed()),
        _ => None,
    }
}

/// The error of everything that a closed page is asked.
pub(super) fn gone() -> Error {
    Error::new(Kind::PageGone, "the page was closed")
}

fn crashed() -> Error {
    Error::new(Kind::PageCrashed, "the page's renderer crashed")
}
