// Where a space belongs between two pieces of text (accname 1.2, 4.3.2, 2F.i): where the page shows them apart. Text in one
// line of one box is one word; boxes, controls and labels stand for themselves.

import { css, isElement, kind, parentElement, parentNode, style } from './dom.js';
import { explicitRole } from './author.js';
import { climbing } from './memo.js';

const APART_CONTROLS = new Set(['button', 'fieldset', 'input', 'output', 'select', 'textarea']);
const APART_ROLES = new Set(
    (
        'button checkbox combobox listbox menuitem menuitemcheckbox menuitemradio option radio scrollbar searchbox ' +
        'slider spinbutton switch tab textbox'
    ).split(' '),
);

/** Where an element's name has it from, when it stands apart by that. */
const APART_NAMES = new Set(['label', 'labelledby', 'native', 'title', 'placeholder', 'value']);

/** What stands in a line: { node, flow, from }; a `flow` of `null` stands in none. */
export const flowOf = node => {
    const parent = isElement(node) ? parentElement(node) : parentNode(node);
    if (isElement(node)) {
        const display = css(style(node), 'display');
        if (display !== 'inline' && !display.startsWith('ruby')) return null;
    }
    return parent && lineBox(parent);
};

/** The nearest box around that lines are in; `null` where nothing is drawn. */
export const lineBox = element => {
    const box = isElement(element) ? boxAround(element) : null;
    return box === NOWHERE ? null : box;
};

const NOWHERE = {};

const boxAround = climbing(element => {
    const display = css(style(element), 'display');
    if (display === '' || display === 'none') return NOWHERE;
    return display === 'inline' || display === 'contents' || display.startsWith('ruby') ? undefined : element;
}, parentElement);

const isControl = node => node !== null && isElement(node) && (APART_CONTROLS.has(kind(node)) || APART_ROLES.has(explicitRole(node)));

/** Whether two pieces, each { node, from, flow() }, are shown apart. */
export const areApart = (before, after) => {
    if (APART_NAMES.has(before.from) || APART_NAMES.has(after.from)) return true;
    if (isControl(before.node) || isControl(after.node)) return true;
    const flow = before.flow();
    return flow === null || flow !== after.flow();
};
