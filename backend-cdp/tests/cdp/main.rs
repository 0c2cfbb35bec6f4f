//! The CDP backend against a real Chromium and the test site.

mod launch;
mod navigation;
mod script;
mod support;
