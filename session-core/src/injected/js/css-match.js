// CSS as locators mean it: through open shadow roots, whose host is the parent of what is in them, and with
// pseudo-classes that the browser does not know. What it knows, it does.
//
// Selectors are worked through part by part for all elements at once, so that the work does not grow with how often they
// match.

import { all, documentElement, matches } from './dom.js';
import { everything, hasShadows, perDocument, relatedTo, RELATED } from './compose.js';
import { distancesFrom } from './layout.js';
import { Refusal } from './query.js';
import { hasTextLike, smallest, withRun } from './text-index.js';
import { isShown } from './visible.js';

const guarded = ask => {
    try {
        return ask();
    } catch (error) {
        if (error instanceof Refusal) throw error;
        throw new Refusal('selector', String(error.message));
    }
};

/** The elements of a document that CSS means, in order. */
export const byCss = (document, { source, list, native }) =>
    guarded(() => {
        // Also where it is not needed: the browser tells what it cannot read.
        const found = native ? all(document, source) : null;
        if (native && !hasShadows(document)) return found;
        const wanted = anyOf(document, list);
        return nearestFirst(document, list, everything(document).filter(element => wanted.has(element)));
    });

/** What is asked for by where it is comes in the order of its distance. */
const nearestFirst = (document, list, found) => {
    const { pseudos = [] } = list.length === 1 ? list[0].parts[list[0].parts.length - 1] : {};
    const distances = pseudos.filter(isByLayout).map(pseudo => distancesOf(document, pseudo));
    if (distances.length === 0) return found;
    const far = element => distances.reduce((sum, distance) => sum + distance(element), 0);
    const places = found.map(element => ({ element, far: far(element) }));
    return places.sort((a, b) => a.far - b.far).map(({ element }) => element);
};

/** The elements below `root`, which is `:scope`. */
export const inScope = (root, { source }) => guarded(() => all(root, source));

/** The elements that one of several selectors means. */
const anyOf = perDocument((document, list) => {
    const found = new Set();
    for (const complex of list) for (const element of matching(document, complex)) found.add(element);
    return found;
});

/** From left to right: the elements of the last compound. */
const matching = (document, { parts }) => {
    let found = null;
    for (const part of parts) {
        const isRelated = found ? RELATED[part.combinator](found) : () => true;
        found = new Set(compounds(document, part).filter(isRelated));
    }
    return found;
};

/** The elements that a compound means, in order. */
const compounds = perDocument((document, { css, pseudos = [] }) => {
    const top = documentElement(document);
    if (top) matches(top, css);
    // Where something is takes longest to tell.
    const ordered = [...pseudos.filter(pseudo => !isByLayout(pseudo)), ...pseudos.filter(isByLayout)];
    const tests = ordered.map(pseudo => PSEUDOS[pseudo.is](document, pseudo));
    const isPlain = css === '*';
    return everything(document).filter(
        element => (isPlain || matches(element, css)) && tests.every(test => test(element)),
    );
});

/** From right to left: the elements that the first compound is relative to. */
const anchors = perDocument((document, { parts }) => {
    let found = null;
    for (let index = parts.length - 1; index >= 0; index -= 1) {
        const own = compounds(document, parts[index]);
        const here = found ? own.filter(element => found.has(element)) : own;
        found = relatedTo(here, parts[index].combinator);
    }
    return found;
});

const isByLayout = pseudo => pseudo.is === 'layout';

/** The function that tells how far an element is from those that a layout pseudo-class is about. */
const distancesOf = perDocument((document, { side, list, most }) => {
    const anchorsOf = anyOf(document, list);
    return distancesFrom([...anchorsOf], side, most);
});

const PSEUDOS = {
    visible: () => isShown,
    'has-text': (document, { text }) => hasTextLike(document, { part: text }),
    text: (document, { text }) => element => smallest(document, text).has(element),
    'text-is': (document, { text }) => element => withRun(document, text).has(element),
    has: (document, { list }) => element => list.some(complex => anchors(document, complex).has(element)),
    is: (document, { list }) => element => anyOf(document, list).has(element),
    not: (document, { list }) => element => !anyOf(document, list).has(element),
    layout: (document, pseudo) => {
        const distance = distancesOf(document, pseudo);
        return element => distance(element) !== undefined;
    },
    'nth-match': (document, { list, n }) => {
        const wanted = anyOf(document, list);
        const nth = everything(document).filter(element => wanted.has(element))[n - 1];
        return element => element === nth;
    },
};
