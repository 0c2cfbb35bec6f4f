//! The files of a workflow: which module an import means, which may be read, and how each is loaded.
//!
//! They are read on the realm's own thread, with the rights of the daemon's owner, and only below one folder.

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use greenroom_session_core::script::WorkflowFile;
use oxc_resolver::{ResolveError, ResolveOptions, Resolver};

use crate::compile::{Form, Mistake, Module, Place, Positions, compile_module};

/// The module that is built in.
pub(crate) const BUILT_IN: &str = "greenroom";

/// The largest file that is read.
const LARGEST: u64 = 4 << 20;

/// How much is read for a workflow in all. The realm's memory ends sooner for most.
const MOST: u64 = 64 << 20;

/// Who asks for a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asker {
    /// An `import`.
    Import,
    /// A `require`.
    Require,
}

/// What a file is.
#[derive(Debug)]
pub(crate) enum Content {
    Module(Module),
    /// JSON, as it is.
    Json(String),
}

/// The files of the workflow that a realm runs.
pub(crate) struct Files {
    /// The folder below which files may be read.
    root: PathBuf,
    /// A folder whose files are not read all the same.
    hidden: PathBuf,
    import: Resolver,
    require: Resolver,
    /// Of each module that was loaded, by its name: where its positions are in the file.
    positions: HashMap<String, Positions>,
    read: u64,
}

impl Files {
    pub(crate) fn new(file: &WorkflowFile) -> Self {
        let import = Resolver::new(options(&file.root, Asker::Import));
        Self {
            root: file.root.clone(),
            hidden: file.hidden.clone(),
            require: import.clone_with_options(options(&file.root, Asker::Require)),
            import,
            positions: HashMap::new(),
            read: 0,
        }
    }

    /// The name of the module that `specifier` means in the module `base`.
    ///
    /// # Errors
    /// Why there is none, for people.
    pub(crate) fn resolve(&self, asker: Asker, base: &str, specifier: &str) -> Result<String, String> {
        if specifier == BUILT_IN {
            return Ok(BUILT_IN.to_owned());
        }
        if base.is_empty() {
            // The workflow's own file, by its path: whatever letters are in it.
            return Ok(specifier.to_owned());
        }
        let why = |why: String| {
            format!(
                "cannot find the module `{specifier}` that `{}` imports: {why}",
                self.shown(base)
            )
        };
        if specifier.contains("://") || specifier.starts_with("data:") {
            return Err(why("modules are files".to_owned()));
        }
        let folder = Path::new(base).parent().unwrap_or(&self.root);
        let resolver = match asker {
            Asker::Import => &self.import,
            Asker::Require => &self.require,
        };
        let found = match resolver.resolve(folder, specifier) {
            Ok(found) => found.into_path_buf(),
            Err(ResolveError::Builtin { resolved, .. }) => {
                return Err(why(format!(
                    "`{resolved}` is a module of Node, and there is no Node here: only packages of pure JavaScript run"
                )));
            }
            Err(error) => return Err(why(error.to_string())),
        };
        self.allowed(&found).map_err(why)?;
        let name = found.to_str().map(str::to_owned);
        name.ok_or_else(|| why(format!("its path `{}` is not UTF-8", found.display())))
    }

    /// Whether a file may be read; `path` is free of links.
    fn allowed(&self, path: &Path) -> Result<(), String> {
        let shown = path.display();
        if path.starts_with(&self.hidden) {
            return Err(format!(
                "`{shown}` is of the sessions' own folder, which no script reads"
            ));
        }
        if !path.starts_with(&self.root) {
            return Err(format!("`{shown}` is outside of `{}`", self.root.display()));
        }
        Ok(())
    }

    /// Reads and compiles a module by its name.
    ///
    /// # Errors
    /// Why it cannot be, for people.
    pub(crate) fn load(&mut self, name: &str) -> Result<Content, String> {
        let path = PathBuf::from(name);
        let extension = path
            .extension()
            .and_then(|ending| ending.to_str())
            .unwrap_or_default()
            .to_owned();
        let kind = match extension.as_str() {
            "json" => None,
            "mjs" | "mts" => Some(Some(Form::Esm)),
            "cjs" | "cts" => Some(Some(Form::CommonJs)),
            "js" | "ts" => Some(self.form_of(&path)),
            _ => {
                return Err(format!(
                    "`{}` cannot be loaded: modules are .ts, .mts, .cts, .js, .mjs, .cjs and .json",
                    self.shown(name)
                ));
            }
        };
        self.allowed(&path)?;
        let text = self.read(&path)?;
        let Some(said) = kind else {
            return Ok(Content::Json(text));
        };
        match compile_module(&text, &path, said) {
            Ok(mut module) => {
                let positions = std::mem::take(&mut module.positions);
                self.positions.insert(name.to_owned(), positions);
                Ok(Content::Module(module))
            }
            Err(mistake) => Err(self.mistake(name, &text, &mistake)),
        }
    }

    fn read(&mut self, path: &Path) -> Result<String, String> {
        let failed = |why: String| format!("failed to read `{}`: {why}", path.display());
        // A pipe or a device would have no end, or none yet: it is not even opened.
        let about = std::fs::metadata(path).map_err(|error| failed(error.to_string()))?;
        if !about.is_file() {
            return Err(failed("it is no file".to_owned()));
        }
        let file = std::fs::File::open(path).map_err(|error| failed(error.to_string()))?;
        let mut bytes = Vec::new();
        let read = file.take(LARGEST + 1).read_to_end(&mut bytes);
        read.map_err(|error| failed(error.to_string()))?;
        self.read += bytes.len() as u64;
        if bytes.len() as u64 > LARGEST {
            return Err(failed(format!("it is larger than {LARGEST} bytes")));
        }
        if self.read > MOST {
            return Err(failed(format!(
                "the workflow's files are larger than {MOST} bytes in all"
            )));
        }
        String::from_utf8(bytes).map_err(|_| failed("it is not UTF-8".to_owned()))
    }

    /// How a file is written, where its package says so.
    fn form_of(&self, path: &Path) -> Option<Form> {
        let above = path
            .ancestors()
            .skip(1)
            .take_while(|folder| folder.starts_with(&self.root));
        let package = above
            .map(|folder| folder.join("package.json"))
            .find(|file| file.is_file())?;
        let text = std::fs::read(package).ok()?;
        let said: serde_json::Value = serde_json::from_slice(&text).ok()?;
        match said["type"].as_str() {
            Some("module") => Some(Form::Esm),
            Some("commonjs") => Some(Form::CommonJs),
            _ => None,
        }
    }

    fn mistake(&self, name: &str, text: &str, mistake: &Mistake) -> String {
        let shown = self.shown(name);
        let Some(Place { line, column }) = mistake.place else {
            return format!("{}\n    at {shown}", mistake.message);
        };
        let text: String = text
            .lines()
            .nth(line - 1)
            .unwrap_or_default()
            .chars()
            .take(200)
            .collect();
        let mark = " ".repeat(column.saturating_sub(1).min(200));
        format!(
            "{}\n    at {shown}:{line}:{column}\n    {text}\n    {mark}^",
            mistake.message
        )
    }

    /// A module's name for people: its path below the folder.
    pub(crate) fn shown(&self, name: &str) -> String {
        let path = Path::new(name);
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }

    /// A line of a stack, where it is in a file of the workflow, as it is for the user.
    pub(crate) fn frame(&self, line: &str) -> Option<String> {
        let known = self.positions.iter().filter_map(|(name, positions)| {
            let at = line.find(&format!("{name}:"))?;
            Some((at, name, positions))
        });
        let (at, name, positions) = known.max_by_key(|(_, name, _)| name.len())?;
        let mut parts = line[at + name.len() + 1..].trim_end_matches(')').split(':');
        let place = Place {
            line: parts.next()?.parse().ok()?,
            column: parts.next().and_then(|column| column.parse().ok()).unwrap_or(1),
        };
        let Place { line: row, column } = positions.of_run(place)?;
        let function = line[..at]
            .trim()
            .trim_start_matches("at")
            .trim()
            .trim_end_matches('(')
            .trim();
        let place = format!("{}:{row}:{column}", self.shown(name));
        Some(match function {
            "" | "<anonymous>" => format!("at {place}"),
            function => format!("at {function} ({place})"),
        })
    }
}

fn options(root: &Path, asker: Asker) -> ResolveOptions {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let (conditions, main) = match asker {
        Asker::Import => (texts(&["import", "default"]), texts(&["module", "main"])),
        Asker::Require => (texts(&["require", "default"]), texts(&["main"])),
    };
    ResolveOptions {
        cwd: Some(root.to_owned()),
        condition_names: conditions,
        main_fields: main,
        extensions: texts(&[".ts", ".mts", ".js", ".mjs", ".cts", ".cjs", ".json"]),
        // TypeScript is written with the names that its output would have.
        extension_alias: vec![
            (".js".to_owned(), texts(&[".ts", ".js"])),
            (".mjs".to_owned(), texts(&[".mts", ".mjs"])),
            (".cjs".to_owned(), texts(&[".cts", ".cjs"])),
        ],
        builtin_modules: true,
        // What the daemon's environment says is not the script's.
        node_path: false,
        ..ResolveOptions::default()
    }
}
