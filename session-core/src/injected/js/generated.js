// The text that style sheets add: `::before` and `::after` (CSS Generated Content 3).

import { attribute, css, kind, parentElement, pseudoStyle } from './dom.js';
import { memoised } from './memo.js';
import { mayGenerate } from './sheets.js';

/** The text of `::before` or `::after`; '' where there is none. The alternative counts where there is one. */
export const pseudoText = (element, pseudo) => {
    if (!mayGenerate(element)) return '';
    return pseudo === '::before' ? textBefore(element) : textAfter(element);
};

const textBefore = memoised(element => readPseudo(element, '::before'));
const textAfter = memoised(element => readPseudo(element, '::after'));

const readPseudo = (element, pseudo) => {
    const its = pseudoStyle(element, pseudo);
    const content = css(its, 'content');
    if (content === 'none' || content === '' || content === 'normal') return '';
    if (css(its, 'display') === 'none' || css(its, 'visibility') !== 'visible') return '';
    return generatedText(content, element, its);
};

/** Whether `::before` or `::after` stands in the line with the text. */
export const isPseudoInline = (element, pseudo) => css(pseudoStyle(element, pseudo), 'display') === 'inline';

/** Beyond this it is no text for people. */
const MAX_CONTENT = 10000;

const PIECE = /"((?:[^"\\]|\\.)*)"|attr\(\s*([^\s,)]+)[^)]*\)|(open-quote|close-quote)|\/|[a-z-]+\((?:[^()"]|"(?:[^"\\]|\\.)*")*\)|\S/g;

/** The text of a value of `content`: what is behind a slash stands for all before it. */
export const generatedText = (content, element, its) => {
    let text = '';
    for (const [piece, string, attributeName, quote] of content.slice(0, MAX_CONTENT).matchAll(PIECE)) {
        if (string !== undefined) text += unescapeText(string);
        else if (attributeName !== undefined) text += attribute(element, attributeName) || '';
        else if (quote !== undefined) text += quoteText(quote, element, its);
        else if (piece === '/') text = '';
    }
    return text;
};

const unescapeText = text =>
    text.replace(/\\([0-9a-f]{1,6})\s?|\\(.)/gi, (_, code, character) =>
        code === undefined ? character : String.fromCodePoint(Math.min(parseInt(code, 16), 0x10ffff)),
    );

const DEFAULT_QUOTES = ['\u201c', '\u201d', '\u2018', '\u2019'];

/** A quotation mark, by how many quotations it is in. */
const quoteText = (which, element, its) => {
    let depth = 0;
    for (let here = parentElement(element); here; here = parentElement(here)) if (kind(here) === 'q') depth += 1;
    const declared = css(its, 'quotes');
    if (declared === 'none') return '';
    const strings = [...declared.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, string]) => unescapeText(string));
    const marks = strings.length >= 2 ? strings : DEFAULT_QUOTES;
    const pair = Math.min(depth, marks.length / 2 - 1);
    return marks[pair * 2 + (which === 'close-quote' ? 1 : 0)];
};

/** The alternative text of an element that `content` replaces by an image; `null` where there is none. */
export const replacedText = (element, its) => {
    const content = css(its, 'content');
    return content.startsWith('url(') && content.includes('" / ') ? generatedText(content, element, its) : null;
};
