//! The result of each operation, as text for people.

use std::fmt::Write;
use std::time::Duration;

use greenroom_session_core::op::{
    ActResult, Acted, CloseResult, DaemonStatusResult, DaemonStopped, DialogAnswered, Executed, Extracted, ListResult,
    Mode, Observed, Opened, PageInfo, PageList, Pruned, ScreenshotTaken, SessionLine, SnapshotTaken, StatusResult,
    TabClosed, Visit, Waited, WorkflowRan,
};
use greenroom_session_core::script::ConsoleLine;
use greenroom_session_core::store::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::table::table;
use super::{Screen, clean};

/// How long an address or a title may get in a table.
const CELL: usize = 60;

/// How long an address or a title may get on a line of its own.
const LINE: usize = 2000;

/// The text of an operation's result. What is not known is shown as JSON.
pub(super) fn render(name: &str, result: &Value, screen: Screen) -> String {
    known(name, result, screen).unwrap_or_else(|| serde_json::to_string_pretty(result).unwrap_or_default())
}

fn known(name: &str, result: &Value, screen: Screen) -> Option<String> {
    Some(match name {
        "open" | "connect" => opened(&read(result)?),
        "goto" | "back" | "forward" | "reload" | "tab.new" => visit(&read(result)?),
        "list" => sessions(&read::<ListResult>(result)?.sessions),
        "status" => status(&read(result)?),
        "session-mode" => read::<Mode>(result)?.access_mode.word().to_owned(),
        "close" => closed(&read(result)?),
        "prune" => pruned(&read(result)?),
        "pages" => pages(&read::<PageList>(result)?.pages),
        "tab.select" => page(&read(result)?),
        "tab.close" => tab_closed(&read(result)?),
        "dialog.accept" | "dialog.dismiss" => dialog_answered(&read(result)?),
        "get" => match result.get("value")? {
            Value::String(text) => screen.shown(text).into_owned() + "\n",
            // An attribute that is not there, an element without a box: nothing, and the empty text is an empty line.
            Value::Null => String::new(),
            value => value.to_string(),
        },
        "snapshot" => snapshot(&read(result)?, screen),
        "observe" => observed(&read(result)?, screen),
        "extract" => extracted(&read(result)?, screen),
        "wait" => facts([("url", read::<Waited>(result)?.url)]),
        "exec" | "readonly-exec" => executed(&read(result)?, screen),
        "run" | "resume" => workflow(&read(result)?),
        "evaluate" => match result.get("value")? {
            Value::String(text) => screen.shown(text).into_owned() + "\n",
            value => value.to_string(),
        },
        "act" => steps(&read(result)?, screen),
        "screenshot" => read::<ScreenshotTaken>(result)?.path.display().to_string(),
        "daemon.status" | "daemon.stop" if result["running"] == false => "not running".to_owned(),
        "daemon.status" => daemon(&read(result)?),
        "daemon.stop" => stopped(&read(result)?),
        _ if result.get("action").is_some() => acted(&read(result)?, screen),
        _ => return None,
    })
}

fn read<T: DeserializeOwned>(result: &Value) -> Option<T> {
    T::deserialize(result).ok()
}

/// The console's lines, then the value.
fn executed(executed: &Executed, screen: Screen) -> String {
    let mut text = String::new();
    lines(&mut text, &executed.console, executed.console_dropped);
    if screen.is_terminal() {
        text = clean::text(&text).into_owned();
    }
    if let Some(value) = &executed.text {
        text.push_str(&screen.shown(value));
        text.push('\n');
    }
    match &executed.diff {
        Some(diff) if diff.text.is_empty() => text.push_str("nothing has changed in the page\n"),
        Some(diff) => {
            let _ = write!(text, "changes in the page:\n{}", screen.shown(&diff.text));
        }
        None => {}
    }
    text
}

fn lines(text: &mut String, console: &[ConsoleLine], dropped: u64) {
    for line in console {
        text.push_str(&line.text);
        text.push('\n');
    }
    if dropped > 0 {
        let _ = writeln!(text, "… {dropped} more lines of the console are not kept");
    }
}

/// What a workflow returned. What it wrote is not data: it goes to stderr, by [`written`].
fn workflow(ran: &WorkflowRan) -> String {
    if ran.status == "completed" {
        ran.value.to_string()
    } else {
        String::new()
    }
}

/// What a workflow wrote, for stderr.
pub(super) fn written(name: &str, result: &Value) -> String {
    let mut text = String::new();
    if let ("run" | "resume", Some(ran)) = (name, read::<WorkflowRan>(result)) {
        lines(&mut text, &ran.console, ran.console_dropped);
    }
    text
}

/// Lines of a word and what it is; what is empty is left out.
fn facts<'a>(facts: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let facts: Vec<_> = facts.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let width = facts.iter().map(|(word, _)| word.len()).max().unwrap_or(0);
    facts.iter().fold(String::new(), |mut text, (word, value)| {
        let _ = writeln!(text, "{word:<width$}  {}", clean::line(value, LINE));
        text
    })
}

fn opened(opened: &Opened) -> String {
    facts([
        ("session", opened.session.clone()),
        ("page", opened.page.clone().unwrap_or_default()),
        ("url", opened.url.clone().unwrap_or_default()),
        ("title", opened.title.clone().unwrap_or_default()),
        (
            "browser",
            format!("{} {}", opened.browser.name, opened.browser.version)
                .trim()
                .to_owned(),
        ),
        (
            "mode",
            if opened.access_mode.word() == "read-only" {
                "read-only".to_owned()
            } else {
                String::new()
            },
        ),
    ])
}

fn visit(visit: &Visit) -> String {
    let status = visit.status.map(|status| status.to_string()).unwrap_or_default();
    facts([
        ("page", visit.page.clone()),
        ("url", visit.url.clone()),
        ("title", visit.title.clone()),
        ("status", status),
    ])
}

fn sessions(lines: &[SessionLine]) -> String {
    if lines.is_empty() {
        return "no sessions".to_owned();
    }
    let now = Timestamp::now();
    let age = |at: Option<Timestamp>| at.map(|at| age(now.since(at))).unwrap_or_default();
    let rows: Vec<_> = lines
        .iter()
        .map(|line| {
            let text = |text: &Option<String>| text.as_deref().map(|text| clean::line(text, CELL)).unwrap_or_default();
            let end = line
                .outcome
                .as_deref()
                .or(line.reason.as_deref())
                .map(|end| format!(" ({})", clean::line(end, CELL)));
            vec![
                clean::line(&line.session, CELL),
                format!("{}{}", line.status, end.unwrap_or_default()),
                text(&line.phase),
                text(&line.backend),
                text(&line.browser),
                text(&line.access_mode),
                line.pages.to_string(),
                age(line.started_at),
                age(line.last_used_at),
                text(&line.url),
            ]
        })
        .collect();
    table(
        &[
            "SESSION", "STATUS", "PHASE", "BACKEND", "BROWSER", "MODE", "PAGES", "AGE", "USED", "URL",
        ],
        &rows,
    )
}

/// `5s`, `12m`, `3h`, `2d`.
fn age(span: Duration) -> String {
    match span.as_secs() {
        seconds @ 0..60 => format!("{seconds}s"),
        seconds @ 60..3600 => format!("{}m", seconds / 60),
        seconds @ 3600..86400 => format!("{}h", seconds / 3600),
        seconds => format!("{}d", seconds / 86400),
    }
}

fn status(status: &StatusResult) -> String {
    let mut text = facts([("workspace", status.workspace.display().to_string())]);
    let Some(state) = &status.state else {
        text.push_str(&sessions(&status.sessions));
        return text;
    };
    let end = state.outcome.map(|outcome| outcome.to_string()).unwrap_or_default();
    let shared = status
        .shared_by
        .filter(|shared| *shared > 1)
        .map(|shared| format!("{shared} sessions"))
        .unwrap_or_default();
    text = facts([
        ("session", state.session.to_string()),
        ("status", format!("{}, {}", state.status, state.phase)),
        ("outcome", end),
        ("reason", state.reason.clone().unwrap_or_default()),
        ("backend", state.backend.clone()),
        (
            "browser",
            format!("{} {}", state.browser.name, state.browser.version)
                .trim()
                .to_owned(),
        ),
        ("pid", state.pid.map(|pid| pid.to_string()).unwrap_or_default()),
        ("shared by", shared),
        ("ownership", state.ownership.to_string()),
        ("storage", state.storage_mode.to_string()),
        ("mode", state.access_mode.name().to_owned()),
        (
            "viewport",
            state.viewport.map(|size| size.to_string()).unwrap_or_default(),
        ),
        ("started", state.started_at.to_string()),
        ("last used", state.last_used_at.to_string()),
        ("ended", state.ended_at.map(|at| at.to_string()).unwrap_or_default()),
        (
            "folder",
            status
                .folder
                .as_ref()
                .map(|folder| folder.display().to_string())
                .unwrap_or_default(),
        ),
        ("can", status.capabilities.join(", ")),
    ]);
    if !status.pages.is_empty() {
        text.push('\n');
        text.push_str(&pages(&status.pages));
    }
    text
}

/// Where the files are, the tree, and the analyzer's answer.
fn snapshot(taken: &SnapshotTaken, screen: Screen) -> String {
    let files = [
        taken.files.png.as_ref(),
        Some(&taken.files.html),
        Some(&taken.files.yaml),
        Some(&taken.files.json),
    ];
    let mut text = String::with_capacity(taken.tree.len() + 1024);
    for file in files.into_iter().flatten() {
        let _ = writeln!(text, "{}", file.display());
    }
    let _ = writeln!(text, "\n{}  {}", taken.page, clean::line(&taken.url, LINE));
    match &taken.compared_with {
        Some(file) if taken.tree.is_empty() => {
            let _ = writeln!(text, "nothing has changed since {}", file.display());
        }
        Some(file) => {
            let _ = writeln!(text, "changes since {}:", file.display());
        }
        None => {}
    }
    text.push_str(&screen.shown(&taken.tree));
    if let Some(analysis) = &taken.analysis {
        let _ = write!(text, "\n{}", screen.shown(analysis));
    }
    text
}

fn observed(observed: &Observed, screen: Screen) -> String {
    if let Some(diff) = &observed.diff {
        return match &*diff.text {
            "" => format!("nothing has changed since {}", diff.since),
            lines => format!("changes since {}:\n{}", diff.since, screen.shown(lines)),
        };
    }
    if observed.elements.is_empty() {
        return if observed.total + observed.others == 0 {
            "nothing can be acted on".to_owned()
        } else {
            "nothing of that can be acted on here".to_owned()
        };
    }
    observed.elements.iter().fold(String::new(), |mut text, element| {
        let _ = writeln!(text, "{}", screen.shown(&element.line));
        text
    })
}

/// What was done, and to what; afterwards, where it was asked for, what can be acted on.
fn acted(acted: &Acted, screen: Screen) -> String {
    let value = match &acted.value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(value) => value.to_string(),
    };
    let told = facts([
        ("done", acted.action.clone()),
        ("element", acted.best_semantic_selector.clone().unwrap_or_default()),
        ("value", value),
        ("url", acted.url.clone()),
    ]);
    told + &afterwards(acted.observed.as_ref(), screen)
}

fn steps(done: &ActResult, screen: Screen) -> String {
    let told = done.steps.iter().fold(String::new(), |mut text, step| {
        let word = if step.ok { "ok    " } else { "failed" };
        let _ = write!(
            text,
            "{word}  {}  {:.0} ms",
            clean::line(&step.step, LINE),
            step.duration
        );
        let _ = match &step.error {
            Some(error) => writeln!(text, ": {}", clean::line(error, LINE)),
            None => writeln!(text),
        };
        text
    });
    told + &afterwards(done.observed.as_ref(), screen)
}

fn afterwards(seen: Option<&Observed>, screen: Screen) -> String {
    seen.map(|seen| format!("\n{}", observed(seen, screen)))
        .unwrap_or_default()
}

/// The data alone, so that a program can read it.
fn extracted(extracted: &Extracted, screen: Screen) -> String {
    let text = match (&extracted.items, &extracted.fields) {
        (Some(items), _) => serde_json::to_string_pretty(items),
        (None, Some(fields)) => serde_json::to_string_pretty(fields),
        (None, None) => serde_json::to_string_pretty(&extracted.data),
    };
    screen.shown(&text.unwrap_or_default()).into_owned() + "\n"
}

fn pages(pages: &[PageInfo]) -> String {
    if pages.is_empty() {
        return "no pages".to_owned();
    }
    let rows: Vec<_> = pages
        .iter()
        .map(|page| {
            let mark = if let Some(dialog) = &page.dialog {
                dialog
            } else if page.crashed {
                "crashed"
            } else if page.active {
                "active"
            } else {
                ""
            };
            vec![
                page.id.clone(),
                clean::line(mark, CELL),
                clean::line(&page.title, CELL),
                clean::line(&page.url, LINE),
            ]
        })
        .collect();
    table(&["ID", "", "TITLE", "URL"], &rows)
}

fn page(page: &PageInfo) -> String {
    facts([
        ("page", page.id.clone()),
        ("url", page.url.clone()),
        ("title", page.title.clone()),
    ])
}

fn dialog_answered(dialog: &DialogAnswered) -> String {
    facts([
        ("page", dialog.page.clone()),
        ("dialog", dialog.dialog.clone()),
        ("message", dialog.message.clone()),
        ("answer", dialog.answer.clone()),
    ])
}

fn tab_closed(closed: &TabClosed) -> String {
    facts([
        ("closed", closed.closed.clone()),
        ("active", closed.active.clone().unwrap_or_default()),
    ])
}

fn closed(result: &CloseResult) -> String {
    if result.closed.is_empty() {
        return "nothing to close".to_owned();
    }
    result.closed.iter().fold(String::new(), |mut text, closed| {
        let how = match closed.browser.as_str() {
            "gone" => " (its browser was gone)",
            "shared" => " (its browser is used by others)",
            "detached" => " (let go of its browser)",
            "terminated" => " (its browser had to be terminated)",
            "killed" => " (its browser had to be killed)",
            // `asked`: as it should be.
            _ => "",
        };
        let _ = writeln!(text, "closed {}{how}", closed.session);
        text
    })
}

fn pruned(pruned: &Pruned) -> String {
    let mut text = pruned.sessions.iter().fold(String::new(), |mut text, session| {
        let _ = writeln!(text, "removed {session}");
        text
    });
    let _ = writeln!(
        text,
        "{} ended sessions and {} archived ones removed",
        pruned.sessions.len(),
        pruned.archived
    );
    text
}

fn daemon(daemon: &DaemonStatusResult) -> String {
    facts([
        ("pid", daemon.pid.map(|pid| pid.to_string()).unwrap_or_default()),
        ("version", daemon.version.clone().unwrap_or_default()),
        (
            "started",
            daemon.started_at.map(|at| at.to_string()).unwrap_or_default(),
        ),
        ("sessions", daemon.sessions.to_string()),
        ("browsers", daemon.browsers.to_string()),
    ])
}

fn stopped(stopped: &DaemonStopped) -> String {
    let mut text = "stopped\n".to_owned();
    for session in &stopped.hibernated {
        let _ = writeln!(text, "hibernated {session}");
    }
    text
}

#[cfg(test)]
mod tests;
