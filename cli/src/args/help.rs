//! The page that `greenroom --help` shows: the commands by topic.

use std::fmt::Write;

/// The commands by topic, in the order in which people meet them.
pub(crate) const TOPICS: [(&str, &[&str]); 5] = [
    (
        "Sessions",
        &[
            "open",
            "connect",
            "list",
            "status",
            "pages",
            "tab",
            "session-mode",
            "close",
            "prune",
        ],
    ),
    (
        "Look",
        &[
            "snapshot",
            "observe",
            "extract",
            "get",
            "screenshot",
            "network",
            "actions",
            "console",
            "logs",
        ],
    ),
    (
        "Act",
        &[
            "goto",
            "back",
            "forward",
            "reload",
            "wait",
            "click",
            "dblclick",
            "hover",
            "tap",
            "fill",
            "type",
            "press",
            "select",
            "check",
            "uncheck",
            "focus",
            "drag",
            "upload",
            "scroll",
            "dialog",
            "set-viewport",
            "act",
        ],
    ),
    (
        "Scripts",
        &["exec", "readonly-exec", "run", "resume", "types", "evaluate"],
    ),
    (
        "Around it",
        &["doctor", "config", "daemon", "schema", "completions", "man"],
    ),
];

const EXAMPLES: &str = "Examples:
  greenroom open example.com          opens a session and prints its name
  greenroom snapshot                  shows the page as a tree of roles and names, with a ref for each element
  greenroom get title                 reads from it, in a new process, with the page as it was
  greenroom network --status 4xx      what the server refused
  greenroom close                     ends it; its logs stay
";

/// The template of the help page.
pub(super) fn template() -> String {
    let mut page = String::from("{about}\n\n{usage-heading} {usage}\n");
    let commands = super::build::visible_commands();
    for (topic, names) in TOPICS {
        let _ = write!(page, "\n{topic}:\n");
        for name in names {
            for (words, about) in commands.iter().filter(|(words, _)| words[0] == *name) {
                let _ = writeln!(page, "  {:<20} {}", words.join(" "), about.trim_end_matches('.'));
            }
        }
    }
    page.push_str("\nGlobal options:\n{options}\n\n");
    page.push_str(EXAMPLES);
    page
}
