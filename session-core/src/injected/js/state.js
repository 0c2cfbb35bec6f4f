// States and properties of elements (WAI-ARIA 1.2, 6.6; HTML-AAM 1.0, 3.6). Only what applies to the role and is set is told.

import { attribute, css, kind, matchesSafe, selectMultiple, style } from './dom.js';
import { explicitRole, hasAria, isBlank, token, truth } from './author.js';
import { isFocused } from './focus.js';
import { words } from './role-table.js';
import { checked, expanded, pressed, selected } from './state-choice.js';
import { autocomplete, disabled, invalid, multiline, readonly, required } from './state-field.js';
import { isRange, rangeEnds, rangeValue } from './value.js';

const MULTISELECTABLE = words('grid listbox tablist tree treegrid');
const LEVELLED = words('comment doc-subtitle heading listitem row treeitem');
const COUNTED = words('article comment listitem menuitem menuitemcheckbox menuitemradio option radio row tab treeitem');


const HEADINGS = new Map(['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((name, index) => [name, index + 1]));

/** What applies to an element of that role and is set. */
export const states = (element, its) => {
    const found = {};
    const read = readers => {
        for (let index = 0; index < readers.length; index += 1) {
            const now = readers[index][1](element, its);
            if (now !== undefined && now !== null) found[readers[index][0]] = now;
        }
    };
    const isSaid = hasAria(element);
    if (isSaid || TELLING.has(its) || TELLING_KINDS.has(kind(element))) read(READERS_OF_ROLES);
    if (isSaid) read(READERS_OF_ARIA);
    read(READERS_OF_ALL);
    return found;
};

/** Roles and elements that have states though nothing is said of them. */
const TELLING = words(
    'alert button checkbox combobox dialog doc-subtitle heading listbox log menuitemcheckbox menuitemradio meter option ' +
        'progressbar radio scrollbar searchbox separator slider spinbutton status switch tab textbox treeitem',
);
const TELLING_KINDS = words('input select textarea');

const orUndefined = value => value || undefined;

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
const CURRENTS = words('page step location date time true');

const POPUPS = words('menu listbox tree grid dialog');

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

const ORIENTED = words(
    'combobox listbox menu menubar radiogroup scrollbar separator slider tablist toolbar tree treegrid',
);

const orientation = (element, its) => {
    const said = ORIENTED.has(its) ? token(element, 'aria-orientation') : null;
    if (said === 'horizontal' || said === 'vertical') return said;
    if (its !== 'slider' || kind(element) !== 'input') return undefined;
    return css(style(element), 'writing-mode').startsWith('vertical') ? 'vertical' : undefined;
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

const SORTS = words('ascending descending other');

const sort = (element, its) => {
    const said = its === 'columnheader' || its === 'rowheader' ? token(element, 'aria-sort') : null;
    return said !== null && SORTS.has(said) ? said : undefined;
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
