//! From a command's matches to the parameters of its operation, as they go over the wire.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use greenroom_session_core::op::{OpSpec, ParamKind, ParamSpec, Shape};
use greenroom_session_core::{Error, Kind, Result};
use serde_json::{Map, Value};

use crate::env::Environment;

/// The parameters that were given, by their keys. Paths are made absolute: the daemon has another current folder.
///
/// # Errors
/// [`Kind::Usage`] for a path that is no text.
pub(crate) fn arguments(spec: &OpSpec, matches: &ArgMatches, env: &Environment) -> Result<Value> {
    let mut arguments = Map::new();
    for param in spec.params {
        // What the command of the same name takes in another way.
        if matches.try_contains_id(param.field).is_err() && !matches!(param.shape, Shape::Flags) {
            continue;
        }
        if let Some(value) = parameter(param, matches, env)? {
            arguments.insert(param.key(), value);
        }
    }
    Ok(Value::Object(arguments))
}

fn parameter(param: &ParamSpec, matches: &ArgMatches, env: &Environment) -> Result<Option<Value>> {
    let id = param.field;
    Ok(match (param.shape, param.kind) {
        (Shape::Flags, ParamKind::Choice(words)) => words
            .iter()
            .find(|word| matches.get_flag(word))
            .map(|word| (*word).into()),
        (_, ParamKind::Switch) => matches.get_flag(id).then_some(Value::Bool(true)),
        (_, ParamKind::Path) => match matches.get_many::<PathBuf>(id) {
            Some(paths) => {
                let paths = paths.map(|path| absolute(path, env)).collect::<Result<Vec<_>>>()?;
                Some(one_or_many(param, paths))
            }
            None => None,
        },
        (_, ParamKind::Json) => matches
            .get_one::<PathBuf>(id)
            .map(|path| json_in(path, env))
            .transpose()?,
        (_, ParamKind::JsonText) => matches
            .get_one::<String>(id)
            .map(|text| json_text(&param.flag(), text))
            .transpose()?,
        (_, ParamKind::Source) => matches
            .get_one::<String>(id)
            .map(|text| if text == "-" { stdin() } else { Ok(text.as_str().into()) })
            .transpose()?,
        (_, ParamKind::Integer) => matches
            .get_many::<u32>(id)
            .map(|given| one_or_many(param, given.map(|number| Value::from(*number)))),
        _ => matches
            .get_many::<String>(id)
            .map(|given| one_or_many(param, given.map(|text| Value::from(text.as_str())))),
    })
}

fn one_or_many(param: &ParamSpec, values: impl IntoIterator<Item = Value>) -> Value {
    let mut values = values.into_iter();
    if param.many {
        values.collect()
    } else {
        values.next().unwrap_or_default()
    }
}

/// What stdin holds, to its end.
fn stdin() -> Result<Value> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes);
    read.map_err(|error| Error::new(Kind::Io, format!("failed to read stdin: {error}")).with_source(error))?;
    if bytes.len() as u64 > LARGEST {
        return Err(Error::new(Kind::Usage, format!("stdin is longer than {LARGEST} bytes")));
    }
    let text = String::from_utf8(bytes).map_err(|_| Error::new(Kind::Usage, "stdin is not UTF-8"))?;
    Ok(text.into())
}

/// The largest file of JSON that is read as a parameter.
const LARGEST: u64 = 1 << 20;

fn json_text(flag: &str, text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|error| Error::new(Kind::Usage, format!("`--{flag}` is no JSON: {error}")))
}

/// What a file of JSON holds: it is read here, as whoever names it may.
pub(crate) fn json_in(path: &Path, env: &Environment) -> Result<Value> {
    let path = resolved(path, env)?;
    let file = File::open(&path).map_err(|error| Error::io("read", &path, error))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Error::io("read", &path, error))?;
    let refused = |why: String| Error::new(Kind::Usage, format!("failed to read `{}`: {why}", path.display()));
    if bytes.len() as u64 > LARGEST {
        return Err(refused(format!("it is larger than {LARGEST} bytes")));
    }
    serde_json::from_slice(&bytes).map_err(|error| refused(format!("it is no JSON: {error}")))
}

pub(crate) fn resolved(path: &Path, env: &Environment) -> Result<PathBuf> {
    Ok(if path.is_absolute() {
        path.to_owned()
    } else {
        env.folder()?.join(path)
    })
}

pub(crate) fn absolute(path: &Path, env: &Environment) -> Result<Value> {
    let path = resolved(path, env)?;
    match path.to_str() {
        Some(text) => Ok(text.into()),
        None => Err(Error::new(
            Kind::Usage,
            format!("the path `{}` is not UTF-8", path.display()),
        )),
    }
}
