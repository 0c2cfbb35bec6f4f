//! `config get|set`: the workspace's settings.

use clap::Arg;
use greenroom_session_core::service::Config;
use greenroom_session_core::store::{Layout, Store, atomic};
use greenroom_session_core::{Error, Kind, Result, text};
use serde_json::{Map, Value, json};

use super::Local;
use crate::output::Answer;

pub(super) const GET: Local = Local {
    words: &["config", "get"],
    about: "Prints the workspace's settings, or one of them",
    hidden: false,
    build: |command| {
        command.arg(
            Arg::new("key")
                .value_name("KEY")
                .help("For example accessMode, timeouts.idleTimeout"),
        )
    },
    run: |context, matches| {
        let layout = context.layout()?;
        let settings = Value::Object(read(&layout)?);
        let value = match matches.get_one::<String>("key") {
            Some(key) => {
                known(key)?;
                settings.pointer(&pointer(key)).cloned().unwrap_or_default()
            }
            None => settings,
        };
        Ok(told(&value))
    },
};

pub(super) const SET: Local = Local {
    words: &["config", "set"],
    about: "Changes one of the workspace's settings",
    hidden: false,
    build: |command| {
        command.args([
            Arg::new("key")
                .value_name("KEY")
                .required(true)
                .help("For example accessMode, timeouts.idleTimeout"),
            Arg::new("value")
                .value_name("VALUE")
                .required(true)
                .allow_negative_numbers(true)
                .help("The value; null removes the setting"),
        ])
    },
    run: |context, matches| {
        let layout = context.layout()?;
        let given = |id: &str| matches.get_one::<String>(id).map(String::as_str).unwrap_or_default();
        let value = set(&layout, given("key"), given("value"))?;
        Ok(told(&value))
    },
};

fn told(value: &Value) -> Answer {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        value => serde_json::to_string_pretty(value).unwrap_or_default(),
    };
    Answer::told(json!({ "value": value }), text)
}

/// The settings as they stand in the file, that must be valid.
fn read(layout: &Layout) -> Result<Map<String, Value>> {
    let file = layout.config_file();
    let Some(bytes) = atomic::read(&file)? else {
        return Ok(Map::new());
    };
    Config::parse(&file, &bytes)?;
    serde_json::from_slice(&bytes).map_err(|error| Error::new(Kind::Usage, format!("`{}`: {error}", file.display())))
}

/// Changes a setting and keeps the others as they are; answers the value that it has now.
fn set(layout: &Layout, key: &str, written: &str) -> Result<Value> {
    known(key)?;
    let settings = read(layout)?;
    let as_json = serde_json::from_str::<Value>(written).ok();
    let mut refused = None;
    // `800x600` is text; so is `123` where text is wanted.
    for value in as_json.into_iter().chain([Value::String(written.to_owned())]) {
        let mut changed = settings.clone();
        place(&mut changed, key, value.clone())?;
        let text = serde_json::to_string_pretty(&changed)
            .map_err(|error| Error::new(Kind::Internal, "failed to write the settings").with_source(error))?;
        match Config::parse(&layout.config_file(), text.as_bytes()) {
            Ok(_) => {
                Store::new(layout.clone()).prepare()?;
                atomic::write(&layout.config_file(), format!("{text}\n").as_bytes(), 0o600)?;
                return Ok(value);
            }
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    let why = refused.as_ref().map_or("", |error| why(error.message()));
    Err(
        Error::new(Kind::Usage, format!("`{written}` cannot be set for `{key}`: {why}"))
            .with_hint("greenroom schema config    # what may stand there"),
    )
}

/// The reader's words without the file and the line, which are those of a text that nobody has seen.
fn why(message: &str) -> &str {
    let message = message.split_once("`: ").map_or(message, |(_, why)| why);
    match (message.find(" at line "), message.find("; did you mean")) {
        (Some(line), None) => &message[..line],
        _ => message,
    }
}

fn place(settings: &mut Map<String, Value>, key: &str, value: Value) -> Result<()> {
    let (first, rest) = key
        .split_once('.')
        .map_or((key, None), |(first, rest)| (first, Some(rest)));
    match rest {
        None if value.is_null() => {
            settings.shift_remove(first);
            Ok(())
        }
        None => {
            settings.insert(first.to_owned(), value);
            Ok(())
        }
        Some(rest) => match settings.entry(first).or_insert_with(|| Value::Object(Map::new())) {
            Value::Object(inner) => place(inner, rest, value),
            _ => Err(Error::new(
                Kind::Usage,
                format!("`{first}` has no settings of its own, so there is no `{key}`"),
            )),
        },
    }
}

fn known(key: &str) -> Result<()> {
    let first = key.split('.').next().unwrap_or_default();
    if Config::KEYS.contains(&first) && !key.split('.').any(str::is_empty) {
        return Ok(());
    }
    let near = text::nearest(first, Config::KEYS)
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default();
    Err(Error::new(Kind::Usage, format!("no setting `{key}`{near}"))
        .with_hint("greenroom schema config    # lists them"))
}

fn pointer(key: &str) -> String {
    format!("/{}", key.replace('~', "~0").replace('/', "~1").replace('.', "/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout() -> (tempfile::TempDir, Layout) {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout::new(folder.path().to_owned());
        (folder, layout)
    }

    #[test]
    fn a_setting_is_changed_and_the_others_stay() {
        let (_folder, layout) = layout();
        assert_eq!(set(&layout, "viewport", "800x600").unwrap(), "800x600");
        assert_eq!(set(&layout, "timeouts.idleTimeout", "2m").unwrap(), "2m");
        assert_eq!(set(&layout, "headless", "true").unwrap(), true);
        assert_eq!(set(&layout, "backend", "123").unwrap(), "123");
        let text = std::fs::read_to_string(layout.config_file()).unwrap();
        let settings: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            settings,
            json!({ "viewport": "800x600", "timeouts": { "idleTimeout": "2m" }, "headless": true, "backend": "123" })
        );
        set(&layout, "viewport", "null").unwrap();
        assert!(!read(&layout).unwrap().contains_key("viewport"));
    }

    #[test]
    fn what_is_no_setting_is_refused_and_nothing_is_written() {
        let (_folder, layout) = layout();
        for (key, value, told) in [
            ("viewprt", "800x600", "did you mean `viewport`?"),
            ("viewport", "wide", "wide"),
            ("headless", "yes", "boolean"),
            ("timeouts.idleTimeut", "2m", "idleTimeut"),
            ("backend.name", "x", "backend"),
            ("timeouts.", "2m", "no setting"),
            ("", "2m", "no setting"),
        ] {
            let error = set(&layout, key, value).unwrap_err();
            assert_eq!(error.kind(), Kind::Usage, "{key}");
            assert!(error.message().contains(told), "{key}: {error}");
        }
        assert!(!layout.config_file().exists());
    }
}
