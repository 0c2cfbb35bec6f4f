// What only some form controls have, taken from the platform as in `dom.js`.

import { constructorOf, getter, kind, method, optionLabel, selectMultiple } from './dom.js';

const optionText = getter(HTMLOptionElement.prototype, 'text');
/** What a select shows for an option. */
export const optionShown = option => optionLabel(option) || optionText(option);

const selectSize = getter(HTMLSelectElement.prototype, 'size');
/** Whether a select shows a button that opens a list of its options. */
export const isMenuList = select => {
    const size = selectSize(select);
    return selectMultiple(select) ? size === 1 : size <= 1;
};

export const inputFiles = getter(HTMLInputElement.prototype, 'files');
/** Whether an input takes several files. */
export const inputMultiple = getter(HTMLInputElement.prototype, 'multiple');

const labelList = getter(HTMLInputElement.prototype, 'labels');
const labelCount = getter(NodeList.prototype, 'length');
const labelAt = method(NodeList.prototype, 'item');
/** The labels of an input. */
export const labelsFor = input => {
    const list = labelList(input);
    return Array.from({ length: list ? labelCount(list) : 0 }, (_, index) => labelAt(list, index));
};

/** The control that a label is for. */
export const controlOf = getter(HTMLLabelElement.prototype, 'control');

const meter = constructorOf('HTMLMeterElement').prototype;
export const meterValue = getter(meter, 'value');
export const meterMin = getter(meter, 'min');
export const meterMax = getter(meter, 'max');

const progress = constructorOf('HTMLProgressElement').prototype;
export const progressValue = getter(progress, 'value');
export const progressMax = getter(progress, 'max');

const ownersOfForms = new Map([
    ['button', getter(HTMLButtonElement.prototype, 'form')],
    ['input', getter(HTMLInputElement.prototype, 'form')],
    ['select', getter(HTMLSelectElement.prototype, 'form')],
    ['textarea', getter(HTMLTextAreaElement.prototype, 'form')],
]);
/** The form that a control belongs to, wherever it stands; `null` for what belongs to none. */
export const formOf = element => ownersOfForms.get(kind(element))?.(element) || null;
