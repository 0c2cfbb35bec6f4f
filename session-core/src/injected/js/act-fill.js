// Text put into a field as if it had been typed or pasted: what was there is selected, and the browser's own editing puts the
// text in its place, so that the page sees what it sees of a person. Where no text is typed (a date, a colour), the value is
// set, and `input` and `change` are told.

import {
    contains,
    defaultView,
    formValue,
    inputType,
    isXml,
    kind,
    method,
    newRange,
    ownerDocument,
    rootNode,
    setter,
    textContent,
    activeElement,
} from './dom.js';
import { mustBeEditable, mustBeEnabled, mustBeShown } from './act-ready.js';
import { addListener, removeListener, stopEvent } from './listen.js';
import { isEditable } from './focus.js';
import { Refusal } from './query.js';

const setInput = setter(HTMLInputElement.prototype, 'value');
const setArea = setter(HTMLTextAreaElement.prototype, 'value');
const selectInput = method(HTMLInputElement.prototype, 'select');
const selectArea = method(HTMLTextAreaElement.prototype, 'select');
const focusOn = method(HTMLElement.prototype, 'focus');
const edit = method(Document.prototype, 'execCommand');
const selectContents = method(Range.prototype, 'selectNodeContents');
const selectionOf = method(Document.prototype, 'getSelection');
const dispatch = method(EventTarget.prototype, 'dispatchEvent');
const dropRanges = method(Selection.prototype, 'removeAllRanges');
const addRange = method(Selection.prototype, 'addRange');
const { Event: PlainEvent, InputEvent: EditEvent } = globalThis;

/** Inputs whose value is chosen rather than typed. */
const CHOSEN = new Set(['color', 'date', 'datetime-local', 'month', 'range', 'time', 'week']);

const isInput = element => kind(element) === 'input';
const isArea = element => kind(element) === 'textarea';

/** Tells the page that a control was changed. */
export const tellChange = element => {
    dispatch(element, new PlainEvent('input', { bubbles: true, composed: true }));
    dispatch(element, new PlainEvent('change', { bubbles: true }));
};

/** Gives an element the focus; refuses if it does not take it. */
export const focusAt = element => {
    focusOn(element);
    const active = activeElement(rootNode(element));
    return active === element || (active !== null && contains(active, element));
};

/** Refuses what no text can be put into. */
export const mustBeFillable = element => {
    mustBeShown(element);
    mustBeEnabled(element);
    mustBeEditable(element);
};

/** Puts a text into a field; answers what it holds then. `force`: also into one that takes no focus, where nothing can be edited. */
export const fill = (element, value, force) => {
    const isEdited = focusAt(element) || !force;
    if (isInput(element) && CHOSEN.has(inputType(element))) return choose(element, value);
    if (isEdited) selectAll(element);
    if (!isEdited) replace(element, value);
    else if (value === '' ? isHolding(element) && !erase(element) : !insert(element, value)) replace(element, value);
    const held = holds(element);
    if (isInput(element) && inputType(element) === 'number' && value !== '' && held === '') {
        throw new Refusal('unfit', `the element <input type=number> takes no \`${value}\``);
    }
    return held;
};

const holds = element => (isInput(element) || isArea(element) ? formValue(element) : textContent(element));

const isHolding = element => holds(element) !== '';

const choose = (element, value) => {
    const before = formValue(element);
    const wanted = inputType(element) === 'color' ? value.toLowerCase() : value;
    setInput(element, wanted);
    const held = formValue(element);
    const isTaken = inputType(element) === 'range' ? !Number.isNaN(Number(value)) : held === wanted || sameTime(held, wanted);
    if (!isTaken) {
        setInput(element, before);
        throw new Refusal('unfit', `the element <input type=${inputType(element)}> takes no \`${value}\`${WRITTEN_AS[inputType(element)] || ''}`);
    }
    if (held !== before) tellChange(element);
    return held;
};

/** Browsers leave seconds out, or put them in. */
const sameTime = (held, wanted) => held !== '' && wanted !== '' && (held.startsWith(wanted) || wanted.startsWith(held));

const WRITTEN_AS = {
    color: ', only `#rrggbb`',
    date: ', only `YYYY-MM-DD`',
    'datetime-local': ', only `YYYY-MM-DDTHH:MM`',
    month: ', only `YYYY-MM`',
    time: ', only `HH:MM`',
    week: ', only `YYYY-Www`',
};

const selectAll = element => {
    if (isInput(element)) selectInput(element);
    else if (isArea(element)) selectArea(element);
    else {
        const inside = ownerDocument(element);
        const range = newRange(inside);
        selectContents(range, element);
        const selection = selectionOf(inside);
        dropRanges(selection);
        addRange(selection, range);
    }
};

/** Editing is for HTML documents only, and for windows that are shown. */
const command = (element, name, value) => {
    const inside = ownerDocument(element);
    if (isXml(inside) || !defaultView(inside)) return false;
    try {
        return edit(inside, name, false, value);
    } catch {
        return false;
    }
};

/** Editors that keep their text themselves take it from here, and let nothing else happen. Commands do not tell it. */
const tellBefore = (element, inputType, text) =>
    dispatch(
        element,
        new EditEvent('beforeinput', { bubbles: true, cancelable: true, composed: true, inputType, data: text }),
    );

/** WebKit tells it with commands, too: once is enough. */
const hold = event => {
    if (event.isTrusted) stopEvent(event);
};

const editOnce = (element, inputType, name, text) => {
    if (!tellBefore(element, inputType, text)) return true;
    const view = defaultView(ownerDocument(element));
    if (view) addListener(view, 'beforeinput', hold, true);
    try {
        return command(element, name, text ?? undefined);
    } finally {
        if (view) removeListener(view, 'beforeinput', hold, true);
    }
};

const insert = (element, value) => editOnce(element, 'insertText', 'insertText', value);

const erase = element => editOnce(element, 'deleteContentBackward', 'delete', null);

/** Where the browser's editing does not serve. */
const replace = (element, value) => {
    if (isEditable(element) && !isInput(element) && !isArea(element)) {
        throw new Refusal('unfit', 'the browser does not edit this document');
    }
    if (isArea(element)) setArea(element, value);
    else setInput(element, value);
    tellChange(element);
};
