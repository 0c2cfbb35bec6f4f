//! Positions in code: from what the engine runs back to what the user wrote.

use oxc_sourcemap::SourceMap;

use super::edit::Edit;

/// A position, both counted from 1; columns in UTF-16 units, as editors and engines count them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// The position of a byte.
pub(crate) fn place_of(text: &str, offset: usize) -> Place {
    let before = text.get(..offset.min(text.len())).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    Place {
        line,
        column: before[start..].encode_utf16().count() + 1,
    }
}

/// The code at a position, to the end of its line, shortened.
pub(super) fn excerpt(text: &str, place: Place) -> String {
    const LONGEST: usize = 60;
    let line = text.lines().nth(place.line - 1).unwrap_or_default();
    let mut left = place.column - 1;
    let rest: String = line
        .chars()
        .skip_while(|letter| {
            let skips = left > 0;
            left = left.saturating_sub(letter.len_utf16());
            skips
        })
        .collect();
    let rest = rest.trim_end().trim_end_matches(';');
    if rest.chars().count() > LONGEST {
        let cut: String = rest.chars().take(LONGEST).collect();
        return format!("{cut}…");
    }
    rest.to_owned()
}

/// The way back.
#[derive(Debug, Default)]
pub(crate) struct Positions {
    /// Nothing was printed: what runs is what the user wrote.
    is_source: bool,
    /// Tokens of the printed code, in order, with the place of each in the source.
    tokens: Vec<(Place, Place)>,
    /// For the places where something was put into or taken out of the printed code, in order: the place, and the columns
    /// that its line is longer from there on.
    shifts: Vec<(Place, isize)>,
    /// The columns that stand before the user's first line.
    shift: usize,
}

/// The lines that stand before the user's.
pub(super) const LINES_BEFORE: usize = 1;

impl Positions {
    pub(super) fn new(map: Option<&SourceMap<'_>>, printed: &str, edits: &[Edit], shift: usize) -> Self {
        let at = |line: u32, column: u32| Place {
            line: line as usize + 1,
            column: column as usize + 1,
        };
        let tokens = map.into_iter().flat_map(SourceMap::get_tokens);
        let tokens = tokens.map(|token| {
            let to = at(token.get_dst_line(), token.get_dst_col());
            (to, at(token.get_src_line(), token.get_src_col()))
        });
        let mut tokens: Vec<_> = tokens.collect();
        tokens.sort_unstable_by_key(|(to, _)| *to);
        let shifts = edits.iter().map(|edit| {
            let removed = printed[edit.range.clone()].encode_utf16().count();
            let added = edit.text.encode_utf16().count();
            (
                place_of(printed, edit.range.start),
                added.cast_signed() - removed.cast_signed(),
            )
        });
        Self {
            is_source: false,
            tokens,
            shifts: shifts.collect(),
            shift,
        }
    }

    /// Of code that runs as it was written, but for the lines before it.
    pub(super) fn of_source() -> Self {
        Self {
            is_source: true,
            ..Self::default()
        }
    }

    /// Where a position of the code that runs is in the user's text.
    pub(crate) fn of_run(&self, place: Place) -> Option<Place> {
        let line = place.line.checked_sub(LINES_BEFORE).filter(|line| *line > 0)?;
        if self.is_source {
            return Some(Place { line, ..place });
        }
        let mut column = place.column.cast_signed();
        let on_line = self.shifts.iter().filter(|(at, _)| at.line == line);
        for (at, longer) in on_line {
            let start = at.column.cast_signed();
            if start > column {
                break;
            }
            column = (column - longer).max(start);
        }
        self.in_source(Place {
            line,
            column: column.unsigned_abs(),
        })
    }

    /// Where a position of the printed code is in the user's text.
    pub(super) fn in_source(&self, place: Place) -> Option<Place> {
        let next = self.tokens.partition_point(|(to, _)| *to <= place);
        let (to, from) = self.tokens.get(next.checked_sub(1)?)?;
        if to.line != place.line {
            return None;
        }
        let shift = if from.line == 1 { self.shift } else { 0 };
        Some(Place {
            line: from.line,
            column: from.column.saturating_sub(shift).max(1),
        })
    }
}
