// `expect`: values are compared at once, what changes by itself is looked at until it is as expected.

const EXPECT_TIMEOUT = 5000;

/** Failures of `expect.soft`, which the call tells at its end. */
let softFailures = [];

const callText = (subject, name, { isNot, promise }, count) =>
    `expect(${subject})${promise ? `.${promise}` : ''}${isNot ? '.not' : ''}.${name}(${count > 0 ? 'expected' : ''})`;

/** The error of a matcher that did not pass. */
const mismatch = ({ subject, name, how, args, result, details = [], trace }) => {
    const head = `${how.message ? `${how.message}\n\n` : ''}${callText(subject, name, how, args.length)} failed`;
    const expected = 'expected' in result ? result.expected : args[0];
    const lines = [...details];
    if (args.length > 0 || 'expected' in result) lines.push(`Expected: ${how.isNot ? 'not ' : ''}${shown(expected)}`);
    lines.push(`Received: ${result.isMissing ? '<element(s) not found>' : shown(result.received)}`);
    const error = new Error(`${head}\n\n${lines.join('\n')}`);
    error.matcherResult = Object.freeze({ name, pass: Boolean(result.pass), expected, actual: result.received });
    error.stack = trace.stack;
    return error;
};

/** Raises a failure, or keeps it for the end of the call. */
const fail = (error, how) => {
    if (!how.isSoft) throw error;
    softFailures.push(error);
};

const judge = (result, how, about) => {
    if (Boolean(result.pass) !== how.isNot) return;
    fail(mismatch({ ...about, how, result }), how);
};

/** Own matchers of `expect.extend`, which may be asynchronous. */
const judgeOwn = (made, value, how, name, args, trace) => {
    const told = result => {
        if (Boolean(result.pass) !== how.isNot) return;
        const error = new Error(typeof result.message === 'function' ? result.message() : `${name} failed`);
        error.stack = trace.stack;
        fail(error, how);
    };
    const result = made.call({ isNot: how.isNot, promise: how.promise ?? '', equals: areEqual }, value, ...args);
    return typeof result?.then === 'function' ? result.then(told) : told(result);
};

/** Asks again and again until a look passes, or the time is over. */
const judgeLooks = async (look, timeout, intervals, how, about) => {
    let result = {};
    const isRight = await retried(timeout, intervals, async () => {
        result = await look();
        return result.pass !== undefined && Boolean(result.pass) !== how.isNot;
    });
    if (!isRight) fail(mismatch({ ...about, how, result }), how);
};

const timeoutIn = (args, how) => {
    const options = args.at(-1);
    const isOptions = isObject(options) && !(options instanceof RegExp) && !Array.isArray(options);
    return (isOptions ? options.timeout : undefined) ?? how.timeout ?? EXPECT_TIMEOUT;
};

/** The matchers of one `expect(…)`. */
const matchersOf = (value, how) => {
    const matchers = {};
    const about = (subject, name, args) => ({ subject, name, args, trace: new Error(name) });
    const add = (name, method) => {
        matchers[name] = method;
    };
    if (value instanceof Locator) {
        for (const [name, matcher] of Object.entries(LOCATOR_MATCHERS)) {
            add(name, async (...args) => {
                const timeout = timeoutIn(args, how);
                const details = [`Locator:  ${value}`, `Timeout:  ${timeout}ms`];
                const seen = { ...about('locator', name, expectedIn(name, args)), details };
                await judgeLooks(() => lookAtLocator(value, matcher, padded(name, args)), timeout, LOOKS, how, seen);
            });
        }
    } else if (value instanceof Page) {
        for (const [name, look] of Object.entries(PAGE_MATCHERS)) {
            add(name, async (...args) => {
                const timeout = timeoutIn(args, how);
                const seen = { ...about('page', name, args), details: [`Timeout:  ${timeout}ms`] };
                await judgeLooks(() => look(value, ...args), timeout, LOOKS, how, seen);
            });
        }
    }
    for (const [name, matcher] of Object.entries(VALUE_MATCHERS)) {
        if (name in matchers) continue;
        add(name, (...args) => {
            const result = matcher(value, ...args);
            judge({ received: value, ...result }, how, about('received', name, args));
        });
    }
    if (typeof value?.ok === 'function' && typeof value?.status === 'function') {
        add('toBeOK', async () => {
            const result = { pass: value.ok(), expected: 'a status from 200 to 299', received: value.status() };
            judge(result, how, about('response', 'toBeOK', []));
        });
    }
    if (typeof value === 'function') {
        add('toPass', async (options = {}) => {
            let last;
            const seen = about('function', 'toPass', []);
            const isRight = await retried(options.timeout ?? how.timeout ?? 0, options.intervals ?? LOOKS, async () => {
                try {
                    await value();
                    return !how.isNot;
                } catch (error) {
                    last = error;
                    return how.isNot;
                }
            });
            if (isRight) return;
            fail(last instanceof Error && !how.isNot ? last : mismatch({ ...seen, how, result: { expected: 'to pass' } }), how);
        });
    }
    for (const [name, made] of Object.entries(how.own)) {
        add(name, (...args) => judgeOwn(made, value, how, name, args, new Error(name)));
    }
    return matchers;
};

/** How many arguments stand before the options of a matcher. */
const WANTED = { toHaveAttribute: 2, toHaveCSS: 2, toHaveJSProperty: 2 };
const NONE_WANTED = /^toBe/;

const wantedCount = name => WANTED[name] ?? (NONE_WANTED.test(name) ? 0 : 1);

/** What stands in the message as expected. */
const expectedIn = (name, args) => {
    const count = wantedCount(name);
    return count === 0 ? [] : args.slice(count - 1, count);
};

/** The arguments with a place for the options. */
const padded = (name, args) => {
    const places = wantedCount(name) + 1;
    return [...args, ...Array(Math.max(0, places - args.length)).fill(undefined)];
};

/** Matchers for what a promise comes to. */
const promised = (value, how, promise) =>
    Object.fromEntries(
        Object.keys(matchersOf(undefined, how)).map(name => [
            name,
            async (...args) => {
                const trace = new Error(name);
                let settled;
                try {
                    settled = { value: await (typeof value === 'function' ? value() : value) };
                } catch (error) {
                    settled = { error };
                }
                if ('error' in settled !== (promise === 'rejects')) {
                    const what = promise === 'rejects' ? 'resolved' : `was rejected: ${settled.error?.message ?? settled.error}`;
                    const error = new Error(`${callText('received', name, { ...how, promise }, args.length)} failed\n\nThe promise ${what}`);
                    error.stack = trace.stack;
                    throw error;
                }
                await matchersOf('error' in settled ? settled.error : settled.value, { ...how, promise })[name](...args);
            },
        ]),
    );

/** Matchers that are tried on what a function answers, again and again. */
const polled = (given, options, how) => {
    const names = Object.keys(VALUE_MATCHERS);
    const timeout = options.timeout ?? how.timeout ?? EXPECT_TIMEOUT;
    const made = isNot =>
        Object.fromEntries(
            names.map(name => [
                name,
                async (...args) => {
                    const seen = { subject: 'poll', name, args, trace: new Error(name), details: [`Timeout:  ${timeout}ms`] };
                    const look = async () => {
                        const received = await given();
                        return { received, ...VALUE_MATCHERS[name](received, ...args) };
                    };
                    await judgeLooks(look, timeout, options.intervals ?? LOOKS, { ...how, isNot, message: options.message }, seen);
                },
            ]),
        );
    return { ...made(false), not: made(true) };
};

/** An `expect` with settings: { isSoft, timeout, message, own }. */
const expectWith = settings => {
    const expect = (value, message) => {
        const how = { ...settings, isNot: false, message: typeof message === 'string' ? message : message?.message };
        const negated = { ...how, isNot: true };
        return {
            ...matchersOf(value, how),
            get not() {
                return matchersOf(value, negated);
            },
            get resolves() {
                return { ...promised(value, how, 'resolves'), not: promised(value, negated, 'resolves') };
            },
            get rejects() {
                return { ...promised(value, how, 'rejects'), not: promised(value, negated, 'rejects') };
            },
        };
    };
    Object.assign(expect, asymmetricMatchers(false), {
        not: Object.freeze(asymmetricMatchers(true)),
        any: anyOf,
        anything,
        configure: ({ timeout = settings.timeout, soft = settings.isSoft } = {}) => expectWith({ ...settings, timeout, isSoft: soft }),
        extend: own => expectWith({ ...settings, own: { ...settings.own, ...own } }),
        poll: (given, options = {}) => {
            const { message, ...rest } = typeof options === 'string' ? { message: options } : options;
            return polled(given, { ...rest, message }, settings);
        },
    });
    if (!settings.isSoft) expect.soft = expectWith({ ...settings, isSoft: true });
    return expect;
};

const expectObject = expectWith({ isSoft: false, timeout: undefined, own: {} });

/** Takes the failures that were kept: the error that the call ends with, if there were any. */
const takeSoftFailure = () => {
    const [first, ...more] = softFailures;
    softFailures = [];
    if (first && more.length > 0) first.message += `\n\n(and ${more.length} more that \`expect.soft\` kept)`;
    return first;
};
