// Asks the engine about every element of the page, and leaves in `probed` what it says and the elements themselves.
//
// Elements come in flat order: an element, its open shadow root, its children, the document of its frame. Getters are
// taken from the prototypes, since a page may have forms with fields named like them.
engine => {
    'use strict';
    const { role, name, description, states, value, isHidden, contentDocument, nodeOf } = engine.probe;
    const getter = (prototype, of) => {
        const { get } = Object.getOwnPropertyDescriptor(prototype, of);
        return node => get.call(node);
    };
    const firstChild = getter(Node.prototype, 'firstChild');
    const nextSibling = getter(Node.prototype, 'nextSibling');
    const parentNode = getter(Node.prototype, 'parentNode');
    const nodeType = getter(Node.prototype, 'nodeType');
    const ownerDocument = getter(Node.prototype, 'ownerDocument');
    const textContent = getter(Node.prototype, 'textContent');
    const localName = getter(Element.prototype, 'localName');
    const namespace = getter(Element.prototype, 'namespaceURI');
    const shadowRoot = getter(Element.prototype, 'shadowRoot');
    const host = getter(ShadowRoot.prototype, 'host');
    const documentElement = getter(Document.prototype, 'documentElement');
    const defaultView = getter(Document.prototype, 'defaultView');
    const rootOf = node => Node.prototype.getRootNode.call(node);
    const isElement = node => nodeType(node) === 1;
    const isShadowRoot = node => nodeType(node) === 11;

    const childElements = node => {
        const found = [];
        for (let child = node && firstChild(node); child; child = nextSibling(child)) if (isElement(child)) found.push(child);
        return found;
    };

    const inside = element => [
        ...childElements(shadowRoot(element)),
        ...childElements(element),
        ...childElements(contentDocument(element)),
    ];

    /** All elements with the place of what they are in; `-1` for the root. */
    const everyElement = () => {
        const [elements, parents] = [[], []];
        const open = [[documentElement(document), -1]].filter(([root]) => root);
        while (open.length > 0) {
            const [element, parent] = open.pop();
            const place = elements.push(element) - 1;
            parents.push(parent);
            for (const inner of inside(element).reverse()) open.push([inner, place]);
        }
        return { elements, parents };
    };

    const tagOf = element => {
        const space = namespace(element);
        if (space === 'http://www.w3.org/1999/xhtml') return localName(element);
        return `${space === 'http://www.w3.org/2000/svg' ? 'svg' : 'math'}:${localName(element)}`;
    };

    /** `li`, or `li[2]` where there are several. */
    const step = element => {
        const parent = parentNode(element);
        const same = childElements(parent).filter(child => localName(child) === localName(element));
        return same.length > 1 ? `${localName(element)}[${same.indexOf(element) + 1}]` : localName(element);
    };

    const hasOwnId = element => {
        const id = Element.prototype.getAttribute.call(element, 'id');
        const root = rootOf(element);
        const find = isShadowRoot(root) ? DocumentFragment.prototype.getElementById : Document.prototype.getElementById;
        return Boolean(id) && !/[\s|]/.test(id) && find.call(root, id) === element ? id : '';
    };

    /** `#id` where that is unique, else the way from the nearest such element: `#main>ul>li[3]`; in a frame `#frame>/#id`. */
    const pathOf = element => {
        const steps = [];
        for (let at = element; at; ) {
            const id = hasOwnId(at);
            steps.unshift(id ? `#${id}` : step(at));
            const parent = parentNode(at);
            if (parent && isElement(parent) && !id) {
                at = parent;
                continue;
            }
            const root = rootOf(at);
            at = isShadowRoot(root) ? host(root) : defaultView(root).frameElement;
            if (at) steps[0] = `/${steps[0]}`;
        }
        return steps.join('>');
    };

    /** With each question, the engine forgets what it remembers of the page; also with one that it does not know. */
    const forget = () => {
        try {
            engine.answer('', {});
        } catch {
            // That is what is expected.
        }
    };

    /** What a look at a page costs: nothing is remembered yet. */
    const milliseconds = elements => {
        forget();
        const start = performance.now();
        for (const element of elements) {
            if (isHidden(element)) continue;
            const its = role(element);
            name(element);
            states(element, its);
        }
        return performance.now() - start;
    };

    const says = element => {
        const its = role(element);
        return {
            hidden: isHidden(element),
            role: its,
            name: name(element).text,
            states: states(element, its),
            description: description(element),
            value: value(element, its),
        };
    };

    /** Whether the browser saves the work of laying an element out, as it is far from what is on the screen. */
    const isSkipped = element => {
        const isShown = how => Element.prototype.checkVisibility.call(element, how);
        return isShown({}) && !isShown({ contentVisibilityAuto: true });
    };

    const orFailure = (ask, ...of) => {
        try {
            return ask(...of);
        } catch (error) {
            return { failed: String(error.stack).split('\n', 3).join(' ') };
        }
    };

    /** The places of the elements in the order in which the tree tells them. */
    const order = elements => {
        const places = new Map(elements.map((element, place) => [element, place]));
        const { rows } = JSON.parse(engine.answer('look', { base: 1, end: 1e9 }));
        return rows.filter(row => row.length > 3).map(row => places.get(nodeOf(row[3])) ?? -1);
    };

    const { elements, parents } = everyElement();
    const took = orFailure(milliseconds, elements);
    forget();
    const told = elements.map((element, place) => ({
        tag: tagOf(element),
        path: pathOf(element),
        parent: parents[place],
        isRoot: documentElement(ownerDocument(element)) === element,
        isSkipped: isSkipped(element),
        isEmpty: childElements(element).length === 0 && textContent(element).trim() === '',
        ...orFailure(says, element),
    }));
    // Where a page's own scripts run, it may have replaced what the walk rests on.
    const ordered = orFailure(order, elements);
    globalThis.probed = { nodes: elements, told: JSON.stringify({ took: took.failed ? 0 : took, elements: told, order: ordered.failed ? [] : ordered }) };
    return globalThis.probed.told;
}
