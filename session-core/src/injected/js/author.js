// What the author of a page says of an element by ARIA, and where that takes effect (WAI-ARIA 1.2, 5.3 and 7.1).

import { attribute, attributeNames, byIds, hasAttribute, isBare, kind, parentElement, rootNode } from './dom.js';
import { isMenuList } from './dom-form.js';
import { supportsFocus } from './focus.js';
import { climbing, memoised, memoisedFromAbove } from './memo.js';
import { noOwners, readOwners } from './owns.js';
import { CONTEXTS, ELEMENT_ROLES, GLOBAL_ATTRIBUTES, KNOWN_ROLES, SYNONYMS } from './role-table.js';

/** The role that the author gave and that takes effect; else `null`. */
export const explicitRole = element => (hasAttribute(element, 'role') ? givenRole(element) : null);

/** The first word of `role` that is one. A form or region without a name is none: a further word may say what it is. */
const wordOf = element => {
    for (const said of (attribute(element, 'role') || '').toLowerCase().split(/[\t\n\f\r ]+/)) {
        const word = SYNONYMS.get(said) || said;
        if (KNOWN_ROLES.has(word) && ((word !== 'form' && word !== 'region') || isNamedRegion(element))) return word;
    }
    return null;
};

const givenRole = memoisedFromAbove(
    element => {
        const given = wordOf(element);
        return given === null || isOverruled(element, given) ? null : given;
    },
    element => CONTEXTS.has(wordOf(element)),
    element => parentInTree(element),
);

const isNamedRegion = element => isNamedByAuthor(element) || hasAttribute(element, 'aria-roledescription');

/** Whether a role that an author gave does not take effect. */
const isOverruled = (element, given) => {
    // Presentational roles conflict with the focus and with global attributes (WAI-ARIA 1.2, 5.4.7).
    if (given === 'none') return !isFrameLike(element) && (supportsFocus(element) || hasGlobalAttribute(element));
    if (CONTEXTS.has(given)) return !isInContext(element, CONTEXTS.get(given));
    return given === 'combobox' && kind(element) === 'select' && isMenuList(element);
};

/** Whether a role is where it means something. */
const isInContext = (element, context) => {
    const here = contextAround(parentInTree(element));
    return here !== null && (context.has(CONTAINERS.get(kind(here))) || context.has(explicitRole(here)));
};

const contextAround = climbing(
    element => (isBetween(element) ? undefined : element),
    element => parentInTree(element),
);

const CONTAINERS = new Map([
    ['menu', 'list'],
    ['ol', 'list'],
    ['ul', 'list'],
    ['select', 'listbox'],
]);

/** Whether an element means nothing between a role and its context. */
const isBetween = element => {
    if (CONTAINERS.has(kind(element))) return false;
    const given = explicitRole(element);
    if (given) return given === 'none' || given === 'generic';
    const name = kind(element);
    return name === 'div' || name === 'span' || name === 'slot' || name.includes('-');
};

/** Who owns whom in a document or shadow root. */
export const ownersIn = memoised(root => {
    const owners = noOwners();
    readOwners(root, owners);
    return owners;
});

const parentInTree = element => ownersIn(rootNode(element)).ownerOf.get(element) || parentElement(element);

const isFrameLike = element => ELEMENT_ROLES.get(kind(element)) === 'iframe';

const hasGlobalAttribute = element => GLOBAL_ATTRIBUTES.some(name => hasAttribute(element, name));

/** Whether the author gave a name: by ARIA, or by `title`. */
export const isNamedByAuthor = element => isNamedByAria(element) || hasAttribute(element, 'title');

/** Whether the author gave a name by ARIA. */
export const isNamedByAria = element => {
    if (hasAttribute(element, 'aria-labelledby') && byIds(element, 'aria-labelledby').length > 0) return true;
    return !isBlank(attribute(element, 'aria-label'));
};

/** Whether an attribute is missing or says nothing. */
export const isBlank = value => value === null || /^[\t\n\f\r ]*$/.test(value);

/** Whether markup says that an element matters, though it has no role that would. */
export const isMarked = element =>
    (!isBare(element) && (hasAria(element) || Boolean(attribute(element, 'title')))) ||
    supportsFocus(element) ||
    hasClickAttribute(element);

/** Whether an element has any attribute of ARIA. */
export const hasAria = element => !isBare(element) && attributeNames(element).some(name => name.startsWith('aria-'));

const CLICKS = ['onclick', 'onmousedown', 'onmouseup', 'ondblclick'];

/** Whether the markup says that a click on the element does something. */
export const hasClickAttribute = element => !isBare(element) && CLICKS.some(name => hasAttribute(element, name));

/** The word of an attribute in lower case; `null` where it is missing, empty or `undefined`. */
export const token = (element, name) => {
    const value = attribute(element, name);
    const word = value === null ? '' : value.trim().toLowerCase();
    return word === '' || word === 'undefined' ? null : word;
};

/** An attribute that is true or false; `null` where it is not given. */
export const truth = (element, name) => {
    const word = token(element, name);
    return word === null ? null : word !== 'false';
};
