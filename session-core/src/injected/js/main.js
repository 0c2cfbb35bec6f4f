// What the engine can be asked. Each answer is JSON text: one string crosses to the other side faster than objects do.

import { act } from './act.js';
import { reachInFrame } from './act-point.js';
import { children, contentDocument, documentURI, titleOf } from './dom.js';
import { extract } from './extract.js';
import { framesIn, inDocument, keepFrames, keptFrame, keptFrames, liftBox } from './frames.js';
import { readHtml } from './html.js';
import { heldElement } from './held.js';
import { listenFor } from './listen.js';
import { describe } from './describe.js';
import { begin } from './memo.js';
import { description, name } from './name.js';
import { byRef, Refusal } from './query.js';
import { readProperty } from './read.js';
import { beginRefs, endRefs, nameRefs, nodeOf, pendingRefs, rememberedRefs } from './refs.js';
import { role } from './role.js';
import { states } from './state.js';
import { readTree } from './tree.js';
import { value } from './value.js';
import { isHidden } from './visible.js';

let entered = [];

/** The tree: { base, end, ref?, html?, interactive?, screen? }. */
const look = ({ base, end, ref, html, interactive, screen }) => {
    beginRefs(base, end);
    const root = ref === undefined ? document : byRef(ref);
    const tree = readTree(root, { interactive, screen });
    keepFrames(tree.frames);
    return {
        next: endRefs(),
        pending: pendingRefs(),
        url: documentURI(document),
        title: titleOf(document),
        frames: tree.frames.length,
        rows: tree.rows,
        html: html ? readHtml(document) : undefined,
    };
};

/** A box in a frame, as it is in the page's window; `isPlace`: in the page's document. */
const lift = (frame, box, isPlace) => {
    const lifted = liftBox(frame, box);
    return lifted && isPlace ? inDocument(lifted) : lifted;
};

const METHODS = {
    look,
    read: params => ({ value: readProperty(params), next: params.target?.end ? endRefs() : undefined }),
    describe: ({ ref, frame, testId }) => ({ steps: describe(frame === undefined ? byRef(ref) : keptFrame(frame), { testId }) }),
    reach: ({ frame, x, y }) => ({ value: reachInFrame(frame, { x, y }) }),
    lift: ({ frame, box, isPlace }) => ({ value: lift(frame, box, isPlace) }),
    name: ({ base }) => ({ value: nameRefs(base) ?? null }),
    refs: () => ({ value: rememberedRefs() }),
    extract: params => ({ value: extract(params) }),
};

const { stringify } = JSON;
/** Whether a page has a say in the JSON of everything: libraries have done that, too. */
const hasToJson = () => [{}, [], '', 0, true].some(value => value.toJSON !== undefined);
/** The value as it is, whatever its `toJSON` made of it. */
const own = function (key) {
    return this[key];
};

/** JSON without halves of surrogate pairs: a page can have such in its text, but readers of UTF-8 refuse them. */
const toJson = value => {
    const text = stringify(value, hasToJson() ? own : undefined);
    return /\\ud[89a-f]/.test(text) ? text.replace(/\\(?:ud[89a-f][0-9a-f]{2}|.)/g, mendEscape) : text;
};
const mendEscape = escape => (escape.length === 6 && escape[1] === 'u' && escape[2] === 'd' ? '\\ufffd' : escape);

const refuse = error => {
    if (!(error instanceof Refusal)) throw error;
    if (error.frame) entered = [new WeakRef(error.frame)];
    return toJson({ error: { kind: error.kind, message: error.message, ...error.more } });
};

/** Answers a request: { … }, or { error: { kind, message, … } }; what is waited for is a promise of that. */
export const answer = (name, params) => {
    if (name === 'act') return actAndAnswer(params);
    begin();
    try {
        return toJson(METHODS[name](params));
    } catch (error) {
        return refuse(error);
    } finally {
        begin();
    }
};

const actAndAnswer = async params => {
    begin();
    try {
        const value = await act(params);
        return toJson({ value, next: params.target?.end ? endRefs() : undefined });
    } catch (error) {
        return refuse(error);
    }
};

/**
 * Frame elements whose documents it could not look into: those of the last look, `all` of the document, or the one that the
 * last locator has `entered`. Also the element that is `held`, which need not be a frame.
 */
export const foreignFrames = which => {
    if (which === 'entered') return entered.map(frame => frame.deref() || null);
    if (which === 'held') return [heldElement()];
    begin();
    if (which === 'all') keepFrames(framesIn(document));
    begin();
    return keptFrames();
};

/** From now on, who knows the key finds the engine in this document. */
export const listen = key => listenFor(key, { answer, foreignFrames });

/** For tests: the parts, to be held against what a browser says of the same elements. */
export const probe = { role, name, description, states, value, isHidden, children, contentDocument, nodeOf };
