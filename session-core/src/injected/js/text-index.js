// The text of a document as one string, and which part of it each element has: so each is looked for once, however many
// elements there are and however deep they are.
//
// It is the text of the tree, shown or not, as in Playwright. What is in `head`, scripts and styles is none.

import {
    data,
    documentElement,
    firstChild,
    formValue,
    inputType,
    isElement,
    isText,
    kind,
    localName,
    nextSibling,
    nodeType,
    shadowRoot,
    CDATA,
    ELEMENT,
    TEXT,
} from './dom.js';
import { hasShadows, perDocument, upper } from './compose.js';
import { memoised } from './memo.js';
import { Refusal } from './query.js';
import { caseless, expressionOf, foldText, squeeze } from './text-match.js';

/** Elements whose text is none, and those that have text of their own: most are neither, which their name tells. */
const NO_TEXT = new Set(['head', 'noscript', 'script', 'style', 'svg:script', 'svg:style']);
const MATTERING_NAMES = new Set(['br', 'head', 'input', 'noscript', 'script', 'style']);
const TEXT_BUTTONS = new Set(['button', 'reset', 'submit']);

/** Text of its own that an element shows instead of children. */
const ownText = element => {
    const its = kind(element);
    if (its === 'br') return '\n';
    return its === 'input' && TEXT_BUTTONS.has(inputType(element)) ? formValue(element) : '';
};

/** Puts texts one behind the other, with one blank where there is white space. */
const newText = fold => {
    const parts = [];
    let isApart = false;
    let length = 0;
    return {
        length: () => length,
        join: () => parts.join(''),
        add: text => {
            const piece = squeeze(text);
            if (piece === '') return;
            if (piece[0] === ' ') isApart = true;
            const words = piece.trim();
            if (words === '') return;
            const folded = isApart && length > 0 ? ` ${fold(words)}` : fold(words);
            parts.push(folded);
            length += folded.length;
            isApart = piece[piece.length - 1] === ' ';
        },
    };
};

const build = (document, fold) => {
    const index = { text: '', elements: [], starts: [], ends: [] };
    const text = newText(fold);
    const stack = [];
    const isComposed = hasShadows(document);
    const enter = node => {
        const type = nodeType(node);
        if (type === TEXT || type === CDATA) return text.add(data(node));
        if (type !== ELEMENT) return undefined;
        const isSpecial = MATTERING_NAMES.has(localName(node));
        if (isSpecial && NO_TEXT.has(kind(node))) return undefined;
        const place = index.elements.push(node) - 1;
        index.starts.push(text.length());
        index.ends.push(text.length());
        if (isSpecial) text.add(ownText(node));
        // A host's own children come behind those of its shadow root.
        stack.push({ place, next: firstChild(node) });
        const shadow = isComposed ? shadowRoot(node) : null;
        if (shadow) stack.push({ place: -1, next: firstChild(shadow) });
        return undefined;
    };
    const top = documentElement(document);
    if (top) enter(top);
    while (stack.length > 0) {
        const here = stack[stack.length - 1];
        if (here.next) {
            const node = here.next;
            here.next = nextSibling(node);
            enter(node);
        } else {
            stack.pop();
            if (here.place >= 0) index.ends[here.place] = text.length();
        }
    }
    index.text = text.join();
    return index;
};

/** Which place each element has. */
const placesOf = memoised(index => new Map(index.elements.map((element, place) => [element, place])));

const plainText = text => text;
const indexOf = perDocument(build);

/** The text at a place. */
const textAt = ({ text, starts, ends }, place) => text.slice(starts[place], ends[place]).trim();

/** The text of an element, folded; '' for what has none. */
export const wholeText = (document, element) => {
    const index = indexOf(document, plainText);
    const place = placesOf(index).get(element);
    return place === undefined ? '' : textAt(index, place);
};

/** Where a text stands that is not empty. */
const occurrences = (text, wanted) => {
    const found = [];
    for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) found.push(at);
    return found;
};

/** The first of sorted numbers that is no less. */
const firstFrom = (numbers, from) => {
    let [low, high] = [0, numbers.length];
    while (low < high) {
        const middle = (low + high) >> 1;
        if (numbers[middle] < from) low = middle + 1;
        else high = middle;
    }
    return numbers[low];
};

/** The function that tells whether the text at a place contains that one, whatever the case. */
const partHits = perDocument((document, part) => {
    const index = indexOf(document, caseless);
    const wanted = caseless(foldText(part));
    const found = occurrences(index.text, wanted);
    const isHit = place => firstFrom(found, index.starts[place]) + wanted.length <= index.ends[place];
    return { index, isHit };
});

const exactHits = (document, exact) => {
    const index = indexOf(document, plainText);
    const wanted = foldText(exact);
    // Most have another length, which is a look; there may be one blank before.
    const isHit = place => {
        const more = index.ends[place] - index.starts[place] - wanted.length;
        return more >= 0 && more <= 1 && textAt(index, place) === wanted;
    };
    return { index, isHit };
};

/** How many characters a regular expression is tried on at most. */
const MOST_TRIED = 50_000_000;

const regexHits = (document, regex) => {
    const index = indexOf(document, plainText);
    const expression = expressionOf(regex);
    let tried = 0;
    const isHit = place => {
        const text = textAt(index, place);
        tried += text.length;
        if (tried > MOST_TRIED) throw new Refusal('unfit', 'the page has too much text, too deep, for a regular expression');
        return expression.test(text);
    };
    return { index, isHit };
};

const hitsOf = (document, match) => {
    if (match.part !== undefined) return partHits(document, match.part);
    return match.exact === undefined ? regexHits(document, match.regex) : exactHits(document, match.exact);
};

/** The smallest elements whose text is as wanted: none of their children is, too. */
export const smallest = perDocument((document, match) => {
    const { index, isHit } = hitsOf(document, match);
    const { elements } = index;
    const hits = elements.filter((_, place) => isHit(place));
    const around = new Set(hits.map(upper));
    return new Set(hits.filter(element => !around.has(element)));
});

/** The function that tells whether an element's text is as wanted, whatever the text of what is in it. */
export const hasTextLike = (document, match) => {
    const { index, isHit } = hitsOf(document, match);
    const places = placesOf(index);
    return element => {
        const place = places.get(element);
        return place !== undefined && isHit(place);
    };
};

/** The elements with a run of text, not broken by other elements, that is exactly that. */
export const withRun = perDocument((document, text) => {
    const wanted = foldText(text);
    const { elements } = indexOf(document, plainText);
    return new Set(elements.filter(element => runs(element).some(run => foldText(run) === wanted)));
});

/** The runs of text of an element itself. */
export const runs = element => {
    const own = ownText(element);
    const found = own.trim() === '' ? [] : [own];
    let run = null;
    for (let node = firstChild(element); node; node = nextSibling(node)) {
        if (isText(node)) run = (run ?? '') + data(node);
        else if (isElement(node)) {
            if (run !== null) found.push(run);
            run = null;
        }
    }
    if (run !== null) found.push(run);
    return found;
};
