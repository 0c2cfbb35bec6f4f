//! `bench`: how fast the program is, measured as its users meet it: whole processes. The cases run in turn, round
//! after round, so that a slow moment of the machine touches all of them; medians and quartiles, no averages. Beside
//! them, measured in the same rounds, stand the floors: what the same work takes without this program.

mod by_hand;
mod cases;
mod cdp;
mod process;
mod scripts;
mod stats;
mod ten;
mod verdict;

use std::{fmt::Write as _, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};

use stats::Summary;

use crate::usage;

/// Something whose duration is measured once a round. It measures itself, so that it can prepare and clean up
/// outside of the measured time.
pub(crate) struct Case {
    /// The first column of the table.
    pub(crate) name: String,
    /// How often it is run in a round: what is short more often than what is long.
    pub(crate) turns: usize,
    /// Runs it once.
    pub(crate) run: Box<dyn FnMut() -> Result<Duration>>,
}

impl Case {
    pub(crate) fn new(name: &str, turns: usize, run: impl FnMut() -> Result<Duration> + 'static) -> Self {
        Self {
            name: name.to_owned(),
            turns,
            run: Box::new(run),
        }
    }
}

const ROUNDS: usize = 21;

/// What `--only` calls the daemon's memory and silence.
const DAEMON: &str = "daemon";

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let (rounds, only) = parse(arguments)?;
    let wanted = |name: &str| only.as_ref().is_none_or(|only| name.contains(only));
    let bench = cases::Bench::prepare()?;
    let mut cases = bench.cases()?;
    cases.retain(|case| wanted(&case.name));
    ensure!(
        !cases.is_empty() || wanted(DAEMON),
        "no case has that name; without --only all are run and shown"
    );
    if !cases.is_empty() {
        let samples = alternate(&mut cases, rounds)?;
        println!("{}", table(&cases, &samples));
        let of = |name: &str| cases.iter().position(|case| case.name == name);
        print!(
            "{}",
            verdict::times(|name| of(name).map(|at| Summary::of(&samples[at]).median))
        );
    }
    if wanted(DAEMON) {
        bench.show_daemon()?;
    }
    // A case may hold a connection to the browser that is closed now.
    drop(cases);
    bench.finish()
}

fn parse(arguments: &[String]) -> Result<(usize, Option<String>)> {
    let (mut rounds, mut only) = (ROUNDS, None);
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
            "--only" => only = Some(arguments.next().context("--only needs a name")?.to_owned()),
            // It is what is measured in any case.
            "--release" => {}
            other => bail!("unknown argument `{other}`\n\n{}", usage()),
        }
    }
    Ok((rounds, only))
}

/// Runs the cases in turn until each has had its turns, each round starting one case later than the one before; a first
/// round warms up and is not counted.
fn alternate(cases: &mut [Case], rounds: usize) -> Result<Vec<Vec<Duration>>> {
    let count = cases.len();
    let mut samples = vec![Vec::with_capacity(rounds); count];
    for round in 0..=rounds {
        let most = cases.iter().map(|case| case.turns).max().unwrap_or(0);
        let order = (0..most).flat_map(|turn| (0..count).map(move |at| (turn, (round + at) % count)));
        for (turn, at) in order {
            let case = &mut cases[at];
            if turn >= case.turns {
                continue;
            }
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
        let case = |name: &str, turns: usize, ms: u64| {
            let (order, letter) = (Rc::clone(&order), name.to_owned());
            Case::new(name, turns, move || {
                order.borrow_mut().push_str(&letter);
                Ok(Duration::from_millis(ms))
            })
        };
        let mut cases = [case("a", 1, 1), case("b", 2, 2), case("c", 1, 3)];
        let samples = alternate(&mut cases, 2).unwrap();
        assert_eq!(*order.borrow(), "abcbbcabcabb");
        let taken = |ms, times| vec![Duration::from_millis(ms); times];
        assert_eq!(samples, [taken(1, 2), taken(2, 4), taken(3, 2)]);
        let table = table(&cases, &samples);
        assert_eq!(table.lines().count(), 4);
        assert!(table.lines().nth(2).unwrap().starts_with('b'), "{table}");
    }

    #[test]
    fn a_failing_case_ends_the_run_and_is_named() {
        let mut cases = [Case::new("broken", 1, || bail!("why"))];
        assert_eq!(
            format!("{:#}", alternate(&mut cases, 1).unwrap_err()),
            "failed to run `broken`: why"
        );
    }

    #[test]
    fn arguments_are_read() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(
            parse(&words("--rounds 5 --release --only open")).unwrap(),
            (5, Some("open".into()))
        );
        assert_eq!(parse(&[]).unwrap(), (ROUNDS, None));
        for bad in ["--rounds", "--rounds 0", "--rounds x", "--only", "--fast", "open"] {
            assert!(parse(&words(bad)).is_err(), "{bad}");
        }
    }
}
