// Options chosen in a select.

import { all, formValue, kind, optionLabel, optionSelected, optionValue, selectMultiple, setter } from './dom.js';
import { focusAt, tellChange } from './act-fill.js';
import { mustBeEnabled, mustBeShown } from './act-ready.js';
import { Refusal } from './query.js';
import { foldText } from './text-match.js';
import { isEnabled } from './read.js';

const setSelected = setter(HTMLOptionElement.prototype, 'selected');

/** The option that a text means: by its value, by its label, or as `index=N`. */
const optionOf = (options, wanted) => {
    const folded = foldText(wanted);
    const index = /^index=(\d+)$/.exec(wanted);
    return (
        options.find(option => optionValue(option) === wanted) ||
        options.find(option => foldText(optionLabel(option)) === folded) ||
        (index && options[Number(index[1])])
    );
};

/** Refuses what is no select. */
export const mustBeSelect = element => {
    if (kind(element) !== 'select') {
        throw new Refusal('unfit', `the element <${kind(element)}> is no select: click it, and then its option`);
    }
};

/** Refuses what no option can be chosen in. */
export const mustBeChoosable = element => {
    mustBeSelect(element);
    mustBeShown(element);
    mustBeEnabled(element);
};

/** Chooses the options, and no others; answers what it holds then. `force`: also those that are disabled. */
export const select = (element, wanted, force) => {
    if (wanted.length > 1 && !selectMultiple(element)) throw new Refusal('unfit', 'only one option can be chosen');
    const options = all(element, 'option');
    const chosen = new Set();
    for (const text of wanted) {
        const option = optionOf(options, text);
        if (!option) throw missing(options, text);
        if (!force && !isEnabled(option)) throw new Refusal('unready', `its option \`${text}\` is disabled`);
        chosen.add(option);
    }
    focusAt(element);
    const before = options.map(optionSelected);
    for (const option of options) {
        if (selectMultiple(element) || chosen.has(option)) setSelected(option, chosen.has(option));
    }
    if (options.some((option, at) => optionSelected(option) !== before[at])) tellChange(element);
    return selectMultiple(element) ? [...chosen].map(optionLabel).join(', ') : formValue(element);
};

const MOST_OPTIONS = 10;

const missing = (options, text) => {
    const labels = options.slice(0, MOST_OPTIONS).map(option => JSON.stringify(foldText(optionLabel(option))));
    const more = options.length > MOST_OPTIONS ? ` and ${options.length - MOST_OPTIONS} more` : '';
    return new Refusal('unready', `it has no option \`${text}\`; there is ${labels.join(', ') || 'none'}${more}`);
};
