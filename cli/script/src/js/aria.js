// Accessibility trees as text, compared with a template: what the template does not say may be anything.
//
// A line is `- role "name" [state]`, with `: text` behind it or lines below it; `- text: …`; or a property, `- /url: …`. In a
// template a name or text may be a regular expression, `/…/`, and `/children: equal` asks for these lines and no others.

/** A text as it stands behind a colon or in place of a name. */
const ariaScalar = text => {
    if (/^".*"$/s.test(text)) {
        try {
            return JSON.parse(text);
        } catch {
            return text;
        }
    }
    if (/^'.*'$/s.test(text)) return text.slice(1, -1).replaceAll("''", "'");
    const expression = /^\/(.*)\/([a-z]*)$/s.exec(text);
    return expression ? new RegExp(expression[1], expression[2]) : text;
};

/** A line without its dash: { key, value }. */
const ariaParts = line => {
    if (line.startsWith("'")) {
        const quoted = /^'((?:[^']|'')*)'\s*(?::\s*(.*))?$/s.exec(line);
        if (quoted) return { key: quoted[1].replaceAll("''", "'"), value: quoted[2] ?? '' };
    }
    const found = /^((?:"(?:[^"\\]|\\.)*"|\/(?:[^/\\]|\\.)+\/[a-z]*(?=\s|:|$)|[^":]|:(?!\s|$))*):(?:\s+(.*))?$/s.exec(line);
    return found ? { key: found[1], value: found[2] ?? '' } : { key: line, value: '' };
};

/** An element's line: { role, name?, states }. */
const ariaElement = key => {
    const found = /^([\w-]+)(?:\s+("(?:[^"\\]|\\.)*"|\/(?:[^/\\]|\\.)+\/[a-z]*))?((?:\s*\[[^\]]*\])*)\s*$/.exec(key);
    if (!found) throw new SyntaxError(`toMatchAriaSnapshot: a line that is no element, text or property: ${key}`);
    const [, role, name, states] = found;
    const parsed = [...states.matchAll(/\[([\w-]+)(?:=([^\]]*))?\]/g)].map(([, state, value]) => [state, value ?? 'true']);
    return { role, name: name === undefined ? undefined : ariaScalar(name), states: Object.fromEntries(parsed) };
};

/** A tree of lines: a list of { role, name?, states, children, properties }. */
const ariaTree = text => {
    const root = { children: [], properties: {} };
    const open = [{ node: root, indent: -1 }];
    for (const line of text.split('\n')) {
        const found = /^(\s*)- ?(.*)$/s.exec(line);
        if (!found) {
            if (line.trim() === '') continue;
            throw new SyntaxError(`toMatchAriaSnapshot: a line without a dash: ${line.trim()}`);
        }
        const indent = found[1].length;
        while (open.at(-1).indent >= indent) open.pop();
        const { node: parent } = open.at(-1);
        const { key, value } = ariaParts(found[2].trim());
        if (key.startsWith('/') && value !== '') {
            parent.properties[key.slice(1)] = ariaScalar(value);
            continue;
        }
        const isText = key === 'text';
        const node = { ...(isText ? { role: 'text', name: ariaScalar(value), states: {} } : ariaElement(key)), children: [], properties: {} };
        if (!isText && value !== '') node.children.push({ role: 'text', name: ariaScalar(value), states: {}, children: [], properties: {} });
        parent.children.push(node);
        open.push({ node, indent });
    }
    return root;
};

const isAriaText = (text, wanted) => wanted === undefined || (text !== undefined && isTextLike(String(text), wanted));

const isAriaNode = (node, wanted) => {
    if (node.role !== wanted.role || !isAriaText(node.name, wanted.name)) return false;
    if (!Object.entries(wanted.states).every(([state, value]) => (node.states[state] ?? 'false') === value)) return false;
    const { children: mode, ...properties } = wanted.properties;
    if (!Object.entries(properties).every(([key, value]) => isAriaText(node.properties[key], value))) return false;
    return areAriaLists(node.children, wanted.children, mode);
};

/** Whether a list has the wanted nodes in their order. */
const areAriaLists = (nodes, wanted, mode = 'contain') => {
    if (mode !== 'contain') return nodes.length === wanted.length && nodes.every((node, index) => isAriaNode(node, wanted[index]));
    let from = 0;
    return wanted.every(one => {
        const at = nodes.findIndex((node, index) => index >= from && isAriaNode(node, one));
        from = at + 1;
        return at >= 0;
    });
};

const hasAria = (node, wanted) =>
    areAriaLists(node.children, wanted.children, wanted.properties.children) || node.children.some(child => hasAria(child, wanted));

/** Whether a tree as text has what a template says. */
const isAriaLike = (text, template) => hasAria(ariaTree(text), ariaTree(template));
