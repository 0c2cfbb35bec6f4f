// States and properties of elements (WAI-ARIA 1.2, 6.6; HTML-AAM 1.0, 3.6). Only what applies to the role and is set is told.

import {
    all,
    attribute,
    byId,
    css,
    formValue,
    hasAttribute,
    inputChecked,
    inputIndeterminate,
    inputList,
    inputType,
    kind,
    matchesSafe,
    optionSelected,
    parentElement,
    selectMultiple,
    style,
} from './dom.js';
import { explicitRole, hasAria, isBlank, token, truth } from './author.js';
import { hostsEditing, isDisabledControl, isFocused, isSummary, takesFocus } from './focus.js';
import { memoised, memoTable } from './memo.js';
import { role } from './role.js';
import { isRange, isTextControl, isTextField, rangeEnds, rangeValue } from './value.js';

const set = text => new Set(text.split(' '));

const CHECKABLE = set('checkbox menuitemcheckbox menuitemradio radio switch');
const CHECKABLE_IF_SAID = set('option treeitem');
const MIXABLE = set('checkbox menuitemcheckbox option treeitem');
const SELECTABLE = set('gridcell option tab treeitem');
const SELECTABLE_IN_GRID = set('cell columnheader row rowheader');
const EXPANDABLE = set(
    'application button checkbox columnheader combobox gridcell link menuitem menuitemcheckbox menuitemradio row ' +
        'rowheader switch tab treeitem',
);
const READABLE = set('checkbox combobox grid gridcell listbox radiogroup searchbox slider spinbutton switch textbox treegrid');
const REQUIRABLE = set('checkbox combobox gridcell listbox radiogroup searchbox spinbutton textbox tree treegrid');
const MULTISELECTABLE = set('grid listbox tablist tree treegrid');
const LEVELLED = set('comment doc-subtitle heading listitem row tablist treeitem');
const COUNTED = set('article comment listitem menuitem menuitemcheckbox menuitemradio option radio row tab treeitem');

const VALIDATED = set('input select textarea');

const HEADINGS = new Map(['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((name, index) => [name, index + 1]));

/** What applies to an element of that role and is set. */
export const states = (element, its) => {
    const found = {};
    const read = readers => {
        for (const [key, state] of readers) {
            const now = state(element, its);
            if (now !== undefined && now !== null) found[key] = now;
        }
    };
    const isSaid = hasAria(element);
    if (isSaid || TELLING.has(its) || TELLING_KINDS.has(kind(element))) read(READERS_OF_ROLES);
    if (isSaid) read(READERS_OF_ARIA);
    read(READERS_OF_ALL);
    return found;
};

/** Roles and elements that have states though nothing is said of them. */
const TELLING = set(
    'alert button checkbox combobox dialog doc-subtitle heading listbox log menuitemcheckbox menuitemradio meter option ' +
        'progressbar radio scrollbar searchbox separator slider spinbutton status switch tab textbox treeitem',
);
const TELLING_KINDS = set('input select textarea');

const orUndefined = value => value || undefined;

const checked = (element, its) => {
    const type = kind(element) === 'input' ? inputType(element) : '';
    if (CHECKABLE.has(its) && (type === 'checkbox' || type === 'radio')) {
        const isMixed = type === 'checkbox' && its !== 'switch' && inputIndeterminate(element);
        return isMixed ? 'mixed' : inputChecked(element);
    }
    const said = token(element, 'aria-checked');
    if (!CHECKABLE.has(its) && !(CHECKABLE_IF_SAID.has(its) && said !== null)) return undefined;
    return said === 'mixed' ? (MIXABLE.has(its) ? 'mixed' : false) : said !== null && said !== 'false';
};

const pressed = (element, its) => {
    const said = its === 'button' ? token(element, 'aria-pressed') : null;
    // The state of a native control goes before what is said of it (HTML-AAM 1.0, 3.5).
    if (said !== null && kind(element) === 'input' && inputType(element) === 'checkbox') return inputChecked(element);
    return said === null ? undefined : said === 'mixed' ? said : said !== 'false';
};

const selected = (element, its) => {
    if (!SELECTABLE.has(its) && !(SELECTABLE_IN_GRID.has(its) && isGridPart(element))) return undefined;
    const said = truth(element, 'aria-selected');
    if (said !== null) return said;
    if (kind(element) === 'option') return isDisabledControl(element) ? undefined : optionSelected(element);
    return IMPLIED.has(its) && !isChosenByAuthor(element) ? isFocused(element) : undefined;
};

const IMPLIED = set('option tab treeitem');
const CHOICES_OF = set('grid listbox menu tablist tree treegrid');

/** Where an author says of one what is selected, nothing is assumed of the others (WAI-ARIA 1.2, 6.6.2). */
const isChosenByAuthor = element => {
    let here = parentElement(element);
    while (here && !CHOICES_OF.has(role(here))) here = parentElement(here);
    return here !== null && hasSelected(here);
};

const hasSelected = memoised(widget => all(widget, '[aria-selected]').length > 0);

const isGridPart = element => {
    for (let here = parentElement(element); here; here = parentElement(here)) {
        const around = role(here);
        if (around === 'grid' || around === 'treegrid') return true;
        if (around === 'table') return false;
    }
    return false;
};

const expanded = (element, its) => {
    if (!EXPANDABLE.has(its)) return undefined;
    if (kind(element) === 'select' && its === 'combobox') return matchesSafe(element, ':open');
    const popover = popoverOf(element);
    if (popover) return matchesSafe(popover, ':popover-open');
    if (kind(element) === 'summary' && isSummary(element)) return hasAttribute(parentElement(element), 'open');
    return truth(element, 'aria-expanded');
};

const INVOKERS = set('button input');

/** The popover that a button opens. */
const popoverOf = element => {
    if (!INVOKERS.has(kind(element)) || !hasAttribute(element, 'popovertarget')) return null;
    const target = byId(element, attribute(element, 'popovertarget'));
    return target && hasAttribute(target, 'popover') ? target : null;
};

const inherited = memoTable();

/** Whether an element is below one that is `aria-disabled`; a nearer one may say the opposite. */
const isBelowDisabled = element => {
    const path = [];
    let found;
    for (let here = element; here && found === undefined; here = parentElement(here)) {
        found = inherited.get(here);
        if (found !== undefined) break;
        path.push(here);
        found = truth(here, 'aria-disabled') ?? undefined;
    }
    for (const one of path) inherited.set(one, found === true);
    return found === true;
};

const disabled = element => {
    const name = kind(element);
    // Their state is that of what is in them.
    if (name === 'optgroup' || name === 'fieldset') return undefined;
    if (isDisabledControl(element) || truth(element, 'aria-disabled')) return true;
    return orUndefined(takesFocus(element) && isBelowDisabled(element));
};

const readonly = (element, its) => {
    if (!READABLE.has(its) || disabled(element)) return undefined;
    if (isTextControl(element) && hasAttribute(element, 'readonly')) return true;
    return hostsEditing(element) ? undefined : orUndefined(truth(element, 'aria-readonly'));
};

const required = (element, its) => {
    if (VALIDATED.has(kind(element)) && matchesSafe(element, ':required')) return true;
    return REQUIRABLE.has(its) ? orUndefined(truth(element, 'aria-required')) : undefined;
};

const invalid = element => {
    const said = token(element, 'aria-invalid');
    if (said === 'false') return undefined;
    if (said === 'grammar' || said === 'spelling') return said;
    if (said !== null) return true;
    if (!VALIDATED.has(kind(element)) || !matchesSafe(element, ':invalid')) return undefined;
    // A field that is required and empty is not wrong yet.
    return isTextControl(element) && hasAttribute(element, 'required') && formValue(element) === '' ? undefined : true;
};

const level = (element, its) => {
    const said = LEVELLED.has(its) ? parseInt(attribute(element, 'aria-level') || '', 10) : NaN;
    if (its !== 'heading' && its !== 'doc-subtitle') return said >= 1 ? said : undefined;
    if (!isBlank(attribute(element, 'aria-level'))) return Math.max(said || 1, 1);
    return HEADINGS.get(kind(element)) || 2;
};

const current = element => {
    const said = token(element, 'aria-current');
    return said === null || said === 'false' ? undefined : CURRENTS.has(said) ? said : 'true';
};
const CURRENTS = set('page step location date time true');

const POPUPS = set('menu listbox tree grid dialog');

const haspopup = (element, its) => {
    const said = token(element, 'aria-haspopup');
    if (said === 'true') return 'menu';
    if (said !== null) return POPUPS.has(said) ? said : undefined;
    return its === 'combobox' && explicitRole(element) ? 'listbox' : undefined;
};

const multiselectable = (element, its) => {
    const said = MULTISELECTABLE.has(its) ? truth(element, 'aria-multiselectable') : null;
    if (said !== null) return orUndefined(said);
    return orUndefined(kind(element) === 'select' && selectMultiple(element));
};

const ORIENTED = set(
    'combobox listbox menu menubar radiogroup scrollbar separator slider tablist toolbar tree treegrid',
);

const orientation = (element, its) => {
    const said = ORIENTED.has(its) ? token(element, 'aria-orientation') : null;
    if (said === 'horizontal' || said === 'vertical') return said;
    const isUpright = kind(element) === 'input' && css(style(element), 'writing-mode').startsWith('vertical');
    return isUpright && its === 'slider' ? 'vertical' : undefined;
};

const modal = (element, its) => {
    if (its !== 'dialog' && its !== 'alertdialog') return undefined;
    return orUndefined(truth(element, 'aria-modal') ?? (kind(element) === 'dialog' && matchesSafe(element, ':modal')));
};

const LIVE_ROLES = new Map([
    ['alert', 'assertive'],
    ['log', 'polite'],
    ['status', 'polite'],
]);

const live = (element, its) => {
    const said = token(element, 'aria-live') ?? LIVE_ROLES.get(its);
    return said === 'polite' || said === 'assertive' ? said : undefined;
};

const SORTS = set('ascending descending other');

const sort = (element, its) => {
    const said = its === 'columnheader' || its === 'rowheader' ? token(element, 'aria-sort') : null;
    return said !== null && SORTS.has(said) ? said : undefined;
};

const multiline = (element, its) => {
    if (its !== 'textbox' || kind(element) === 'input' || !isTextField(element)) return undefined;
    return orUndefined(truth(element, 'aria-multiline') ?? (kind(element) === 'textarea' || hostsEditing(element)));
};

const COMPLETIONS = set('inline list both');

const autocomplete = element => {
    if (!isTextField(element) && explicitRole(element) !== 'combobox') return undefined;
    const said = token(element, 'aria-autocomplete');
    if (said !== null) return COMPLETIONS.has(said) ? said : undefined;
    return kind(element) === 'input' && hasAttribute(element, 'list') && inputList(element) ? 'list' : undefined;
};

const count = (element, its, name) => {
    const said = COUNTED.has(its) ? parseInt(attribute(element, name) || '', 10) : NaN;
    return Number.isNaN(said) ? undefined : said;
};

const ends = (element, its, end) => (isRange(element, its) ? rangeEnds(element, its)[end] : undefined);

const said = name => element => (isBlank(attribute(element, name)) ? undefined : attribute(element, name));

const accessKey = element => {
    const key = attribute(element, 'accesskey');
    return isBlank(key) ? undefined : `Alt+${key.trim()}`;
};

const READERS_OF_ROLES = Object.entries({
    checked,
    selected,
    expanded,
    readonly,
    required,
    invalid,
    level,
    haspopup,
    multiselectable,
    orientation,
    modal,
    live,
    valuemin: (element, its) => ends(element, its, 'min'),
    valuemax: (element, its) => ends(element, its, 'max'),
    valuenow: (element, its) => (isRange(element, its) ? rangeValue(element, its) : undefined),
    multiline,
    autocomplete,
});

const READERS_OF_ARIA = Object.entries({
    pressed,
    current,
    busy: element => orUndefined(truth(element, 'aria-busy')),
    valuetext: (element, its) => (isRange(element, its) ? said('aria-valuetext')(element) : undefined),
    sort,
    posinset: (element, its) => count(element, its, 'aria-posinset'),
    setsize: (element, its) => count(element, its, 'aria-setsize'),
    roledescription: (element, its) => (its === 'generic' ? undefined : said('aria-roledescription')(element)),
});

const READERS_OF_ALL = Object.entries({
    disabled,
    keyshortcuts: element => said('aria-keyshortcuts')(element) ?? accessKey(element),
    focused: element => orUndefined(isFocused(element)),
});
