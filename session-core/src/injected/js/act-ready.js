// Whether an element can be acted on: the conditions that a person would wait for.

import { clientRect, frameOf, hasAttribute, inputType, isElement, isHtml, kind } from './dom.js';
import { upper } from './compose.js';
import { controlOf } from './dom-form.js';
import { isEditable } from './focus.js';
import { locate, only } from './locate.js';
import { Refusal } from './query.js';
import { isEnabled } from './read.js';
import { isTextControl } from './value.js';
import { isShown } from './visible.js';

/** The only element of a locator. */
export const found = target => only(locate(target), target);

/** All elements of a locator. */
export const allFound = target => locate(target).found;

const OWN_CONTROLS = new Set(['a', 'button', 'input', 'select', 'textarea']);

/** The control that a label stands for, with all that is in it; anything else stands for itself. */
export const retarget = element => {
    for (let here = element; here && isElement(here) && !OWN_CONTROLS.has(kind(here)); here = upper(here)) {
        if (kind(here) === 'label' && isHtml(here)) return controlOf(here) || element;
    }
    return element;
};

/** Refuses what cannot be seen. */
export const mustBeShown = element => {
    if (!isShown(element)) throw new Refusal('unready', 'it is not visible');
    for (let frame = frameOf(element); frame; frame = frameOf(frame)) {
        if (!isShown(frame)) throw new Refusal('unready', 'its frame is not visible');
    }
};

/** Refuses what is disabled. */
export const mustBeEnabled = element => {
    if (!isEnabled(element)) throw new Refusal('unready', 'it is disabled');
};

const isField = element =>
    isTextControl(element) || (kind(element) === 'input' && !NO_FIELDS.has(inputType(element)));

/** Refuses what is no field of text, nor a document that is edited. */
export const mustTakeText = element => {
    if (isField(element) || isEditable(element)) return;
    throw new Refusal('unfit', `the element <${kind(element)}> takes no text${HINTS[kindOf(element)] || ''}`);
};

const NO_FIELDS = new Set(['button', 'checkbox', 'file', 'hidden', 'image', 'radio', 'reset', 'submit']);

const kindOf = element => (kind(element) === 'input' ? inputType(element) : kind(element));

const HINTS = {
    checkbox: ': use `check`',
    radio: ': use `check`',
    file: ': use `upload`',
    select: ': use `select`',
    submit: ': use `click`',
    button: ': use `click`',
};

/** Refuses what no text can be typed into. */
export const mustBeEditable = element => {
    mustTakeText(element);
    if (isField(element) && hasAttribute(element, 'readonly')) throw new Refusal('unready', 'it is read-only');
};

/** Refuses an element until it is the same one at the same place, with the same size, in two frames one after the other. */
export const newStill = () => {
    let last = null;
    return element => {
        const boxes = [];
        for (let here = element; here; here = frameOf(here)) {
            const { x, y, width, height } = clientRect(here);
            boxes.push(x, y, width, height);
        }
        const before = last;
        last = { element, boxes };
        const isSame = before && before.element === element && before.boxes.every((side, at) => side === boxes[at]);
        if (!isSame) throw new Refusal('unready', 'it is moving');
    };
};
