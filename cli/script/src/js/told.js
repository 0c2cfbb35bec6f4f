// What events hand over: console messages, errors, dialogs and downloads.

/** A value that a page gave to its console, as far as JSON tells it. */
class ConsoleValue {
    #value;
    constructor(key, value) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#value = value;
    }
    async jsonValue() {
        return this.#value;
    }
    async dispose() {}
    toString() {
        return typeof this.#value === 'string' ? this.#value : JSON.stringify(this.#value);
    }
    toJSON() {
        return this.#value;
    }
}

/** What a page wrote to its console. */
class ConsoleMessage {
    #page;
    #told;
    constructor(key, page, told) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#page = page;
        this.#told = told;
        Object.freeze(this);
    }
    type() {
        return this.#told.level;
    }
    text() {
        return this.#told.text;
    }
    args() {
        return this.#told.args.map(value => Object.freeze(new ConsoleValue(apiKey, value)));
    }
    /** Lines and columns count from 0. */
    location() {
        const { url, line, column } = this.#told.location ?? { url: '', line: 1, column: 1 };
        return { url, lineNumber: line - 1, columnNumber: column - 1 };
    }
    page() {
        return this.#page;
    }
    toJSON() {
        return { type: this.type(), text: this.text() };
    }
}

/** An error that a page did not catch. */
const pageError = ({ text, stack }) => {
    const [, name, message] = /^(?:Uncaught )?(?:\(in promise\) )?(?:([\w$]*(?:Error|Exception)): )?([\s\S]*)$/.exec(text);
    const error = new Error(message);
    error.name = name ?? 'Error';
    error.stack = stack ? `${error.name}: ${message}\n${stack}` : `${error.name}: ${message}`;
    return error;
};

/** A dialog, which its page waits in. */
class Dialog {
    #page;
    #told;
    constructor(key, page, told) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#page = page;
        this.#told = told;
        Object.freeze(this);
    }
    type() {
        return this.#told.type;
    }
    message() {
        return this.#told.message;
    }
    defaultValue() {
        return this.#told.default ?? '';
    }
    page() {
        return this.#page;
    }
    async accept(text) {
        const args = text === undefined ? {} : { text: String(text) };
        await perform(aboutCall('dialog.accept', this.#page.id, null, { timeout: 0 }), 'dialog.accept', args);
    }
    async dismiss() {
        await perform(aboutCall('dialog.dismiss', this.#page.id, null, { timeout: 0 }), 'dialog.dismiss', {});
    }
    toJSON() {
        return { type: this.type(), message: this.message() };
    }
}

/** The downloads of a call that have begun. */
const downloads = [];

/** A file that a page sends. */
class Download {
    #page;
    #known;
    constructor(key, page, known) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#page = page;
        this.#known = known;
        Object.freeze(this);
    }
    url() {
        return this.#known.url;
    }
    suggestedFilename() {
        return this.#known.suggestedName;
    }
    page() {
        return this.#page;
    }
    /** Where it is saved, when it is. */
    async path() {
        const { state, path } = await this.#known.ended.promise;
        if (state !== 'completed' || !path) throw new Error(`download.path: ${failureOf(state)}`);
        return path;
    }
    /** Copies it to a place of the workspace, when it is saved. */
    async saveAs(path) {
        const about = aboutCall('download.saveAs', '', null, { timeout: 0 });
        const from = await this.path();
        await perform(about, 'script.save-download', { from, to: String(path) });
    }
    async failure() {
        const { state } = await this.#known.ended.promise;
        return state === 'completed' ? null : failureOf(state);
    }
    toJSON() {
        return { url: this.url(), suggestedFilename: this.suggestedFilename() };
    }
}

withUnsupported(Download, 'download', ['cancel', 'createReadStream', 'delete']);

const failureOf = state => (state === 'refused' ? 'the download was refused' : 'canceled');

/** A download has begun: answers it; or has ended, which is told to the first that is like it. */
const downloadOf = (page, told) => {
    const isLike = known => known.url === told.url && known.page === page && known.state === 'started';
    let known = told.state === 'started' ? undefined : downloads.find(isLike);
    let download = null;
    if (!known) {
        known = { ...told, page, ended: deferred() };
        downloads.push(known);
        download = new Download(apiKey, page, known);
    }
    known.state = told.state;
    if (told.state !== 'started') known.ended.resolve(told);
    return download;
};
