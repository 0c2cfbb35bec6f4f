//! The journal as its callers see it.
