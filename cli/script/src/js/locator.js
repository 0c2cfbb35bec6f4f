// Locators: a page and a selector. Nothing is looked for before a method asks.

const optionValue = given => {
    if (typeof given === 'string') return given;
    if (typeof given?.index === 'number') return `index=${given.index}`;
    const value = given?.value ?? given?.label;
    if (typeof value !== 'string') throw new TypeError('an option is a value, { value }, { label } or { index }');
    return value;
};

const listOf = given => (given === null ? [] : Array.isArray(given) ? given : [given]);

/** The selector of a locator. */
let selectorOfLocator;

/** A way to elements of a page. */
class Locator {
    #page;
    /** The steps into the frame that it looks in. */
    #frame;
    /** The steps there. */
    #steps;
    #description = null;
    constructor(key, page, steps, frame = '') {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#page = page;
        this.#steps = steps;
        this.#frame = frame;
    }
    get #selector() {
        return this.#frame + this.#steps;
    }
    #below(...steps) {
        return new Locator(apiKey, this.#page, [this.#steps, ...steps].join(' >> '), this.#frame);
    }
    #inner(other, method) {
        if (!(other instanceof Locator)) throw new TypeError(`${method}: expected a locator`);
        if (other.#page !== this.#page || other.#frame !== this.#frame) {
            throw new Error(`${method}: the inner locator must belong to the same frame`);
        }
        return other.#steps;
    }
    #about(name, options) {
        return aboutCall(`locator.${name}`, this.#page.id, this.#selector, options);
    }
    #act(name, op, args, options) {
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
    description() {
        return this.#description;
    }
    describe(description) {
        const described = this.#below();
        described.#description = String(description);
        return described;
    }
    toString() {
        return this.#description ?? this.#selector;
    }
    toJSON() {
        return `locator(${this.#selector})`;
    }
    locator(selector, options) {
        if (!(selector instanceof Locator)) return this.#below(selectorOf(selector, 'locator.locator')).filter(options);
        return this.#below(this.#inner(selector, 'locator.locator')).filter(options);
    }
    filter(options) {
        const steps = filterSteps(options, inner => this.#inner(inner, 'locator.filter'));
        return steps.length === 0 ? this : this.#below(...steps);
    }
    and(other) {
        return this.#below(`and=(${this.#inner(other, 'locator.and')})`);
    }
    or(other) {
        return this.#below(`or=(${this.#inner(other, 'locator.or')})`);
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
    async elementHandle(options) {
        const ref = await this.#read('elementHandle', 'ref', options);
        return new ElementHandle(apiKey, this.#page, ref);
    }
    elementHandles() {
        return handlesOf(this);
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
    ariaSnapshot(options) {
        return this.#read('ariaSnapshot', 'aria', options);
    }
    allInnerTexts() {
        return this.#now('allInnerTexts', 'texts');
    }
    allTextContents() {
        return this.#now('allTextContents', 'text-contents');
    }
    evaluate(given, arg, options) {
        const about = this.#about('evaluate', options);
        return evaluateIn(about, given, arg, { elements: [this.#selector], shape: 'one' });
    }
    evaluateAll(given, arg) {
        return evaluateIn(this.#about('evaluateAll'), given, arg, { all: this.#selector, shape: 'all' });
    }
    async dispatchEvent(type, init = {}, options) {
        const about = this.#about('dispatchEvent', options);
        await evaluateIn(about, dispatch, { type: String(type), init }, { elements: [this.#selector], shape: 'one' });
    }
    async selectText(options) {
        await evaluateIn(this.#about('selectText', options), selectAll, undefined, { elements: [this.#selector], shape: 'one' });
    }
    async blur(options) {
        const about = this.#about('blur', options);
        await evaluateIn(about, element => element.blur(), undefined, { elements: [this.#selector], shape: 'one' });
    }
    async waitFor(options = {}) {
        const args = { selector: this.#selector, state: options.state ?? 'visible' };
        await perform(this.#about('waitFor', options), 'wait', args);
    }
    async click(options = {}) {
        refuseOptions('locator.click', options, ['steps']);
        await this.#act('click', 'click', clickOf(options), options);
    }
    async dblclick(options = {}) {
        refuseOptions('locator.dblclick', options, ['steps']);
        const { count, ...args } = clickOf(options);
        await this.#act('dblclick', 'dblclick', args, options);
    }
    async hover(options) {
        await this.#act('hover', 'hover', pointingOf(options), options);
    }
    async tap(options) {
        await tapWith(this.#about('tap', options), { selector: this.#selector, ...pointingOf(options) });
    }
    async fill(value, options) {
        await this.#act('fill', 'fill', { value: String(value), force: switchOf(options?.force) }, options);
    }
    async clear(options) {
        await this.#act('clear', 'fill', { value: '', force: switchOf(options?.force) }, options);
    }
    async type(text, options) {
        await this.#act('type', 'type', { text: String(text), delay: restOf(options) }, options);
    }
    async pressSequentially(text, options) {
        await this.#act('pressSequentially', 'type', { text: String(text), delay: restOf(options) }, options);
    }
    async press(key, options) {
        await this.#act('press', 'press', { key: String(key), delay: restOf(options) }, options);
    }
    async focus(options) {
        await this.#act('focus', 'focus', {}, options);
    }
    async check(options) {
        const { modifiers, ...args } = pointingOf(options);
        await this.#act('check', 'check', args, options);
    }
    async uncheck(options) {
        const { modifiers, ...args } = pointingOf(options);
        await this.#act('uncheck', 'uncheck', args, options);
    }
    async setChecked(checked, options) {
        await (checked ? this.check(options) : this.uncheck(options));
    }
    async selectOption(values, options) {
        const wanted = listOf(values).map(optionValue);
        const acted = await this.#act('selectOption', 'select', { values: wanted, force: switchOf(options?.force) }, options);
        return listOf(acted.value ?? null);
    }
    async setInputFiles(files, options) {
        const paths = listOf(files);
        if (paths.some(file => typeof file !== 'string')) throw unsupported('locator.setInputFiles', ' with files that are no paths');
        await this.#act('setInputFiles', 'upload', { files: paths }, options);
    }
    async dragTo(target, options) {
        refuseOptions('locator.dragTo', options, ['steps']);
        const args = {
            to: selectorOfLocator(target),
            sourcePosition: placeOf(options?.sourcePosition),
            targetPosition: placeOf(options?.targetPosition),
            force: switchOf(options?.force),
            trial: switchOf(options?.trial),
        };
        await this.#act('dragTo', 'drag', args, options);
    }
    async scrollIntoViewIfNeeded(options) {
        const about = this.#about('scrollIntoViewIfNeeded', options);
        await perform(about, 'scroll', { to: this.#selector });
    }
    screenshot(options = {}) {
        return shotOf(this.#about('screenshot', options), options, { selector: this.#selector });
    }
    static {
        selectorOfLocator = locator => locator.#selector;
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

withUnsupported(Locator, 'locator', ['evaluateHandle', 'highlight', 'normalize']);

/** What is told where an element never came. */
const lastSeen = selector => ({ kind: 'timeout', message: `no element matches \`${selector}\`` });

/** Options as the operations have them; what is not said is not there. */
const switchOf = given => (given ? true : undefined);
const placeOf = position => position && `${position.x},${position.y}`;

const restOf = options => {
    const { delay = 0 } = options ?? {};
    if (typeof delay !== 'number' || !(delay >= 0)) throw new TypeError('delay: expected a number from 0');
    return Math.round(delay) || undefined;
};

/** How an element is pointed at. */
const pointingOf = ({ modifiers, position, force, trial } = {}) => ({
    modifiers: modifiers?.map(key => (key === 'ControlOrMeta' ? 'Control' : key)),
    position: placeOf(position),
    force: switchOf(force),
    trial: switchOf(trial),
});

/** Playwright's word for a page that cannot be tapped. */
const NO_TOUCH = 'The page does not support tap. Use hasTouch context option to enable touch support.';

/** Taps: the one operation that needs an option of the context. */
const tapWith = async (about, args) => {
    try {
        await ask('tap', args, about.page, about.timeout);
    } catch (wire) {
        if (wire instanceof Error) throw wire;
        const isUntouched = wire.kind === 'usage' && wire.message.startsWith('the page does not support tap');
        throw failure(isUntouched ? { ...wire, message: NO_TOUCH } : wire, about);
    }
};

const clickOf = options => ({
    button: options.button,
    count: options.clickCount,
    delay: restOf(options),
    ...pointingOf(options),
});

/** Tells an element of an event. Runs in the page. */
const dispatch = (element, { type, init }) => {
    const KINDS = [
        [/^(auxclick|click|dblclick|mouse\w+|contextmenu)$/, 'MouseEvent'],
        [/^key(down|up|press)$/, 'KeyboardEvent'],
        [/^(touch\w+)$/, 'TouchEvent'],
        [/^(pointer\w+|gotpointercapture|lostpointercapture)$/, 'PointerEvent'],
        [/^(focus|blur|focusin|focusout)$/, 'FocusEvent'],
        [/^(drag\w*|drop)$/, 'DragEvent'],
        [/^wheel$/, 'WheelEvent'],
        [/^(device\w+)$/, 'Event'],
    ];
    const kind = KINDS.find(([pattern]) => pattern.test(type));
    const Type = (kind && globalThis[kind[1]]) || Event;
    element.dispatchEvent(new Type(type, { bubbles: true, cancelable: true, composed: true, ...init }));
};

/** Selects the text of an element. Runs in the page. */
const selectAll = element => {
    if (typeof element.select === 'function') {
        element.select();
        element.focus();
        return;
    }
    const range = element.ownerDocument.createRange();
    range.selectNodeContents(element);
    const selection = element.ownerDocument.defaultView.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
};

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
        return new Locator(apiKey, this.#page, selector, `${this.#frame} >> frame: >> `);
    }
    #narrowed(step) {
        return new FrameLocator(apiKey, this.#page, `${this.#frame} >> ${step}`);
    }
    locator(selector, options) {
        if (selector instanceof Locator) throw unsupported('frameLocator.locator', ' with a locator');
        return this.#inside(selectorOf(selector, 'frameLocator.locator')).filter(options);
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
