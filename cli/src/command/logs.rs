//! `network`, `actions`, `console`, `logs`: the files of a session, read without a daemon.

use std::io::Write;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use greenroom_session_core::ipc::Response;
use greenroom_session_core::journal::replay::{self, Replay};
use greenroom_session_core::journal::{Follow, Level, Log, Query, read};
use greenroom_session_core::op::Span;
use greenroom_session_core::store::{Listed, SessionName, StateRecord, Store, Timestamp};
use greenroom_session_core::{Error, Kind, Result, text};
use serde_json::Value;

use super::{Context, Local};
use crate::output::{Answer, entry};

/// How often a follower looks whether its session has ended and its reader has gone.
const LOOK: Duration = Duration::from_millis(500);

pub(super) const NETWORK: Local = Local {
    words: &["network"],
    about: "Shows the session's requests",
    hidden: false,
    build: |command| {
        common(command).args([
            Arg::new("method")
                .long("method")
                .value_name("METHOD")
                .help("Only requests of this method"),
            Arg::new("url")
                .long("url")
                .value_name("GLOB")
                .help("Only addresses like this: `*` within a segment, `**` across"),
            Arg::new("status")
                .long("status")
                .value_name("STATUS")
                .help("Only this status, or a class of them: 404, 4xx"),
            kind_option("Only this type of resource or message: document, fetch, image, websocket-received, …"),
            failed_option("Only what failed, or was answered with 4xx or 5xx"),
        ])
    },
    run: |context, matches| show(Log::Network, context, matches),
};

pub(super) const ACTIONS: Local = Local {
    words: &["actions"],
    about: "Shows what was done in the session's pages, and by whom",
    hidden: false,
    build: |command| {
        common(command).args([
            Arg::new("source")
                .long("source")
                .value_name("WHO")
                .value_parser(PossibleValuesParser::new(["user", "agent"]))
                .help("Only what this one did"),
            Arg::new("url")
                .long("url")
                .value_name("GLOB")
                .help("Only on addresses like this: `*` within a segment, `**` across"),
            kind_option("Only this action: click, goto, …"),
            failed_option("Only what failed"),
            Arg::new("steps")
                .long("steps")
                .action(ArgAction::SetTrue)
                .conflicts_with_all(["script", "follow"])
                .help("As steps for `act`, quoted for a shell"),
            Arg::new("script")
                .long("script")
                .action(ArgAction::SetTrue)
                .conflicts_with("follow")
                .help("As a workflow in TypeScript"),
        ])
    },
    run: |context, matches| match (matches.get_flag("steps"), matches.get_flag("script")) {
        (true, _) => again(context, matches, replay::steps),
        (_, true) => again(context, matches, replay::script),
        _ => show(Log::Actions, context, matches),
    },
};

pub(super) const CONSOLE: Local = Local {
    words: &["console"],
    about: "Shows what pages wrote to their console, and their uncaught errors",
    hidden: false,
    build: |command| {
        common(command).args([
            level_option(),
            kind_option("Only this type: log, warning, error, pageerror, …"),
            failed_option("Only errors"),
        ])
    },
    run: |context, matches| show(Log::Console, context, matches),
};

pub(super) const LOGS: Local = Local {
    words: &["logs"],
    about: "Shows greenroom's own log of the session",
    hidden: false,
    build: |command| {
        common(command).args([
            level_option(),
            kind_option("Only this target: command, …"),
            failed_option("Only errors"),
        ])
    },
    run: |context, matches| show(Log::Logs, context, matches),
};

fn common(command: Command) -> Command {
    command.args([
        Arg::new("last")
            .long("last")
            .short('n')
            .value_name("N")
            .value_parser(value_parser!(usize))
            .help("Only the last so many"),
        Arg::new("since")
            .long("since")
            .value_name("TIME")
            .help("Only from then on: a time, or how long ago, as 5m"),
        Arg::new("follow")
            .long("follow")
            .short('f')
            .action(ArgAction::SetTrue)
            .help("Goes on with new lines, until the session ends"),
    ])
}

fn kind_option(help: &'static str) -> Arg {
    Arg::new("type").long("type").value_name("TYPE").help(help)
}

fn failed_option(help: &'static str) -> Arg {
    Arg::new("failed").long("failed").action(ArgAction::SetTrue).help(help)
}

fn level_option() -> Arg {
    Arg::new("level")
        .long("level")
        .value_name("LEVEL")
        .value_parser(PossibleValuesParser::new(["error", "warn", "info", "debug", "trace"]))
        .help("Only what is at least as severe")
}

fn show(log: Log, context: &Context, matches: &ArgMatches) -> Result<Answer> {
    let store = Store::new(context.layout()?);
    let name = choose(&store, context.globals.session.as_deref())?;
    let query = query(log, context, matches)?;
    let folder = store.layout().session_dir(&name);
    told_at_all(log, &store, &name)?;
    let mut page = Page::new(log, context);
    if matches.get_flag("follow") {
        let mut lines = Follow::new(&folder, query)?;
        let ended = || store.read(&name).ok().flatten().is_none_or(|record| record.is_ended());
        loop {
            // Asked before the look: what was written until then is still shown.
            let over = ended();
            while let Some(line) = lines.next(if over { Duration::ZERO } else { LOOK })? {
                if !page.show(&line) {
                    return Ok(Answer::Printed);
                }
            }
            if over || page.reader_has_gone() {
                return Ok(Answer::Printed);
            }
        }
    }
    for line in read(&folder, &query)? {
        if !page.show(&line?) {
            break;
        }
    }
    page.finish();
    Ok(Answer::Printed)
}

/// The actions as they can be done again; what is not in it is noted.
fn again(context: &Context, matches: &ArgMatches, as_what: fn(&[Value]) -> Replay) -> Result<Answer> {
    let store = Store::new(context.layout()?);
    let name = choose(&store, context.globals.session.as_deref())?;
    let query = query(Log::Actions, context, matches)?;
    let lines = read(&store.layout().session_dir(&name), &query)?;
    let lines = lines.map(|line| Ok(serde_json::from_slice(&line?).unwrap_or_default()));
    let Replay { text, left_out } = as_what(&lines.collect::<Result<Vec<Value>>>()?);
    let response = Response {
        ok: true,
        session: Some(name.to_string()),
        notes: left_out.iter().map(|why| format!("left out: {why}")).collect(),
        result: Some(serde_json::json!({ "text": text, "leftOut": left_out })),
        ..Response::default()
    };
    Ok(Answer::Told(response, text))
}

/// A log without a line of a browser that tells none would look as if nothing had happened.
fn told_at_all(log: Log, store: &Store, name: &SessionName) -> Result<()> {
    let folder = store.layout().session_dir(name);
    let (Some(needed), Ok(Some(record))) = (log.needs(), store.read(name)) else {
        return Ok(());
    };
    let is_told = record.capabilities.iter().any(|capability| capability == needed.name());
    if is_told || record.capabilities.is_empty() || read(&folder, &Query::new(log))?.next().is_some() {
        return Ok(());
    }
    Err(Error::unsupported(needed))
}

/// Which session: the one named, the only one that has not ended, the only one.
fn choose(store: &Store, named: Option<&str>) -> Result<SessionName> {
    let listed = store.list()?;
    if let Some(named) = named {
        let name: SessionName = named.parse()?;
        if store.layout().session_dir(&name).is_dir() {
            return Ok(name);
        }
        let known: Vec<_> = listed.iter().map(Listed::name).collect();
        let near = text::nearest(named, known)
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        return Err(Error::new(Kind::NoSession, format!("no session `{name}`{near}")).with_hint("greenroom list --all"));
    }
    let records: Vec<&StateRecord> = listed
        .iter()
        .filter_map(|listed| match listed {
            Listed::Session(record) => Some(&**record),
            Listed::Damaged { .. } => None,
        })
        .collect();
    let live: Vec<_> = records.iter().copied().filter(|record| !record.is_ended()).collect();
    let candidates = if live.is_empty() { &records } else { &live };
    match candidates.as_slice() {
        [only] => Ok(only.session.clone()),
        [] => Err(Error::new(Kind::NoSession, "the workspace has no session").with_hint("greenroom open URL")),
        several => {
            let names: Vec<_> = several.iter().map(|record| record.session.to_string()).collect();
            Err(
                Error::new(Kind::NoSession, format!("several sessions: {}", names.join(", ")))
                    .with_hint(format!("say which: --session {}", names[names.len() - 1])),
            )
        }
    }
}

fn query(log: Log, context: &Context, matches: &ArgMatches) -> Result<Query> {
    let text = |id: &str| matches.try_get_one::<String>(id).ok().flatten().cloned();
    let flag = |id: &str| {
        matches
            .try_get_one::<bool>(id)
            .ok()
            .flatten()
            .copied()
            .unwrap_or_default()
    };
    let usage = |option: &str, error: &Error| {
        let refused = Error::new(Kind::Usage, format!("`--{option}`: {}", error.message()));
        match error.hint() {
            Some(hint) => refused.with_hint(hint),
            None => refused,
        }
    };
    let mut query = Query::new(log);
    query.last = matches.get_one::<usize>("last").copied();
    query.since = text("since").map(|written| since(&written)).transpose()?;
    query.method = text("method");
    query.url = text("url")
        .map(|glob| glob.parse())
        .transpose()
        .map_err(|error| usage("url", &error))?;
    query.status = text("status")
        .map(|status| status.parse())
        .transpose()
        .map_err(|error| usage("status", &error))?;
    query.kind = text("type");
    query.failed = flag("failed");
    query.source = text("source");
    query.level = text("level").and_then(|level| Level::ALL.iter().copied().find(|known| known.name() == level));
    query.page.clone_from(&context.globals.page);
    Ok(query)
}

/// A time, or how long ago.
fn since(written: &str) -> Result<Timestamp> {
    if let Ok(Span(ago)) = written.parse::<Span>() {
        let now = Timestamp::now().as_millis();
        return Ok(Timestamp::from_millis(
            now.saturating_sub(i64::try_from(ago.as_millis()).unwrap_or(i64::MAX)),
        ));
    }
    written.parse().map_err(|_| {
        Error::new(
            Kind::Usage,
            format!("`--since`: `{written}` is neither a time nor a duration"),
        )
        .with_hint("write it as `2026-11-21T06:13:00Z` or `5m`")
    })
}

/// Where the lines go: as they are with `--json`, else one line for people each.
struct Page {
    log: Log,
    json: bool,
    screen: crate::output::Screen,
    out: std::io::BufWriter<std::io::Stdout>,
}

impl Page {
    fn new(log: Log, context: &Context) -> Self {
        Self {
            log,
            json: context.globals.json,
            screen: context.screen,
            out: std::io::BufWriter::new(std::io::stdout()),
        }
    }

    /// Shows a line; whether the reader still reads.
    fn show(&mut self, line: &[u8]) -> bool {
        if self.json {
            return self.out.write_all(line).is_ok();
        }
        let Ok(value) = serde_json::from_slice::<Value>(line) else {
            return true;
        };
        let shown = entry::line(self.log, &value, self.screen);
        writeln!(self.out, "{shown}").is_ok()
    }

    /// Writes what is held back, before it waits; whether the reader has gone.
    fn reader_has_gone(&mut self) -> bool {
        self.out.flush().is_err() || crate::output::nobody_reads_stdout()
    }

    fn finish(&mut self) {
        let _ = self.out.flush();
    }
}
