// The browser that the session is in.

/** The engines, by the names of browsers. */
const ENGINES = { firefox: 'firefox', webkit: 'webkit', safari: 'webkit', minibrowser: 'webkit', fake: 'fake' };

class BrowserType {
    constructor(key) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
    }
    name() {
        const { name } = JSON.parse(host.browser());
        return ENGINES[name.toLowerCase()] ?? 'chromium';
    }
}

withUnsupported(BrowserType, 'browserType', ['connect', 'connectOverCDP', 'executablePath', 'launch', 'launchPersistentContext', 'launchServer']);

class Browser {
    #type;
    constructor(key) {
        if (key !== apiKey) throw new TypeError('Illegal constructor');
        this.#type = Object.freeze(new BrowserType(key));
    }
    version() {
        return JSON.parse(host.browser()).version;
    }
    contexts() {
        return [context];
    }
    browserType() {
        return this.#type;
    }
    /** A script's session has a browser, or the call fails. */
    isConnected() {
        return true;
    }
    toJSON() {
        return 'browser';
    }
}

withUnsupported(Browser, 'browser', [
    ...['close', 'newBrowserCDPSession', 'newContext', 'newPage', 'off', 'on', 'startTracing', 'stopTracing'],
]);

const browser = Object.freeze(new Browser(apiKey));
