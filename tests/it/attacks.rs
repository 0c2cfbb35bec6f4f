//! Further attempts to change something from a script that may only look: through events, logs, the context, and what
//! JavaScript has to lead a host astray. Each is followed by a look at the page, the server and the logs.

use serde_json::json;

use crate::bench::Bench;

const ATTACKS: &[&str] = &[
    // Listening: a script that is told of a dialog could hold its page.
    "page.on('dialog', dialog => dialog.accept())",
    "page.once('dialog', () => {})",
    "page.addListener('request', () => page.reload())",
    "page.prependListener('console', () => {})",
    "context.on('page', other => other.close())",
    "context.on('dialog', dialog => dialog.dismiss())",
    "await page.waitForEvent('console')",
    "await page.waitForEvent('dialog', () => { page.reload(); return true })",
    "await context.waitForEvent('page')",
    "await page.waitForRequest(() => true)",
    "await page.waitForResponse('**')",
    "await page.waitForNavigation()",
    "Reflect.apply(page.on, page, ['load', () => page.reload()])",
    "page.on.call(context, 'page', () => {})",
    "Object.getPrototypeOf(page).once.bind(page)('close', () => {})",
    "page.off('dialog', () => {}); page.on('dialog', () => {})",
    "page.removeAllListeners(); page.on({ toString: () => 'dialog' }, () => {})",
    "page.on(new Proxy({}, { get: () => () => 'dialog' }), () => {})",
    // The context.
    "await context.cookies()",
    "await context.cookies(page.url())",
    "await context.storageState()",
    "await context.clearCookies({ name: 'a' })",
    "await context.setExtraHTTPHeaders({ a: 'b' })",
    "await context.addInitScript(() => { document.title = 'gone' })",
    "await context.addInitScript({ content: 'document.title = 1' })",
    "await context.setOffline(true)",
    "await context.setGeolocation({ latitude: 1, longitude: 1 })",
    "await context.grantPermissions(['geolocation'])",
    "await context.clearPermissions()",
    "await context.route('**', route => route.abort())",
    "await context.close()",
    // The logs.
    "await networkLog()",
    "await actionLog({ last: 1 })",
    "await networkLog({ toString: () => 'actions' })",
    "await networkLog({ __proto__: { last: 1 } })",
    // Objects of the API, made or found.
    "const url = new URL(page.url()); url.searchParams.__proto__.get = () => page.reload(); await page.reload()",
    "await page.constructor.prototype.waitForEvent.call(Object.create(page), 'dialog')",
    "await page.goto.bind(page)(new String(page.url()))",
    "const [one] = context.pages(); await one.reload()",
    "await Array.from({ length: 3 }, () => page.reload()).at(-1)",
    "await Promise.any([page.reload(), page.goBack(), page.click('#far')])",
    "await Promise.allSettled([page.reload()]).then(all => { throw all[0].reason })",
    "queueMicrotask?.(() => page.reload()); await page.reload()",
    "await new Promise((done, fail) => setTimeout(() => page.reload().then(done, fail), 1))",
    "const stop = setInterval(() => page.reload().catch(e => { state.caught = e.name }), 1); await page.waitForTimeout(20); clearInterval(stop); throw new Error(state.caught)",
    "new AbortController().signal.addEventListener('abort', () => {}); await page.press('body', 'Tab')",
    "eval('page.reload()'); await eval('page.reload()')",
    "await (0, eval)('page').reload()",
    "await new (Object.getPrototypeOf(async function () {}).constructor)('return page.reload()')()",
    // These spoil their realm for all that follow, and nothing but that.
    "Symbol.prototype[Symbol.toPrimitive] = () => 'goto'; await page[Symbol('goto')]()",
    "Object.defineProperty(globalThis, 'isReadOnly', { value: false }); page.on('dialog', () => {})",
    "globalThis.denied = () => {}; globalThis.ask = () => {}; await page.reload()",
    "Array.prototype.includes = () => true; Set.prototype.has = () => true; Object.hasOwn = () => true; page.on('dialog', () => {})",
    "Map.prototype.get = () => [{ listener: () => page.reload(), once: false }]; page.on('load', () => {})",
    "WeakMap.prototype.get = () => ({}); Object.isFrozen = () => false; page.extra = 1; await page.reload()",
    "RegExp.prototype.test = () => true; String.prototype.split = () => ['dialog']; await page.waitForEvent('dialog')",
];

/// Makes each of these attacks in session `a`: none is taken for done, and none changes the page, reaches the server or acts.
pub(crate) fn withstands(bench: &Bench, attacks: &[&str]) {
    // The page renews one button all the time; nothing else of it changes.
    let seen = || {
        let html = bench.done(&["get", "html"]);
        let fields = bench.done(&["get", "value", "input[name=email]"]);
        let pages = bench.json(&["pages"])["result"].clone();
        (html, fields, pages)
    };
    let before = seen();
    bench.site.clear_requests();
    for attack in attacks {
        let ran = bench.run(&["readonly-exec", attack, "--timeout", "5s"]);
        assert_ne!(ran.code, 0, "{attack}: {ran:?}");
        assert_eq!(seen(), before, "{attack}");
        let requests = bench.site.requests();
        assert_eq!(requests.len(), 0, "{attack}: {requests:?}");
        let actions = bench.log("a", "actions.jsonl");
        assert!(
            actions.iter().all(|line| line["success"] == false),
            "{attack}: {actions:?}"
        );
    }
}

#[test]
fn no_further_attack_changes_anything() {
    let Some(bench) = Bench::new() else { return };
    bench.done(&["open", &bench.url("/workshop"), "-s", "a"]);
    withstands(&bench, ATTACKS);
    // What was asked for stands in the log, each denied.
    let asked: Vec<_> = bench
        .log("a", "logs.jsonl")
        .into_iter()
        .filter(|line| line["target"] == "script" && !matches!(line["message"].as_str(), Some("get" | "wait")))
        .collect();
    assert!(!asked.is_empty());
    for line in asked {
        assert_eq!(line["fields"]["outcome"], json!("denied"), "{line}");
    }
    // A dialog is the policy's, whatever a script that looks has tried.
    assert_eq!(
        bench.done(&["exec", "await page.evaluate(() => confirm('still?'))"]),
        "false\n"
    );
    bench.close_all();
}
