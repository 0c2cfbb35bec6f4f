// Asking the host for operations, and what an operation's failure is to a script.

/** What waits for an answer, by its number. */
const waiting = new Map();
let lastAsked = 0;

/** The host has an answer. */
const settle = (id, isDone, text) => {
    const entry = waiting.get(id);
    waiting.delete(id);
    if (!entry) return;
    if (isDone) entry.resolve(JSON.parse(text));
    else entry.reject(JSON.parse(text));
};

const wellFormed = (key, value) => (typeof value === 'string' ? value.toWellFormed() : value);

/**
 * Asks for an operation; answers a promise of its result, which is rejected with what the service tells of a failure, or
 * with the reason of the signal that gives it up.
 */
const ask = (name, args, page, timeout, signal) =>
    new Promise((resolve, reject) => {
        lastAsked += 1;
        const id = lastAsked;
        const giveUp = () => {
            if (!waiting.delete(id)) return;
            host.forget(id);
            reject(signal.reason);
        };
        const andDeaf = settled => value => {
            signal.removeEventListener('abort', giveUp);
            settled(value);
        };
        waiting.set(id, signal ? { resolve: andDeaf(resolve), reject: andDeaf(reject) } : { resolve, reject });
        signal?.addEventListener('abort', giveUp, { once: true });
        host.ask(id, name, JSON.stringify(args, wellFormed), page ?? '', timeout);
    });

/** Asks for an operation, and waits for its result: nothing else of the script runs meanwhile. */
const askNow = (about, name, args) => {
    const [isDone, text] = host.askNow(name, JSON.stringify(args, wellFormed), about.page ?? '', about.timeout);
    if (isDone) return JSON.parse(text);
    throw failure(JSON.parse(text), about);
};

/** Whether the call that runs may only look. The gate decides by its own; this is for words. */
let isReadOnly = false;

/** What a script that looks may use instead. */
const ALTERNATIVES =
    'a read-only script may use page: url title content viewportSize waitForLoadState waitForURL waitForSelector locator getBy* frames ' +
    'frame frameLocator; locators: locator getBy* first last nth filter and or all textContent innerText innerHTML boundingBox count ' +
    'getAttribute inputValue isVisible isHidden isEnabled isDisabled isEditable isChecked allTextContents allInnerTexts ' +
    'ariaSnapshot waitFor; expect; get(url, { method, headers }) by GET or HEAD; and scrollBy(dx, dy)';

const denied = (method, why, about = {}) => {
    const error = new ReadonlyExecDenied(`${method} is denied${why}; ${ALTERNATIVES}`);
    kinds.set(error, { kind: 'denied', hint: 'greenroom exec runs it, where the session is not read-only', ...about });
    return error;
};

/** What the API of Playwright has, and this one has not yet. */
const unsupported = (method, more = '') => {
    if (isReadOnly) return denied(method, ': it is not among what only looks');
    const error = new Error(`${method} is not supported${more}`);
    kinds.set(error, { kind: 'unsupported' });
    return error;
};

/** The error of a method whose operation failed. `trace`: where it was called. */
const failure = (wire, { method, selector, timeout, trace }) => {
    const { kind, hint, applied, retry, message } = wire;
    let error;
    if (kind === 'timeout' || kind === 'not-found') {
        const waited = selector ? `\n  - waiting for ${selector}` : '';
        error = new TimeoutError(`${method}: Timeout ${timeout}ms exceeded.\nCall log:${waited}\n  - ${message}`);
    } else if (kind === 'ambiguous') {
        error = new Error(`${method}: strict mode violation: ${message}`);
    } else if (kind === 'denied' && isReadOnly) {
        error = denied(method, `: ${message}`);
    } else {
        error = new Error(`${method}: ${message}`);
    }
    kinds.set(error, { kind, hint: hint ?? undefined, applied, retry });
    error.stack = trace.stack;
    return error;
};

const DEFAULT_TIMEOUT = 30_000;
const defaults = { timeout: DEFAULT_TIMEOUT, navigation: null };

/** How long a method may take: `0` means no limit of its own. */
const timeoutOf = (options, fallback) => {
    const given = options?.timeout ?? fallback ?? defaults.timeout;
    if (typeof given !== 'number' || Number.isNaN(given) || given < 0) throw new TypeError('timeout: expected a number from 0');
    return given;
};

/** Does an operation for a method. */
const perform = async (about, name, args) => {
    try {
        return await ask(name, args, about.page, about.timeout, about.signal);
    } catch (wire) {
        if (wire instanceof Error || about.signal?.aborted) throw wire;
        throw failure(wire, about);
    }
};

/** What is known of a method's call, taken while the caller is still on the stack. */
const aboutCall = (method, page, selector, options, fallback) => ({
    method,
    page,
    selector,
    timeout: timeoutOf(options, fallback),
    trace: new Error(method),
});

/** Refuses options that mean something and are not there. */
const refuseOptions = (method, options, names) => {
    for (const name of names) {
        if (options?.[name]) throw unsupported(`${method} with the option \`${name}\``);
    }
};

/** Methods that are known by name, and throw. */
const withUnsupported = (Type, prefix, names) => {
    for (const name of names) {
        const method = {
            [name]() {
                throw unsupported(`${prefix}.${name}`);
            },
        };
        Object.defineProperty(Type.prototype, name, { value: method[name], configurable: true, writable: true });
    }
};

const pagesNow = () => JSON.parse(host.pages());
