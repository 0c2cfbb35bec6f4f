//! Relative links in Markdown files must lead somewhere, headings included.

use std::path::{Component, Path, PathBuf};

use super::{Problem, source::has_extension, tree::File};

/// Problems of all links in all Markdown files.
pub(super) fn check(root: &Path, files: &[File]) -> Vec<Problem> {
    let exists = |path: &str| root.join(path).exists();
    let text = |path: &str| {
        files
            .iter()
            .find(|file| file.path == path)
            .map(|file| file.text.as_str())
    };
    let markdown = files.iter().filter(|file| has_extension(&file.path, &["md"]));
    markdown
        .flat_map(|file| check_file(&file.path, &file.text, exists, text))
        .collect()
}

fn check_file<'a>(
    path: &str,
    document: &str,
    exists: impl Fn(&str) -> bool,
    text: impl Fn(&str) -> Option<&'a str>,
) -> Vec<Problem> {
    let problem = |(line, link): (usize, String)| {
        let message = broken(path, document, &link, &exists, &text)?;
        Some(Problem::new(path, line, format!("the link `{link}` {message}")))
    };
    links(document).filter_map(problem).collect()
}

/// What is wrong with a link, if anything is.
fn broken<'a>(
    path: &str,
    document: &str,
    link: &str,
    exists: impl Fn(&str) -> bool,
    text: impl Fn(&str) -> Option<&'a str>,
) -> Option<&'static str> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = if file.is_empty() {
        Some(path.to_owned())
    } else {
        resolve(path, file)
    };
    let Some(target) = target else {
        return Some("leaves the repository");
    };
    if !exists(&target) {
        return Some("leads to no file");
    }
    if anchor.is_empty() || !has_extension(&target, &["md"]) {
        return None;
    }
    let document = if file.is_empty() { Some(document) } else { text(&target) };
    let found = document.is_some_and(|document| anchors(document).any(|found| found == anchor));
    (!found).then_some("leads to no heading")
}

/// The linked path relative to the root; nothing for one outside of it.
fn resolve(from: &str, link: &str) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    let folder = Path::new(from).parent().unwrap_or(Path::new(""));
    let whole: PathBuf = if let Some(absolute) = link.strip_prefix('/') {
        absolute.into()
    } else {
        folder.join(link)
    };
    for part in whole.components() {
        match part {
            Component::ParentDir => drop(parts.pop()?),
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    Some(parts.join("/"))
}

/// Line and target of each `[text](target)` and `[name]: target`, outside of code.
fn links(document: &str) -> impl Iterator<Item = (usize, String)> {
    prose(document).flat_map(|(number, line)| {
        let line = without_code(line);
        let inline = line
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split([')', ' ']).next())
            .map(str::to_owned);
        let reference = line
            .trim_start()
            .strip_prefix('[')
            .and_then(|rest| rest.split_once("]: "));
        let reference = reference
            .and_then(|(_, target)| target.split(' ').next())
            .map(str::to_owned);
        inline
            .chain(reference)
            .map(move |link| (number, link))
            .collect::<Vec<_>>()
    })
}

/// The numbered lines outside of fenced code.
fn prose(document: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_code = false;
    document.lines().enumerate().filter_map(move |(index, line)| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        (!in_code && !fence).then_some((index + 1, line))
    })
}

fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

/// The anchors of a document's headings, as GitHub makes them.
fn anchors(document: &str) -> impl Iterator<Item = String> {
    prose(document)
        .filter(|(_, line)| line.starts_with('#'))
        .map(|(_, line)| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title
                .chars()
                .filter(|&letter| letter.is_alphanumeric() || " -_".contains(letter));
            kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(document: &str) -> Vec<String> {
        let exists = |path: &str| ["README.md", "docs/a.md", "docs", "docs/picture.png"].contains(&path);
        let text = |path: &str| (path == "README.md").then_some("# The `greenroom` program\n\n## Get started, now\n");
        check_file("docs/a.md", document, exists, text)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn good_links_pass() {
        let document = "# Here\n[a](../README.md) and [b](a.md) ![c](picture.png)\n[d](#here) [e](https://x.org/y)\n\
                        [f](../README.md#get-started-now) [g](/docs) [h](../README.md#the-greenroom-program)\n\
                        `[code](nowhere.md)`\n```\n[code](nowhere.md)\n```\n[i]: ../README.md\n";
        assert_eq!(problems(document), [""; 0]);
    }

    #[test]
    fn bad_links_are_found() {
        for (link, message) in [
            ("[a](b.md)", "the link `b.md` leads to no file"),
            ("[a]: b.md \"title\"", "the link `b.md` leads to no file"),
            ("[a](../../x.md)", "the link `../../x.md` leaves the repository"),
            ("[a](#there)", "the link `#there` leads to no heading"),
            (
                "[a](../README.md#there)",
                "the link `../README.md#there` leads to no heading",
            ),
        ] {
            assert_eq!(
                problems(&format!("# Here\n\n{link}\n")),
                [format!("docs/a.md:3: {message}")]
            );
        }
    }
}
