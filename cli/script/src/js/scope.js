// What pages and frames have in common: ways to elements, and functions that run in a document.

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
    tap: 0,
    textContent: 0,
    type: 1,
    uncheck: 0,
};

/** The page of a scope, the steps into its frame, and what its methods are called after: { page?, frame, method }. */
const scopes = new WeakMap();

/** A document to look in: that of a page, or of a frame. */
class Scope {
    constructor(key, about) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        scopes.set(this, { page: this, ...about });
    }
    locator(selector, options) {
        const { page, frame, method } = scopes.get(this);
        return new Locator(apiKey, page, selectorOf(selector, `${method}.locator`), frame).filter(options);
    }
    frameLocator(selector) {
        const { page, frame, method } = scopes.get(this);
        return new FrameLocator(apiKey, page, frame + selectorOf(selector, `${method}.frameLocator`));
    }
    evaluate(given, arg) {
        return runIn(this, 'evaluate', given, arg);
    }
    async title() {
        if (scopes.get(this).frame !== '') return runIn(this, 'title', () => document.title);
        const got = await perform(aboutScope(this, 'title'), 'get', { what: 'title' });
        return got.value;
    }
    async content() {
        if (scopes.get(this).frame !== '') return runIn(this, 'content', () => document.documentElement.outerHTML);
        const got = await perform(aboutScope(this, 'content'), 'get', { what: 'html' });
        return got.value;
    }
    async setContent(html, options) {
        const write = text => {
            document.open();
            document.write(text);
            document.close();
        };
        await runIn(this, 'setContent', write, String(html), options);
        const { frame } = scopes.get(this);
        if (frame === '') await perform(aboutScope(this, 'setContent', options), 'wait', { load: options?.waitUntil ?? 'load' });
    }
    async addScriptTag({ url, content, type = '' }) {
        await runIn(this, 'addScriptTag', addScript, { url, content, type });
    }
    async addStyleTag({ url, content }) {
        await runIn(this, 'addStyleTag', addStyle, { url, content });
    }
    $(selector) {
        return handleOf(this.locator(selector));
    }
    $$(selector) {
        return handlesOf(this.locator(selector));
    }
    async $eval(selector, given, arg) {
        const first = selectorOfLocator(this.locator(selector).first());
        return evaluateIn(aboutScope(this, '$eval', { timeout: 0 }), given, arg, { elements: [first], shape: 'one' });
    }
    async $$eval(selector, given, arg) {
        return this.locator(selector).evaluateAll(given, arg);
    }
    waitForSelector(selector, options = {}) {
        return handleInState(meantIn(this, selector, options), options);
    }
    async waitForTimeout(time) {
        await new Promise(done => setTimer(done, time, [], false));
    }
    async dragAndDrop(source, target, options) {
        await meantIn(this, source, options).dragTo(meantIn(this, target, options), options);
    }
    static {
        for (const [name, make] of Object.entries(FACTORIES)) {
            const method = {
                [name](...args) {
                    const { page, frame } = scopes.get(this);
                    return new Locator(apiKey, page, make(...args), frame);
                },
            };
            Object.defineProperty(Scope.prototype, name, { value: method[name], configurable: true, writable: true });
        }
        for (const [name, values] of Object.entries(BY_SELECTOR)) {
            const method = {
                [name](selector, ...args) {
                    return meantIn(this, selector, args[values])[name](...args);
                },
            };
            Object.defineProperty(Scope.prototype, name, { value: method[name], configurable: true, writable: true });
        }
    }
}

const aboutScope = (scope, name, options) => {
    const { page, method } = scopes.get(scope);
    return aboutCall(`${method}.${name}`, page.id, null, options);
};

/** Runs a function in the document of a scope. */
const runIn = (scope, name, given, arg, options = { timeout: 0 }) => {
    const { frame } = scopes.get(scope);
    const about = aboutScope(scope, name, options);
    return frame === '' ? evaluateIn(about, given, arg) : evaluateIn(about, given, arg, { elements: [`${frame}:root`] });
};

/** Methods that take a selector take the first element that it finds, unless they are told to be strict. */
const meantIn = (scope, selector, options) => {
    const located = scope.locator(selector);
    return options?.strict ? located : located.first();
};
