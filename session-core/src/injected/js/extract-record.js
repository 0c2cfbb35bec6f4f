// One object of a part of a page: the fields that are asked for, or the columns that it seems to have.

import { all, attribute, attributeAsNamed, children, hasAttribute, isElement, kind, linkTarget } from './dom.js';
import { below, upper } from './compose.js';
import { byRoleName, byTag, hasOwnText, headingsIn, imagesOf, isImageKey, isLinkKey, linksIn, timeIn } from './extract-guess.js';
import { propertyValue, wordsIn } from './extract-microdata.js';
import { definitionsIn, namedByColon } from './extract-pairs.js';
import { cellsByName, findNames, isRowNamed, scopeOf } from './extract-scope.js';
import { addressIn, asTold, holdsValue, isExtractFull, nameKey, saidBy, SECRET, shownText, tidyName } from './extract-text.js';
import { labelsOf } from './label-text.js';
import { runs } from './text-index.js';
import { foldText } from './text-match.js';
import { isPasswordLike } from './value.js';
import { isHidden } from './visible.js';

/** How many values a field has at most; the rest is counted. */
const MOST_VALUES = 100;

const fieldOf = (name, from, found) => {
    const values = [...new Set(found)].filter(value => value !== '' && value !== null);
    if (values.length === 0) return null;
    const told = values.slice(0, MOST_VALUES).map(asTold);
    return { name, from, values: told, more: values.length - told.length || undefined };
};

/** What an element says as a field of that key. */
const fieldValue = (key, from, element) => {
    if (from === 'itemprop') return propertyValue(element);
    if (isLinkKey(key)) {
        const links = kind(element) === 'a' ? [element] : all(element, 'a[href]');
        if (links.length === 1) return linkTarget(links[0]);
    }
    if (isImageKey(key)) {
        const images = kind(element) === 'img' ? [element] : all(element, 'img');
        if (images.length === 1) return addressIn(images[0], 'src');
    }
    if (key === 'alt' && kind(element) === 'img') return attribute(element, 'alt') || '';
    return saidBy(element);
};

/** The fields of that name in a scope: a list of { name, from, values } or { name, from, count } where it is not clear. */
export const namedFields = (inside, root, fields, testId) => {
    const scope = scopeOf(inside, root);
    const keys = fields.map(nameKey);
    const wanted = new Set(keys);
    const found = new Map();
    findNames(scope, { testId, isWanted: key => wanted.has(key) }, finding => {
        const best = found.get(finding.key);
        if (!best || finding.rank < best[0].rank) found.set(finding.key, [finding]);
        else if (finding.rank === best[0].rank) best.push(finding);
    });
    const told = fields.map((name, index) => {
        const findings = found.get(keys[index]);
        const own = findings ? ofFindings(name, keys[index], findings) : null;
        if (own) return own;
        const said = byTag(keys[index], scope) || byRoleName(keys[index], scope);
        return said && { name, ...said };
    });
    return told.filter(Boolean);
};

/** What findings say. One in another one says a part of the same. */
const ofFindings = (name, key, findings) => {
    const elements = new Set(findings.map(({ element }) => element).filter(Boolean));
    const isInner = elements.size > 1 ? below(elements, false) : () => false;
    const outer = findings.filter(({ element }) => !element || !isInner(element));
    const values = outer.map(({ element, from, value }) => value ?? fieldValue(key, from, element));
    return fieldOf(name, outer[0].from, values);
};

/** The values of what a locator found for a field. */
export const pickedField = ({ name, attribute: wanted }, elements) => {
    const read = element => {
        if (!wanted) return saidBy(element);
        if (wanted === 'value' && isPasswordLike(element)) return hasAttribute(element, wanted) ? SECRET : '';
        if (wanted === 'href' || wanted === 'src') return hasAttribute(element, wanted) ? addressIn(element, wanted) : '';
        return attributeAsNamed(element, wanted) ?? '';
    };
    return fieldOf(name, 'x-selector', elements.map(read));
};

/** Classes that say how something looks, or where it is, rather than what it is: as a whole, and by their beginning. */
const LOOKS =
    /^(?:active|badge|block|bold|button|card|clearfix|col|column|container|content|disabled|even|fade|first|flex|flexbox|grid|hidden|hover|inline|item|items|last|layout|left|link|list|muted|nav|odd|right|row|rows|selected|small|text|visible|wrap|wrapper)$/i;
const LOOKS_BY_BEGINNING = new RegExp(
    `^(?:${[
        'absolute align animate antialiased aspect backdrop bg border bottom break btn col cursor css',
        'display divide duration ease fixed flex float focus font gap grid inline inset items justify',
        'leading line-clamp line-through lowercase mb ml mr mt mx my no object opacity outline overflow',
        'pb pl place pointer-events position pr pt pull px py relative ring rotate rounded sc self',
        'shadow size space sr static sticky stroke style text top tracking transform transition',
        'translate truncate underline uppercase visually whitespace',
    ]
        .join(' ')
        .replaceAll(' ', '|')})(?:$|[-_])`,
    'i',
);
const SPEAKING_CLASS = /^[\p{L}][\p{L}]+(?:[-_]+[\p{L}]+)*$/u;

/** Whether a class says what something is. */
export const isSpeaking = token =>
    token.length > 2 && token.length <= 40 && SPEAKING_CLASS.test(token) && !LOOKS.test(token) && !LOOKS_BY_BEGINNING.test(token);

/** The name that a class gives an element; '' where none says what it is. */
const classOf = element => {
    if (!hasAttribute(element, 'class')) return '';
    const tokens = wordsIn(element, 'class').map(token => token.split('__').pop());
    return tokens.find(token => isSpeaking(token)) || '';
};

const DATA_KINDS = new Set(['data', 'img', 'input', 'meter', 'progress', 'select', 'textarea', 'time']);
const SILENT = new Set(['noscript', 'script', 'style', 'template']);

/** What a tag is called where nothing else names it. */
const tagCalled = element => {
    const its = kind(element);
    if (/^h[1-6]$/.test(its)) return 'title';
    return { a: 'link text', img: 'image', time: 'time' }[its] || 'text';
};

/** The columns that an item of a list has: a list of { name, from, values }. */
export const ownColumns = (inside, root, testId) => {
    const scope = scopeOf(inside, root);
    const cells = cellsByName(root);
    const byCells = () => cells.map(([its, cell]) => fieldOf(its, 'column', [saidBy(cell)])).filter(Boolean);
    const links = fieldOf('link', 'link', linksIn(scope).map(linkTarget));
    if (cells.length > 0 && isRowNamed(root)) return [...byCells(), links].filter(Boolean);
    const columns = new Map();
    const add = (name, from, value) => {
        if (name === '' || value === '' || value === null) return;
        if (!columns.has(name)) columns.set(name, { from, values: [] });
        columns.get(name).values.push(value);
    };
    const named = new Set();
    for (const element of scope.elements) addNamed(element, testId, add, named);
    const isIn = below(named, true);
    const isAround = new Set();
    for (const element of named) for (let here = upper(element); here && here !== root; here = upper(here)) isAround.add(here);
    const told = new Set();
    for (const element of scope.elements) {
        if (isExtractFull()) break;
        // What is in a text that is told is a part of it, unless it has a name of its own.
        const isPart = told.has(upper(element)) && classOf(element) === '' && !DATA_KINDS.has(kind(element));
        if (isPart) told.add(element);
        else if (!isIn(element) && !isAround.has(element) && addLeaf(scope, element, add)) told.add(element);
    }
    const parted = new Set([...named].filter(element => namedByColon(element)).map(upper));
    for (const element of [root, ...isAround]) {
        // What a colon names is told already.
        if (kind(element) !== 'img' && !parted.has(element)) add('text', 'text', foldText(runs(element).join(' ')));
    }
    // A row in which nothing else has a name.
    if (cells.length > 0 && [...columns.keys()].every(its => its === 'text')) return [...byCells(), links].filter(Boolean);
    addTags(scope, columns, add);
    const fields = [...columns].map(([name, { from, values }]) => fieldOf(name, from, values)).filter(Boolean);
    return fields.length > 0 ? fields : [fieldOf('text', 'text', [saidBy(root)])].filter(Boolean);
};

/** What is named by its author: properties, test ids, terms, labels. */
const addNamed = (element, testId, add, named) => {
    const mark = (name, from, value) => {
        named.add(element);
        add(name, from, value);
    };
    if (hasAttribute(element, 'itemprop') && !hasAttribute(element, 'itemscope')) {
        for (const name of wordsIn(element, 'itemprop')) mark(name, 'itemprop', propertyValue(element));
    } else if (hasAttribute(element, testId) && all(element, `[${testId}], [itemprop]`).length === 0) {
        mark(attribute(element, testId), 'testid', saidBy(element));
    } else if (kind(element) === 'dl') {
        for (const [term, part] of definitionsIn(element)) mark(term, 'dt', saidBy(part));
    } else if (holdsValue(element) && kind(element) !== 'output') {
        const label = labelsOf(element).next().value;
        if (label && !isHidden(element)) mark(tidyName(label), 'label', saidBy(element));
    } else {
        const pair = namedByColon(element);
        if (pair) mark(pair[0], 'text before it', pair[1]);
    }
};

/**
 * An element that says something and that nothing names: by its class, by that of what is only around it, by its tag.
 * Answers whether its text is told.
 */
const addLeaf = ({ root }, element, add) => {
    const isData = DATA_KINDS.has(kind(element));
    if (SILENT.has(kind(element)) || (!isData && !hasOwnText(element)) || isHidden(element)) return false;
    let here = element;
    let name = classOf(here);
    while (name === '' && isAlone(here)) {
        const around = upper(here);
        if (!around || around === root || !isElement(around)) break;
        here = around;
        name = classOf(here);
    }
    const value = kind(element) === 'time' ? timeIn(element) : saidBy(element);
    if (name !== '') add(name, `class ${name}`, value);
    else if (kind(element) !== 'img') add(tagCalled(element), 'tag', value);
    return !isData;
};

const isAlone = element => {
    const around = upper(element);
    return around && isElement(around) && children(around).filter(isElement).length === 1 && !hasOwnText(around);
};

/** Links and images have an address beside their text. */
const addTags = (scope, columns, add) => {
    for (const link of linksIn(scope)) add('link', 'link', linkTarget(link));
    if (!columns.has('image')) for (const image of imagesOf(scope)) add('image', 'image', addressIn(image, 'src'));
    if (columns.has('title')) return;
    const headings = headingsIn(scope.elements);
    if (headings.length === 1 && classOf(headings[0]) === '') add('title', 'heading', shownText(headings[0]));
};
