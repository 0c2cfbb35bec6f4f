// `aria-owns`: who is whose child in the accessibility tree (WAI-ARIA 1.2, 6.6.4). The first owner in document order wins;
// an element owns neither itself nor what it is in. What is not in the tree itself, or can have no children in it, owns
// nothing: what it names stays where it is.

import { all, byIds, isElement, isFrame, kind, parentElement } from './dom.js';
import { isHidden } from './visible.js';

/** Elements whose content is told by their value. */
const CLOSED = new Set(['textarea', 'input', 'progress', 'meter', 'svg:title', 'svg:desc']);

/** Whether nothing in an element has rows of its own. */
export const isClosed = element => CLOSED.has(kind(element));

/** The owners in one tree (a document or a shadow root): `ownerOf` by element, and `ownedBy` by owner in order. */
export const readOwners = (root, owners) => {
    for (const owner of all(root, '[aria-owns]')) {
        if (isClosed(owner) || isFrame(owner) || isHidden(owner)) continue;
        for (const owned of byIds(owner, 'aria-owns')) {
            if (owners.ownerOf.has(owned) || isAround(owned, owner, owners)) continue;
            owners.ownerOf.set(owned, owner);
            const list = owners.ownedBy.get(owner);
            if (list) list.push(owned);
            else owners.ownedBy.set(owner, [owned]);
        }
    }
};

/** How far all of a document's owners are followed upwards: chains of them could be as long as the document. */
const MAX_STEPS = 3_000_000;

/** No owners yet. */
export const noOwners = () => ({ ownerOf: new Map(), ownedBy: new Map(), steps: 0 });

/** Whether `outer` is `inner` or around it, by ownership as well as by place; too far to be followed counts as such. */
const isAround = (outer, inner, owners) => {
    for (let here = inner; here && isElement(here); here = owners.ownerOf.get(here) || parentElement(here)) {
        owners.steps += 1;
        if (here === outer || owners.steps > MAX_STEPS) return true;
    }
    return false;
};
