//! `man`: the manual page, as roff.

use greenroom_session_core::{Error, Kind, Result};

use super::Local;
use crate::output::Answer;

pub(super) const MAN: Local = Local {
    words: &["man"],
    about: "Prints the manual page; greenroom man | man -l -",
    hidden: false,
    build: |command| command,
    run: |_, _| {
        let page = render()?;
        let result = serde_json::json!({ "page": page });
        Ok(Answer::told(result, page))
    },
};

/// The page of the program, followed by a section for each command.
fn render() -> Result<String> {
    let failed =
        |error: std::io::Error| Error::new(Kind::Internal, "failed to write the manual page").with_source(error);
    let mut page = Vec::new();
    // The template of `--help` is for terminals; the page has its own form.
    let root = crate::args::root().help_template("{about}");
    clap_mangen::Man::new(root.clone()).render(&mut page).map_err(failed)?;
    let mut commands = Vec::new();
    leaves(&root, "greenroom", &mut commands);
    for (name, command) in commands {
        page.extend_from_slice(format!(".SH \"{}\"\n", name.to_uppercase()).as_bytes());
        let man = clap_mangen::Man::new(command.bin_name(name));
        man.render_synopsis_section(&mut page).map_err(failed)?;
        man.render_description_section(&mut page).map_err(failed)?;
        man.render_options_section(&mut page).map_err(failed)?;
    }
    String::from_utf8(page)
        .map_err(|error| Error::new(Kind::Internal, "failed to write the manual page").with_source(error))
}

fn leaves(command: &clap::Command, name: &str, found: &mut Vec<(String, clap::Command)>) {
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        let name = format!("{name} {}", inner.get_name());
        if inner.has_subcommands() {
            leaves(inner, &name, found);
        } else {
            found.push((name, inner.clone()));
        }
    }
}
