// The labels of an element: what `aria-labelledby` and `label` elements say as text, and `aria-label`.

import { attribute, hasAttribute, isHtml, kind, namedByIds, ownerDocument } from './dom.js';
import { controlOf } from './dom-form.js';
import { isBlank } from './author.js';
import { everything } from './compose.js';
import { memoised } from './memo.js';
import { name } from './name.js';
import { wholeText } from './text-index.js';

/** The `label` elements of each control. */
const labelElements = memoised(document => {
    const labels = new Map();
    for (const element of everything(document)) {
        const control = kind(element) === 'label' && isHtml(element) ? controlOf(element) : null;
        if (control) labels.set(control, [...(labels.get(control) || []), element]);
    }
    return labels;
});

const FROM_LABELS = new Set(['label', 'labelledby', 'native']);

/** What an element is labelled by, each as a text. */
export const labelsOf = element => {
    const document = ownerDocument(element);
    const own = labelElements(document).get(element) || [];
    const said = hasAttribute(element, 'aria-label') ? attribute(element, 'aria-label') : null;
    const named = hasAttribute(element, 'aria-labelledby') ? namedByIds(element, 'aria-labelledby') : [];
    const texts = [...named, ...own].map(label => wholeText(document, label));
    if (!isBlank(said)) texts.push(said);
    if (texts.length === 0) return texts;
    // A label around a control has more in it than it says.
    const its = name(element);
    if (FROM_LABELS.has(its.from)) texts.push(its.text);
    return texts;
};
