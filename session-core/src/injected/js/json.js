// Answers as JSON text.

const { stringify } = JSON;
/** Whether a page has a say in the JSON of everything: libraries have done that, too. */
const hasToJson = () => [{}, [], '', 0, true].some(value => value.toJSON !== undefined);
/** The value as it is, whatever its `toJSON` made of it. */
const own = function (key) {
    return this[key];
};

/** JSON without halves of surrogate pairs: a page can have such in its text, but readers of UTF-8 refuse them. */
export const toJson = value => {
    const text = stringify(value, hasToJson() ? own : undefined);
    return /\\ud[89a-f]/.test(text) ? text.replace(/\\(?:ud[89a-f][0-9a-f]{2}|.)/g, mendEscape) : text;
};
const mendEscape = escape => (escape.length === 6 && escape[1] === 'u' && escape[2] === 'd' ? '\\ufffd' : escape);
