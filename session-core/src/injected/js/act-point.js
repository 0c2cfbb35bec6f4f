// Where a person would point at an element, and whether that is what they would reach there.

import {
    attribute,
    children,
    clientRect,
    css,
    defaultView,
    frameOf,
    getter,
    isElement,
    isText,
    kind,
    localName,
    method,
    ownerDocument,
    style,
    textRect,
    viewHeight,
    viewWidth,
} from './dom.js';
import { controlOf } from './dom-form.js';
import { upper } from './compose.js';
import { atPoint } from './finders.js';
import { keptFrames, outOf } from './frames.js';
import { name } from './name.js';
import { Refusal } from './query.js';
import { role } from './role.js';
import { foldText } from './text-match.js';

const rectsOf = method(Element.prototype, 'getClientRects');
const rectCount = getter(DOMRectList.prototype, 'length');
const rectAt = method(DOMRectList.prototype, 'item');
const scrollTo = method(Element.prototype, 'scrollIntoView');
const scrollerOf = getter(Document.prototype, 'scrollingElement');
const scrollElementBy = method(Element.prototype, 'scrollBy');

/** The first box of an element with some area: of a link over two lines, the middle of all lies beside it. */
const firstBox = element => {
    const rects = rectsOf(element);
    for (let index = 0; index < rectCount(rects); index += 1) {
        const rect = rectAt(rects, index);
        if (rect.width >= 1 && rect.height >= 1) return rect;
    }
    const box = clientRect(element);
    if (box.width > 0 && box.height > 0) return box;
    // What has no box itself is where its content is.
    for (const child of children(element)) {
        const inner = isText(child) ? textRect(child) : isElement(child) ? firstBox(child) : null;
        if (inner && inner.width > 0 && inner.height > 0) return inner;
    }
    return null;
};

/** What waits for nothing says so at once. */
const refusal = (element, why, force) =>
    force ? new Refusal('unfit', `the element ${called(element)} cannot be acted on: ${why}`) : new Refusal('unready', why);

/** The point in the viewport of its own document: the middle of its box, `position` from its corner, or where that is itself. */
const pointOf = (element, position, force) => {
    if (position && position.isSpot) return { x: position.x, y: position.y };
    if (position) {
        const box = clientRect(element);
        return { x: box.x + position.x, y: box.y + position.y };
    }
    const box = firstBox(element);
    if (!box) throw refusal(element, 'it has no size', force);
    const view = defaultView(ownerDocument(element));
    // Of what is larger than the viewport, the part that is shown.
    const middle = (start, length, size) => {
        const from = Math.max(start, 0);
        const to = Math.min(start + length, size);
        return to > from ? (from + to) / 2 : start + length / 2;
    };
    return { x: middle(box.x, box.width, viewWidth(view)), y: middle(box.y, box.height, viewHeight(view)) };
};

/** Whether one node is another, or in it, wherever shadow roots are. */
const isIn = (node, element) => {
    for (let here = node; here; here = upper(here)) if (here === element) return true;
    return false;
};

/** Whether who reaches `found` reaches the element: it, what is in it, or what stands for it as its label. */
export const reaches = (found, element) => {
    if (isIn(found, element)) return true;
    for (let here = found; here && isElement(here); here = upper(here)) {
        if (kind(here) === 'label') return controlOf(here) === element;
    }
    return false;
};

/** What an element is called in messages, for example `<div#overlay.open> "Please wait"`. */
export const called = element => {
    const id = attribute(element, 'id');
    const classes = (attribute(element, 'class') || '').split(/\s+/).filter(Boolean).slice(0, 3);
    const tag = `<${localName(element)}${id ? `#${id}` : ''}${classes.map(one => `.${one}`).join('')}>`;
    const its = role(element);
    const text = foldText((its !== 'generic' && its !== 'none' && name(element).text) || '').slice(0, 40);
    return text ? `${tag} "${text}"` : tag;
};

/** How the element is brought into view: a header or footer that stays may cover it one way, and not another. */
const WAYS = ['nearest', 'center', 'end', 'start'];

/** The ways of bringing an element into view, one after the other. */
export const newApproach = () => {
    let tried = 0;
    return element => {
        if (tried >= WAYS.length) return false;
        scrollTo(element, { block: WAYS[tried], inline: WAYS[tried], behavior: 'instant' });
        tried += 1;
        return true;
    };
};

/** Brings an element into view, if it is not there. */
export const bring = element => scrollTo(element, { block: 'center', inline: 'center', behavior: 'instant' });

const OUTSIDE = 'it is outside of the viewport';

/** What keeps a person from reaching the element at a point of its document's viewport; '' for nothing. */
const obstacle = (element, { x, y }, force) => {
    const view = defaultView(ownerDocument(element));
    if (x < 0 || y < 0 || x >= viewWidth(view) || y >= viewHeight(view)) return OUTSIDE;
    if (force) return '';
    const found = atPoint(ownerDocument(element), x, y);
    if (found && reaches(found, element)) return '';
    if (css(style(element), 'pointer-events') === 'none') return 'it takes no pointer events';
    return found ? `${called(found)} is in the way` : 'nothing is there to be clicked';
};

/** A point in an element, as it is in the viewport of the last document around it that can be looked at. */
const reachFrom = (element, start, force, refuse) => {
    let point = start;
    let here = element;
    for (;;) {
        const why = obstacle(here, point, force);
        if (why) refuse(here, why);
        const frame = frameOf(here);
        if (!frame) return point;
        point = pointOutOf(frame, point);
        here = frame;
    }
};

const pointOutOf = (frame, point) => outOf(frame, { ...point, width: 0, height: 0 });

/**
 * The point at which an element can be reached, in the viewport of the page or of the last document around it; with `force` it
 * need only be in view.
 */
export const reach = (element, position, approach, force) =>
    reachFrom(element, pointOf(element, position, force), force, (here, why) => {
        if (approach(here)) throw new Refusal('unready', 'it is being scrolled into view');
        throw refusal(element, why, force);
    });

/** The same of a point in a frame that was kept, whose document cannot be looked into from here. */
export const reachInFrame = (index, point, force) => {
    const frame = keptFrames()[index];
    if (!frame || clientRect(frame).width === 0) throw new Refusal('unready', 'its frame is not shown');
    const inView = () => obstacle(frame, pointOutOf(frame, point), true) !== OUTSIDE;
    if (!inView()) bring(frame);
    if (!inView()) {
        // A frame that is larger than the viewport is in view before the point is.
        const { x, y } = pointOutOf(frame, point);
        const view = defaultView(ownerDocument(frame));
        const scroller = scrollerOf(ownerDocument(frame));
        const by = { left: x - viewWidth(view) / 2, top: y - viewHeight(view) / 2, behavior: 'instant' };
        if (scroller) scrollElementBy(scroller, by);
    }
    return reachFrom(frame, pointOutOf(frame, point), force, (_, why) => {
        throw new Refusal('unready', why);
    });
};
