// What controls hold. The values of secrets are never read.

import {
    all,
    attribute,
    fold,
    formValue,
    hasAttribute,
    innerText,
    inputType,
    isHtml,
    kind,
    optionSelected,
} from './dom.js';
import {
    inputFiles,
    isMenuList,
    meterMax,
    meterMin,
    meterValue,
    optionShown,
    progressMax,
    progressValue,
} from './dom-form.js';
import { explicitRole } from './author.js';
import { hostsEditing, takesFocus } from './focus.js';

const SECRETS = new Set(['current-password', 'new-password', 'one-time-code', 'cc-number', 'cc-csc']);

/** Whether an element holds a secret: its value is never read. */
export const isPasswordLike = element => {
    const name = kind(element);
    if (name !== 'input' && name !== 'textarea' && name !== 'select') return false;
    if (name === 'input' && inputType(element) === 'password') return true;
    const hints = attribute(element, 'autocomplete');
    return hints !== null && hints.toLowerCase().split(/\s+/).some(hint => SECRETS.has(hint));
};

const TEXT_TYPES = new Set(['text', 'search', 'tel', 'url', 'email', 'password', 'number']);
const TEXT_ROLES = new Set(['textbox', 'searchbox']);
const NO_VALUE_TYPES = new Set(['button', 'checkbox', 'radio', 'image', 'reset', 'submit', 'hidden']);

/** Whether an element is a native field of text. */
export const isTextControl = element => {
    const name = kind(element);
    return name === 'textarea' || (name === 'input' && TEXT_TYPES.has(inputType(element)));
};

/** Whether text is typed into an element. */
export const isTextField = element =>
    isTextControl(element) || hostsEditing(element) || TEXT_ROLES.has(explicitRole(element));

const RANGES = new Set(['slider', 'spinbutton', 'scrollbar', 'progressbar', 'meter']);

/** Whether an element of that role has a value between two others. A separator has where it can be moved. */
export const isRange = (element, role) => RANGES.has(role) || (role === 'separator' && isMovable(element));

const isMovable = element =>
    takesFocus(element) && !isTextControl(element) && !hostsEditing(element) && kind(element) !== 'iframe';

/** The number of an attribute; `null` where it is none. */
export const numberOf = (element, name) => {
    const text = attribute(element, name);
    const number = text === null ? NaN : parseFloat(text);
    return Number.isFinite(number) ? number : null;
};

const NATIVE_RANGES = new Map(
    Object.entries({
        meter: { now: meterValue, min: meterMin, max: meterMax },
        progress: {
            now: element => (hasAttribute(element, 'value') ? progressValue(element) : null),
            min: () => 0,
            max: progressMax,
        },
        range: {
            now: element => Number(formValue(element)),
            min: element => numberOf(element, 'min') ?? 0,
            max: element => numberOf(element, 'max') ?? 100,
        },
        number: {
            now: element => (formValue(element) === '' ? null : Number(formValue(element))),
            min: element => numberOf(element, 'min'),
            max: element => numberOf(element, 'max'),
        },
    }),
);

/** What ARIA assumes where an author says nothing (WAI-ARIA 1.2, 5.2.7 and 6.6). */
const HUNDRED = new Set(['slider', 'scrollbar', 'separator', 'progressbar', 'meter']);

const nativeRange = element => {
    const name = kind(element);
    return NATIVE_RANGES.get(name === 'input' ? inputType(element) : name);
};

/** The ends of a range: { min, max }, `null` where there is none. */
export const rangeEnds = (element, role) => {
    const native = nativeRange(element);
    const assumed = HUNDRED.has(role) ? 100 : null;
    return {
        min: numberOf(element, 'aria-valuemin') ?? (native ? native.min(element) : assumed === null ? null : 0),
        max: numberOf(element, 'aria-valuemax') ?? (native ? native.max(element) : assumed),
    };
};

/** The number that a range stands at; `null` where it is not known. */
export const rangeValue = (element, role) => {
    const given = numberOf(element, 'aria-valuenow');
    const { min, max } = rangeEnds(element, role);
    if (given !== null) return Math.min(Math.max(given, min ?? given), max ?? given);
    const native = nativeRange(element);
    if (native) return native.now(element);
    if (role === 'slider' || role === 'scrollbar') return (min + max) / 2;
    return role === 'separator' ? 50 : role === 'meter' ? min : role === 'spinbutton' ? 0 : null;
};

/** A number as people write it: a step of 0.1 makes no 0.30000000000000004. */
export const numberText = number => String(Number(number.toPrecision(6)));

/** Ranges that nobody types into. */
const UNTYPED_RANGES = new Set(['progressbar', 'meter', 'scrollbar', 'slider']);

/** The value of an element as text; `undefined` where it has none, or it is a secret. */
export const value = (element, role) => {
    if (isPasswordLike(element)) return undefined;
    const name = kind(element);
    if (UNTYPED_RANGES.has(role) && !nativeRange(element)) return rangeText(element, role);
    if (name === 'select') return isMenuList(element) ? selectedText(element) : undefined;
    if (isTextControl(element) || name === 'textarea') return formValue(element);
    if (isRange(element, role)) return rangeText(element, role);
    if (name === 'input') return inputText(element);
    if (!isHtml(element)) return undefined;
    return isTextField(element) || (role === 'combobox' && isChooser(element)) ? innerText(element) : undefined;
};

/** The value of a combobox may be what is in it (WAI-ARIA 1.2, combobox), if it takes the focus and has text only. */
const isChooser = element => takesFocus(element) && all(element, 'input, textarea, [role]').length === 0;

const rangeText = (element, role) => {
    const text = attribute(element, 'aria-valuetext');
    if (text) return text;
    const number = rangeValue(element, role);
    return number === null ? undefined : numberText(number);
};

const inputText = element => {
    const type = inputType(element);
    if (NO_VALUE_TYPES.has(type)) return undefined;
    if (type === 'file') return Array.from(inputFiles(element) || [], file => file.name).join(', ');
    return formValue(element);
};

/** What is chosen in a select. */
export const selectedText = select => {
    const chosen = all(select, 'option').filter(optionSelected);
    return chosen.map(option => fold(attribute(option, 'aria-label') || optionShown(option))).join(', ');
};
