// What `extract` reads: items of a list, fields of the whole document, or all that the document has as data.

import { explicitRole } from './author.js';
import { all, documentURI, textContent, titleOf } from './dom.js';
import { allOf } from './compose.js';
import { framesIn } from './frames.js';
import { linkedData, readMicrodata } from './extract-microdata.js';
import { readDefinitions, readForms, readMeta } from './extract-pairs.js';
import { namedFields, ownColumns, pickedField } from './extract-record.js';
import { readRepeats } from './extract-repeats.js';
import { columnNames, readTable, TABLE_SELECTOR } from './extract-table.js';
import { beginExtract, clippedValues, isExtractFull } from './extract-text.js';
import { locate, locateEach, only } from './locate.js';
import { isHidden } from './visible.js';

/**
 * { target?, fields?, picks?, most, testId }. `target`: the items; without it the whole document is one. `fields`: the names
 * that are wanted; `picks`: those that have a locator: [{ name, steps, attribute? }]. With neither, an item has the columns
 * that it seems to have, and the document all that is data.
 */
export const extract = params => {
    beginExtract();
    const { target, fields = [], picks = [] } = params;
    const isPlain = fields.length === 0 && picks.length === 0;
    const read = target ? readItems(params, isPlain) : isPlain ? readData(params) : readItems(params, false);
    const inside = read.inside || document;
    return { ...read, inside: undefined, url: documentURI(inside), title: titleOf(inside), clipped: clippedValues() };
};

/** The items: { items, total }, each a list of { name, from, values } or { name, from, count }. */
const readItems = ({ target, fields = [], picks = [], most, testId }, isPlain) => {
    const located = target ? locate(target) : null;
    // Nothing is told as by every other command.
    if (located && located.found.length === 0) only(located, target);
    const inside = located ? located.document : document;
    const found = located ? located.found : [null];
    const roots = found.slice(0, most);
    const picked = picks.map(pick => pickIn(inside, roots, pick, testId));
    const items = [];
    for (let index = 0; index < roots.length && !isExtractFull(); index += 1) {
        const own = isPlain ? ownColumns(inside, roots[index], testId) : namedFields(inside, roots[index], fields, testId);
        items.push([...own, ...picks.map((pick, at) => pickedField(pick, picked[at][index])).filter(Boolean)]);
    }
    return { items, total: found.length, inside };
};

/** What a locator means in each item; in the document where that is the only one. */
const pickIn = (inside, roots, { steps }, testId) => {
    const target = { testId };
    if (roots.length !== 1 || roots[0] !== null) return locateEach(inside, roots, steps, target);
    return [locate({ ...target, steps }).found];
};

const MOST_TABLES = 200;
const MOST_LINKED = 2_000_000;

/** All that the document has as data. */
const readData = ({ most, testId }) => {
    const meta = readMeta(document);
    const microdata = readMicrodata(document);
    const definitions = readDefinitions(document);
    const forms = readForms(document);
    const tables = readTables(most);
    const repeated = readRepeats(document, testId);
    return {
        data: { linked: readLinked(), microdata, ...tables, definitions, forms, meta, repeated },
        frames: framesIn(document).length,
    };
};

/** The texts of linked data: whoever asks reads them. */
const readLinked = () => {
    let room = MOST_LINKED;
    const texts = [];
    for (const script of linkedData(document)) {
        const text = textContent(script);
        room -= text.length;
        texts.push(room < 0 ? null : text);
    }
    return texts;
};

/** Tables that are seen, and that are no mere layout. */
const readTables = most => {
    const tables = [];
    const left = { hidden: 0, layout: 0, more: 0 };
    for (const table of allOf(document, TABLE_SELECTOR)) {
        if (isLayout(table)) left.layout += 1;
        else if (isHidden(table)) left.hidden += 1;
        else if (tables.length >= MOST_TABLES || isExtractFull()) left.more += 1;
        else tables.push(readTable(table, most));
    }
    return { tables, tablesLeft: left };
};

const isLayout = table =>
    explicitRole(table) === 'none' || (all(table, 'table').length > 0 && columnNames(table).length === 0);
