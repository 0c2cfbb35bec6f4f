//! Whatever a page contains: the text is YAML, and says what the rows say.

use proptest::prelude::*;
use serde_json::{Deserializer, Value};

use super::model;
use crate::snapshot::{Row, Tree, View};

/// What the text says, or should say, of an element; text is a node with a value only.
#[derive(Debug, Default, PartialEq)]
struct Node {
    role: String,
    name: String,
    reference: Option<u32>,
    states: Vec<(String, String)>,
    url: Option<String>,
    description: Option<String>,
    /// The value, or the only text.
    value: Option<String>,
    inner: Vec<Node>,
}

impl Node {
    fn text(text: &str) -> Self {
        Self {
            role: "text".to_owned(),
            value: Some(text.to_owned()),
            ..Self::default()
        }
    }

    fn of_row(row: &Row) -> Self {
        if row.is_text() {
            return Self::text(&row.name);
        }
        let props = &row.props;
        let written = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let is_told = |(key, value): &(&String, &Value)| match value {
            Value::Bool(false) => *key == "expanded",
            _ => *key != "valuetext" || props.value.as_ref() != Some(&written(value)),
        };
        let state = |(key, value): (&String, &Value)| (key.clone(), written(value));
        Self {
            role: row.role.clone(),
            name: row.name.clone(),
            reference: row.reference,
            states: props.states.iter().filter(is_told).map(state).collect(),
            url: props.url.clone(),
            description: props.description.clone().filter(|description| *description != row.name),
            value: props.value.clone().filter(|value| !value.is_empty()),
            inner: Vec::new(),
        }
    }

    /// The nodes that the rows say.
    fn of_rows(rows: &[Row]) -> Vec<Self> {
        let mut nodes = Vec::new();
        let mut at = 0;
        while let Some(row) = rows.get(at) {
            let end = rows[at + 1..]
                .iter()
                .position(|next| next.depth <= row.depth)
                .map_or(rows.len(), |place| at + 1 + place);
            let mut node = Self::of_row(row);
            node.inner = Self::of_rows(&rows[at + 1..end]);
            nodes.push(node.squeezed());
            at = end;
        }
        nodes
    }

    /// The nodes that a sequence says.
    fn of_yaml(sequence: &Value) -> Vec<Self> {
        let node = |item: &Value| match item {
            Value::String(key) => Self::of_key(key).squeezed(),
            Value::Object(pair) => {
                assert_eq!(pair.len(), 1, "{item}");
                let (key, content) = pair.iter().next().unwrap();
                let mut node = if key == "text" {
                    Self::text("")
                } else {
                    Self::of_key(key)
                };
                node.take(content);
                node.squeezed()
            }
            other => panic!("neither a line nor an element: {other}"),
        };
        sequence.as_array().unwrap().iter().map(node).collect()
    }

    fn take(&mut self, content: &Value) {
        if let Value::String(text) = content {
            self.value = Some(text.clone());
            return;
        }
        let mut inner = Vec::new();
        for item in content.as_array().unwrap() {
            match item.as_object().and_then(|pair| pair.iter().next()) {
                Some((key, Value::String(text))) if key.starts_with('/') => self.set(&key[1..], text),
                _ => inner.push(item.clone()),
            }
        }
        self.inner = Self::of_yaml(&Value::Array(inner));
    }

    fn set(&mut self, key: &str, text: &str) {
        match key {
            "name" => text.clone_into(&mut self.name),
            "url" => self.url = Some(text.to_owned()),
            "description" => self.description = Some(text.to_owned()),
            "value" => self.value = Some(text.to_owned()),
            state => self.states.push((state.to_owned(), text.to_owned())),
        }
    }

    /// Reads `role "name" [state] [state=value] [e1]`.
    fn of_key(key: &str) -> Self {
        let (role, mut rest) = key.split_once(' ').unwrap_or((key, ""));
        let mut node = Self {
            role: role.to_owned(),
            ..Self::default()
        };
        if rest.starts_with('"') {
            node.name = quoted(&mut rest);
        }
        while let Some(state) = rest.trim_start().strip_prefix('[') {
            let (key, value);
            (key, rest) = state.split_at(state.find(['=', ']']).unwrap());
            (value, rest) = match rest.strip_prefix('=') {
                Some(text) if text.starts_with('"') => {
                    rest = text;
                    (quoted(&mut rest), rest)
                }
                Some(text) => (
                    text[..text.find(']').unwrap()].to_owned(),
                    &text[text.find(']').unwrap()..],
                ),
                None => ("true".to_owned(), rest),
            };
            rest = rest.strip_prefix(']').unwrap();
            match key.strip_prefix('e').and_then(|digits| digits.parse().ok()) {
                Some(reference) => node.reference = Some(reference),
                None => node.states.push((key.to_owned(), value)),
            }
        }
        assert_eq!(rest, "", "{key}");
        node
    }

    /// Text that is all that is in an element is the same as its value here, and states have no order.
    fn squeezed(mut self) -> Self {
        self.states.sort();
        if self.value.is_none() && self.inner.len() == 1 && self.inner[0].is_text() {
            self.value = self.inner.pop().and_then(|text| text.value);
        }
        self
    }

    fn is_text(&self) -> bool {
        self.role == "text" && self.reference.is_none()
    }
}

/// Reads the JSON string that a text begins with.
fn quoted(rest: &mut &str) -> String {
    let mut strings = Deserializer::from_str(rest).into_iter();
    let text = strings.next().unwrap().unwrap();
    *rest = &rest[strings.byte_offset()..];
    text
}

fn parse(text: &str) -> Vec<Node> {
    let parsed: Value = serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    Node::of_yaml(&parsed)
}

fn assert_says_the_rows(tree: &Tree) {
    let text = tree.render(&View::default()).text;
    assert_eq!(parse(&text), Node::of_rows(tree.rows()), "{text}");
}

proptest! {
    #[test]
    fn the_text_says_what_the_rows_say(tree in model::trees(12)) {
        assert_says_the_rows(&tree);
    }

    #[test]
    fn what_is_cut_is_yaml_too(tree in model::trees(40), depth in 1_u32..5, most in 0_usize..1_500) {
        for interactive in [false, true] {
            let rendered = tree.render(&View { depth: Some(depth), interactive, max_chars: Some(most) });
            let parsed: Result<Value, _> = serde_saphyr::from_str(&rendered.text);
            prop_assert!(parsed.is_ok_and(|parsed| parsed.is_array()), "{}", rendered.text);
        }
    }

    #[test]
    fn a_name_makes_no_line_no_ref_and_no_control(text in model::hostile()) {
        let row = Row { role: "button".to_owned(), name: text.clone(), reference: Some(7), ..Row::default() };
        let inner = Row { depth: 1, role: "text".to_owned(), name: text, ..Row::default() };
        let text = Tree::new(vec![row, inner]).render(&View::default()).text;
        prop_assert!(text.lines().count() <= 3, "{}", text);
        prop_assert_eq!(model::refs(&text), [7]);
        prop_assert!(!text.replace('\n', "").chars().any(char::is_control));
    }
}

#[test]
fn keys_stay_as_short_as_yaml_wants_them() {
    let hostile = "'".repeat(290);
    let states = (0..40).map(|number| (format!("state{number}"), Value::from("' '")));
    let row = Row {
        role: "button".to_owned(),
        name: format!(": {hostile}"),
        reference: Some(4_000_000_000),
        ..Row::default()
    };
    let mut row = Row {
        props: crate::snapshot::Props {
            states: states.collect(),
            ..row.props
        },
        ..row
    };
    row.props.value = Some("x".to_owned());
    let text = Tree::new(vec![row]).render(&View::default()).text;
    let key = text.lines().next().unwrap();
    assert!(key.chars().count() < 1_024, "{}", key.chars().count());
    assert_eq!(parse(&text)[0].states.len(), 40);
}
