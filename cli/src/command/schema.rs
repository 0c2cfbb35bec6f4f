//! `schema [NAME]`: the JSON Schemas of what greenroom writes and reads.

use clap::Arg;
use greenroom_session_core::ipc::{EventNote, Restored};
use greenroom_session_core::journal::{self, Log};
use greenroom_session_core::service::Config;
use greenroom_session_core::store::StateRecord;
use greenroom_session_core::{Error, Kind, WireError, op, text};
use schemars::{Schema, schema_for};
use serde_json::{Value, json};

use super::Local;
use crate::daemon::record::DaemonRecord;
use crate::output::Answer;

pub(super) const SCHEMA: Local = Local {
    words: &["schema"],
    about: "Prints a JSON Schema; without a name, lists them",
    hidden: false,
    build: |command| {
        command.arg(
            Arg::new("name")
                .value_name("NAME")
                .help("For example state, config, response, goto.result"),
        )
    },
    run: |_, matches| {
        let all = all();
        let Some(name) = matches.get_one::<String>("name") else {
            let names: Vec<_> = all.iter().map(|(name, _)| name.as_str()).collect();
            let text = names.join("\n");
            return Ok(Answer::told(json!({ "names": names }), text));
        };
        let Some((_, schema)) = all.iter().find(|(known, _)| known == name) else {
            let near = text::nearest(name, all.iter().map(|(name, _)| name.as_str()));
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(Error::new(Kind::Usage, format!("no schema `{name}`{near}"))
                .with_hint("greenroom schema    # lists them"));
        };
        let text = serde_json::to_string_pretty(schema).unwrap_or_default();
        Ok(Answer::told(schema.clone().to_value(), text))
    },
};

/// Every schema by its name.
pub(super) fn all() -> Vec<(String, Schema)> {
    let mut all = vec![
        ("state".to_owned(), schema_for!(StateRecord)),
        ("config".to_owned(), schema_for!(Config)),
        ("daemon".to_owned(), schema_for!(DaemonRecord)),
        ("response".to_owned(), response()),
    ];
    all.extend(Log::ALL.map(|log| (format!("{}.line", log.name()), journal::schema(log))));
    for (name, params, result) in op::schemas() {
        all.push((format!("{name}.params"), params));
        all.push((format!("{name}.result"), result));
    }
    all
}

/// The schema of the object that `--json` prints.
fn response() -> Schema {
    let mut generator = schemars::SchemaGenerator::default();
    let error = generator.subschema_for::<WireError>();
    let event = generator.subschema_for::<EventNote>();
    let restored = generator.subschema_for::<Restored>();
    let definitions = Value::Object(generator.take_definitions(true));
    schemars::json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "greenroom --json",
        "description": "The one object that a command prints with --json.",
        "type": "object",
        "properties": {
            "ok": { "type": "boolean", "description": "Whether it was done." },
            "session": { "type": ["string", "null"], "description": "The session that it was about." },
            "result": { "description": "The operation's result; see `greenroom schema OPERATION.result`. Beside an error: what was done of it." },
            "error": error,
            "events": { "type": "array", "items": event, "description": "What happened in the browser since the last result, told once." },
            "restored": restored,
            "notes": { "type": "array", "items": { "type": "string" }, "description": "Remarks for people." }
        },
        "required": ["ok", "session"],
        "oneOf": [
            { "properties": { "ok": { "const": true } }, "required": ["result"] },
            { "properties": { "ok": { "const": false } }, "required": ["error"] }
        ],
        "additionalProperties": false,
        "$defs": definitions
    })
}
