// What users of assistive technology are kept from, although it is rendered: `aria-hidden`, `inert`, and all that is behind
// a modal dialog.

import {
    activeElement,
    all,
    attribute,
    documentElement,
    documentOf,
    frameOf,
    fullscreenElement,
    hasAttribute,
    isHtml,
    kind,
    matchesSafe,
    ownerDocument,
    parentElement,
    shadowRoot,
} from './dom.js';
import { memoised, memoTable } from './memo.js';
import { isVisible } from './rendered.js';

const veils = memoTable();

/** Whether an element is kept from users, by itself or by what is around it, the frame included. */
export const isVeiled = element => {
    const path = [];
    let found = veils.get(element);
    if (found !== undefined) return found;
    let here = element;
    while (here && found === undefined) {
        found = veils.get(here);
        if (found !== undefined) break;
        path.push(here);
        const parent = parentElement(here);
        if (isVeil(here, parent)) found = true;
        else here = parent || frameAround(here);
        // A frame that cannot be seen hides its document.
        if (!parent && here && found === undefined && !isVisible(here)) found = true;
    }
    for (const one of path) veils.set(one, found === true);
    return found === true;
};

/** The element that holds the document of a root element. */
const frameAround = element => (element === documentElement(ownerDocument(element)) ? frameOf(element) : null);

const isVeil = (element, parent) =>
    (hasAttribute(element, 'aria-hidden') && isAriaHidden(element)) ||
    (hasAttribute(element, 'inert') && isHtml(element)) ||
    isSelectsButton(element, parent) ||
    isBehindModal(element, parent);

/** The button that a select is drawn with is the select itself to everybody (HTML, 4.10.7). */
const isSelectsButton = (element, parent) => kind(element) === 'button' && parent !== null && kind(parent) === 'select';

/** `aria-hidden` is not taken for a document's root and body, for options, and where the focus is in it. */
export const isAriaHidden = element => {
    if ((attribute(element, 'aria-hidden') || '').trim().toLowerCase() !== 'true') return false;
    const name = kind(element);
    if (name === 'body' || name === 'option' || !parentElement(element)) return false;
    return !matchesSafe(element, ':focus-within');
};

/** What is neither in the modal element of a document nor around it is inert (HTML, 6.3). */
const isBehindModal = (element, parent) => {
    const modal = modalOf(documentOf(element));
    if (modal === null || parent === null || parent === modal.top) return false;
    return modal.around.has(parent) && !modal.around.has(element);
};

/** Whether an element is inert with all that is behind a modal one, which is in it. */
export const isAroundModal = element => {
    const modal = modalOf(documentOf(element));
    return modal !== null && element !== modal.top && modal.around.has(element) && parentElement(element) !== null;
};

/** The modal element of a document, and all that is around it. */
const modalOf = memoised(document => {
    const top = fullscreenElement(document) || topModal(document);
    if (!top) return null;
    const around = new Set();
    for (let here = top; here; here = parentElement(here)) around.add(here);
    return { top, around };
});

/** The dialog that was opened last has the focus, unless the page took it away. */
const topModal = document => {
    let root = document;
    for (let here = activeElement(root); here; here = root && activeElement(root)) {
        const modal = modalAround(here);
        if (modal) return modal;
        root = shadowRoot(here);
    }
    try {
        return all(document, ':modal').pop() || null;
    } catch {
        return null;
    }
};

const modalAround = element => {
    for (let here = element; here; here = parentElement(here)) if (matchesSafe(here, ':modal')) return here;
    return null;
};
