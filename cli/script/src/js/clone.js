// structuredClone.

const uncloneable = value => {
    const what = typeof value === 'object' ? `[object ${tagOf(value)}]` : inWords(value);
    return new DOMException(`${what} could not be cloned.`, 'DataCloneError');
};

const ERRORS = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

const cloneOf = (value, seen) => {
    if (typeof value === 'function' || typeof value === 'symbol') throw uncloneable(value);
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return seen.get(value);
    const keep = copy => {
        seen.set(value, copy);
        return copy;
    };
    if (value instanceof Date) return keep(new Date(value.getTime()));
    if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
    if (value instanceof Boolean || value instanceof Number || value instanceof String) return keep(Object(value.valueOf()));
    if (value instanceof ArrayBuffer) return keep(value.slice(0));
    if (ArrayBuffer.isView(value)) {
        const buffer = cloneOf(value.buffer, seen);
        const Type = value instanceof Buffer ? Uint8Array : value.constructor;
        return keep(new Type(buffer, value.byteOffset, value instanceof DataView ? value.byteLength : value.length));
    }
    if (value instanceof Error) {
        const Type = Object.hasOwn(ERRORS, value.name) ? ERRORS[value.name] : Error;
        const copy = keep(new Type(value.message));
        copy.stack = value.stack;
        if (Object.hasOwn(value, 'cause')) copy.cause = cloneOf(value.cause, seen);
        return copy;
    }
    if (value instanceof Map) {
        const copy = keep(new Map());
        for (const [key, item] of value) copy.set(cloneOf(key, seen), cloneOf(item, seen));
        return copy;
    }
    if (value instanceof Set) {
        const copy = keep(new Set());
        for (const item of value) copy.add(cloneOf(item, seen));
        return copy;
    }
    if (!['Object', 'Array'].includes(tagOf(value)) || isOurs(value)) throw uncloneable(value);
    const copy = keep(Array.isArray(value) ? new Array(value.length) : {});
    for (const key of Object.keys(value)) copy[key] = cloneOf(value[key], seen);
    return copy;
};

const structuredCloneOf = (value, options) => {
    if (options?.transfer?.length > 0) throw new DOMException('nothing can be transferred here', 'DataCloneError');
    return cloneOf(value, new Map());
};
