// Elements by ref, and why a request cannot be answered.

import { nodeOf } from './refs.js';

/** A request that cannot be answered: told as { error: { kind, message } }. */
export class Refusal {
    constructor(kind, message) {
        this.kind = kind;
        this.message = message;
    }
}

/** The element of a ref. */
export const byRef = ref => {
    const node = nodeOf(ref);
    if (node) return node;
    throw new Refusal(node === null ? 'stale' : 'unknown', `e${ref}`);
};
