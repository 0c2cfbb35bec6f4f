// What the tags themselves say: the heading, the link, the image, the time, the price. Where there are several, and nothing
// tells which one is meant, that is told instead of one of them.

import {
    all,
    attribute,
    bodyOf,
    css,
    data,
    firstChild,
    hasAttribute,
    isElement,
    isText,
    kind,
    linkTarget,
    nextSibling,
    style,
    titleOf,
} from './dom.js';
import { upper } from './compose.js';
import { addressIn, asTold, controlValue, holdsValue, nameKey, shownLines, shownText } from './extract-text.js';
import { name } from './name.js';
import { role } from './role.js';
import { KNOWN_ROLES } from './role-table.js';
import { isHidden } from './visible.js';

const keysOf = text => text.split(' ');
const HEADING_KEYS = new Set(keysOf('title name heading headline'));
const LINK_KEYS = new Set(keysOf('link url href'));
const IMAGE_KEYS = new Set(keysOf('image img src picture photo thumbnail'));
const TIME_KEYS = new Set(keysOf('time date datetime published'));
const PRICE_KEYS = new Set(keysOf('price amount cost'));

/** Whether a field of that key is an address: then that of a link or image counts, rather than its text. */
export const isLinkKey = key => LINK_KEYS.has(key);
export const isImageKey = key => IMAGE_KEYS.has(key);

const HEADING_TAG = /^h[1-6]$/;

/** The headings of the highest level. */
export const headingsIn = elements => {
    const found = elements.filter(element => HEADING_TAG.test(kind(element)) && !isHidden(element));
    const level = found.reduce((least, element) => Math.min(least, Number(kind(element)[1])), 9);
    return found.filter(element => Number(kind(element)[1]) === level);
};

/** Links that lead somewhere else than into the same place. */
export const linksIn = ({ root, inside, elements }) => {
    const own = root !== inside && kind(root) === 'a' ? [root, ...elements] : elements;
    return own.filter(element => kind(element) === 'a' && /^(https?|mailto|tel|file):/.test(linkTarget(element)));
};

const distinct = values => [...new Set(values)].filter(value => value !== '');

/** One value, or how many there are. */
const single = (from, values) => {
    const found = distinct(values);
    if (found.length === 0) return null;
    return found.length === 1 ? { from, values: [asTold(found[0])] } : { from, count: found.length };
};

const linkIn = scope => {
    const links = linksIn(scope);
    const targets = single('link', links.map(linkTarget));
    if (!targets || !targets.count) return targets;
    const headed = links.filter(isHeadingLink);
    const own = headed.length > 0 ? single('link of the heading', headed.map(linkTarget)) : null;
    return own && !own.count ? own : targets;
};

const isHeadingLink = link => {
    if (all(link, 'h1, h2, h3, h4, h5, h6').length > 0) return true;
    for (let here = upper(link); here && isElement(here); here = upper(here)) if (HEADING_TAG.test(kind(here))) return true;
    return false;
};

const times = elements => elements.filter(element => kind(element) === 'time');

const SIGN = '[$\\u00a2-\\u00a5\\u20a0-\\u20c0]|\\b(?:USD|EUR|GBP|CHF|JPY|CNY|INR|AUD|CAD|SEK|NOK|DKK|PLN|CZK|HUF|BRL|kr|zł|Kč|Fr)\\b\\.?';
const AMOUNT = "(?:\\d{1,3}(?:[.,'’\\u00a0\\u202f ]\\d{3})+(?:[.,]\\d+)?(?!\\d)|\\d+(?:[.,]\\d+)*)(?:[.,][-–—])?";
const PRICE = new RegExp(`(?:(?:${SIGN})\\s?[-−]?${AMOUNT})|(?:[-−]?${AMOUNT}\\s?(?:${SIGN}|€))`, 'gu');

const STRUCK = new Set(['del', 's', 'strike']);

const isStruck = element =>
    STRUCK.has(kind(element)) ||
    (hasOwnText(element) && css(style(element), 'text-decoration-line').includes('line-through'));

const pricesOf = element => (element ? shownLines(element).flatMap(line => line.match(PRICE) || []) : []);

/** What looks like a price, but for those that are struck out. */
const pricesIn = ({ root, inside, elements }) => {
    const found = pricesOf(root === inside ? bodyOf(inside) : root);
    if (new Set(found).size < 2) return found;
    const struck = new Set(elements.filter(isStruck).flatMap(pricesOf));
    return found.filter(price => !struck.has(price));
};

/** What the tags say of a field; `null` where they say nothing. */
export const byTag = (key, scope) => {
    const { elements, root, inside } = scope;
    if (HEADING_KEYS.has(key)) {
        const said = single('heading', headingsIn(elements).map(shownText));
        return said || root !== inside ? said : single('title of the document', [titleOf(inside)]);
    }
    if (LINK_KEYS.has(key)) return linkIn(scope);
    if (IMAGE_KEYS.has(key)) return single('image', imagesOf(scope).map(image => addressIn(image, 'src')));
    if (key === 'alt') return single('image', imagesOf(scope).map(image => attribute(image, 'alt') || ''));
    if (TIME_KEYS.has(key)) return single('time', times(elements).map(timeIn));
    if (PRICE_KEYS.has(key) && elements.length > 0) return single('text like a price', pricesIn(scope));
    if (key === 'value' && root !== inside && holdsValue(root)) return { from: 'value', values: [asTold(controlValue(root))] };
    if (key === 'text' && root !== inside) return single('text', [shownText(root)]);
    return null;
};

export const imagesOf = ({ root, inside, elements }) => {
    const own = root !== inside && kind(root) === 'img' ? [root] : elements;
    return own.filter(element => kind(element) === 'img' && hasAttribute(element, 'src'));
};

export const timeIn = element => attribute(element, 'datetime') || shownText(element);

const ROLE_KEYS = new Map([...KNOWN_ROLES].map(word => [nameKey(word), word]));

/** The elements whose role is the field's name, by their names. */
export const byRoleName = (key, { elements }) => {
    const wanted = ROLE_KEYS.get(key);
    if (!wanted || wanted === 'generic' || wanted === 'none') return null;
    const found = elements.filter(element => role(element) === wanted && !isHidden(element));
    const values = distinct(found.map(element => name(element).text || shownText(element)));
    return values.length > 0 ? { from: `role ${wanted}`, values: values.map(asTold) } : null;
};

/** Whether an element has text of its own. */
export const hasOwnText = element => {
    for (let node = firstChild(element); node; node = nextSibling(node)) {
        if (isText(node) && data(node).trim() !== '') return true;
    }
    return false;
};
