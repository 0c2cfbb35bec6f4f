// What was found out about an element holds for one call of the engine: the page may change between two.

const tables = [];

/** A table of what was found out, empty at the beginning of each call. */
export const memoTable = () => {
    const table = new Map();
    tables.push(table);
    return table;
};

/** The function, which computes each argument once a call. */
export const memoised = compute => {
    const table = memoTable();
    return argument => {
        let found = table.get(argument);
        if (found === undefined) {
            found = compute(argument);
            table.set(argument, found);
        }
        return found;
    };
};

/**
 * The function that asks an element and then what is around it, one after the other, until one answers; `null` where none
 * does. What was asked is not asked again: a page may be as deep as it is long.
 */
export const climbing = (ask, parentOf) => {
    const table = memoTable();
    return element => {
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
        for (let here = argument; here && !table.has(here); here = parentOf(here)) if (isLike(here)) waiting.push(here);
        while (waiting.length > 1) settle(waiting.pop());
        return settle(argument);
    };
};

/** Forgets what former calls found out. */
export const begin = () => {
    for (const table of tables) table.clear();
};
