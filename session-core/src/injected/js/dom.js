// The DOM as no page can have changed it: every getter and method is taken once from the platform's prototypes and called
// on nodes from outside. Named access (`form.children` with an input of that name) and patched prototypes do not matter.
//
// Nodes of same-origin frames and of open shadow roots belong to the tree. Nothing here uses `instanceof`: such nodes have
// the prototypes of another realm.

import { climbing, memoised } from './memo.js';

const { bind, call } = Function.prototype;
const uncurry = call.bind(bind, call);
/** A getter of the platform, as a function of its object. */
export const getter = (prototype, name) => uncurry(Object.getOwnPropertyDescriptor(prototype, name).get);
/** A setter of the platform, as a function of its object and the value. */
export const setter = (prototype, name) => uncurry(Object.getOwnPropertyDescriptor(prototype, name).set);
/** A getter that not every browser has: answers `undefined` then. */
export const optional = (prototype, name) => {
    const found = prototype && Object.getOwnPropertyDescriptor(prototype, name);
    return found && found.get ? uncurry(found.get) : () => undefined;
};
/** A method of the platform, as a function of its object. */
export const method = (prototype, name) => uncurry(prototype[name]);
export const constructorOf = name => globalThis[name] || { prototype: {} };

export const ELEMENT = 1;
export const TEXT = 3;
export const CDATA = 4;
export const COMMENT = 8;
export const DOCUMENT = 9;
export const FRAGMENT = 11;
export const HTML = 'http://www.w3.org/1999/xhtml';
export const SVG = 'http://www.w3.org/2000/svg';
export const MATHML = 'http://www.w3.org/1998/Math/MathML';

export const nodeType = getter(Node.prototype, 'nodeType');
export const parentNode = getter(Node.prototype, 'parentNode');
export const firstChild = getter(Node.prototype, 'firstChild');
export const nextSibling = getter(Node.prototype, 'nextSibling');
export const isConnected = getter(Node.prototype, 'isConnected');
export const ownerDocument = getter(Node.prototype, 'ownerDocument');
const baseUri = getter(Node.prototype, 'baseURI');
export const textContent = getter(Node.prototype, 'textContent');
/** The document or shadow root that a node is in. */
export const rootNode = memoised(method(Node.prototype, 'getRootNode'));
/** Whether the second node is in the first one's light tree. */
export const contains = method(Node.prototype, 'contains');
export const data = getter(CharacterData.prototype, 'data');

export const localName = getter(Element.prototype, 'localName');
export const namespace = getter(Element.prototype, 'namespaceURI');
const tagName = getter(Element.prototype, 'tagName');
/** An attribute by its name in whatever case. */
export const attributeAsNamed = method(Element.prototype, 'getAttribute');
const hasAttributes = method(Element.prototype, 'hasAttributes');
const namesOfAttributes = method(Element.prototype, 'getAttributeNames');
const NO_NAMES = [];
/** The names of all attributes. Most questions are about attributes that are not there: the names answer all of them. */
export const attributeNames = memoised(element => (hasAttributes(element) ? namesOfAttributes(element) : NO_NAMES));
/** Whether an element has any attribute at all: most have none, of which much need not be asked. */
export const isBare = element => attributeNames(element) === NO_NAMES;
export const hasAttribute = (element, name) => {
    const names = attributeNames(element);
    for (let index = 0; index < names.length; index += 1) if (names[index] === name) return true;
    return false;
};
export const attribute = (element, name) => (hasAttribute(element, name) ? attributeAsNamed(element, name) : null);
export const matches = method(Element.prototype, 'matches');
export const closest = method(Element.prototype, 'closest');
export const qualifiedName = element => {
    const name = tagName(element);
    return namespace(element) === HTML ? name.toLowerCase() : name;
};
export const outerHtml = getter(Element.prototype, 'outerHTML');
/** The open shadow root of an element, asked each time: most elements are never asked about again. */
export const shadowRootNow = getter(Element.prototype, 'shadowRoot');
export const innerHtml = getter(Element.prototype, 'innerHTML');
/** The open shadow root of an element. */
export const shadowRoot = memoised(shadowRootNow);
const contentOfTemplate = getter(HTMLTemplateElement.prototype, 'content');
/** What is in a `template`; `null` for what is none. */
export const templateContent = element => (kind(element) === 'template' ? contentOfTemplate(element) : null);
export const clientRect = method(Element.prototype, 'getBoundingClientRect');
export const clientLeft = getter(Element.prototype, 'clientLeft');
export const clientTop = getter(Element.prototype, 'clientTop');
/** A measure of a window; a page may have put a value of its own there. In Firefox's sandboxes the global is no window. */
const measure = name => {
    const found = Object.getOwnPropertyDescriptor(window, name);
    return found && found.get ? uncurry(found.get) : view => Number(view[name]) || 0;
};
export const viewScrollX = measure('scrollX');
export const viewScrollY = measure('scrollY');
export const viewWidth = measure('innerWidth');
export const viewHeight = measure('innerHeight');
export const offsetWidth = getter(HTMLElement.prototype, 'offsetWidth');
export const offsetHeight = getter(HTMLElement.prototype, 'offsetHeight');
export const innerText = getter(HTMLElement.prototype, 'innerText');
const nativeCheckVisibility = Element.prototype.checkVisibility && method(Element.prototype, 'checkVisibility');

const slotOf = getter(Element.prototype, 'assignedSlot');
const slotOfText = getter(Text.prototype, 'assignedSlot');
const nativeAssigned = method(HTMLSlotElement.prototype, 'assignedNodes');
const hostOf = getter(ShadowRoot.prototype, 'host');
/** The host of a shadow root; `null` for what is none. */
export const shadowHost = node => (nodeType(node) === FRAGMENT && 'host' in node ? hostOf(node) : null);
const toXml = method(XMLSerializer.prototype, 'serializeToString');
const serializer = new XMLSerializer();
/** A node as XML. */
export const serialize = node => toXml(serializer, node);
const documentById = method(Document.prototype, 'getElementById');
const fragmentById = method(DocumentFragment.prototype, 'getElementById');
const documentAll = method(Document.prototype, 'querySelectorAll');
const fragmentAll = method(DocumentFragment.prototype, 'querySelectorAll');
const elementAll = method(Element.prototype, 'querySelectorAll');
const lengthOf = getter(NodeList.prototype, 'length');
const itemOf = method(NodeList.prototype, 'item');
export const documentElement = getter(Document.prototype, 'documentElement');
export const documentURI = getter(Document.prototype, 'documentURI');
export const titleOf = getter(Document.prototype, 'title');
export const bodyOf = getter(Document.prototype, 'body');
const contentType = getter(Document.prototype, 'contentType');
/** Whether a document is XML rather than HTML. */
export const isXml = document => contentType(document) !== 'text/html';
/** Whether a document is shown by a program in the browser, which scripts cannot look into. */
export const isViewer = document => contentType(document) === 'application/pdf';
export const doctype = getter(Document.prototype, 'doctype');
const activeOfDocument = optional(Document.prototype, 'activeElement');
const activeOfShadow = optional(ShadowRoot.prototype, 'activeElement');
/** The focused element of a document or shadow root; the host where the focus is deeper. */
export const activeElement = root =>
    (nodeType(root) === DOCUMENT ? activeOfDocument(root) : activeOfShadow(root)) || null;
export const fullscreenElement = optional(Document.prototype, 'fullscreenElement');
export const frameElement = uncurry(Object.getOwnPropertyDescriptor(window, 'frameElement')?.get || (() => null));
/** A document's window; `null` once it is not shown any more. */
export const defaultView = getter(Document.prototype, 'defaultView');

/** A new range of a document. */
export const newRange = method(Document.prototype, 'createRange');
const selectNode = method(Range.prototype, 'selectNode');
const rangeRect = method(Range.prototype, 'getBoundingClientRect');
const computedStyle = getComputedStyle.bind(window);
const propertyOf = method(CSSStyleDeclaration.prototype, 'getPropertyValue');

const inputValue = getter(HTMLInputElement.prototype, 'value');
/** The type of an `input`. */
export const inputType = memoised(getter(HTMLInputElement.prototype, 'type'));
export const inputChecked = getter(HTMLInputElement.prototype, 'checked');
export const inputIndeterminate = getter(HTMLInputElement.prototype, 'indeterminate');
/** The element of a `list` attribute that is a datalist. */
export const inputList = optional(HTMLInputElement.prototype, 'list');
const areaValue = getter(HTMLTextAreaElement.prototype, 'value');
const selectValue = getter(HTMLSelectElement.prototype, 'value');
export const selectMultiple = getter(HTMLSelectElement.prototype, 'multiple');
export const optionValue = getter(HTMLOptionElement.prototype, 'value');
export const optionSelected = getter(HTMLOptionElement.prototype, 'selected');
export const optionLabel = getter(HTMLOptionElement.prototype, 'label');
/** The elements that `element.ariaLabelledByElements` and the like name, set by script. */
export const reflectedElements = new Map(
    [
        ['aria-labelledby', 'ariaLabelledByElements'],
        ['aria-describedby', 'ariaDescribedByElements'],
        ['aria-owns', 'ariaOwnsElements'],
    ].map(([name, property]) => [name, optional(Element.prototype, property)]),
);
const anchorHref = getter(HTMLAnchorElement.prototype, 'href');
const areaHref = getter(HTMLAreaElement.prototype, 'href');
const contentOf = new Map([
    ['iframe', getter(HTMLIFrameElement.prototype, 'contentDocument')],
    ['frame', getter(constructorOf('HTMLFrameElement').prototype, 'contentDocument')],
    ['object', getter(HTMLObjectElement.prototype, 'contentDocument')],
]);

export const isElement = node => nodeType(node) === ELEMENT;
export const isText = node => nodeType(node) === TEXT || nodeType(node) === CDATA;
export const isHtml = memoised(element => namespace(element) === HTML);
/** The name of an HTML element in lower case; of others `svg:g`, `math:mi`, `x:name`. */
export const kind = memoised(element => {
    if (isHtml(element)) return localName(element);
    const space = namespace(element);
    return `${space === SVG ? 'svg' : space === MATHML ? 'math' : 'x'}:${localName(element)}`;
});

/** The first element of that id in the tree of `from`; never in another tree. */
export const byId = (from, id) => {
    const root = rootNode(from);
    if (!id) return null;
    if (nodeType(root) === DOCUMENT) return documentById(root, id);
    return nodeType(root) === FRAGMENT ? fragmentById(root, id) : null;
};

/** The elements that an attribute of ids (or the property for it) names, in its order. */
export const namedByIds = (from, name) => {
    const ids = attribute(from, name);
    if (ids === '' && reflectedElements.has(name)) return Array.from(reflectedElements.get(name)(from) || []);
    if (!ids) return [];
    return ids
        .split(/[\t\n\f\r ]+/)
        .map(id => id && byId(from, id))
        .filter(Boolean);
};

/** The same, each once. */
export const byIds = (from, name) => [...new Set(namedByIds(from, name))];

/** All matches below a document, shadow root or element, as an array in document order. Throws on a bad selector. */
export const all = (root, selector) => {
    const type = nodeType(root);
    const query = type === DOCUMENT ? documentAll : type === FRAGMENT ? fragmentAll : elementAll;
    const list = query(root, selector);
    const found = [];
    for (let index = 0, length = lengthOf(list); index < length; index += 1) found.push(itemOf(list, index));
    return found;
};

export const isSlot = node => isElement(node) && kind(node) === 'slot';
export const assignedNodes = slot => nativeAssigned(slot);
export const assignedSlot = node => {
    const type = nodeType(node);
    return type === ELEMENT ? slotOf(node) : type === TEXT || type === CDATA ? slotOfText(node) : null;
};

/** The children of a node, each of which belongs to `parent` in the flat tree. */
const lightChildren = (node, parent) => {
    const children = [];
    const root = rootNode(node);
    for (let child = firstChild(node); child; child = nextSibling(child)) {
        children.push(child);
        if (nodeType(child) !== ELEMENT) continue;
        rootNode.note(child, root);
        parentElement.note(child, parent);
    }
    return children;
};

/** The first child in the flat tree that is an element of that kind; else `undefined`. */
export const firstOf = (element, name) => children(element).find(child => isElement(child) && kind(child) === name);

/** The children in the flat tree: of a host those of its open shadow root, of a slot what is assigned to it. */
export const children = memoised(node => {
    if (isElement(node)) {
        const shadow = shadowRoot(node);
        if (shadow) return lightChildren(shadow, node);
        if (isSlot(node)) {
            const assigned = assignedNodes(node);
            if (assigned.length > 0) return assigned;
        }
        return lightChildren(node, node);
    }
    return lightChildren(node, null);
});

/** The parent of a text as `parentElement` has it: a text is asked only once. */
export const parentOfText = node => {
    const parent = parentNode(node);
    if (!parent) return null;
    const type = nodeType(parent);
    if (type === FRAGMENT) return shadowHost(parent);
    if (type !== ELEMENT) return null;
    return shadowRoot(parent) ? assignedSlot(node) : parent;
};

/** The parent element in the flat tree within one document; `null` at its root, and for what no slot shows. */
export const parentElement = memoised(parentOfText);

const FRAMES = new Set(['iframe', 'frame', 'object', 'embed', 'fencedframe']);

/** Whether an element is a frame of any kind. */
export const isFrame = element => FRAMES.has(kind(element));

/** The document in a frame element, where it may be looked into; else `null`. */
export const contentDocument = element => {
    const read = contentOf.get(kind(element));
    try {
        return (read && read(element)) || null;
    } catch {
        return null;
    }
};

/** The document that an element is in. */
export const documentOf = climbing(element => (parentElement(element) ? undefined : ownerDocument(element)), parentElement);

/** The element that holds a node's document in its page, where it may be looked at; else `null`. */
export const frameOf = node => {
    const document = nodeType(node) === DOCUMENT ? node : ownerDocument(node);
    const view = document && defaultView(document);
    try {
        return (view && frameElement(view)) || null;
    } catch {
        return null;
    }
};

/** The value of a text-like control as it is now; `undefined` for what has none. */
export const formValue = element => {
    switch (isHtml(element) ? localName(element) : '') {
        case 'input':
            return inputValue(element);
        case 'textarea':
            return areaValue(element);
        case 'select':
            return selectValue(element);
        default:
            return undefined;
    }
};

/** An address as it is meant where the element is. */
export const resolve = (href, element) => {
    try {
        return new URL(href, baseUri(element)).href;
    } catch {
        return href;
    }
};

/** Where a link leads, resolved; '' for what leads nowhere. */
export const linkTarget = element => {
    if (isHtml(element) && hasAttribute(element, 'href')) {
        if (localName(element) === 'a') return anchorHref(element);
        if (localName(element) === 'area') return areaHref(element);
    }
    const href = attribute(element, 'href') || attribute(element, 'xlink:href');
    return href ? resolve(href, element) : '';
};

/** Folds white space as it is shown. */
export const fold = text => text.replace(/[\t\n\f\r ​]+/g, ' ').trim();

/** An element's computed style; read it by `css`. */
export const style = memoised(element => computedStyle(element));

/** One property of a computed style, for example `css(style(element), 'display')`. */
export const css = (of, property) => (of ? propertyOf(of, property) : '');

/** The style of `::before`, `::after` or `::marker`. */
export const pseudoStyle = (element, pseudo) => computedStyle(element, pseudo);

/** Whether an element has a box, where the browser says so cheaply; else `undefined`. */
export const hasBox = element => nativeCheckVisibility && nativeCheckVisibility(element);

/** Whether an element matches; false where the browser does not know the selector. */
export const matchesSafe = (element, selector) => {
    try {
        return matches(element, selector);
    } catch {
        return false;
    }
};

/** One for all texts of a document: it keeps its ranges up to date, which costs whoever changes it. */
const rangeIn = memoised(document => newRange(document));

/** The box around a text node. */
export const textRect = text => {
    const range = rangeIn(ownerDocument(text));
    selectNode(range, text);
    return rangeRect(range);
};

const WITH_VISIBILITY = { visibilityProperty: true };

/** Whether an element has a box and is not hidden by `visibility`, where the browser says so cheaply; else `undefined`. */
export const checkVisibility = element => nativeCheckVisibility && nativeCheckVisibility(element, WITH_VISIBILITY);
