// Frames of a page, by the refs of the elements that hold them.

/** A frame; the page's own document is one, too. */
class Frame extends Scope {
    #page;
    #holder;
    #parent;
    constructor(key, page, holder = null, parent = null) {
        super(key, { method: 'frame', page, frame: holder === null ? '' : `${holder} >> frame: >> ` });
        this.#page = page;
        this.#holder = holder;
        this.#parent = parent;
    }
    page() {
        return this.#page;
    }
    parentFrame() {
        return this.#parent;
    }
    childFrames() {
        return framesBelow(this.#page, this, this.#holder).filter(frame => frame.#parent === this);
    }
    isDetached() {
        if (this.#holder === null) return this.#page.isClosed();
        return readNow(this.#page, 'count', this.#holder, 0) === 0;
    }
    name() {
        if (this.#holder === null) return '';
        const attr = name => readNow(this.#page, 'attr', this.#holder, '', name);
        return attr('name') || attr('id') || '';
    }
    url() {
        if (this.#holder === null) return this.#page.url();
        return readNow(this.#page, 'document-url', `${this.#holder} >> frame: >> :root`, '');
    }
    async frameElement() {
        if (this.#holder === null) throw new Error('frame.frameElement: the main frame is in no element');
        return new ElementHandle(apiKey, this.#page, this.#holder);
    }
    async waitForFunction(given, arg, options) {
        const about = aboutScope(this, 'waitForFunction', options);
        const isTrue = await retried(about.timeout, LOOKS, () => this.evaluate(given, arg));
        if (!isTrue) throw failure({ kind: 'timeout', message: 'the function answered nothing true' }, about);
    }
    async waitForLoadState(state = 'load', options = {}) {
        if (this.#holder === null) {
            await this.#page.waitForLoadState(state, options);
            return;
        }
        if (state === 'networkidle') throw unsupported("frame.waitForLoadState('networkidle')");
        const states = state === 'load' ? ['complete'] : ['interactive', 'complete'];
        await this.waitForFunction(wanted => wanted.includes(document.readyState), states, options);
    }
    async waitForURL(wanted, options) {
        const about = aboutScope(this, 'waitForURL', options);
        const matches = urlMatcher(wanted, about.method);
        const isThere = await retried(about.timeout, LOOKS, () => matches(this.url()));
        if (!isThere) throw failure({ kind: 'timeout', message: `the address is ${this.url()}` }, about);
        await this.waitForLoadState(options?.waitUntil ?? 'load', options);
    }
    goto(url, options) {
        if (this.#holder !== null) throw unsupported('frame.goto', ' in a frame of a page');
        return this.#page.goto(url, options);
    }
    toJSON() {
        return `frame(${this.#holder ?? this.#page.id})`;
    }
}

/** Reads something at once; `none`: the answer where nothing is there any more. */
const readNow = (page, what, selector, none, name) => {
    const about = aboutCall(`frame.${what}`, page.id, selector);
    try {
        return askNow(about, 'get', { what, selector, name }).value;
    } catch (error) {
        if (['not-found', 'stale', 'navigation'].includes(kinds.get(error)?.kind)) return none;
        throw error;
    }
};

/** The main frames of pages. */
const mainFrames = new WeakMap();

const mainFrameOf = page => {
    if (!mainFrames.has(page)) mainFrames.set(page, new Frame(apiKey, page));
    return mainFrames.get(page);
};

/** The frames of a page that were seen, by page and ref: each is one object. */
const knownFrames = new Map();

/** How deep frames are looked for. */
const DEEPEST_FRAME = 20;

/** The frames in a frame, and in those, in their order. */
const framesBelow = (page, parent, holder, depth = 0) => {
    if (depth >= DEEPEST_FRAME) return [];
    const inside = holder ? `${holder} >> frame: >> ` : '';
    const refs = readNow(page, 'refs', `${inside}css:iframe, frame`, []);
    return refs.flatMap(ref => {
        const key = `${page.id} ${ref}`;
        if (!knownFrames.has(key)) knownFrames.set(key, Object.freeze(new Frame(apiKey, page, ref, parent)));
        const frame = knownFrames.get(key);
        return [frame, ...framesBelow(page, frame, ref, depth + 1)];
    });
};
