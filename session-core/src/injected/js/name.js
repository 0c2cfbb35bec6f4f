// Accessible names and descriptions (accname 1.2, 4.3). The steps are those of the specification; where it leaves open what
// to do, it is done as browsers do it.

import {
    all,
    attribute,
    firstChild,
    firstOf,
    hasAttribute,
    innerText,
    inputType,
    isBare,
    isHtml,
    isSlot,
    kind,
    namedByIds,
    parentElement,
    style,
    textContent,
} from './dom.js';
import { explicitRole, isBlank, isNamedByAria } from './author.js';
import { takesFocus } from './focus.js';
import { replacedText } from './generated.js';
import { climbing, memoised } from './memo.js';
import { textOfContent } from './name-content.js';
import { isNamedByNature, nativeName } from './name-native.js';
import { isVisible } from './rendered.js';
import { role } from './role.js';
import { LENT_TO_NAMES, NAMED_BY_CONTENT, NAMELESS } from './role-table.js';
import { isRange, isTextControl, isTextField, numberText, rangeValue, selectedText, value } from './value.js';
import { isAriaHidden } from './veil.js';
import { isHidden } from './visible.js';

const NOTHING = { text: '', from: '' };

/**
 * The name of an element: { text, from, isCut }, `from` one of labelledby, label, native, content, title, placeholder or
 * ''; `isCut`: there is more in the element than its name says.
 */
export const name = memoised(element => {
    if (saysNothing(element)) return NOTHING;
    const search = newSearch();
    const found = alternative(element, false, search);
    const text = simplify(found.text);
    return text === '' ? NOTHING : { text, from: found.from, isCut: search.used.isCut };
});

/** Most elements have no name, and a look is enough to know. */
const saysNothing = element => {
    if (isSlot(element)) return true;
    if (!isBare(element)) for (const attributeName of SPEAKING) if (hasAttribute(element, attributeName)) return false;
    return !isNamedByContent(element, false) && !isNamedByNature(element);
};

const SPEAKING = ['aria-label', 'aria-labelledby', 'title', 'aria-placeholder'];

const newSearch = () => ({ used: { seen: new Set(), depth: 0, isCut: false }, root: null, isRootHidden: false });

const simplify = text => text.replace(/[\t\n\f\r ]+/g, ' ').replace(/^ | $/g, '');

/** The text alternative of an element; `isPart`: as part of another's. */
const alternative = (element, isPart, search) => {
    if (kind(element) === 'br') return { text: '\n', from: 'content' };
    const isAgain = search.used.seen.has(element);
    const held = isPart && !isAgain ? heldText(element, search) : null;
    if (held !== null) return { text: held, from: 'value' };
    search.used.seen.add(element);
    if (isLeftOut(element, search)) return NOTHING;
    return (
        (isSlot(element) ? null : byAria(element, isAgain, search)) ||
        nativeName(element, other => textOf(other, null, search)) ||
        byContent(element, isPart, search) ||
        byTitle(element, search) ||
        NOTHING
    );
};

/** The text of another element: nothing where it was already used, unless it is referenced. */
const textOf = (element, root, search) => {
    if (!root && search.used.seen.has(element)) return '';
    const { text } = alternative(element, true, { used: search.used, root, isRootHidden: root !== null && isHidden(root) });
    search.used.seen.add(element);
    return text;
};

/** Step 2A: what is hidden says nothing, unless the hidden was referenced itself. */
const isLeftOut = (element, search) => {
    const its = kind(element);
    if (its === 'svg:title' || its === 'svg:desc' || search.isRootHidden) return false;
    return its === 'noscript' || !isVisible(element) || (hasAttribute(element, 'aria-hidden') && isAriaHidden(element));
};

/** Steps 2B and 2D: `aria-labelledby`, which does not follow further ones, and `aria-label`. */
const byAria = (element, isAgain, search) => {
    if (!search.root && !isAgain && hasAttribute(element, 'aria-labelledby')) {
        const text = textOfAll(namedByIds(element, 'aria-labelledby'), search);
        if (!isBlank(text)) return { text, from: 'labelledby' };
    }
    const label = attribute(element, 'aria-label');
    return isBlank(label) ? null : { text: label, from: 'label' };
};

/** How many elements a name refers to at most. */
const MAX_REFERENCES = 200;

const textOfAll = (elements, search) =>
    elements
        .slice(0, MAX_REFERENCES)
        .map(element => textOf(element, element, search))
        .filter(Boolean)
        .join(' ');

/** Step 2C: what a control in a label holds; `null` where the element is none, or holds nothing. */
const heldText = (element, search) => {
    const its = role(element);
    if (isTextField(element)) {
        const text = value(element, its);
        return isTextControl(element) ? text || null : text || '';
    }
    if (isRange(element, its)) return rangeHeld(element, its);
    if (its !== 'combobox' && its !== 'listbox') return null;
    return kind(element) === 'select' ? selectedText(element) : chosenText(element, its, search);
};

const rangeHeld = (element, its) => {
    const text = attribute(element, 'aria-valuetext');
    if (text !== null) return text;
    const number = rangeValue(element, its);
    return number === null ? null : numberText(number);
};

/** The chosen options of a list that is made by ARIA; of a combobox without such, what is in it. */
const chosenText = (element, its, search) => {
    const chosen = all(element, '[role=option][aria-selected=true]');
    if (chosen.length > 0) return chosen.map(option => textOf(option, null, search).trim()).join(' ');
    return its === 'combobox' ? textOfContent(element, search, partOf) : null;
};

const partOf = (element, search) =>
    search.used.seen.has(element) && !search.root ? NOTHING : alternative(element, true, search);

/** Step 2F: what is in the element, where its role is named by it, or where it is part of a name. */
const byContent = (element, isPart, search) => {
    const replaced = firstChild(element) ? null : replacedText(element, style(element));
    if (replaced !== null) return { text: replaced, from: 'native' };
    if (!search.root && !isNamedByContent(element, isPart)) return null;
    if (kind(element) === 'select' || (isTextField(element) && search.root !== element)) return null;
    const text = textOfContent(element, search, partOf);
    return isBlank(text) ? null : { text, from: 'content' };
};

/** Elements without a role that keep their content to themselves. */
const KEPT = new Set('aside audio body embed form header html iframe object rp rt video'.split(' '));
/** Elements with a role that lend their content although others of that role do not. */
const LENT = new Set(['details', 'footer']);

const isNamedByContent = (element, isPart) => {
    const its = role(element);
    if (NAMED_BY_CONTENT.has(its) || (its === 'math' && explicitRole(element))) return true;
    if (its === 'row') return isInGrid(element);
    const name = kind(element);
    const isLent = explicitRole(element) ? LENT_TO_NAMES.has(its) && its !== 'contentinfo' : isLentByNature(name, its);
    return isPart && isLent;
};

const isLentByNature = (name, its) =>
    LENT.has(name) || (LENT_TO_NAMES.has(its) && !KEPT.has(name) && !name.startsWith('math:'));

const BETWEEN = new Set(['generic', 'none', 'group', 'rowgroup']);

const around = climbing(element => (BETWEEN.has(role(element)) ? undefined : role(element)), parentElement);
const isInGrid = row => /grid$/.test(around(parentElement(row)) || '');

/** Step 2I: the tooltip, unless it says what is there already. */
const byTitle = (element, search) => {
    const title = attribute(element, 'title');
    if (isBlank(title) || (!search.root && isUntitled(element)) || isShownText(element, title)) return null;
    return { text: title, from: 'title' };
};

/** Elements without a role that a tooltip names all the same. */
const TITLED = new Set(
    'abbr audio canvas dl embed figcaption footer header iframe label legend object ruby section video'.split(' '),
);

/** A role that forbids names (WAI-ARIA 1.2, 5.2.8.6) makes a tooltip a description, except where the focus comes to. */
const isUntitled = element => {
    const its = role(element);
    if (!NAMELESS.has(its) || (takesFocus(element) && kind(element) !== 'iframe')) return false;
    if (its === 'generic' && !explicitRole(element) && TITLED.has(kind(element))) return false;
    return !kind(element).includes('-');
};

const isShownText = (element, text) => isHtml(element) && innerText(element).trim() === text.trim();

/** The description of an element; '' where it has none (accname 1.2, 4.3.3; HTML-AAM 1.0, 4.1). */
export const description = element => {
    if (isBare(element) && !SELF_DESCRIBING.has(kind(element)) && !kind(element).startsWith('svg:')) return '';
    for (const describe of DESCRIPTIONS) {
        const text = describe(element);
        if (text) return simplify(text);
    }
    return '';
};

/** Elements with descriptions of which no attribute speaks. */
const SELF_DESCRIBING = new Set(['ruby', 'summary', 'table']);

const DESCRIPTIONS = [
    element => textOfAll(namedByIds(element, 'aria-describedby'), newSearch()),
    element => attribute(element, 'aria-description'),
    element => (kind(element).startsWith('svg:') ? svgDescription(element) : ''),
    element => (isButtonInput(element) && isNamedByAria(element) ? attribute(element, 'value') : ''),
    element => (kind(element) === 'table' && isNamedByAria(element) ? childText(element, 'caption') : ''),
    element => (kind(element) === 'summary' && name(element).from !== 'content' ? insideText(element) : ''),
    element => (kind(element) === 'ruby' ? annotation(element) : ''),
    element => titleDescription(element),
];

const isButtonInput = element => kind(element) === 'input' && ['button', 'reset', 'submit'].includes(inputType(element));

const svgDescription = element => {
    const title = isNamedByAria(element) ? 'svg:title' : '';
    return firstText(element, 'svg:desc') || (title && firstText(element, title));
};

const firstText = (element, its) => {
    const found = firstOf(element, its);
    return found ? textContent(found) : '';
};

const childText = (element, its) => {
    const child = firstOf(element, its);
    return child ? textOf(child, null, newSearch()) : '';
};

/** What is said of a word in ruby text. */
const annotation = ruby => {
    const text = firstOf(ruby, 'rt');
    return text ? textOf(text, text, newSearch()) : '';
};

const insideText = element => textOfContent(element, newSearch(), partOf);

const titleDescription = element => {
    const title = attribute(element, 'title');
    if (isBlank(title) || name(element).from === 'title' || isShownText(element, title)) return '';
    return title;
};
