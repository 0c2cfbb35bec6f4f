// Events: who listens for what, and what the host tells.

/** The listeners of pages and the context: by target, then by event. They end with the call. */
const heard = new Map();

/** Requests of documents are followed from the first navigation of a call on: their answers may be asked for more. */
let followsDocuments = false;

/** What the host must tell for each event of a page. */
const PAGE_EVENTS = {
    close: ['page-closed'],
    console: ['console'],
    crash: ['page-crashed'],
    dialog: ['dialog'],
    domcontentloaded: ['page-reached'],
    download: ['download'],
    framenavigated: ['page-navigated'],
    load: ['page-reached'],
    pageerror: ['console'],
    popup: ['page-opened'],
    request: ['request'],
    requestfailed: ['request'],
    requestfinished: ['request'],
    response: ['request'],
};

/** The same of the context. */
const CONTEXT_EVENTS = {
    console: ['console'],
    dialog: ['dialog'],
    page: ['page-opened'],
    request: ['request'],
    requestfailed: ['request'],
    requestfinished: ['request'],
    response: ['request'],
    weberror: ['console'],
};

/** What goes on after its first event: its end is told though nobody listens any more. */
const LASTING = ['request', 'download'];
const lasting = new Set();

/** Has the host tell what is listened for now. */
const listenNow = () => {
    const names = new Set(followsDocuments ? ['document-request', ...lasting] : lasting);
    if (holds) for (const name of ['route', 'request']) names.add(name);
    const dialogs = [];
    for (const [target, events] of heard) {
        const known = target === context ? CONTEXT_EVENTS : PAGE_EVENTS;
        for (const event of events.keys()) for (const name of known[event]) names.add(name);
        for (const name of LASTING) if (names.has(name)) lasting.add(name);
        if (events.has('dialog')) dialogs.push(target === context ? '*' : target.id);
    }
    host.listen([...names].join(','), dialogs.includes('*') ? '*' : dialogs.join(','));
};

const checkEvent = (target, event, method) => {
    if (isReadOnly) throw denied(method, ': it is not among what only looks');
    const known = target === context ? CONTEXT_EVENTS : PAGE_EVENTS;
    if (!Object.hasOwn(known, event)) throw unsupported(`${method} of the event \`${String(event)}\``);
};

const listen = (target, event, listener, once, method, first = false) => {
    checkEvent(target, event, method);
    if (typeof listener !== 'function') throw new TypeError(`${method}: expected a function`);
    if (!heard.has(target)) heard.set(target, new Map());
    const events = heard.get(target);
    const entry = { listener, once };
    const before = events.get(event) ?? [];
    events.set(event, first ? [entry, ...before] : [...before, entry]);
    listenNow();
};

const unlisten = (target, event, listener) => {
    const events = heard.get(target);
    const entries = events?.get(event);
    if (!entries) return;
    // The one that was added last, as in Node.
    const index = entries.findLastIndex(entry => entry.listener === listener);
    if (index < 0) return;
    const left = entries.toSpliced(index, 1);
    if (left.length > 0) events.set(event, left);
    else events.delete(event);
    listenNow();
};

const unlistenAll = (target, event) => {
    if (event === undefined) heard.delete(target);
    else heard.get(target)?.delete(event);
    listenNow();
};

/** What a listener threw first; the others are told first. */
let thrown = null;

/** Calls who listens; answers how many did. */
const emit = (target, event, value) => {
    const entries = heard.get(target)?.get(event) ?? [];
    for (const { listener, once } of entries) {
        if (once) unlisten(target, event, listener);
        try {
            listener.call(target, value);
        } catch (error) {
            thrown ??= { error };
        }
    }
    return entries.length;
};

/** Of a page's event, the context is told, too. */
const emitBoth = (page, event, value) => (page ? emit(page, event, value) : 0) + (CONTEXT_EVENTS[event] ? emit(context, event, value) : 0);

const CLOSED = 'Target page, context or browser has been closed';

/** Waits for an event that a predicate takes. `told`: how the error names what did not come. */
const waitForEventOf = (target, event, given, method, told = `event "${event}"`) => {
    checkEvent(target, event, method);
    const { predicate, timeout } = typeof given === 'function' ? { predicate: given } : (given ?? {});
    const limit = timeoutOf({ timeout });
    const trace = new Error(method);
    return new Promise((resolve, reject) => {
        let timer;
        const stop = () => {
            unlisten(target, event, taking);
            if (target !== context) unlisten(target, 'close', closed);
            clearTimer(timer);
        };
        const fail = error => {
            stop();
            reject(error);
        };
        const traced = error => {
            error.stack = trace.stack;
            return error;
        };
        const take = (value, isIt) => {
            if (!isIt) return;
            stop();
            resolve(value);
        };
        const taking = value => {
            try {
                const isIt = predicate ? predicate(value) : true;
                if (typeof isIt?.then === 'function') isIt.then(later => take(value, later), fail);
                else take(value, isIt);
            } catch (error) {
                fail(error);
            }
        };
        const closed = () => fail(traced(new Error(`${method}: ${CLOSED}`)));
        listen(target, event, taking, false, method);
        if (target !== context && event !== 'close') listen(target, 'close', closed, false, method);
        const late = () => fail(traced(new TimeoutError(`${method}: Timeout ${limit}ms exceeded while waiting for ${told}`)));
        if (limit > 0) timer = setTimer(late, limit, [], false);
    });
};

/** The methods of what tells events. */
const withEvents = (Type, prefix) => {
    const methods = {
        on(event, listener) {
            listen(this, event, listener, false, `${prefix}.on`);
            return this;
        },
        once(event, listener) {
            listen(this, event, listener, true, `${prefix}.once`);
            return this;
        },
        addListener(event, listener) {
            listen(this, event, listener, false, `${prefix}.addListener`);
            return this;
        },
        prependListener(event, listener) {
            listen(this, event, listener, false, `${prefix}.prependListener`, true);
            return this;
        },
        off(event, listener) {
            unlisten(this, event, listener);
            return this;
        },
        removeListener(event, listener) {
            unlisten(this, event, listener);
            return this;
        },
        async removeAllListeners(event) {
            unlistenAll(this, event);
        },
        async waitForEvent(event, given) {
            return waitForEventOf(this, event, given, `${prefix}.waitForEvent`);
        },
    };
    for (const [name, value] of Object.entries(methods)) {
        Object.defineProperty(Type.prototype, name, { value, configurable: true, writable: true });
    }
};

const pageEvent = id => (id === null ? null : pageOf(id));

/** What becomes of what the host tells. */
const TELLERS = {
    'page-opened': (page, { opener }) => {
        emit(context, 'page', page);
        if (opener !== null) emit(pageOf(opener), 'popup', page);
    },
    'page-closed': page => emit(page, 'close', page),
    'page-crashed': page => emit(page, 'crash', page),
    'page-navigated': page => emit(page, 'framenavigated', page.mainFrame()),
    'page-reached': (page, { state }) => emit(page, state, page),
    console: (page, told) => {
        if (told.level !== 'pageerror') {
            emitBoth(page, 'console', new ConsoleMessage(apiKey, page, told));
            return;
        }
        const error = pageError(told);
        if (page) emit(page, 'pageerror', error);
        emit(context, 'weberror', Object.freeze({ error: () => error, page: () => page }));
    },
    dialog: (page, told) => emitBoth(page, 'dialog', new Dialog(apiKey, page, told)),
    download: (page, told) => {
        const download = downloadOf(page, told);
        if (download && page) emit(page, 'download', download);
    },
    // What a handler throws is the call's error, as what nobody handles.
    'request-held': (page, told) => void decideHeld(page, told),
    'request-sent': (page, told) => emitBoth(page, 'request', requestSent(page, told)),
    'response-started': (page, told) => {
        const response = responseStarted(told);
        if (response) emitBoth(page, 'response', response);
    },
    'request-ended': (page, told) => {
        const request = requestEnded(told);
        if (request) emitBoth(page, told.error === null ? 'requestfinished' : 'requestfailed', request);
    },
};

/** The host tells that something has happened. */
const happen = text => {
    const { event, page, detail } = JSON.parse(text);
    thrown = null;
    TELLERS[event](pageEvent(page), detail);
    if (thrown) throw thrown.error;
};

/** Follows the requests of documents from now on. */
const followDocuments = () => {
    if (followsDocuments || isReadOnly) return;
    followsDocuments = true;
    listenNow();
};

/** A call begins: nobody listens yet. */
const beginEvents = () => {
    heard.clear();
    lasting.clear();
    followsDocuments = false;
    beginNetwork();
    beginRoutes();
    downloads.length = 0;
};
