// Frames whose documents cannot be looked into from here, and where what is in them is in the page.

import {
    all,
    clientLeft,
    clientRect,
    clientTop,
    contentDocument,
    css,
    frameOf,
    isFrame,
    offsetHeight,
    offsetWidth,
    shadowRoot,
    style,
    viewScrollX,
    viewScrollY,
} from './dom.js';
import { Refusal } from './query.js';

let frames = [];

/** Remembers frame elements, for as long as they live. */
export const keepFrames = found => {
    frames = found.map(frame => new WeakRef(frame));
};

/** The frame elements that were kept last, `null` for those that are gone. */
export const keptFrames = () => frames.map(frame => frame.deref() || null);

/** The frame element that was kept at that place. */
export const keptFrame = index => {
    const frame = keptFrames()[index];
    if (frame) return frame;
    throw new Refusal('stale', 'in a frame');
};

let surrounding = [];

/** The same of frames that something is looked for in, whatever was looked at. */
export const keepAround = found => {
    surrounding = found.map(frame => new WeakRef(frame));
};

/** The frame elements that were kept so. */
export const keptAround = () => surrounding.map(frame => frame.deref() || null);

/** The frames below a document that cannot be looked into, those in shadow roots and in other frames included. */
export const framesIn = document => {
    const found = [];
    const roots = [document];
    while (roots.length > 0) {
        for (const element of all(roots.pop(), '*')) {
            const inner = shadowRoot(element);
            if (inner) roots.push(inner);
            if (!isFrame(element)) continue;
            const shown = contentDocument(element);
            if (shown) roots.push(shown);
            else found.push(element);
        }
    }
    return found;
};

/** The box in the viewport around a frame of what is at `box` in the frame's own; the frame may be moved and scaled. */
export const outOf = (frame, box) => {
    const outer = clientRect(frame);
    const scaleX = scale(outer.width, offsetWidth(frame));
    const scaleY = scale(outer.height, offsetHeight(frame));
    return {
        x: outer.x + (clientLeft(frame) + pixels(frame, 'padding-left') + box.x) * scaleX,
        y: outer.y + (clientTop(frame) + pixels(frame, 'padding-top') + box.y) * scaleY,
        width: box.width * scaleX,
        height: box.height * scaleY,
    };
};

/** The size as laid out is rounded: what differs by less than that is not scaled. */
const scale = (shown, laidOut) => (laidOut === 0 || Math.abs(shown - laidOut) < 1 ? 1 : shown / laidOut);

const pixels = (element, property) => parseFloat(css(style(element), property)) || 0;

/** A box in the viewport of an element's document, as it is in the page's. */
export const inPage = (element, box) => {
    let found = box;
    for (let frame = frameOf(element); frame; frame = frameOf(frame)) found = outOf(frame, found);
    return found;
};

/** A box in the page's viewport, as it is in the page's document. */
export const inDocument = box => ({ ...box, x: box.x + viewScrollX(window), y: box.y + viewScrollY(window) });

/** A box in the frame that was kept at that place, as it is in the page; `null` where the frame is gone or not shown. */
export const liftBox = (index, box) => liftOutOf(keptFrames()[index], box);

/** The same of a frame element. */
export const liftOutOf = (frame, box) => {
    if (!frame || clientRect(frame).width === 0) return null;
    return inPage(frame, outOf(frame, box));
};
