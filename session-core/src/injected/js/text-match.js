// How text is compared: white space is folded, what nobody sees (soft hyphens, marks of direction) is left out, and where
// the case does not matter, neither does how letters with marks are composed.

import { Refusal } from './query.js';

const UNSEEN = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/** What most texts have not. */
const UNEVEN = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]|\s\s|[^\S ]/;

/** Text without what nobody sees, each white space one blank; blanks at the ends stay. */
export const squeeze = text => (UNEVEN.test(text) ? text.replace(UNSEEN, '').replace(/\s+/g, ' ') : text);

/** Text as it is compared. */
export const foldText = text => squeeze(text).trim();

/** Text whose case does not matter. The last sigma of a word is one like others. */
export const caseless = text =>
    /[^\0-\x7f]/.test(text) ? text.normalize('NFC').toLowerCase().replace(/ς/g, 'σ') : text.toLowerCase();

/** A regular expression of a locator. */
export const expressionOf = ({ source, flags }) => {
    try {
        return new RegExp(source, flags);
    } catch (error) {
        throw new Refusal('selector', String(error.message));
    }
};

/** The function that tells whether a text is as a locator wants it. */
export const matcherOf = match => {
    if (match.part !== undefined) {
        const wanted = caseless(foldText(match.part));
        return text => caseless(foldText(text)).includes(wanted);
    }
    if (match.exact !== undefined) {
        const wanted = foldText(match.exact);
        return text => foldText(text) === wanted;
    }
    const expression = expressionOf(match.regex);
    return text => expression.test(foldText(text));
};
