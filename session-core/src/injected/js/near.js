// What is like that which was not found: at most three names.

import { attribute, hasAttribute } from './dom.js';
import { everything } from './compose.js';
import { candidatesOf } from './finders.js';
import { labelled, labelsOf } from './label-text.js';
import { name } from './name.js';
import { role } from './role.js';
import { runs } from './text-index.js';
import { caseless, foldText } from './text-match.js';
import { isHidden } from './visible.js';

/** How many names are told, how many are read and compared, and how long they are. */
const TOLD = 3;
const READ = 5000;
const COMPARED = 500;
const LONG = 100;

/** How alike two texts must be, from 0 to 1. */
const ALIKE = 0.3;

/** The nearest names to what a step looks for; none for CSS and the like. */
export const nearNames = (document, step, { testId }) => {
    const wanted = wantedText(step);
    const read = readerOf(step, testId);
    if (wanted === null || !read) return [];
    const names = new Set();
    let left = READ;
    for (const element of among(document, step)) {
        if (names.size >= COMPARED || left === 0) break;
        for (const text of read(element)) {
            left = Math.max(left - 1, 0);
            const told = foldText(text.slice(0, 2 * LONG));
            if (told !== '' && told.length <= LONG) names.add(told);
        }
    }
    const rated = [...names].map(text => ({ text, rate: likeness(caseless(text), wanted) }));
    // Of the same role there are few: any name of it helps.
    const least = step.by === 'role' ? 0 : ALIKE;
    return rated
        .filter(({ rate }) => rate >= least)
        .sort((a, b) => b.rate - a.rate)
        .slice(0, TOLD)
        .map(({ text }) => text);
};

/** The elements that may have such a name. */
const among = (document, step) => {
    if (step.by === 'label') return labelled(document);
    return step.by === 'role' ? candidatesOf(document, step.role) : everything(document);
};

const wantedText = step => {
    const match = step.by === 'role' ? step.name : step.text;
    if (typeof match === 'string') return caseless(foldText(match));
    if (!match) return null;
    const text = match.part ?? match.exact ?? match.regex.source.replace(/[\\^$.*+?()[\]{}|]/g, '');
    return caseless(foldText(text)).slice(0, LONG);
};

const readAttribute = attributeName => element =>
    hasAttribute(element, attributeName) ? [attribute(element, attributeName)] : [];

const readerOf = (step, testId) => {
    switch (step.by) {
        case 'role':
            return element => (role(element) === step.role && !isHidden(element) ? [name(element).text] : []);
        case 'text':
        case 'run':
            return runs;
        case 'label':
            return labelsOf;
        case 'testid':
            return readAttribute(testId);
        case 'placeholder':
        case 'alt':
        case 'title':
            return readAttribute(step.by);
        default:
            return null;
    }
};

/** How alike two texts are, by the pairs of letters that they have in common. */
const likeness = (text, wanted) => {
    if (text === '' || wanted === '') return 0;
    if (text.includes(wanted) || wanted.includes(text)) return 1;
    const pairs = pairsOf(text);
    const others = pairsOf(wanted);
    let common = 0;
    for (const pair of pairs) if (others.has(pair)) common += 1;
    return (2 * common) / (pairs.size + others.size);
};

const pairsOf = text => {
    const padded = ` ${text} `;
    const pairs = new Set();
    for (let at = 0; at + 1 < padded.length; at += 1) pairs.add(padded.slice(at, at + 2));
    return pairs;
};
