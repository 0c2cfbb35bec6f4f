// What takes part in the rendering of a page, and what `visibility` lets be seen.

import {
    all,
    attribute,
    checkVisibility,
    css,
    documentElement,
    hasAttribute,
    hasBox,
    isHtml,
    isXml,
    kind,
    ownerDocument,
    parentElement,
    rootNode,
    style,
} from './dom.js';
import { isMenuList } from './dom-form.js';
import { climbing, memoised, memoTable } from './memo.js';

/** Elements that are there without a box: their own way of being seen. */
const BOXLESS = new Map(
    Object.entries({
        area: element => isAreaVisible(element),
        hr: element => isChoiceVisible(element),
        optgroup: element => isChoiceVisible(element),
        option: element => isChoiceVisible(element),
    }),
);

/** Marks in text and tables, which are no part of them. */
const MARKS_ONLY = new Set(['col', 'colgroup', 'wbr']);

const rendered = memoTable();

/** Whether `display`, `visibility` and the like let an element be seen. */
export const isVisible = memoised(element => {
    // What is in something that is known not to be rendered need not be asked.
    const parent = parentElement(element);
    if (parent && rendered.get(parent) === false && !BOXLESS.has(kind(element))) return false;
    if (checkVisibility(element) === true) return !MARKS_ONLY.has(kind(element));
    if (isInXmlViewer(element)) return true;
    const special = BOXLESS.get(kind(element)) || (isAmongChoices(parent) ? isChoiceVisible : null);
    if (special) return special(element);
    return isDrawnUnseen(element) && css(style(element), 'visibility') === 'visible';
});

/** Whether an element takes part in the rendering of the page, whatever its `visibility`. */
export const isRendered = element => isVisible(element) || isDrawnUnseen(element);

const isDrawnUnseen = element => {
    const path = [];
    let found = rendered.get(element);
    for (let here = element; found === undefined; ) {
        path.push(here);
        const parent = parentElement(here);
        if (!parent) found = here === documentElement(ownerDocument(here));
        else found = rendered.get(parent) ?? (hasBox(parent) === true || undefined);
        here = parent;
    }
    // On the way down styles are read only in what is rendered: elsewhere they are slow.
    while (path.length > 0) {
        const here = path.pop();
        found = found && isDisplayed(here);
        rendered.set(here, found);
    }
    return found;
};

/** Whether an element in what is rendered is rendered, too. */
const isDisplayed = element => {
    if (hasBox(element) === true || isInXmlViewer(element)) return true;
    const display = css(style(element), 'display');
    if (display === 'none' || display === '') return false;
    if (display === 'contents') return true;
    if (hasBox(element) === false) return isInCanvas(element);
    const parent = parentElement(element);
    return !parent || !hidesContent(parent, element);
};

/**
 * Whether an element is shown by a browser's viewer of XML. Firefox's stands in a closed shadow root of the root element, which
 * no page can give one without a namespace of HTML; there, what is in that element has no style at all.
 */
export const isInXmlViewer = element => !isHtml(element) && isXml(ownerDocument(element)) && isBelowViewer(element);

const isBelowViewer = climbing(element => {
    const parent = parentElement(element);
    if (!parent) return false;
    if (parent !== documentElement(ownerDocument(element))) return undefined;
    return kind(parent).startsWith('x:') && hasBox(parent) === true && css(style(element), 'display') === '';
}, parentElement);

/** What is in a canvas has no box, and is there for those who do not see the canvas (HTML, 4.12.5). */
const isInCanvas = element => {
    for (let here = parentElement(element); here; here = parentElement(here)) {
        if (kind(here) === 'canvas') return true;
        if (hasBox(here) === true) return false;
    }
    return false;
};

/** Elements whose content replaces them where they cannot be shown. */
const FALLBACK = new Set(['audio', 'video', 'iframe', 'object', 'embed', 'frame']);

/** For browsers without `checkVisibility`. */
const hidesContent = (parent, child) => {
    const name = kind(parent);
    if (name === 'details') return !hasAttribute(parent, 'open') && kind(child) !== 'summary';
    return FALLBACK.has(name) || css(style(parent), 'content-visibility') === 'hidden';
};

/** Whether what is in that element is among the options of a list, whatever it is (HTML, 4.10.7). */
const isAmongChoices = climbing(element => {
    const name = kind(element);
    return name === 'div' ? undefined : name === 'select' || name === 'optgroup';
}, parentElement);

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

/** The image that shows an area; `null` without one. */
export const imageOf = area => {
    let map = parentElement(area);
    while (map && kind(map) !== 'map') map = parentElement(map);
    const name = map && (attribute(map, 'name') || attribute(map, 'id'));
    return (name && imagesIn(rootNode(map)).get(`#${name}`)) || null;
};

/** The first image of each map. */
const imagesIn = memoised(root => {
    const images = new Map();
    for (const image of all(root, 'img[usemap]').reverse()) images.set(attribute(image, 'usemap'), image);
    return images;
});
