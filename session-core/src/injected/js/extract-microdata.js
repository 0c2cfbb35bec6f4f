// Microdata, as HTML has it (5.2): items, their properties, and what these say.

import {
    all,
    attribute,
    byId,
    children,
    hasAttribute,
    isElement,
    isHtml,
    kind,
    linkTarget,
    ownerDocument,
} from './dom.js';
import { allOf, placesIn } from './compose.js';
import { addressIn, anyText, asTold, isExtractFull } from './extract-text.js';

/** How deep items may be in each other, how many are told, and how many elements are looked at for all of them. */
const MOST_DEEP = 15;
const MOST_ITEMS = 1000;
const MOST_STEPS = 200_000;

const SOURCES = new Set(['audio', 'embed', 'iframe', 'img', 'source', 'track', 'video']);
const LINK_KINDS = new Set(['a', 'area']);

/** What an element says as a property that is no item (HTML, 5.2.4). */
export const propertyValue = element => {
    const its = kind(element);
    if (its === 'meta') return attribute(element, 'content') || '';
    if (SOURCES.has(its)) return addressIn(element, 'src');
    if (LINK_KINDS.has(its)) return linkTarget(element);
    if (its === 'link') return addressIn(element, 'href');
    if (its === 'object') return addressIn(element, 'data');
    if (its === 'data' || its === 'meter') return attribute(element, 'value') || '';
    if (its === 'time' && hasAttribute(element, 'datetime')) return attribute(element, 'datetime');
    return anyText(element);
};

/** The words of an attribute, each once. */
export const wordsIn = (element, name) => [
    ...new Set((attribute(element, name) || '').split(/[\t\n\f\r ]+/).filter(Boolean)),
];

/** The elements that are the properties of an item, in order (HTML, 5.2.5). */
const propertiesOf = (item, walk) => {
    const seen = new Set([item]);
    const found = [];
    const refs = wordsIn(item, 'itemref').map(id => byId(item, id)).filter(Boolean);
    const stack = [...refs, ...children(item).filter(isElement)].reverse();
    while (stack.length > 0) {
        const element = stack.pop();
        walk.steps += 1;
        if (walk.steps > MOST_STEPS) break;
        if (seen.has(element)) continue;
        seen.add(element);
        if (isHtml(element) && hasAttribute(element, 'itemprop')) found.push(element);
        if (!hasAttribute(element, 'itemscope')) stack.push(...elementsIn(element));
    }
    if (refs.length === 0) return found;
    const places = placesIn(ownerDocument(item));
    return found.sort((a, b) => places.get(a) - places.get(b));
};

const elementsIn = element => children(element).filter(isElement).reverse();

/** An item: [types, id, [[name, [values]]]]; a value that is an item stands as { item }. */
const readItem = (item, walk, around) => {
    walk.items += 1;
    const properties = new Map();
    for (const element of propertiesOf(item, walk)) {
        const value = valueIn(element, walk, around);
        for (const name of wordsIn(element, 'itemprop')) {
            if (!properties.has(name)) properties.set(name, []);
            properties.get(name).push(value);
        }
    }
    return [wordsIn(item, 'itemtype'), attribute(item, 'itemid'), [...properties]];
};

const valueIn = (element, walk, around) => {
    if (!hasAttribute(element, 'itemscope')) return asTold(propertyValue(element));
    // An item in itself has no end; the standard calls it an error.
    const isEndless = around.includes(element) || around.length >= MOST_DEEP;
    if (isEndless || walk.items >= MOST_ITEMS || isExtractFull()) {
        walk.left += 1;
        return null;
    }
    return { item: readItem(element, walk, [...around, element]) };
};

/** The items of a document that are no property of others: { items, total, left }. */
export const readMicrodata = document => {
    const walk = { steps: 0, items: 0, left: 0 };
    const tops = allOf(document, '[itemscope]').filter(element => isHtml(element) && !hasAttribute(element, 'itemprop'));
    const items = [];
    for (const item of tops) {
        if (walk.items >= MOST_ITEMS || walk.steps > MOST_STEPS || isExtractFull()) break;
        items.push(readItem(item, walk, [item]));
    }
    return { items, total: tops.length, left: walk.left, isCut: walk.steps > MOST_STEPS };
};

/** How many items are around a property, up to an element. */
export const itemsAround = (element, root, parentOf) => {
    let count = 0;
    for (let here = parentOf(element); here && here !== root; here = parentOf(here)) {
        if (isElement(here) && hasAttribute(here, 'itemscope')) count += 1;
    }
    return count;
};

/** The texts of the scripts with linked data. */
export const linkedData = document =>
    all(document, 'script[type="application/ld+json" i]');
