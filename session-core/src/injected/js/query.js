// Elements by ref or by CSS. CSS looks into open shadow roots; each compound must match within one tree.

import { all, matches, shadowRoot } from './dom.js';
import { nodeOf } from './refs.js';

/** A request that cannot be answered: told as { error: { kind, message } }. */
export class Refusal {
    constructor(kind, message) {
        this.kind = kind;
        this.message = message;
    }
}

/** The elements that a target means: { ref: 12 } or { css: '…' }. */
export const find = target => (target.ref === undefined ? byCss(target.css) : [byRef(target.ref)]);

/** The element of a ref. */
export const byRef = ref => {
    const node = nodeOf(ref);
    if (node) return node;
    throw new Refusal(node === null ? 'stale' : 'unknown', `e${ref}`);
};

const byCss = selector => {
    try {
        return inTree(document, selector);
    } catch (error) {
        throw new Refusal('selector', String(error.message));
    }
};

/** The matches in a tree and in the shadow trees in it: a host before what is in its shadow, that before its children. */
const inTree = (root, selector) => {
    const everything = all(root, '*');
    if (everything.every(element => !shadowRoot(element))) return all(root, selector);
    const found = [];
    for (const element of everything) {
        if (matches(element, selector)) found.push(element);
        const shadow = shadowRoot(element);
        if (shadow) for (const inner of inTree(shadow, selector)) found.push(inner);
    }
    return found;
};
