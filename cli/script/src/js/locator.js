// Locators: a page and a selector. Nothing is looked for before a method asks.

const optionValue = given => {
    if (typeof given === 'string') return given;
    if (typeof given?.index === 'number') return `index=${given.index}`;
    const value = given?.value ?? given?.label;
    if (typeof value !== 'string') throw new TypeError('an option is a value, { value }, { label } or { index }');
    return value;
};

const listOf = given => (given === null ? [] : Array.isArray(given) ? given : [given]);

/** A way to elements of a page. */
class Locator {
    #page;
    #selector;
    constructor(key, page, selector) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#page = page;
        this.#selector = selector;
    }
    #below(selector) {
        return new Locator(apiKey, this.#page, `${this.#selector} >> ${selector}`);
    }
    #about(name, options) {
        return aboutCall(`locator.${name}`, this.#page.id, this.#selector, options);
    }
    #act(name, op, args, options) {
        refuseOptions(`locator.${name}`, options, ['force', 'trial', 'delay']);
        return perform(this.#about(name, options), op, { selector: this.#selector, ...args });
    }
    /** Reads something of the one element, which is waited for. */
    async #read(name, what, options, more = {}) {
        const about = this.#about(name, options);
        const until = about.timeout > 0 ? Date.now() + about.timeout : Infinity;
        for (;;) {
            const left = until === Infinity ? 0 : Math.max(1, until - Date.now());
            try {
                const got = await ask('get', { what, selector: this.#selector, ...more }, about.page, left);
                return got.value;
            } catch (wire) {
                if (wire instanceof Error) throw wire;
                if (wire.kind !== 'not-found' || left === 1) throw failure(wire, about);
            }
            await perform({ ...about, timeout: left }, 'wait', { selector: this.#selector, state: 'attached' }).catch(error => {
                throw kinds.get(error)?.kind === 'timeout' ? failure(lastSeen(this.#selector), about) : error;
            });
        }
    }
    /** Reads something that needs no element. */
    async #now(name, what) {
        const got = await perform(this.#about(name), 'get', { what, selector: this.#selector });
        return got.value;
    }
    page() {
        return this.#page;
    }
    toString() {
        return this.#selector;
    }
    toJSON() {
        return `locator(${this.#selector})`;
    }
    locator(selector, options) {
        refuseOptions('locator.locator', options, FILTERS);
        return this.#below(selectorOf(selector, 'locator.locator'));
    }
    frameLocator(selector) {
        return new FrameLocator(apiKey, this.#page, `${this.#selector} >> ${selectorOf(selector, 'locator.frameLocator')}`);
    }
    contentFrame() {
        return new FrameLocator(apiKey, this.#page, this.#selector);
    }
    first() {
        return this.#below('nth=0');
    }
    last() {
        return this.#below('nth=-1');
    }
    nth(index) {
        return this.#below(`nth=${Math.trunc(index)}`);
    }
    async all() {
        const count = await this.count();
        return Array.from({ length: count }, (_, index) => this.nth(index));
    }
    count() {
        return this.#now('count', 'count');
    }
    isVisible() {
        return this.#now('isVisible', 'visible');
    }
    async isHidden() {
        return !(await this.#now('isHidden', 'visible'));
    }
    isEnabled(options) {
        return this.#read('isEnabled', 'enabled', options);
    }
    async isDisabled(options) {
        return !(await this.#read('isDisabled', 'enabled', options));
    }
    isEditable(options) {
        return this.#read('isEditable', 'editable', options);
    }
    async isChecked(options) {
        return (await this.#read('isChecked', 'checked', options)) === true;
    }
    textContent(options) {
        return this.#read('textContent', 'text-content', options);
    }
    innerText(options) {
        return this.#read('innerText', 'text', options);
    }
    innerHTML(options) {
        return this.#read('innerHTML', 'inner-html', options);
    }
    inputValue(options) {
        return this.#read('inputValue', 'value', options);
    }
    getAttribute(name, options) {
        return this.#read('getAttribute', 'attr', options, { name: String(name) });
    }
    boundingBox(options) {
        return this.#read('boundingBox', 'box', options);
    }
    allInnerTexts() {
        return this.#now('allInnerTexts', 'texts');
    }
    allTextContents() {
        return this.#now('allTextContents', 'text-contents');
    }
    async waitFor(options = {}) {
        const args = { selector: this.#selector, state: options.state ?? 'visible' };
        await perform(this.#about('waitFor', options), 'wait', args);
    }
    async click(options = {}) {
        await this.#act('click', 'click', clickOf(options), options);
    }
    async dblclick(options = {}) {
        const { count, ...args } = clickOf(options);
        await this.#act('dblclick', 'dblclick', args, options);
    }
    async hover(options = {}) {
        refuseOptions('locator.hover', options, ['modifiers', 'position']);
        await this.#act('hover', 'hover', {}, options);
    }
    async fill(value, options) {
        await this.#act('fill', 'fill', { value: String(value) }, options);
    }
    async clear(options) {
        await this.#act('clear', 'fill', { value: '' }, options);
    }
    async type(text, options) {
        await this.#act('type', 'type', { text: String(text) }, options);
    }
    async pressSequentially(text, options) {
        await this.#act('pressSequentially', 'type', { text: String(text) }, options);
    }
    async press(key, options) {
        await this.#act('press', 'press', { key: String(key) }, options);
    }
    async focus(options) {
        await this.#act('focus', 'focus', {}, options);
    }
    async check(options) {
        refuseOptions('locator.check', options, ['position']);
        await this.#act('check', 'check', {}, options);
    }
    async uncheck(options) {
        refuseOptions('locator.uncheck', options, ['position']);
        await this.#act('uncheck', 'uncheck', {}, options);
    }
    async setChecked(checked, options) {
        await (checked ? this.check(options) : this.uncheck(options));
    }
    async selectOption(values, options) {
        const wanted = listOf(values).map(optionValue);
        const acted = await this.#act('selectOption', 'select', { values: wanted }, options);
        return listOf(acted.value ?? null);
    }
    async dragTo(target, options) {
        refuseOptions('locator.dragTo', options, ['sourcePosition', 'targetPosition']);
        await this.#act('dragTo', 'drag', { to: selectorOf(target, 'locator.dragTo') }, options);
    }
    async scrollIntoViewIfNeeded(options) {
        const about = this.#about('scrollIntoViewIfNeeded', options);
        await perform(about, 'scroll', { to: this.#selector });
    }
    static {
        for (const [name, make] of Object.entries(FACTORIES)) {
            const method = {
                [name](...args) {
                    return this.#below(make(...args));
                },
            };
            Object.defineProperty(Locator.prototype, name, { value: method[name], configurable: true, writable: true });
        }
    }
}

/** What is told where an element never came. */
const lastSeen = selector => ({ kind: 'timeout', message: `no element matches \`${selector}\`` });

/** A click's options as the operation has them. */
const clickOf = ({ button, clickCount, modifiers, position }) => ({
    button,
    count: clickCount,
    modifiers: modifiers?.map(key => (key === 'ControlOrMeta' ? 'Control' : key)),
    position: position && `${position.x},${position.y}`,
});

withUnsupported(Locator, 'locator', [
    ...['and', 'or', 'filter', 'ariaSnapshot', 'blur', 'describe', 'dispatchEvent', 'elementHandle', 'elementHandles', 'evaluate'],
    ...['evaluateAll', 'evaluateHandle', 'highlight', 'screenshot', 'selectText', 'setInputFiles', 'tap'],
]);

/** A way into a frame. */
class FrameLocator {
    #page;
    #frame;
    constructor(key, page, frame) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#page = page;
        this.#frame = frame;
    }
    #inside(selector) {
        return new Locator(apiKey, this.#page, `${this.#frame} >> frame: >> ${selector}`);
    }
    #narrowed(step) {
        return new FrameLocator(apiKey, this.#page, `${this.#frame} >> ${step}`);
    }
    locator(selector, options) {
        refuseOptions('frameLocator.locator', options, FILTERS);
        return this.#inside(selectorOf(selector, 'frameLocator.locator'));
    }
    frameLocator(selector) {
        const inner = `${this.#frame} >> frame: >> ${selectorOf(selector, 'frameLocator.frameLocator')}`;
        return new FrameLocator(apiKey, this.#page, inner);
    }
    owner() {
        return new Locator(apiKey, this.#page, this.#frame);
    }
    first() {
        return this.#narrowed('nth=0');
    }
    last() {
        return this.#narrowed('nth=-1');
    }
    nth(index) {
        return this.#narrowed(`nth=${Math.trunc(index)}`);
    }
    static {
        for (const [name, make] of Object.entries(FACTORIES)) {
            const method = {
                [name](...args) {
                    return this.#inside(make(...args));
                },
            };
            Object.defineProperty(FrameLocator.prototype, name, { value: method[name], configurable: true, writable: true });
        }
    }
}
