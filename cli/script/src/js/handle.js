// Handles of elements: each is bound to one node by its ref, and an error when that is gone.

/** The selector of a handle, which is its ref. */
let selectorOfHandle;

/** What a handle does as a locator does. */
const HANDLE_METHODS = [
    ...['boundingBox', 'check', 'click', 'contentFrame', 'dblclick', 'dispatchEvent', 'evaluate', 'fill', 'focus', 'getAttribute'],
    ...['hover', 'innerHTML', 'innerText', 'inputValue', 'isChecked', 'isDisabled', 'isEditable', 'isEnabled', 'isHidden'],
    ...['isVisible', 'press', 'screenshot', 'scrollIntoViewIfNeeded', 'selectOption', 'selectText', 'setChecked'],
    ...['setInputFiles', 'tap', 'textContent', 'type', 'uncheck'],
];

/** The states of an element that can be waited for, by the method that tells them. */
const ELEMENT_STATES = { visible: 'isVisible', hidden: 'isHidden', enabled: 'isEnabled', disabled: 'isDisabled', editable: 'isEditable' };

/** An element that was found once. */
class ElementHandle {
    #locator;
    constructor(key, page, ref) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#locator = new Locator(apiKey, page, ref);
    }
    asElement() {
        return this;
    }
    async dispose() {}
    async jsonValue() {
        return 'ref: <Node>';
    }
    async $(selector) {
        return handleOf(this.#locator.locator(selectorOf(selector, 'elementHandle.$')));
    }
    async $$(selector) {
        return handlesOf(this.#locator.locator(selectorOf(selector, 'elementHandle.$$')));
    }
    async $eval(selector, given, arg) {
        return this.#locator.locator(selectorOf(selector, 'elementHandle.$eval')).first().evaluate(given, arg);
    }
    async $$eval(selector, given, arg) {
        return this.#locator.locator(selectorOf(selector, 'elementHandle.$$eval')).evaluateAll(given, arg);
    }
    async waitForSelector(selector, options = {}) {
        return handleInState(this.#locator.locator(selectorOf(selector, 'elementHandle.waitForSelector')), options);
    }
    async waitForElementState(state, options) {
        const method = ELEMENT_STATES[state];
        if (!method) throw unsupported(`elementHandle.waitForElementState('${state}')`);
        const about = aboutCall('elementHandle.waitForElementState', this.#locator.page().id, selectorOfLocator(this.#locator), options);
        const isSo = await retried(about.timeout, LOOKS, () => this.#locator[method]());
        if (!isSo) throw failure({ kind: 'timeout', message: `the element is not ${state}` }, about);
    }
    toString() {
        return `JSHandle@${this.#locator}`;
    }
    toJSON() {
        return `elementHandle(${this.#locator})`;
    }
    static {
        selectorOfHandle = handle => selectorOfLocator(handle.#locator);
        for (const name of HANDLE_METHODS) {
            const method = {
                [name](...args) {
                    return this.#locator[name](...args);
                },
            };
            Object.defineProperty(ElementHandle.prototype, name, { value: method[name], configurable: true, writable: true });
        }
    }
}

withUnsupported(ElementHandle, 'elementHandle', ['evaluateHandle', 'getProperties', 'getProperty', 'ownerFrame']);

/** A handle of the first element that a locator means; `null` where there is none. */
const handleOf = async locator => {
    const [handle] = await handlesOf(locator.first());
    return handle ?? null;
};

/** Handles of all of them. */
const handlesOf = async locator => {
    const page = locator.page();
    const got = await perform(aboutCall('elementHandles', page.id, selectorOfLocator(locator)), 'get', { what: 'refs', selector: selectorOfLocator(locator) });
    return got.value.map(ref => new ElementHandle(apiKey, page, ref));
};

/** The handle of what is in a state when it has come to be so; `null` for states without an element. */
const handleInState = async (locator, options) => {
    const state = options.state ?? 'visible';
    await locator.waitFor({ ...options, state });
    return state === 'visible' || state === 'attached' ? handleOf(locator) : null;
};

/** How long it is waited between looks that no event tells of, in milliseconds; the last one again and again. */
const LOOKS = [20, 50, 100];

/** Looks until something is true, or the time is over; answers whether it is. */
const retried = async (timeout, intervals, look) => {
    const until = timeout > 0 ? Date.now() + timeout : Infinity;
    for (let round = 0; ; round += 1) {
        if (await look(until)) return true;
        const left = until - Date.now();
        if (left <= 0) return false;
        const rest = intervals[Math.min(round, intervals.length - 1)];
        await new Promise(done => setTimer(done, Math.min(rest, left), [], false));
    }
};
