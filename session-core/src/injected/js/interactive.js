// What a person can act on.

import { hasClickAttribute } from './author.js';
import { css, parentElement, style } from './dom.js';
import { supportsFocus } from './focus.js';
import { memoised } from './memo.js';

const ROLES = new Set(
    ('button checkbox combobox link listbox menuitem menuitemcheckbox menuitemradio option radio scrollbar ' +
        'searchbox slider spinbutton switch tab textbox treeitem')
        .split(' '),
);

const isPointer = memoised(element => css(style(element), 'cursor') === 'pointer');

/** Whether the pointer says that the element, and not only what is around it, can be clicked. */
const hasPointer = element => {
    if (!isPointer(element)) return false;
    const parent = parentElement(element);
    return !parent || !isPointer(parent);
};

/** Whether an element of no telling role can be acted on all the same. */
export const isClickable = element => hasClickAttribute(element) || supportsFocus(element) || hasPointer(element);

/** Whether a person can act on an element of that role. */
export const isInteractive = (element, role) => ROLES.has(role) || supportsFocus(element);
