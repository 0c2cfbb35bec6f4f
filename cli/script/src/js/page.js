// Pages, and what their input devices do.

/** Only our own code makes objects of the API. */
const apiKey = Symbol('api');

/** How often an address is looked at that no pattern of the host's can tell. */
const LOOK_AGAIN = 50;

/** The keyboard takes what time it takes. */
const UNBOUND = { timeout: 0 };

/** The keyboard of a page. */
class Keyboard {
    #id;
    constructor(key, id) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#id = id;
    }
    async press(key, options) {
        const about = aboutCall('keyboard.press', this.#id, null, UNBOUND);
        await perform(about, 'press', { key: String(key), delay: restOf(options) });
    }
    async type(text, options) {
        const about = aboutCall('keyboard.type', this.#id, null, UNBOUND);
        await perform(about, 'type', { text: String(text), delay: restOf(options) });
    }
}

withUnsupported(Keyboard, 'keyboard', ['down', 'insertText', 'up']);

/** The mouse of a page. */
class Mouse {
    #id;
    /** Where it was moved last. */
    #x = 0;
    #y = 0;
    constructor(key, id) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#id = id;
    }
    async click(x, y, options = {}) {
        await this.#at('click', x, y, { button: options.button, count: options.clickCount }, options);
    }
    async dblclick(x, y, options = {}) {
        await this.#at('dblclick', x, y, { button: options.button }, options);
    }
    async move(x, y, options = {}) {
        if ((options.steps ?? 1) > 1) throw unsupported('mouse.move with the option `steps`');
        await this.#at('move', x, y, {});
    }
    async wheel(deltaX, deltaY) {
        const args = { value: `${deltaX},${deltaY}`, position: `${this.#x},${this.#y}` };
        await perform(aboutCall('mouse.wheel', this.#id), 'script.wheel', args);
    }
    /** It does not matter what is there. */
    async #at(name, x, y, args, options) {
        const delay = restOf(options);
        const about = aboutCall(`mouse.${name}`, this.#id);
        // The delays are not among what is waited for.
        if (delay && about.timeout > 0) about.timeout += 2 * delay * (args.count ?? 2);
        await perform(about, name === 'move' ? 'hover' : name, { selector: `coords:${x},${y}`, delay, force: true, ...args });
        [this.#x, this.#y] = [x, y];
    }
}

withUnsupported(Mouse, 'mouse', ['down', 'up']);

/** The screen of a page, where it is touched. */
class Touchscreen {
    #id;
    constructor(key, id) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#id = id;
    }
    async tap(x, y) {
        await tapWith(aboutCall('touchscreen.tap', this.#id), { selector: `coords:${x},${y}`, force: true });
    }
}

/** Makes an image, which is kept in the session's folder unless there is a path. */
const shotOf = (about, options, what) => {
    refuseOptions(about.method, options, ['clip', 'mask', 'omitBackground', 'quality']);
    return perform(about, 'screenshot', { ...what, format: options.type, file: options.path });
};

/** A page of the session. */
class Page extends Scope {
    #id;
    #keyboard;
    #mouse;
    #touchscreen;
    constructor(key, id) {
        super(key, { method: 'page', frame: '' });
        this.#id = id;
        this.#keyboard = new Keyboard(key, id);
        this.#mouse = new Mouse(key, id);
        this.#touchscreen = new Touchscreen(key, id);
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
    get request() {
        return requestContext;
    }
    get touchscreen() {
        return this.#touchscreen;
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
    async waitForFunction(given, arg, options) {
        const text = functionText(given);
        const tree = JSON.stringify(encodeValue(arg));
        const code = typeof given === 'function' ? `() => (${text}\n)((${DECODE})(${tree}))` : text;
        await perform(this.#about('waitForFunction', options), 'wait', { fn: code });
    }
    mainFrame() {
        return mainFrameOf(this);
    }
    frames() {
        return [mainFrameOf(this), ...framesBelow(this, mainFrameOf(this), '')];
    }
    frame(wanted) {
        const { name, url } = typeof wanted === 'string' ? { name: wanted } : wanted;
        const matches = urlMatcher(url, 'page.frame');
        const isMeant = frame => (name === undefined || frame.name() === name) && matches(frame.url());
        return this.frames().find(isMeant) ?? null;
    }
    viewportSize() {
        return askNow(this.#about('viewportSize'), 'get', { what: 'viewport' }).value;
    }
    async waitForLoadState(state = 'load', options = {}) {
        await perform(this.#about('waitForLoadState', options, defaults.navigation ?? undefined), 'wait', { load: state });
    }
    async waitForURL(wanted, options) {
        const about = this.#about('waitForURL', options, defaults.navigation ?? undefined);
        if (typeof wanted === 'string') {
            await perform(about, 'wait', { url: wanted });
        } else {
            const isThere = wanted instanceof RegExp ? url => wanted.test(url) : url => wanted(new URL(url));
            if (!(await retried(about.timeout, [LOOK_AGAIN], () => isThere(this.url())))) {
                throw failure({ kind: 'timeout', message: `the address is ${this.url()}` }, about);
            }
        }
        await perform(about, 'wait', { load: options?.waitUntil ?? 'load' });
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
}

withUnsupported(Page, 'page', [
    ...['addInitScript', 'addLocatorHandler', 'ariaSnapshot', 'bringToFront', 'emulateMedia', 'evaluateHandle', 'exposeBinding'],
    ...['exposeFunction', 'opener', 'pause', 'pdf', 'requestGC', 'routeFromHAR', 'routeWebSocket', 'setExtraHTTPHeaders'],
    ...['video', 'workers'],
]);

withEvents(Page, 'page');
withRoutes(Page, 'page');

/** The pages that a script has seen: each is one object. */
const knownPages = new Map();

const pageOf = id => {
    if (!knownPages.has(id)) knownPages.set(id, Object.freeze(new Page(apiKey, id)));
    return knownPages.get(id);
};
