//! Whole-program tests live in `it/`.
