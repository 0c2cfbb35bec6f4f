// Tables as data: which cell is in which row and column (HTML, 4.9.12), and which cells head them.

import { explicitRole } from './author.js';
import { all, attribute, children, isElement, kind } from './dom.js';
import { memoised } from './memo.js';
import { name } from './name.js';
import { asTold, isExtractFull, saidBy, shownText, tidyName } from './extract-text.js';

/** How many places all cells of one table may take, and the most that one cell spans (HTML, 4.9.11). */
const MOST_PLACES = 400_000;
const MOST_COLUMNS = 1000;
const MOST_SPANNED = 65534;

/** Elements that are tables, or that ARIA makes tables. */
export const TABLE_SELECTOR = 'table, [role="table" i], [role="grid" i], [role="treegrid" i]';
const ARIA_ROWS = '[role="row" i]';
const ARIA_CELLS = '[role="cell" i], [role="gridcell" i], [role="columnheader" i], [role="rowheader" i]';
const HEAD_ROLES = new Set(['columnheader', 'rowheader']);

const partsOf = (element, names) => children(element).filter(child => isElement(child) && names.has(kind(child)));
const SECTION_KINDS = new Set(['thead', 'tbody', 'tfoot']);
const ROW_KINDS = new Set(['tr', ...SECTION_KINDS]);
const TR = new Set(['tr']);
const CELL_KINDS = new Set(['td', 'th']);
const CAPTION = new Set(['caption']);

/** The rows of a table itself, in the order in which they are shown: [row, section]. */
const rowsOf = table => {
    if (kind(table) !== 'table') return all(table, ARIA_ROWS).map(row => [row, table]);
    const [heads, bodies, feet] = [[], [], []];
    for (const part of partsOf(table, ROW_KINDS)) {
        const its = kind(part);
        const into = its === 'thead' ? heads : its === 'tfoot' ? feet : bodies;
        if (its === 'tr') into.push([part, table]);
        else for (const row of partsOf(part, TR)) into.push([row, part]);
    }
    return [...heads, ...bodies, ...feet];
};

const cellsOf = row => (kind(row) === 'tr' ? partsOf(row, CELL_KINDS) : all(row, ARIA_CELLS));

const spanOf = (cell, attributeName, most) => {
    const said = attribute(cell, attributeName) ?? attribute(cell, `aria-${attributeName}`);
    if (said === null) return 1;
    const span = parseInt(said, 10);
    // No rows: all to the end of its section.
    if (attributeName === 'rowspan' && span === 0) return MOST_SPANNED;
    return span > 0 ? Math.min(span, most) : 1;
};

/** The cell at each place: { rows: [{ row, section, cells }], total }, `total` rows where there are too many places. */
const gridOf = memoised(table => {
    const own = rowsOf(table);
    const rows = [];
    let carried = [];
    let places = 0;
    let last = null;
    for (const [row, section] of own) {
        if (places > MOST_PLACES) break;
        if (section !== last) carried = [];
        last = section;
        const line = placeRow(row, carried);
        carried = line.carried;
        places += line.cells.length;
        rows.push({ row, section, cells: line.cells });
    }
    return { rows, total: own.length };
});

/** The cells of one row, those included that reach into it from above. */
const placeRow = (row, above) => {
    const [cells, carried] = [[], []];
    let column = 0;
    const carry = () => {
        for (; column < above.length && above[column]; column += 1) {
            const { cell, left } = above[column];
            cells[column] = cell;
            if (left > 1) carried[column] = { cell, left: left - 1 };
        }
    };
    for (const cell of cellsOf(row)) {
        carry();
        const left = spanOf(cell, 'rowspan', MOST_SPANNED) - 1;
        for (let end = Math.min(column + spanOf(cell, 'colspan', MOST_COLUMNS), MOST_COLUMNS); column < end; column += 1) {
            cells[column] = cell;
            if (left > 0) carried[column] = { cell, left };
        }
    }
    for (; column < above.length; column += 1) carry();
    return { cells, carried };
};

/** Whether a cell heads others. */
export const isHead = cell => kind(cell) === 'th' || HEAD_ROLES.has(explicitRole(cell));
const isFilled = ({ cells }) => cells.some(cell => cell);

/** How many rows at the beginning head the columns. */
const headRows = memoised(table => {
    const { rows } = gridOf(table);
    let count = 0;
    while (count < rows.length && kind(rows[count].section) === 'thead') count += 1;
    if (count > 0) return count;
    while (count < rows.length && isFilled(rows[count]) && rows[count].cells.every(isHead)) count += 1;
    return count < rows.length ? count : 0;
});

/** Names, each once: the second `Size` is `Size 2`. */
const eachOnce = names => {
    const seen = new Map();
    return names.map(given => {
        const count = (seen.get(given) || 0) + 1;
        seen.set(given, count);
        return count === 1 ? given : `${given} ${count}`;
    });
};

/** The names of the columns, by the cells that head them; `null`: nothing heads them. */
export const columnNames = memoised(table => {
    const count = headRows(table);
    const heads = gridOf(table).rows.slice(0, count);
    if (heads.length === 0) return NO_COLUMNS;
    const width = heads.reduce((most, { cells }) => Math.max(most, cells.length), 0);
    const names = [];
    for (let column = 0; column < width; column += 1) {
        const own = new Set(heads.map(({ cells }) => cells[column]).filter(Boolean));
        const its = tidyName([...own].map(shownText).join(' '));
        names.push(its === '' ? plainColumn(column) : its);
    }
    return eachOnce(names);
});
const NO_COLUMNS = [];

/** The name of a column that nothing heads. */
export const plainColumn = column => `column ${column + 1}`;

/** The rows of a table that have data. */
export const dataRows = table => gridOf(table).rows.slice(headRows(table));

const cellText = memoised(cell => saidBy(cell));

/** Whether each row has one cell that heads it, and what it heads behind it. */
const isUpright = rows => {
    const filled = rows.filter(isFilled);
    const isOwn = ({ cells }) => cells.length > 1 && cells[0] && isHead(cells[0]) && !cells.slice(1).some(cell => cell && isHead(cell));
    return filled.length > 0 && filled.every(isOwn);
};

/** A table: { caption, columns, rows, total }; without `columns` nothing heads them. A row has a value for each column. */
export const readTable = (table, most) => {
    const caption = partsOf(table, CAPTION)[0];
    const told = { caption: caption ? shownText(caption) : name(table).text, rows: [] };
    const rows = dataRows(table).filter(isFilled);
    const names = columnNames(table);
    if (names.length === 0 && isUpright(rows)) return readUpright(told, rows, most);
    const width = rows.slice(0, most).reduce((widest, { cells }) => Math.max(widest, cells.length), names.length);
    if (names.length > 0) {
        const rest = Array.from({ length: width - names.length }, (_, at) => plainColumn(names.length + at));
        told.columns = names.concat(rest);
    }
    for (const { cells } of rows.slice(0, most)) {
        if (isExtractFull()) break;
        told.rows.push(Array.from({ length: width }, (_, column) => (cells[column] ? asTold(cellText(cells[column])) : null)));
    }
    const { rows: placed, total } = gridOf(table);
    told.total = rows.length + total - placed.length;
    return told;
};

/** A table whose rows are headed: its columns are what it tells of. */
const readUpright = (told, rows, most) => {
    const shown = rows.slice(0, most);
    told.columns = eachOnce(shown.map(({ cells }) => tidyName(shownText(cells[0]))));
    const width = shown.reduce((widest, { cells }) => Math.max(widest, cells.length), 0);
    for (let column = 1; column < width && !isExtractFull(); column += 1) {
        told.rows.push(shown.map(({ cells }) => (cells[column] ? asTold(cellText(cells[column])) : null)));
    }
    told.total = told.rows.length;
    told.moreColumns = rows.length - shown.length;
    return told;
};
