// The elements of a document that one step of a locator means, in order.

import {
    attribute,
    constructorOf,
    getter,
    hasAttribute,
    isElement,
    method,
    shadowRoot,
} from './dom.js';
import { allOf, everything } from './compose.js';
import { byCss } from './css-match.js';
import { labelled, labelsOf } from './label-text.js';
import { name } from './name.js';
import { Refusal } from './query.js';
import { role } from './role.js';
import { selectorOfRole } from './role-tags.js';
import { states } from './state.js';
import { smallest, wholeText, withRun } from './text-index.js';
import { foldText, matcherOf } from './text-match.js';
import { isHidden } from './visible.js';

/** Whether a state is as wanted. What is not said is false, but nothing is closed that cannot be opened. */
const isInState = (now, key, wanted) => {
    if (now === undefined) return wanted === 'false' && key !== 'expanded';
    return String(now) === wanted;
};

/** The elements of a document that could have a role, in order. */
export const candidatesOf = (document, wanted) => {
    const selector = selectorOfRole(wanted);
    return selector === null ? everything(document) : allOf(document, selector);
};

const byRole = (document, { role: wanted, name: wantedName, states: wantedStates = {}, hidden }) => {
    const isNamed = wantedName && matcherOf(wantedName);
    const wantedNow = Object.entries(wantedStates);
    return candidatesOf(document, wanted).filter(element => {
        if (role(element) !== wanted || (!hidden && isHidden(element))) return false;
        if (wantedNow.length > 0) {
            const now = states(element, wanted);
            if (!wantedNow.every(([key, value]) => isInState(now[key], key, value))) return false;
        }
        return !isNamed || isNamed(nameSeen(document, element));
    });
};

/** The name of an element; of a hidden one, which has none for its users, what is in it. */
const nameSeen = (document, element) => name(element).text || (isHidden(element) ? wholeText(document, element) : '');

const byText = (document, { text }) => {
    // It is in order already.
    return [...smallest(document, text)];
};

const byRun = (document, { text }) => {
    const found = withRun(document, text);
    const whole = smallest(document, { exact: text });
    return everything(document).filter(element => found.has(element) || whole.has(element));
};

const byLabel = (document, { text }) => {
    const isWanted = matcherOf(text);
    return labelled(document).filter(element => {
        for (const label of labelsOf(element)) if (isWanted(label)) return true;
        return false;
    });
};

const byAttributeText = attributeName => (document, { text }) => {
    const isWanted = matcherOf(text);
    return allOf(document, `[${attributeName}]`).filter(element => isWanted(attribute(element, attributeName)));
};

const byTestId = (document, { text }, { testId }) => {
    const isWanted = text.exact === undefined ? matcherOf(text) : value => value === text.exact;
    return everything(document).filter(element => hasAttribute(element, testId) && isWanted(attribute(element, testId)));
};

const byAttribute = (document, { name: attributeName, value }) =>
    everything(document).filter(element => attribute(element, attributeName) === value);

const evaluateXpath = method(Document.prototype, 'evaluate');
const snapshotLength = getter(XPathResult.prototype, 'snapshotLength');
const snapshotItem = method(XPathResult.prototype, 'snapshotItem');
const ORDERED = 7;

/** The elements that XPath means, below each of `scope` or in the document. It does not look into shadow roots. */
export const byXpath = (document, { source }, scope) => {
    const relative = scope && source.startsWith('/') ? `.${source}` : source;
    const found = new Set();
    for (const context of scope || [document]) {
        const result = askXpath(document, relative, context);
        const count = snapshotLength(result);
        for (let index = 0; index < count; index += 1) {
            const node = snapshotItem(result, index);
            if (isElement(node)) found.add(node);
        }
    }
    if (!scope || scope.length < 2) return [...found];
    return everything(document).filter(element => found.has(element));
};

const askXpath = (document, source, context) => {
    try {
        return evaluateXpath(document, source, context, null, ORDERED, null);
    } catch (error) {
        throw new Refusal('selector', String(error.message));
    }
};

const belowDocument = method(Document.prototype, 'elementFromPoint');
const shadowPrototype = constructorOf('ShadowRoot').prototype;
const inShadow = shadowPrototype.elementFromPoint ? method(shadowPrototype, 'elementFromPoint') : () => null;

/** What is at a point of a document's viewport, in open shadow roots too. */
export const atPoint = (document, x, y) => {
    let found = belowDocument(document, x, y);
    for (let root = found && shadowRoot(found); root; root = shadowRoot(found)) {
        const inner = inShadow(root, x, y);
        if (!inner || inner === found) break;
        found = inner;
    }
    return found || null;
};

export const FINDERS = {
    role: byRole,
    text: byText,
    run: byRun,
    label: byLabel,
    placeholder: byAttributeText('placeholder'),
    alt: byAttributeText('alt'),
    title: byAttributeText('title'),
    testid: byTestId,
    attribute: byAttribute,
    css: byCss,
};

/** The text of an element as locators see it, folded. */
export const textSeen = (document, element) => foldText(wholeText(document, element));
