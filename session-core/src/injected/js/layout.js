// Where elements are, seen from others: to the right, to the left, above, below or near, as in Playwright's documentation. What
// has no box is nowhere.

import { clientRect } from './dom.js';
import { memoTable } from './memo.js';
import { Refusal } from './query.js';

/** How far away something near is at most, in CSS pixels, where nothing else is said. */
const NEAR = 50;

/** How many pairs of elements are compared at most. */
const MOST_PAIRS = 50_000_000;

const boxes = memoTable();

/** The sides of an element; `null` for what has no box. */
const sidesOf = element => {
    const known = boxes.get(element);
    if (known !== undefined) return known;
    const { x, y, width, height } = clientRect(element);
    const isNowhere = x === 0 && y === 0 && width === 0 && height === 0;
    const sides = isNowhere ? null : { left: x, right: x + width, top: y, bottom: y + height };
    boxes.set(element, sides);
    return sides;
};

const over = (a, b) => Math.max(a - b, 0);

/** How far an element reaches out of the other's height, or of its width. */
const outOfHeight = (box, other) => over(other.bottom, box.bottom) + over(box.top, other.top);
const outOfWidth = (box, other) => over(box.left, other.left) + over(other.right, box.right);

/** By side: the gap between two boxes, and how much further the one is for not being straight there. */
const MEASURES = new Map(
    Object.entries({
        'right-of': (box, other) => [box.left - other.right, outOfHeight(box, other)],
        'left-of': (box, other) => [other.left - box.right, outOfHeight(box, other)],
        above: (box, other) => [other.top - box.bottom, outOfWidth(box, other)],
        below: (box, other) => [box.top - other.bottom, outOfWidth(box, other)],
        near: (box, other) => [
            over(box.left, other.right) + over(other.left, box.right) + over(other.top, box.bottom) + over(box.top, other.bottom),
            0,
        ],
    }),
);

/** The function that tells how far an element is from the nearest of some others; `undefined`: it is not on that side of any. */
export const distancesFrom = (others, side, most) => {
    const measure = MEASURES.get(side);
    const furthest = most ?? (side === 'near' ? NEAR : Infinity);
    const placed = others.map(element => ({ element, sides: sidesOf(element) })).filter(({ sides }) => sides !== null);
    const known = new Map();
    let compared = 0;
    const distance = element => {
        const own = sidesOf(element);
        if (own === null) return undefined;
        compared += placed.length;
        if (compared > MOST_PAIRS) throw new Refusal('unfit', 'the page has too many elements to compare where they are');
        let nearest;
        for (const { element: other, sides } of placed) {
            if (other === element) continue;
            const [gap, more] = measure(own, sides);
            if (gap < 0 || gap > furthest) continue;
            if (nearest === undefined || gap + more < nearest) nearest = gap + more;
        }
        return nearest;
    };
    return element => {
        if (!known.has(element)) known.set(element, distance(element));
        return known.get(element);
    };
};
