// The document as HTML, with what the markup alone does not say: open shadow roots as declarative ones, and the values of
// forms as they are now. Values of password fields are left out.
//
// What has neither in it is written by the browser; only the elements on the way to such ones are written here.

import {
    all,
    attribute,
    attributeAsNamed,
    attributeNames,
    data,
    doctype,
    documentElement,
    firstChild,
    formValue,
    inputChecked,
    inputType,
    isElement,
    isHtml,
    isText,
    isXml,
    localName,
    matches,
    nextSibling,
    optionSelected,
    outerHtml,
    ownerDocument,
    parentNode,
    qualifiedName,
    serialize,
    shadowRoot,
    templateContent,
    textContent,
} from './dom.js';
import { isPasswordLike } from './value.js';

const VOID = new Set(
    'area base br col embed hr img input link meta source track wbr basefont bgsound frame keygen param'.split(' '),
);
const RAW = new Set('style script xmp iframe noembed noframes plaintext noscript'.split(' '));
const FORM = 'input, textarea, option';
const CHECKS = new Set(['checkbox', 'radio']);

/** The HTML of a document; of an XML document, its XML. */
export const readHtml = document => {
    const type = doctype(document);
    const head = type ? `${serialize(type)}\n` : '';
    const top = documentElement(document);
    if (!top) return head;
    return head + (isHtml(top) ? writeElement(top) : serialize(top));
};

/** The HTML of one element in the same way. */
export const writeElement = top => {
    const special = findSpecial(top);
    if (!special.has(top)) return outerHtml(top);
    const out = { parts: [], stack: [top], isXml: isXml(ownerDocument(top)) };
    while (out.stack.length > 0) {
        const item = out.stack.pop();
        if (typeof item === 'string') out.parts.push(item);
        else if (isElement(item) && special.has(item)) open(item, out);
        else out.parts.push(writeOther(item, out));
    }
    return out.parts.join('');
};

/** The elements that are written here: form controls that were changed, hosts of shadow roots, and all around them. */
const findSpecial = top => {
    const special = new Set();
    const hosts = new Map();
    const roots = [top];
    while (roots.length > 0) {
        const root = roots.pop();
        const within = selector => (root === top && matches(top, selector) ? [top, ...all(root, selector)] : all(root, selector));
        const enter = (inner, element) => {
            hosts.set(inner, element);
            roots.push(inner);
        };
        for (const element of within('template')) {
            const content = templateContent(element);
            if (content) enter(content, element);
        }
        for (const element of within('*')) {
            const shadow = shadowRoot(element);
            if (!shadow) continue;
            enter(shadow, element);
            markUp(element, special, hosts);
        }
        for (const element of within(FORM)) if (isHtml(element) && isChanged(element)) markUp(element, special, hosts);
    }
    return special;
};

const markUp = (element, special, hosts) => {
    for (let here = element; here && !special.has(here); ) {
        if (isElement(here)) special.add(here);
        here = parentNode(here) || hosts.get(here);
    }
};

/** Writes an element's start, and pushes what is in it and its end. */
const open = (element, out) => {
    const { parts, stack } = out;
    const name = qualifiedName(element);
    const isVoid = isHtml(element) && VOID.has(localName(element));
    parts.push(`<${name}${writeAttributes(element)}${isVoid && out.isXml ? '/' : ''}>`);
    if (isVoid) return;
    stack.push(`</${name}>`);
    if (isHtml(element) && localName(element) === 'textarea') {
        stack.push(escapeText(isPasswordLike(element) ? '' : formValue(element)));
        return;
    }
    pushChildren(templateContent(element) || element, stack);
    const shadow = shadowRoot(element);
    if (!shadow) return;
    stack.push('</template>');
    pushChildren(shadow, stack);
    parts.push('<template shadowrootmode="open">');
};

const pushChildren = (node, stack) => {
    const inner = [];
    for (let child = firstChild(node); child; child = nextSibling(child)) inner.push(child);
    for (let index = inner.length - 1; index >= 0; index -= 1) stack.push(inner[index]);
};

const writeOther = (node, out) => {
    if (isElement(node)) return outerHtml(node);
    if (isText(node)) {
        const parent = parentNode(node);
        const isRaw = isElement(parent) && RAW.has(localName(parent)) && !out.isXml;
        return isRaw ? data(node) : escapeText(data(node));
    }
    return serialize(node);
};

const writeAttributes = element => {
    const changed = formAttributes(element);
    let text = '';
    for (const name of attributeNames(element)) {
        if (!changed.has(name)) text += writeAttribute(name, attributeAsNamed(element, name));
    }
    for (const [name, value] of changed) if (value !== null) text += writeAttribute(name, value);
    return text;
};

const writeAttribute = (name, value) => ` ${name}="${escapeAttribute(value)}"`;

/** The attributes that say a control's state as it is now; `null`: it has not that one. */
const formAttributes = element => {
    const changed = new Map();
    const name = isHtml(element) ? localName(element) : '';
    if (name === 'option') changed.set('selected', optionSelected(element) ? '' : null);
    if (name !== 'input') return changed;
    const type = inputType(element);
    if (CHECKS.has(type)) changed.set('checked', inputChecked(element) ? '' : null);
    else if (isPasswordLike(element)) changed.set('value', null);
    else if (type !== 'file' && type !== 'image') changed.set('value', valueAttribute(element));
    return changed;
};

/** Whether a control is not what its markup says, or holds what is not to be written. */
const isChanged = element => {
    if (localName(element) === 'textarea') {
        return textContent(element) !== (isPasswordLike(element) ? '' : formValue(element));
    }
    for (const [name, value] of formAttributes(element)) {
        const written = attribute(element, name);
        if (name === 'value' ? written !== value : (written === null) !== (value === null)) return true;
    }
    return false;
};

/** An empty value is written only where the markup has one. */
const valueAttribute = element => formValue(element) || (attribute(element, 'value') === null ? null : '');

const escapeText = text => text.replace(/[&<>\u00a0]/g, escapeOne);
const escapeAttribute = text => text.replace(/[&<>"\u00a0]/g, escapeOne);
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\u00a0': '&nbsp;' };
const escapeOne = character => ENTITIES[character];
