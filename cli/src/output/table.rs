//! Aligned columns.

/// Rows of cells below their headings, each column as wide as its widest cell; the last one is not padded. Nothing but the
/// headings where there are no rows.
pub(crate) fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let cells = |column: usize| {
        rows.iter()
            .filter_map(move |row| row.get(column))
            .map(|cell| cell.chars().count())
    };
    let widths: Vec<usize> = headings
        .iter()
        .enumerate()
        .map(|(column, heading)| cells(column).max().unwrap_or(0).max(heading.chars().count()))
        .collect();
    let mut text = String::new();
    let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
    for row in std::iter::once(&headings).chain(rows) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            if !line.is_empty() {
                line.push_str("  ");
            }
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width - cell.chars().count()));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_are_aligned_and_lines_end_without_blanks() {
        let rows = [
            vec!["a".to_owned(), "ü".to_owned(), String::new()],
            vec!["bbb".to_owned(), "c".to_owned(), "d".to_owned()],
        ];
        assert_eq!(
            super::table(&["X", "YY", "Z"], &rows),
            "X    YY  Z\na    ü\nbbb  c   d\n"
        );
    }
}
