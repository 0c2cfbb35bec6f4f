// Requests and their answers, as events tell them.

/** The most requests of a call that are remembered; the oldest are forgotten first. */
const MOST_REQUESTS = 10_000;

/** What is known of each request, by its id. */
const requests = new Map();

const beginNetwork = () => requests.clear();

/** Headers with names in small letters, as Playwright has them. */
const lowerCase = headers => {
    const all = {};
    for (const [name, value] of Object.entries(headers ?? {})) all[name.toLowerCase()] = value;
    return all;
};

/** A promise with what settles it. */
const deferred = () => {
    let resolve;
    const promise = new Promise(settled => {
        resolve = settled;
    });
    return { promise, resolve };
};

const headersArrayOf = headers =>
    Object.entries(headers).flatMap(([name, value]) => value.split('\n').map(one => ({ name, value: one })));

/** A request of a page. */
class Request {
    #known;
    constructor(key, known) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#known = known;
    }
    url() {
        return this.#known.changed.url ?? this.#known.url;
    }
    method() {
        return this.#known.changed.method ?? this.#known.method;
    }
    headers() {
        return lowerCase(this.#known.changed.headers ?? this.#known.headers);
    }
    async allHeaders() {
        const { requestHeaders } = await this.#known.ended;
        return lowerCase(requestHeaders);
    }
    async headersArray() {
        return headersArrayOf((await this.#known.ended).requestHeaders);
    }
    async headerValue(name) {
        return (await this.allHeaders())[String(name).toLowerCase()] ?? null;
    }
    postData() {
        const data = this.#known.changed.postData ?? this.#known.postData ?? null;
        return data instanceof Uint8Array ? Buffer.from(data).toString() : data;
    }
    postDataBuffer() {
        const data = this.#known.changed.postData ?? this.#known.postData ?? null;
        return data === null ? null : Buffer.from(data);
    }
    postDataJSON() {
        const data = this.postData();
        if (data === null) return null;
        const type = this.headers()['content-type'] ?? '';
        if (type.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(data));
        return JSON.parse(data);
    }
    resourceType() {
        return this.#known.resourceType;
    }
    isNavigationRequest() {
        return this.#known.isNavigation;
    }
    redirectedFrom() {
        return this.#known.before;
    }
    redirectedTo() {
        return this.#known.redirectedTo ?? null;
    }
    failure() {
        return this.#known.error === null ? null : { errorText: this.#known.error };
    }
    async response() {
        return this.#known.answered.promise;
    }
    /** The main frame of the page that it belongs to, also where another frame has asked. */
    frame() {
        if (!this.#known.page) throw new Error('request.frame: the request belongs to no page');
        return this.#known.page.mainFrame();
    }
    serviceWorker() {
        return null;
    }
    toJSON() {
        return { method: this.method(), url: this.url() };
    }
}

withUnsupported(Request, 'request', ['existingResponse', 'sizes', 'timing']);

/** An answer. Of one whose request was not followed, only what the navigation told is known. */
class Response {
    #known;
    constructor(key, known) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#known = known;
    }
    #followed(method) {
        if (!this.#known.request) throw unsupported(`response.${method}`, ' where the browser does not tell its requests');
        return this.#known;
    }
    url() {
        return this.#known.url;
    }
    status() {
        return this.#known.status;
    }
    statusText() {
        return this.#followed('statusText').statusText;
    }
    ok() {
        return this.#known.status === 0 || (this.#known.status >= 200 && this.#known.status <= 299);
    }
    headers() {
        return lowerCase(this.#followed('headers').headers);
    }
    async allHeaders() {
        const { responseHeaders } = await this.#followed('allHeaders').ended;
        return lowerCase(responseHeaders);
    }
    async headersArray() {
        return headersArrayOf((await this.#followed('headersArray').ended).responseHeaders);
    }
    async headerValue(name) {
        const value = (await this.allHeaders())[String(name).toLowerCase()];
        return value === undefined ? null : value.replaceAll('\n', String(name).toLowerCase() === 'set-cookie' ? '\n' : ', ');
    }
    async headerValues(name) {
        const wanted = String(name).toLowerCase();
        const all = await this.headersArray();
        return all.filter(header => header.name.toLowerCase() === wanted).map(header => header.value);
    }
    async text() {
        const { body, bodyOmitted } = await this.#followed('text').ended;
        if (typeof body === 'string') return body;
        if (bodyOmitted === 'no body') return '';
        throw new Error(`response.text: the body is not kept: ${bodyOmitted}`);
    }
    async body() {
        return Buffer.from(await this.text());
    }
    async json() {
        return JSON.parse(await this.text());
    }
    request() {
        return this.#followed('request').request;
    }
    frame() {
        return this.request().frame();
    }
    async finished() {
        const { error } = await this.#followed('finished').ended;
        return error === null ? null : new Error(error);
    }
    fromServiceWorker() {
        return false;
    }
    toJSON() {
        return { url: this.url(), status: this.status() };
    }
}

withUnsupported(Response, 'response', ['securityDetails', 'serverAddr']);

/** What is known of a request from now on. `changed`: what a route has made of it. */
const knownRequest = (page, told) => {
    const ending = deferred();
    const known = { ...told, page, changed: {}, before: null, error: null, answered: deferred(), ended: ending.promise, ending };
    known.request = Object.freeze(new Request(apiKey, known));
    return known;
};

/** A request is held, which may have been told already, and may be told later. */
const heldRequest = (page, told) => {
    let known = requests.get(told.id);
    if (!known) {
        known = knownRequest(page, told);
        known.isSent = false;
        if (told.id !== '') remember(known);
    }
    return known;
};

/** The oldest are forgotten first. */
const remember = known => {
    if (requests.size >= MOST_REQUESTS) requests.delete(requests.keys().next().value);
    requests.set(known.id, known);
};

/** A request is sent. */
const requestSent = (page, told) => {
    let known = requests.get(told.id);
    if (known?.isSent === false) Object.assign(known, told, { isSent: true });
    else known = knownRequest(page, told);
    const before = requests.get(told.redirectedFrom);
    known.before = before?.request ?? null;
    if (before) before.redirectedTo = known.request;
    remember(known);
    return known.request;
};

/** The answer to a request that was told has begun. */
const responseStarted = told => {
    const known = requests.get(told.id);
    if (!known) return null;
    const { status, statusText, headers } = told;
    const about = { url: known.url, status, statusText, headers, request: known.request, ended: known.ended };
    known.response = Object.freeze(new Response(apiKey, about));
    known.answered.resolve(known.response);
    return known.response;
};

/** A request that was told has ended. */
const requestEnded = told => {
    const known = requests.get(told.id);
    if (!known) return null;
    known.error = told.error;
    known.postData ??= told.postData;
    known.answered.resolve(known.response ?? null);
    known.ending.resolve(told);
    return known.request;
};

/** The answer to the last request for a page's own document. */
const documentResponse = (page, url) => {
    const isIt = known => known.isMain && known.page === page && known.response && known.url.split('#')[0] === url.split('#')[0];
    return [...requests.values()].findLast(isIt)?.response ?? null;
};

const GLOB_LETTERS = new Set('$^+.*()|\\?{}[]');

/** A glob of Playwright's for addresses as a regular expression. */
const globPattern = glob => {
    let pattern = '^';
    let depth = 0;
    for (let index = 0; index < glob.length; index += 1) {
        const letter = glob[index];
        if (letter === '\\' && index + 1 < glob.length) {
            index += 1;
            pattern += GLOB_LETTERS.has(glob[index]) ? `\\${glob[index]}` : glob[index];
        } else if (letter === '*') {
            let stars = 1;
            while (glob[index + 1] === '*') {
                stars += 1;
                index += 1;
            }
            const isWhole = stars > 1 && (index === stars - 1 || glob[index - stars] === '/') && glob[index + 1] === '/';
            if (isWhole) {
                pattern += '((?:[^/]*(?:/|$))*)';
                index += 1;
            } else {
                pattern += stars > 1 ? '(.*)' : '([^/]*)';
            }
        } else if (letter === '{') {
            depth += 1;
            pattern += '(';
        } else if (letter === '}' && depth > 0) {
            depth -= 1;
            pattern += ')';
        } else if (letter === ',' && depth > 0) {
            pattern += '|';
        } else {
            pattern += GLOB_LETTERS.has(letter) ? `\\${letter}` : letter;
        }
    }
    return new RegExp(`${pattern}$`);
};

/** Whether an address is what was asked for: a glob, a regular expression, a predicate of a URL, or a `URLPattern`-like object. */
const urlMatcher = (given, method) => {
    if (given === undefined || given === null || given === '') return () => true;
    if (given instanceof RegExp) return url => new RegExp(given.source, given.flags.replace(/[gy]/g, '')).test(url);
    if (typeof given === 'function') return url => given(new URL(url));
    if (typeof given !== 'string') throw new TypeError(`${method}: url: expected a string, RegExp or a function`);
    const pattern = globPattern(given);
    const whole = URL.canParse?.(given) === true ? new URL(given).href : given;
    return url => url === given || url === whole || pattern.test(url);
};

/** What `waitForRequest` and `waitForResponse` are given: a predicate takes the object itself. */
const objectMatcher = (given, method) => {
    if (typeof given === 'function') return given;
    const matches = urlMatcher(given, method);
    return object => matches(object.url());
};

const toldUrl = given => (typeof given === 'function' ? 'a predicate' : `"${String(given)}"`);
