// The locator that somebody would write for an element: the shortest one that means it, and nothing else, now. By test id,
// by role and name, by label, by text, by CSS, the first that does.

import { attribute, frameOf, getter, hasAttribute, kind, localName, ownerDocument } from './dom.js';
import { everything, upper } from './compose.js';
import { FINDERS, textSeen } from './finders.js';
import { labelsOf } from './label-text.js';
import { name } from './name.js';
import { Refusal } from './query.js';
import { role } from './role.js';
import { foldText } from './text-match.js';
import { isHidden } from './visible.js';

/** How long a text in a locator may be. */
const MOST_TEXT = 80;

/**
 * The steps to an element, through the frames around it that can be looked into, from this document on; with `options.isWhole`
 * from the last document around this one that can be looked into.
 */
export const describe = (element, options) => {
    const steps = [];
    for (let here = element; here; here = frameOf(here)) {
        const own = inItsDocument(here, options);
        steps.unshift(...(steps.length > 0 ? [...own, { by: 'frame' }] : own));
        if (ownerDocument(here) === document && !options.isWhole) break;
    }
    return steps;
};

const inItsDocument = (element, options) => {
    const inside = ownerDocument(element);
    for (const step of suggestions(element, options)) {
        const found = FINDERS[step.by](inside, step, options);
        if (found.length === 1 && found[0] === element) return [step];
    }
    return byPath(element, inside);
};

/** Steps that may mean the element, the best first. */
const suggestions = function* (element, { testId }) {
    const inside = ownerDocument(element);
    const id = attribute(element, testId);
    if (isTellable(id)) yield { by: 'testid', text: { exact: id } };
    const its = role(element);
    const isTelling = its !== 'generic' && its !== 'none' && !isHidden(element);
    if (isTelling) yield* bothWays(name(element).text, text => ({ by: 'role', role: its, name: text }));
    for (const label of labelsOf(element)) yield* bothWays(label, text => ({ by: 'label', text }));
    yield* bothWays(textSeen(inside, element), text => ({ by: 'text', text }));
};

/** A name as part of another, then as the whole. */
const bothWays = function* (text, step) {
    const folded = foldText(text);
    if (!isTellable(folded)) return;
    yield step({ part: folded });
    yield step({ exact: folded });
};

/** Whether a text is short enough, and one that others can read: halves of surrogate pairs are not told as they are. */
const isTellable = text => Boolean(text) && text.length <= MOST_TEXT && !/\p{Surrogate}/u.test(text);

export const escapeCss = CSS.escape.bind(CSS);
const siblingBefore = getter(Element.prototype, 'previousElementSibling');
const siblingAfter = getter(Element.prototype, 'nextElementSibling');

/** CSS of compounds, each the parent of the next. */
const cssOf = parts => ({
    by: 'css',
    source: parts.join(' > '),
    native: true,
    list: [{ parts: parts.map((css, index) => ({ combinator: index === 0 ? ' ' : '>', css })) }],
});

/** How many elements around it are told at most, and how many are tried without one. */
const MOST_LEVELS = 40;
const FEW_LEVELS = 4;

/** By its id, else by the way to it from what has one, or from the top; else by its number among those like it. */
const byPath = (element, inside) => {
    const parts = [];
    const ids = idsOnce(inside);
    for (let here = element; here && parts.length < MOST_LEVELS; here = above(here)) {
        const id = attribute(here, 'id');
        const isTop = isTellable(id) && ids.get(id) === here;
        parts.unshift(isTop ? `#${escapeCss(id)}` : segment(here));
        const isEnd = isTop || !above(here);
        if ((isEnd || parts.length <= FEW_LEVELS) && means(inside, cssOf(parts), element)) return [cssOf(parts)];
        if (isEnd) break;
    }
    return byNumber(element, inside);
};

const means = (inside, step, element) => {
    const found = FINDERS.css(inside, step);
    return found.length === 1 && found[0] === element;
};

const byNumber = (element, inside) => {
    for (const css of [escapeCss(localName(element)), '*']) {
        const index = FINDERS.css(inside, cssOf([css])).indexOf(element);
        if (index >= 0) return [cssOf([css]), { by: 'nth', index }];
    }
    throw new Refusal('stale', 'the element is in no document');
};

const above = element => {
    const parent = upper(element);
    return parent && parent !== ownerDocument(element) ? parent : null;
};

/** The elements whose id nobody else has. */
const idsOnce = inside => {
    const ids = new Map();
    for (const element of everything(inside)) {
        const id = hasAttribute(element, 'id') ? attribute(element, 'id') : null;
        if (id) ids.set(id, ids.has(id) ? null : element);
    }
    return ids;
};

/** An element among its siblings. */
const segment = element => {
    const its = localName(element);
    const before = alike(element, siblingBefore);
    const isOnly = before === 0 && alike(element, siblingAfter) === 0;
    return isOnly ? escapeCss(its) : `${escapeCss(its)}:nth-of-type(${before + 1})`;
};

/** How many siblings of the same kind there are to one side. */
const alike = (element, next) => {
    let count = 0;
    for (let other = next(element); other; other = next(other)) if (kind(other) === kind(element)) count += 1;
    return count;
};
