// Where elements are in the window.

import { clientLeft, clientRect, clientTop, defaultView, frameOf, ownerDocument, viewHeight, viewScrollX, viewScrollY, viewWidth } from './dom.js';

/** Whether some of the element is within the viewport of its own document. */
export const isOnScreen = element => {
    const view = defaultView(ownerDocument(element));
    if (!view) return false;
    const box = clientRect(element);
    const isSomewhere = box.right > box.left && box.bottom > box.top;
    return isSomewhere && box.right > 0 && box.bottom > 0 && box.left < viewWidth(view) && box.top < viewHeight(view);
};

/** The element's box in CSS pixels from the top left of the page's viewport; `null` when it has none. */
export const boxOf = element => {
    const box = clientRect(element);
    let { x, y } = box;
    if (box.width === 0 && box.height === 0) return null;
    for (let frame = frameOf(element); frame; frame = frameOf(frame)) {
        const outer = clientRect(frame);
        x += outer.x + clientLeft(frame);
        y += outer.y + clientTop(frame);
    }
    return { x, y, width: box.width, height: box.height };
};

/** The same from the top left of the page's document. */
export const placeOf = element => {
    const box = boxOf(element);
    return box && { ...box, x: box.x + viewScrollX(globalThis), y: box.y + viewScrollY(globalThis) };
};
