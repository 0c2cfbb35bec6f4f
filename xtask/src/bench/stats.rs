//! Medians and quartiles: what a typical run takes, and how far the others are from it.

use std::{fmt, time::Duration};

/// Five numbers of one case's samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Summary {
    pub(super) min: Duration,
    pub(super) lower: Duration,
    pub(super) median: Duration,
    pub(super) upper: Duration,
    pub(super) max: Duration,
}

impl Summary {
    /// The heads of the columns that [`Summary`] prints.
    pub(super) const HEADER: &str = "   median ms   quartiles ms          min ms      max ms";

    /// Sums samples up; all zero when there are none.
    pub(super) fn of(samples: &[Duration]) -> Self {
        let mut sorted = samples.to_vec();
        sorted.sort();
        let at = |quarter| quantile(&sorted, quarter);
        Self {
            min: at(0),
            lower: at(1),
            median: at(2),
            upper: at(3),
            max: at(4),
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |duration: Duration| duration.as_secs_f64() * 1000.0;
        let Self {
            min,
            lower,
            median,
            upper,
            max,
        } = *self;
        let quartiles = format!("{:.2}–{:.2}", ms(lower), ms(upper));
        write!(
            f,
            "{:>12.2}   {quartiles:<17} {:>10.2}  {:>10.2}",
            ms(median),
            ms(min),
            ms(max)
        )
    }
}

/// The value at a quarter of the sorted samples, between two of them where it falls so.
fn quantile(sorted: &[Duration], quarter: u32) -> Duration {
    let Some(last) = sorted.len().checked_sub(1) else {
        return Duration::ZERO;
    };
    let quarters = last * quarter as usize;
    let (at, rest) = (quarters / 4, quarters % 4);
    let (low, high) = (sorted[at], sorted[(at + 1).min(last)]);
    low + high.saturating_sub(low) * u32::try_from(rest).unwrap_or(0) / 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_fall_between_samples_where_they_must() {
        let ms = |values: &[u64]| values.iter().copied().map(Duration::from_millis).collect::<Vec<_>>();
        let summary = Summary::of(&ms(&[50, 10, 40, 20, 30]));
        let [min, lower, median, upper, max] = [10, 20, 30, 40, 50].map(Duration::from_millis);
        assert_eq!(
            summary,
            Summary {
                min,
                lower,
                median,
                upper,
                max
            }
        );
        assert_eq!(Summary::of(&ms(&[10, 20])).median, Duration::from_millis(15));
        assert_eq!(Summary::of(&ms(&[10, 20])).lower, Duration::from_micros(12_500));
        assert_eq!(Summary::of(&ms(&[7])), Summary::of(&ms(&[7, 7, 7])));
        assert_eq!(Summary::of(&[]), Summary::default());
    }

    #[test]
    fn columns_stand_below_their_heads() {
        let line = Summary::of(&[Duration::from_micros(1234)]).to_string();
        assert_eq!(line.chars().count(), Summary::HEADER.chars().count(), "{line}");
        assert!(line.trim_start().starts_with("1.23   1.23–1.23"), "{line}");
    }
}
