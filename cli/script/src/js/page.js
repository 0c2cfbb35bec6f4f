// Pages, what their input devices do, and the context that they are in.

/** Only our own code makes objects of the API. */
const apiKey = Symbol('api');

/** How often an address is looked at that no pattern of the host's can tell. */
const LOOK_AGAIN = 50;

/** An answer to a navigation. */
class Response {
    #visit;
    constructor(key, visit) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#visit = visit;
    }
    url() {
        return this.#visit.url;
    }
    status() {
        return this.#visit.status;
    }
    ok() {
        return this.#visit.status === 0 || (this.#visit.status >= 200 && this.#visit.status <= 299);
    }
    toJSON() {
        return { url: this.url(), status: this.status() };
    }
}

withUnsupported(Response, 'response', [
    ...['allHeaders', 'body', 'finished', 'frame', 'fromServiceWorker', 'headerValue', 'headerValues', 'headers', 'headersArray'],
    ...['json', 'request', 'securityDetails', 'serverAddr', 'statusText', 'text'],
]);

/** The keyboard of a page. */
class Keyboard {
    #id;
    constructor(key, id) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#id = id;
    }
    async press(key, options) {
        refuseOptions('keyboard.press', options, ['delay']);
        await perform(aboutCall('keyboard.press', this.#id), 'press', { key: String(key) });
    }
    async type(text, options) {
        refuseOptions('keyboard.type', options, ['delay']);
        await perform(aboutCall('keyboard.type', this.#id), 'type', { text: String(text) });
    }
}

withUnsupported(Keyboard, 'keyboard', ['down', 'insertText', 'up']);

/** The mouse of a page. */
class Mouse {
    #id;
    constructor(key, id) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#id = id;
    }
    async click(x, y, options = {}) {
        refuseOptions('mouse.click', options, ['delay']);
        const args = { selector: `coords:${x},${y}`, button: options.button, count: options.clickCount };
        await perform(aboutCall('mouse.click', this.#id), 'click', args);
    }
    async dblclick(x, y, options = {}) {
        refuseOptions('mouse.dblclick', options, ['delay']);
        await perform(aboutCall('mouse.dblclick', this.#id), 'dblclick', { selector: `coords:${x},${y}`, button: options.button });
    }
}

withUnsupported(Mouse, 'mouse', ['down', 'move', 'up', 'wheel']);

/** Puts a script into the page, and waits for it. Runs there. */
const addScript = ({ url, content, type }) => {
    const script = document.createElement('script');
    script.type = type;
    const loaded = new Promise((done, failed) => {
        script.onload = () => done();
        script.onerror = () => failed(new Error(`the script cannot be loaded: ${url}`));
    });
    if (url === undefined) script.text = content;
    else script.src = url;
    document.head.append(script);
    return url === undefined ? undefined : loaded;
};

/** Puts a style sheet into the page, and waits for it. Runs there. */
const addStyle = ({ url, content }) => {
    const sheet = document.createElement(url === undefined ? 'style' : 'link');
    const loaded = new Promise((done, failed) => {
        sheet.onload = () => done();
        sheet.onerror = () => failed(new Error(`the style sheet cannot be loaded: ${url}`));
    });
    if (url === undefined) sheet.append(content);
    else Object.assign(sheet, { rel: 'stylesheet', href: url });
    document.head.append(sheet);
    return loaded;
};

/** Makes an image, which is kept in the session's folder unless there is a path. */
const shotOf = (about, options, what) => {
    refuseOptions(about.method, options, ['clip', 'mask', 'omitBackground', 'quality']);
    return perform(about, 'screenshot', { ...what, format: options.type, file: options.path });
};

/** Methods of locators that a page has, too, and at which place behind the selector their options are. */
const BY_SELECTOR = {
    check: 0,
    click: 0,
    dblclick: 0,
    dispatchEvent: 2,
    fill: 1,
    focus: 0,
    getAttribute: 1,
    hover: 0,
    innerHTML: 0,
    innerText: 0,
    inputValue: 0,
    isChecked: 0,
    isDisabled: 0,
    isEditable: 0,
    isEnabled: 0,
    isHidden: 0,
    isVisible: 0,
    press: 1,
    selectOption: 1,
    setChecked: 1,
    setInputFiles: 1,
    textContent: 0,
    type: 1,
    uncheck: 0,
};

/** A page of the session. */
class Page {
    #id;
    #keyboard;
    #mouse;
    constructor(key, id) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#id = id;
        this.#keyboard = new Keyboard(key, id);
        this.#mouse = new Mouse(key, id);
    }
    /** The page's id, as `greenroom pages` tells it. */
    get id() {
        return this.#id;
    }
    get keyboard() {
        return this.#keyboard;
    }
    get mouse() {
        return this.#mouse;
    }
    #about(name, options, fallback) {
        return aboutCall(`page.${name}`, this.#id, null, options, fallback);
    }
    async #visit(name, op, args, options) {
        const about = this.#about(name, options, defaults.navigation ?? undefined);
        const visit = await perform(about, op, { waitUntil: options?.waitUntil, ...args });
        return visit.sameDocument || visit.status === null ? null : new Response(apiKey, visit);
    }
    toJSON() {
        return `page(${this.#id})`;
    }
    url() {
        return pagesNow().find(page => page.id === this.#id)?.url ?? '';
    }
    isClosed() {
        return !pagesNow().some(page => page.id === this.#id);
    }
    context() {
        return context;
    }
    async title() {
        const got = await perform(this.#about('title'), 'get', { what: 'title' });
        return got.value;
    }
    async content() {
        const got = await perform(this.#about('content'), 'get', { what: 'html' });
        return got.value;
    }
    goto(url, options) {
        refuseOptions('page.goto', options, ['referer']);
        return this.#visit('goto', 'goto', { url: String(url) }, options);
    }
    reload(options) {
        return this.#visit('reload', 'reload', {}, options);
    }
    goBack(options) {
        return this.#visit('goBack', 'back', {}, options);
    }
    goForward(options) {
        return this.#visit('goForward', 'forward', {}, options);
    }
    async setContent(html, options) {
        const write = 'html => { document.open(); document.write(html); document.close(); }';
        await perform(this.#about('setContent', options), 'evaluate', { function: write, arg: JSON.stringify(String(html)) });
        await perform(this.#about('setContent', options), 'wait', { load: options?.waitUntil ?? 'load' });
    }
    evaluate(given, arg) {
        return evaluateIn(this.#about('evaluate', { timeout: 0 }), given, arg);
    }
    async waitForFunction(given, arg, options) {
        const text = functionText(given);
        const tree = JSON.stringify(encodeValue(arg));
        const code = typeof given === 'function' ? `() => (${text}\n)((${DECODE})(${tree}))` : text;
        await perform(this.#about('waitForFunction', options), 'wait', { fn: code });
    }
    $(selector) {
        return handleOf(this.locator(selector));
    }
    $$(selector) {
        return handlesOf(this.locator(selector));
    }
    async $eval(selector, given, arg) {
        const about = this.#about('$eval', { timeout: 0 });
        const first = selectorOfLocator(this.locator(selector).first());
        return evaluateIn(about, given, arg, { elements: [first], shape: 'one' });
    }
    async $$eval(selector, given, arg) {
        return this.locator(selector).evaluateAll(given, arg);
    }
    async addScriptTag({ url, content, type = '' }) {
        await evaluateIn(this.#about('addScriptTag'), addScript, { url, content, type });
    }
    async addStyleTag({ url, content }) {
        await evaluateIn(this.#about('addStyleTag'), addStyle, { url, content });
    }
    viewportSize() {
        return askNow(this.#about('viewportSize'), 'get', { what: 'viewport' }).value;
    }
    async waitForLoadState(state = 'load', options = {}) {
        await perform(this.#about('waitForLoadState', options, defaults.navigation ?? undefined), 'wait', { load: state });
    }
    async waitForTimeout(time) {
        await new Promise(done => setTimer(done, time, [], false));
    }
    async waitForURL(wanted, options) {
        const about = this.#about('waitForURL', options, defaults.navigation ?? undefined);
        if (typeof wanted === 'string') {
            await perform(about, 'wait', { url: wanted });
        } else {
            const isThere = wanted instanceof RegExp ? url => wanted.test(url) : url => wanted(new URL(url));
            const until = about.timeout > 0 ? Date.now() + about.timeout : Infinity;
            while (!isThere(this.url())) {
                if (Date.now() > until) throw failure({ kind: 'timeout', message: `the address is ${this.url()}` }, about);
                await this.waitForTimeout(LOOK_AGAIN);
            }
        }
        await perform(about, 'wait', { load: options?.waitUntil ?? 'load' });
    }
    waitForSelector(selector, options = {}) {
        const located = this.locator(selector);
        return handleInState(options.strict ? located : located.first(), options);
    }
    async setViewportSize({ width, height }) {
        await perform(this.#about('setViewportSize'), 'set-viewport', { size: `${width}x${height}` });
    }
    screenshot(options = {}) {
        return shotOf(this.#about('screenshot', options), options, { fullPage: Boolean(options.fullPage) });
    }
    async close(options) {
        refuseOptions('page.close', options, ['runBeforeUnload']);
        await perform(this.#about('close'), 'tab.close', { id: this.#id });
    }
    setDefaultTimeout(timeout) {
        defaults.timeout = timeoutOf({ timeout });
    }
    setDefaultNavigationTimeout(timeout) {
        defaults.navigation = timeoutOf({ timeout });
    }
    locator(selector, options) {
        return new Locator(apiKey, this, selectorOf(selector, 'page.locator')).filter(options);
    }
    frameLocator(selector) {
        return new FrameLocator(apiKey, this, selectorOf(selector, 'page.frameLocator'));
    }
    async dragAndDrop(source, target, options) {
        await this.#meant(source, options).dragTo(this.#meant(target, options), options);
    }
    /** Methods that take a selector take the first element that it finds, unless they are told to be strict. */
    #meant(selector, options) {
        const located = this.locator(selector);
        return options?.strict ? located : located.first();
    }
    static {
        for (const [name, make] of Object.entries(FACTORIES)) {
            const method = {
                [name](...args) {
                    return new Locator(apiKey, this, make(...args));
                },
            };
            Object.defineProperty(Page.prototype, name, { value: method[name], configurable: true, writable: true });
        }
        for (const [name, values] of Object.entries(BY_SELECTOR)) {
            const method = {
                [name](selector, ...args) {
                    return this.#meant(selector, args[values])[name](...args);
                },
            };
            Object.defineProperty(Page.prototype, name, { value: method[name], configurable: true, writable: true });
        }
    }
}

withUnsupported(Page, 'page', [
    ...['addInitScript', 'addLocatorHandler', 'ariaSnapshot'],
    ...['bringToFront', 'emulateMedia', 'evaluateHandle', 'exposeBinding', 'exposeFunction', 'frame', 'frames'],
    ...['mainFrame', 'off', 'on', 'once', 'opener', 'pause', 'pdf', 'removeListener', 'requestGC', 'route', 'routeFromHAR'],
    ...['setExtraHTTPHeaders', 'tap', 'unroute', 'unrouteAll', 'video', 'waitForEvent'],
    ...['waitForNavigation', 'waitForRequest', 'waitForResponse', 'workers'],
]);

/** The context that the session's pages share. */
class BrowserContext {
    constructor(key) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
    }
    pages() {
        return pagesNow().map(page => pageOf(page.id));
    }
    async newPage() {
        const visit = await perform(aboutCall('context.newPage', ''), 'tab.new', {});
        return pageOf(visit.page);
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
    ...['addCookies', 'addInitScript', 'backgroundPages', 'browser', 'clearCookies', 'clearPermissions', 'close', 'cookies'],
    ...['exposeBinding', 'exposeFunction', 'grantPermissions', 'newCDPSession', 'off', 'on', 'once', 'route', 'routeFromHAR'],
    ...['serviceWorkers', 'setExtraHTTPHeaders', 'setGeolocation', 'setOffline', 'storageState', 'unroute', 'unrouteAll'],
    ...['waitForEvent'],
]);

/** The pages that a script has seen: each is one object. */
const knownPages = new Map();

const pageOf = id => {
    if (!knownPages.has(id)) knownPages.set(id, Object.freeze(new Page(apiKey, id)));
    return knownPages.get(id);
};

const context = Object.freeze(new BrowserContext(apiKey));

/** A call begins, with this page. A script that has a `page` of its own keeps it. */
let givenPage = null;
const beginApi = (id, readOnly) => {
    isReadOnly = readOnly;
    defaults.timeout = DEFAULT_TIMEOUT;
    defaults.navigation = null;
    const isOwn = givenPage !== null && globalThis.page !== givenPage;
    givenPage = id === '' ? undefined : pageOf(id);
    if (!isOwn) define('page', givenPage);
};

const apiClasses = [Locator, FrameLocator, ElementHandle, Page, Response, Keyboard, Mouse, BrowserContext];

const apiGlobals = { context, expect: expectObject };
