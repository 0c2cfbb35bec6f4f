// A locator, resolved: the steps one after the other, in the whole document or below what the step before found. Steps that
// choose among that may have chains of their own in them, which are resolved with it.
//
// `target`: { steps, from?, testId, near?, base?, end? }. `from`: the steps before it were taken in documents around this one.
// `near`: a refusal tells what is like that which was not found. `base` and `end`: numbers for refs, as in a look.

import { contentDocument, isFrame, kind, ownerDocument, textContent } from './dom.js';
import { below, placesIn, upper } from './compose.js';
import { inScope } from './css-match.js';
import { atPoint, byXpath, FINDERS } from './finders.js';
import { name } from './name.js';
import { nearNames } from './near.js';
import { byRef, Refusal } from './query.js';
import { beginRefs, endRefs, refOf } from './refs.js';
import { role } from './role.js';
import { hasTextLike } from './text-index.js';
import { foldText } from './text-match.js';
import { isShown } from './visible.js';

/** What a locator means: { found, step }, `step` the last one that was taken. */
export const locate = target => {
    const { steps, from = 0, base, end } = target;
    if (end) beginRefs(base, end);
    const here = { document, scope: null, target };
    for (let index = from; index < steps.length; index += 1) {
        take(here, steps[index], index);
        const isOver = here.scope !== null && here.scope.length === 0 && !isTakenUp(steps, index + 1);
        if (isOver || index === steps.length - 1) return { found: here.scope, step: index, document: here.document };
    }
    return { found: [], step: from, document: here.document };
};

/** Whether a step looks for something else where those before it found nothing. */
const isTakenUp = (steps, from) => {
    for (let index = from; index < steps.length && steps[index].by !== 'frame'; index += 1) {
        if (steps[index].by === 'or') return true;
    }
    return false;
};

const take = (here, step, index) => {
    const { document: inside, scope, target } = here;
    if (CHOICES.has(step.by)) {
        here.scope = scope.filter(choiceOf(inside, step, scope, target));
        return;
    }
    switch (step.by) {
        case 'ref':
            here.scope = [byRef(step.number)];
            here.document = ownerDocument(here.scope[0]);
            break;
        case 'coords':
            here.scope = [atPoint(here.document, step.x, step.y)].filter(Boolean);
            break;
        case 'nth':
            here.scope = [here.scope.at(step.index)].filter(Boolean);
            break;
        case 'and':
            here.scope = inBoth(scope, meantIn(inside, step.steps, target));
            break;
        case 'or':
            here.scope = inEither(inside, scope, meantIn(inside, step.steps, target));
            break;
        case 'frame':
            enter(here, index);
            break;
        default:
            here.scope = lookFor(here, step);
    }
};

const lookFor = ({ document: inside, scope, target }, step) => {
    if (step.by === 'xpath') return byXpath(inside, step, scope);
    if (step.by === 'css' && step.scoped && scope) {
        const found = new Set(scope.flatMap(root => inScope(root, step)));
        return FINDERS.css(inside, EVERYTHING).filter(element => found.has(element));
    }
    const found = FINDERS[step.by](inside, step, target);
    if (!scope) return found;
    const isInclusive = step.by === 'text' || step.by === 'run';
    return found.filter(below(new Set(scope), isInclusive));
};

/** The elements that steps mean in a document as a whole. */
const meantIn = (inside, steps, target) => {
    const here = { document: inside, scope: null, target };
    steps.forEach((step, index) => take(here, step, index));
    return here.scope;
};

const inBoth = (some, others) => {
    const wanted = new Set(others);
    return some.filter(element => wanted.has(element));
};

const inEither = (inside, some, others) => {
    const places = placesIn(inside);
    return [...new Set([...some, ...others])].sort((a, b) => places.get(a) - places.get(b));
};

/** The function that tells which of `elements` a step chooses. */
const choiceOf = (inside, step, elements, target) => CHOICES.get(step.by)(inside, step, elements, target);

/** The function that tells in which of `elements` something is found. */
const hasFound = (inside, { steps }, elements, target) => {
    const found = locateEach(inside, elements, steps, target);
    const having = new Set(elements.filter((_, index) => found[index].length > 0));
    return element => having.has(element);
};

/** The same choice the other way round. */
const butNot = choose => (...known) => {
    const isChosen = choose(...known);
    return element => !isChosen(element);
};

const likeText = (inside, { text }) => hasTextLike(inside, text);

const CHOICES = new Map([
    ['visible', (inside, { visible }) => element => isShown(element) === visible],
    ['has', hasFound],
    ['has-not', butNot(hasFound)],
    ['has-text', likeText],
    ['has-not-text', butNot(likeText)],
]);

/**
 * What the same steps mean in each of several elements of a document: a list for each of these. Each step looks through the
 * document once, however many elements there are. Steps into frames, by ref or by point have no place here.
 */
export const locateEach = (inside, roots, steps, target) => {
    const apart = new Set(roots);
    let scopes = roots.map(root => [root]);
    for (const step of steps) {
        if (CHOICES.has(step.by)) {
            const isChosen = choiceOf(inside, step, [...new Set(scopes.flat())], target);
            scopes = scopes.map(scope => scope.filter(isChosen));
            continue;
        }
        if (step.by === 'and' || step.by === 'or') {
            const others = locateEach(inside, roots, step.steps, target);
            const join = step.by === 'and' ? inBoth : (some, more) => inEither(inside, some, more);
            scopes = scopes.map((scope, index) => join(scope, others[index]));
            continue;
        }
        const inEach = step.by === 'nth' || step.by === 'xpath' || step.scoped;
        if (inEach) {
            scopes = scopes.map(scope => stepIn(inside, scope, step, target));
            continue;
        }
        const isInclusive = step.by === 'text' || step.by === 'run';
        const found = byRoot(FINDERS[step.by](inside, step, target), apart, isInclusive);
        scopes = scopes.map((scope, index) => {
            const own = found.get(roots[index]) || [];
            return scope.length === 1 && scope[0] === roots[index] ? own : own.filter(below(new Set(scope), isInclusive));
        });
    }
    return scopes;
};

const stepIn = (inside, scope, step, target) => {
    if (scope.length === 0) return scope;
    if (step.by === 'css') return [...new Set(scope.flatMap(root => inScope(root, step)))];
    const here = { document: inside, scope, target };
    take(here, step, 0);
    return here.scope;
};

/** Elements by the ones that they are in. */
const byRoot = (elements, roots, isInclusive) => {
    const found = new Map();
    for (const element of elements) {
        for (let here = isInclusive ? element : upper(element); here; here = upper(here)) {
            if (!roots.has(here)) continue;
            if (!found.has(here)) found.set(here, []);
            found.get(here).push(element);
        }
    }
    return found;
};

const EVERYTHING = { source: '*', native: true, list: [{ parts: [{ combinator: ' ', css: '*' }] }] };

/** Goes on in the document of the frame that was found. */
const enter = (here, index) => {
    if (here.scope.length === 0) return;
    const frame = only({ found: here.scope, step: index, document: here.document }, here.target);
    if (!isFrame(frame)) throw new Refusal('unfit', `the element <${kind(frame)}> is no frame`);
    const inner = contentDocument(frame);
    if (!inner) throw goOn(frame, index + 1);
    here.document = inner;
    here.scope = null;
};

/** Tells that the rest is to be asked in the document of a frame, which cannot be looked into from here. */
const goOn = (frame, from) => {
    const refusal = new Refusal('frame', String(from));
    refusal.frame = frame;
    return refusal;
};

/** How many of several matches are tellMatch, and how much is told of a name. */
const MOST_LISTED = 10;
const MOST_TOLD = 50;

/** The only element of what was found. */
export const only = ({ found, step, document: inside }, target) => {
    if (found.length === 1) return found[0];
    const refusal = new Refusal(found.length > 1 ? 'several' : 'none', String(found.length));
    refusal.more = { step };
    if (found.length > 1) {
        refusal.more.matches = found.slice(0, MOST_LISTED).map(element => tellMatch(element, target));
        refusal.more.next = target.end ? endRefs() : undefined;
    } else if (target.near) {
        refusal.more.near = nearNames(inside, target.steps[step], target);
    }
    throw refusal;
};

/** A match as it is tellMatch: its ref where there are numbers, what it is, and its name or text. */
const tellMatch = (element, { end }) => {
    const its = role(element);
    const isTelling = its !== 'generic' && its !== 'none';
    const text = (isTelling && name(element).text) || foldText(textContent(element).slice(0, 1000));
    return { ref: end ? refOf(element) : null, what: isTelling ? its : `<${kind(element)}>`, text: cut(text) };
};

const cut = text => {
    const letters = Array.from(text.slice(0, 2 * MOST_TOLD));
    return letters.length > MOST_TOLD ? `${letters.slice(0, MOST_TOLD).join('')}…` : text;
};
