// How the engine is found again: by an event whose name nobody else knows. A page cannot list the listeners of its document,
// and no call of it reaches one for a name that it does not know.

import { getter, method } from './dom.js';

/** Listens no more. */
export const removeListener = method(EventTarget.prototype, 'removeEventListener');
/** Keeps an event from everybody who has not had it. */
export const stopEvent = method(Event.prototype, 'stopImmediatePropagation');
/** Listens at a target. */
export const addListener = method(EventTarget.prototype, 'addEventListener');
const detailOf = getter(CustomEvent.prototype, 'detail');

/** Gives the engine to whoever dispatches an event of that name with a function as its detail. */
export const listenFor = (key, engine) => {
    addListener(document, key, event => {
        const found = detailOf(event);
        if (typeof found === 'function') found(engine);
    });
};
