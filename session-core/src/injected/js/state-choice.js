// Whether elements are checked, pressed, chosen and open (WAI-ARIA 1.2, 6.6; HTML-AAM 1.0, 3.6).

import {
    all,
    attribute,
    byId,
    hasAttribute,
    inputChecked,
    inputIndeterminate,
    inputType,
    kind,
    matchesSafe,
    optionSelected,
    parentElement,
} from './dom.js';
import { explicitRole, token, truth } from './author.js';
import { isFocused, isSummary } from './focus.js';
import { climbing, memoised } from './memo.js';
import { role, tableAround } from './role.js';
import { words } from './role-table.js';
import { disabled } from './state-field.js';

const CHECKABLE = words('checkbox menuitemcheckbox menuitemradio radio switch');
const CHECKABLE_IF_SAID = words('option treeitem');
const MIXABLE = words('checkbox menuitemcheckbox option treeitem');
const SELECTABLE = words('gridcell option tab treeitem');
const SELECTABLE_IN_GRID = words('cell columnheader row rowheader');
const EXPANDABLE = words(
    'application button checkbox columnheader combobox gridcell link listitem menuitem menuitemcheckbox ' +
        'menuitemradio row rowheader switch tab treeitem',
);

/** Whether an element is checked; `mixed`: partly. */
export const checked = (element, its) => {
    const type = kind(element) === 'input' ? inputType(element) : '';
    if (CHECKABLE.has(its) && (type === 'checkbox' || type === 'radio')) {
        const isMixed = type === 'checkbox' && its !== 'switch' && inputIndeterminate(element);
        return isMixed ? 'mixed' : inputChecked(element);
    }
    const said = token(element, 'aria-checked');
    if (!CHECKABLE.has(its) && !(CHECKABLE_IF_SAID.has(its) && said !== null)) return undefined;
    return said === 'mixed' ? (MIXABLE.has(its) ? 'mixed' : false) : said !== null && said !== 'false';
};

/** Whether a button that stays down is down; `mixed`: partly. */
export const pressed = (element, its) => {
    const said = its === 'button' && !isPicker(element) ? token(element, 'aria-pressed') : null;
    // The state of a native control goes before what is said of it (HTML-AAM 1.0, 3.5).
    if (said !== null && kind(element) === 'input' && inputType(element) === 'checkbox') return inputChecked(element);
    return said === null ? undefined : said === 'mixed' ? said : said !== 'false';
};

/** Buttons that open or send something cannot stay down. */
const isPicker = element =>
    kind(element) === 'input' && ['file', 'image'].includes(inputType(element)) && !explicitRole(element);

/** Whether an element is chosen among others. */
export const selected = (element, its) => {
    if (!SELECTABLE.has(its) && !(SELECTABLE_IN_GRID.has(its) && isGridPart(element))) return undefined;
    const said = truth(element, 'aria-selected');
    if (said !== null) return said;
    if (kind(element) === 'option') return disabled(element) ? undefined : optionSelected(element);
    return IMPLIED.has(its) && !isChosenByAuthor(element) ? isFocused(element) : undefined;
};

const IMPLIED = words('option tab treeitem');
const CHOICES_OF = words('grid listbox menu tablist tree treegrid');

/** Where an author says of one what is selected, nothing is assumed of the others (WAI-ARIA 1.2, 6.6.2). */
const isChosenByAuthor = element => {
    const around = choiceAround(parentElement(element));
    return around !== null && hasSelected(around);
};

const choiceAround = climbing(element => (CHOICES_OF.has(role(element)) ? element : undefined), parentElement);

const hasSelected = memoised(widget => all(widget, '[aria-selected]').length > 0);

const isGridPart = element => {
    const around = tableAround(parentElement(element));
    return around === 'grid' || around === 'treegrid';
};

/** Whether what an element opens is open. */
export const expanded = (element, its) => {
    if (!EXPANDABLE.has(its)) return undefined;
    if (kind(element) === 'select' && its === 'combobox') return matchesSafe(element, ':open');
    const popover = popoverOf(element);
    if (popover) return matchesSafe(popover, ':popover-open');
    if (kind(element) === 'summary' && isSummary(element)) return hasAttribute(parentElement(element), 'open');
    return truth(element, 'aria-expanded');
};

const INVOKERS = words('button input');

/** The popover that a button opens. */
const popoverOf = element => {
    if (!INVOKERS.has(kind(element)) || !hasAttribute(element, 'popovertarget')) return null;
    const target = byId(element, attribute(element, 'popovertarget'));
    return target && hasAttribute(target, 'popover') ? target : null;
};
