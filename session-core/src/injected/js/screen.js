// Where elements are in the window.

import {
    children,
    clientRect,
    css,
    defaultView,
    isElement,
    isText,
    ownerDocument,
    style,
    textRect,
    viewHeight,
    viewWidth,
} from './dom.js';
import { upper } from './compose.js';
import { inDocument, inPage } from './frames.js';

/** Whether some of the element is within the viewport of its own document. */
export const isOnScreen = element => {
    const view = defaultView(ownerDocument(element));
    if (!view) return false;
    const size = { width: viewWidth(view), height: viewHeight(view) };
    const box = clientRect(element);
    return isEmpty(box) ? isContentWithin(element, size) : isWithin(box, size);
};

const isEmpty = box => box.right <= box.left || box.bottom <= box.top;

const isWithin = (box, { width, height }) => box.right > 0 && box.bottom > 0 && box.left < width && box.top < height;

/** How much of an element is within the viewport, and within what clips it on the way: from 0 to 1. */
export const shareOnScreen = element => {
    const view = defaultView(ownerDocument(element));
    if (!view) return 0;
    const box = clientRect(element);
    let { left, top, right, bottom } = box;
    const clip = (from, to, isAcross) => {
        if (isAcross) [left, right] = [Math.max(left, from), Math.min(right, to)];
        else [top, bottom] = [Math.max(top, from), Math.min(bottom, to)];
    };
    for (let here = upper(element); here && isElement(here); here = upper(here)) {
        const edge = clientRect(here);
        if (css(style(here), 'overflow-x') !== 'visible') clip(edge.left, edge.right, true);
        if (css(style(here), 'overflow-y') !== 'visible') clip(edge.top, edge.bottom, false);
    }
    clip(0, viewWidth(view), true);
    clip(0, viewHeight(view), false);
    if (right < left || bottom < top) return 0;
    const whole = box.width * box.height;
    return whole === 0 ? 1 : ((right - left) * (bottom - top)) / whole;
};

/** How much of what is in an element without a box of its own is looked at. */
const MOST = 100;

/** Whether something in an element is there that has no box itself, or floats out of it. */
const isContentWithin = (element, size) => {
    const stack = [element];
    for (let count = 0; stack.length > 0 && count < MOST; count += 1) {
        for (const child of children(stack.pop())) {
            if (!isText(child) && !isElement(child)) continue;
            const box = isText(child) ? textRect(child) : clientRect(child);
            if (!isEmpty(box) && isWithin(box, size)) return true;
            if (isElement(child)) stack.push(child);
        }
    }
    return false;
};

/** The element's box in CSS pixels from the top left of the page's viewport; `null` when it has none. */
export const boxOf = element => {
    const box = clientRect(element);
    if (box.width === 0 && box.height === 0) return null;
    return inPage(element, { x: box.x, y: box.y, width: box.width, height: box.height });
};

/** The same from the top left of the page's document. */
export const placeOf = element => {
    const box = boxOf(element);
    return box && inDocument(box);
};
