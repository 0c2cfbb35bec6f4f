// Routes: a script decides about requests before they are sent.

/** The routes of pages and the context, the newest first. They end with the call. */
let routes = [];

/** Whether requests are held, as far as the host was asked. */
let holds = false;

const beginRoutes = () => {
    routes = [];
    holds = false;
};

/** Has requests held as long as there are routes. */
const holdNow = async method => {
    const wanted = routes.length > 0;
    if (wanted === holds) return;
    holds = wanted;
    listenNow();
    await perform(aboutCall(method, ''), 'script.hold-requests', { on: wanted });
};

/** A call goes on that had stopped: requests are held again. */
const resumeRoutes = () => {
    holds = false;
    return holdNow('page.route');
};

const inBase64 = body => Buffer.from(body).toString('base64');

/** What a handler decides about a request. Once. */
class Route {
    #held;
    #settle;
    constructor(key, held, settle) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#held = held;
        this.#settle = settle;
        Object.freeze(this);
    }
    async #decide(method, args) {
        await release(this.#held, `route.${method}`, args);
        this.#settle(true);
    }
    request() {
        return this.#held.known.request;
    }
    abort(errorCode = 'failed') {
        return this.#decide('abort', { verdict: 'abort', reason: String(errorCode) });
    }
    async continue(options) {
        changeRequest(this.#held, options, 'route.continue');
        await this.#decide('continue', { verdict: 'continue', ...changesOf(this.#held) });
    }
    /** The next handler decides, of the request as it is changed here. */
    async fallback(options) {
        if (this.#held.isDecided) throw new Error('route.fallback: Route is already handled!');
        changeRequest(this.#held, options, 'route.fallback');
        this.#settle(false);
    }
    /** Sends the request, changed so, without the page; the page waits for what is decided still. */
    async fetch({ url, postData, ...options } = {}) {
        const asked = requestGiven(this.request());
        const body = postData === undefined ? {} : { data: postData };
        return requestContext.fetch(url ?? asked.url, { ...asked, ...options, ...body });
    }
    async fulfill(options = {}) {
        refuseOptions('route.fulfill', options, ['path']);
        await this.#decide('fulfill', { verdict: 'fulfill', ...(await replyOf(options)) });
    }
    toJSON() {
        return { method: this.request().method(), url: this.request().url() };
    }
}

/** Decides about a held request. What cannot be done leaves it undecided. */
const release = async (held, method, args) => {
    if (held.isDecided) throw new Error(`${method}: Route is already handled!`);
    held.isDecided = true;
    try {
        await perform(aboutCall(method, '', null, { timeout: 0 }), 'script.release', { hold: held.hold, ...args });
    } catch (error) {
        held.isDecided = false;
        throw error;
    }
};

/** Changes a request for whoever looks at it from now on. */
const changeRequest = (held, options, method) => {
    const { url, method: verb, headers, postData } = options ?? {};
    const changed = {};
    if (url !== undefined) changed.url = new URL(String(url), held.known.request.url()).href;
    if (verb !== undefined) changed.method = String(verb);
    if (headers !== undefined) changed.headers = definedOnly(headers);
    if (postData !== undefined) {
        const isPlain = typeof postData === 'string' || postData instanceof Uint8Array;
        changed.postData = isPlain ? postData : jsonOf(postData);
        const asked = changed.headers ?? held.known.request.headers();
        const hasType = Object.keys(asked).some(name => name.toLowerCase() === 'content-type');
        if (!isPlain && !hasType) changed.headers = { ...asked, 'content-type': 'application/json' };
    }
    const scheme = address => address.slice(0, address.indexOf(':'));
    if (changed.url && scheme(changed.url) !== scheme(held.known.request.url())) {
        throw new Error(`${method}: New URL must have same protocol as overridden URL`);
    }
    Object.assign(held.known.changed, changed);
};

const definedOnly = headers => Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));

const pairsOf = headers => Object.entries(headers).map(([name, value]) => [name, String(value)]);

const changesOf = ({ known: { changed } }) => ({
    url: changed.url,
    method: changed.method,
    headers: changed.headers && pairsOf(changed.headers),
    body: changed.postData === undefined ? undefined : inBase64(changed.postData),
});

/** The answer that `fulfill` is given. */
const replyOf = async ({ response, status, headers, contentType, json, body }) => {
    if (json !== undefined && body !== undefined) throw new Error('route.fulfill: Can specify either body or json parameters');
    if (response !== undefined && !(response instanceof APIResponse)) {
        throw new TypeError('route.fulfill: response: expected an APIResponse');
    }
    const all = lowerCase(definedOnly(headers ?? response?.headers() ?? {}));
    if (contentType !== undefined) all['content-type'] = String(contentType);
    else if (json !== undefined) all['content-type'] ??= 'application/json';
    const given = body ?? (await response?.body()) ?? '';
    const content = Buffer.from(json === undefined ? given : jsonOf(json));
    if (response !== undefined || all['content-length'] === undefined) all['content-length'] = String(content.length);
    return { status: status ?? response?.status() ?? 200, headers: pairsOf(all), body: content.toString('base64') };
};

/** A request that asks whether another may be sent: where that is routed, it may. */
const allowCrossOrigin = (held, told) => {
    const asked = lowerCase(told.headers);
    const headers = {
        'access-control-allow-origin': asked.origin ?? '*',
        'access-control-allow-methods': asked['access-control-request-method'] ?? 'GET, POST, OPTIONS, DELETE',
        'access-control-allow-credentials': 'true',
    };
    const wanted = asked['access-control-request-headers'];
    if (wanted !== undefined) headers['access-control-allow-headers'] = wanted;
    return release(held, 'route.fulfill', { verdict: 'fulfill', status: 204, headers: pairsOf(headers) });
};

/** Who may decide about a request of a page: the page's own before the context's, the newest first. */
const routesFor = (page, url) => {
    const ofTarget = target => routes.filter(route => route.target === target);
    const all = [...(page ? ofTarget(page) : []), ...ofTarget(context)];
    return all.filter(route => route.matches(url));
};

/** A request is held: asks one handler after the other, until one decides. */
const decideHeld = async (page, { hold, isPreflight, request: told }) => {
    const held = { hold, known: heldRequest(page, told), isDecided: false };
    const all = routesFor(page, told.url);
    if (isPreflight && all.length > 0) {
        await allowCrossOrigin(held, told);
        return;
    }
    for (const route of all) {
        // An earlier handler may have taken it away.
        if (!routes.includes(route)) continue;
        route.left -= 1;
        if (route.left <= 0) routes = routes.filter(other => other !== route);
        const { promise, resolve } = deferred();
        const turn = new Route(apiKey, held, resolve);
        const [isDecided] = await Promise.all([promise, route.handler(turn, held.known.request)]);
        if (isDecided) {
            await holdNow('page.route');
            return;
        }
    }
    await release(held, 'route.continue', { verdict: 'continue', ...changesOf(held) });
    await holdNow('page.route');
};

const isSameUrl = (one, other) =>
    one === other || (one instanceof RegExp && other instanceof RegExp && String(one) === String(other));

/** The methods of what has routes. */
const withRoutes = (Type, prefix) => {
    const methods = {
        async route(url, handler, options) {
            const method = `${prefix}.route`;
            if (isReadOnly) throw denied(method, ': it is not among what only looks');
            if (typeof handler !== 'function') throw new TypeError(`${method}: handler: expected a function`);
            const matches = urlMatcher(url, method);
            routes.unshift({ target: this, url, matches, handler, left: options?.times ?? Infinity });
            await holdNow(method);
        },
        async unroute(url, handler) {
            const isMeant = route => isSameUrl(route.url, url) && (handler === undefined || route.handler === handler);
            routes = routes.filter(route => route.target !== this || !isMeant(route));
            await holdNow(`${prefix}.unroute`);
        },
        async unrouteAll() {
            routes = routes.filter(route => route.target !== this);
            await holdNow(`${prefix}.unrouteAll`);
        },
    };
    for (const [name, value] of Object.entries(methods)) {
        Object.defineProperty(Type.prototype, name, { value, configurable: true, writable: true });
    }
};
