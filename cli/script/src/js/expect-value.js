// The matchers of `expect` for values. Each answers { pass, expected?, received?, note? }; `pass` is without `not`.

const numbers = (value, wanted, compare) => {
    for (const one of [value, wanted]) {
        if (typeof one !== 'number' && typeof one !== 'bigint') throw new TypeError(`expected a number: ${textOf(one)}`);
    }
    return { pass: compare(value, wanted), expected: wanted };
};

/** The value at a path, `a.b[0]` or its parts: { is, value }. */
const atPath = (value, path) => {
    const parts = Array.isArray(path) ? path : String(path).replace(/\[(\w+)\]/g, '.$1').split('.').filter(part => part !== '');
    let here = value;
    for (const part of parts) {
        if (here === null || here === undefined || !(part in Object(here))) return { is: false };
        here = here[part];
    }
    return { is: true, value: here };
};

/** What a function throws; an error that was given stands for itself. */
const thrownBy = given => {
    if (typeof given !== 'function') return given instanceof Error ? { error: given } : null;
    try {
        given();
        return null;
    } catch (error) {
        return { error };
    }
};

const isLikeError = (error, wanted) => {
    const message = isObject(error) && 'message' in error ? String(error.message) : String(error);
    if (wanted === undefined) return true;
    if (typeof wanted === 'string') return message.includes(wanted);
    if (wanted instanceof RegExp) return wanted.test(message);
    if (typeof wanted === 'function') return error instanceof wanted;
    if (isAsymmetric(wanted)) return wanted.asymmetricMatch(error);
    return message === wanted.message;
};

const toThrow = (value, wanted) => {
    const thrown = thrownBy(value);
    const received = thrown ? `thrown: ${textOf(thrown.error?.message ?? thrown.error)}` : 'nothing was thrown';
    return { pass: thrown !== null && isLikeError(thrown.error, wanted), expected: wanted ?? 'an error', received };
};

const hasItem = (value, item, isSame) => {
    if (typeof value === 'string') return value.includes(item);
    return [...value].some(one => isSame(one, item));
};

const VALUE_MATCHERS = {
    toBe: (value, wanted) => ({ pass: Object.is(value, wanted), expected: wanted }),
    toBeCloseTo: (value, wanted, digits = 2) => numbers(value, wanted, () => isClose(value, wanted, digits)),
    toBeDefined: value => ({ pass: value !== undefined, expected: 'a value' }),
    toBeFalsy: value => ({ pass: !value, expected: 'something falsy' }),
    toBeGreaterThan: (value, wanted) => numbers(value, wanted, (one, other) => one > other),
    toBeGreaterThanOrEqual: (value, wanted) => numbers(value, wanted, (one, other) => one >= other),
    toBeInstanceOf: (value, wanted) => ({ pass: value instanceof wanted, expected: wanted }),
    toBeLessThan: (value, wanted) => numbers(value, wanted, (one, other) => one < other),
    toBeLessThanOrEqual: (value, wanted) => numbers(value, wanted, (one, other) => one <= other),
    toBeNaN: value => ({ pass: Number.isNaN(value), expected: NaN }),
    toBeNull: value => ({ pass: value === null, expected: null }),
    toBeTruthy: value => ({ pass: Boolean(value), expected: 'something truthy' }),
    toBeUndefined: value => ({ pass: value === undefined, expected: undefined }),
    toContain: (value, item) => ({ pass: hasItem(value, item, Object.is), expected: item }),
    toContainEqual: (value, item) => ({ pass: hasItem(value, item, areEqual), expected: item }),
    toEqual: (value, wanted) => ({ pass: areEqual(value, wanted), expected: wanted }),
    toHaveLength: (value, wanted) => ({ pass: value?.length === wanted, expected: `length ${wanted}`, received: value?.length }),
    toHaveProperty: (value, path, ...wanted) => {
        const found = atPath(value, path);
        const isRight = found.is && (wanted.length === 0 || areEqual(found.value, wanted[0]));
        return { pass: isRight, expected: wanted.length === 0 ? `the property ${String(path)}` : wanted[0], received: found.value };
    },
    toMatch: (value, wanted) => {
        if (typeof value !== 'string') throw new TypeError(`toMatch: expected a string, got ${textOf(value)}`);
        return { pass: wanted instanceof RegExp ? wanted.test(value) : value.includes(wanted), expected: wanted };
    },
    toMatchObject: (value, wanted) => ({ pass: isObject(value) && areEqual(value, wanted, { isSubset: true }), expected: wanted }),
    toStrictEqual: (value, wanted) => ({ pass: areEqual(value, wanted, { isStrict: true }), expected: wanted }),
    toThrow,
    toThrowError: toThrow,
};

/** How values stand in a message. */
const shown = value => (typeof value === 'string' ? JSON.stringify(value.toWellFormed()) : textOf(value));
