// One thing of one element.

import {
    attributeAsNamed,
    documentElement,
    formValue,
    hasAttribute,
    innerHtml,
    innerText,
    isHtml,
    kind,
    matches,
    outerHtml,
    textContent,
    bodyOf,
    titleOf,
} from './dom.js';
import { isEditable } from './focus.js';
import { locate, only } from './locate.js';
import { Refusal } from './query.js';
import { refOf } from './refs.js';
import { role } from './role.js';
import { boxOf, placeOf } from './screen.js';
import { states } from './state.js';
import { isTextControl, value } from './value.js';
import { isShown } from './visible.js';

/** Reads `what` of the element that `target` means; without a target, of the document. */
export const readProperty = ({ what, target, name }) => {
    if (what === 'title') return titleOf(document);
    if (!target) return READERS[what](bodyOf(document) || top(), name);
    const located = locate(target);
    if (what === 'count') return located.found.length;
    if (what === 'texts') return located.found.map(element => READERS.text(element));
    if (what === 'text-contents') return located.found.map(element => textContent(element));
    if (what === 'visible' && located.found.length === 0) return false;
    return READERS[what](only(located, target), name);
};

const top = () => {
    const root = documentElement(document);
    if (root) return root;
    throw new Refusal('none', '0');
};

/** Whether an element can be used: neither disabled, nor in something that is. */
export const isEnabled = element => {
    if (matches(element, ':disabled')) return false;
    return !matches(element, '[aria-disabled="true" i], [aria-disabled="true" i] *');
};

const isChecked = element => {
    const { checked } = states(element, role(element));
    if (checked === undefined) throw new Refusal('unfit', 'it is no checkbox, radio button or switch');
    return checked;
};

const valueOf = element => {
    const own = formValue(element);
    const found = own === undefined ? value(element, role(element)) : own;
    if (found === undefined) throw new Refusal('unfit', 'it has no value');
    return found;
};

/** Whether a text can be put into an element. */
const isFillable = element => {
    if (!isEnabled(element)) return false;
    if (isTextControl(element) || kind(element) === 'select' || kind(element) === 'input') return !hasAttribute(element, 'readonly');
    if (isEditable(element)) return true;
    throw new Refusal('unfit', `the element <${kind(element)}> takes no text`);
};

const READERS = {
    ref: refOf,
    // WebKit ends the text of a paragraph with the empty line that stands below it.
    text: element => (isHtml(element) ? innerText(element).replace(/\n\n$/, '') : textContent(element)),
    'text-content': textContent,
    html: outerHtml,
    'inner-html': innerHtml,
    value: valueOf,
    attr: attributeAsNamed,
    box: boxOf,
    place: placeOf,
    visible: isShown,
    enabled: isEnabled,
    checked: isChecked,
    editable: isFillable,
};
