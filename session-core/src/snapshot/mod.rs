//! The accessibility tree of a page as text: YAML that can be read, compared, cut to a size and pointed at by refs.
//!
//! Everything here is pure: rows in, text out. What rows hold comes from a page and is hostile: no name, text or value
//! can make a line, a ref (`[e12]` is written for elements only) or a terminal's escape sequence.
//!
//! A line an element, and one a run of text that is not an element's only content:
//!
//! ```yaml
//! - main [e1]:
//!   - heading "Your account" [level=1] [e2]
//!   - textbox "Email" [required] [e3]: a@b.c
//!   - link "Help" [e4]:
//!     - /url: https://shop.test/help
//!   - paragraph [e5]: All changes are saved.
//!   - list "Orders" [e6]: … 240 more (snapshot e6)
//! ```
//!
//! What a line says, in this order: role, name as a JSON string, states, ref. Then its value, its only text, or the lines
//! below it: `/name` (where it is too long for a YAML key), `/url`, `/description`, states that are too long, `/value`, and
//! what is in the element.
//!
//! What a view leaves out is counted, each element in one place. Scalars that begin with `…` are ours: a page's are quoted.
//!
//! ```yaml
//! - list "Orders" [e6]: … 240 more (snapshot e6)
//! - … 3,900 more, e102 to e4001
//! - paragraph [e7]: … more text (snapshot e7)
//! - text [… 960 more characters]: The beginning of a long text
//! - … 17 more without --interactive
//! ```

mod beside;
mod cut;
mod diff;
mod keep;
mod observe;
mod outline;
mod plan;
mod role;
mod row;
mod scalar;
mod sight;
mod state;
mod text;
mod tree;
mod word;

#[cfg(test)]
mod tests;

pub use diff::{Diff, diff};
pub use observe::observe_line;
pub use row::{Props, Row};
pub use sight::{MASK, Sight, Wanted};
pub use tree::{Rendered, Tree, View};
