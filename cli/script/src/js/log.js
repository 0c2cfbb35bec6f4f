// The session's logs, as they stand on the disk.

const LOG_FILTERS = {
    network: ['last', 'since', 'method', 'url', 'status', 'type', 'failed', 'page'],
    actions: ['last', 'since', 'url', 'type', 'failed', 'source', 'page'],
};

/** Lines of a log that answer all that is asked. */
const readLog = async (log, name, asked = {}) => {
    if (typeof asked !== 'object' || asked === null) throw new TypeError(`${name}: expected an object of filters`);
    const args = { log };
    for (const [key, value] of Object.entries(asked)) {
        if (!LOG_FILTERS[log].includes(key)) throw new TypeError(`${name}: no filter \`${key}\`: ${LOG_FILTERS[log].join(' ')}`);
        if (value === undefined) continue;
        if (key === 'page') args.ofPage = value instanceof Page ? value.id : String(value);
        else if (key === 'since') args.since = value instanceof Date ? value.toISOString() : String(value);
        else if (key === 'last') args.last = Number(value);
        else if (key === 'failed') args.failed = Boolean(value);
        else args[key] = String(value);
    }
    const { lines } = await perform(aboutCall(name, ''), 'script.log', args);
    return lines;
};

const logGlobals = {
    networkLog: function networkLog(filters) {
        return readLog('network', 'networkLog', filters);
    },
    actionLog: function actionLog(filters) {
        return readLog('actions', 'actionLog', filters);
    },
};
