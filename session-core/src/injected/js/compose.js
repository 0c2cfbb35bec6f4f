// A document with its open shadow roots as one tree, as locators look at it: a host, what is in its shadow, then its own
// children. Slots do not matter here: a locator finds what is there, wherever it is shown.

import { all, getter, matches, nodeType, parentNode, shadowHost, shadowRootNow, FRAGMENT } from './dom.js';
import { memoised, memoTable } from './memo.js';

/** What is around a node: its parent, of a shadow root's child the host; the document at the top, and nothing around that. */
export const upper = node => {
    const parent = parentNode(node);
    return parent && nodeType(parent) === FRAGMENT ? shadowHost(parent) : parent;
};

/** All elements of a document in order, and whether there are shadow roots among them. */
const readAll = memoised(document => {
    const elements = [];
    const stack = [{ list: all(document, '*'), next: 0 }];
    let isComposed = false;
    while (stack.length > 0) {
        const top = stack[stack.length - 1];
        if (top.next === top.list.length) {
            stack.pop();
            continue;
        }
        const element = top.list[top.next];
        top.next += 1;
        elements.push(element);
        const shadow = shadowRootNow(element);
        if (!shadow) continue;
        isComposed = true;
        stack.push({ list: all(shadow, '*'), next: 0 });
    }
    return { elements, isComposed };
});

/** All elements of a document, those in open shadow roots included, in order. */
export const everything = document => readAll(document).elements;

/** Where each element stands among all of a document. */
export const placesIn = memoised(document => new Map(everything(document).map((element, place) => [element, place])));

/** The elements that a selector means, each within its own tree, in order. */
export const allOf = (document, selector) =>
    hasShadows(document)
        ? everything(document).filter(element => matches(element, selector))
        : all(document, selector);

/** Whether a document has open shadow roots. */
export const hasShadows = document => readAll(document).isComposed;

/** The function of a document and something of the locator, which computes each pair once a call. */
export const perDocument = compute => {
    const table = memoTable();
    return (document, key) => {
        if (!table.get(document)) table.set(document, new Map());
        const known = table.get(document);
        if (!known.has(key)) known.set(key, compute(document, key));
        return known.get(key);
    };
};

const elementBefore = getter(Element.prototype, 'previousElementSibling');

/** The function that tells whether something is in `set` that `next` leads to, one after the other. */
const leadsTo = (set, next) => {
    const known = new Map();
    return element => {
        const path = [];
        let found;
        for (let here = next(element); here && found === undefined; here = next(here)) {
            found = known.get(here);
            if (found !== undefined) break;
            path.push(here);
            if (set.has(here)) found = true;
        }
        // Each of these leads to what was found, or is it.
        for (const one of path) known.set(one, found === true);
        return found === true;
    };
};

/** Whether an element is below one of a set; `isInclusive`: or is one. */
export const below = (set, isInclusive) => {
    const isBelow = leadsTo(set, upper);
    return element => (isInclusive && set.has(element)) || isBelow(element);
};

/** By what stands between two compounds: whether the element of the right one goes with one of a set. */
export const RELATED = {
    ' ': set => below(set, false),
    '>': set => element => set.has(upper(element)),
    '+': set => element => set.has(elementBefore(element)),
    '~': set => leadsTo(set, elementBefore),
};

/** The other way round: the elements of the left one that go with one of a set. */
export const relatedTo = (set, combinator) => {
    const next = combinator === ' ' || combinator === '>' ? upper : elementBefore;
    const isFar = combinator === ' ' || combinator === '~';
    const found = new Set();
    for (const element of set) {
        let here = next(element);
        while (here && !found.has(here)) {
            found.add(here);
            here = isFar ? next(here) : null;
        }
    }
    return found;
};
