// Which elements take the focus, of themselves or because the page says so (HTML, 6.6.2).

import {
    activeElement,
    attribute,
    bodyOf,
    css,
    documentOf,
    hasAttribute,
    inputType,
    isHtml,
    kind,
    matchesSafe,
    parentElement,
    shadowRoot,
    style,
} from './dom.js';
import { memoised } from './memo.js';
import { isHidden } from './visible.js';

const FOCUSABLE_CONTROLS = new Set(['button', 'input', 'select', 'textarea']);
const FOCUSABLE_LINKS = new Set(['a', 'area', 'svg:a']);

const EMBEDDED = new Set(['embed', 'iframe', 'object']);

/** Whether an element could take the focus, were it shown. */
export const supportsFocus = element => hasTabIndex(element) || hostsEditing(element) || isFocusableByNature(element);

/** Whether an element takes the focus; what is embedded takes it in its own page. */
export const takesFocus = element => supportsFocus(element) && !EMBEDDED.has(kind(element)) && !isHidden(element);

const hasTabIndex = element => {
    const index = attribute(element, 'tabindex');
    return index !== null && /^[\t\n\f\r ]*[-+]?\d/.test(index) && !isDisabledControl(element);
};

const isFocusableByNature = element => {
    const name = kind(element);
    if (FOCUSABLE_CONTROLS.has(name)) return !isDisabledControl(element) && !(name === 'input' && inputType(element) === 'hidden');
    if (FOCUSABLE_LINKS.has(name)) return hasAttribute(element, 'href') || hasAttribute(element, 'xlink:href');
    if (name === 'summary') return isSummary(element);
    if (name === 'audio' || name === 'video') return hasAttribute(element, 'controls');
    return EMBEDDED.has(name);
};

const DISABLED_KINDS = new Set(['button', 'fieldset', 'input', 'optgroup', 'option', 'select', 'textarea']);

/** Whether a control is disabled, by itself or by its fieldset. */
export const isDisabledControl = memoised(element => {
    const name = kind(element);
    return (DISABLED_KINDS.has(name) || name.includes('-')) && matchesSafe(element, ':disabled');
});

/** Whether a `summary` opens a `details`. */
export const isSummary = element => {
    const parent = parentElement(element);
    return parent !== null && kind(parent) === 'details';
};

const EDITABLE = new Set(['', 'true', 'plaintext-only']);

/** Whether what is in an element can be edited as rich text. */
export const hostsEditing = element => {
    const value = isHtml(element) ? attribute(element, 'contenteditable') : null;
    return value !== null && EDITABLE.has(value.toLowerCase());
};

/** Whether text in an element can be edited. */
export const isEditable = element =>
    (isHtml(element) && css(style(element), '-webkit-user-modify').startsWith('read-write')) || hostsEditing(element);

/** The focused element of a document, in whatever shadow root it is. */
export const focusedOf = memoised(document => {
    let here = activeElement(document);
    for (let root = here && shadowRoot(here); root && activeElement(root); root = here && shadowRoot(here)) {
        here = activeElement(root);
    }
    return here;
});

/** Whether an element has the focus. */
export const isFocused = element => focusedOf(documentOf(element)) === element && !isDefaultFocus(element);

/** The body has the focus where nothing else has. */
const isDefaultFocus = element => !parentElement(element) || element === bodyOf(documentOf(element));
