// The console: each call is a line or several, which the host keeps and counts.

const FORMATS = {
    s: value => textOf(value),
    d: value => String(typeof value === 'bigint' ? value : Number(value)),
    i: value => String(Number.parseInt(value, 10)),
    f: value => String(Number.parseFloat(value)),
    j: value => textOf(value),
    o: value => textOf(value),
    O: value => textOf(value),
    c: () => '',
};

/** What `console.log` makes of its arguments. */
const lineOf = values => {
    let rest = values;
    let first = '';
    if (typeof values[0] === 'string' && values.length > 1) {
        rest = values.slice(1);
        first = values[0].replace(/%([sdifjoOc%])/g, (whole, letter) => {
            if (letter === '%') return '%';
            return rest.length > 0 ? FORMATS[letter](rest.shift()) : whole;
        });
        rest = [first, ...rest];
    }
    return rest.map(value => (value instanceof Error ? `${value.name}: ${value.message}` : textOf(value))).join(' ');
};

let indent = '';
const counts = new Map();
const began = new Map();

const print = (level, values) => host.print(level, indent + lineOf(values).toWellFormed());

const consoleObject = {
    log: (...values) => print('log', values),
    info: (...values) => print('info', values),
    debug: (...values) => print('debug', values),
    warn: (...values) => print('warn', values),
    error: (...values) => print('error', values),
    trace: (...values) => print('debug', ['Trace:', ...values]),
    dir: value => print('log', [value]),
    table: value => print('log', [value]),
    assert: (isSo, ...values) => {
        if (!isSo) print('error', ['Assertion failed', ...values]);
    },
    count: (label = 'default') => {
        counts.set(label, (counts.get(label) ?? 0) + 1);
        print('log', [`${label}: ${counts.get(label)}`]);
    },
    countReset: (label = 'default') => {
        counts.delete(label);
    },
    group: (...values) => {
        if (values.length > 0) print('log', values);
        indent = `${indent}  `.slice(0, 40);
    },
    groupEnd: () => {
        indent = indent.slice(2);
    },
    time: (label = 'default') => {
        began.set(label, Date.now());
    },
    timeEnd: (label = 'default') => {
        print('log', [`${label}: ${Date.now() - (began.get(label) ?? Date.now())}ms`]);
        began.delete(label);
    },
};
