//! What tests of looking at a page have in common.

use crate::bench::Bench;

/// A session `a` on the page that a user has filled in.
pub(crate) fn account() -> Option<Bench> {
    let bench = Bench::new()?;
    bench.done(&["open", &bench.url("/account"), "-s", "a"]);
    Some(bench)
}

/// Every ref that a tree gives.
pub(crate) fn refs(tree: &str) -> Vec<String> {
    let given = tree.lines().filter_map(|line| {
        let (_, rest) = line.rsplit_once("[e")?;
        let (number, _) = rest.split_once(']')?;
        number.parse::<u32>().ok().map(|number| format!("e{number}"))
    });
    given.collect()
}

/// The ref on the only line that has `what` in it.
pub(crate) fn ref_of(tree: &str, what: &str) -> String {
    let mut lines = tree.lines().filter(|line| line.contains(what));
    match (lines.next().map(refs), lines.next()) {
        (Some(refs), None) if refs.len() == 1 => refs[0].clone(),
        _ => panic!("wanted one line with a ref and `{what}` in\n{tree}"),
    }
}
