// What a person can act on.

import { hasClickAttribute } from './author.js';
import { css, hasAttribute, kind, parentElement, style } from './dom.js';
import { supportsFocus } from './focus.js';

const ROLES = new Set(
    ('button checkbox combobox gridcell link listbox menuitem menuitemcheckbox menuitemradio option radio scrollbar ' +
        'searchbox slider spinbutton switch tab textbox treeitem')
        .split(' '),
);

const ELEMENTS = new Set(['summary', 'video', 'audio', 'label']);

/** Whether the pointer says that the element, and not only what is around it, can be clicked. */
const hasPointer = element => {
    if (css(style(element), 'cursor') !== 'pointer') return false;
    const parent = parentElement(element);
    return !parent || css(style(parent), 'cursor') !== 'pointer';
};

/** Whether an element of no telling role can be acted on all the same. */
export const isClickable = element => hasClickAttribute(element) || supportsFocus(element) || hasPointer(element);

/** Whether a person can act on an element of that role. */
export const isInteractive = (element, role) => {
    if (ROLES.has(role)) return role !== 'gridcell' || supportsFocus(element);
    if (kind(element) === 'summary' || supportsFocus(element)) return true;
    return ELEMENTS.has(kind(element)) ? kind(element) !== 'label' && hasAttribute(element, 'controls') : false;
};
