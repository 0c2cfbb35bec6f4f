// The document as HTML, with what the markup alone does not say: open shadow roots as declarative ones, and the values of
// forms as they are now. Values of password fields are left out.
//
// What has neither in it is written by the browser; only the elements on the way to such ones are written here.

import {
    all,
    attribute,
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
    localName,
    nextSibling,
    nodeType,
    optionSelected,
    outerHtml,
    parentNode,
    qualifiedName,
    serialize,
    shadowHost,
    shadowRoot,
    COMMENT,
} from './dom.js';
import { isPasswordLike } from './value.js';

const VOID = new Set(
    'area base br col embed hr img input link meta source track wbr basefont bgsound frame keygen param'.split(' '),
);
const RAW = new Set('style script xmp iframe noembed noframes plaintext noscript'.split(' '));
const FORM = new Set(['input', 'textarea', 'option']);
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
    const parts = [];
    const stack = [top];
    while (stack.length > 0) {
        const item = stack.pop();
        if (typeof item === 'string') parts.push(item);
        else if (isElement(item) && special.has(item)) open(item, parts, stack);
        else parts.push(writeOther(item));
    }
    return parts.join('');
};

/** The elements that are written here: form controls, hosts of shadow roots, and all around them. */
const findSpecial = top => {
    const special = new Set();
    const roots = [top];
    while (roots.length > 0) {
        const root = roots.pop();
        for (const element of root === top ? [top, ...all(root, '*')] : all(root, '*')) {
            const shadow = shadowRoot(element);
            if (shadow) roots.push(shadow);
            if (shadow || (FORM.has(localName(element)) && isHtml(element))) markUp(element, special);
        }
    }
    return special;
};

const markUp = (element, special) => {
    for (let here = element; here && !special.has(here); ) {
        if (isElement(here)) special.add(here);
        here = parentNode(here) || shadowHost(here);
    }
};

/** Writes an element's start, and pushes what is in it and its end. */
const open = (element, parts, stack) => {
    const name = qualifiedName(element);
    parts.push(`<${name}${writeAttributes(element)}>`);
    if (isHtml(element) && VOID.has(localName(element))) return;
    stack.push(`</${name}>`);
    if (isHtml(element) && localName(element) === 'textarea') {
        stack.push(escapeText(isPasswordLike(element) ? '' : formValue(element)));
        return;
    }
    pushChildren(element, stack);
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

const writeOther = node => {
    if (isElement(node)) return outerHtml(node);
    if (isText(node)) {
        const parent = parentNode(node);
        return isElement(parent) && RAW.has(localName(parent)) ? data(node) : escapeText(data(node));
    }
    return nodeType(node) === COMMENT ? `<!--${data(node)}-->` : '';
};

const writeAttributes = element => {
    const changed = formAttributes(element);
    let text = '';
    for (const name of attributeNames(element)) {
        if (!changed.has(name)) text += writeAttribute(name, attribute(element, name));
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

/** An empty value is written only where the markup has one. */
const valueAttribute = element => formValue(element) || (attribute(element, 'value') === null ? null : '');

const escapeText = text => text.replace(/[&<>\u00a0]/g, escapeOne);
const escapeAttribute = text => text.replace(/[&<>"\u00a0]/g, escapeOne);
const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\u00a0': '&nbsp;' };
const escapeOne = character => ENTITIES[character];
