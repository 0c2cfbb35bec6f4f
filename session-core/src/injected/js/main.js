// What the engine can be asked. Each answer is JSON text: one string crosses to the other side faster than objects do.

import { act } from './act.js';
import { reachInFrame } from './act-point.js';
import { children, contentDocument, documentURI, titleOf } from './dom.js';
import { extract } from './extract.js';
import { framesIn, inDocument, keepAround, keepFrames, keptAround, keptFrame, keptFrames, liftBox, liftOutOf } from './frames.js';
import { readHtml } from './html.js';
import { heldElements } from './held.js';
import { toJson } from './json.js';
import { listenFor } from './listen.js';
import { describe } from './describe.js';
import { begin } from './memo.js';
import { description, name } from './name.js';
import { byRef, Refusal } from './query.js';
import { readProperty } from './read.js';
import { recordFor } from './record.js';
import { beginRefs, endRefs, nameRefs, nodeOf, pendingRefs, rememberedRefs } from './refs.js';
import { role } from './role.js';
import { states } from './state.js';
import { readTree } from './tree.js';
import { value } from './value.js';
import { scrollViewport } from './viewport.js';
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

/** How one of the frames that were kept as `around` is told, and where in the page a point in it is. */
const tellAround = ({ frame, point, testId }) => {
    const element = keptAround()[frame];
    if (!element) throw new Refusal('stale', 'the frame is gone');
    const box = point && liftOutOf(element, { ...point, width: 0, height: 0 });
    return { steps: [...describe(element, { testId }), { by: 'frame' }], point: box && { x: box.x, y: box.y } };
};

const METHODS = {
    look,
    read: params => ({ value: readProperty(params), next: params.target?.end ? endRefs() : undefined }),
    describe: ({ ref, frame, testId }) => ({ steps: describe(frame === undefined ? byRef(ref) : keptFrame(frame), { testId }) }),
    around: tellAround,
    reach: ({ frame, x, y, force }) => ({ value: reachInFrame(frame, { x, y }, force) }),
    lift: ({ frame, box, isPlace }) => ({ value: lift(frame, box, isPlace) }),
    name: ({ base }) => ({ value: nameRefs(base) ?? null }),
    refs: () => ({ value: rememberedRefs() }),
    extract: params => ({ value: extract(params) }),
    scroll: params => ({ value: scrollViewport(params) }),
};

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
 * last locator has `entered`; those `around` something in one of them. Also the element that is `held`, which need not be a frame.
 */
export const foreignFrames = which => {
    if (which === 'entered') return entered.map(frame => frame.deref() || null);
    if (which === 'held') return heldElements();
    begin();
    if (which === 'around') keepAround(framesIn(document));
    if (which === 'around') return keptAround();
    if (which === 'all') keepFrames(framesIn(document));
    begin();
    return keptFrames();
};

/** From now on, `tell` is told as JSON what a person does in this document; see `record.js`. */
export const record = (tell, options) => recordFor(tell, options);

/** From now on, who knows the key finds the engine in this document. */
export const listen = key => listenFor(key, { answer, foreignFrames, record });

/** For tests: the parts, to be held against what a browser says of the same elements. */
export const probe = { role, name, description, states, value, isHidden, children, contentDocument, nodeOf };
