// A few words of what stands around an element, so that a line of the log can be understood without the page.

import { ownerDocument } from './dom.js';
import { upper } from './compose.js';
import { textSeen } from './finders.js';

const LONGEST = 80;
const LEVELS = 4;

/** The text of the nearest element around it that says more than it does itself. */
export const nearText = element => {
    const inside = ownerDocument(element);
    const own = textSeen(inside, element);
    let here = upper(element);
    for (let level = 0; level < LEVELS && here && here !== inside; level += 1, here = upper(here)) {
        const text = textSeen(inside, here);
        if (text.length > own.length) return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
    }
    return own.slice(0, LONGEST) || null;
};
