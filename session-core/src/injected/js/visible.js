// What is in the accessibility tree, and what is on the screen.
//
// Not in the tree (WAI-ARIA 1.2, 7.1): what is not rendered, what `visibility` hides, what is `aria-hidden` or inert, by
// itself or by what is around it, the frame included.

import {
    activeElement,
    all,
    attribute,
    checkVisibility,
    children,
    clientRect,
    css,
    documentElement,
    frameOf,
    fullscreenElement,
    hasAttribute,
    hasBox,
    isElement,
    isHtml,
    isMenuList,
    isText,
    kind,
    localName,
    matchesSafe,
    ownerDocument,
    parentElement,
    rootNode,
    shadowRoot,
    style,
    textRect,
} from './dom.js';
import { memoised, memoTable } from './memo.js';

/** Elements whose content replaces them where they cannot be shown. */
const FALLBACK = new Set(['audio', 'video', 'iframe', 'object', 'embed', 'frame']);

const CHOICES = new Set(['hr', 'option', 'optgroup']);

/** Whether an element is not in the accessibility tree. */
export const isHidden = memoised(element => !isVisible(element) || isVeiled(element));

/** Whether `display`, `visibility` and the like let an element be seen. */
export const isVisible = memoised(element => {
    if (checkVisibility(element) === true) return !MARKS_ONLY.has(localName(element)) || !isHtml(element);
    const name = kind(element);
    if (CHOICES.has(name)) return isChoiceVisible(element);
    if (name === 'area') return isAreaVisible(element);
    return isRendered(element) && css(style(element), 'visibility') === 'visible';
});

/** Whether an element takes part in the rendering of the page, whatever its `visibility`. */
export const isRendered = memoised(element => {
    let here = element;
    // An element without a box of its own (`display: contents`) stands or falls with what is around it.
    while (here) {
        const box = hasBox(here);
        if (box === true) return true;
        const display = css(style(here), 'display');
        if (display === 'none' || display === '') return false;
        if (box === false && display !== 'contents') return isInCanvas(here);
        const parent = parentElement(here);
        if (!parent) return here === documentElement(ownerDocument(here));
        if (box === undefined && hidesContent(parent, here)) return false;
        here = parent;
    }
    return true;
});

/** What is in a canvas has no box, and is there for those who do not see the canvas (HTML, 4.12.5). */
const isInCanvas = element => {
    for (let here = parentElement(element); here; here = parentElement(here)) {
        if (kind(here) === 'canvas') return isRendered(here);
        if (hasBox(here) === true) return false;
    }
    return false;
};

/** For browsers without `checkVisibility`. */
const hidesContent = (parent, child) => {
    const name = kind(parent);
    if (name === 'details') return !hasAttribute(parent, 'open') && kind(child) !== 'summary';
    return FALLBACK.has(name) || css(style(parent), 'content-visibility') === 'hidden';
};

/** A closed list has no boxes for its options, but a user can choose all of them. */
const isChoiceVisible = element => {
    for (let here = element; here; here = parentElement(here)) {
        const name = kind(here);
        if (name === 'select') return isMenuList(here) && isVisible(here);
        if (name === 'datalist' || css(style(here), 'display') === 'none') return false;
    }
    return false;
};

/** An area is where the first image is that uses its map. */
const isAreaVisible = area => {
    const image = imageOf(area);
    return image !== null && isVisible(image);
};

/** The image that shows an area. */
export const imageOf = area => {
    let map = parentElement(area);
    while (map && kind(map) !== 'map') map = parentElement(map);
    const name = map && (attribute(map, 'name') || attribute(map, 'id'));
    if (!name) return null;
    return all(rootNode(map), 'img[usemap]').find(image => attribute(image, 'usemap') === `#${name}`) || null;
};

const veils = memoTable();

/** Whether an element is `aria-hidden` or inert, by itself or by what is around it. */
const isVeiled = element => {
    const path = [];
    let here = element;
    let found;
    while (here && found === undefined) {
        found = veils.get(here);
        if (found !== undefined) break;
        path.push(here);
        if (isVeil(here)) found = true;
        else here = parentElement(here) || aboveRoot(here);
    }
    for (const one of path) veils.set(one, found === true);
    return found === true;
};

/** The element that holds the document of a root element. */
const aboveRoot = element => (element === documentElement(ownerDocument(element)) ? frameOf(element) : null);

const isVeil = element =>
    isAriaHidden(element) || (hasAttribute(element, 'inert') && isHtml(element)) || isBehindModal(element);

/** Marks in text and tables, which are no part of them. */
const MARKS_ONLY = new Set(['col', 'colgroup', 'wbr']);

/** `aria-hidden` is not taken for a document's root and body, for options, and where the focus is in it. */
export const isAriaHidden = element => {
    if (!hasAttribute(element, 'aria-hidden') || attribute(element, 'aria-hidden').trim().toLowerCase() !== 'true') return false;
    const name = kind(element);
    if (name === 'body' || name === 'html' || name === 'option' || !parentElement(element)) return false;
    return !matchesSafe(element, ':focus-within');
};

/** What is neither in the modal element of a document nor around it is inert (HTML, 6.3). */
const isBehindModal = element => {
    const modal = modalOf(ownerDocument(element));
    if (!modal || modal.around.has(element)) return false;
    const parent = parentElement(element);
    return parent !== null && parent !== modal.top && modal.around.has(parent);
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
        if (!root) break;
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

/** Whether an element hides itself, while what is in it may be seen all the same. */
export const hidesOnlyItself = element => isRendered(element) && css(style(element), 'visibility') !== 'visible';

/** Whether an element can be seen: it has a box that is not empty, and `visibility` does not hide it. */
export const isShown = element => {
    if (kind(element) === 'area') return isAreaVisible(element) && isShown(imageOf(element));
    if (!isVisible(element)) return false;
    if (css(style(element), 'display') === 'contents') return isContentShown(element);
    return isNotEmpty(clientRect(element));
};

const isNotEmpty = rect => rect.width > 0 && rect.height > 0;

/** An element without a box is seen where something in it is. */
const isContentShown = element => {
    const stack = [element];
    while (stack.length > 0) {
        for (const child of children(stack.pop())) {
            if (isText(child) && isNotEmpty(textRect(child))) return true;
            if (!isElement(child) || !isVisible(child)) continue;
            if (css(style(child), 'display') === 'contents') stack.push(child);
            else if (isNotEmpty(clientRect(child))) return true;
        }
    }
    return false;
};
