// Whether the element that was meant is the one that got the pointer's event: between the look and the event the page may have
// put something else there. What would reach another element is held back, so that nothing happens that nobody wanted.

import { isElement, method } from './dom.js';
import { called, reaches } from './act-point.js';
import { addListener, removeListener, stopEvent } from './listen.js';
import { begin } from './memo.js';

const prevent = method(Event.prototype, 'preventDefault');
/** The nodes that an event comes by, its own first. */
export const pathOf = method(Event.prototype, 'composedPath');

const TYPES = [
    ...['pointerdown', 'touchstart', 'mousedown', 'pointerup', 'touchend', 'mouseup', 'click', 'auxclick', 'dblclick'],
    'contextmenu',
];
const OPTIONS = { capture: true, passive: false };

let watch = null;

const seen = event => {
    // It is a property of each event itself, which no script can change.
    if (!watch || !event.isTrusted) return;
    if (watch.verdict === null) {
        begin();
        const [at] = pathOf(event);
        const isRight = isElement(at) && reaches(at, watch.element);
        watch.verdict = isRight ? 'hit' : 'missed';
        watch.by = isRight || !isElement(at) ? '' : called(at);
        begin();
    }
    if (watch.verdict === 'missed') {
        prevent(event);
        stopEvent(event);
    }
};

/** From now on, only that element gets the pointer's events. */
export const watchFor = (element, view) => {
    endWatch();
    watch = { element, view, verdict: null, by: '' };
    for (const type of TYPES) addListener(view, type, seen, OPTIONS);
};

/** Ends the watch; answers what it saw: `{ verdict, by, element }`, the verdict `null` if no event came by. */
export const endWatch = () => {
    const ended = watch;
    if (ended) for (const type of TYPES) removeListener(ended.view, type, seen, OPTIONS);
    watch = null;
    return ended;
};
