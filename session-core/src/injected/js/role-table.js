// Which roles there are (WAI-ARIA 1.2, Graphics Module 1.0, DPUB-ARIA 1.1) and what HTML-AAM 1.0 says of each element.

const listed = text => text.split(' ');

/** A set of words. */
export const words = text => new Set(listed(text));

/** The roles that an author can give. What is not here (abstract roles, mistakes) is passed over. */
export const KNOWN_ROLES = new Set([
    ...listed('alert alertdialog application article banner blockquote button caption cell checkbox code columnheader'),
    ...listed('combobox comment complementary contentinfo definition deletion dialog document emphasis feed figure form'),
    ...listed('generic grid gridcell group heading img insertion link list listbox listitem log main mark marquee math'),
    ...listed('menu menubar menuitem menuitemcheckbox menuitemradio meter navigation none note option paragraph'),
    ...listed('progressbar radio radiogroup region row rowgroup rowheader scrollbar search searchbox sectionfooter'),
    ...listed('sectionheader separator slider spinbutton status strong subscript suggestion superscript switch tab table'),
    ...listed('tablist tabpanel term textbox time timer toolbar tooltip tree treegrid treeitem'),
    ...listed('graphics-document graphics-object graphics-symbol'),
    ...listed('doc-abstract doc-acknowledgments doc-afterword doc-appendix doc-backlink doc-biblioentry'),
    ...listed('doc-bibliography doc-biblioref doc-chapter doc-colophon doc-conclusion doc-cover doc-credit doc-credits'),
    ...listed('doc-dedication doc-endnote doc-endnotes doc-epigraph doc-epilogue doc-errata doc-example doc-footnote'),
    ...listed('doc-foreword doc-glossary doc-glossref doc-index doc-introduction doc-noteref doc-notice doc-pagebreak'),
    ...listed('doc-pagefooter doc-pageheader doc-pagelist doc-part doc-preface doc-prologue doc-pullquote doc-qna'),
    ...listed('doc-subtitle doc-tip doc-toc'),
]);

/** Other words for a role. */
export const SYNONYMS = new Map([
    ['image', 'img'],
    ['presentation', 'none'],
    ['directory', 'list'],
]);

/** Attributes that keep an element from being presentational (WAI-ARIA 1.2, 5.4.7). */
export const GLOBAL_ATTRIBUTES = listed(
    'aria-atomic aria-brailleroledescription aria-busy aria-controls aria-current aria-describedby aria-description ' +
        'aria-details aria-flowto aria-grabbed aria-keyshortcuts aria-label aria-labelledby aria-live aria-owns ' +
        'aria-relevant aria-roledescription',
);

/** HTML elements whose role does not depend on anything. All others are `generic`. */
export const ELEMENT_ROLES = new Map(
    Object.entries({
        address: 'group',
        article: 'article',
        blockquote: 'blockquote',
        button: 'button',
        code: 'code',
        dd: 'definition',
        del: 'deletion',
        details: 'group',
        dfn: 'term',
        dialog: 'dialog',
        dir: 'list',
        dt: 'term',
        em: 'emphasis',
        fieldset: 'group',
        figure: 'figure',
        form: 'form',
        frame: 'iframe',
        h1: 'heading',
        h2: 'heading',
        h3: 'heading',
        h4: 'heading',
        h5: 'heading',
        h6: 'heading',
        hgroup: 'group',
        hr: 'separator',
        iframe: 'iframe',
        fencedframe: 'iframe',
        ins: 'insertion',
        main: 'main',
        mark: 'mark',
        menu: 'list',
        meter: 'meter',
        nav: 'navigation',
        ol: 'list',
        optgroup: 'group',
        option: 'option',
        output: 'status',
        progress: 'progressbar',
        s: 'deletion',
        search: 'search',
        strong: 'strong',
        sub: 'subscript',
        sup: 'superscript',
        textarea: 'textbox',
        time: 'time',
        ul: 'list',
    }),
);

/** `input` by its type. Types without a role of their own are text fields to whom the page is told. */
export const INPUT_ROLES = new Map(
    Object.entries({
        button: 'button',
        checkbox: 'checkbox',
        file: 'button',
        hidden: 'none',
        image: 'button',
        number: 'spinbutton',
        radio: 'radio',
        range: 'slider',
        reset: 'button',
        search: 'searchbox',
        submit: 'button',
    }),
);

/** Types that no list of suggestions makes a combobox. */
export const NEVER_COMBOBOX = words('button checkbox color file hidden image password radio reset submit');

/** Roles that mean something only in others: where to be, by groups or by elements of no meaning between (6.3.9). */
export const CONTEXTS = new Map([
    ['listitem', new Set(['list', 'group'])],
    ['option', new Set(['listbox', 'group'])],
    ['treeitem', new Set(['tree', 'group', 'treeitem'])],
]);

/** Lists whose items are presentational with them. */
export const LISTS = words('ul ol menu');

/** Elements in which `header` and `footer` are those of a part of the page only (HTML-AAM 1.0). */
export const SECTIONS = words('article aside nav section');
export const SECTION_ROLES = words('article complementary navigation');

/** SVG elements that are drawn. */
export const SHAPES = words('circle ellipse line path polygon polyline rect');

/** Roles that make a table of rows, and rows of cells. */
export const TABLES = words('table grid treegrid');
export const ROWS = new Set(['row']);

/** Roles whose name comes from what is in them (WAI-ARIA 1.2, 5.2.8.6). */
export const NAMED_BY_CONTENT = new Set(
    words(
        'button cell checkbox columnheader doc-backlink doc-biblioref doc-glossref doc-noteref doc-subtitle ' +
            'graphics-object gridcell heading link menuitem menuitemcheckbox menuitemradio option radio rowheader ' +
            'switch tab term tooltip treeitem',
    ),
);

/** Roles that no author can name (WAI-ARIA 1.2, 5.2.8.6). */
export const NAMELESS = new Set(
    words(
        'caption code definition deletion emphasis generic insertion mark none paragraph strong subscript suggestion ' +
            'superscript term time',
    ),
);

/** Roles that lend what is in them to the name of what is around, and are not named by it. */
export const LENT_TO_NAMES = new Set(
    words(
        'generic none caption code contentinfo definition deletion emphasis insertion list listitem mark paragraph ' +
            'region strong subscript superscript time',
    ),
);

