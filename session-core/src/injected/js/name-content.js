// The text of what is in an element, as part of a name (accname 1.2, 4.3.2, 2F to 2H).

import {
    attribute,
    attributeNames,
    children,
    closest,
    css,
    data,
    fold,
    hasAttribute,
    hasBox,
    kind,
    nodeType,
    rootNode,
    style,
    textContent,
    CDATA,
    ELEMENT,
    TEXT,
} from './dom.js';
import { ownersIn } from './author.js';
import { isPseudoInline, pseudoText } from './generated.js';
import { areApart, flowOf, lineBox } from './name-flow.js';
import { memoised } from './memo.js';
import { isRendered, isVisible } from './rendered.js';
import { role } from './role.js';
import { isAriaHidden } from './veil.js';

/** How many parts a name is made of at most, as browsers limit it: a page could be in one link. */
const MAX_PARTS = 100;
/** How deep elements are followed one in another; what is deeper lends its text as it is. */
const MAX_DEPTH = 250;

/**
 * The text of what is in an element.
 *
 * `search.used`: what was already used, and how deep it is; `search.isRootHidden`: what is hidden counts; `partOf(child, search)` answers the
 * text alternative { text, from } of an element in it.
 */
export const textOfContent = (element, search, partOf) => {
    const out = { parts: [], last: ' ', before: null, from: '', isBroken: false };
    collect({ element, search, partOf, out });
    return out.parts.join('');
};

const collect = here => {
    const { element, search, out } = here;
    const isDrawn = isRendered(element);
    search.used.depth += 1;
    if (isDrawn) collectPseudo(here, '::before');
    for (const child of ownedChildren(element)) {
        search.used.isCut = search.used.seen.size > MAX_PARTS;
        if (search.used.isCut) break;
        const type = nodeType(child);
        if (type === TEXT || type === CDATA) collectText(here, child);
        else if (type === ELEMENT) collectElement(here, child);
    }
    if (isDrawn) collectPseudo(here, '::after');
    search.used.depth -= 1;
};

/** The children as `aria-owns` has them. */
const ownedChildren = element => {
    const { ownerOf, ownedBy } = ownersIn(rootNode(element));
    const own = children(element);
    if (ownerOf.size === 0) return own;
    return own.filter(child => !ownerOf.has(child)).concat(ownedBy.get(element) || []);
};

const collectPseudo = ({ element, search, out }, pseudo) => {
    const text = pseudoText(element, pseudo);
    if (text === '') return;
    search.used.seen.add(Symbol('pseudo'));
    const flow = () => (isPseudoInline(element, pseudo) ? lineBox(element) : null);
    add(out, { node: null, text, from: 'content', flow });
};

const collectText = ({ element, search, out }, node) => {
    const text = data(node);
    const piece = { node, text, from: 'content', flow: once(() => lineBox(element)) };
    if (/[^\t\n\f\r ]/.test(text)) piece.text = transformed(text, element);
    // White space between boxes is not there for the browser.
    else if (!out.before || out.before.flow() === null) return add(out, { ...piece, ...out.before, text: ' ' });
    search.used.seen.add(node);
    return add(out, piece);
};

const once = compute => {
    let found;
    return () => (found === undefined ? (found = compute()) : found);
};

const WORD_START = /(^|[^\p{L}\p{N}\p{M}'\u2019])(\p{L})/gu;

const TRANSFORMS = new Map([
    ['uppercase', (text, element) => text.toLocaleUpperCase(languageOf(element))],
    ['lowercase', (text, element) => text.toLocaleLowerCase(languageOf(element))],
    ['capitalize', text => text.replace(WORD_START, (_, gap, letter) => gap + letter.toUpperCase())],
]);

const transformOf = memoised(element => css(style(element), 'text-transform'));

/** Text as `text-transform` shows it. */
export const transformed = (text, element) => {
    const transform = TRANSFORMS.get(transformOf(element));
    return transform ? transform(text, element) : text;
};

/** The language of an element, where letters of both cases differ by it. */
const languageOf = element => {
    const around = closest(element, '[lang]');
    const language = around && attribute(around, 'lang');
    return language && /^(az|el|lt|nl|tr)\b/i.test(language) ? language.slice(0, 2) : 'en';
};

const collectElement = (here, child) => {
    const { search, out } = here;
    if (isPassedOver(child, search)) {
        // A block that is not told, and a place where a line may break, part words all the same.
        if (kind(child) === 'wbr' || (isRendered(child) && flowOf(child) === null)) out.isBroken = true;
        return undefined;
    }
    if (isTransparent(child)) return collectInner(here, child);
    if (search.used.depth >= MAX_DEPTH) return addDeep(out, child);
    const found = here.partOf(child, search);
    return add(out, { node: child, text: found.text, from: found.from, flow: once(() => flowOf(child)) });
};

/** Step 2A for what is in an element: hidden parts count only where the whole is hidden. */
const isPassedOver = (child, search) => {
    const its = kind(child);
    if (its === 'noscript') return true;
    if (its === 'svg:title' || its === 'svg:desc' || search.isRootHidden) return false;
    return !isVisible(child) || (hasAttribute(child, 'aria-hidden') && isAriaHidden(child));
};

const PLAIN = new Set('span b i u small big font tt kbd samp var cite bdi bdo data'.split(' '));
const PLAIN_ATTRIBUTES = new Set(['class', 'style', 'dir', 'color', 'face', 'size']);
const isPlain = name => PLAIN_ATTRIBUTES.has(name) || name.startsWith('data-');

/** Whether an element means nothing, so that what is in it stands in its place. */
const isTransparent = element =>
    role(element) === 'none' ||
    (PLAIN.has(kind(element)) &&
        attributeNames(element).every(isPlain) &&
        hasBox(element) !== false);

const collectInner = (here, child) => {
    const { out } = here;
    const { length } = out.parts;
    if (here.search.used.depth < MAX_DEPTH) collect({ ...here, element: child });
    else addDeep(out, child);
    if (out.parts.length > length || flowOf(child) !== null) return;
    add(out, { node: child, text: '', from: '', flow: () => null });
};

const addDeep = (out, child) =>
    add(out, { node: child, text: fold(textContent(child)), from: 'content', flow: () => null });

const SPACE = /[\t\n\f\r ]/;

const add = (out, piece) => {
    const { text } = piece;
    if (text !== '') {
        if (out.before && !SPACE.test(out.last) && !SPACE.test(text[0]) && isApart(out, piece)) out.parts.push(' ');
        out.parts.push(text);
        out.last = text[text.length - 1];
        out.from = piece.from;
        out.isBroken = false;
    }
    out.before = piece;
};

const isApart = (out, piece) => out.isBroken || areApart({ ...out.before, from: out.from }, piece);
