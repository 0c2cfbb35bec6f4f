// An element that is handed over to the browser by the next question.

let held = null;

/** Keeps an element for it. */
export const keepHeld = element => {
    held = new WeakRef(element);
};

/** The element that was kept last, if it is still there. */
export const heldElement = () => (held && held.deref()) || null;
