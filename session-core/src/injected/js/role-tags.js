// Which elements could have a role at all: the others need not be asked, and they are most of a page.

import { ELEMENT_ROLES, INPUT_ROLES, SHAPES } from './role-table.js';

/** Roles that an element may have by what it is, where that depends on more than its name; the rest is in ELEMENT_ROLES. */
const DEPENDING = Object.entries({
    a: ['link', 'group'],
    area: ['link'],
    aside: ['complementary'],
    caption: ['caption'],
    footer: ['contentinfo'],
    foreignObject: ['group'],
    g: ['group'],
    header: ['banner'],
    image: ['img'],
    img: ['img'],
    input: [...new Set(INPUT_ROLES.values()), 'combobox', 'textbox'],
    li: ['listitem'],
    math: ['math'],
    p: ['paragraph'],
    section: ['region'],
    select: ['combobox', 'listbox'],
    summary: ['button'],
    svg: ['graphics-document', 'group', 'img'],
    table: ['table'],
    tbody: ['rowgroup'],
    td: ['cell', 'gridcell'],
    tfoot: ['rowgroup'],
    th: ['cell', 'columnheader', 'gridcell', 'rowheader'],
    thead: ['rowgroup'],
    tr: ['row'],
    use: ['graphics-object'],
    '[autofocus]': ['group'],
    '[draggable]': ['group'],
    '[popover]': ['group'],
});

/** What nearly everything could be. */
const COMMON = new Set(['generic', 'none']);

const readSelectors = () => {
    const selectors = new Map();
    const note = (selector, role) => selectors.set(role, `${selectors.get(role) || '[role]'}, ${selector}`);
    for (const [name, role] of ELEMENT_ROLES) note(name, role);
    for (const [selector, roles] of DEPENDING) for (const role of roles) note(selector, role);
    for (const shape of SHAPES) note(shape, 'graphics-symbol');
    return selectors;
};

const SELECTORS = readSelectors();

/** CSS of all elements that could have that role; `null`: any could. */
export const selectorOfRole = role => (COMMON.has(role) ? null : SELECTORS.get(role) || '[role]');
