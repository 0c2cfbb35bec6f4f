//! The language as tables, and properties of all of it.

mod faults;
mod forms;
mod round_trip;
mod test_id;
