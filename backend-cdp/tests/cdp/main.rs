//! The CDP backend against a real Chromium and the test site.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of tests")]

mod attach;
mod console;
mod dialog;
mod download;
mod frame;
mod image;
mod launch;
mod navigation;
mod network;
mod options;
mod script;
mod support;
mod unnoticed;
