// What `extract` takes for the text and the value of an element, how names are compared, and how much it tells at most.

import {
    all,
    attribute,
    hasAttribute,
    innerText,
    inputChecked,
    inputType,
    isHtml,
    kind,
    linkTarget,
    ownerDocument,
    resolve,
    shadowRoot,
    textContent,
    formValue,
} from './dom.js';
import { hasShadows } from './compose.js';
import { role } from './role.js';
import { caseless, foldText } from './text-match.js';
import { wholeText } from './text-index.js';
import { isPasswordLike, value } from './value.js';

/** How long one value may be, an address that is itself the content, and all that is told. */
const MOST_OF_VALUE = 5000;
const MOST_OF_INLINE = 120;
const MOST_IN_ALL = 4_000_000;

/** How much text is read for that: what is in each other is read again and again. */
const MOST_READ = 10_000_000;

let room = 0;
let clipped = 0;
let readable = 0;

/** Begins an answer. */
export const beginExtract = () => {
    room = MOST_IN_ALL;
    clipped = 0;
    readable = MOST_READ;
};

/** Whether nothing more is told. */
export const isExtractFull = () => room <= 0 || readable <= 0;

/** How many values were cut. */
export const clippedValues = () => clipped;

/** A value as it is told: a text no longer than that. */
export const asTold = found => {
    if (typeof found !== 'string') return found;
    room -= found.length + 8;
    if (found.length <= MOST_OF_VALUE) return found;
    room += found.length - MOST_OF_VALUE;
    clipped += 1;
    return `${found.slice(0, MOST_OF_VALUE)}…`;
};

/** A name as it is compared: letters and digits, whatever the case. */
export const nameKey = text => caseless(foldText(text.slice(0, 200))).replace(/[^\p{L}\p{N}]+/gu, '');

/** A name as it is told: without the colon or the star behind it. */
export const tidyName = text => foldText(text.slice(0, 1000)).replace(/[\s:*]+$/, '').slice(0, 200);

/** The words of a class or an id: `product-price`, `product_price` and `productPrice` have two. */
export const nameWords = token =>
    token
        .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
        .split(/[^\p{L}\p{N}]+/u)
        .filter(Boolean);

const holdsShadow = element => shadowRoot(element) || all(element, '*').some(shadowRoot);

const rawText = element => {
    const inside = ownerDocument(element);
    const isApart = hasShadows(inside) && holdsShadow(element);
    const text = isApart ? wholeText(inside, element) : isHtml(element) ? innerText(element) : textContent(element);
    // Each reading costs more than its text, since all of what is in there is looked at.
    readable -= text.length + 100;
    return text;
};

/** The text of an element as it is shown, in one line. */
export const shownText = element => foldText(rawText(element));

/** How much of a text is told by its lines. */
const MOST_OF_LINES = 20_000;

/** The same as it stands in lines and cells. */
export const shownLines = element =>
    rawText(element)
        .slice(0, MOST_OF_LINES)
        .split(/[\n\t]+/)
        .map(foldText);

/** Any text of an element, shown or not, in one line. */
export const anyText = element => foldText(textContent(element));

/** The address in an attribute. */
export const addressIn = (element, name) => {
    const found = (attribute(element, name) || '').trim();
    const address = found === '' ? '' : resolve(found, element);
    return /^(data|javascript|blob):/i.test(address) && address.length > MOST_OF_INLINE
        ? `${address.slice(0, MOST_OF_INLINE)}…`
        : address;
};

/** What stands for a secret, however long it is. */
export const SECRET = '••••••••';

const CONTROLS = new Set(['input', 'select', 'textarea', 'meter', 'progress', 'output']);
const CHECKED_TYPES = new Set(['checkbox', 'radio']);

/** Whether an element has a value that is not its text. */
export const holdsValue = element => CONTROLS.has(kind(element));

/** What a control holds: a text, true or false; `null` for nothing. */
export const controlValue = element => {
    if (kind(element) === 'output') return shownText(element);
    if (isPasswordLike(element)) return formValue(element) === '' ? '' : SECRET;
    if (kind(element) === 'input' && CHECKED_TYPES.has(inputType(element))) return inputChecked(element);
    return value(element, role(element)) ?? formValue(element) ?? null;
};

/** The attribute that says what an element says, for machines. */
const MACHINE = new Map([
    ['time', 'datetime'],
    ['data', 'value'],
    ['meta', 'content'],
]);

/** Elements that may be there for a control. */
const HOLDERS = new Set(['dd', 'td', 'th']);

/**
 * What an element says: the value of a control, or of the one that is all of it; what is meant for machines; the address of
 * an image; else its text.
 */
export const saidBy = element => {
    if (holdsValue(element)) return controlValue(element);
    const its = kind(element);
    if (its === 'img') return addressIn(element, 'src');
    if (MACHINE.has(its) && hasAttribute(element, MACHINE.get(its))) return attribute(element, MACHINE.get(its));
    const text = shownText(element);
    if (text === '' || HOLDERS.has(its)) {
        const controls = all(element, 'input:not([type=hidden]), select, textarea');
        // The text of a select is what can be chosen.
        if (controls.length === 1 && (text === '' || kind(controls[0]) === 'select')) return controlValue(controls[0]);
    }
    if (text !== '') return text;
    if (its === 'a') return linkTarget(element);
    const images = all(element, 'img');
    return images.length === 1 ? attribute(images[0], 'alt') || addressIn(images[0], 'src') : '';
};
