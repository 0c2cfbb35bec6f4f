// Requests without a page, as Playwright's APIRequestContext makes them.

/** What a server answered to a request of the API. */
class APIResponse {
    #answer;
    constructor(key, answer) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#answer = answer;
    }
    ok() {
        return this.#answer.status >= 200 && this.#answer.status <= 299;
    }
    status() {
        return this.#answer.status;
    }
    statusText() {
        return this.#answer.statusText;
    }
    url() {
        return this.#answer.url;
    }
    headers() {
        const all = {};
        for (const [name, value] of this.#answer.headers) {
            all[name] = Object.hasOwn(all, name) ? `${all[name]}${name === 'set-cookie' ? '\n' : ', '}${value}` : value;
        }
        return all;
    }
    headersArray() {
        return this.#answer.headers.map(([name, value]) => ({ name, value }));
    }
    #body() {
        if (this.#answer.isDisposed) throw new Error('Response has been disposed');
        return this.#answer;
    }
    async body() {
        return Buffer.from(bytesOfAnswer(this.#body()).buffer);
    }
    async text() {
        return textOfAnswer(this.#body());
    }
    async json() {
        return JSON.parse(await this.text());
    }
    async dispose() {
        const { text, base64, ...rest } = this.#answer;
        this.#answer = { ...rest, isDisposed: true };
    }
    toJSON() {
        return { url: this.url(), status: this.status() };
    }
}

/** A form with files, as bytes. */
const multipartOf = form => {
    const boundary = `----greenroom${host.random()}`;
    const quoted = text => String(text).replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
    const parts = Object.entries(form).flatMap(([name, value]) => {
        const isFile = typeof value === 'object' && value !== null && 'buffer' in value && 'name' in value;
        const file = isFile ? `; filename="${quoted(value.name)}"\r\ncontent-type: ${value.mimeType}` : '';
        const head = `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"${file}\r\n\r\n`;
        return [Buffer.from(head), isFile ? Buffer.from(value.buffer) : Buffer.from(String(value)), Buffer.from('\r\n')];
    });
    const all = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
    return { ...bodyOf(all), type: `multipart/form-data; boundary=${boundary}` };
};

const isJson = text => {
    try {
        JSON.parse(text);
        return true;
    } catch {
        return false;
    }
};

/** The body of a request of the API, where these headers are sent with it. */
const apiBody = ({ data, form, multipart }, pairs) => {
    if ([data, form, multipart].filter(one => one !== undefined).length > 1) {
        throw new Error('Only one of `data`, `form` or `multipart` can be specified');
    }
    if (form !== undefined) {
        const fields = Object.entries(form).filter(([, value]) => value !== undefined);
        return { ...bodyOf(new URLSearchParams(fields.map(([name, value]) => [name, String(value)]))), type: 'application/x-www-form-urlencoded' };
    }
    if (multipart !== undefined) return multipartOf(multipart);
    if (data === undefined) return {};
    if (isBytes(data)) return { ...bodyOf(data), type: 'application/octet-stream' };
    if (typeof data !== 'string') return { data: JSON.stringify(data), type: 'application/json' };
    // A text that is to be JSON, and is none yet, becomes it.
    const saysJson = pairs.some(([name, value]) => name === 'content-type' && /^application\/([^;]+\+)?json/i.test(value));
    return { data: saysJson && !isJson(data) ? JSON.stringify(data) : data, type: 'application/octet-stream' };
};

/** Headers of a page's request that were its connection's. */
const OF_CONNECTIONS = /^(:.*|host|connection|content-length|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|accept-encoding)$/;

/** What is asked in the way of a page's request, where that is given. */
const requestGiven = input => {
    if (!(input instanceof Request)) return { url: input };
    const headers = Object.entries(input.headers()).filter(([name]) => !OF_CONNECTIONS.test(name));
    return { url: input.url(), method: input.method(), headers, data: input.postData() ?? undefined };
};

/** Requests of the API, with the cookies of the context. */
class APIRequestContext {
    constructor(key) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
    }
    async #send(name, method, input, options = {}) {
        const about = aboutCall(`apiRequestContext.${name}`, '', null, options);
        refuseOptions(about.method, options, ['maxRetries']);
        const url = new URL(addressOf(input));
        const { params = [], failOnStatusCode, maxRedirects, ignoreHTTPSErrors } = options;
        const given = typeof params === 'string' || Symbol.iterator in params ? [...new URLSearchParams(params)] : Object.entries(params);
        for (const [key, value] of given) if (value !== undefined) url.searchParams.append(key, String(value));
        const pairs = headerPairs(options.headers);
        const more = { maxRedirects, ignoreHttpsErrors: Boolean(ignoreHTTPSErrors), keepCookies: true };
        const answer = await send(about, url.href, String(method).toUpperCase(), pairs, apiBody(options, pairs), more);
        const response = new APIResponse(apiKey, answer);
        if (failOnStatusCode && !response.ok()) {
            const error = new Error(`${about.method}: ${answer.status} ${answer.statusText}\n${textOfAnswer(answer).slice(0, 1000)}`);
            error.stack = about.trace.stack;
            throw error;
        }
        return response;
    }
    async fetch(input, options = {}) {
        const { url, ...given } = requestGiven(input);
        const hasBody = ['data', 'form', 'multipart'].some(key => options[key] !== undefined);
        const { method = 'GET', ...rest } = { ...given, ...(hasBody ? { data: undefined } : {}), ...options };
        return this.#send('fetch', method, url, rest);
    }
    async dispose() {}
    toJSON() {
        return 'request';
    }
    static {
        for (const name of ['get', 'post', 'put', 'patch', 'delete', 'head']) {
            const method = {
                [name](input, options) {
                    return this.#send(name, name, input, options);
                },
            };
            Object.defineProperty(APIRequestContext.prototype, name, { value: method[name], configurable: true, writable: true });
        }
    }
}

withUnsupported(APIRequestContext, 'apiRequestContext', ['storageState']);

const requestContext = Object.freeze(new APIRequestContext(apiKey));
