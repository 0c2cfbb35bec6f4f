//! Small things about text.

/// The nearest of `known` to what was written, if one is near enough to have been meant.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (likeness(written, name), name))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// From 0 to 1. One slip of the keys counts as near also in a short word.
fn likeness(written: &str, name: &str) -> f64 {
    let alike = strsim::jaro_winkler(written, name);
    let slip = name.len() > 2 && strsim::osa_distance(written, name) == 1;
    if slip { alike.max(0.9) } else { alike }
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_what_is_near_is_offered() {
        assert_eq!(super::nearest("chromum", ["chromium", "firefox"]), Some("chromium"));
        assert_eq!(super::nearest("nwe", ["select", "new"]), Some("new"));
        assert_eq!(super::nearest("opne", ["connect", "open"]), Some("open"));
        assert_eq!(super::nearest("xyzzy", ["chromium", "firefox"]), None);
    }
}
