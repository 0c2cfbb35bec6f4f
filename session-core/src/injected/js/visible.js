// What is in the accessibility tree, and what is on the screen.
//
// Not in the tree (WAI-ARIA 1.2, 7.1): what is not rendered, what `visibility` hides, what is `aria-hidden` or inert, by
// itself or by what is around it, the frame included.

import { children, clientRect, css, isElement, isText, kind, style, textRect } from './dom.js';
import { memoised } from './memo.js';
import { imageOf, isRendered, isVisible } from './rendered.js';
import { isAroundModal, isVeiled } from './veil.js';

/** Whether an element is not in the accessibility tree. */
export const isHidden = memoised(element => !isVisible(element) || isVeiled(element) || isAroundModal(element));

/** Whether an element hides itself, while elements in it may be seen all the same. */
export const hidesOnlyItself = element => isRendered(element) && !isVeiled(element) && isHidden(element);

/** Whether an element can be seen: it has a box that is not empty, and `visibility` does not hide it. */
export const isShown = element => {
    if (!isVisible(element)) return false;
    if (kind(element) === 'area') return isShown(imageOf(element));
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
