//! What the parser refuses, told as every other error is.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use greenroom_session_core::{Error, Kind};

/// The error of words that cannot be parsed, with the nearest valid word and where to read on.
pub(super) fn told(error: &clap::Error, words: &[OsString]) -> Error {
    let (_, command) = command_of(error, words);
    let message = message(error, &command);
    let near = nearest(error, words)
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default();
    let hint = match (error.kind(), text(error, ContextKind::ValidValue)) {
        (ErrorKind::InvalidValue, Some(valid)) if !valid.is_empty() => format!("there are: {valid}"),
        _ => format!("{command} --help"),
    };
    Error::new(Kind::Usage, format!("{message}{near}")).with_hint(hint)
}

fn message(error: &clap::Error, command: &str) -> String {
    let part = |kind| text(error, kind).unwrap_or_default();
    let argument = bare(&part(ContextKind::InvalidArg));
    let value = part(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::InvalidSubcommand => format!("no command `{}`", part(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingSubcommand => format!("`{command}` needs a command"),
        ErrorKind::UnknownArgument if argument.starts_with('-') => format!("`{command}` has no option `{argument}`"),
        ErrorKind::UnknownArgument => format!("`{command}` takes no `{argument}` here"),
        ErrorKind::InvalidValue if value.is_empty() => format!("`{argument}` needs a value"),
        ErrorKind::InvalidValue => format!("`{value}` is no value of `{argument}`"),
        ErrorKind::ValueValidation => match std::error::Error::source(error) {
            Some(why) => format!("`{argument}`: {why}"),
            None => format!("`{value}` is no value of `{argument}`"),
        },
        ErrorKind::MissingRequiredArgument => format!("`{command}` needs {}", argument.replace(['<', '>'], "")),
        ErrorKind::ArgumentConflict => {
            let other = text(error, ContextKind::PriorArg)
                .map(|other| bare(&other))
                .unwrap_or_default();
            if other == argument || other.is_empty() {
                format!("`{argument}` may be given once")
            } else {
                format!("`{argument}` and `{other}` do not go together")
            }
        }
        _ => {
            let rendered = error.render().to_string();
            let first = rendered.lines().next().unwrap_or_default();
            first.strip_prefix("error: ").unwrap_or(first).to_owned()
        }
    }
}

/// `--viewport <WxH>` is told as `--viewport`.
fn bare(argument: &str) -> String {
    if argument.starts_with('-') {
        argument.split([' ', '=', '[']).next().unwrap_or_default().to_owned()
    } else {
        argument.trim_start_matches('<').trim_end_matches('>').to_owned()
    }
}

fn nearest(error: &clap::Error, words: &[OsString]) -> Option<String> {
    if let Some(written) = text(error, ContextKind::InvalidSubcommand) {
        let (command, _) = command_of(error, words);
        let known = command.get_subcommands().filter(|known| !known.is_hide_set());
        return greenroom_session_core::text::nearest(
            &written,
            known.flat_map(clap::Command::get_name_and_visible_aliases),
        )
        .map(str::to_owned);
    }
    [ContextKind::SuggestedArg, ContextKind::SuggestedValue]
        .into_iter()
        .find_map(|kind| first(error, kind))
        .map(|near| bare(&near))
}

fn first(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        // The nearest is the last.
        ContextValue::Strings(texts) => texts.last().cloned(),
        _ => None,
    }
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join(", ")),
        _ => None,
    }
}

/// The command as far as it was recognised, for example `greenroom tab new`.
fn command_of(error: &clap::Error, words: &[OsString]) -> (clap::Command, String) {
    let mut command = super::build::root();
    let mut name = String::from("greenroom");
    let unknown = text(error, ContextKind::InvalidSubcommand);
    let words: Vec<&str> = words.iter().skip(1).filter_map(|word| word.to_str()).collect();
    for (index, word) in words.iter().copied().enumerate() {
        if index > 0 && super::globals::takes_value(words[index - 1]) {
            continue;
        }
        if unknown.as_deref() == Some(word) {
            break;
        }
        if let Some(inner) = command.find_subcommand(word) {
            let inner = inner.clone();
            name.push(' ');
            name.push_str(inner.get_name());
            command = inner;
        }
    }
    (command, name)
}
