//! How cases say what they expect.

use std::fmt;

use greenroom_session_core::backend::Capability;
use greenroom_session_core::{Error, Kind};

/// Why a case failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(format!("a call failed: {error:?}"))
    }
}

/// What a case comes to.
pub(crate) type Checked<T = ()> = Result<T, Failure>;

/// Fails with `message`.
pub(crate) fn fail<T>(message: impl Into<String>) -> Checked<T> {
    Err(Failure(message.into()))
}

/// Expects `condition`.
pub(crate) fn check(condition: bool, otherwise: impl FnOnce() -> String) -> Checked {
    if condition { Ok(()) } else { fail(otherwise()) }
}

/// Expects that `got` is `wanted`.
#[expect(clippy::needless_pass_by_value, reason = "what is compared is made for it")]
pub(crate) fn same<A, B>(what: &str, got: A, wanted: B) -> Checked
where
    A: PartialEq<B> + fmt::Debug,
    B: fmt::Debug,
{
    check(got == wanted, || format!("{what}: got {got:?}, wanted {wanted:?}"))
}

/// Expects an error of one of `kinds`.
pub(crate) fn fails<T>(what: &str, result: Result<T, Error>, kinds: &[Kind]) -> Checked<Error> {
    match result {
        Ok(_) => fail(format!("{what}: succeeded, wanted an error of {kinds:?}")),
        Err(error) if kinds.contains(&error.kind()) => Ok(error),
        Err(error) => fail(format!("{what}: wanted an error of {kinds:?}, got {error:?}")),
    }
}

/// Expects the answer of what a browser does not have.
pub(crate) fn refused<T>(what: &str, result: Result<T, Error>, capability: Capability) -> Checked {
    let error = fails(what, result, &[Kind::Unsupported])?;
    same(
        &format!("{what}: the capability that the error names"),
        error.capability(),
        Some(capability),
    )
}
