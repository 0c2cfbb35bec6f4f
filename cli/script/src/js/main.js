// The realm as a script finds it, and what the host calls in it.

/** Classes of ours, whose objects are no plain data. */
const isOurs = value => OWN_CLASSES.some(own => value instanceof own);

const cryptoObject = {
    randomUUID: () => {
        const hex = host.random();
        return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
    },
};

const plainGlobals = {
    ...timerGlobals,
    URL,
    URLSearchParams,
    Buffer,
    TextEncoder,
    TextDecoder,
    Event,
    EventTarget,
    AbortController,
    AbortSignal,
    DOMException,
    structuredClone: structuredCloneOf,
    console: consoleObject,
    crypto: cryptoObject,
};

const OWN_CLASSES = [URL, URLSearchParams, EventTarget, AbortController, AsymmetricMatcher, ...apiClasses];

/** Nothing of ours can be changed: neither a class, nor what its objects inherit. */
const freeze = value => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || Object.isFrozen(value)) return;
    Object.freeze(value);
    for (const key of Reflect.ownKeys(value)) {
        const { value: inner, get, set } = Object.getOwnPropertyDescriptor(value, key);
        if (typeof inner === 'function' || key === 'prototype') freeze(inner);
        if (get) freeze(get);
        if (set) freeze(set);
    }
};

const define = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });

for (const own of [...apiClasses, get, Session, ...Object.values(builtIn)]) freeze(own);
Object.freeze(builtIn);

for (const [name, value] of Object.entries({ ...plainGlobals, ...apiGlobals })) {
    freeze(value);
    define(name, value);
}

/** How many places may wait in a call, and how many have waited. */
const MOST_AWAITS = 2 ** 20;
let lastAwait = 0;

/** What code that runs is called with: declarations that outlive the call, and what is awaited. */
const helper = Object.freeze({
    declare: (fresh, kept) => {
        for (const name of fresh) globalThis[name] = undefined;
        for (const name of kept) if (!(name in globalThis)) globalThis[name] = undefined;
    },
    set: (name, value) => {
        globalThis[name] = value;
    },
    /** An `await` begins: what it waits for is worked out next. Answers a number that is larger for each. */
    at: number => {
        lastAwait += 1;
        return lastAwait * MOST_AWAITS + number;
    },
    wait: (token, value) => {
        const isThenable = (typeof value === 'object' || typeof value === 'function') && value !== null;
        if (!isThenable || typeof value.then !== 'function') return value;
        const promise = Promise.resolve(value);
        const done = () => host.awaited(token, false);
        host.awaited(token, true);
        promise.then(done, done);
        return promise;
    },
});

/** The host is told what a promise comes to. */
const tell = promise => {
    const failed = error => host.ended(false, explain(error));
    const done = value => {
        const kept = takeSoftFailure();
        if (kept) {
            failed(kept);
            return;
        }
        let told;
        try {
            told = describe(value);
        } catch (error) {
            failed(error);
            return;
        }
        host.ended(true, told);
    };
    promise.then(done, failed);
};

let stateText = '{}';

const exports = {
    /** A call begins. */
    begin: (page, isReadOnly, state) => {
        waiting.clear();
        timers.clear();
        indent = '';
        softFailures = [];
        keepReserve();
        beginApi(page, isReadOnly);
        if (state !== stateText) {
            define('state', JSON.parse(state));
            stateText = state;
        }
    },
    /** Calls the code. */
    start: code => tell(code(helper)),
    /** A workflow's file is imported; see `loadWorkflow`. */
    load: (importing, text) => tell(loadWorkflow(importing, text)),
    /** Calls the workflow that was loaded; see `runWorkflow`. */
    run: text => tell((async () => runWorkflow(text))()),
    /** What waits behind `pause()` goes on. */
    resume: resumeWorkflow,
    requireFile,
    builtIn,
    settle,
    fire,
    happen,
    explain,
    /** What `state` holds, where that is other than before; else an empty text. */
    keep: () => {
        const text = writer(true)(globalThis.state ?? {}) ?? '{}';
        const isSame = text === stateText;
        stateText = text;
        return isSame ? '' : text;
    },
};

define('state', {});

return exports;
