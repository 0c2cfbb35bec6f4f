// What a value is as JSON: every value has a form, and none hangs, whatever it is made of.

/** How deep and how long a value may be. */
const DEEPEST = 200;
const LONGEST = 4 * 1024 * 1024;

const tagOf = value => Object.prototype.toString.call(value).slice(8, -1);

const nameOfFunction = value => {
    const name = Object.getOwnPropertyDescriptor(value, 'name')?.value;
    return typeof name === 'string' && name !== '' ? name : '(anonymous)';
};

/** What JSON has no word for, as a text; `null` for what is made of other values. */
const inWords = value => {
    switch (typeof value) {
        case 'undefined':
            return 'undefined';
        case 'bigint':
            return `${value}n`;
        case 'symbol':
            return value.toString();
        case 'function':
            return `[Function: ${nameOfFunction(value)}]`;
        case 'number':
            return Number.isFinite(value) ? null : String(value);
        default:
            return null;
    }
};

/** An error as its parts. */
const partsOfError = error => {
    const parts = { name: String(error.name), message: String(error.message) };
    for (const key of Object.keys(error)) if (!(key in parts)) parts[key] = error[key];
    if (error.cause !== undefined) parts.cause = error.cause;
    return parts;
};

/** What stands for an object whose content is not in its properties; `undefined`: its properties do. */
const standIn = (value, isKept) => {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
    if (value instanceof RegExp) return String(value);
    if (value instanceof Error) return partsOfError(value);
    if (value instanceof Promise) return isKept ? null : '[Promise]';
    if (value instanceof WeakMap || value instanceof WeakSet) return isKept ? null : `[${tagOf(value)}]`;
    if (value instanceof Map) {
        const entries = [...Map.prototype.entries.call(value)];
        const isPlain = entries.every(([key]) => typeof key === 'string');
        return isPlain ? Object.fromEntries(entries) : entries;
    }
    if (value instanceof Set) return [...Set.prototype.values.call(value)];
    if (value instanceof Buffer) return value.toString('base64');
    if (ArrayBuffer.isView(value)) return value instanceof DataView ? bytesOf(value) : Array.from(value);
    if (value instanceof ArrayBuffer) return bytesOf(value);
    if (value instanceof Boolean || value instanceof Number || value instanceof String) return value.valueOf();
    return undefined;
};

const bytesOf = value =>
    Array.from(value instanceof ArrayBuffer ? new Uint8Array(value) : new Uint8Array(value.buffer, value.byteOffset, value.byteLength));

/** Writes one value. `isKept`: for `state`, where what JSON has no word for is left out. */
const writer = isKept => {
    const path = [];
    let length = 0;
    const put = text => {
        length += text.length;
        if (length > LONGEST) throw new RangeError(`the value is longer than ${LONGEST} characters of JSON`);
        return text;
    };
    const text = value => put(JSON.stringify(value.toWellFormed()));
    const write = (value, key) => {
        if (value === null || value === true || value === false) return put(String(value));
        if (typeof value === 'string') return text(value);
        const words = inWords(value);
        if (words !== null) return isKept && typeof value !== 'bigint' ? undefined : text(words);
        if (typeof value === 'number') return put(JSON.stringify(value));
        if (path.includes(value)) return isKept ? undefined : text('[Circular]');
        if (path.length >= DEEPEST) return isKept ? undefined : text('[Deep]');
        path.push(value);
        try {
            return object(value, key);
        } finally {
            path.pop();
        }
    };
    const object = (value, key) => {
        let own;
        try {
            own = standIn(value, isKept);
            if (own === undefined && typeof value.toJSON === 'function') own = value.toJSON(key);
        } catch (error) {
            if (error instanceof RangeError) throw error;
            return isKept ? undefined : text('[Throws]');
        }
        if (own !== undefined && own !== value) return write(own, key);
        return Array.isArray(value) ? list(value) : record(value);
    };
    const list = value => {
        const items = [];
        for (let index = 0; index < value.length; index += 1) {
            const item = value[index];
            items.push(item === undefined ? put('null') : (write(item, String(index)) ?? 'null'));
        }
        return `[${items.join(put(','))}]`;
    };
    const record = value => {
        const entries = [];
        for (const key of Object.keys(value)) {
            let item;
            try {
                item = value[key];
            } catch {
                item = '[Throws]';
            }
            const written = item === undefined ? undefined : write(item, key);
            if (written !== undefined) entries.push(`${text(key)}:${written}`);
        }
        return `{${entries.join(',')}}`;
    };
    return value => write(value, '');
};

/** A value as JSON: of `undefined`, nothing. */
const jsonOf = value => (value === undefined ? undefined : writer(false)(value));

/** A value as it is printed. */
const textOf = value => {
    if (typeof value === 'string') return value.toWellFormed();
    return inWords(value) ?? jsonOf(value);
};

/** A value as the result of a call: { text, value }. */
const describe = value => {
    if (value === undefined) return JSON.stringify({ text: 'Executed successfully', value: 'null' });
    return JSON.stringify({ text: textOf(value), value: jsonOf(value) });
};
