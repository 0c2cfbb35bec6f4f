//! `completions SHELL`: a script for the shell's completion.

use clap::Arg;
use clap::builder::PossibleValuesParser;
use clap_complete::Shell;
use greenroom_session_core::{Error, Kind};

use super::Local;
use crate::output::Answer;

pub(super) const COMPLETIONS: Local = Local {
    words: &["completions"],
    about: "Prints a completion script for a shell",
    hidden: false,
    build: |command| {
        command
            .arg(
                Arg::new("shell")
                    .value_name("SHELL")
                    .required(true)
                    .value_parser(PossibleValuesParser::new(["bash", "zsh", "fish"]))
                    .help("The shell"),
            )
            .after_help("Example:\n  greenroom completions bash > ~/.local/share/bash-completion/completions/greenroom")
    },
    run: |_, matches| {
        let shell = match matches.get_one::<String>("shell").map(String::as_str) {
            Some("bash") => Shell::Bash,
            Some("zsh") => Shell::Zsh,
            _ => Shell::Fish,
        };
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut crate::args::root(), "greenroom", &mut script);
        let script = String::from_utf8(script)
            .map_err(|error| Error::new(Kind::Internal, "failed to write the script").with_source(error))?;
        let result = serde_json::json!({ "script": script });
        Ok(Answer::told(result, script))
    },
};
