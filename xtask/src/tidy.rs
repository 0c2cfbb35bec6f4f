//! `tidy`: rules of this repository that no compiler and no linter checks. Each checker is a pure function from text
//! to problems, and is itself tested; this file reads the tree and collects what they say.

mod edges;
mod library;
mod links;
mod source;
mod tree;

use anyhow::{Result, bail};

use crate::{flags, run::root};

/// One broken rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Problem {
    /// Relative to the root.
    path: String,
    /// Counted from 1; 0 stands for the whole file.
    line: usize,
    message: String,
}

impl Problem {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            message: message.into(),
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.path)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": {}", self.message)
    }
}

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    flags(arguments, [])?;
    let files = tree::read(root())?;
    let mut problems: Vec<Problem> = files
        .iter()
        .flat_map(|file| source::check(&file.path, &file.text))
        .collect();
    problems.extend(source::unused_exceptions(&files));
    problems.extend(library::check(&files));
    problems.extend(links::check(root(), &files));
    problems.extend(edges::check(&edges::packages()?));
    problems.sort();
    for problem in &problems {
        println!("{problem}");
    }
    if !problems.is_empty() {
        bail!("tidy found {} problems", problems.len());
    }
    println!("tidy: {} files are as they should be", files.len());
    Ok(())
}
