// Whether two values are alike, as the matchers of `expect` mean it.

/** What stands for any value of a kind. */
class AsymmetricMatcher {
    #matches;
    #text;
    constructor(matches, text) {
        this.#matches = matches;
        this.#text = text;
    }
    asymmetricMatch(value) {
        return Boolean(this.#matches(value));
    }
    toString() {
        return this.#text;
    }
    toJSON() {
        return this.#text;
    }
}

const isAsymmetric = value => typeof value === 'object' && value !== null && typeof value.asymmetricMatch === 'function';

const isObject = value => typeof value === 'object' && value !== null;

/** The keys that count: with `isStrict` also those of what is undefined. */
const keysOf = (value, isStrict) => {
    const keys = Reflect.ownKeys(value).filter(key => Object.prototype.propertyIsEnumerable.call(value, key));
    return isStrict ? keys : keys.filter(key => value[key] !== undefined);
};

/** Compares two values; `how`: { isStrict, isSubset }. */
const areEqual = (actual, expected, how = {}, seen = []) => {
    if (isAsymmetric(expected)) return expected.asymmetricMatch(actual);
    if (isAsymmetric(actual)) return actual.asymmetricMatch(expected);
    if (Object.is(actual, expected)) return true;
    if (!isObject(actual) || !isObject(expected)) return false;
    if (seen.some(([one, other]) => one === actual && other === expected)) return true;
    const tag = tagOf(actual);
    if (tag !== tagOf(expected)) return false;
    if (how.isStrict && Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) return false;
    const pairs = [...seen, [actual, expected]];
    const alike = (one, other) => areEqual(one, other, how, pairs);
    switch (tag) {
        case 'Boolean':
        case 'Number':
        case 'String':
            return Object.is(actual.valueOf(), expected.valueOf());
        case 'Date':
            return Object.is(actual.getTime(), expected.getTime());
        case 'RegExp':
            return actual.source === expected.source && actual.flags === expected.flags;
        case 'Map':
        case 'Set':
            return areEqualCollections(actual, expected, alike);
        default:
    }
    if (actual instanceof Error && expected instanceof Error) return actual.name === expected.name && actual.message === expected.message;
    if (actual instanceof URL && expected instanceof URL) return actual.href === expected.href;
    if (Array.isArray(actual) || ArrayBuffer.isView(actual)) {
        if (actual.length !== expected.length) return false;
        return Array.from(expected).every((item, index) => alike(actual[index], item) && (!how.isStrict || index in actual === index in expected));
    }
    const wanted = keysOf(expected, how.isStrict);
    if (!how.isSubset && keysOf(actual, how.isStrict).length !== wanted.length) return false;
    return wanted.every(key => key in actual && alike(actual[key], expected[key]));
};

const areEqualCollections = (actual, expected, alike) => {
    if (actual.size !== expected.size) return false;
    const left = [...actual];
    return [...expected].every(item => {
        const at = left.findIndex(one => alike(one, item));
        if (at >= 0) left.splice(at, 1);
        return at >= 0;
    });
};

/** What `expect` has for values that are not known whole. */
const asymmetricMatchers = isInverted => {
    const made = (matches, text) =>
        isInverted ? new AsymmetricMatcher(value => !matches(value), `Not${text}`) : new AsymmetricMatcher(matches, text);
    return {
        arrayContaining: wanted =>
            made(
                value => Array.isArray(value) && wanted.every(item => value.some(one => areEqual(one, item))),
                `ArrayContaining ${jsonOf(wanted)}`,
            ),
        arrayOf: wanted => made(value => Array.isArray(value) && value.every(one => areEqual(one, wanted)), `ArrayOf ${jsonOf(wanted)}`),
        closeTo: (wanted, digits = 2) =>
            made(value => typeof value === 'number' && isClose(value, wanted, digits), `NumberCloseTo ${wanted}`),
        objectContaining: wanted =>
            made(
                value => isObject(value) && Object.keys(wanted).every(key => key in value && areEqual(value[key], wanted[key])),
                `ObjectContaining ${jsonOf(wanted)}`,
            ),
        stringContaining: wanted => made(value => typeof value === 'string' && value.includes(wanted), `StringContaining ${jsonOf(wanted)}`),
        stringMatching: wanted =>
            made(value => typeof value === 'string' && new RegExp(wanted).test(value), `StringMatching ${String(wanted)}`),
    };
};

const isClose = (value, wanted, digits) => value === wanted || Math.abs(value - wanted) < 10 ** -digits / 2;

const PRIMITIVES = new Map([
    [String, 'string'],
    [Number, 'number'],
    [Boolean, 'boolean'],
    [BigInt, 'bigint'],
    [Symbol, 'symbol'],
    [Function, 'function'],
]);

/** A value of a type. */
const anyOf = type => {
    if (typeof type !== 'function') throw new TypeError('expect.any() expects a constructor');
    const isIt = value => {
        if (PRIMITIVES.has(type)) return typeof value === PRIMITIVES.get(type) || value instanceof type;
        return type === Object ? isObject(value) : value instanceof type;
    };
    return new AsymmetricMatcher(isIt, `Any<${nameOfFunction(type)}>`);
};

/** Any value but `null` and `undefined`. */
const anything = () => new AsymmetricMatcher(value => value !== null && value !== undefined, 'Anything');
