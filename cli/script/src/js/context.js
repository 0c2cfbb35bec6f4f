// The context that pages are in, and how a call begins.

/** A script for each new document: a text, `{ content }`, or a function with its argument. */
const initScript = (given, arg, method) => {
    if (typeof given === 'function') return `(${functionText(given)})(${arg === undefined ? '' : jsonOf(arg)});`;
    if (arg !== undefined) throw new Error(`${method}: cannot evaluate a string with arguments`);
    if (given?.path !== undefined) throw unsupported(`${method} with a \`path\``);
    const text = typeof given === 'string' ? given : given?.content;
    if (typeof text !== 'string') throw new TypeError(`${method}: expected a function, a string or { content }`);
    return text;
};

/** The context that the session's pages share. */
class BrowserContext {
    constructor(key) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
    }
    browser() {
        return browser;
    }
    get request() {
        return requestContext;
    }
    pages() {
        return pagesNow().map(page => pageOf(page.id));
    }
    async newPage() {
        const visit = await perform(aboutCall('context.newPage', ''), 'tab.new', {});
        return pageOf(visit.page);
    }
    cookies(urls) {
        return contextCookies(urls);
    }
    addCookies(cookies) {
        return addCookies(cookies);
    }
    clearCookies(options) {
        return clearCookies(options);
    }
    storageState(options) {
        return storageState(options);
    }
    async addInitScript(script, arg) {
        const code = initScript(script, arg, 'context.addInitScript');
        await perform(aboutContext('addInitScript'), 'script.add-init-script', { function: code });
    }
    async setExtraHTTPHeaders(headers) {
        for (const [name, value] of Object.entries(headers)) {
            if (typeof value !== 'string') {
                throw new TypeError(`context.setExtraHTTPHeaders: expected a string as the value of "${name}"`);
            }
        }
        await perform(aboutContext('setExtraHTTPHeaders'), 'script.set-headers', { headers });
    }
    async setOffline(offline) {
        await perform(aboutContext('setOffline'), 'script.set-offline', { offline: Boolean(offline) });
    }
    async setGeolocation(place) {
        const args = place === null || place === undefined ? {} : { place };
        await perform(aboutContext('setGeolocation'), 'script.set-geolocation', args);
    }
    async grantPermissions(names, options) {
        const origin = options?.origin === undefined ? undefined : new URL(options.origin).origin;
        const values = [...names].map(String);
        await perform(aboutContext('grantPermissions'), 'script.set-permissions', { values, origin, grant: true });
    }
    async clearPermissions() {
        await perform(aboutContext('clearPermissions'), 'script.set-permissions', {});
    }
    setDefaultTimeout(timeout) {
        defaults.timeout = timeoutOf({ timeout });
    }
    setDefaultNavigationTimeout(timeout) {
        defaults.navigation = timeoutOf({ timeout });
    }
    toJSON() {
        return 'context';
    }
}

withUnsupported(BrowserContext, 'context', [
    ...['backgroundPages', 'close'],
    ...['exposeBinding', 'exposeFunction', 'newCDPSession', 'routeFromHAR', 'routeWebSocket'],
    ...['serviceWorkers'],
]);

withEvents(BrowserContext, 'context');
withRoutes(BrowserContext, 'context');

const context = Object.freeze(new BrowserContext(apiKey));

/** What a call begins with, by the names of its globals. */
const givenGlobals = { page: undefined, frame: undefined };
let isGiven = false;

/** Gives a script a global; one that it has declared itself by that name stays. */
const give = (name, value) => {
    const isOwn = isGiven && globalThis[name] !== givenGlobals[name];
    givenGlobals[name] = value;
    if (!isOwn) define(name, value);
};

/** A call begins, with this page. */
const beginApi = (id, readOnly) => {
    isReadOnly = readOnly;
    beginEvents();
    defaults.timeout = DEFAULT_TIMEOUT;
    defaults.navigation = null;
    const page = id === '' ? undefined : pageOf(id);
    give('page', page);
    give('frame', page?.mainFrame());
    // Only those have it that look: others have `fetch`.
    if (readOnly) give('get', get);
    isGiven = true;
};

const apiClasses = [
    ...[Locator, FrameLocator, ElementHandle, Scope, Frame, Page, Request, Response, Route, Keyboard, Mouse, Touchscreen],
    BrowserContext,
    ...[ConsoleMessage, ConsoleValue, Dialog, Download, Browser, BrowserType],
    ...[Headers, FetchResponse, APIRequestContext, APIResponse],
];

const apiGlobals = { browser, context, expect: expectObject, fetch, Headers, scrollBy, ...logGlobals };
