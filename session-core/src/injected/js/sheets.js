// Which elements style sheets may give generated text. To ask for the style of `::before` costs more than all else that is
// asked of an element, and few have one: the sheets say which could. Where they cannot be read, or are very long, all could.

import {
    attribute,
    hasAttribute,
    kind,
    localName,
    matchesSafe,
    nodeType,
    optional,
    parentElement,
    parentNode,
    rootNode,
    shadowRoot,
    DOCUMENT,
    ELEMENT,
} from './dom.js';
import { memoised } from './memo.js';

const sheetsOfDocument = optional(Document.prototype, 'styleSheets');
const sheetsOfShadow = optional(ShadowRoot.prototype, 'styleSheets');
const adoptedByDocument = optional(Document.prototype, 'adoptedStyleSheets');
const adoptedByShadow = optional(ShadowRoot.prototype, 'adoptedStyleSheets');

const sheetsOf = root => {
    const [own, adopted] =
        nodeType(root) === DOCUMENT ? [sheetsOfDocument, adoptedByDocument] : [sheetsOfShadow, adoptedByShadow];
    return [...(own(root) || []), ...(adopted(root) || [])];
};

/** Beyond this, reading the rules takes longer than asking the elements. */
const MAX_RULES = 5000;
const MAX_OTHERS = 30;

/** Whether an element may have a `::before` or `::after` with text. */
export const mayGenerate = memoised(element => {
    // Shadow roots style their host and what is in their slots, pages style parts of shadow roots.
    if (shadowRoot(element) || hasAttribute(element, 'part') || isLightOfHost(element)) return true;
    const keys = keysIn(rootNode(element));
    if (keys === null) return true;
    if (keys.any || kind(element) === 'q' || (keys.tags.size > 0 && keys.tags.has(localName(element)))) return true;
    const classes = keys.classes.size > 0 ? attribute(element, 'class') : null;
    if (classes && classes.split(/[\t\n\f\r ]+/).some(name => keys.classes.has(name))) return true;
    for (const name of keys.attributes) if (hasAttribute(element, name)) return true;
    if (keys.ids.size > 0 && keys.ids.has(attribute(element, 'id'))) return true;
    return keys.others.some(selector => matchesSafe(element, selector));
});

const isLightOfHost = element => {
    const around = parentElement(element);
    if (around !== null && kind(around) !== 'slot') return false;
    const parent = parentNode(element);
    return parent !== null && nodeType(parent) === ELEMENT && Boolean(shadowRoot(parent));
};

/** What the elements that rules of a document or shadow root give generated text have in common; `null`: not known. */
const keysIn = memoised(root => {
    const keys = {
        any: false,
        tags: new Set(),
        classes: new Set(),
        ids: new Set(),
        attributes: new Set(),
        others: [],
        left: MAX_RULES,
    };
    try {
        for (const sheet of sheetsOf(root)) readRules(sheet.cssRules, keys, false);
    } catch {
        return null;
    }
    return keys.left < 0 || keys.others.length > MAX_OTHERS ? null : keys;
});

const readRules = (rules, keys, isNested) => {
    keys.left -= rules.length;
    if (keys.left < 0) return;
    for (const rule of rules) {
        const selector = rule.selectorText;
        if (selector && PSEUDO.test(selector) && saysText(rule)) readSelector(selector, keys, isNested);
        const inner = rule.styleSheet ? rule.styleSheet.cssRules : rule.cssRules;
        if (inner && inner.length > 0) readRules(inner, keys, isNested || Boolean(selector));
    }
};

const PSEUDO = /:(before|after)/i;

const saysText = rule => !/^(|none|normal|""|'')$/.test(rule.style.getPropertyValue('content'));

/** Notes the last part of each selector of a list; what a nested rule means is not looked into. */
const readSelector = (selector, keys, isNested) => {
    if (isNested) keys.any = true;
    for (const one of splitSelector(selector, ',')) {
        if (!PSEUDO.test(one)) continue;
        const host = one.trim().replace(/::?(before|after).*$/i, '');
        if (noteCompound(splitSelector(host, ' >+~').pop(), keys)) continue;
        keys.others.push(/[ >+~]$|^$/.test(host) ? `${host}*` : host);
    }
};

/** Cuts at any of some characters, outside of brackets and strings. */
export const splitSelector = (selector, separators) => {
    const parts = [''];
    let depth = 0;
    for (const [piece] of selector.matchAll(/\\.|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^]/g)) {
        if (piece === '(' || piece === '[') depth += 1;
        if (piece === ')' || piece === ']') depth -= 1;
        if (depth === 0 && separators.includes(piece)) parts.push('');
        else parts[parts.length - 1] += piece;
    }
    return parts;
};

const COMPOUND = /^([a-z][a-z0-9-]*)?(?:#([\w-]+)|\.([\w-]+)|\[\s*([\w-]+))?/i;

/** Notes one thing that all elements have that a compound selector matches; false where there is none. */
const noteCompound = (compound, keys) => {
    const [, tag, id, className, attributeName] = COMPOUND.exec(compound);
    if (compound.includes('\\')) return false;
    if (id) keys.ids.add(id);
    else if (className) keys.classes.add(className);
    else if (attributeName) keys.attributes.add(attributeName);
    else if (tag) keys.tags.add(tag.toLowerCase());
    return Boolean(id || className || attributeName || tag);
};
