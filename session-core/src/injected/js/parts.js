// Which part of a page an element that can be acted on belongs to: its forms, its navigation, both, or neither.

import { inputType, kind, parentElement } from './dom.js';
import { formOf } from './dom-form.js';
import { climbing } from './memo.js';
import { role } from './role.js';
import { words } from './role-table.js';
import { isTextField } from './value.js';

const FIELDS = words('checkbox combobox listbox option radio searchbox slider spinbutton switch textbox');
const FIELD_KINDS = words('select textarea');
const BUTTON_TYPES = words('button image reset submit');

const FORMS = words('form search');
/** What a form is around, be it one for the browser or for its readers only. */
const formAround = climbing(
    element => (kind(element) === 'form' || FORMS.has(role(element)) ? element : undefined),
    parentElement,
);

/** Whether it is a button of a form. Many pages submit by script what no button of type `submit` does. */
const isFormButton = (element, its) => {
    if (its !== 'button' && kind(element) !== 'button' && kind(element) !== 'input') return false;
    return formOf(element) !== null || formAround(element) !== null;
};

/** Whether it is a control of a form, or submits one. */
export const isFormPart = (element, its) => {
    const name = kind(element);
    if (FIELDS.has(its) || FIELD_KINDS.has(name) || isTextField(element)) return true;
    if (name === 'input' && !BUTTON_TYPES.has(inputType(element))) return true;
    return isFormButton(element, its);
};

const LEADS = words(
    'doc-backlink doc-biblioref doc-glossref doc-noteref link menuitem menuitemcheckbox menuitemradio tab',
);
const NAVIGATION = words('doc-index doc-pagelist doc-toc menu menubar navigation tablist');
const navigationAround = climbing(element => (NAVIGATION.has(role(element)) ? element : undefined), parentElement);

/** Whether it leads somewhere else, or is in what is there for that: navigation, menus, tabs. */
export const isNavigationPart = (element, its) => LEADS.has(its) || navigationAround(element) !== null;
