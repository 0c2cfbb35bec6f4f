//! What is to be run: workflows times browsers, and which part of that. Pure.

use greenroom_session_core::Result;

use super::mistake;

/// The endings of files that are workflows.
const ENDINGS: [&str; 6] = ["ts", "mts", "cts", "js", "mjs", "cjs"];

/// A workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct What {
    /// The file, as it was written.
    pub(super) file: String,
    /// The export; `None`: the default one.
    pub(super) export: Option<String>,
}

impl What {
    /// What it is called in tables.
    pub(super) fn name(&self) -> String {
        match &self.export {
            Some(export) => format!("{} {export}", self.file),
            None => self.file.clone(),
        }
    }
}

/// A browser, and the backend that reaches it where one is said or implied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct On {
    /// The backend.
    pub(super) backend: Option<String>,
    /// The browser; `None`: the default one.
    pub(super) browser: Option<String>,
}

impl On {
    /// What it is called in tables.
    pub(super) fn name(&self) -> String {
        let parts: Vec<_> = [&self.backend, &self.browser]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        match (&self.browser, is_implied(self)) {
            (Some(browser), true) => browser.clone(),
            _ if parts.is_empty() => "default".to_owned(),
            _ => parts.join(":"),
        }
    }
}

fn is_implied(on: &On) -> bool {
    on.backend.as_deref() == on.browser.as_deref().and_then(implied)
}

/// The backend of a browser that only one reaches.
fn implied(browser: &str) -> Option<&'static str> {
    matches!(browser, "firefox" | "webkit").then_some("webdriver")
}

/// A workflow on a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) what: What,
    pub(super) on: On,
}

/// Words as workflows: a file, and behind it the names of its exports.
pub(super) fn what<'a>(words: impl Iterator<Item = &'a str>) -> Result<Vec<What>> {
    let mut found: Vec<What> = Vec::new();
    let mut is_fresh = false;
    for word in words {
        let is_file = ENDINGS
            .iter()
            .any(|ending| word.strip_suffix(ending).is_some_and(|name| name.ends_with('.')));
        match (is_file || found.is_empty(), found.last_mut()) {
            (false, Some(last)) if is_fresh => {
                last.export = Some(word.to_owned());
                is_fresh = false;
            }
            (false, Some(last)) => {
                let file = last.file.clone();
                let export = Some(word.to_owned());
                found.push(What { file, export });
            }
            _ => {
                found.push(What {
                    file: word.to_owned(),
                    export: None,
                });
                is_fresh = true;
            }
        }
    }
    if found.is_empty() {
        return Err(mistake("`run` needs a file"));
    }
    Ok(found)
}

/// Browsers as they are written: `firefox`, `webdriver:chromium`. `backend`: the one for those that name none.
pub(super) fn browsers<'a>(words: impl Iterator<Item = &'a str>, backend: Option<&str>) -> Result<Vec<On>> {
    let mut found: Vec<On> = Vec::new();
    for word in words.map(str::trim) {
        let (named, browser) = match word.split_once(':') {
            Some((named, browser)) => (Some(named), browser),
            None => (backend.or_else(|| implied(word)), word),
        };
        let on = On {
            backend: named.map(str::to_owned),
            browser: Some(browser.to_owned()),
        };
        if browser.is_empty() || named == Some("") {
            return Err(mistake(format!("`{word}` is no browser")));
        }
        if found.contains(&on) {
            return Err(mistake(format!("`{word}` stands in `--browsers` twice")));
        }
        found.push(on);
    }
    Ok(found)
}

/// Each workflow on each browser, workflow by workflow.
pub(super) fn all(what: &[What], on: &[On]) -> Vec<Job> {
    let of = |what: &What| {
        let what = what.clone();
        on.iter()
            .cloned()
            .map(move |on| Job { what: what.clone(), on })
            .collect::<Vec<_>>()
    };
    what.iter().flat_map(of).collect()
}

/// A part of several: `2/3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shard {
    number: usize,
    of: usize,
}

impl std::str::FromStr for Shard {
    type Err = greenroom_session_core::Error;

    fn from_str(text: &str) -> Result<Self> {
        let bad = || mistake(format!("`{text}` is no part: write it as `1/3`, from `1/N` to `N/N`"));
        let (number, of) = text.split_once('/').ok_or_else(bad)?;
        let (number, of): (usize, usize) = (number.parse().map_err(|_| bad())?, of.parse().map_err(|_| bad())?);
        if number == 0 || number > of {
            return Err(bad());
        }
        Ok(Self { number, of })
    }
}

impl Shard {
    /// Its part: jobs are dealt out one by one, so that the parts are of one size and together are all.
    pub(super) fn part(self, jobs: Vec<Job>) -> Vec<Job> {
        let jobs = jobs.into_iter().enumerate();
        let mine = jobs.filter(|(index, _)| index % self.of == self.number - 1);
        mine.map(|(_, job)| job).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whats(words: &str) -> Vec<String> {
        what(words.split(' ')).unwrap().iter().map(What::name).collect()
    }

    #[test]
    fn a_word_that_is_no_file_is_an_export_of_the_one_before() {
        assert_eq!(whats("a.ts"), ["a.ts"]);
        assert_eq!(whats("a.ts go"), ["a.ts go"]);
        assert_eq!(
            whats("a.ts go stop b.mjs c.js ts"),
            ["a.ts go", "a.ts stop", "b.mjs", "c.js ts"]
        );
        assert_eq!(whats("no-ending go"), ["no-ending go"]);
        assert!(what([].into_iter()).is_err());
    }

    #[test]
    fn browsers_bring_their_backends() {
        let names = |words: &str, backend| -> Vec<String> {
            let on = browsers(words.split(','), backend).unwrap();
            on.iter()
                .map(|on| format!("{}={}", on.name(), on.backend.as_deref().unwrap_or("-")))
                .collect()
        };
        assert_eq!(
            names("chromium,firefox,webkit, webdriver:chromium", None),
            [
                "chromium=-",
                "firefox=webdriver",
                "webkit=webdriver",
                "webdriver:chromium=webdriver"
            ]
        );
        assert_eq!(names("chromium", Some("webdriver")), ["webdriver:chromium=webdriver"]);
        for bad in ["", "a,", ":b", "a:", "a,a", "firefox,webdriver:firefox"] {
            assert!(browsers(bad.split(','), None).is_err(), "{bad}");
        }
    }

    #[test]
    fn shards_share_everything_out() {
        let on = browsers(["a", "b", "c"].into_iter(), None).unwrap();
        let jobs = all(&what("a.ts x y b.ts".split(' ')).unwrap(), &on);
        assert_eq!(jobs.len(), 9);
        let mut seen = Vec::new();
        for shard in ["1/4", "2/4", "3/4", "4/4"] {
            let part = shard.parse::<Shard>().unwrap().part(jobs.clone());
            assert!((2..=3).contains(&part.len()), "{shard}");
            seen.extend(part);
        }
        assert!(seen.len() == 9 && jobs.iter().all(|job| seen.contains(job)));
        for bad in ["", "1", "0/2", "3/2", "a/b", "1/0", "-1/2"] {
            assert!(bad.parse::<Shard>().is_err(), "{bad}");
        }
    }
}
