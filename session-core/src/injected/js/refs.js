// Refs: numbers bound to nodes for as long as these live. A node keeps its number over all looks; a number is never given
// to another node. The numbers come from outside, since a session counts through all its pages and frames.
//
// What the binding rests on is taken from the platform at the beginning: where the page's own scripts run in the same world,
// they may replace it later, and a ref must not mean another node for that.

import { contentDocument, defaultView, frameOf, getter, isConnected, method, ownerDocument } from './dom.js';

const nodeByNumber = method(Map.prototype, 'get');
const putNode = method(Map.prototype, 'set');
const dropNode = method(Map.prototype, 'delete');
const eachNode = method(Map.prototype, 'forEach');
const countNodes = getter(Map.prototype, 'size');
const numberByNode = method(WeakMap.prototype, 'get');
const putNumber = method(WeakMap.prototype, 'set');
const dropNumber = method(WeakMap.prototype, 'delete');
const deref = method(WeakRef.prototype, 'deref');
const { WeakRef: Weak, Map: Table } = globalThis;

const nodes = new Table();
const numbers = new WeakMap();
let pending = new Table();
let nextNumber = 0;
let endNumber = 0;
let sweepAt = 4096;

/** Removes the entries of nodes that are gone; each time when there are twice as many entries as lived before. */
const sweep = () => {
    if (countNodes(nodes) < sweepAt) return;
    eachNode(nodes, (node, number) => {
        if (!deref(node)) dropNode(nodes, number);
    });
    sweepAt = 2 * countNodes(nodes) + 4096;
};

const bindNumber = (node, number) => {
    putNumber(numbers, node, number);
    putNode(nodes, number, new Weak(node));
};

/** Refs that wait for their numbers are told as this and their place among those that wait. */
const WAITING = 2 ** 31;

/** Which numbers new nodes may have: from `base` on, `end` no more. Those that get none wait for `nameRefs`. */
export const beginRefs = (base, end) => {
    sweep();
    dropPending();
    nextNumber = base;
    endNumber = end;
};

/** The node's number; a new one if it has none. */
export const refOf = node => {
    const known = numberByNode(numbers, node);
    if (known !== undefined) return known;
    if (nextNumber === endNumber) {
        const place = countNodes(pending);
        putNumber(numbers, node, WAITING + place);
        putNode(pending, place, node);
        return WAITING + place;
    }
    bindNumber(node, nextNumber);
    nextNumber += 1;
    return nextNumber - 1;
};

/** The first number that was not used. */
export const endRefs = () => nextNumber;

/** How many numbers are remembered, be their nodes gone or not. */
export const rememberedRefs = () => countNodes(nodes);

/** How many nodes wait for their numbers. */
export const pendingRefs = () => countNodes(pending);

/** Gives the nodes that wait their numbers, from `base` on. */
export const nameRefs = base => {
    eachNode(pending, (node, place) => bindNumber(node, base + place));
    pending = new Table();
};

/** Takes the numbers back that waited in vain. */
const dropPending = () => {
    eachNode(pending, node => dropNumber(numbers, node));
    pending = new Table();
};

/**
 * Whether a node's document is shown, in its frame and that one's too. A document that is gone can still have a window, in
 * Firefox: that of the frame, which shows another one by now.
 */
const isLive = node => {
    for (let here = node; ; ) {
        const around = ownerDocument(here);
        if (!isConnected(here) || !defaultView(around)) return false;
        const frame = frameOf(here);
        if (!frame) return around === document;
        if (contentDocument(frame) !== around) return false;
        here = frame;
    }
};

/** The node of that number; `null`: it is gone; `undefined`: it was never of this world. */
export const nodeOf = number => {
    const entry = nodeByNumber(nodes, number);
    if (!entry) return undefined;
    const node = deref(entry);
    return node && isLive(node) ? node : null;
};
