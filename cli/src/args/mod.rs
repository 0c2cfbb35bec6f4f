//! The command line: from words to a command, its global options and its parameters.
//!
//! A warm command is parsed thousands of times, so only the commands whose names occur among the words are built; the whole
//! tree is built for help and for what cannot be parsed, where it makes the suggestions.

mod build;
mod convert;
mod globals;
mod help;
mod usage;

use std::ffi::OsString;

use clap::ArgMatches;
use clap::error::ErrorKind;

pub(crate) use build::{flags_of, root};
pub(crate) use convert::{absolute, arguments, json_in, resolved};
pub(crate) use globals::{Color, Globals};
pub(crate) use help::TOPICS;

use greenroom_session_core::Error;

/// What the words came to.
#[derive(Debug)]
pub(crate) enum Parsed {
    /// A command: its name in the table or among the local ones, words joined by dots, and its own matches.
    Command(String, Box<ArgMatches>),
    /// Help or the version was asked for; the text may hold colours.
    Text(clap::builder::StyledStr),
    /// A command group without its command: the group's help belongs on stderr.
    Incomplete(clap::builder::StyledStr),
}

/// Parses the words, the program's name first.
///
/// # Errors
/// [`greenroom_session_core::Kind::Usage`] with the nearest valid word.
pub(crate) fn parse(words: &[OsString]) -> Result<Parsed, Error> {
    if let Ok(matches) = build::root_for(words).try_get_matches_from(words) {
        return Ok(command(matches));
    }
    match build::root().try_get_matches_from(words) {
        Ok(matches) => Ok(command(matches)),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Ok(Parsed::Text(error.render())),
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Ok(Parsed::Incomplete(error.render())),
            _ => Err(usage::told(&error, words)),
        },
    }
}

/// Whether the words ask for JSON; for words that cannot be parsed.
pub(crate) fn wants_json(words: &[OsString]) -> bool {
    words
        .iter()
        .take_while(|word| *word != "--")
        .any(|word| word == "--json")
}

fn command(mut matches: ArgMatches) -> Parsed {
    let mut name = String::new();
    while let Some((word, inner)) = matches.remove_subcommand() {
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(&word);
        matches = inner;
    }
    Parsed::Command(name, Box::new(matches))
}

#[cfg(test)]
mod tests;
