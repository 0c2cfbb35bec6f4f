// Values on their way between a script and a page: what JSON has no form for keeps its own.
//
// `encodeValue` and `decodeValue` run on both sides: in a page as their own text, so they use nothing from outside of them.
// A value is its JSON, but an object is `{ o, i }`, an array `{ a, i }` (`i`: its number, for `{ r }`, which means it again),
// and anything else `{ s }` with a word, or an object whose one key says what it is.

/** A value as a tree of JSON. `elementOf`: the number of an element that a value stands for, where it stands for one. */
const encodeValue = (value, elementOf) => {
    const numbers = new Map();
    const tag = Object.prototype.toString;
    const isError = item => item instanceof Error || tag.call(item) === '[object Error]' || tag.call(item) === '[object DOMException]';
    const plain = item => {
        switch (typeof item) {
            case 'string':
            case 'boolean':
                return item;
            case 'number':
                if (Object.is(item, -0)) return { s: '-0' };
                return Number.isFinite(item) ? item : { s: String(item) };
            case 'bigint':
                return { n: item.toString() };
            case 'object':
                return item === null ? null : undefined;
            default:
                return { s: 'undefined' };
        }
    };
    const special = item => {
        const element = elementOf?.(item);
        if (element !== undefined) return { h: element };
        switch (tag.call(item)) {
            case '[object Date]':
                return { d: Number.isNaN(item.getTime()) ? '' : item.toISOString() };
            case '[object RegExp]':
                return { x: [item.source, item.flags] };
            case '[object Window]':
                return 'ref: <Window>';
            default:
        }
        if (typeof URL === 'function' && item instanceof URL) return { u: String(item) };
        if (isError(item)) return { e: [String(item.name), String(item.message), String(item.stack)] };
        if (typeof ArrayBuffer !== 'undefined' && ArrayBuffer.isView(item) && 'length' in item) {
            const type = tag.call(item).slice(8, -1);
            return { t: [type, Array.from(item, one => (typeof one === 'bigint' ? one.toString() : one))] };
        }
        if (typeof Node === 'function' && item instanceof Node) return item.nodeType === 9 ? 'ref: <Document>' : 'ref: <Node>';
        return undefined;
    };
    const write = item => {
        const simple = plain(item);
        if (simple !== undefined) return simple;
        if (numbers.has(item)) return { r: numbers.get(item) };
        const own = special(item);
        if (own !== undefined) return own;
        const number = numbers.size;
        numbers.set(item, number);
        if (Array.isArray(item)) {
            const a = [];
            for (let index = 0; index < item.length; index += 1) a[index] = write(item[index]);
            return { a, i: number };
        }
        const o = [];
        for (const key of Object.keys(item)) {
            let inner;
            try {
                inner = item[key];
            } catch {
                continue;
            }
            if (key !== 'toJSON' || typeof inner !== 'function') o.push([key, write(inner)]);
        }
        if (o.length === 0 && typeof item.toJSON === 'function') return write(item.toJSON());
        return { o, i: number };
    };
    return write(value);
};

/** The value of such a tree. `elementAt`: what stands for an element. */
const decodeValue = (tree, elementAt) => {
    const known = [];
    const read = item => {
        if (typeof item !== 'object' || item === null) return item;
        if ('s' in item) {
            return { undefined: undefined, '-0': -0, NaN: NaN, Infinity: Infinity, '-Infinity': -Infinity }[item.s];
        }
        if ('r' in item) return known[item.r];
        if ('n' in item) return BigInt(item.n);
        if ('d' in item) return new Date(item.d === '' ? NaN : item.d);
        if ('x' in item) return new RegExp(item.x[0], item.x[1]);
        if ('u' in item) return new URL(item.u);
        if ('h' in item) return elementAt?.(item.h);
        if ('e' in item) {
            const [name, message, stack] = item.e;
            const error = new Error(message);
            error.name = name;
            error.stack = stack;
            return error;
        }
        if ('t' in item) {
            const [type, numbers] = item.t;
            const Type = type.endsWith('Array') ? globalThis[type] : undefined;
            return Type ? Type.from(numbers, one => (type.startsWith('Big') ? BigInt(one) : one)) : numbers;
        }
        if ('a' in item) {
            const list = (known[item.i] = []);
            for (const inner of item.a) list.push(read(inner));
            return list;
        }
        const object = (known[item.i] = {});
        for (const [key, inner] of item.o) {
            Object.defineProperty(object, key, { value: read(inner), enumerable: true, writable: true, configurable: true });
        }
        return object;
    };
    return read(tree);
};

/** What a function is as a text that the page can run; a text is an expression, or statements whose last one counts. */
const functionText = given => {
    if (typeof given !== 'function') return isExpression(given) ? String(given) : `(0, eval)(${JSON.stringify(String(given))})`;
    const text = asExpression(Function.prototype.toString.call(given));
    // Where the code was compiled, each `await` went by way of a helper that the page has not.
    return text.includes('$greenroom') ? `($greenroom => (${text}))({ at: () => 0, wait: (_, value) => value })` : text;
};

/** Nothing of it runs: only whether it is an expression is asked. */
const isExpression = text => {
    try {
        new Function(`return (${text}\n)`);
        return true;
    } catch {
        return false;
    }
};

/** A method's text is no function by itself: `go() {}`. */
const asExpression = text => {
    if (isExpression(text)) return text;
    return text.startsWith('async ') ? `async function ${text.slice(6)}` : `function ${text}`;
};

const DECODE = Function.prototype.toString.call(decodeValue);
const CODEC = `${Function.prototype.toString.call(encodeValue)}, ${DECODE}`;

/**
 * The function that the page runs for a function of the script's; it answers the result as JSON text. The argument may mean
 * elements by their numbers, the first `count`; `shape` says what the function is given before the argument: nothing (`none`),
 * the first of them (`one`), or the list of those behind them (`all`).
 */
const inPage = (given, shape, count) => {
    const before = { none: '', one: 'elements[0], ', all: `elements.slice(${count}), ` }[shape];
    return `((given, encode, decode) => async (arg, ...elements) => {
        const read = () => decode(arg, number => elements[number]);
        return JSON.stringify(encode(await (typeof given === 'function' ? given(${before}read()) : given)));
    })((${functionText(given)}\n), ${CODEC})`;
};

/** Has a page call a function of the script's. `elements`: selectors of the elements that it is given; `all`: one of many. */
const evaluateIn = async (about, given, arg, { elements = [], all, shape = 'none' } = {}) => {
    const meant = [...elements];
    const numberOf = item => (item instanceof ElementHandle ? meant.push(selectorOfHandle(item)) - 1 : undefined);
    const tree = arg === undefined ? undefined : JSON.stringify(encodeValue(arg, numberOf));
    const evaluated = await perform(about, 'evaluate', { function: inPage(given, shape, meant.length), arg: tree, elements: meant, all });
    return decodeValue(JSON.parse(evaluated.value));
};
