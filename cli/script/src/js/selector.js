// Selectors as greenroom writes them, made of what Playwright's methods are given.

const quoted = text => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`;

/** A text that is looked for, or a regular expression. */
const matcher = (text, exact) => {
    if (text instanceof RegExp) return `/${text.source}/${text.flags.replace(/[gy]/g, '')}`;
    return exact ? `${quoted(String(text))}!` : quoted(String(text));
};

const ROLE_STATES = ['checked', 'disabled', 'expanded', 'level', 'pressed', 'selected'];

const byRole = (role, options = {}) => {
    let selector = `role:${role}`;
    for (const state of ROLE_STATES) {
        if (options[state] === undefined) continue;
        selector += options[state] === true ? `[${state}]` : `[${state}=${options[state]}]`;
    }
    if (options.includeHidden) selector += '[include-hidden]';
    if (options.name !== undefined) selector += `:${matcher(options.name, options.exact)}`;
    return selector;
};

/** The selectors of the `getBy…` methods. */
const FACTORIES = {
    getByRole: byRole,
    getByText: (text, options) => `text:${matcher(text, options?.exact)}`,
    getByLabel: (text, options) => `label:${matcher(text, options?.exact)}`,
    getByPlaceholder: (text, options) => `placeholder:${matcher(text, options?.exact)}`,
    getByAltText: (text, options) => `alt:${matcher(text, options?.exact)}`,
    getByTitle: (text, options) => `title:${matcher(text, options?.exact)}`,
    getByTestId: id => `testid:${matcher(id, false)}`,
};

/** A selector that a method was given. */
const selectorOf = (given, method) => {
    if (typeof given !== 'string') throw new TypeError(`${method}: expected a selector as a string`);
    return given;
};

/** The steps that the options of `filter` mean. `inner` writes a locator as a chain within this one. */
const filterSteps = (options, inner) => {
    const { has, hasNot, hasText, hasNotText, visible } = options ?? {};
    return [
        has && `has=(${inner(has)})`,
        hasNot && `has-not=(${inner(hasNot)})`,
        hasText !== undefined && `has-text=${matcher(hasText, false)}`,
        hasNotText !== undefined && `has-not-text=${matcher(hasNotText, false)}`,
        visible !== undefined && `visible=${Boolean(visible)}`,
    ].filter(Boolean);
};
