// Bytes and texts: Buffer with the usual encodings, TextEncoder, TextDecoder.

const utf8Of = text => {
    const bytes = [];
    for (const letter of text) {
        let code = letter.codePointAt(0);
        if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
        if (code < 0x80) bytes.push(code);
        else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
        else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
        else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    }
    return bytes;
};

/** The first continuation byte may be no other (Encoding, UTF-8 decoder). */
const FIRST_BOUNDS = { 0xe0: [0xa0, 0xbf], 0xed: [0x80, 0x9f], 0xf0: [0x90, 0xbf], 0xf4: [0x80, 0x8f] };

/** UTF-8 as a text; what is none becomes U+FFFD, or is refused. */
const textOfUtf8 = (bytes, isFatal) => {
    const parts = [];
    let index = 0;
    while (index < bytes.length) {
        const lead = bytes[index];
        index += 1;
        if (lead < 0x80) {
            parts.push(String.fromCharCode(lead));
            continue;
        }
        const more = lead >= 0xc2 && lead <= 0xdf ? 1 : lead >= 0xe0 && lead <= 0xef ? 2 : lead >= 0xf0 && lead <= 0xf4 ? 3 : 0;
        let code = more === 1 ? lead & 0x1f : more === 2 ? lead & 0xf : lead & 7;
        let bounds = FIRST_BOUNDS[lead] ?? [0x80, 0xbf];
        let seen = 0;
        while (seen < more && index < bytes.length && bytes[index] >= bounds[0] && bytes[index] <= bounds[1]) {
            code = (code << 6) | (bytes[index] & 63);
            index += 1;
            seen += 1;
            bounds = [0x80, 0xbf];
        }
        if (more === 0 || seen < more) {
            if (isFatal) throw new TypeError('the bytes are no UTF-8');
            parts.push('\ufffd');
        } else {
            parts.push(String.fromCodePoint(code));
        }
    }
    return parts.join('');
};

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64_VALUES = new Map([...BASE64].map((letter, value) => [letter, value]));
BASE64_VALUES.set('-', 62);
BASE64_VALUES.set('_', 63);

/** So many bytes at a time become base64: a list of all its parts would take many times the room of the bytes. */
const BASE64_PART = 3 * 4096;

const base64Of = (bytes, isUrl) => {
    let text = '';
    for (let start = 0; start < bytes.length; start += BASE64_PART) {
        text += base64OfPart(bytes.subarray(start, start + BASE64_PART), isUrl);
    }
    return text;
};

const base64OfPart = (bytes, isUrl) => {
    const parts = [];
    for (let index = 0; index < bytes.length; index += 3) {
        const left = bytes.length - index;
        const three = (bytes[index] << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
        const four = BASE64[three >> 18] + BASE64[(three >> 12) & 63] + BASE64[(three >> 6) & 63] + BASE64[three & 63];
        parts.push(left > 2 ? four : four.slice(0, left + 1) + (isUrl ? '' : '='.repeat(3 - left)));
    }
    const text = parts.join('');
    return isUrl ? text.replaceAll('+', '-').replaceAll('/', '_') : text;
};

const bytesOfBase64 = text => {
    const bytes = [];
    let bits = 0;
    let held = 0;
    for (const letter of text) {
        if (letter === '=') break;
        const value = BASE64_VALUES.get(letter);
        if (value === undefined) continue;
        held = ((held << 6) | value) & 0xffffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes.push((held >> bits) & 255);
        }
    }
    return bytes;
};

const bytesOfHex = text => {
    const bytes = [];
    for (let index = 0; index + 1 < text.length; index += 2) {
        const pair = text.slice(index, index + 2);
        if (!/^[0-9a-f]{2}$/i.test(pair)) break;
        bytes.push(Number.parseInt(pair, 16));
    }
    return bytes;
};

const codeUnits = text => Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));

const latin1 = {
    encode: text => codeUnits(text).map(unit => unit & 255),
    decode: bytes => Array.from(bytes, byte => String.fromCharCode(byte)).join(''),
};
const utf16 = {
    encode: text => codeUnits(text).flatMap(unit => [unit & 255, unit >> 8]),
    decode: bytes => {
        const units = Array.from({ length: bytes.length >> 1 }, (_, at) => bytes[2 * at] | (bytes[2 * at + 1] << 8));
        return units.map(unit => String.fromCharCode(unit)).join('');
    },
};
const utf8 = { encode: utf8Of, decode: bytes => textOfUtf8(bytes, false) };

const ENCODINGS = {
    utf8,
    'utf-8': utf8,
    hex: { encode: bytesOfHex, decode: bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('') },
    base64: { encode: bytesOfBase64, decode: bytes => base64Of(bytes, false) },
    base64url: { encode: bytesOfBase64, decode: bytes => base64Of(bytes, true) },
    latin1,
    binary: latin1,
    ascii: { encode: latin1.encode, decode: bytes => latin1.decode(Array.from(bytes, byte => byte & 127)) },
    utf16le: utf16,
    'utf-16le': utf16,
    ucs2: utf16,
    'ucs-2': utf16,
};

const encodingOf = name => {
    const encoding = Object.hasOwn(ENCODINGS, String(name).toLowerCase()) && ENCODINGS[String(name).toLowerCase()];
    if (!encoding) throw new TypeError(`Unknown encoding: ${name}`);
    return encoding;
};

const viewed = value =>
    value instanceof ArrayBuffer ? new Uint8Array(value) : new Uint8Array(value.buffer, value.byteOffset, value.byteLength);

/** Bytes, as in Node. */
class Buffer extends Uint8Array {
    static get [Symbol.species]() {
        return Buffer;
    }
    static from(value, encoding, length) {
        if (typeof value === 'string') return Buffer.#of(encodingOf(encoding ?? 'utf8').encode(value));
        if (value instanceof ArrayBuffer) return new Buffer(value, encoding ?? 0, length ?? value.byteLength - (encoding ?? 0));
        if (value?.type === 'Buffer' && Array.isArray(value.data)) return Buffer.#of(value.data);
        if (value === null || typeof value !== 'object') throw new TypeError('Buffer.from needs a text, bytes or an array');
        return Buffer.#of(value);
    }
    static alloc(size, fill = 0, encoding = 'utf8') {
        return new Buffer(size).fill(fill, 0, size, encoding);
    }
    static allocUnsafe(size) {
        return new Buffer(size);
    }
    static isBuffer(value) {
        return value instanceof Buffer;
    }
    static isEncoding(name) {
        return Object.hasOwn(ENCODINGS, String(name).toLowerCase());
    }
    static byteLength(value, encoding = 'utf8') {
        return typeof value === 'string' ? encodingOf(encoding).encode(value).length : value.byteLength;
    }
    static concat(list, total = list.reduce((sum, part) => sum + part.length, 0)) {
        const whole = new Buffer(total);
        let at = 0;
        for (const part of list) {
            whole.set(part.subarray(0, Math.max(0, total - at)), at);
            at += part.length;
            if (at >= total) break;
        }
        return whole;
    }
    static compare(a, b) {
        for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
            if (a[index] !== b[index]) return a[index] < b[index] ? -1 : 1;
        }
        return Math.sign(a.length - b.length);
    }
    static #of(bytes) {
        const buffer = new Buffer(bytes.length);
        buffer.set(bytes);
        return buffer;
    }
    toString(encoding = 'utf8', start = 0, end = this.length) {
        return encodingOf(encoding).decode(this.subarray(start, end));
    }
    toJSON() {
        return { type: 'Buffer', data: Array.from(this) };
    }
    equals(other) {
        return Buffer.compare(this, other) === 0;
    }
    compare(other) {
        return Buffer.compare(this, other);
    }
    write(text, offset = 0, length = this.length - offset, encoding = 'utf8') {
        const bytes = encodingOf(encoding).encode(text).slice(0, Math.min(length, this.length - offset));
        this.set(bytes, offset);
        return bytes.length;
    }
    fill(value, start = 0, end = this.length, encoding = 'utf8') {
        if (typeof value === 'number') return super.fill(value, start, end);
        const bytes = typeof value === 'string' ? encodingOf(encoding).encode(value) : value;
        if (bytes.length === 0) return super.fill(0, start, end);
        for (let at = start; at < end; at += 1) this[at] = bytes[(at - start) % bytes.length];
        return this;
    }
    slice(start, end) {
        return this.subarray(start, end);
    }
    indexOf(value, from = 0, encoding = 'utf8') {
        if (typeof value === 'number') return super.indexOf(value, from);
        const wanted = typeof value === 'string' ? encodingOf(encoding).encode(value) : value;
        for (let at = from; at + wanted.length <= this.length; at += 1) {
            if (wanted.every((byte, index) => this[at + index] === byte)) return at;
        }
        return -1;
    }
    includes(value, from, encoding) {
        return this.indexOf(value, from, encoding) !== -1;
    }
}

/** UTF-8 bytes of texts. */
class TextEncoder {
    get encoding() {
        return 'utf-8';
    }
    encode(text = '') {
        return Uint8Array.from(utf8Of(String(text)));
    }
    encodeInto(text, into) {
        let [read, written] = [0, 0];
        for (const letter of String(text)) {
            const bytes = utf8Of(letter);
            if (written + bytes.length > into.length) break;
            into.set(bytes, written);
            written += bytes.length;
            read += letter.length;
        }
        return { read, written };
    }
}

const LABELS = { 'utf-8': 'utf-8', utf8: 'utf-8', 'utf-16le': 'utf-16le', 'utf-16': 'utf-16le' };

/** Texts of bytes. */
class TextDecoder {
    #encoding;
    #isFatal;
    #keepsMark;
    constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
        const wanted = String(label).trim().toLowerCase();
        if (!Object.hasOwn(LABELS, wanted)) throw new RangeError(`The encoding label provided ('${label}') is not supported.`);
        this.#encoding = LABELS[wanted];
        this.#isFatal = Boolean(fatal);
        this.#keepsMark = Boolean(ignoreBOM);
    }
    get encoding() {
        return this.#encoding;
    }
    get fatal() {
        return this.#isFatal;
    }
    get ignoreBOM() {
        return this.#keepsMark;
    }
    decode(bytes = new Uint8Array()) {
        const all = viewed(bytes);
        const text = this.#encoding === 'utf-8' ? textOfUtf8(all, this.#isFatal) : utf16.decode(all);
        return !this.#keepsMark && text.startsWith('\ufeff') ? text.slice(1) : text;
    }
}
