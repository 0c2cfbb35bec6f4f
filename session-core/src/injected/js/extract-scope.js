// What has a name in a part of a page: properties of microdata, test ids, classes and ids, labels, terms, heads of cells.
//
// A finding is { key, rank, from, element } or { …, value }: `key` the name as it is compared, `rank` how much its
// author meant it as a name (the least counts), `from` where the name stands.

import { explicitRole } from './author.js';
import { all, attribute, attributeNames, hasAttribute, isBare, isElement, kind, shadowRoot } from './dom.js';
import { everything, hasShadows, upper } from './compose.js';
import { columnNames, dataRows, isHead, plainColumn } from './extract-table.js';
import { itemsAround, wordsIn } from './extract-microdata.js';
import { definitionsIn, namedByColon } from './extract-pairs.js';
import { holdsValue, nameKey, nameWords, shownText, tidyName } from './extract-text.js';
import { labelsOf } from './label-text.js';
import { memoised } from './memo.js';
import { name } from './name.js';

/** How much the author meant it as a name. */
export const RANK = { property: 0, testid: 30, token: 40, said: 50, colon: 60, part: 70, column: 80, meta: 90 };

const MOST_ITEMS_AROUND = 20;

/** The elements below a document or an element, those in open shadow roots included. */
export const scopeOf = (inside, root) => {
    if (root === null) return { inside, root: inside, elements: everything(inside) };
    if (!hasShadows(inside)) return { inside, root, elements: all(root, '*') };
    const elements = [];
    const roots = [root];
    while (roots.length > 0) {
        const from = roots.pop();
        const shadow = isElement(from) ? shadowRoot(from) : null;
        if (shadow) roots.push(shadow);
        for (const element of all(from, '*')) {
            elements.push(element);
            if (shadowRoot(element)) roots.push(shadowRoot(element));
        }
    }
    return { inside, root, elements };
};

/** Calls `add` for each finding of a scope; `isWanted` tells by the key which of them matter. */
export const findNames = (scope, { testId, isWanted }, add) => {
    const tell = (its, rank, from, found) => {
        const key = nameKey(its);
        if (key !== '' && isWanted(key)) add({ key, rank, from, ...found });
    };
    for (const element of scope.elements) {
        if (!isBare(element) || holdsValue(element)) byAttributes(scope, element, testId, tell);
        namesByText(element, tell);
    }
    if (scope.root !== scope.inside) byHead(scope.root, tell);
};

const byAttributes = ({ root }, element, testId, tell) => {
    const found = { element };
    for (const attributeName of attributeNames(element)) {
        if (attributeName === 'itemprop' && !hasAttribute(element, 'itemscope')) {
            const around = Math.min(itemsAround(element, root, upper), MOST_ITEMS_AROUND);
            for (const word of wordsIn(element, 'itemprop')) tell(word, RANK.property + around, 'itemprop', found);
        } else if (attributeName === testId) {
            tellWords(attribute(element, testId), 'testid', RANK.testid, found, tell);
        } else if (attributeName === 'class') {
            for (const token of wordsIn(element, 'class')) tellWords(token, 'class', RANK.token, found, tell);
        } else if (attributeName === 'id') {
            tellWords(attribute(element, 'id'), 'id', RANK.token, found, tell);
        } else if (attributeName === 'aria-label' && !holdsValue(element)) {
            tell(attribute(element, 'aria-label'), RANK.said, 'aria-label', found);
        }
    }
    if (holdsValue(element)) {
        for (const label of labelsOf(element)) tell(tidyName(label), RANK.said, 'label', found);
        // A label around a control has more in it than it says.
        if (kind(element) !== 'output') tell(tidyName(name(element).text), RANK.said, 'label', found);
    }
    if (kind(element) === 'meta') {
        const its = attribute(element, 'property') || attribute(element, 'name');
        if (its) tell(its, RANK.meta, 'meta', found);
    }
};

/** A token as a whole; then what it ends with: `price` of `product-price`. */
const tellWords = (token, from, rank, found, tell) => {
    if (token.length > 100) return;
    tell(token, rank, `${from} ${token}`, found);
    const words = nameWords(token);
    for (let first = 1; first < words.length; first += 1) {
        tell(words.slice(first).join(' '), RANK.part, `${from} ${token}`, found);
    }
};

const namesByText = (element, tell) => {
    const its = kind(element);
    if (its === 'dl') {
        for (const [term, part] of definitionsIn(element)) tell(term, RANK.said, 'dt', { element: part });
    } else if (its === 'table' || TABLE_ROLES.has(explicitRole(element))) {
        byTable(element, tell);
    } else if (COLON_KINDS.has(its)) {
        const named = namedByColon(element);
        if (named) tell(named[0], RANK.colon, 'text before it', { value: named[1] });
    }
};

const COLON_KINDS = new Set(['b', 'dfn', 'em', 'label', 'span', 'strong']);

/** What the heads of rows and columns name. */
const byTable = (table, tell) => {
    const names = columnNames(table);
    for (const { cells } of dataRows(table)) {
        const head = cells[0];
        const isHeaded = head && isHead(head);
        if (isHeaded) {
            const its = tidyName(shownText(head));
            for (const cell of new Set(cells.slice(1))) if (cell) tell(its, RANK.said, 'th', { element: cell });
        }
        for (let column = 0; column < names.length; column += 1) {
            if (cells[column]) tell(names[column], RANK.column, 'column', { element: cells[column] });
        }
    }
};

/** The table around a row, with where each of its rows is: asked for every row. */
const placesOfRows = memoised(table => new Map(dataRows(table).map(place => [place.row, place])));

/** The cells of a row by the names of their columns; of what is no such row none. */
const byHead = (row, tell) => {
    for (const [its, cell] of cellsByName(row)) tell(its, RANK.said, 'column', { element: cell });
};

/** The cells of a row: [name of the column, cell]; a column that nothing heads has a number. */
export const cellsByName = row => {
    if (kind(row) !== 'tr' && explicitRole(row) !== 'row') return [];
    const table = tableOfRow(row);
    const place = table && placesOfRows(table).get(row);
    if (!place) return [];
    const names = columnNames(table);
    return [...place.cells].map((cell, column) => [names[column] ?? plainColumn(column), cell]).filter(([, cell]) => cell);
};

const TABLE_ROLES = new Set(['grid', 'table', 'treegrid']);

/** Whether something heads the columns that a row is in. */
export const isRowNamed = row => {
    const table = tableOfRow(row);
    return table !== null && columnNames(table).length > 0;
};

const tableOfRow = row => {
    let here = upper(row);
    while (here && isElement(here) && kind(here) !== 'table' && !TABLE_ROLES.has(explicitRole(here))) here = upper(here);
    return here && isElement(here) ? here : null;
};
