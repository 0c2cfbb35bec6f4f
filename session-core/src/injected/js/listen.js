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
const dispatchAt = method(EventTarget.prototype, 'dispatchEvent');
const { CustomEvent: OwnEvent } = globalThis;

let itsKey = '';
let itsEngine = null;
let hearOwn = null;

const give = event => {
    const found = detailOf(event);
    if (typeof found === 'function') found(itsEngine);
};

const heardOwn = event => hearOwn && hearOwn(detailOf(event) === true);

/** Gives the engine to whoever dispatches an event of that name with a function as its detail. */
export const listenFor = (key, engine) => {
    itsKey = key;
    itsEngine = engine;
    listenAgain();
};

/** The same once more: `document.open` takes all listeners away. Who listens still does not listen twice. */
export const listenAgain = () => {
    if (itsKey === '') return;
    addListener(document, itsKey, give);
    addListener(document, ownName(), heardOwn);
};

const ownName = () => `${itsKey} own`;

/** From now on, hears when something that no person does begins (true) and ends in this document. */
export const listenForOwn = heard => {
    hearOwn = heard;
};

/** Does something in a document; whoever watches it is told that no person does it. */
export const asOwn = (inside, act) => {
    if (itsKey === '') return act();
    dispatchAt(inside, new OwnEvent(ownName(), { detail: true }));
    try {
        return act();
    } finally {
        dispatchAt(inside, new OwnEvent(ownName(), { detail: false }));
    }
};
