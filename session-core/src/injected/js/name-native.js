// Names that elements have by their nature, by other elements or attributes of HTML (HTML-AAM 1.0, 4.1; SVG-AAM 1.0, 8.1).
//
// Each function gets `textOf`, which answers the text of another element as part of this name. It answers { text, from },
// or `null` where the element says nothing; the empty text is an answer where the author gave it.

import {
    all,
    attribute,
    firstOf,
    fold,
    formValue,
    hasAttribute,
    inputType,
    isHtml,
    kind,
    rootNode,
    textContent,
} from './dom.js';
import { controlOf, optionShown } from './dom-form.js';
import { isBlank } from './author.js';
import { memoised } from './memo.js';
import { isTextControl, isTextField } from './value.js';

const native = text => ({ text, from: 'native' });
const given = (element, name) => (isBlank(attribute(element, name)) ? null : native(attribute(element, name)));

/** Elements that may be named by what is around them. */
const LABELLED = new Set(['button', 'meter', 'output', 'progress', 'select', 'textarea']);

/** Whether an element may have a name by its nature. */
export const isNamedByNature = element => {
    const name = kind(element);
    return SPECIAL_NAMES.has(name) || LABELLED.has(name) || name.startsWith('svg:') || name.includes('-');
};

/** The name that an element has by its nature. */
export const nativeName = (element, textOf) => {
    const name = kind(element);
    const labelled = labelName(element, textOf);
    if (labelled) return labelled;
    if (isMadeField(element)) return placeholder(element);
    const special = SPECIAL_NAMES.get(name);
    const found = special ? special(element, textOf) : null;
    if (found) return found;
    if (name.startsWith('svg:')) return svgName(element);
    return isTextField(element) ? placeholder(element) : null;
};

/** Whether an element is a field by its role only: what it is else does not name it. */
const isMadeField = element =>
    hasAttribute(element, 'role') && isTextField(element) && !isTextControl(element) && kind(element) !== 'input';

/** The labels of each control in a document or shadow root. The property `labels` looks through the page for each. */
const labelsIn = memoised(root => {
    const found = new Map();
    for (const label of all(root, 'label')) {
        const control = isHtml(label) ? controlOf(label) : null;
        if (control) (found.get(control) || found.set(control, []).get(control)).push(label);
    }
    return found;
});

/** The name by `label` elements, all of them. */
const labelName = (element, textOf) => {
    const its = kind(element);
    const found = LABELLED.has(its) || its === 'input' || its.includes('-') ? labelsIn(rootNode(element)).get(element) : null;
    if (!found) return null;
    const text = found.map(textOf).filter(Boolean).join(' ').trim();
    return text === '' ? null : native(text);
};

/** The placeholder, the last that says what to type. */
const placeholder = element => {
    if (isTextControl(element)) {
        const title = attribute(element, 'title');
        if (!isBlank(title)) return { text: title, from: 'title' };
    }
    for (const name of ['placeholder', 'aria-placeholder']) {
        const text = attribute(element, name);
        if (!isBlank(text) && (name !== 'placeholder' || isTextControl(element))) return { text, from: 'placeholder' };
    }
    return null;
};

/** The words on buttons to which the page gives none. */
const BUTTONS = new Map([
    ['submit', 'Submit'],
    ['reset', 'Reset'],
]);

const inputName = element => {
    const type = inputType(element);
    if (type === 'submit' || type === 'reset' || type === 'button') {
        if (hasAttribute(element, 'value')) return given(element, 'value');
        return BUTTONS.has(type) ? native(BUTTONS.get(type)) : null;
    }
    if (type === 'image') {
        const title = isBlank(attribute(element, 'title')) ? null : { text: attribute(element, 'title'), from: 'title' };
        return given(element, 'alt') || (formValue(element) ? native(formValue(element)) : null) || title || native('Submit');
    }
    if (type !== 'file') return null;
    return native(hasAttribute(element, 'multiple') ? 'Choose Files' : 'Choose File');
};

/** The name by the first child of that kind, as by `legend`. */
const byChild = name => (element, textOf) => {
    const child = firstOf(element, name);
    const text = child ? textOf(child) : '';
    return text ? native(text) : null;
};

const tableName = (element, textOf) => byChild('caption')(element, textOf) || given(element, 'summary');

const optionName = element => {
    const label = attribute(element, 'label');
    if (label) return native(label);
    const text = fold(optionShown(element));
    return text ? { text, from: 'content' } : null;
};

const groupName = (element, textOf) => given(element, 'label') || byChild('legend')(element, textOf);

/** An empty alternative is an answer: a `title` does not take its place. */
const imageName = element => (attribute(element, 'alt') === '' ? native('') : given(element, 'alt'));

const SPECIAL_NAMES = new Map(
    Object.entries({
        area: imageName,
        fieldset: byChild('legend'),
        img: imageName,
        input: inputName,
        optgroup: groupName,
        option: optionName,
        table: tableName,
    }),
);

/** SVG-AAM: the first `title`; of a link, `xlink:title` too. */
const svgName = element => {
    const title = firstOf(element, 'svg:title');
    const text = title ? fold(textContent(title)) : '';
    if (text) return native(text);
    return kind(element) === 'svg:a' ? given(element, 'xlink:title') : null;
};
