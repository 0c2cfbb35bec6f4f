// The role of an element: what the author says (WAI-ARIA 1.2, 7.1), else what the element is (HTML-AAM 1.0, SVG-AAM 1.0).
//
// Where browsers agree on something else than these, theirs is taken: it is what people get.

import {
    attribute,
    children,
    css,
    data,
    hasAttribute,
    inputList,
    inputType,
    isElement,
    isText,
    kind,
    parentElement,
    style,
} from './dom.js';
import { isMenuList } from './dom-form.js';
import { explicitRole, hasAria, hasClickAttribute, isMarked, isNamedByAuthor } from './author.js';
import { isSummary, supportsFocus } from './focus.js';
import { climbing, memoisedFromAbove } from './memo.js';
import { cellRole, isLayoutTable, isNeutralInTable, rowRole, sectionRole } from './role-rows.js';
import { svgRole } from './role-svg.js';
import {
    words,
    ELEMENT_ROLES,
    INPUT_ROLES,
    LISTS,
    NEVER_COMBOBOX,
    SECTIONS,
    SECTION_ROLES,
    TABLES,
} from './role-table.js';

/** The computed role; `none` for what is presentational, `generic` for what has no role of its own. */
export const role = memoisedFromAbove(
    element => inGrid(element, explicitRole(element)) || implicitRole(element),
    element => TABLE_PARTS.has(kind(element)) || explicitRole(element) === 'cell',
    parentElement,
);

/** A cell of a grid is one that can be used. */
const inGrid = (element, given) => {
    if (given !== 'cell') return given;
    const around = tableAround(parentElement(element));
    return around === 'grid' || around === 'treegrid' ? 'gridcell' : given;
};

/** The role of the table around an element; `null` without one. */
export const tableAround = climbing(element => (TABLES.has(role(element)) ? role(element) : undefined), parentElement);

const TABLE_PARTS = words('tbody td tfoot th thead tr');

const ownerAround = climbing(
    element => (isNeutralInTable(element, role(element)) ? undefined : element),
    parentElement,
);
const inTables = { role, owner: element => ownerAround(parentElement(element)) };

/** The role of an element by what it is. */
export const implicitRole = element => {
    const name = kind(element);
    const special = SPECIAL.get(name);
    if (special) return special(element);
    const fixed = ELEMENT_ROLES.get(name);
    if (fixed) return fixed;
    if (name.startsWith('svg:')) return svgRole(element);
    if (name === 'math:math') return 'math';
    return plainRole(element);
};

/** What can be opened, dragged or focused from the start is at least a group: its name would be lost otherwise. */
const plainRole = element =>
    hasAttribute(element, 'popover') || hasAttribute(element, 'draggable') || hasAttribute(element, 'autofocus')
        ? 'group'
        : 'generic';

const linkRole = element =>
    hasAttribute(element, 'href') || hasClickAttribute(element) || isPointedAt(element) ? 'link' : 'generic';

/** Browsers take an anchor that listens to clicks for a link; here the pointer has to tell. */
const isPointedAt = element => {
    const parent = parentElement(element);
    return css(style(element), 'cursor') === 'pointer' && !(parent && css(style(parent), 'cursor') === 'pointer');
};

/** HTML-AAM: an empty `alt` makes an image presentational, unless something else says that it matters. */
const imageRole = element => {
    const isDecorative =
        attribute(element, 'alt') === '' &&
        !attribute(element, 'title') &&
        !hasAria(element) &&
        !supportsFocus(element) &&
        !hasClickAttribute(element);
    return isDecorative ? 'none' : 'img';
};

const inputRole = element => {
    const type = inputType(element);
    if (!NEVER_COMBOBOX.has(type) && hasAttribute(element, 'list') && inputList(element)) return 'combobox';
    return INPUT_ROLES.get(type) || 'textbox';
};

const itemRole = element => {
    const parent = parentElement(element);
    if (!parent || !LISTS.has(kind(parent))) return 'listitem';
    // The items of a list that was made something else are presentational with it (WAI-ARIA 1.2, 5.4.7).
    const given = attribute(parent, 'role');
    return given && given !== 'list' && given !== 'directory' ? 'none' : 'listitem';
};

const isSection = element => {
    const given = explicitRole(element);
    return (given ? SECTION_ROLES.has(given) : SECTIONS.has(kind(element))) || undefined;
};

const isMain = element => (explicitRole(element) || kind(element)) === 'main' || undefined;

const sectionAround = climbing(isSection, parentElement);
const partAround = climbing(element => isSection(element) || isMain(element), parentElement);

/** Whether an element is in a part of the page, and not in the page as a whole. */
const isInSection = element => sectionAround(parentElement(element)) === true;
/** The same, where `main` is such a part, too. */
const isInPart = element => partAround(parentElement(element)) === true;

/** A paragraph or caption without lines of its own is none for browsers, unless something else is said of it. */
const hasLines = element => {
    if (isMarked(element) || hasAttribute(element, 'id')) return true;
    const inner = children(element);
    if (inner.some(child => isElement(child) && BLOCKS.has(kind(child)))) return false;
    return inner.some(child => isElement(child) || (isText(child) && /[^\t\n\f\r ]/.test(data(child))));
};

const BLOCKS = new Set('blockquote div dl figure h1 h2 h3 h4 h5 h6 ol p pre section table ul'.split(' '));

const SPECIAL = new Map(
    Object.entries({
        a: linkRole,
        area: linkRole,
        aside: element => (isInSection(element) && !isNamedByAuthor(element) ? 'generic' : 'complementary'),
        caption: element => (hasLines(element) ? 'caption' : 'generic'),
        footer: element => (isInPart(element) ? 'generic' : 'contentinfo'),
        header: element => (isInPart(element) ? 'generic' : 'banner'),
        img: imageRole,
        input: inputRole,
        li: itemRole,
        p: element => (hasLines(element) ? 'paragraph' : 'generic'),
        section: element => (isNamedByAuthor(element) ? 'region' : 'generic'),
        select: element => (isMenuList(element) ? 'combobox' : 'listbox'),
        summary: element => (isSummary(element) ? 'button' : 'generic'),
        table: element => (isLayoutTable(element) ? 'none' : 'table'),
        tbody: element => (isMarked(element) || hasAttribute(element, 'id') ? sectionRole(element, inTables) : 'generic'),
        td: element => cellRole(element, inTables),
        tfoot: element => sectionRole(element, inTables),
        th: element => cellRole(element, inTables),
        thead: element => sectionRole(element, inTables),
        tr: element => rowRole(element, inTables),
    }),
);
