// Events without a page: EventTarget, AbortController and AbortSignal.

/** Something that happened. */
class Event {
    #type;
    #prevented = false;
    target = null;
    constructor(type, { cancelable = false } = {}) {
        this.#type = String(type);
        this.cancelable = Boolean(cancelable);
    }
    get type() {
        return this.#type;
    }
    get defaultPrevented() {
        return this.#prevented;
    }
    preventDefault() {
        this.#prevented = this.cancelable;
    }
}

/** What tells of events. */
class EventTarget {
    #listeners = new Map();
    addEventListener(type, listener, options) {
        if (listener === null || listener === undefined) return;
        const once = typeof options === 'object' && Boolean(options?.once);
        const known = this.#listeners.get(type) ?? [];
        if (!known.some(entry => entry.listener === listener)) this.#listeners.set(type, [...known, { listener, once }]);
    }
    removeEventListener(type, listener) {
        this.#listeners.set(type, (this.#listeners.get(type) ?? []).filter(entry => entry.listener !== listener));
    }
    dispatchEvent(event) {
        event.target = this;
        const handler = this[`on${event.type}`];
        if (typeof handler === 'function') handler.call(this, event);
        for (const { listener, once } of this.#listeners.get(event.type) ?? []) {
            if (once) this.removeEventListener(event.type, listener);
            if (typeof listener === 'function') listener.call(this, event);
            else listener.handleEvent(event);
        }
        return !event.defaultPrevented;
    }
}

let abortSignal = null;

/** Tells that something is to be given up. */
class AbortSignal extends EventTarget {
    #reason = undefined;
    #aborted = false;
    onabort = null;
    constructor(key) {
        super();
        if (key !== signalKey) throw new TypeError('Illegal constructor');
    }
    get aborted() {
        return this.#aborted;
    }
    get reason() {
        return this.#reason;
    }
    throwIfAborted() {
        if (this.#aborted) throw this.#reason;
    }
    static abort(reason) {
        const signal = new AbortSignal(signalKey);
        abortSignal(signal, reason);
        return signal;
    }
    static timeout(delay) {
        const signal = new AbortSignal(signalKey);
        const passed = () => abortSignal(signal, new DOMException('signal timed out', 'TimeoutError'));
        setTimer(passed, delay, [], false);
        return signal;
    }
    static any(signals) {
        const signal = new AbortSignal(signalKey);
        for (const one of signals) {
            if (one.aborted) abortSignal(signal, one.reason);
            one.addEventListener('abort', () => abortSignal(signal, one.reason), { once: true });
        }
        return signal;
    }
    static {
        abortSignal = (signal, reason) => {
            if (signal.#aborted) return;
            signal.#aborted = true;
            signal.#reason = reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : reason;
            signal.dispatchEvent(new Event('abort'));
        };
    }
}

const signalKey = Symbol('signal');

/** Gives something up. */
class AbortController {
    #signal = new AbortSignal(signalKey);
    get signal() {
        return this.#signal;
    }
    abort(reason) {
        abortSignal(this.#signal, reason);
    }
}
