// Workflows: what a file exports and how it is called, `pause`, and what `require` loads.

/** What `workflow` was told, by the function that it answered. */
const specs = new WeakMap();

const OPTIONS_OF_WORKFLOWS = ['input', 'output', 'startUrl', 'viewport', 'authProfile'];

/** A workflow with a name: `workflow(name, { input, output, startUrl, viewport, authProfile }, handler)`. */
const workflow = (name, options, handler) => {
    if (typeof name !== 'string') throw new TypeError('workflow(name, options, handler): the name must be a text');
    const given = typeof options === 'function' ? {} : (options ?? {});
    const run = typeof options === 'function' ? options : handler;
    if (typeof run !== 'function') throw new TypeError(`workflow("${name}"): the handler must be a function`);
    if (!isObject(given)) throw new TypeError(`workflow("${name}"): the options must be an object`);
    for (const key of Object.keys(given)) {
        if (!OPTIONS_OF_WORKFLOWS.includes(key)) throw new TypeError(`workflow("${name}"): there is no option \`${key}\`; there are: ${OPTIONS_OF_WORKFLOWS.join(', ')}`);
    }
    for (const key of ['input', 'output']) {
        if (given[key] !== undefined && typeof given[key]?.safeParse !== 'function') {
            throw new TypeError(`workflow("${name}"): \`${key}\` must be a schema with \`safeParse\`, as zod's are`);
        }
    }
    const called = async (ctx, params) => {
        const taken = await checked(given.input, params, `the parameters of the workflow "${name}"`);
        return checked(given.output, await run(ctx, taken), `the result of the workflow "${name}"`);
    };
    specs.set(called, { name, ...given });
    return called;
};

/** `[items, 0, name]` as `items[0].name`. */
const pathText = path =>
    path.reduce((text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text === '' ? '' : '.'}${String(key)}`), '');

/** A value as its schema has it. */
const checked = async (schema, value, what) => {
    if (schema === undefined) return value;
    const result = await schema.safeParse(value);
    if (result.success) return result.data;
    const issues = result.error?.issues ?? result.error?.errors ?? [];
    const lines = Array.from(issues, ({ path = [], message }) => `  - ${path.length > 0 ? `${pathText(path)}: ` : ''}${String(message)}`);
    throw new TypeError(`${what} ${what.includes('parameters') ? 'are' : 'is'} not as the schema has it:\n${lines.join('\n')}`);
};

/** A mistake of whoever wrote the command. */
const usage = (message, hint) => {
    const error = new Error(message);
    error.name = 'Usage';
    kinds.set(error, { kind: 'usage', hint });
    return error;
};

/** The workflow that was loaded: { run, params, isProduction }. */
let loaded = null;

const pick = (namespace, wanted) => {
    const name = wanted ?? 'default';
    const found = Object.hasOwn(namespace, name) ? namespace[name] : undefined;
    if (typeof found === 'function') return found;
    const names = Object.keys(namespace).filter(key => typeof namespace[key] === 'function');
    const there = names.length > 0 ? `it exports: ${names.join(', ')}` : 'it exports no functions';
    const what = found === undefined ? `no export \`${name}\`` : `the export \`${name}\` is no function`;
    throw usage(`the file has ${what}; ${there}`, names.length > 0 ? `greenroom run FILE ${names[0]}` : undefined);
};

/** A module was asked for; the host is told what it exports. `text`: { export, params, production } as JSON. */
const loadWorkflow = async (importing, text) => {
    const asked = JSON.parse(text);
    const run = pick(await importing, asked.export);
    const spec = specs.get(run) ?? {};
    try {
        await checked(spec.input, asked.params, 'the parameters');
    } catch (error) {
        throw usage(error.message);
    }
    loaded = { run, params: asked.params, isProduction: asked.production };
    const viewport = spec.viewport && { width: Number(spec.viewport.width), height: Number(spec.viewport.height) };
    const startUrl = spec.startUrl === undefined ? undefined : String(spec.startUrl);
    return { name: spec.name, startUrl, viewport, authProfile: spec.authProfile };
};

/** What is told of the session. */
class Session {
    #about;
    constructor(key, about) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#about = about;
    }
    get name() {
        return this.#about.session;
    }
    get accessMode() {
        return this.#about.accessMode;
    }
    toJSON() {
        return { name: this.name, accessMode: this.accessMode };
    }
}

/** Calls the workflow that was loaded. `text`: { session, accessMode } as JSON. */
const runWorkflow = text => {
    const about = JSON.parse(text);
    const { run, params } = loaded;
    const ctx = Object.freeze({
        session: Object.freeze(new Session(apiKey, about)),
        page: givenGlobals.page,
        context,
        browser,
        params,
        log: (...values) => print('info', values),
    });
    return run(ctx, params);
};

/** Those who wait behind a `pause()`. */
let paused = [];

/** Stops here until `greenroom resume`; with `GREENROOM_ENV=production` it does nothing. */
const pause = async () => {
    if (loaded === null) throw new Error('pause() is for workflows, which `greenroom run` runs');
    if (loaded.isProduction) return;
    host.pause();
    await new Promise(done => paused.push(done));
};

const resumeWorkflow = () => {
    listenNow();
    const waited = paused;
    paused = [];
    const goOn = () => {
        for (const done of waited) done();
    };
    void resumeRoutes().then(goOn);
};

/** What the module `greenroom` exports. */
const builtIn = { workflow, pause, expect: expectObject, TimeoutError, ReadonlyExecDenied };

/** Modules of CommonJS that were loaded, by their paths. */
const commonJs = new Map();

const requireFrom = base => {
    const require = specifier => {
        const path = host.resolve(base, String(specifier));
        return path === 'greenroom' ? builtIn : requireFile(path);
    };
    require.resolve = specifier => host.resolve(base, String(specifier));
    return require;
};

/** What a module of CommonJS exports, or a file of JSON holds. */
const requireFile = path => {
    if (commonJs.has(path)) return commonJs.get(path).exports;
    const module = { exports: {}, filename: path, id: path, loaded: false };
    commonJs.set(path, module);
    try {
        const body = host.body(path);
        if (typeof body === 'string') {
            module.exports = JSON.parse(body);
        } else {
            const folder = path.slice(0, path.lastIndexOf('/')) || '/';
            body.call(module.exports, module.exports, requireFrom(path), module, path, folder);
        }
    } catch (error) {
        commonJs.delete(path);
        throw error;
    }
    module.loaded = true;
    return module.exports;
};
