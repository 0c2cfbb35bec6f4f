// What is done to an element, or got ready for input from outside: waited for, and then done in the same task of the page.
//
// The answer tells what was acted on: { describe, near, box, … }, so that the log needs no other question.

import { bodyOf, contentDocument, defaultView, inputType, isFrame, kind, ownerDocument, viewHeight, viewWidth } from './dom.js';
import { fill, focusAt, mustBeFillable } from './act-fill.js';
import { bring, called, newApproach, reach } from './act-point.js';
import { allFound, found, mustBeEnabled, mustBeShown, mustTakeText, newStill, retarget } from './act-ready.js';
import { mustBeChoosable, mustBeSelect, select } from './act-select.js';
import { until } from './act-wait.js';
import { endWatch, watchFor } from './act-watch.js';
import { inputMultiple, labelsFor } from './dom-form.js';
import { describe } from './describe.js';
import { nearText } from './near-text.js';
import { focusedOf } from './focus.js';
import { forgetHeld, keepHeld, keepMoreHeld } from './held.js';
import { asOwn } from './listen.js';
import { Refusal } from './query.js';
import { role } from './role.js';
import { boxOf } from './screen.js';
import { states } from './state.js';
import { isShown } from './visible.js';

/** What is told of the element that was acted on. */
const told = (element, { testId, terse }) => ({
    steps: terse ? null : describe(element, { testId }),
    near: terse ? null : nearText(element),
    secret: kind(element) === 'input' && inputType(element) === 'password',
});

/** The state of what can be checked. */
const checkedState = element => {
    const { checked } = states(element, role(element));
    if (checked === undefined) throw new Refusal('unfit', `${called(element)} is no checkbox, radio button or switch`);
    return checked;
};

/** What a person would click for an element: a box that is hidden is mostly drawn by its label. */
const clickedFor = element => {
    if (isShown(element) || kind(element) !== 'input' || !HIDDEN_CHECKS.has(inputType(element))) return element;
    return labelsFor(element).find(isShown) || element;
};

const HIDDEN_CHECKS = new Set(['checkbox', 'radio']);

/** The point that was meant, where an element is meant by that. */
const spotOf = ({ steps }) => {
    const last = steps[steps.length - 1];
    return last.by === 'coords' ? { ...last, isSpot: true } : null;
};

/**
 * Waits until an element can be pointed at; answers the point. `check`: the state that is wanted of it; `force`: whatever it looks
 * like, and whatever is over it.
 */
const aim = ({ target, patience, position, check, watch, force, needs = {} }) => {
    const isStill = newStill();
    let approach = newApproach();
    let last = null;
    return until(patience, () => {
        const meant = found(target);
        const element = check === undefined ? meant : retarget(meant);
        if (element !== last) approach = newApproach();
        last = element;
        const state = check === undefined ? undefined : checkedState(element);
        if (check !== undefined && state === check) return { ...told(element, target), checked: state, isDone: true };
        const clicked = clickedFor(element);
        if (!force) {
            mustBeShown(clicked);
            if (needs.enabled) mustBeEnabled(element);
            isStill(clicked);
        }
        const point = reach(clicked, position || spotOf(target), approach, force);
        const answer = { ...told(element, target), ...point, checked: state };
        if (watch) watchFor(clicked, defaultView(ownerDocument(clicked)));
        return answer;
    });
};

/** Does something to an element as soon as `mustBeReady` lets it; it is described as it was before, and only then. */
const doing = (params, mustBeReady, act) =>
    until(params.patience, () => {
        const meant = found(params.target);
        const element = retarget(meant);
        mustBeReady(element);
        const about = told(element, params.target);
        const value = asOwn(ownerDocument(element), () => act(element, meant));
        return { ...about, value: value ?? null, box: boxOf(element) };
    });

const always = () => {};

/** What has become of the element that was clicked. */
const landed = () => {
    const ended = endWatch();
    if (!ended) return { verdict: null };
    const { verdict, by } = ended;
    return { verdict, by };
};

const WAITED = {
    attached: located => located.length > 0,
    detached: located => located.length === 0,
    visible: located => located.some(isShown),
    hidden: located => !located.some(isShown),
};

const waitFor = ({ target, patience, state }) =>
    until(patience, () => {
        const isThere = WAITED[state];
        const located = allFound(target);
        if (isThere(located)) return { count: located.length };
        throw new Refusal('waiting', located.length === 0 ? 'no element matches' : `${located.length} match`);
    });

/** Keeps a file input for the files; of anything else it is only told that it is none: it may open a chooser. */
const holdFiles = params =>
    doing(params, always, element => {
        if (kind(element) !== 'input' || inputType(element) !== 'file') return 'other';
        mustBeEnabled(element);
        if (params.count > 1 && !inputMultiple(element)) throw new Refusal('unfit', 'it takes one file');
        keepHeld(element);
    });

/** Keeps the one element, or `all` of them, for a function of the caller's own; `isMore`: beside those that are kept already. */
const holdElements = ({ target, patience, all, isMore }) => {
    if (!isMore) forgetHeld();
    return until(patience, () => {
        const meant = all ? allFound(target) : [found(target)];
        keepMoreHeld(meant);
        return { count: meant.length };
    });
};

/** What has the focus, in whatever frame of the same origin. */
const focused = params => {
    let element = focusedOf(document);
    for (let inner = element && isFrame(element) && contentDocument(element); inner; ) {
        element = focusedOf(inner);
        inner = element && isFrame(element) && contentDocument(element);
    }
    return element && element !== bodyOf(ownerDocument(element)) ? told(element, params) : {};
};

/** The middle of the viewport. */
const middle = () => ({ x: viewWidth(window) / 2, y: viewHeight(window) / 2 });

const ACTS = {
    aim,
    focused,
    hold: holdElements,
    landed,
    middle,
    wait: waitFor,
    fill: params =>
        doing(params, params.force ? mustTakeText : mustBeFillable, element => fill(element, params.value, params.force)),
    select: params =>
        doing(params, params.force ? mustBeSelect : mustBeChoosable, element => select(element, params.values, params.force)),
    focus: params =>
        doing(params, mustBeShown, element => {
            if (!focusAt(element)) throw new Refusal('unready', 'it does not take the focus');
        }),
    scroll: params =>
        doing(params, always, (_, meant) => {
            bring(meant);
        }),
    files: holdFiles,
};

/** Does what `params.act` says; answers a promise, or what it is for. */
export const act = params => ACTS[params.act](params);
