// What a page says in pairs: terms with their definitions, labels with what the controls hold.

import {
    all,
    attribute,
    children,
    data,
    firstChild,
    inputType,
    isElement,
    isText,
    kind,
    nextSibling,
    parentElement,
} from './dom.js';
import { allOf } from './compose.js';
import { formOf } from './dom-form.js';
import { addressIn, asTold, controlValue, isExtractFull, saidBy, shownText, tidyName } from './extract-text.js';
import { name } from './name.js';
import { foldText } from './text-match.js';
import { isHidden } from './visible.js';

/** The terms of a definition list, each with what is said of it: [term, element]. */
export const definitionsIn = list => {
    const found = [];
    const read = (parts, terms) => {
        let isOpen = true;
        for (const part of parts) {
            const its = kind(part);
            if (its === 'div') read(children(part).filter(isElement), []);
            if (its === 'dt') {
                if (!isOpen) terms.length = 0;
                isOpen = true;
                terms.push(tidyName(shownText(part)));
            }
            if (its === 'dd') {
                isOpen = false;
                for (const term of terms) if (term !== '') found.push([term, part]);
            }
        }
    };
    read(children(list).filter(isElement), []);
    return found;
};

/** Short elements that name what comes behind them by a colon, and what may be in the text behind them. */
const NAMING = new Set(['b', 'dfn', 'em', 'label', 'span', 'strong']);
const IN_TEXT = new Set(['a', 'abbr', 'b', 'code', 'em', 'i', 'mark', 'small', 'span', 'strong', 'sub', 'sup']);
const MOST_OF_NAME = 60;
const MOST_PARTS = 20;

/** Whether an element has little in it: at most a few children, and nothing in these but text. */
const isSmall = element => {
    let count = 0;
    for (let child = firstChild(element); child; child = nextSibling(child)) {
        count += 1;
        if (count > 5) return false;
        const inner = isElement(child) ? firstChild(child) : null;
        if (inner && (!isText(inner) || nextSibling(inner))) return false;
    }
    return count > 0;
};

const beginsWithColon = node => node && isText(node) && data(node).trimStart().startsWith(':');

/** The name that an element gives what comes behind it, with a colon in it or right behind it; else ''. */
const nameByColon = element => {
    if (!NAMING.has(kind(element)) || !isSmall(element)) return '';
    const own = shownText(element);
    const isOpen = own.endsWith(':') || beginsWithColon(nextSibling(element));
    return isOpen && own.length <= MOST_OF_NAME ? tidyName(own) : '';
};

/** What an element like `<b>Weight:</b> 2 kg` names: [name, value]; `null` where it names nothing. */
export const namedByColon = element => {
    const its = nameByColon(element);
    if (its === '') return null;
    let said = '';
    let next = nextSibling(element);
    for (let count = 0; next && count < MOST_PARTS; next = nextSibling(next), count += 1) {
        if (isText(next)) said += data(next);
        if (!isElement(next)) continue;
        const isBegun = foldText(said).replace(/^:/, '') !== '';
        if (isBegun && (!IN_TEXT.has(kind(next)) || nameByColon(next) !== '')) break;
        said += ` ${saidBy(next)}`;
        // What stands there instead of text is all of it.
        if (!isBegun) break;
    }
    said = foldText(said).replace(/^[:\s]+/, '');
    return said === '' ? null : [its, said];
};

const NO_DATA = new Set(['button', 'hidden', 'image', 'reset', 'submit']);

/** The label of a control; else what the page calls it. */
const labelOf = control =>
    tidyName(name(control).text) || attribute(control, 'name') || attribute(control, 'id') || inputKind(control);

const inputKind = control => (kind(control) === 'input' ? inputType(control) : kind(control));

const isRadio = control => kind(control) === 'input' && inputType(control) === 'radio';

/** What a group of radio buttons is called: after the group around it, else by its name. */
const groupOf = radio => {
    for (let here = parentElement(radio); here; here = parentElement(here)) {
        const its = kind(here);
        if (its === 'form') break;
        if (its === 'fieldset' || attribute(here, 'role') === 'radiogroup') return tidyName(name(here).text);
    }
    return '';
};

/** The forms of a document, and the controls in none: [{ name, action, pairs: [[label, value]] }]. */
export const readForms = document => {
    const forms = new Map();
    for (const control of allOf(document, 'input, select, textarea')) {
        if (isExtractFull()) break;
        if (isHidden(control) || NO_DATA.has(inputKind(control))) continue;
        const form = formOf(control);
        if (!forms.has(form)) forms.set(form, { controls: [], groups: new Map() });
        addControl(forms.get(form), control);
    }
    return [...forms].map(([form, { controls }]) => ({
        name: form ? name(form).text : '',
        action: form ? addressIn(form, 'action') : '',
        pairs: controls,
    }));
};

/** Radio buttons of a group are one pair: which one is chosen. */
const addControl = ({ controls, groups }, control) => {
    const value = controlValue(control);
    if (!isRadio(control)) {
        controls.push([labelOf(control), asTold(value)]);
        return;
    }
    const key = attribute(control, 'name') || '';
    if (!groups.has(key)) groups.set(key, controls.push([groupOf(control) || key || 'radio', null]) - 1);
    if (value === true) controls[groups.get(key)][1] = asTold(labelOf(control));
};

/** The definition lists of a document: [[[term, value]]]. */
export const readDefinitions = document => {
    const found = [];
    for (const list of allOf(document, 'dl')) {
        if (isHidden(list) || isExtractFull()) continue;
        const pairs = definitionsIn(list).map(([term, part]) => [term, asTold(saidBy(part))]);
        if (pairs.length > 0) found.push(pairs);
    }
    return found;
};

/** What the document says of itself: [[name, content]]. */
export const readMeta = document => {
    const pairs = [];
    for (const element of all(document, 'meta[content]').slice(0, 300)) {
        const its = attribute(element, 'property') || attribute(element, 'name');
        if (its) pairs.push([its.slice(0, 200), asTold(attribute(element, 'content'))]);
    }
    for (const link of all(document, 'link[rel~="canonical" i]').slice(0, 1)) pairs.push(['canonical', addressIn(link, 'href')]);
    return pairs;
};
