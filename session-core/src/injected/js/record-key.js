// Which keys are actions of their own, and what they are called. What types is told by the field that it is typed into.

import { hasAttribute, attribute, inputType, kind } from './dom.js';
import { isEditable } from './focus.js';
import { role } from './role.js';

const ALONE = new Set(['Shift', 'Control', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'NumLock', 'ScrollLock', 'Fn', 'FnLock']);
/** What is no key of its own: parts of letters, and what input methods take. */
const NONE = new Set(['', 'Dead', 'Process', 'Unidentified', 'Compose']);

const WORDLESS = new Set(['button', 'checkbox', 'color', 'file', 'hidden', 'image', 'radio', 'range', 'reset', 'submit']);

/** Whether keys type into an element. */
export const isTyped = element =>
    kind(element) === 'textarea' ||
    (kind(element) === 'input' && !WORDLESS.has(inputType(element))) ||
    isEditable(element);

/** Whether an element has its value from keys and the pointer without any text, and tells it by `input` or `change`. */
const isSet = element =>
    kind(element) === 'select' || (kind(element) === 'input' && ['checkbox', 'radio', 'range', 'color'].includes(inputType(element)));

const isOneLine = element => kind(element) === 'input';

/** Whether up and down choose among suggestions. */
const suggests = element =>
    role(element) === 'combobox' || hasAttribute(element, 'list') || hasAttribute(element, 'aria-autocomplete') ||
    attribute(element, 'aria-haspopup') === 'listbox';

const isChord = event =>
    event.ctrlKey || event.metaKey || (event.altKey && !event.getModifierState('AltGraph') && event.key.length > 0);

/** The keys that leave a field, or are taken by the page. */
const LEAVING = new Set(['Enter', 'Escape', 'Tab']);
const MOVING = /^(?:Arrow|Page)|^(?:Home|End|Backspace|Delete|Insert)$/;
/** Chords that edit: what comes of them is what the field holds then. */
const EDITING = new Set(['a', 'c', 'v', 'x', 'y', 'z']);

/** Whether a key that was pressed at an element is an action of its own. */
export const keyMatters = (event, element) => {
    const { key } = event;
    if (event.repeat || event.isComposing || ALONE.has(key) || NONE.has(key)) return false;
    if (isTyped(element)) return mattersInField(event, element);
    // A space clicks what it is pressed at, and turns the page elsewhere.
    if (key === ' ') return false;
    return LEAVING.has(key) || isChord(event) || !isSet(element);
};

const mattersInField = (event, element) => {
    const { key } = event;
    if (key === 'Enter') return isOneLine(element) || isChord(event);
    if (LEAVING.has(key)) return true;
    if (MOVING.test(key)) return (key === 'ArrowUp' || key === 'ArrowDown') && isOneLine(element) && suggests(element);
    if (key.length === 1) return isChord(event) && !EDITING.has(key.toLowerCase());
    return true;
};

/** A key as `press` takes it, for example `Control+k`. */
export const chordOf = event => {
    const held = [];
    if (event.ctrlKey) held.push('Control');
    if (event.altKey) held.push('Alt');
    if (event.metaKey) held.push('Meta');
    // Of a letter, the shift is in the letter.
    if (event.shiftKey && event.key.length > 1) held.push('Shift');
    return [...held, event.key].join('+');
};
