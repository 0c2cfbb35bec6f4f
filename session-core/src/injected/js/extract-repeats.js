// What repeats in a document: elements of the same kind and name, each with something in it. They are what `--list` can be
// asked for, so each group is told by a selector that means exactly it.

import { all, attribute, hasAttribute, isElement, kind } from './dom.js';
import { allOf, below, everything, upper } from './compose.js';
import { escapeCss } from './describe.js';
import { wordsIn } from './extract-microdata.js';
import { isSpeaking, ownColumns } from './extract-record.js';
import { isExtractFull } from './extract-text.js';
import { isHidden } from './visible.js';

/** Elements that may be items: not what has its place in something else that is read by itself. */
const MAY_REPEAT = new Set(['a', 'article', 'aside', 'blockquote', 'details', 'div', 'figure', 'li', 'section']);

const LEAST = 3;
const MOST_GROUPS = 10;
const MOST_WEIGHT = 20;

const mayRepeat = element => {
    const its = kind(element);
    // Rows are told with their table, unless they have a name.
    if (its === 'tr') return wordsIn(element, 'class').some(isSpeaking);
    return MAY_REPEAT.has(its) || (its.includes('-') && !its.includes(':'));
};

/** Elements by what they have in common: the test id or the first class, else the element that they are in. */
const groupsOf = (document, testId) => {
    const named = new Map();
    const unnamed = new Map();
    for (const element of everything(document)) {
        if (!mayRepeat(element)) continue;
        const id = attribute(element, testId);
        const [token] = id === null ? wordsIn(element, 'class') : [];
        const around = upper(element);
        const isNamed = id !== null || token !== undefined;
        const groups = isNamed ? named : unnamed;
        const key = isNamed ? `${kind(element)} ${id === null ? '.' : '='}${id ?? token}` : around;
        const own = isNamed ? key : kind(element);
        if (!isNamed && !groups.has(key)) groups.set(key, new Map());
        const into = isNamed ? groups : groups.get(key);
        if (!into.has(own)) into.set(own, []);
        into.get(own).push(element);
    }
    const found = [...named.values()];
    for (const kinds of unnamed.values()) found.push(...kinds.values());
    return found.filter(({ length }) => length >= LEAST);
};

/** How much an item has in it, by the second one: the first may be a heading. */
const weightOf = ([, second]) => Math.min(all(second, '*').length, MOST_WEIGHT);

/** Whether a selector means a group and nothing else. */
const meansGroup = (document, selector, group) => {
    const found = allOf(document, selector);
    return found.length === group.length && found.every((element, index) => element === group[index]);
};

/** Selectors that may mean a group, the ones that say most first. */
const selectorsOf = function* (group, testId) {
    const [first] = group;
    const its = kind(first);
    const id = attribute(first, testId);
    if (id) yield `[${testId}="${escapeCss(id)}"]`;
    const around = upper(first);
    const outer = around && isElement(around) ? around : null;
    const tokens = wordsIn(first, 'class');
    const outerTokens = outer ? wordsIn(outer, 'class') : [];
    yield* ofTokens(its, tokens.filter(isSpeaking));
    if (outer && hasAttribute(outer, 'id')) yield `#${escapeCss(attribute(outer, 'id'))} > ${its}`;
    for (const token of outerTokens) if (isSpeaking(token)) yield `.${escapeCss(token)} > ${its}`;
    for (const token of outerTokens) yield `.${escapeCss(token)} > ${its}`;
    yield* ofTokens(its, tokens);
    if (outer) yield `${kind(outer)} > ${its}`;
};

const ofTokens = function* (its, tokens) {
    for (const token of tokens) {
        yield `.${escapeCss(token)}`;
        yield `${its}.${escapeCss(token)}`;
    }
};

/** How often something is tried to find a selector. */
const MOST_TRIES = 30;

const selectorOf = (document, group, testId) => {
    let tries = 0;
    for (const selector of selectorsOf(group, testId)) {
        tries += 1;
        if (tries > MOST_TRIES) break;
        if (meansGroup(document, selector, group)) return selector;
    }
    return null;
};

/** The groups: { groups: [{ selector, count, first }], more }. What is in an item of a group is told with it. */
export const readRepeats = (document, testId) => {
    const weighed = groupsOf(document, testId).map(group => ({ group, weight: weightOf(group) }));
    const likely = weighed.filter(({ group, weight }) => weight > 1 || kind(group[0]) === 'li');
    likely.sort((a, b) => b.group.length * (b.weight + 1) - a.group.length * (a.weight + 1));
    const taken = new Set();
    const groups = [];
    let more = 0;
    for (const { group } of likely) {
        if (isHidden(group[0]) || below(taken, true)(group[0])) continue;
        if (groups.length >= MOST_GROUPS || isExtractFull()) {
            more += 1;
            continue;
        }
        const selector = selectorOf(document, group, testId);
        if (selector === null) continue;
        for (const element of group) taken.add(element);
        groups.push({ selector, count: group.length, first: ownColumns(document, group[0], testId) });
    }
    return { groups, more };
};
