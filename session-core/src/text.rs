//! Small things about text.

/// The nearest of `known` to what was written, if one is near enough to have been meant.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(written, name), name))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_what_is_near_is_offered() {
        assert_eq!(super::nearest("chromum", ["chromium", "firefox"]), Some("chromium"));
        assert_eq!(super::nearest("xyzzy", ["chromium", "firefox"]), None);
    }
}
