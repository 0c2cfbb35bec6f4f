//! The exit codes: a contract (spec: command line, exit codes).

use std::process::ExitCode;

use greenroom_session_core::Kind;

/// It was done.
pub(crate) const DONE: u8 = 0;
/// The command was written wrongly.
pub(crate) const USAGE: u8 = 2;

/// The exit code of an error of this kind.
pub(crate) fn of(kind: Kind) -> u8 {
    match kind {
        Kind::Usage => USAGE,
        Kind::NoSession | Kind::SessionEnded => 3,
        Kind::Denied => 4,
        Kind::NotStarted | Kind::BrowserLost | Kind::DaemonLost => 5,
        Kind::Timeout => 6,
        Kind::Unsupported => 7,
        Kind::Cancelled => 130,
        _ => 1,
    }
}

/// The code as the process ends with it.
pub(crate) fn exit(code: u8) -> ExitCode {
    ExitCode::from(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_code() {
        let table = [
            (Kind::Usage, 2),
            (Kind::NoSession, 3),
            (Kind::SessionEnded, 3),
            (Kind::NameInUse, 1),
            (Kind::Denied, 4),
            (Kind::Unsupported, 7),
            (Kind::Timeout, 6),
            (Kind::Cancelled, 130),
            (Kind::Navigation, 1),
            (Kind::Script, 1),
            (Kind::NotFound, 1),
            (Kind::Ambiguous, 1),
            (Kind::Stale, 1),
            (Kind::PageGone, 1),
            (Kind::PageCrashed, 1),
            (Kind::DialogOpen, 1),
            (Kind::NotStarted, 5),
            (Kind::BrowserLost, 5),
            (Kind::DaemonLost, 5),
            (Kind::Damaged, 1),
            (Kind::Io, 1),
            (Kind::Protocol, 1),
            (Kind::Internal, 1),
        ];
        for (kind, code) in table {
            assert_eq!(of(kind), code, "{kind:?}");
        }
        // A kind that is added must be added here: the schema knows them all.
        let schema = schemars::schema_for!(Kind);
        let kinds = schema.get("oneOf").and_then(serde_json::Value::as_array).unwrap();
        assert_eq!(kinds.len(), table.len());
    }
}
