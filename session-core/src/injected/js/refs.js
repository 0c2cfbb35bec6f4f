// Refs: numbers bound to nodes for as long as these live. A node keeps its number over all looks; a number is never given
// to another node. The numbers come from outside, since a session counts through all its pages and frames.

import { defaultView, frameOf, isConnected, ownerDocument } from './dom.js';

const nodes = new Map();
const numbers = new WeakMap();
let pending = [];
let nextNumber = 0;
let endNumber = 0;
let sweepAt = 4096;

/** Removes the entries of nodes that are gone; each time when there are twice as many entries as lived before. */
const sweep = () => {
    if (nodes.size < sweepAt) return;
    for (const [number, node] of nodes) if (!node.deref()) nodes.delete(number);
    sweepAt = 2 * nodes.size + 4096;
};

const bindNumber = (node, number) => {
    numbers.set(node, number);
    nodes.set(number, new WeakRef(node));
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
    const known = numbers.get(node);
    if (known !== undefined) return known;
    if (nextNumber === endNumber) {
        numbers.set(node, WAITING + pending.length);
        return WAITING + pending.push(node) - 1;
    }
    bindNumber(node, nextNumber);
    nextNumber += 1;
    return nextNumber - 1;
};

/** The first number that was not used. */
export const endRefs = () => nextNumber;

/** How many numbers are remembered, be their nodes gone or not. */
export const rememberedRefs = () => nodes.size;

/** How many nodes wait for their numbers. */
export const pendingRefs = () => pending.length;

/** Gives the nodes that wait their numbers, from `base` on. */
export const nameRefs = base => {
    pending.forEach((node, index) => bindNumber(node, base + index));
    pending = [];
};

/** Takes the numbers back that waited in vain. */
const dropPending = () => {
    for (const node of pending) numbers.delete(node);
    pending = [];
};

/** Whether a node's document is shown, in its frame and that one's too. */
const isLive = node => {
    let here = node;
    while (here) {
        if (!isConnected(here) || !defaultView(ownerDocument(here))) return false;
        here = frameOf(here);
    }
    return true;
};

/** The node of that number; `null`: it is gone; `undefined`: it was never of this world. */
export const nodeOf = number => {
    const entry = nodes.get(number);
    if (!entry) return undefined;
    const node = entry.deref();
    return node && isLive(node) ? node : null;
};
