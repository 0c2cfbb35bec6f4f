// The accessibility tree of a document as rows, in the order in which it is read. Nothing that a user could perceive is
// left out: an element of no telling role has no row, but its text has, and what is in it.
//
// A row is [depth, role, name, ref, props], a row of text [depth, 'text', text]. `props` holds what applies and is set:
// the states, `value`, `description`, `url`, `interactive`, `offscreen`, `form`, `navigation`, `masked`, and `frame`, the
// place in `frames` of a frame whose document cannot be looked into from here.

import {
    children,
    contentDocument,
    css,
    data,
    documentElement,
    fold,
    formValue,
    hasAttribute,
    isBare,
    isElement,
    isFrame,
    isHtml,
    isText,
    isViewer,
    kind,
    linkTarget,
    nodeType,
    parentOfText,
    rootNode,
    shadowRoot,
    style,
    textRect,
    CDATA,
    DOCUMENT,
    ELEMENT,
    TEXT,
} from './dom.js';
import { pseudoText } from './generated.js';
import { isClickable, isInteractive } from './interactive.js';
import { memoised, memoTable } from './memo.js';
import { description, name } from './name.js';
import { isClosed, noOwners, readOwners } from './owns.js';
import { isFormPart, isNavigationPart } from './parts.js';
import { refOf } from './refs.js';
import { role } from './role.js';
import { isOnScreen } from './screen.js';
import { states } from './state.js';
import { isPasswordLike, value } from './value.js';
import { isInXmlViewer, isRendered } from './rendered.js';
import { hidesOnlyItself, isHidden } from './visible.js';

/** Roles without a row of their own. */
const TRANSPARENT = new Set(['generic', 'none', 'presentation']);

/** The attributes that give an element a name. */
const AUTHORS_NAMES = ['aria-label', 'aria-labelledby', 'title'];

/** Roles that are named after all that is in them; it is told below them anyway. */
const NAMED_BY_ROWS = new Set(['row', 'rowgroup']);

/** How much is told of the text of an element without a name, and how much of the element is looked at. */
const MAX_TEXT = 80;
const MAX_PIECES = 100;

/** How much of an address is told that is itself the content. */
const MAX_INLINE_URL = 120;

/**
 * Collects the rows below a document or an element.
 *
 * `options.interactive`: only what can be acted on, without text; `options.screen`: what is outside of the viewport is
 * marked. Answers `rows` and `frames`.
 */
export const readTree = (root, options) => {
    const walk = { rows: [], frames: [], owners: noOwners(), text: null, stack: [], options };
    if (nodeType(root) === DOCUMENT) {
        pushDocument(walk, root, { depth: 0, covered: false, off: false });
    } else {
        readOwners(rootNode(root), walk.owners);
        walk.stack.push({ node: root, depth: 0, covered: false, off: false, owner: walk.owners.ownerOf.get(root) });
    }
    // The tree may be deeper than the engine's own stack.
    while (walk.stack.length > 0) step(walk, walk.stack.pop());
    endText(walk);
    return walk;
};

const pushDocument = (walk, document, place) => {
    if (isViewer(document)) return addViewer(walk, document, place);
    readOwners(document, walk.owners);
    const top = documentElement(document);
    if (top) walk.stack.push({ ...place, node: top, owner: undefined });
    return undefined;
};

/** A document that the browser shows by a program of its own, in which nothing can be looked at. */
const addViewer = (walk, document, { depth }) => {
    const top = documentElement(document);
    if (top) walk.rows.push([depth, 'document', 'PDF', refOf(top), { unavailable: 'unsupported' }]);
};

const step = (walk, item) => {
    const { node } = item;
    if (item.end) return item.end();
    const type = nodeType(node);
    if (type === TEXT || type === CDATA) return addTextNode(walk, item);
    if (type !== ELEMENT || isSeen.get(node) || ownerIn(walk, node) !== item.owner) return undefined;
    isSeen.set(node, true);
    const shadow = shadowRoot(node);
    if (shadow) readOwners(shadow, walk.owners);
    if (isHidden(node)) return passHidden(walk, item);
    if (kind(node) === 'br') return addText(walk, ' ', item.depth);
    const its = role(node);
    if (isFrame(node) && !showsFallback(node)) return addFrame(walk, item, its);
    const isTransparent = TRANSPARENT.has(its) || kind(node) === 'html';
    const acts = kind(node) !== 'html' && (isTransparent ? isClickable(node) : isInteractive(node, its));
    const isTold = acts || (!walk.options.interactive && (!isTransparent || hasAuthorsName(node)));
    if (isTold) return addRow(walk, item, isTransparent ? 'generic' : its, acts);
    return addInner(walk, item, isTransparent);
};

/** Elements that have been come by: each is told once, whoever owns it. */
const isSeen = memoTable();

const ownerIn = ({ owners }, node) => (owners.ownerOf.size === 0 ? undefined : owners.ownerOf.get(node));

/** Some elements without a role can be named all the same, for example a canvas. */
const hasAuthorsName = node =>
    !isBare(node) && AUTHORS_NAMES.some(one => hasAttribute(node, one)) && name(node).text !== '';

/** Elements in one that `visibility` or a modal dialog hides can be seen all the same; its text is not. */
const passHidden = (walk, item) => {
    if (!hidesOnlyItself(item.node)) return;
    if (!isInline(item.node)) setApart(walk);
    pushAll(walk, item, children(item.node).filter(isElement));
};

const addRow = (walk, item, its, acts) => {
    const { node, depth } = item;
    endText(walk);
    const named = name(node);
    const isNamed = !NAMED_BY_ROWS.has(its) || named.from !== 'content';
    const props = states(node, its);
    addProps(props, node, its);
    if (acts) props.interactive = true;
    if (acts && walk.options.interactive) addParts(props, node, its);
    const off = item.off || (walk.options.screen === true && !isOnScreen(node));
    if (off) props.offscreen = true;
    const told = isNamed ? named.text : '';
    const text = told || (walk.options.interactive ? shortText(node) : '');
    const row = [depth, its, text, refOf(node)];
    for (const _ in props) {
        row.push(props);
        break;
    }
    walk.rows.push(row);
    if (isClosed(node)) return;
    pushInner(walk, { ...item, depth: depth + 1, covered: isCovered(item.covered, isNamed ? named : NAMELESS_ROW) });
};

const NAMELESS_ROW = { text: '', from: '' };

/** Whether a name has said what the text in an element says: its own, or one around it in which its own has no part. */
const isCovered = (isAround, { text, from, isCut }) => {
    if (from === 'content' && text !== '') return !isCut;
    return isAround && !LABELS.has(from);
};

/** Where names come from that stand for what is in the element, in names around it too. */
const LABELS = new Set(['label', 'labelledby', 'native']);

/** The beginning of what is shown in an element without a name, where its text has no row. */
const shortText = node => {
    const stack = [node];
    let text = '';
    for (let count = 0; stack.length > 0 && count < MAX_PIECES && text.length <= MAX_TEXT; count += 1) {
        const here = stack.pop();
        if (isText(here)) text += isTextShown(here) ? data(here).slice(0, 10 * MAX_TEXT) : '';
        else if (isElement(here) && !isClosed(here) && !isHidden(here)) {
            if (!isInline(here)) text += ' ';
            stack.push(...children(here).slice(0, MAX_PIECES).reverse());
        }
    }
    const told = fold(text);
    return told.length > MAX_TEXT ? `${told.slice(0, MAX_TEXT)}…` : told;
};

const addProps = (props, node, its) => {
    const now = value(node, its);
    if (now !== undefined && now !== '') props.value = now;
    const more = description(node);
    if (more) props.description = more;
    const url = its === 'link' ? linkTarget(node) : '';
    if (url) props.url = /^(data|javascript|blob):/i.test(url) ? cutUrl(url) : url;
};

/** What only those want to know who look for what can be acted on. That a secret is there is told, and not how long it is. */
const addParts = (props, node, its) => {
    if (isFormPart(node, its)) props.form = true;
    if (isNavigationPart(node, its)) props.navigation = true;
    if (isPasswordLike(node) && formValue(node) !== '') props.masked = true;
};

const cutUrl = url => (url.length > MAX_INLINE_URL ? `${url.slice(0, MAX_INLINE_URL)}…` : url);

/** A frame has a row, and below it what its document has; one of another origin is read by itself and put there. */
const addFrame = (walk, item, its) => {
    const { node, depth } = item;
    endText(walk);
    const inner = contentDocument(node);
    const off = item.off || (walk.options.screen === true && !isOnScreen(node));
    const props = inner ? {} : { frame: walk.frames.push(node) - 1 };
    if (off) props.offscreen = true;
    if (!inner || !walk.options.interactive) {
        walk.rows.push([depth, TRANSPARENT.has(its) ? 'iframe' : its, name(node).text, refOf(node), props]);
    }
    if (inner) pushDocument(walk, inner, { depth: depth + 1, covered: false, off });
};

/** Whether an `object` has nothing to show but what is in it. */
const showsFallback = element => {
    if (kind(element) !== 'object') return false;
    // One without data never shows anything else, but it may take the browser a moment to lay that out.
    const isCertain = !hasAttribute(element, 'data');
    return children(element).some(child => {
        if (isText(child)) return hasTextBox(child) || (isCertain && !isSpace(data(child)));
        return isElement(child) && (isCertain || isRendered(child));
    });
};

/** An element without a row: what is in it belongs to what is around it. */
const addInner = (walk, item, isTransparent) => {
    if (isClosed(item.node)) return undefined;
    if (walk.options.interactive) return pushAll(walk, item, childrenOf(walk, item));
    if (!isTransparent || !isInline(item.node)) setApart(walk);
    // The names around it have said what its label says, rather than its text.
    return pushInner(walk, { ...item, covered: item.covered && !hasAttribute(item.node, 'aria-label') });
};

const isInline = element => /^(inline|contents|none|ruby)/.test(css(style(element), 'display'));

/** What is pushed from here on is no part of the text before and after it. */
const setApart = walk => {
    endText(walk);
    walk.stack.push({ end: () => endText(walk) });
};

/** Pushes what is in an element, generated text around it. */
const pushInner = (walk, item) => {
    const inner = childrenOf(walk, item);
    if (item.covered || walk.options.interactive) return pushAll(walk, item, inner);
    const after = pseudoText(item.node, '::after');
    if (after) walk.stack.push({ end: () => addText(walk, after, item.depth) });
    pushAll(walk, item, inner);
    return addText(walk, pseudoText(item.node, '::before'), item.depth);
};

const childrenOf = (walk, item) => {
    const own = children(item.node);
    const owned = walk.owners.ownedBy.get(item.node);
    return owned ? own.concat(owned) : own;
};

const pushAll = (walk, item, nodes) => {
    const { depth, covered, off } = item;
    for (let index = nodes.length - 1; index >= 0; index -= 1) {
        const node = nodes[index];
        const owner = ownerIn(walk, node);
        walk.stack.push({ node, depth, covered, off, owner: owner === item.node ? owner : undefined });
    }
};

/** HTML elements that show no text of their own children. */
const TEXTLESS = new Set(['audio', 'frameset', 'img', 'optgroup', 'select', 'video']);

/** Text counts where it is shown: not in a closed `details`, nor as the fallback of what is shown itself. */
const addTextNode = (walk, { node, depth, covered }) => {
    if (covered || walk.options.interactive) return;
    const text = data(node);
    if (isSpace(text) ? walk.text : isTextShown(node)) addText(walk, text, depth);
};

const isTextShown = text => {
    const parent = parentOfText(text);
    if (!parent) return false;
    return isHtml(parent) ? !isTextless(parent) : hasTextBox(text) || isInXmlViewer(parent);
};

const isTextless = memoised(element => {
    const name = kind(element);
    if (TEXTLESS.has(name) || (name === 'details' && !hasAttribute(element, 'open'))) return true;
    return css(style(element), 'content-visibility') === 'hidden';
});

const hasTextBox = text => {
    const box = textRect(text);
    return box.width > 0 || box.height > 0;
};

const isSpace = text => !/[^\t\n\f\r ]/.test(text);

/** Text goes on until something else begins: a row, a block, another depth. */
const addText = (walk, text, depth) => {
    if (!text || walk.options.interactive) return;
    if (walk.text && walk.text.depth !== depth) endText(walk);
    if (walk.text) walk.text.parts.push(text);
    else walk.text = { depth, parts: [text] };
};

const endText = walk => {
    if (!walk.text) return;
    const text = fold(walk.text.parts.join(''));
    if (text) walk.rows.push([walk.text.depth, 'text', text]);
    walk.text = null;
};
