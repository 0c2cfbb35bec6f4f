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

/** Forgets what former calls found out. */
export const begin = () => {
    for (const table of tables) table.clear();
};
