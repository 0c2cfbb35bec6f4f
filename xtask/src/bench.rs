//! `bench`: how fast the program is, measured as its users meet it: whole processes. The cases run in turn, round
//! after round, so that a slow moment of the machine touches all of them; medians and quartiles, no averages.

mod cases;
mod process;
mod stats;

use std::{fmt::Write as _, time::Duration};

use anyhow::{Context as _, Result, bail};

use stats::Summary;

use crate::usage;

/// Something whose duration is measured once a round. It measures itself, so that it can prepare and clean up
/// outside of the measured time.
pub(crate) struct Case {
    /// The first column of the table.
    pub(crate) name: String,
    /// Runs it once.
    pub(crate) run: Box<dyn FnMut() -> Result<Duration>>,
}

impl Case {
    pub(crate) fn new(name: &str, run: impl FnMut() -> Result<Duration> + 'static) -> Self {
        Self {
            name: name.to_owned(),
            run: Box::new(run),
        }
    }
}

const ROUNDS: usize = 21;

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let (rounds, filter) = parse(arguments)?;
    let bench = cases::Bench::prepare()?;
    let mut cases = bench.cases();
    cases.retain(|case| filter.as_ref().is_none_or(|filter| case.name.contains(filter)));
    if !cases.is_empty() {
        let samples = alternate(&mut cases, rounds)?;
        print!("{}", table(&cases, &samples));
    }
    if filter.is_none_or(|filter| "daemon".contains(&filter)) {
        bench.show_daemon()?;
    }
    bench.finish()
}

fn parse(arguments: &[String]) -> Result<(usize, Option<String>)> {
    let (mut rounds, mut filter) = (ROUNDS, None);
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--rounds" => {
                let value = arguments.next().context("--rounds needs a number")?;
                rounds = value
                    .parse()
                    .ok()
                    .filter(|rounds| *rounds > 0)
                    .context("--rounds needs a number over 0")?;
            }
            flag if flag.starts_with('-') => bail!("unknown argument `{flag}`\n\n{}", usage()),
            word => filter = Some(word.to_owned()),
        }
    }
    Ok((rounds, filter))
}

/// Runs every case once a round, each round starting one case later than the one before; a first round warms up
/// and is not counted.
fn alternate(cases: &mut [Case], rounds: usize) -> Result<Vec<Vec<Duration>>> {
    let count = cases.len();
    let mut samples = vec![Vec::with_capacity(rounds); count];
    for round in 0..=rounds {
        for turn in 0..count {
            let at = (round + turn) % count;
            let case = &mut cases[at];
            let duration = (case.run)().with_context(|| format!("failed to run `{}`", case.name))?;
            if round > 0 {
                samples[at].push(duration);
            }
        }
    }
    Ok(samples)
}

fn table(cases: &[Case], samples: &[Vec<Duration>]) -> String {
    let width = cases.iter().map(|case| case.name.len()).max().unwrap_or(0);
    let mut lines = format!("{:width$}  {}\n", "", Summary::HEADER);
    for (case, samples) in cases.iter().zip(samples) {
        // Writing into a string does not fail.
        let _ = writeln!(lines, "{:width$}  {}", case.name, Summary::of(samples));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{cell::RefCell, rc::Rc};

    #[test]
    fn cases_alternate_and_the_first_round_is_not_counted() {
        let order = Rc::new(RefCell::new(String::new()));
        let case = |name: &str, ms: u64| {
            let (order, letter) = (Rc::clone(&order), name.to_owned());
            Case::new(name, move || {
                order.borrow_mut().push_str(&letter);
                Ok(Duration::from_millis(ms))
            })
        };
        let mut cases = [case("a", 1), case("b", 2), case("c", 3)];
        let samples = alternate(&mut cases, 2).unwrap();
        assert_eq!(*order.borrow(), "abcbcacab");
        assert_eq!(samples, [1, 2, 3].map(|ms| vec![Duration::from_millis(ms); 2]));
        let table = table(&cases, &samples);
        assert_eq!(table.lines().count(), 4);
        assert!(table.lines().nth(2).unwrap().starts_with('b'), "{table}");
    }

    #[test]
    fn a_failing_case_ends_the_run_and_is_named() {
        let mut cases = [Case::new("broken", || bail!("why"))];
        assert_eq!(
            format!("{:#}", alternate(&mut cases, 1).unwrap_err()),
            "failed to run `broken`: why"
        );
    }

    #[test]
    fn arguments_are_read() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(parse(&words("--rounds 5 open")).unwrap(), (5, Some("open".into())));
        assert_eq!(parse(&[]).unwrap(), (ROUNDS, None));
        for bad in ["--rounds", "--rounds 0", "--rounds x", "--fast"] {
            assert!(parse(&words(bad)).is_err(), "{bad}");
        }
    }
}
