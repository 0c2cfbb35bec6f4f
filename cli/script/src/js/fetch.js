// Requests that no page makes: `fetch`, and what only looks has as `get`.

/** The address that is meant: of what the page shows, where it is no whole one. */
const addressOf = input => {
    const base = givenGlobals.page?.url() ?? '';
    return base.startsWith('http') ? new URL(String(input), base).href : new URL(String(input)).href;
};

const isBytes = value => value instanceof ArrayBuffer || ArrayBuffer.isView(value);

/** A body as an operation takes it, and the type that it has by itself. */
const bodyOf = body => {
    if (body === undefined || body === null) return {};
    if (isBytes(body)) return { data: base64Of(viewed(body), false), base64: true };
    if (body instanceof URLSearchParams) {
        return { data: body.toString(), type: 'application/x-www-form-urlencoded;charset=UTF-8' };
    }
    return { data: String(body), type: 'text/plain;charset=UTF-8' };
};

/** Asks a server for a method of the API. */
const send = (about, url, method, pairs, { data, base64, type }, more) => {
    const header = pairs.map(([name, value]) => `${name}: ${value}`);
    if (type !== undefined && !pairs.some(pair => pair[0] === 'content-type')) header.push(`content-type: ${type}`);
    return perform(about, 'script.fetch', { url, method, header, data, base64, ...more });
};

/** Bodies may be large: the host turns them into bytes. */
const bytesOfAnswer = ({ text, base64 = '' }) => (text === undefined ? host.fromBase64(base64) : host.utf8(text));

const textOfAnswer = ({ text, base64 = '' }) => text ?? host.textOfBase64(base64);

/** What `fetch` answers. */
class FetchResponse {
    #answer;
    #headers;
    #isUsed = false;
    constructor(key, answer) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#answer = answer;
        this.#headers = new Headers(answer.headers);
    }
    get status() {
        return this.#answer.status;
    }
    get statusText() {
        return this.#answer.statusText;
    }
    get ok() {
        return this.status >= 200 && this.status <= 299;
    }
    get url() {
        return this.#answer.url;
    }
    get redirected() {
        return this.#answer.redirected;
    }
    get headers() {
        return this.#headers;
    }
    get bodyUsed() {
        return this.#isUsed;
    }
    get type() {
        return 'basic';
    }
    #take() {
        if (this.#isUsed) throw new TypeError('Body is unusable: Body has already been read');
        this.#isUsed = true;
        return this.#answer;
    }
    clone() {
        if (this.#isUsed) throw new TypeError('Response.clone: Body has already been consumed.');
        return new FetchResponse(apiKey, this.#answer);
    }
    async text() {
        const text = textOfAnswer(this.#take());
        return text.startsWith('\ufeff') ? text.slice(1) : text;
    }
    async json() {
        return JSON.parse(await this.text());
    }
    async bytes() {
        return bytesOfAnswer(this.#take());
    }
    async arrayBuffer() {
        return (await this.bytes()).buffer;
    }
    toJSON() {
        return { url: this.url, status: this.status, ok: this.ok };
    }
}

/** Asks a server, as the page would: with the context's cookies, which the answer may change. */
const fetch = async (input, options = {}) => {
    options.signal?.throwIfAborted();
    const body = bodyOf(options.body);
    const method = String(options.method ?? 'GET').toUpperCase();
    if (body.data !== undefined && (method === 'GET' || method === 'HEAD')) {
        throw new TypeError('Request with GET/HEAD method cannot have body.');
    }
    const about = { ...aboutCall('fetch', '', null, { timeout: 0 }), signal: options.signal ?? undefined };
    const follows = options.redirect === undefined || options.redirect === 'follow';
    const more = { maxRedirects: follows ? undefined : 0, keepCookies: true };
    const answer = await send(about, addressOf(input), method, headerPairs(options.headers), body, more);
    if (options.redirect === 'error' && answer.status >= 300 && answer.status <= 399) {
        throw new TypeError('fetch: the answer is a redirect');
    }
    return new FetchResponse(apiKey, answer);
};

/** What a script that only looks may ask of servers. That it is GET or HEAD without a body is for the gate to see. */
const get = async (input, options = {}) => {
    const { method = 'GET', headers, body, ...others } = options;
    const [other] = Object.keys(others);
    if (other !== undefined) throw denied(`get with \`${other}\``, ': it takes `method` and `headers`');
    const answer = await send(aboutCall('get', ''), addressOf(input), String(method).toUpperCase(), headerPairs(headers), bodyOf(body), {});
    return new FetchResponse(apiKey, answer);
};

/** Scrolls the viewport of the page by so many CSS pixels; what is no number is none. */
const scrollBy = async (x, y) => {
    const pixels = value => (Number.isFinite(Number(value)) ? Number(value) : 0);
    const about = aboutCall('scrollBy', givenGlobals.page?.id ?? '');
    await perform(about, 'script.scroll-by', { by: { x: pixels(x), y: pixels(y) } });
};
