// The labels of an element: what `aria-labelledby` and `label` elements say as text, and `aria-label`.

import { attribute, contains, hasAttribute, isHtml, namedByIds, ownerDocument } from './dom.js';
import { controlOf } from './dom-form.js';
import { isBlank } from './author.js';
import { allOf, everything } from './compose.js';
import { memoised } from './memo.js';
import { name } from './name.js';
import { wholeText } from './text-index.js';

/** The `label` elements of each control. */
const labelElements = memoised(document => {
    const labels = new Map();
    for (const element of allOf(document, 'label')) {
        const control = isHtml(element) ? controlOf(element) : null;
        if (control) labels.set(control, [...(labels.get(control) || []), element]);
    }
    return labels;
});

const FROM_LABELS = new Set(['label', 'labelledby', 'native']);

/** The elements of a document that may have a label, in order. */
export const labelled = document => {
    const said = new Set(allOf(document, '[aria-label], [aria-labelledby]'));
    const controls = labelElements(document);
    return everything(document).filter(element => said.has(element) || controls.has(element));
};

/** What an element is labelled by, each as a text. */
export const labelsOf = function* (element) {
    const document = ownerDocument(element);
    const own = labelElements(document).get(element) || [];
    const said = hasAttribute(element, 'aria-label') ? attribute(element, 'aria-label') : null;
    const named = hasAttribute(element, 'aria-labelledby') ? namedByIds(element, 'aria-labelledby') : [];
    for (const label of named) yield wholeText(document, label);
    for (const label of own) yield wholeText(document, label);
    if (!isBlank(said)) yield said;
    // Several say one thing together, and a label around a control has more in it than it says.
    if (named.length > 1 || own.some(label => contains(label, element))) {
        const its = name(element);
        if (FROM_LABELS.has(its.from)) yield its.text;
    }
};
