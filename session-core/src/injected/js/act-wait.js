// Waiting in the page: what is waited for is looked at again at the next animation frame, never by a sleep of a fixed length
// outside. A document that is not drawn has no frames; there a timer does.

import { getter, method } from './dom.js';
import { begin } from './memo.js';
import { Refusal } from './query.js';

const now = performance.now.bind(performance);
const onFrame = requestAnimationFrame.bind(window);
const later = setTimeout.bind(window);
const { Promise: Eventual } = globalThis;
const visibility = getter(Document.prototype, 'visibilityState');
const then = method(Promise.prototype, 'then');

/** How long an animation frame may be in coming: where nothing is drawn none comes, and nothing moves. */
const FRAME_COMES = 1000;
const NEVER_COMES = 100;

/** A look that takes longer is not made at each frame. */
const LONG_LOOK = 10;

/** A page is looked at for at most a third of the time, however long one look takes. */
const SHARE = 2;

const pause = took =>
    new Eventual(done => {
        if (took > LONG_LOOK) {
            later(done, SHARE * took);
            return;
        }
        onFrame(done);
        later(done, visibility(document) === 'hidden' ? NEVER_COMES : FRAME_COMES);
    });

/** What may come right by itself. */
const CAN_COME = new Set(['none', 'unready', 'waiting']);

/**
 * Tries until `attempt` answers, or until `patience` milliseconds are over: then it refuses for the last reason. It answers
 * `undefined` for another look at the next frame, or throws a `Refusal`.
 */
export const until = (patience, attempt) => {
    const end = now() + patience;
    let last = new Refusal('unready', 'it did not settle');
    const round = () => {
        const began = now();
        begin();
        try {
            const answer = attempt();
            if (answer !== undefined) return answer;
        } catch (error) {
            if (!(error instanceof Refusal) || !CAN_COME.has(error.kind)) throw error;
            last = error;
        } finally {
            begin();
        }
        const ended = now();
        if (ended >= end) throw last;
        return then(pause(ended - began), round);
    };
    return then(new Eventual(done => done()), round);
};
