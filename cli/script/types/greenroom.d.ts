// Types of greenroom's workflows and scripts. Written by `greenroom types`; it covers what is supported, and nothing else.
// Names, arguments and behaviour are those of Playwright's public documentation.

declare module 'greenroom' {
    // Workflows

    /** A schema, as zod's are. */
    export interface Schema<T> {
        safeParse(value: unknown): SafeParsed<T> | PromiseLike<SafeParsed<T>>;
    }

    export type SafeParsed<T> = { success: true; data: T } | { success: false; error: unknown };

    export interface WorkflowOptions<I, O> {
        /** What the parameters must be like; the handler gets them as the schema answers them. */
        input?: Schema<I>;
        /** What the result must be like. */
        output?: Schema<O>;
        /** Where the page begins. */
        startUrl?: string;
        /** The size of a new session's viewport. */
        viewport?: { width: number; height: number };
        /** The auth profile to begin with. */
        authProfile?: string;
    }

    /** What a workflow is called with. */
    export interface Ctx<I = any> {
        readonly session: Session;
        readonly page: Page;
        readonly context: BrowserContext;
        readonly browser: Browser;
        readonly params: I;
        /** Writes a line to stderr and the result's `console`. */
        log(...values: unknown[]): void;
    }

    export type Workflow<I, O> = (ctx: Ctx, params: I) => Promise<O>;

    /** A workflow with a name, schemas and settings: what a file exports for `greenroom run`. */
    export function workflow<I = any, O = unknown>(
        name: string,
        options: WorkflowOptions<I, O>,
        handler: (ctx: Ctx, params: I) => O | Promise<O>,
    ): Workflow<I, O>;
    export function workflow<I = any, O = unknown>(name: string, handler: (ctx: Ctx, params: I) => O | Promise<O>): Workflow<I, O>;

    /** Stops until `greenroom resume`; with `GREENROOM_ENV=production` it does nothing. */
    export function pause(): Promise<void>;

    export class TimeoutError extends Error {}
    export class ReadonlyExecDenied extends Error {}

    export interface Session {
        readonly name: string;
        readonly accessMode: 'write-access' | 'read-only';
    }

    export interface Browser {
        browserType(): { name(): string };
        contexts(): BrowserContext[];
        isConnected(): boolean;
        version(): string;
    }

    // Options

    export interface Timeout {
        /** In milliseconds; 0: none. Default: 30 s. */
        timeout?: number;
    }
    export type LoadState = 'load' | 'domcontentloaded' | 'networkidle';
    export interface GotoOptions extends Timeout {
        waitUntil?: LoadState | 'commit';
    }
    export interface ByTextOptions {
        exact?: boolean;
    }
    export interface ByRoleOptions {
        checked?: boolean;
        disabled?: boolean;
        exact?: boolean;
        expanded?: boolean;
        includeHidden?: boolean;
        level?: number;
        name?: string | RegExp;
        pressed?: boolean;
        selected?: boolean;
    }
    export interface Filter {
        has?: Locator;
        hasNot?: Locator;
        hasText?: string | RegExp;
        hasNotText?: string | RegExp;
        visible?: boolean;
    }
    export interface Point {
        x: number;
        y: number;
    }
    export interface Box extends Point {
        width: number;
        height: number;
    }
    export type MouseButton = 'left' | 'middle' | 'right';
    export type Modifier = 'Alt' | 'Control' | 'ControlOrMeta' | 'Meta' | 'Shift';
    export interface Forced extends Timeout {
        /** Without waiting until it can be acted on, and whatever is over it. */
        force?: boolean;
    }
    export interface PointOptions extends Forced {
        position?: Point;
        /** Waits until it could be done, and does it not. */
        trial?: boolean;
    }
    export interface HoverOptions extends PointOptions {
        modifiers?: Modifier[];
    }
    export interface ClickOptions extends HoverOptions {
        button?: MouseButton;
        clickCount?: number;
        /** How long the button is held, in milliseconds. */
        delay?: number;
    }
    export interface KeyOptions extends Timeout {
        /** In milliseconds: between the letters of a text, or how long a key is held. */
        delay?: number;
    }
    export interface DragOptions extends Forced {
        sourcePosition?: Point;
        targetPosition?: Point;
        trial?: boolean;
    }
    export interface ScreenshotOptions extends Timeout {
        path?: string;
        type?: 'png' | 'jpeg' | 'webp';
    }
    /** An image that was made, and where it is. */
    export interface Shot {
        path: string;
        format: string;
        bytes: number;
        size: string;
    }
    export type Choice = string | { value?: string; label?: string; index?: number };
    export type ElementState = 'attached' | 'detached' | 'visible' | 'hidden';
    export interface WaitForOptions extends Timeout {
        state?: ElementState;
    }
    export interface Strict {
        /** An error where several elements match, instead of the first one. */
        strict?: boolean;
    }
    export type InPage<A, R> = string | ((arg: A) => R | Promise<R>);
    export type OfElement<A, R> = (element: any, arg: A) => R | Promise<R>;

    /** The ways to elements. */
    export interface Finders {
        getByAltText(text: string | RegExp, options?: ByTextOptions): Locator;
        getByLabel(text: string | RegExp, options?: ByTextOptions): Locator;
        getByPlaceholder(text: string | RegExp, options?: ByTextOptions): Locator;
        getByRole(role: string, options?: ByRoleOptions): Locator;
        getByTestId(id: string | RegExp): Locator;
        getByText(text: string | RegExp, options?: ByTextOptions): Locator;
        getByTitle(text: string | RegExp, options?: ByTextOptions): Locator;
    }

    // Pages

    /** A document to look in: that of a page, or of a frame. */
    export interface Scope extends Finders {
        $(selector: string): Promise<ElementHandle | null>;
        $$(selector: string): Promise<ElementHandle[]>;
        $eval<R, A = void>(selector: string, given: OfElement<A, R>, arg?: A): Promise<R>;
        $$eval<R, A = void>(selector: string, given: (elements: any[], arg: A) => R | Promise<R>, arg?: A): Promise<R>;
        addScriptTag(options: { url?: string; content?: string; type?: string }): Promise<void>;
        addStyleTag(options: { url?: string; content?: string }): Promise<void>;
        /** Needs `trusted-input`. */
        check(selector: string, options?: PointOptions & Strict): Promise<void>;
        /** Needs `trusted-input`. */
        click(selector: string, options?: ClickOptions & Strict): Promise<void>;
        content(): Promise<string>;
        /** Needs `trusted-input`. */
        dblclick(selector: string, options?: ClickOptions & Strict): Promise<void>;
        dispatchEvent(selector: string, type: string, init?: object, options?: Timeout & Strict): Promise<void>;
        /** Needs `trusted-input`. */
        dragAndDrop(source: string, target: string, options?: DragOptions & Strict): Promise<void>;
        evaluate<R, A = void>(given: InPage<A, R>, arg?: A): Promise<R>;
        /** Needs `trusted-input`. */
        fill(selector: string, value: string, options?: Forced & Strict): Promise<void>;
        /** Needs `trusted-input`. */
        focus(selector: string, options?: Timeout & Strict): Promise<void>;
        frameLocator(selector: string): FrameLocator;
        getAttribute(selector: string, name: string, options?: Timeout & Strict): Promise<string | null>;
        /** Needs `trusted-input`. */
        hover(selector: string, options?: HoverOptions & Strict): Promise<void>;
        innerHTML(selector: string, options?: Timeout & Strict): Promise<string>;
        innerText(selector: string, options?: Timeout & Strict): Promise<string>;
        inputValue(selector: string, options?: Timeout & Strict): Promise<string>;
        isChecked(selector: string, options?: Timeout & Strict): Promise<boolean>;
        isDisabled(selector: string, options?: Timeout & Strict): Promise<boolean>;
        isEditable(selector: string, options?: Timeout & Strict): Promise<boolean>;
        isEnabled(selector: string, options?: Timeout & Strict): Promise<boolean>;
        isHidden(selector: string, options?: Strict): Promise<boolean>;
        isVisible(selector: string, options?: Strict): Promise<boolean>;
        locator(selector: string | Locator, options?: Filter): Locator;
        /** Needs `trusted-input`. */
        press(selector: string, key: string, options?: KeyOptions & Strict): Promise<void>;
        /** Needs `trusted-input`. */
        selectOption(selector: string, values: null | Choice | Choice[], options?: Forced & Strict): Promise<string[]>;
        /** Needs `trusted-input`. */
        setChecked(selector: string, checked: boolean, options?: PointOptions & Strict): Promise<void>;
        setContent(html: string, options?: GotoOptions): Promise<void>;
        /** Needs `file-upload`. */
        setInputFiles(selector: string, files: string | string[], options?: Timeout & Strict): Promise<void>;
        /** Needs `touch`. */
        tap(selector: string, options?: HoverOptions & Strict): Promise<void>;
        textContent(selector: string, options?: Timeout & Strict): Promise<string | null>;
        title(): Promise<string>;
        /** Needs `trusted-input`. */
        type(selector: string, text: string, options?: KeyOptions & Strict): Promise<void>;
        /** Needs `trusted-input`. */
        uncheck(selector: string, options?: PointOptions & Strict): Promise<void>;
        waitForSelector(selector: string, options?: WaitForOptions & Strict): Promise<ElementHandle | null>;
        waitForTimeout(time: number): Promise<void>;
    }

    export interface Page extends Scope {
        readonly id: string;
        readonly keyboard: Keyboard;
        readonly request: APIRequestContext;
        readonly mouse: Mouse;
        readonly touchscreen: Touchscreen;
        close(): Promise<void>;
        context(): BrowserContext;
        goBack(options?: GotoOptions): Promise<Response | null>;
        goForward(options?: GotoOptions): Promise<Response | null>;
        goto(url: string | URL, options?: GotoOptions): Promise<Response | null>;
        isClosed(): boolean;
        reload(options?: GotoOptions): Promise<Response | null>;
        /** Needs `request-interception`. */
        route(url: UrlPattern, handler: RouteHandler, options?: { times?: number }): Promise<void>;
        /** Needs `screenshot`. */
        screenshot(options?: ScreenshotOptions & { fullPage?: boolean }): Promise<Shot>;
        setDefaultNavigationTimeout(timeout: number): void;
        setDefaultTimeout(timeout: number): void;
        /** Needs `viewport`. */
        setViewportSize(size: { width: number; height: number }): Promise<void>;
        unroute(url: UrlPattern, handler?: RouteHandler): Promise<void>;
        unrouteAll(options?: { behavior?: 'wait' | 'ignoreErrors' | 'default' }): Promise<void>;
        url(): string;
        viewportSize(): { width: number; height: number } | null;
        waitForFunction<A = void>(given: InPage<A, unknown>, arg?: A, options?: Timeout): Promise<void>;
        waitForLoadState(state?: LoadState, options?: Timeout): Promise<void>;
        waitForURL(url: string | RegExp | ((url: URL) => boolean), options?: GotoOptions): Promise<void>;
        frame(wanted: string | { name?: string; url?: string | RegExp | ((url: URL) => boolean) }): Frame | null;
        frames(): Frame[];
        mainFrame(): Frame;
        waitForNavigation(options?: GotoOptions & { url?: string | RegExp | ((url: URL) => boolean) }): Promise<Response | null>;
        waitForRequest(wanted: string | RegExp | ((request: Request) => unknown), options?: Timeout): Promise<Request>;
        waitForResponse(wanted: string | RegExp | ((response: Response) => unknown), options?: Timeout): Promise<Response>;
        addListener(event: string, listener: (value: any) => unknown): this;
        off(event: string, listener: (value: any) => unknown): this;
        on(event: string, listener: (value: any) => unknown): this;
        once(event: string, listener: (value: any) => unknown): this;
        prependListener(event: string, listener: (value: any) => unknown): this;
        removeAllListeners(event?: string): this;
        removeListener(event: string, listener: (value: any) => unknown): this;
        waitForEvent(event: string, options?: ((value: any) => unknown) | (Timeout & { predicate?: (value: any) => unknown })): Promise<any>;
    }

    export interface Frame extends Scope {
        childFrames(): Frame[];
        frameElement(): Promise<ElementHandle>;
        goto(url: string, options?: GotoOptions): Promise<Response | null>;
        isDetached(): boolean;
        name(): string;
        page(): Page;
        parentFrame(): Frame | null;
        url(): string;
        waitForFunction<A = void>(given: InPage<A, unknown>, arg?: A, options?: Timeout): Promise<void>;
        waitForLoadState(state?: LoadState, options?: Timeout): Promise<void>;
        waitForURL(url: string | RegExp | ((url: URL) => boolean), options?: GotoOptions): Promise<void>;
    }

    export interface Cookie {
        name: string;
        value: string;
        domain?: string;
        path?: string;
        url?: string;
        expires?: number;
        httpOnly?: boolean;
        secure?: boolean;
        sameSite?: 'Strict' | 'Lax' | 'None';
    }

    export interface BrowserContext {
        readonly request: APIRequestContext;
        /** Needs `storage`. */
        addCookies(cookies: Cookie[]): Promise<void>;
        /** Needs `init-scripts`. */
        addInitScript<A = void>(script: string | ((arg: A) => unknown) | { content?: string }, arg?: A): Promise<void>;
        browser(): Browser;
        /** Needs `storage`. */
        clearCookies(options?: { name?: string | RegExp; domain?: string | RegExp; path?: string | RegExp }): Promise<void>;
        /** Needs `permissions`. */
        clearPermissions(): Promise<void>;
        /** Needs `storage`. */
        cookies(urls?: string | string[]): Promise<Cookie[]>;
        /** Needs `permissions`. */
        grantPermissions(permissions: string[], options?: { origin?: string }): Promise<void>;
        newPage(): Promise<Page>;
        pages(): Page[];
        /** Needs `request-interception`. */
        route(url: UrlPattern, handler: RouteHandler, options?: { times?: number }): Promise<void>;
        setDefaultNavigationTimeout(timeout: number): void;
        setDefaultTimeout(timeout: number): void;
        /** Needs `extra-headers`. */
        setExtraHTTPHeaders(headers: Record<string, string>): Promise<void>;
        /** Needs `geolocation`. */
        setGeolocation(place: { latitude: number; longitude: number; accuracy?: number } | null): Promise<void>;
        /** Needs `offline`. */
        setOffline(offline: boolean): Promise<void>;
        /** Needs `storage`. */
        storageState(): Promise<any>;
        addListener(event: string, listener: (value: any) => unknown): this;
        off(event: string, listener: (value: any) => unknown): this;
        on(event: string, listener: (value: any) => unknown): this;
        once(event: string, listener: (value: any) => unknown): this;
        prependListener(event: string, listener: (value: any) => unknown): this;
        removeAllListeners(event?: string): this;
        removeListener(event: string, listener: (value: any) => unknown): this;
        unroute(url: UrlPattern, handler?: RouteHandler): Promise<void>;
        unrouteAll(options?: { behavior?: 'wait' | 'ignoreErrors' | 'default' }): Promise<void>;
        waitForEvent(event: string, options?: ((value: any) => unknown) | (Timeout & { predicate?: (value: any) => unknown })): Promise<any>;
    }

    /** A request, as far as it was told. */
    export interface Request {
        allHeaders(): Promise<Record<string, string>>;
        failure(): { errorText: string } | null;
        headers(): Record<string, string>;
        isNavigationRequest(): boolean;
        method(): string;
        postData(): string | null;
        postDataJSON(): any;
        redirectedFrom(): Request | null;
        redirectedTo(): Request | null;
        resourceType(): string;
        response(): Promise<Response | null>;
        url(): string;
    }

    /** Which addresses: a glob, a regular expression, or a predicate. */
    export type UrlPattern = string | RegExp | ((url: URL) => boolean);

    /** What decides about a request. */
    export type RouteHandler = (route: Route, request: Request) => unknown;

    /** How a request is changed. */
    export interface RequestChanges {
        headers?: Record<string, string>;
        method?: string;
        postData?: unknown;
        url?: string;
    }

    /** A request that waits for a decision. */
    export interface Route {
        abort(errorCode?: string): Promise<void>;
        continue(options?: RequestChanges): Promise<void>;
        fallback(options?: RequestChanges): Promise<void>;
        fetch(options?: RequestChanges & Timeout & { maxRedirects?: number }): Promise<APIResponse>;
        fulfill(options?: {
            body?: any;
            contentType?: string;
            headers?: Record<string, string>;
            json?: unknown;
            response?: APIResponse;
            status?: number;
        }): Promise<void>;
        request(): Request;
    }

    /** The answer to a request. */
    export interface Response {
        allHeaders(): Promise<Record<string, string>>;
        body(): Promise<any>;
        finished(): Promise<Error | null>;
        frame(): Frame;
        fromServiceWorker(): boolean;
        headerValue(name: string): Promise<string | null>;
        headerValues(name: string): Promise<string[]>;
        headers(): Record<string, string>;
        headersArray(): Promise<{ name: string; value: string }[]>;
        json(): Promise<any>;
        ok(): boolean;
        request(): Request;
        status(): number;
        statusText(): string;
        text(): Promise<string>;
        url(): string;
    }

    export interface Keyboard {
        /** Needs `trusted-input`. */
        press(key: string, options?: { delay?: number }): Promise<void>;
        /** Needs `trusted-input`. */
        type(text: string, options?: { delay?: number }): Promise<void>;
    }

    export interface Mouse {
        /** Needs `trusted-input`. */
        click(x: number, y: number, options?: { button?: MouseButton; clickCount?: number; delay?: number }): Promise<void>;
        /** Needs `trusted-input`. */
        dblclick(x: number, y: number, options?: { button?: MouseButton; delay?: number }): Promise<void>;
        /** Needs `trusted-input`. */
        move(x: number, y: number): Promise<void>;
        /** Needs `trusted-input`. */
        wheel(deltaX: number, deltaY: number): Promise<void>;
    }

    export interface Touchscreen {
        /** Needs `touch`. */
        tap(x: number, y: number): Promise<void>;
    }

    // Requests without a page

    export interface RequestOptions extends Timeout {
        /** A body: bytes and texts as they are, anything else as JSON. */
        data?: unknown;
        failOnStatusCode?: boolean;
        form?: Record<string, string | number | boolean | undefined>;
        headers?: Record<string, string>;
        ignoreHTTPSErrors?: boolean;
        /** 20 where nothing is said; 0: a redirect is the answer. */
        maxRedirects?: number;
        multipart?: Record<string, string | number | boolean | { name: string; mimeType: string; buffer: ArrayBuffer | Uint8Array }>;
        params?: Record<string, string | number | boolean | undefined> | URLSearchParams | string;
    }

    /** Asks servers beside the pages, with the context's cookies, and keeps what they set. */
    export interface APIRequestContext {
        delete(url: string | URL, options?: RequestOptions): Promise<APIResponse>;
        dispose(): Promise<void>;
        fetch(urlOrRequest: string | URL | Request, options?: RequestOptions & { method?: string }): Promise<APIResponse>;
        get(url: string | URL, options?: RequestOptions): Promise<APIResponse>;
        head(url: string | URL, options?: RequestOptions): Promise<APIResponse>;
        patch(url: string | URL, options?: RequestOptions): Promise<APIResponse>;
        post(url: string | URL, options?: RequestOptions): Promise<APIResponse>;
        put(url: string | URL, options?: RequestOptions): Promise<APIResponse>;
    }

    export interface APIResponse {
        body(): Promise<any>;
        dispose(): Promise<void>;
        headers(): Record<string, string>;
        headersArray(): { name: string; value: string }[];
        json(): Promise<any>;
        ok(): boolean;
        status(): number;
        statusText(): string;
        text(): Promise<string>;
        url(): string;
    }

    // Elements

    export interface Locator extends Finders {
        all(): Promise<Locator[]>;
        allInnerTexts(): Promise<string[]>;
        allTextContents(): Promise<string[]>;
        and(other: Locator): Locator;
        ariaSnapshot(options?: Timeout): Promise<string>;
        blur(options?: Timeout): Promise<void>;
        boundingBox(options?: Timeout): Promise<Box | null>;
        /** Needs `trusted-input`. */
        check(options?: PointOptions): Promise<void>;
        /** Needs `trusted-input`. */
        clear(options?: Forced): Promise<void>;
        /** Needs `trusted-input`. */
        click(options?: ClickOptions): Promise<void>;
        contentFrame(): FrameLocator;
        count(): Promise<number>;
        /** Needs `trusted-input`. */
        dblclick(options?: ClickOptions): Promise<void>;
        describe(description: string): Locator;
        description(): string | null;
        dispatchEvent(type: string, init?: object, options?: Timeout): Promise<void>;
        /** Needs `trusted-input`. */
        dragTo(target: Locator, options?: DragOptions): Promise<void>;
        elementHandle(options?: Timeout): Promise<ElementHandle>;
        elementHandles(): Promise<ElementHandle[]>;
        evaluate<R, A = void>(given: OfElement<A, R>, arg?: A, options?: Timeout): Promise<R>;
        evaluateAll<R, A = void>(given: (elements: any[], arg: A) => R | Promise<R>, arg?: A): Promise<R>;
        /** Needs `trusted-input`. */
        fill(value: string, options?: Forced): Promise<void>;
        filter(options?: Filter): Locator;
        first(): Locator;
        /** Needs `trusted-input`. */
        focus(options?: Timeout): Promise<void>;
        frameLocator(selector: string): FrameLocator;
        getAttribute(name: string, options?: Timeout): Promise<string | null>;
        /** Needs `trusted-input`. */
        hover(options?: HoverOptions): Promise<void>;
        innerHTML(options?: Timeout): Promise<string>;
        innerText(options?: Timeout): Promise<string>;
        inputValue(options?: Timeout): Promise<string>;
        isChecked(options?: Timeout): Promise<boolean>;
        isDisabled(options?: Timeout): Promise<boolean>;
        isEditable(options?: Timeout): Promise<boolean>;
        isEnabled(options?: Timeout): Promise<boolean>;
        isHidden(): Promise<boolean>;
        isVisible(): Promise<boolean>;
        last(): Locator;
        locator(selector: string | Locator, options?: Filter): Locator;
        nth(index: number): Locator;
        or(other: Locator): Locator;
        page(): Page;
        /** Needs `trusted-input`. */
        press(key: string, options?: KeyOptions): Promise<void>;
        /** Needs `trusted-input`. */
        pressSequentially(text: string, options?: KeyOptions): Promise<void>;
        /** Needs `screenshot`. */
        screenshot(options?: ScreenshotOptions): Promise<Shot>;
        /** Needs `trusted-input`. */
        scrollIntoViewIfNeeded(options?: Timeout): Promise<void>;
        /** Needs `trusted-input`. */
        selectOption(values: null | Choice | Choice[], options?: Forced): Promise<string[]>;
        selectText(options?: Timeout): Promise<void>;
        /** Needs `trusted-input`. */
        setChecked(checked: boolean, options?: PointOptions): Promise<void>;
        /** Needs `file-upload`. */
        setInputFiles(files: string | string[], options?: Timeout): Promise<void>;
        /** Needs `touch`. */
        tap(options?: HoverOptions): Promise<void>;
        textContent(options?: Timeout): Promise<string | null>;
        /** Needs `trusted-input`. */
        type(text: string, options?: KeyOptions): Promise<void>;
        /** Needs `trusted-input`. */
        uncheck(options?: PointOptions): Promise<void>;
        waitFor(options?: WaitForOptions): Promise<void>;
    }

    export interface FrameLocator extends Finders {
        first(): FrameLocator;
        frameLocator(selector: string): FrameLocator;
        last(): FrameLocator;
        locator(selector: string | Locator, options?: Filter): Locator;
        nth(index: number): FrameLocator;
        owner(): Locator;
    }

    export interface ElementHandle {
        $(selector: string): Promise<ElementHandle | null>;
        $$(selector: string): Promise<ElementHandle[]>;
        $eval<R, A = void>(selector: string, given: OfElement<A, R>, arg?: A): Promise<R>;
        $$eval<R, A = void>(selector: string, given: (elements: any[], arg: A) => R | Promise<R>, arg?: A): Promise<R>;
        asElement(): ElementHandle;
        boundingBox(options?: Timeout): Promise<Box | null>;
        /** Needs `trusted-input`. */
        check(options?: PointOptions): Promise<void>;
        /** Needs `trusted-input`. */
        click(options?: ClickOptions): Promise<void>;
        contentFrame(): FrameLocator;
        /** Needs `trusted-input`. */
        dblclick(options?: ClickOptions): Promise<void>;
        dispatchEvent(type: string, init?: object, options?: Timeout): Promise<void>;
        dispose(): Promise<void>;
        evaluate<R, A = void>(given: OfElement<A, R>, arg?: A): Promise<R>;
        /** Needs `trusted-input`. */
        fill(value: string, options?: Forced): Promise<void>;
        /** Needs `trusted-input`. */
        focus(options?: Timeout): Promise<void>;
        getAttribute(name: string, options?: Timeout): Promise<string | null>;
        /** Needs `trusted-input`. */
        hover(options?: HoverOptions): Promise<void>;
        innerHTML(options?: Timeout): Promise<string>;
        innerText(options?: Timeout): Promise<string>;
        inputValue(options?: Timeout): Promise<string>;
        isChecked(options?: Timeout): Promise<boolean>;
        isDisabled(options?: Timeout): Promise<boolean>;
        isEditable(options?: Timeout): Promise<boolean>;
        isEnabled(options?: Timeout): Promise<boolean>;
        isHidden(): Promise<boolean>;
        isVisible(): Promise<boolean>;
        jsonValue(): Promise<unknown>;
        /** Needs `trusted-input`. */
        press(key: string, options?: KeyOptions): Promise<void>;
        /** Needs `screenshot`. */
        screenshot(options?: ScreenshotOptions): Promise<Shot>;
        /** Needs `trusted-input`. */
        scrollIntoViewIfNeeded(options?: Timeout): Promise<void>;
        /** Needs `trusted-input`. */
        selectOption(values: null | Choice | Choice[], options?: Forced): Promise<string[]>;
        selectText(options?: Timeout): Promise<void>;
        /** Needs `trusted-input`. */
        setChecked(checked: boolean, options?: PointOptions): Promise<void>;
        /** Needs `file-upload`. */
        setInputFiles(files: string | string[], options?: Timeout): Promise<void>;
        /** Needs `touch`. */
        tap(options?: HoverOptions): Promise<void>;
        textContent(options?: Timeout): Promise<string | null>;
        /** Needs `trusted-input`. */
        type(text: string, options?: KeyOptions): Promise<void>;
        /** Needs `trusted-input`. */
        uncheck(options?: PointOptions): Promise<void>;
        waitForElementState(state: 'visible' | 'hidden' | 'enabled' | 'disabled' | 'editable', options?: Timeout): Promise<void>;
        waitForSelector(selector: string, options?: WaitForOptions): Promise<ElementHandle | null>;
    }

    // Expectations

    export interface ValueMatchers<R = void> {
        toBe(wanted: unknown): R;
        toBeCloseTo(wanted: number, digits?: number): R;
        toBeDefined(): R;
        toBeFalsy(): R;
        toBeGreaterThan(wanted: number | bigint): R;
        toBeGreaterThanOrEqual(wanted: number | bigint): R;
        toBeInstanceOf(wanted: Function): R;
        toBeLessThan(wanted: number | bigint): R;
        toBeLessThanOrEqual(wanted: number | bigint): R;
        toBeNaN(): R;
        toBeNull(): R;
        toBeTruthy(): R;
        toBeUndefined(): R;
        toContain(item: unknown): R;
        toContainEqual(item: unknown): R;
        toEqual(wanted: unknown): R;
        toHaveLength(wanted: number): R;
        toHaveProperty(path: string | (string | number)[], wanted?: unknown): R;
        toMatch(wanted: string | RegExp): R;
        toMatchObject(wanted: object): R;
        toStrictEqual(wanted: unknown): R;
        toThrow(wanted?: unknown): R;
        toThrowError(wanted?: unknown): R;
    }

    export type Texts = string | RegExp | (string | RegExp)[];

    export interface LocatorMatchers {
        toBeAttached(options?: Timeout & { attached?: boolean }): Promise<void>;
        toBeChecked(options?: Timeout & { checked?: boolean; indeterminate?: boolean }): Promise<void>;
        toBeDisabled(options?: Timeout): Promise<void>;
        toBeEditable(options?: Timeout & { editable?: boolean }): Promise<void>;
        toBeEmpty(options?: Timeout): Promise<void>;
        toBeEnabled(options?: Timeout & { enabled?: boolean }): Promise<void>;
        toBeFocused(options?: Timeout): Promise<void>;
        toBeHidden(options?: Timeout): Promise<void>;
        toBeInViewport(options?: Timeout & { ratio?: number }): Promise<void>;
        toBeVisible(options?: Timeout & { visible?: boolean }): Promise<void>;
        toContainClass(wanted: string | string[], options?: Timeout): Promise<void>;
        toContainText(wanted: Texts, options?: Timeout & { ignoreCase?: boolean; useInnerText?: boolean }): Promise<void>;
        toHaveAccessibleDescription(wanted: string | RegExp, options?: Timeout & { ignoreCase?: boolean }): Promise<void>;
        toHaveAccessibleErrorMessage(wanted: string | RegExp, options?: Timeout & { ignoreCase?: boolean }): Promise<void>;
        toHaveAccessibleName(wanted: string | RegExp, options?: Timeout & { ignoreCase?: boolean }): Promise<void>;
        toHaveAttribute(name: string, wanted?: string | RegExp, options?: Timeout & { ignoreCase?: boolean }): Promise<void>;
        toHaveClass(wanted: Texts, options?: Timeout): Promise<void>;
        toHaveCount(wanted: number, options?: Timeout): Promise<void>;
        toHaveCSS(name: string, wanted: string | RegExp, options?: Timeout): Promise<void>;
        toHaveId(wanted: string | RegExp, options?: Timeout): Promise<void>;
        toHaveJSProperty(name: string, wanted: unknown, options?: Timeout): Promise<void>;
        toHaveRole(wanted: string, options?: Timeout): Promise<void>;
        toHaveText(wanted: Texts, options?: Timeout & { ignoreCase?: boolean; useInnerText?: boolean }): Promise<void>;
        toHaveValue(wanted: string | RegExp, options?: Timeout): Promise<void>;
        toHaveValues(wanted: (string | RegExp)[], options?: Timeout): Promise<void>;
        toMatchAriaSnapshot(wanted: string, options?: Timeout): Promise<void>;
    }

    export interface PageMatchers {
        toHaveTitle(wanted: string | RegExp, options?: Timeout): Promise<void>;
        toHaveURL(wanted: string | RegExp | ((url: URL) => boolean), options?: Timeout & { ignoreCase?: boolean }): Promise<void>;
    }

    export type With<M> = M & { not: M };
    export type Awaited<M> = { resolves: With<ValueMatchers<Promise<void>>>; rejects: With<ValueMatchers<Promise<void>>> } & M;

    export interface Asymmetric {
        arrayContaining(items: unknown[]): any;
        arrayOf(item: unknown): any;
        closeTo(wanted: number, digits?: number): any;
        objectContaining(wanted: object): any;
        stringContaining(wanted: string): any;
        stringMatching(wanted: string | RegExp): any;
    }

    export interface Expect extends Asymmetric {
        (value: Locator, message?: string): With<LocatorMatchers>;
        (value: Page, message?: string): With<PageMatchers>;
        (value: Response | APIResponse, message?: string): With<ValueMatchers & { toBeOK(): Promise<void> }>;
        (value: () => unknown, message?: string): Awaited<
            With<ValueMatchers & { toPass(options?: Timeout & { intervals?: number[] }): Promise<void> }>
        >;
        (value: unknown, message?: string): Awaited<With<ValueMatchers>>;
        soft: Expect;
        not: Asymmetric;
        any(wanted: Function): any;
        anything(): any;
        configure(settings: { timeout?: number; soft?: boolean }): Expect;
        extend(matchers: Record<string, (this: any, received: any, ...args: any[]) => any>): Expect;
        poll(
            given: () => unknown,
            options?: string | (Timeout & { message?: string; intervals?: number[] }),
        ): With<ValueMatchers<Promise<void>>>;
    }
    export const expect: Expect;
}

// What scripts find without an import.
declare const page: import('greenroom').Page;
declare const context: import('greenroom').BrowserContext;
declare const frame: import('greenroom').Frame;
declare const browser: import('greenroom').Browser;
declare const expect: import('greenroom').Expect;
/** Lines of the session's logs, the newest last; the filters are those of `greenroom network` and `greenroom actions`. */
declare function networkLog(filter?: { last?: number; [filter: string]: unknown }): Promise<any[]>;
declare function actionLog(filter?: { last?: number; [filter: string]: unknown }): Promise<any[]>;
/** What is put into it stays for later scripts of the session, as far as JSON can tell. */
declare let state: Record<string, any>;
/** Asks a server by GET or HEAD, with the context's cookies; only in scripts that look (`readonly-exec`, read-only workflows). */
declare function get(url: string | URL, options?: { method?: string; headers?: HeadersInit }): Promise<Response>;
/** Scrolls the viewport of `page` by so many CSS pixels, at once. */
declare function scrollBy(x: number, y: number): Promise<void>;
