// Headers of requests that no page makes.

/** Headers, whatever they are given as, as pairs of a name in small letters and a value. */
const headerPairs = given => {
    if (given === undefined || given === null) return [];
    const pairs = typeof given[Symbol.iterator] === 'function' ? [...given] : Object.entries(given);
    return pairs.filter(([, value]) => value !== undefined).map(([name, value]) => [String(name).toLowerCase(), String(value)]);
};

/** The headers of a request or an answer, by names in small letters. */
class Headers {
    #pairs = [];
    constructor(given) {
        for (const [name, value] of headerPairs(given)) this.append(name, value);
    }
    append(name, value) {
        this.#pairs.push([String(name).toLowerCase(), String(value)]);
    }
    delete(name) {
        this.#pairs = this.#pairs.filter(pair => pair[0] !== String(name).toLowerCase());
    }
    get(name) {
        const values = this.#pairs.filter(pair => pair[0] === String(name).toLowerCase()).map(pair => pair[1]);
        return values.length === 0 ? null : values.join(', ');
    }
    getSetCookie() {
        return this.#pairs.filter(pair => pair[0] === 'set-cookie').map(pair => pair[1]);
    }
    has(name) {
        return this.get(name) !== null;
    }
    set(name, value) {
        this.delete(name);
        this.append(name, value);
    }
    forEach(callback, self) {
        for (const [name, value] of this) callback.call(self, value, name, this);
    }
    *entries() {
        for (const name of [...new Set(this.#pairs.map(pair => pair[0]))].sort()) yield [name, this.get(name)];
    }
    *keys() {
        for (const [name] of this.entries()) yield name;
    }
    *values() {
        for (const [, value] of this.entries()) yield value;
    }
    [Symbol.iterator]() {
        return this.entries();
    }
    toJSON() {
        return Object.fromEntries(this.entries());
    }
}
