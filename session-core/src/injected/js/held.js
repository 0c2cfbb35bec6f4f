// Elements that are handed over to the browser by the next question.

let held = [];

/** Keeps an element for it. */
export const keepHeld = element => {
    held = [new WeakRef(element)];
};

/** Keeps elements for it, beside those that are kept already. */
export const keepMoreHeld = elements => {
    held.push(...elements.map(element => new WeakRef(element)));
};

/** Nothing is kept from now on. */
export const forgetHeld = () => {
    held = [];
};

/** The elements that were kept, as far as they are still there. */
export const heldElements = () => held.map(element => element.deref() || null);
