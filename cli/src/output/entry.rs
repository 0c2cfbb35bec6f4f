//! A line of a log, for people.

use greenroom_session_core::journal::Log;
use serde_json::Value;

use super::{Screen, clean};

/// How long what a page wrote may get in a line.
const LONGEST: usize = 400;

/// One line: the time of day, then what happened.
pub(crate) fn line(log: Log, entry: &Value, screen: Screen) -> String {
    let text = |key: &str| {
        entry[key]
            .as_str()
            .map(|text| clean::line(text, LONGEST))
            .unwrap_or_default()
    };
    let parts = match log {
        Log::Network => network(entry, &text, screen),
        Log::Actions => action(entry, &text, screen),
        Log::Console => console(&text, screen),
        Log::Logs => own(entry, &text, screen),
    };
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!(
        "{}  {}",
        screen.tinted("2", &time_of_day(&text("ts"))),
        parts.join("  ")
    )
}

type Text<'a> = &'a dyn Fn(&str) -> String;

fn network(entry: &Value, text: Text, screen: Screen) -> Vec<String> {
    if entry.get("kind").is_some() {
        return vec![text("kind"), text("url"), text("data")];
    }
    let status = match entry["status"].as_u64() {
        Some(status) => status.to_string(),
        None => "---".to_owned(),
    };
    let failed = entry["error"].is_string() || entry["status"].as_u64().is_some_and(|status| status >= 400);
    let size = entry["bodySize"].as_u64().map(size).unwrap_or_default();
    vec![
        if failed { screen.tinted("31", &status) } else { status },
        format!("{:<6}", text("method")),
        format!("{:<10}", text("resourceType")),
        format!("{:>8}", duration(&entry["durationMs"])),
        format!("{size:>7}"),
        text("url"),
        text("error"),
    ]
}

fn action(entry: &Value, text: Text, screen: Screen) -> Vec<String> {
    let selector = if entry["selector"].is_string() {
        text("selector")
    } else {
        text("bestSemanticSelector")
    };
    let value = if entry["value"].is_string() {
        format!("\"{}\"", text("value"))
    } else {
        String::new()
    };
    let failed = if entry["success"] == false {
        screen.tinted("31", &format!("failed: {}", text("error")))
    } else {
        String::new()
    };
    let place = if entry["url"].is_string() {
        text("url")
    } else {
        String::new()
    };
    vec![
        format!("{:<5}", text("source")),
        format!("{:<8}", text("action")),
        format!("{:>8}", duration(&entry["duration"])),
        selector,
        value,
        place,
        failed,
    ]
}

fn console(text: Text, screen: Screen) -> Vec<String> {
    let kind = format!("{:<9}", text("type"));
    let kind = if matches!(kind.trim_end(), "error" | "pageerror" | "assert") {
        screen.tinted("31", &kind)
    } else {
        kind
    };
    vec![format!("{:<7}", text("pageId")), kind, text("text")]
}

fn own(entry: &Value, text: Text, screen: Screen) -> Vec<String> {
    let level = format!("{:<5}", text("level"));
    let level = if level.trim_end() == "error" {
        screen.tinted("31", &level)
    } else {
        level
    };
    let fields = match &entry["fields"] {
        Value::Object(fields) if !fields.is_empty() => clean::line(&entry["fields"].to_string(), LONGEST),
        _ => String::new(),
    };
    vec![level, text("target"), text("message"), fields]
}

/// `06:13:00.123` of `2026-11-21T06:13:00.123Z`.
fn time_of_day(ts: &str) -> String {
    ts.split_once('T')
        .map_or(ts, |(_, time)| time.trim_end_matches('Z'))
        .to_owned()
}

fn duration(millis: &Value) -> String {
    match millis.as_f64() {
        Some(millis) if millis >= 10_000.0 => format!("{:.1}s", millis / 1000.0),
        Some(millis) => format!("{millis:.0}ms"),
        None => String::new(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "it is shown with one digit after the point")]
fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes}B"),
        1024..1_048_576 => format!("{:.1}K", bytes as f64 / 1024.0),
        _ => format!("{:.1}M", bytes as f64 / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(log: Log, entry: &Value) -> String {
        line(
            log,
            entry,
            Screen::plain(&crate::env::Environment {
                no_color: true,
                ..Default::default()
            }),
        )
    }

    #[test]
    fn each_log_has_its_line() {
        let ts = "2026-11-21T06:13:00.123Z";
        let request = json!({ "ts": ts, "method": "GET", "url": "http://a/", "status": 404, "resourceType": "document", "durationMs": 12.4, "bodySize": 2048, "error": null });
        assert_eq!(
            shown(Log::Network, &request),
            "06:13:00.123  404  GET     document        12ms     2.0K  http://a/"
        );
        let refused = json!({ "ts": ts, "method": "GET", "url": "http://a/", "status": null, "resourceType": "fetch", "durationMs": 1, "bodySize": null, "error": "net::ERR" });
        assert_eq!(
            shown(Log::Network, &refused),
            "06:13:00.123  ---  GET     fetch            1ms           http://a/  net::ERR"
        );
        let frame =
            json!({ "ts": ts, "kind": "websocket-sent", "url": "ws://a", "data": "hi\u{1b}[2J", "binary": false });
        assert_eq!(
            shown(Log::Network, &frame),
            "06:13:00.123  websocket-sent  ws://a  hi[2J"
        );
        let action = json!({ "ts": ts, "source": "agent", "action": "goto", "url": "http://a/", "duration": 20000, "success": false, "error": "denied" });
        assert_eq!(
            shown(Log::Actions, &action),
            "06:13:00.123  agent  goto         20.0s  http://a/  failed: denied"
        );
        let console = json!({ "ts": ts, "pageId": "page-1", "type": "error", "text": "one\ntwo" });
        assert_eq!(
            shown(Log::Console, &console),
            "06:13:00.123  page-1   error      one two"
        );
        let own = json!({ "ts": ts, "level": "info", "target": "command", "message": "open", "fields": { "a": 1 } });
        assert_eq!(shown(Log::Logs, &own), "06:13:00.123  info   command  open  {\"a\":1}");
    }
}
