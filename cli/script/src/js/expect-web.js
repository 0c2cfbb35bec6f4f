// The matchers of `expect` for what changes by itself: locators and pages. Each looks once, and is asked again until it passes.
//
// A look answers { pass, received }, or { isMissing } where there is no element: that is no answer for `not` either, unless the
// matcher says what it is.

/** Texts as they are compared: white space does not count. */
const folded = text => text.replace(/[\u200b\u00ad]/g, '').replace(/\s+/g, ' ').trim();

/** Whether a text is as wanted; `how`: { isPart, ignoreCase, isExact }. */
const isTextLike = (text, wanted, { isPart, ignoreCase, keepsSpace } = {}) => {
    if (wanted instanceof RegExp) {
        const flags = ignoreCase === undefined ? wanted.flags : wanted.flags.replace('i', '') + (ignoreCase ? 'i' : '');
        return new RegExp(wanted.source, flags.replace(/[gy]/g, '')).test(keepsSpace ? text : folded(text));
    }
    const plain = given => (keepsSpace ? given : folded(given));
    const cased = given => (ignoreCase ? plain(given).toLowerCase() : plain(given));
    return isPart ? cased(text).includes(cased(wanted)) : cased(text) === cased(wanted);
};

/** Whether texts are as wanted, each of them; with `isPart` in this order among others. */
const areTextsLike = (texts, wanted, how) => {
    if (!how.isPart) return texts.length === wanted.length && wanted.every((one, index) => isTextLike(texts[index], one, how));
    let from = 0;
    return wanted.every(one => {
        const at = texts.findIndex((text, index) => index >= from && isTextLike(text, one, how));
        from = at + 1;
        return at >= 0;
    });
};

const mustBeText = (wanted, method) => {
    const isIt = one => typeof one === 'string' || one instanceof RegExp;
    if (Array.isArray(wanted) ? wanted.every(isIt) : isIt(wanted)) return;
    throw new TypeError(`${method}: expected a string, a regular expression${method.endsWith('Text') ? ', or a list of these' : ''}`);
};

/** Compares the text of the one element, or the texts of all. */
const textMatcher = (method, isPart) => (read, wanted, options = {}) => {
    mustBeText(wanted, method);
    const how = { isPart, ignoreCase: options.ignoreCase };
    const kind = options.useInnerText ? 'text' : 'text-content';
    if (!Array.isArray(wanted)) {
        return read(kind).then(received => ({ pass: isTextLike(received ?? '', wanted, how), received }));
    }
    return read(`${kind}s`).then(received => ({ pass: areTextsLike(received, wanted, how), received }));
};

/** Compares one thing of the element that is a text. */
const propertyMatcher = (method, what, how) => (read, wanted, options) => {
    mustBeText(wanted, method);
    return read(what).then(received => ({
        pass: isTextLike(String(received ?? ''), wanted, { ...how, ignoreCase: options?.ignoreCase }),
        received: received ?? '',
    }));
};

/** Whether something is so, which the options may turn round. */
const stateMatcher = (what, isTrue, option) => (read, options) =>
    read(what).then(received => {
        const isSo = isTrue(received);
        const isWanted = options?.[option] ?? true;
        return { pass: isSo === isWanted, received: received === null ? 'nothing' : received };
    });

const classesOf = text => (text ?? '').split(/\s+/).filter(Boolean);

const SAME = { keepsSpace: true };

/** By name: the look, and what a missing element means to it. */
const LOCATOR_MATCHERS = {
    toBeAttached: {
        look: (read, options) => read('count').then(count => ({ pass: count > 0 === (options?.attached ?? true), received: `${count} elements` })),
    },
    toBeChecked: {
        look: (read, options = {}) =>
            read('checked').then(received => {
                const isMixed = received === 'mixed';
                const pass = options.indeterminate ? isMixed : (received === true) === (options.checked ?? true);
                return { pass, received: isMixed ? 'indeterminate' : received ? 'checked' : 'unchecked' };
            }),
    },
    toBeDisabled: { look: stateMatcher('enabled', enabled => !enabled) },
    toBeEditable: { look: stateMatcher('editable', Boolean, 'editable') },
    toBeEmpty: { look: stateMatcher('empty', Boolean) },
    toBeEnabled: { look: stateMatcher('enabled', Boolean, 'enabled') },
    toBeFocused: { look: stateMatcher('focused', Boolean) },
    toBeHidden: { look: read => read('visible').then(visible => ({ pass: !visible, received: visible ? 'visible' : 'hidden' })) },
    toBeInViewport: {
        look: (read, options) =>
            read('in-viewport').then(ratio => ({
                pass: options?.ratio === undefined ? ratio > 0 : ratio >= options.ratio - 1e-9,
                received: `viewport ratio ${ratio}`,
            })),
        missing: false,
    },
    toBeVisible: {
        look: (read, options) =>
            read('visible').then(visible => ({ pass: visible === (options?.visible ?? true), received: visible ? 'visible' : 'hidden' })),
    },
    toContainClass: {
        look: (read, wanted) => {
            const has = (text, names) => classesOf(names).every(name => classesOf(text).includes(name));
            if (!Array.isArray(wanted)) return read('attr', 'class').then(received => ({ pass: has(received, wanted), received: received ?? '' }));
            return read('attrs', 'class').then(received => ({
                pass: received.length === wanted.length && wanted.every((names, index) => has(received[index], names)),
                received,
            }));
        },
    },
    toContainText: { look: textMatcher('toContainText', true) },
    toHaveAccessibleDescription: { look: propertyMatcher('toHaveAccessibleDescription', 'description') },
    toHaveAccessibleErrorMessage: { look: propertyMatcher('toHaveAccessibleErrorMessage', 'error-message') },
    toHaveAccessibleName: { look: propertyMatcher('toHaveAccessibleName', 'name') },
    toHaveAttribute: {
        look: (read, name, wanted, options) =>
            read('attr', String(name)).then(received => {
                if (received === null) return { pass: false, received: 'no such attribute' };
                const isAny = wanted === undefined || (isObject(wanted) && !(wanted instanceof RegExp));
                return { pass: isAny || isTextLike(received, wanted, { ...SAME, ignoreCase: options?.ignoreCase }), received };
            }),
    },
    toHaveClass: {
        look: (read, wanted) => {
            mustBeText(wanted, 'toHaveClass');
            if (!Array.isArray(wanted)) return read('attr', 'class').then(received => ({ pass: isTextLike(received ?? '', wanted), received: received ?? '' }));
            return read('attrs', 'class').then(found => {
                const received = found.map(one => one ?? '');
                return { pass: areTextsLike(received, wanted, {}), received };
            });
        },
    },
    toHaveCSS: {
        look: (read, name, wanted) => read('css', String(name)).then(received => ({ pass: isTextLike(received, wanted, SAME), received })),
    },
    toHaveCount: { look: (read, wanted) => read('count').then(received => ({ pass: received === wanted, received })) },
    toHaveId: { look: (read, wanted) => read('attr', 'id').then(received => ({ pass: isTextLike(received ?? '', wanted, SAME), received: received ?? '' })) },
    toHaveJSProperty: {
        look: async (read, name, wanted, options, locator) => {
            const path = String(name).split('.');
            const received = await locator.evaluate((element, parts) => parts.reduce((value, part) => value?.[part], element), path);
            return { pass: areEqual(received, wanted), received };
        },
    },
    toHaveRole: { look: (read, wanted) => read('role').then(received => ({ pass: received === wanted, received })) },
    toHaveText: { look: textMatcher('toHaveText', false) },
    toHaveValue: { look: (read, wanted) => read('value').then(received => ({ pass: isTextLike(String(received), wanted, SAME), received })) },
    toHaveValues: {
        look: (read, wanted) => read('values').then(received => ({ pass: areTextsLike(received, wanted, SAME), received })),
    },
    toMatchAriaSnapshot: {
        look: (read, wanted) => read('aria').then(received => ({ pass: isAriaLike(received, String(wanted)), received: `\n${received}` })),
    },
};

/** Looks at a locator once. */
const lookAtLocator = async (locator, matcher, args) => {
    const page = locator.page();
    const selector = selectorOfLocator(locator);
    const about = aboutCall('expect', page.id, selector);
    const read = async (what, name) => {
        const got = await ask('get', { what, selector, name }, page.id, about.timeout);
        return got.value;
    };
    try {
        return await matcher.look(read, ...args, locator);
    } catch (wire) {
        if (wire instanceof Error) throw wire;
        if (wire.kind === 'not-found') return { isMissing: true, pass: matcher.missing };
        // A document that goes away in the middle is looked at again.
        if (wire.kind === 'navigation') return { isMissing: true };
        throw failure(wire, about);
    }
};

const PAGE_MATCHERS = {
    toHaveTitle: async (page, wanted) => {
        mustBeText(wanted, 'toHaveTitle');
        const received = await page.title();
        return { pass: isTextLike(received, wanted), received };
    },
    toHaveURL: async (page, wanted, options) => {
        const received = page.url();
        if (typeof wanted === 'function') return { pass: Boolean(wanted(new URL(received))), received };
        mustBeText(wanted, 'toHaveURL');
        const plain = typeof wanted === 'string' && URL.canParse(wanted) ? new URL(wanted).href : wanted;
        return { pass: isTextLike(received, plain, { ...SAME, ignoreCase: options?.ignoreCase }), received };
    },
};
