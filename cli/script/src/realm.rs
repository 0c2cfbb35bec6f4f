//! A realm: QuickJS with its bounds, and our JavaScript in it.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use rquickjs::context::EvalOptions;
use rquickjs::{Context, Ctx, Function, Object, Persistent, Result, Runtime};

use crate::host::{self, Host};
use crate::loader::Shared;

/// How much memory a realm may take. Native functions do not look at the interrupt: this bounds their time, too.
const MEMORY: usize = 64 * 1024 * 1024;

/// How much of its thread's stack a realm may take.
const STACK: usize = 8 * 1024 * 1024;

/// Our JavaScript, one function of all the modules.
const PRELUDE: &str = concat!(
    "(function (host) {\n'use strict';\n",
    include_str!("js/describe.js"),
    include_str!("js/errors.js"),
    include_str!("js/timers.js"),
    include_str!("js/console.js"),
    include_str!("js/bytes.js"),
    include_str!("js/url.js"),
    include_str!("js/abort.js"),
    include_str!("js/clone.js"),
    include_str!("js/api.js"),
    include_str!("js/selector.js"),
    include_str!("js/values.js"),
    include_str!("js/locator.js"),
    include_str!("js/handle.js"),
    include_str!("js/equal.js"),
    include_str!("js/aria.js"),
    include_str!("js/expect-value.js"),
    include_str!("js/expect-web.js"),
    include_str!("js/expect.js"),
    include_str!("js/scope.js"),
    include_str!("js/frame.js"),
    include_str!("js/network.js"),
    include_str!("js/told.js"),
    include_str!("js/route.js"),
    include_str!("js/events.js"),
    include_str!("js/page.js"),
    include_str!("js/log.js"),
    include_str!("js/headers.js"),
    include_str!("js/fetch.js"),
    include_str!("js/api-request.js"),
    include_str!("js/cookies.js"),
    include_str!("js/browser.js"),
    include_str!("js/context.js"),
    include_str!("js/workflow.js"),
    include_str!("js/main.js"),
    "\n})",
);

/// The file that our own JavaScript is in, as stacks name it.
pub(crate) const OWN_FILE: &str = "greenroom:prelude";

/// When code is to stop.
#[derive(Debug, Default)]
pub(crate) struct Brake {
    /// Set when nobody waits for it any more.
    pub(crate) cancelled: RefCell<Arc<AtomicBool>>,
    /// When its time is over.
    pub(crate) until: RefCell<Option<Instant>>,
}

impl Brake {
    /// Whether it must stop now.
    pub(crate) fn is_pulled(&self) -> bool {
        self.cancelled.borrow().load(Ordering::Relaxed)
            || self.until.borrow().is_some_and(|until| Instant::now() >= until)
    }
}

/// A realm with what it declares.
pub(crate) struct Realm {
    pub(crate) host: Rc<RefCell<Host>>,
    pub(crate) brake: Rc<Brake>,
    pub(crate) modules: Shared,
    pub(crate) context: Context,
    pub(crate) runtime: Runtime,
}

impl Realm {
    /// A fresh one.
    pub(crate) fn new() -> Result<Self> {
        let runtime = Runtime::new()?;
        runtime.set_memory_limit(MEMORY);
        runtime.set_max_stack_size(STACK);
        let host = Rc::new(RefCell::new(Host::default()));
        let brake = Rc::new(Brake::default());
        let pulled = Rc::clone(&brake);
        runtime.set_interrupt_handler(Some(Box::new(move || pulled.is_pulled())));
        let tracked = Rc::clone(&host);
        runtime.set_host_promise_rejection_tracker(Some(Box::new(move |ctx, promise, reason, handled| {
            host::rejected(&tracked, &ctx, promise, reason, handled);
        })));
        let modules = Shared::default();
        runtime.set_loader(modules.clone(), modules.clone());
        let context = Context::full(&runtime)?;
        let exports = context.with(|ctx| {
            let functions = host::functions(&ctx, &host)?;
            modules.add_functions(&ctx, &functions)?;
            let prelude: Function = ctx.eval_with_options(PRELUDE, named(OWN_FILE))?;
            let exports: Object = prelude.call((functions,))?;
            Ok::<_, rquickjs::Error>(Persistent::save(&ctx, exports))
        })?;
        modules.0.borrow_mut().exports = Some(exports);
        Ok(Self {
            host,
            brake,
            modules,
            context,
            runtime,
        })
    }

    /// One of the functions that our JavaScript gives the host.
    pub(crate) fn export<'js>(&self, ctx: &Ctx<'js>, name: &str) -> Result<Function<'js>> {
        let exports = self
            .modules
            .0
            .borrow()
            .exports
            .clone()
            .ok_or(rquickjs::Error::Unknown)?;
        exports.restore(ctx)?.get(name)
    }

    /// Whether it is so full that the next call would fail in it.
    pub(crate) fn is_full(&self) -> bool {
        let used = || usize::try_from(self.runtime.memory_usage().malloc_size).unwrap_or(0);
        if used() < MEMORY / 2 {
            return false;
        }
        self.runtime.run_gc();
        used() > MEMORY / 10 * 9
    }
}

impl Drop for Realm {
    /// What is kept of it goes before it does.
    fn drop(&mut self) {
        self.modules.0.borrow_mut().exports = None;
        self.host.borrow_mut().clear();
        self.runtime.set_host_promise_rejection_tracker(None);
    }
}

/// How code is evaluated that stacks are to name so.
pub(crate) fn named(file: &str) -> EvalOptions {
    let mut options = EvalOptions::default();
    options.filename = Some(file.to_owned());
    options
}

/// The same for code that may not be strict: modules of CommonJS.
pub(crate) fn named_loosely(file: &str) -> EvalOptions {
    let mut options = named(file);
    options.strict = false;
    options
}
