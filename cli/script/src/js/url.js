// URL and URLSearchParams. The host reads and writes addresses as the URL standard has it; the list of the query is here.

const encodeQuery = text =>
    encodeURIComponent(text.toWellFormed())
        .replace(/%20/g, '+')
        .replace(/[!'()~]/g, letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);

const decodeQuery = text => {
    const bytes = [];
    const source = utf8Of(text.replaceAll('+', ' '));
    for (let index = 0; index < source.length; index += 1) {
        const pair = String.fromCharCode(source[index + 1] ?? 0, source[index + 2] ?? 0);
        if (source[index] === 37 && /^[0-9a-f]{2}$/i.test(pair)) {
            bytes.push(Number.parseInt(pair, 16));
            index += 2;
        } else {
            bytes.push(source[index]);
        }
    }
    return textOfUtf8(bytes, false);
};

const readQuery = text =>
    text
        .replace(/^\?/, '')
        .split('&')
        .filter(part => part !== '')
        .map(part => {
            const at = part.indexOf('=');
            return at < 0 ? [decodeQuery(part), ''] : [decodeQuery(part.slice(0, at)), decodeQuery(part.slice(at + 1))];
        });

/** Told when a list of an address has changed. */
const changed = new WeakMap();

/** The parameters of a query, in order. */
class URLSearchParams {
    #list = [];
    constructor(from = '') {
        if (typeof from === 'object' && from !== null) {
            const pairs = typeof from[Symbol.iterator] === 'function' ? [...from] : Object.entries(from);
            this.#list = pairs.map(pair => {
                const [name, value, ...more] = pair;
                if (value === undefined || more.length > 0) throw new TypeError('each parameter is a pair');
                return [String(name), String(value)];
            });
        } else {
            this.#list = readQuery(String(from));
        }
    }
    get size() {
        return this.#list.length;
    }
    append(name, value) {
        this.#list.push([String(name), String(value)]);
        this.#tell();
    }
    delete(name, value) {
        this.#list = this.#list.filter(pair => pair[0] !== String(name) || (value !== undefined && pair[1] !== String(value)));
        this.#tell();
    }
    get(name) {
        return this.#list.find(pair => pair[0] === String(name))?.[1] ?? null;
    }
    getAll(name) {
        return this.#list.filter(pair => pair[0] === String(name)).map(pair => pair[1]);
    }
    has(name, value) {
        return this.#list.some(pair => pair[0] === String(name) && (value === undefined || pair[1] === String(value)));
    }
    set(name, value) {
        const at = this.#list.findIndex(pair => pair[0] === String(name));
        if (at < 0) this.#list.push([String(name), String(value)]);
        else {
            this.#list[at][1] = String(value);
            this.#list = this.#list.filter((pair, index) => index <= at || pair[0] !== String(name));
        }
        this.#tell();
    }
    sort() {
        this.#list.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
        this.#tell();
    }
    forEach(callback, self) {
        for (const [name, value] of this.#list) callback.call(self, value, name, this);
    }
    *entries() {
        for (const [name, value] of this.#list) yield [name, value];
    }
    *keys() {
        for (const [name] of this.#list) yield name;
    }
    *values() {
        for (const [, value] of this.#list) yield value;
    }
    [Symbol.iterator]() {
        return this.entries();
    }
    toString() {
        return this.#list.map(([name, value]) => `${encodeQuery(name)}=${encodeQuery(value)}`).join('&');
    }
    toJSON() {
        return this.toString();
    }
    #tell() {
        changed.get(this)?.(this.toString());
    }
}

const readAddress = (text, base) => {
    const read = host.url(String(text).toWellFormed(), base === undefined ? '' : String(base).toWellFormed());
    return read === '' ? null : JSON.parse(read);
};

/** An address. */
class URL {
    #parts;
    #query = null;
    constructor(text, base) {
        this.#parts = readAddress(text, base);
        if (!this.#parts) throw new TypeError(`Invalid URL: ${text}`);
    }
    static canParse(text, base) {
        return readAddress(text, base) !== null;
    }
    static parse(text, base) {
        return URL.canParse(text, base) ? new URL(text, base) : null;
    }
    get searchParams() {
        if (!this.#query) {
            this.#query = new URLSearchParams(this.#parts.search);
            changed.set(this.#query, text => this.#set('search', text));
        }
        return this.#query;
    }
    get href() {
        return this.#parts.href;
    }
    set href(text) {
        const parts = readAddress(text);
        if (!parts) throw new TypeError(`Invalid URL: ${text}`);
        this.#parts = parts;
        this.#query = null;
    }
    get origin() {
        return this.#parts.origin;
    }
    toString() {
        return this.href;
    }
    toJSON() {
        return this.href;
    }
    #set(part, value) {
        this.#parts = JSON.parse(host.urlSet(this.#parts.href, part, String(value).toWellFormed()));
        return this.#parts;
    }
    static {
        for (const part of ['protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'hash']) {
            Object.defineProperty(URL.prototype, part, {
                get() {
                    return this.#parts[part];
                },
                set(value) {
                    this.#set(part, value);
                    if (part === 'search') this.#query = null;
                },
                configurable: true,
                enumerable: true,
            });
        }
    }
}
