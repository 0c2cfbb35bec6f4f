// One thing of one element.

import {
    attribute,
    documentElement,
    formValue,
    innerText,
    isHtml,
    matches,
    outerHtml,
    textContent,
    bodyOf,
    titleOf,
} from './dom.js';
import { find, Refusal } from './query.js';
import { role } from './role.js';
import { boxOf, placeOf } from './screen.js';
import { states } from './state.js';
import { value } from './value.js';
import { isShown } from './visible.js';

/** Reads `what` of the element that `target` means; without a target, of the document. */
export const readProperty = ({ what, target, name }) => {
    if (what === 'title') return titleOf(document);
    const found = target ? find(target) : [bodyOf(document) || documentElement(document)];
    if (what === 'count') return found.length;
    if (what === 'visible' && found.length === 0) return false;
    return READERS[what](one(found), name);
};

/** The only element of a list. */
export const one = found => {
    if (found.length === 1 && found[0]) return found[0];
    throw new Refusal(found.length > 1 ? 'several' : 'none', String(found.length));
};

const isEnabled = element => {
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

const READERS = {
    // WebKit ends the text of a paragraph with the empty line that stands below it.
    text: element => (isHtml(element) ? innerText(element).replace(/\n\n$/, '') : textContent(element)),
    html: outerHtml,
    value: valueOf,
    attr: (element, name) => attribute(element, name),
    box: boxOf,
    place: placeOf,
    visible: isShown,
    enabled: isEnabled,
    checked: isChecked,
};
