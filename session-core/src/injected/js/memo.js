// What was found out about an element holds for one call of the engine: the page may change between two.
//
// All that is known of one element (or document, or shadow root) is in one list, and what is asked of one element is mostly
// asked in a row: one search in a table answers all of it.

let known = new Map();
let places = 0;

// The last two that were asked about: an element, and mostly its parent.
let lastSubject = null;
let lastFacts = null;
let otherSubject = null;
let otherFacts = null;

const factsOf = subject => {
    if (subject === lastSubject) return lastFacts;
    const facts = subject === otherSubject ? otherFacts : knownOf(subject);
    otherSubject = lastSubject;
    otherFacts = lastFacts;
    lastSubject = subject;
    lastFacts = facts;
    return facts;
};

const knownOf = subject => {
    let facts = known.get(subject);
    if (facts === undefined) {
        facts = new Array(places).fill(undefined);
        known.set(subject, facts);
    }
    return facts;
};

/** A table of what was found out, empty at the beginning of each call. */
export const memoTable = () => {
    const place = places;
    places += 1;
    return {
        get: subject => factsOf(subject)[place],
        set: (subject, found) => {
            factsOf(subject)[place] = found;
        },
    };
};

/** The function, which computes each argument once a call; not at all, where `note` has said what it is. */
export const memoised = compute => {
    const place = places;
    places += 1;
    const ask = argument => {
        const facts = factsOf(argument);
        const found = facts[place];
        return found === undefined ? (facts[place] = compute(argument)) : found;
    };
    ask.note = (argument, found) => {
        factsOf(argument)[place] = found;
    };
    return ask;
};

/**
 * The function that asks an element and then what is around it, one after the other, until one answers; `null` where none
 * does. What was asked is not asked again: a page may be as deep as it is long.
 */
export const climbing = (ask, parentOf) => {
    const table = memoTable();
    return element => {
        if (!element) return null;
        const before = table.get(element);
        if (before !== undefined) return before;
        const path = [];
        let found;
        for (let here = element; here && found === undefined; here = parentOf(here)) {
            found = table.get(here);
            if (found !== undefined) break;
            path.push(here);
            found = ask(here);
        }
        for (const one of path) table.set(one, found ?? null);
        return found ?? null;
    };
};

/**
 * The function, which computes each argument once a call, and first of all what is around it and `isLike`: one that asks
 * for the same of its parent would otherwise call itself as often as the page is deep.
 */
export const memoisedFromAbove = (compute, isLike, parentOf) => {
    const table = memoTable();
    const settle = argument => {
        const found = compute(argument);
        table.set(argument, found);
        return found;
    };
    return argument => {
        const found = table.get(argument);
        if (found !== undefined || !isLike(argument)) return found === undefined ? settle(argument) : found;
        const waiting = [];
        for (let here = argument; here && table.get(here) === undefined; here = parentOf(here)) {
            if (isLike(here)) waiting.push(here);
        }
        while (waiting.length > 1) settle(waiting.pop());
        return settle(argument);
    };
};

/** Forgets what former calls found out. */
export const begin = () => {
    known = new Map();
    lastSubject = null;
    lastFacts = null;
    otherSubject = null;
    otherFacts = null;
};
