// Errors: those of the API, and what is told of any that nobody caught.

/** A time that passed, as Playwright has it. */
class TimeoutError extends Error {
    get name() {
        return 'TimeoutError';
    }
}

/** What a script that only looks may not do. */
class ReadonlyExecDenied extends Error {
    get name() {
        return 'ReadonlyExecDenied';
    }
}

/** Names for errors of the web. */
class DOMException extends Error {
    #name;
    constructor(message = '', name = 'Error') {
        super(message);
        this.#name = String(name);
    }
    get name() {
        return this.#name;
    }
}

/** The kind of failure that an operation answered, for the exit code. Kept apart from the error, which is the script's. */
const kinds = new WeakMap();

const stackOf = error => {
    const stack = error.stack;
    return typeof stack === 'string' ? stack.slice(0, 10_000) : '';
};

/** Memory that is given back to tell an error by, where there is no other left. */
let reserve = null;

/** Sets it aside. */
const keepReserve = () => {
    reserve ??= new ArrayBuffer(256 * 1024);
};

/** What is told of something that was thrown. */
const explain = error => {
    for (;;) {
        try {
            return explained(error);
        } catch {
            if (reserve === null) return JSON.stringify({ name: 'Error', message: 'the error cannot be told', stack: '' });
            reserve = null;
        }
    }
};

const explained = error => {
    if (!(error instanceof Error)) return JSON.stringify({ name: 'Uncaught', message: String(textOf(error)), stack: '' });
    const about = kinds.get(error) ?? {};
    const cause = error.cause === undefined ? undefined : textOf(error.cause);
    return JSON.stringify({
        name: String(error.name).toWellFormed(),
        message: String(error.message).toWellFormed(),
        stack: stackOf(error).toWellFormed(),
        cause,
        ...about,
    });
};
