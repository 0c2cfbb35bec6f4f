//! The engine as it goes into pages, and the probe that asks it about every element.

/// Made by `cargo xtask codegen` from the modules in `session-core/src/injected/js`.
const ENGINE: &str = include_str!("../../../session-core/src/injected/engine.js");

const PROBE: &str = include_str!("probe.js");

/// An expression that gives what the engine says of every element of the document, as JSON.
pub(crate) fn probe() -> String {
    format!("({PROBE})({ENGINE})")
}
