// One thing of one element.

import {
    all,
    attributeAsNamed,
    css,
    documentElement,
    formValue,
    hasAttribute,
    innerHtml,
    innerText,
    isHtml,
    kind,
    matches,
    namedByIds,
    optionSelected,
    optionValue,
    outerHtml,
    style,
    textContent,
    bodyOf,
    titleOf,
} from './dom.js';
import { isEditable, isFocused } from './focus.js';
import { foldText } from './text-match.js';
import { locate, only } from './locate.js';
import { description, name } from './name.js';
import { Refusal } from './query.js';
import { refOf } from './refs.js';
import { role } from './role.js';
import { boxOf, placeOf, shareOnScreen } from './screen.js';
import { states } from './state.js';
import { isTextControl, value } from './value.js';
import { isShown } from './visible.js';

/** Reads `what` of the element that `target` means; without a target, of the document. */
export const readProperty = ({ what, target, name }) => {
    if (what === 'title') return titleOf(document);
    if (!target) return READERS[what](bodyOf(document) || top(), name);
    const located = locate(target);
    if (what === 'count') return located.found.length;
    if (what in OF_EACH) return located.found.map(element => READERS[OF_EACH[what]](element, name));
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

/** The values of the options that are chosen. */
const valuesOf = element => {
    if (kind(element) !== 'select') throw new Refusal('unfit', 'it is no list of options');
    return all(element, 'option').filter(optionSelected).map(optionValue);
};

/** What is wrong with an element, as its author says. */
const errorMessage = element => {
    const isWrong = !['', 'false', null].includes(attributeAsNamed(element, 'aria-invalid'));
    return isWrong ? foldText(namedByIds(element, 'aria-errormessage').map(textContent).join(' ')) : '';
};

/** Whether there is nothing in an element: no text, or no value. */
const hasNothing = element => {
    if (isTextControl(element) || kind(element) === 'input') return formValue(element) === '';
    return textContent(element).trim() === '';
};

/** Lists, of each element that matches; and what they are lists of. */
const OF_EACH = { attrs: 'attr', refs: 'ref', texts: 'text', 'text-contents': 'text-content' };

const READERS = {
    ref: refOf,
    css: (element, name) => css(style(element), name),
    description,
    empty: hasNothing,
    'error-message': errorMessage,
    focused: isFocused,
    'in-viewport': shareOnScreen,
    name: element => name(element).text,
    role,
    values: valuesOf,
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
