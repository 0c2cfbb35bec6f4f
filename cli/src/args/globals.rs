//! The options that every command has.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use greenroom_session_core::op::Span;
use greenroom_session_core::store::SessionName;
use greenroom_session_core::{Error, Kind, Result};

use crate::env::Environment;

/// When output is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The options that every command has; where one is not given, what the environment says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Globals {
    /// The session.
    pub session: Option<String>,
    /// The workspace's folder.
    pub workspace: Option<PathBuf>,
    /// The page's id.
    pub page: Option<String>,
    /// Whether stdout is JSON.
    pub json: bool,
    /// The deadline of the whole command.
    pub timeout: Option<Duration>,
    /// Whether more is told.
    pub verbose: bool,
    /// Whether notes and hints are left out.
    pub quiet: bool,
    /// When output is coloured.
    pub color: Color,
}

impl Globals {
    /// Reads them from a command's matches.
    ///
    /// # Errors
    /// [`Kind::Usage`] for a session's name that is none, and for an environment's timeout that is none.
    pub(crate) fn read(matches: &ArgMatches, env: &Environment) -> Result<Self> {
        let text = |id: &str| matches.get_one::<String>(id).cloned();
        let session = text("session").or_else(|| env.session.clone());
        if let Some(session) = &session {
            session.parse::<SessionName>()?;
        }
        let timeout = match (text("timeout"), &env.timeout) {
            (Some(written), _) => Some(written.parse().map_err(|why: String| Error::new(Kind::Usage, why))?),
            (None, Some(set)) => Some(
                set.parse()
                    .map_err(|why| Error::new(Kind::Usage, format!("`GREENROOM_TIMEOUT`: {why}")))?,
            ),
            (None, None) => None,
        };
        Ok(Self {
            session,
            workspace: matches.get_one::<PathBuf>("workspace").cloned(),
            page: text("page"),
            json: matches.get_flag("json"),
            timeout: timeout.map(|Span(span)| span),
            verbose: matches.get_flag("verbose"),
            quiet: matches.get_flag("quiet"),
            color: match text("color").as_deref() {
                Some("always") => Color::Always,
                Some("never") => Color::Never,
                _ => Color::Auto,
            },
        })
    }
}

/// Whether the word after this one is the value of a global option.
pub(super) fn takes_value(word: &str) -> bool {
    options().iter().any(|option| {
        let short = option.get_short().is_some_and(|short| word == format!("-{short}"));
        let long = option
            .get_long()
            .is_some_and(|long| word.strip_prefix("--") == Some(long));
        (short || long) && option.get_action().takes_values()
    })
}

/// The options as the parser knows them.
pub(super) fn options() -> [Arg; 8] {
    [
        Arg::new("session").short('s').long("session").value_name("NAME").help("The session [env: GREENROOM_SESSION]"),
        Arg::new("workspace")
            .long("workspace")
            .value_name("DIR")
            .value_parser(value_parser!(PathBuf))
            .help("The folder that holds .greenroom [env: GREENROOM_WORKSPACE] [default: the nearest, or the git top level]"),
        Arg::new("page").long("page").value_name("ID").help("The page, as `pages` shows it [default: the page last used]"),
        Arg::new("json").long("json").action(ArgAction::SetTrue).help("Prints one JSON object"),
        Arg::new("timeout")
            .long("timeout")
            .value_name("DURATION")
            .value_parser(super::build::checked::<Span>)
            .help("The deadline of the whole command [env: GREENROOM_TIMEOUT] [default: 30s]"),
        Arg::new("verbose").short('v').long("verbose").action(ArgAction::SetTrue).help("Tells more, on stderr [env: RUST_LOG]"),
        Arg::new("quiet").short('q').long("quiet").action(ArgAction::SetTrue).help("Leaves notes and hints out"),
        Arg::new("color")
            .long("color")
            .value_name("WHEN")
            .value_parser(PossibleValuesParser::new(["auto", "always", "never"]))
            .hide_possible_values(true)
            .help("auto, always or never [env: NO_COLOR] [default: auto]"),
    ]
    .map(|option| option.global(true).help_heading("Global options"))
}
