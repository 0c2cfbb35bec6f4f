//! Why a driver gives no session, in our words.

use fantoccini::error::{CmdError, ErrorStatus, NewSessionError, WebDriver};
use greenroom_session_core::{Applied, Error, Kind};
use serde_json::Value;

/// The error of a session that was not made.
pub(super) fn of(error: NewSessionError, url: &str) -> Error {
    let told = match error {
        NewSessionError::SessionNotCreated(told) => refused(&told.message, url),
        NewSessionError::UnexpectedError(CmdError::Standard(told)) => standard(&told, url),
        NewSessionError::NotW3C(answer) => nonsense(&answer, url),
        NewSessionError::BadWebdriverUrl(error) => {
            Error::new(Kind::Usage, format!("`{url}` is no address of a driver: {error}"))
        }
        other => {
            let message = format!("the driver at `{url}` does not answer: {}", causes(&other));
            Error::new(Kind::NotStarted, message).with_retry(true)
        }
    };
    told.with_applied(Applied::No)
}

fn standard(told: &WebDriver, url: &str) -> Error {
    match told.error {
        ErrorStatus::InvalidArgument => {
            let message = format!(
                "the driver at `{url}` does not take the capabilities: {}",
                first_line(&told.message)
            );
            Error::new(Kind::Usage, message).with_hint("greenroom config get webdriver")
        }
        ErrorStatus::Timeout => queued(&told.message, url),
        _ => refused(&told.message, url),
    }
}

/// The driver's own words, with what to do where they are known.
fn refused(message: &str, url: &str) -> Error {
    let line = first_line(message);
    if let Some(hint) = mismatch(message) {
        let message = format!("the driver's version is not the browser's: {}", versions(message));
        return Error::new(Kind::NotStarted, message).with_hint(hint);
    }
    if is_queue(message) {
        return queued(message, url);
    }
    if is_no_match(message) {
        let message = format!("no browser behind `{url}` is what was asked for: {line}");
        return Error::new(Kind::NotStarted, message).with_hint("greenroom open URL --browser NAME    # another one");
    }
    if message.contains("Session is already started") || message.contains("Maximum number of active sessions") {
        let message = format!("the driver at `{url}` holds a session already, and has only one: {line}");
        return Error::new(Kind::NotStarted, message).with_retry(true);
    }
    Error::new(Kind::NotStarted, format!("failed to start the browser: {line}")).with_hint("greenroom doctor")
}

/// A Grid that had no place for as long as it keeps requests.
fn queued(message: &str, url: &str) -> Error {
    let message = format!("the Grid at `{url}` had no free place in time: {}", first_line(message));
    Error::new(Kind::NotStarted, message)
        .with_retry(true)
        .with_hint("close a session of the Grid, or give it more nodes")
}

fn is_queue(message: &str) -> bool {
    [
        "New session request timed out",
        "timed out in the queue",
        "Session request timed out",
        "Timed out creating session",
    ]
    .iter()
    .any(|words| message.contains(words))
}

fn is_no_match(message: &str) -> bool {
    [
        "Could not start a new session. Unable to find provider",
        "Failed to match capabilities",
        "Unable to find a matching set of capabilities",
        "No nodes support the capabilities",
    ]
    .iter()
    .any(|words| message.contains(words))
}

/// What brings a driver of the right version.
fn mismatch(message: &str) -> Option<&'static str> {
    if message.contains("This version of ChromeDriver only supports") {
        return Some("apt-get install chromium chromium-driver    # or name another one with --driver FILE");
    }
    let is_old =
        message.contains("is not supported, please use Firefox") || message.contains("unsupported Firefox version");
    is_old.then_some("cargo install --locked geckodriver    # or name another one with --driver FILE")
}

/// The lines that name versions.
fn versions(message: &str) -> String {
    let lines: Vec<&str> = message
        .lines()
        .filter(|line| line.contains("ersion"))
        .map(|line| line.trim().trim_start_matches("session not created: "))
        .collect();
    lines.join("; ")
}

/// An answer that is none of a driver's: a proxy, another server.
fn nonsense(answer: &Value, url: &str) -> Error {
    if let Some(message) = answer.get("message").and_then(Value::as_str) {
        return refused(message, url);
    }
    let text = answer.as_str().map_or_else(|| answer.to_string(), str::to_owned);
    let start: String = first_line(&text).chars().take(200).collect();
    let message = format!("what answers at `{url}` is no driver: {start}");
    Error::new(Kind::NotStarted, message).with_hint("greenroom open URL --webdriver-url http://HOST:PORT")
}

fn first_line(message: &str) -> &str {
    message
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or("no reason was told")
}

/// An error with all that it stems from.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_wrong_version_says_which_and_what_to_do() {
        let words = "session not created: This version of ChromeDriver only supports Chrome version 140\n\
                     Current browser version is 156.0.8078.108 with binary path /usr/bin/chromium\nStacktrace: #0";
        let error = refused(words, "http://127.0.0.1:1");
        for part in ["only supports Chrome version 140", "browser version is 156.0.8078.108"] {
            assert!(error.message().contains(part), "{error}");
        }
        assert!(!error.message().contains("Stacktrace"));
        assert!(error.hint().unwrap().contains("chromium-driver"));
    }

    #[test]
    fn what_a_grid_says_is_told_apart() {
        let full = refused(
            "Could not start a new session. New session request timed out \nHost info: host",
            "u",
        );
        assert!(
            full.message().contains("no free place in time") && full.retry(),
            "{full:?}"
        );
        let none = refused(
            "Could not start a new session. Unable to find provider for session",
            "u",
        );
        assert!(none.message().contains("is what was asked for"), "{none}");
        let other = nonsense(&json!("<html>404 Not Found</html>"), "http://x");
        assert!(
            other.message().contains("no driver") && other.message().contains("404"),
            "{other}"
        );
    }
}
