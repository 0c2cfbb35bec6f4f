//! Each operation's result as people see it.
