// Pages, and what their input devices do.

/** Only our own code makes objects of the API. */
const apiKey = Symbol('api');

/** How often an address is looked at that no pattern of the host's can tell. */
const LOOK_AGAIN = 50;

/** What a function is as a text that the page can run; a text is an expression. */
const functionText = given => {
    if (typeof given !== 'function') return String(given);
    const text = asExpression(Function.prototype.toString.call(given));
    // Where the code was compiled, each `await` went by way of a helper that the page has not.
    return text.includes('$greenroom') ? `($greenroom => (${text}))({ at: () => 0, wait: (_, value) => value })` : text;
};

/** A method's text is no function by itself: `go() {}`. */
const asExpression = text => {
    try {
        // Nothing of it runs: only whether it is an expression is asked.
        new Function(`return (${text})`);
        return text;
    } catch {
        return text.startsWith('async ') ? `async function ${text.slice(6)}` : `function ${text}`;
    }
};

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

/** Methods of locators that a page has, too, and at which place behind the selector their options are. */
const BY_SELECTOR = {
    check: 0,
    click: 0,
    dblclick: 0,
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
        followDocuments();
        const visit = await perform(about, op, { waitUntil: options?.waitUntil, ...args });
        if (visit.sameDocument || visit.status === null) return null;
        return documentResponse(this, visit.url) ?? new Response(apiKey, { url: visit.url, status: visit.status });
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
    async evaluate(given, arg) {
        const args = { function: functionText(given), arg: arg === undefined ? undefined : jsonOf(arg) };
        const evaluated = await perform(this.#about('evaluate', { timeout: 0 }), 'evaluate', args);
        return evaluated.value;
    }
    async waitForFunction(given, arg, options) {
        const text = functionText(given);
        const code = typeof given === 'function' ? `() => (${text})(${arg === undefined ? '' : jsonOf(arg)})` : text;
        await perform(this.#about('waitForFunction', options), 'wait', { fn: code });
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
    async waitForSelector(selector, options = {}) {
        const located = this.locator(selector);
        const state = options.state ?? 'visible';
        const about = aboutCall('page.waitForSelector', this.#id, String(located), options);
        await perform(about, 'wait', { selector: String(located), state });
        return state === 'visible' || state === 'attached' ? located.first() : null;
    }
    async setViewportSize({ width, height }) {
        await perform(this.#about('setViewportSize'), 'set-viewport', { size: `${width}x${height}` });
    }
    async screenshot(options = {}) {
        refuseOptions('page.screenshot', options, ['path', 'clip', 'mask', 'omitBackground', 'quality']);
        const args = { fullPage: Boolean(options.fullPage), format: options.type };
        return perform(this.#about('screenshot', options), 'screenshot', args);
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
        refuseOptions('page.locator', options, FILTERS);
        return new Locator(apiKey, this, selectorOf(selector, 'page.locator'));
    }
    frameLocator(selector) {
        return new FrameLocator(apiKey, this, selectorOf(selector, 'page.frameLocator'));
    }
    async dragAndDrop(source, target, options) {
        await this.#meant(source, options).dragTo(this.#meant(target, options), options);
    }
    async waitForRequest(given, options) {
        const predicate = objectMatcher(given, 'page.waitForRequest');
        const how = { predicate, timeout: options?.timeout };
        return waitForEventOf(this, 'request', how, 'page.waitForRequest', `request ${toldUrl(given)}`);
    }
    async waitForResponse(given, options) {
        const predicate = objectMatcher(given, 'page.waitForResponse');
        const how = { predicate, timeout: options?.timeout };
        return waitForEventOf(this, 'response', how, 'page.waitForResponse', `response ${toldUrl(given)}`);
    }
    async waitForNavigation(options) {
        const matches = urlMatcher(options?.url, 'page.waitForNavigation');
        const timeout = options?.timeout ?? defaults.navigation ?? undefined;
        followDocuments();
        const how = { predicate: () => matches(this.url()), timeout };
        await waitForEventOf(this, 'framenavigated', how, 'page.waitForNavigation', 'navigation');
        if (options?.waitUntil !== 'commit') await this.waitForLoadState(options?.waitUntil ?? 'load', { timeout });
        return documentResponse(this, this.url());
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
    ...['$', '$$', '$$eval', '$eval', 'addInitScript', 'addLocatorHandler', 'addScriptTag', 'addStyleTag', 'ariaSnapshot'],
    ...['bringToFront', 'dispatchEvent', 'emulateMedia', 'evaluateHandle', 'exposeBinding', 'exposeFunction', 'frame', 'frames'],
    ...['mainFrame', 'opener', 'pause', 'pdf', 'requestGC', 'route', 'routeFromHAR'],
    ...['setExtraHTTPHeaders', 'setInputFiles', 'tap', 'unroute', 'unrouteAll', 'video', 'viewportSize'],
    ...['workers'],
]);

withEvents(Page, 'page');

/** The pages that a script has seen: each is one object. */
const knownPages = new Map();

const pageOf = id => {
    if (!knownPages.has(id)) knownPages.set(id, Object.freeze(new Page(apiKey, id)));
    return knownPages.get(id);
};
