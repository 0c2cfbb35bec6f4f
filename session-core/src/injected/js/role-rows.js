// Tables, their rows and cells (HTML-AAM 1.0), and which tables are only there to lay out a page: browsers tell those from
// tables of data by the same signs, and do not expose them as tables.

import { attribute, children, clientRect, css, hasAttribute, isElement, kind, parentElement, style } from './dom.js';
import { explicitRole } from './author.js';
import { isEditable } from './focus.js';
import { memoised } from './memo.js';
import { isRendered } from './rendered.js';
import { TABLES } from './role-table.js';

const NEUTRAL = new Set(['group', 'generic', 'rowgroup']);

/** Whether an element of that role means nothing in a table: what is in it belongs to what is around it. */
export const isNeutralInTable = (element, its) => NEUTRAL.has(its) && !isLayoutPart(element);

const isLayoutPart = element => kind(element) === 'table' && !explicitRole(element) && isLayoutTable(element);

/** The role of `tr`. These get `role`, and `owner`, which answers what a part of a table belongs to. */
export const rowRole = (element, { role, owner }) => {
    const table = owner(element);
    if (!table) return 'generic';
    if (isLayoutPart(table)) return 'none';
    return TABLES.has(role(table)) ? 'row' : 'generic';
};

/** The role of `thead`, `tbody` and `tfoot`. */
export const sectionRole = (element, { role, owner }) => {
    const table = owner(element);
    return table && TABLES.has(role(table)) ? 'rowgroup' : 'generic';
};

/** The role of `td` and `th`. */
export const cellRole = (element, { role, owner }) => {
    const row = owner(element);
    if (!row || (role(row) !== 'row' && !isLayoutRow(row, role))) return 'generic';
    const table = owner(row);
    if (!table) return 'generic';
    if (isLayoutPart(table)) return 'none';
    if (!TABLES.has(role(table))) return 'generic';
    if (kind(element) === 'th') return headerRole(element);
    return role(table) === 'table' ? 'cell' : 'gridcell';
};

const isLayoutRow = (row, role) => kind(row) === 'tr' && !explicitRole(row) && role(row) === 'none';

const SCOPES = new Map([
    ['row', 'rowheader'],
    ['rowgroup', 'rowheader'],
    ['col', 'columnheader'],
    ['colgroup', 'columnheader'],
]);

/** HTML, 4.9.12: without a scope, a header is that of its column, unless there is data beside it. */
const headerRole = element => {
    const scope = SCOPES.get((attribute(element, 'scope') || '').toLowerCase());
    if (scope) return scope;
    const row = parentElement(element);
    const cells = row ? children(row).filter(isElement) : [element];
    const place = cells.indexOf(element);
    const before = cells[place - 1];
    const after = cells[place + 1];
    if (!before && !after) return 'columnheader';
    if (isHeader(before) && isHeader(after)) return 'columnheader';
    if (isData(before) || isData(after)) return 'rowheader';
    const last = cells.length - 1;
    return [cells[0], cells[last], cells[1], cells[last - 1]].some(isData) ? 'rowheader' : 'columnheader';
};

const isHeader = cell => cell !== undefined && kind(cell) === 'th';
const isData = cell => cell !== undefined && kind(cell) === 'td' && children(cell).length > 0;

/** Enough rows to be data. */
const MANY_ROWS = 20;
/** Enough cells that look like data. */
const MANY_CELLS = 10;

/** Whether a `table` without a role lays out a page. */
export const isLayoutTable = memoised(table => {
    if (hasAttribute(table, 'role') || !isRendered(table) || css(style(table), 'display') === 'contents') return false;
    if (attribute(table, 'summary') || attribute(table, 'rules') || isEditable(table)) return false;
    const parts = children(table).filter(isElement);
    if (parts.some(part => MARKS.has(kind(part)))) return false;
    const rows = parts.flatMap(part => (kind(part) === 'tr' ? [part] : children(part).filter(isRow)));
    if (rows.length >= MANY_ROWS) return false;
    const cells = rows.map(row => children(row).filter(isCell));
    if (rows.length === 0 || (rows.length === 1 && cells[0].length === 1)) return true;
    if (cells.some(row => row.some(saysData))) return false;
    return !looksLikeData(table, rows, cells);
});

const MARKS = new Set(['caption', 'thead', 'tfoot', 'col', 'colgroup']);
const isRow = node => isElement(node) && kind(node) === 'tr';
const isCell = node => isElement(node) && (kind(node) === 'td' || kind(node) === 'th');
const saysData = cell =>
    kind(cell) === 'th' ||
    ['headers', 'abbr', 'axis', 'scope'].some(name => hasAttribute(cell, name) && attribute(cell, name) !== '');

/** Whether lines or colours set the cells apart. */
const looksLikeData = (table, rows, cells) => {
    const look = { valid: 0, boxed: 0, top: 0, bottom: 0, left: 0, right: 0, coloured: 0, isHiding: false };
    const behind = css(style(table), 'background-color');
    const isSpaced = isPositive(css(style(table), 'border-spacing').split(' '));
    for (const cell of cells.flat()) {
        countCell(look, cell, isSpaced, behind);
        if (look.isHiding || look.boxed >= MANY_CELLS || look.coloured >= MANY_CELLS) return true;
    }
    if (look.valid <= 1) return false;
    const half = Math.floor(look.valid / 2);
    if ([look.boxed, look.top, look.bottom, look.left, look.right, look.coloured].some(count => count >= half)) return true;
    return isStriped(rows);
};

const isPositive = lengths => lengths.every(length => parseFloat(length) > 0);

const countCell = (look, cell, isSpaced, behind) => {
    const rect = clientRect(cell);
    if (rect.width < 1 || rect.height < 1) return;
    look.valid += 1;
    const its = style(cell);
    look.isHiding = css(its, 'empty-cells') === 'hide';
    const [top, bottom, left, right] = ['top', 'bottom', 'left', 'right'].map(side =>
        Number(parseFloat(css(its, `border-${side}-width`)) > 0),
    );
    look.boxed += Number((top && bottom) || (left && right));
    look.top += top;
    look.bottom += bottom;
    look.left += left;
    look.right += right;
    const colour = css(its, 'background-color');
    look.coloured += Number(isSpaced && colour !== behind && !/^rgba\(.*, 0\)$|^transparent$/.test(colour));
};

/** Whether the first rows have two colours in turn. */
const isStriped = rows => {
    const colours = rows.slice(0, 5).map(row => css(style(row), 'background-color'));
    if (colours.length <= 2) return false;
    return colours.every((colour, index) => (index % 2 === 1) !== (colour === colours[0]));
};
