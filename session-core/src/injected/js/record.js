// What a person does in this document, told as it happens: by listeners in the capturing phase of the window that are there
// before any script of the page's. Events that no person can have made (`isTrusted`), and those of what we do, are left out.
//
// Each event is told at once, with no waiting for others: what belongs together (the letters of a field, the clicks of a double
// click) is joined by who is told. An element is described before the page has seen the event.

import {
    all,
    defaultView,
    documentURI,
    formValue,
    frameOf,
    getter,
    inputChecked,
    inputType,
    isElement,
    kind,
    method,
    optionSelected,
    ownerDocument,
    textContent,
} from './dom.js';
import { retarget } from './act-ready.js';
import { pathOf } from './act-watch.js';
import { upper } from './compose.js';
import { inputFiles, optionShown } from './dom-form.js';
import { describe } from './describe.js';
import { inPage } from './frames.js';
import { isInteractive } from './interactive.js';
import { toJson } from './json.js';
import { addListener, listenAgain, listenForOwn } from './listen.js';
import { begin } from './memo.js';
import { nearText } from './near-text.js';
import { chordOf, isTyped, keyMatters } from './record-key.js';
import { role } from './role.js';
import { boxOf } from './screen.js';

const observe = method(MutationObserver.prototype, 'observe');
const soon = setTimeout.bind(window);
const PASSIVE = { capture: true, passive: true };

/** How long after a person's hand moved the browser's own events are taken to be its doing, in milliseconds. */
const MOMENT = 1000;
/** The longest value that is told with every letter. */
const SHORT = 10_000;

/** Which document this is, among all that tell. */
const which = Math.random().toString(36).slice(2);
const numbered = new WeakMap();
let counted = 0;

let tell = null;
let options = {};
/** How many things that we do are under way. */
let ours = 0;
/** When a person last moved, and which key it was. */
let hand = -MOMENT;
let key = '';
/** When something was last told that may send a form. */
let sent = -MOMENT;
/** The pointer is down there: { element, about, event }. */
let pointing = null;
/** The control whose click was told by its label, and which the browser clicks next. */
let clickedNext = null;
/** The box that was clicked, until it has changed: { element, message }. */
let expected = null;
/** The field that is typed into, and whether its value is still to be told. */
let typed = null;
let isBehind = false;
let isInnerTold = false;
/** The document whose nodes are watched. */
let watched = null;
/** Fields that have held a secret, whatever they are now. */
const secrets = new WeakSet();

const numberedAs = element => {
    if (!numbered.has(element)) numbered.set(element, (counted += 1));
    return numbered.get(element);
};

const isSecret = element => {
    if (kind(element) === 'input' && inputType(element) === 'password') secrets.add(element);
    return secrets.has(element);
};

/** Whether the last document around this one that can be looked into is in a frame still. */
const isInner = () => {
    let view = window;
    for (let frame = frameOf(document); frame; frame = frameOf(frame)) view = defaultView(ownerDocument(frame));
    return view !== null && view.parent !== view;
};

const describing = work => {
    begin();
    try {
        return work();
    } catch {
        return null;
    } finally {
        begin();
    }
};

/** What is told of an element, as it is now. */
const about = element => ({
    steps: describing(() => describe(element, { ...options, isWhole: true })),
    near: describing(() => nearText(element)),
});

const middleOf = element => {
    const box = describing(() => boxOf(element));
    return box && { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

const pointAt = (element, event) => {
    const box = describing(() => inPage(element, { x: event.clientX, y: event.clientY, width: 0, height: 0 }));
    return box && { x: box.x, y: box.y };
};

/** The wall clock at an event, in milliseconds. */
const timeOf = event => Date.now() - performance.now() + event.timeStamp;

const message = (what, element, event, more) => ({
    kind: what,
    at: timeOf(event),
    document: which,
    element: numberedAs(element),
    url: documentURI(document),
    isInner: isInner(),
    ...more,
});

const say = said => tell(toJson({ ...said, sent: Date.now() }));

/** What is held back is told before anything else. */
const settle = () => {
    if (isBehind && typed) say(valueMessage(typed.element, typed.event));
    isBehind = false;
    if (expected) say(expected.message);
    expected = null;
};

const doneAt = (what, element, event, more) => {
    settle();
    say(message(what, element, event, { ...about(element), ...middleOf(element), ...more }));
};

/** The element that was meant: a control rather than what is in it, or its label. */
const meantBy = element => {
    const control = retarget(element);
    if (control !== element) return control;
    for (let here = element; here && isElement(here); here = upper(here)) {
        if (isInteractive(here, role(here))) return here;
    }
    return element;
};

const SAID_BY_CHANGE = new Set(['color', 'date', 'datetime-local', 'file', 'month', 'range', 'time', 'week']);

const isCheckable = element => kind(element) === 'input' && ['checkbox', 'radio'].includes(inputType(element));

/** Whether a click only begins what a change will tell. */
const isBeginning = element =>
    ['select', 'option', 'optgroup'].includes(kind(element)) ||
    (kind(element) === 'input' && SAID_BY_CHANGE.has(inputType(element)));

/** Somebody is there. That is no hand yet: a pointer that rests is over whatever comes below it. */
const came = event => {
    if (isInnerTold || !isInner()) return;
    isInnerTold = true;
    say({ kind: 'here', at: timeOf(event), document: which, isInner: true });
};

const moved = event => {
    hand = event.timeStamp;
    came(event);
};

const pointerdown = (event, element) => {
    moved(event);
    key = '';
    clickedNext = null;
    if (event.button !== 0) return;
    const meant = describing(() => meantBy(element)) || element;
    isSecret(meant);
    pointing = { element: meant, about: isBeginning(meant) ? null : about(meant), event, point: pointAt(element, event) };
    // What goes with the press has no time to tell: who is told takes a press whose document goes for a click.
    if (pointing.about && isTop()) say(message('down', meant, event, { ...pointing.about, ...pointing.point, count: 1 }));
};

/** Whether this is the document of the page itself. */
const isTop = () => window.parent === window;

/** The pointer is let go of. On the element that was pressed, a click follows, unless the document goes before that. */
const released = (event, element) => {
    touched(event);
    if (!pointing || !pointing.about || !isTop()) return;
    const isHere = event.type === 'pointerup' && (describing(() => meantBy(element)) || element) === pointing.element;
    if (!isHere) say(message('up', pointing.element, event));
};

const click = (event, element) => {
    if (element === clickedNext) {
        clickedNext = null;
        return;
    }
    if (event.button !== 0) return;
    const byPointer = event.detail > 0;
    // Of a key, the browser makes a click: that of Enter is told as the key.
    if (!byPointer && !(key === ' ' && isRecent(event))) return;
    hand = event.timeStamp;
    const meant = describing(() => meantBy(element)) || element;
    const before = pointing && pointing.element === meant ? pointing : null;
    pointing = null;
    if (meant !== element && !isHeldBy(element, meant)) clickedNext = meant;
    if (isBeginning(meant)) return;
    settle();
    sent = event.timeStamp;
    const where = byPointer ? pointAt(element, event) : middleOf(meant);
    const said = message('click', meant, event, { ...((before && before.about) || about(meant)), ...where, count: event.detail });
    if (!isCheckable(meant)) return say(said);
    expected = { element: meant, message: said };
    // A page that keeps the box from changing lets the click be one.
    soon(settle, 0);
};

const isHeldBy = (element, around) => {
    for (let here = element; here; here = upper(here)) if (here === around) return true;
    return false;
};

const isRecent = event => event.timeStamp - hand <= MOMENT;

const dblclick = (event, element) => {
    const meant = describing(() => meantBy(element)) || element;
    if (isBeginning(meant) || isCheckable(meant)) return;
    say(message('dblclick', meant, event, { ...about(meant), ...pointAt(element, event) }));
};

const keydown = (event, element) => {
    moved(event);
    key = event.key;
    isSecret(element);
    if (!describing(() => keyMatters(event, element))) return;
    doneAt('press', element, event, { value: chordOf(event) });
    typed = null;
    if (event.key === 'Enter') sent = event.timeStamp;
};

const chosen = select =>
    all(select, 'option')
        .filter(optionSelected)
        .map(option => optionValue(option) || optionShown(option));


const heldIn = element => formValue(element) ?? textContent(element);

const valueMessage = (element, event, more) => {
    const isHidden = isSecret(element);
    return message('input', element, event, { value: isHidden ? null : heldIn(element), secret: isHidden, ...more });
};

/** Editing that only a person's hand can have set off; of others (a date that was picked, what a browser fills in) it says nothing. */
const EDITS = /^(?:insert(?!Composition|Replacement)|delete|format|history)/;

const input = (event, element) => {
    const isField = describing(() => isTyped(element)) || (kind(element) === 'input' && SAID_BY_CHANGE.has(inputType(element)));
    if (!isField || kind(element) === 'select' || typeOf(element) === 'file') return;
    if (event.inputType && EDITS.test(event.inputType) && !isRecent(event)) return;
    const isFirst = !typed || typed.element !== element;
    if (isFirst) settle();
    const first = isFirst ? { ...about(element), ...middleOf(element) } : null;
    typed = { element, event };
    isBehind = (heldIn(element) || '').length > SHORT;
    if (isBehind && !isFirst) return;
    say(isBehind ? { ...valueMessage(element, event, first), value: null, isBehind } : valueMessage(element, event, first));
};

const typeOf = element => (kind(element) === 'input' ? inputType(element) : '');

const change = (event, element) => {
    const box = expected && expected.element === element ? expected : null;
    if (isCheckable(element)) {
        const isByKey = !box && isRecent(event) && key !== '';
        if (!box && !isByKey) return;
        expected = null;
        const said = box ? box.message : message('check', element, event, { ...about(element), ...middleOf(element) });
        say({ ...said, kind: inputChecked(element) ? 'check' : 'uncheck' });
    } else if (kind(element) === 'select') {
        doneAt('selectOption', element, event, { value: describing(() => chosen(element).join(', ')) });
    } else if (typeOf(element) === 'file') {
        const files = inputFiles(element);
        doneAt('upload', element, event, { value: Array.from(files || [], file => file.name).join(', ') });
    } else {
        left(event, element);
    }
};

/** A field is left: what was typed is complete. */
const left = (event, element) => {
    if (!typed || typed.element !== element) return;
    settle();
    typed = null;
    say(message('left', element, event));
};

const submit = (event, form) => {
    if (!isRecent(event) || event.timeStamp - sent <= MOMENT) return;
    doneAt('submit', form, event);
};

/** A frame's document goes before the click that its pointer began: it has gone by that. */
const pagehide = event => {
    settle();
    if (pointing && pointing.about && !isTop() && event.timeStamp - pointing.event.timeStamp <= MOMENT) {
        say(message('click', pointing.element, pointing.event, { ...pointing.about, ...pointing.point, count: 1 }));
    }
    pointing = null;
};

const touched = event => {
    hand = event.timeStamp;
};

const HEARD = {
    pointerover: came,
    pointerdown,
    pointerup: released,
    pointercancel: released,
    click,
    dblclick,
    keydown,
    keyup: touched,
    paste: touched,
    cut: touched,
    drop: touched,
    compositionend: touched,
    input,
    change,
    focusout: left,
    submit,
    pagehide,
};

const heard = event => {
    // It is a property of each event itself, which no script can change.
    if (!tell || !event.isTrusted || ours > 0) return;
    try {
        const [at] = pathOf(event);
        if (event.type === 'pagehide' || isElement(at)) HEARD[event.type](event, at);
    } catch {
        // Whatever it was, the page must not know of it.
    }
};

const hear = () => {
    listenAgain();
    for (const type of Object.keys(HEARD)) addListener(window, type, heard, PASSIVE);
};

/** From now on, `channel` is told as JSON what a person does in this document. */
export const recordFor = (channel, its) => {
    tell = channel;
    options = its;
    listenForOwn(isOurs => {
        ours = Math.max(0, ours + (isOurs ? 1 : -1));
    });
    hear();
    if (watched === document) return;
    watched = document;
    // `document.open` takes all listeners away, and then puts other nodes into the document.
    observe(new MutationObserver(hear), document, { childList: true });
};
