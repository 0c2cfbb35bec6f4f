// Roles of SVG elements (SVG-AAM 1.0). What is only drawn is not in the tree: it has no title, no role, and does nothing.

import { all, children, data, hasAttribute, isElement, isText, kind, parentElement } from './dom.js';
import { explicitRole, hasClickAttribute, isMarked } from './author.js';
import { memoTable } from './memo.js';
import { SHAPES } from './role-table.js';
import { isHidden } from './visible.js';

const KINDS = new Map([
    ['svg:g', 'group'],
    ['svg:foreignObject', 'group'],
    ['svg:image', 'img'],
    ['svg:use', 'graphics-object'],
]);
for (const shape of SHAPES) KINDS.set(`svg:${shape}`, 'graphics-symbol');

/** The role of an SVG element by what it is. */
export const svgRole = element => {
    const name = kind(element);
    if (name === 'svg:svg') return isOutermost(element) ? pictureRole(element) : exposed(element, 'group');
    if (name === 'svg:a') return svgLinkRole(element);
    // A symbol is seen where it is used.
    if (name === 'svg:symbol') return 'none';
    const drawn = KINDS.get(name);
    return drawn ? exposed(element, drawn) : 'generic';
};

const isOutermost = element => {
    const parent = parentElement(element);
    return !parent || !kind(parent).startsWith('svg:') || kind(parent) === 'svg:foreignObject';
};

const exposed = (element, its) => (matters(element) ? its : 'none');

/** Whether a drawn element is more than drawn. */
const matters = element => hasTitleOrDesc(element) || isMarked(element);

const hasTitleOrDesc = element =>
    children(element).some(child => isElement(child) && (kind(child) === 'svg:title' || kind(child) === 'svg:desc'));

const svgLinkRole = element => {
    if (hasAttribute(element, 'href') || hasAttribute(element, 'xlink:href') || hasClickAttribute(element)) return 'link';
    return isInText(element) ? 'generic' : exposed(element, 'group');
};

const isInText = element => {
    for (let here = parentElement(element); here; here = parentElement(here)) if (kind(here) === 'svg:text') return true;
    return false;
};

/** A picture with something in it to tell is a document; one without is an image. */
const pictureRole = element => {
    if (silent.get(element)) return 'img';
    const inner = all(element, '*');
    if (inner.length === 0 && !matters(element)) return 'none';
    if (inner.some(isTold)) return 'graphics-document';
    for (const one of inner) silent.set(one, true);
    return 'img';
};

/** What is in pictures that have nothing to tell: it need not be looked through again. */
const silent = memoTable();

const isTold = element => {
    const name = kind(element);
    if (name === 'svg:title' || name === 'svg:desc' || isHidden(element)) return false;
    if (explicitRole(element)) return explicitRole(element) !== 'none';
    if (TEXTS.has(name) || !name.startsWith('svg:')) return hasText(element);
    return DRAWN.has(name) && matters(element);
};

const TEXTS = new Set(['svg:text', 'svg:tspan', 'svg:textPath']);
const DRAWN = new Set([...KINDS.keys(), 'svg:a', 'svg:svg', 'svg:symbol']);

const hasText = element => children(element).some(child => isText(child) && data(child).trim() !== '');
