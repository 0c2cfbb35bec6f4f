// Cookies as Playwright has them.

/** Whether a cookie goes to an address. */
const goesTo = (cookie, url) => {
    const isLocal = url.hostname === 'localhost' || url.hostname.endsWith('.localhost');
    const isHost = cookie.domain.startsWith('.')
        ? `.${url.hostname}`.endsWith(cookie.domain)
        : url.hostname === cookie.domain;
    const isPath = url.pathname === cookie.path || url.pathname.startsWith(cookie.path.endsWith('/') ? cookie.path : `${cookie.path}/`);
    return isHost && isPath && (!cookie.secure || url.protocol === 'https:' || isLocal);
};

/** A cookie that a script wants set, in the form of storage states. */
const cookieOf = given => {
    if (typeof given?.name !== 'string' || typeof given.value !== 'string') {
        throw new TypeError('context.addCookies: a cookie needs a name and a value');
    }
    const { name, value, url, expires = -1, httpOnly = false, sameSite } = given;
    let { domain, path, secure } = given;
    if (url) {
        if (domain) throw new Error('context.addCookies: a cookie has either a url or a domain');
        if (path) throw new Error('context.addCookies: a cookie has either a url or a path');
        const from = new URL(url);
        if (!from.hostname) throw new Error(`context.addCookies: the url of the cookie "${name}" has no host`);
        domain = from.hostname;
        path = from.pathname.slice(0, from.pathname.lastIndexOf('/') + 1);
        secure ??= from.protocol === 'https:';
    } else if (!domain || !path) {
        throw new Error('context.addCookies: a cookie needs a url, or a domain and a path');
    }
    if (typeof expires !== 'number' || (expires < 0 && expires !== -1)) {
        throw new Error('context.addCookies: `expires` is seconds since 1970, or -1');
    }
    if (sameSite !== undefined && !['Strict', 'Lax', 'None'].includes(sameSite)) {
        throw new Error('context.addCookies: `sameSite` is Strict, Lax or None');
    }
    return { name, value, domain, path, expires, httpOnly: Boolean(httpOnly), secure: Boolean(secure), sameSite };
};

const aboutContext = name => aboutCall(`context.${name}`, '');

const readCookies = async name => (await perform(aboutContext(name), 'script.cookies', {})).cookies;

const contextCookies = async urls => {
    const wanted = [urls ?? []].flat().map(url => new URL(url));
    const all = await readCookies('cookies');
    return wanted.length === 0 ? all : all.filter(cookie => wanted.some(url => goesTo(cookie, url)));
};

const addCookies = async given => {
    if (!Array.isArray(given)) throw new TypeError('context.addCookies: expected an array');
    await perform(aboutContext('addCookies'), 'script.set-cookies', { cookies: given.map(cookieOf) });
};

/** Removes those that meet all that is given; without anything, all. */
const clearCookies = async (given = {}) => {
    const about = aboutContext('clearCookies');
    const tests = ['name', 'domain', 'path'].filter(key => given[key] !== undefined);
    const meets = (cookie, key) =>
        given[key] instanceof RegExp ? new RegExp(given[key].source, given[key].flags.replace(/[gy]/g, '')).test(cookie[key]) : cookie[key] === given[key];
    const all = tests.length === 0 ? [] : await readCookies('clearCookies');
    const kept = all.filter(cookie => !tests.every(key => meets(cookie, key)));
    await perform(about, 'script.set-cookies', { cookies: kept, clear: true });
};

/** Cookies, and the local storage of the origins that open pages are of: others are not visited. */
const storageState = async options => {
    refuseOptions('context.storageState', options, ['path', 'indexedDB']);
    const cookies = await readCookies('storageState');
    const origins = new Map();
    for (const page of context.pages()) {
        const url = page.url();
        if (!/^https?:/.test(url)) continue;
        const { origin } = new URL(url);
        if (origins.has(origin)) continue;
        const entries = await page.evaluate('Object.entries(localStorage)');
        origins.set(origin, entries.map(([name, value]) => ({ name, value })));
    }
    const stored = [...origins].filter(([, localStorage]) => localStorage.length > 0);
    return { cookies, origins: stored.map(([origin, localStorage]) => ({ origin, localStorage })) };
};
