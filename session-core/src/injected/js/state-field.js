// What is asked of the values of fields, and whether they can be changed (WAI-ARIA 1.2, 6.6; HTML-AAM 1.0, 3.6).

import { formValue, hasAttribute, inputList, kind, matchesSafe, parentElement } from './dom.js';
import { token, truth } from './author.js';
import { hostsEditing, isDisabledControl, takesFocus } from './focus.js';
import { climbing } from './memo.js';
import { words } from './role-table.js';
import { isTextControl, isTextField } from './value.js';

const READABLE = words(
    'checkbox columnheader combobox grid gridcell listbox radiogroup rowheader searchbox slider spinbutton switch textbox ' +
        'treegrid',
);
const REQUIRABLE = words(
    'checkbox columnheader combobox gridcell listbox radiogroup rowheader searchbox spinbutton textbox tree treegrid',
);
const VALIDATED = words('input select textarea');

/** Whether an element, or what is around it, is `aria-disabled`; a nearer one may say the opposite. */
const isBelowDisabled = climbing(element => truth(element, 'aria-disabled') ?? undefined, parentElement);

/** Whether an element cannot be used. */
export const disabled = element => {
    const name = kind(element);
    // Their state is that of what is in them, unless ARIA says otherwise.
    if (name === 'optgroup') return undefined;
    if (name === 'fieldset') return orUndefined(truth(element, 'aria-disabled'));
    if (isDisabledControl(element) || truth(element, 'aria-disabled')) return true;
    return orUndefined((name === 'option' || takesFocus(element)) && isBelowDisabled(element) === true);
};

/** Whether a value can be seen, and not changed. */
export const readonly = (element, its) => {
    if (!READABLE.has(its) || disabled(element)) return undefined;
    if (isTextControl(element) && hasAttribute(element, 'readonly')) return true;
    return hostsEditing(element) ? undefined : orUndefined(truth(element, 'aria-readonly'));
};

/** Whether a value has to be given. */
export const required = (element, its) => {
    if (VALIDATED.has(kind(element)) && matchesSafe(element, ':required')) return true;
    return REQUIRABLE.has(its) ? orUndefined(truth(element, 'aria-required')) : undefined;
};

/** Whether a value is wrong; `grammar` or `spelling`: by its language. */
export const invalid = element => {
    const said = token(element, 'aria-invalid');
    if (said === 'false') return undefined;
    if (said === 'grammar' || said === 'spelling') return said;
    if (said !== null) return true;
    if (!VALIDATED.has(kind(element)) || !matchesSafe(element, ':invalid')) return undefined;
    // A field that is required and empty is not wrong yet.
    return isTextControl(element) && hasAttribute(element, 'required') && formValue(element) === '' ? undefined : true;
};

/** Whether text may have several lines. */
export const multiline = (element, its) => {
    if (its !== 'textbox' || kind(element) === 'input' || !isTextField(element)) return undefined;
    return orUndefined(truth(element, 'aria-multiline') ?? (kind(element) === 'textarea' || hostsEditing(element)));
};

const COMPLETIONS = words('inline list both');

const isCompletable = (element, its) => {
    if (isTextControl(element)) return true;
    const name = kind(element);
    if (name === 'input' || name === 'select') return false;
    return its === 'textbox' || its === 'searchbox' || (its === 'combobox' && takesFocus(element));
};

/** How suggestions are made: `inline`, `list` or `both`. */
export const autocomplete = (element, its) => {
    if (!isCompletable(element, its)) return undefined;
    const said = token(element, 'aria-autocomplete');
    if (said !== null) return COMPLETIONS.has(said) ? said : undefined;
    return kind(element) === 'input' && hasAttribute(element, 'list') && inputList(element) ? 'list' : undefined;
};
