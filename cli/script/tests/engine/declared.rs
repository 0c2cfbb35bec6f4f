//! What greenroom.d.ts declares.

use std::collections::BTreeMap;

/// A member of an interface.
#[derive(Clone, Debug, Default)]
pub(crate) struct Member {
    pub(crate) is_method: bool,
    /// The capability that it is said to need.
    pub(crate) needs: Option<String>,
}

/// The members of each interface by their names, those of what it extends included.
pub(crate) fn interfaces() -> BTreeMap<String, BTreeMap<String, Member>> {
    let mut found: BTreeMap<String, BTreeMap<String, Member>> = BTreeMap::new();
    let mut extended = Vec::new();
    let (mut current, mut needs) = (None, None);
    for line in greenroom_script::TYPES.lines() {
        if let Some(rest) = line.strip_prefix("    export interface ") {
            let name = word(rest);
            if let Some((_, base)) = rest.split_once(" extends ") {
                extended.push((name.clone(), word(base)));
            }
            found.entry(name.clone()).or_default();
            current = Some(name);
        } else if line == "    }" {
            current = None;
        } else if let (Some(of), Some(member)) = (&current, line.strip_prefix("        ")) {
            if let Some((_, rest)) = member.split_once("Needs `") {
                needs = rest.split('`').next().map(str::to_owned);
                continue;
            }
            let member = member.trim_start_matches("readonly ");
            let name = word(member);
            if !name.is_empty() {
                let is_method = member[name.len()..].starts_with(['(', '<']);
                let known = found.entry(of.clone()).or_default().entry(name).or_default();
                known.is_method |= is_method;
                known.needs = known.needs.take().or(needs);
            }
            needs = None;
        }
    }
    for (name, base) in extended {
        let more = found.get(&base).cloned().unwrap_or_default();
        found.entry(name).or_default().extend(more);
    }
    found
}

fn word(text: &str) -> String {
    let is_of_word = |letter: &char| letter.is_alphanumeric() || matches!(letter, '$' | '_');
    text.chars().take_while(is_of_word).collect()
}
