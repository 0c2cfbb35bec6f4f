// What the engine can be asked. Each answer is JSON text: one string crosses to the other side faster than objects do.

import { children, contentDocument, documentURI, forgetStyles, titleOf } from './dom.js';
import { readHtml } from './html.js';
import { describe } from './describe.js';
import { begin } from './memo.js';
import { description, name } from './name.js';
import { byRef, Refusal } from './query.js';
import { readProperty } from './read.js';
import { beginRefs, endRefs, nameRefs, pendingRefs, rememberedRefs } from './refs.js';
import { role } from './role.js';
import { states } from './state.js';
import { readTree } from './tree.js';
import { value } from './value.js';
import { isHidden } from './visible.js';

let frames = [];
let entered = [];

/** The tree: { base, end, ref?, html?, interactive?, screen? }. */
const look = ({ base, end, ref, html, interactive, screen }) => {
    beginRefs(base, end);
    const root = ref === undefined ? document : byRef(ref);
    const tree = readTree(root, { interactive, screen });
    frames = tree.frames.map(frame => new WeakRef(frame));
    return {
        next: endRefs(),
        pending: pendingRefs(),
        url: documentURI(document),
        title: titleOf(document),
        frames: frames.length,
        rows: tree.rows,
        html: html ? readHtml(document) : undefined,
    };
};

const METHODS = {
    look,
    read: params => ({ value: readProperty(params), next: params.target?.end ? endRefs() : undefined }),
    describe: ({ ref, testId }) => ({ steps: describe(byRef(ref), { testId }) }),
    name: ({ base }) => ({ value: nameRefs(base) ?? null }),
    refs: () => ({ value: rememberedRefs() }),
};

/** JSON without halves of surrogate pairs: a page can have such in its text, but readers of UTF-8 refuse them. */
const toJson = value => {
    const text = JSON.stringify(value);
    return /\\ud[89a-f]/.test(text) ? text.replace(/\\(?:ud[89a-f][0-9a-f]{2}|.)/g, mendEscape) : text;
};
const mendEscape = escape => (escape.length === 6 && escape[1] === 'u' && escape[2] === 'd' ? '\\ufffd' : escape);

/** Answers a request: { … }, or { error: { kind, message, … } }. */
export const answer = (name, params) => {
    begin();
    forgetStyles();
    try {
        return toJson(METHODS[name](params));
    } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (error.frame) entered = [new WeakRef(error.frame)];
        return toJson({ error: { kind: error.kind, message: error.message, ...error.more } });
    } finally {
        begin();
        forgetStyles();
    }
};

/** The frame elements of the last look whose documents it could not look into; `isEntered`: the one a locator goes on in. */
export const foreignFrames = isEntered => (isEntered ? entered : frames).map(frame => frame.deref() || null);

/** For tests: the parts, to be held against what a browser says of the same elements. */
export const probe = { role, name, description, states, value, isHidden, children, contentDocument };
