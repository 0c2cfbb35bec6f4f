//! Files: modules of the language, and those of CommonJS, which run in a function.

use std::path::Path;

use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser};
use oxc_span::SourceType;

use super::position::Positions;
use super::{Mistake, depth, mistake, without_types};

/// How a file of code is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// With `import` and `export`.
    Esm,
    /// With `require` and `module.exports`.
    CommonJs,
}

/// A file that the engine can run.
#[derive(Debug)]
pub(crate) struct Module {
    /// A module; of CommonJS, a function of `exports`, `require`, `module`, `__filename` and `__dirname`.
    pub(crate) code: String,
    /// How it is written.
    pub(crate) form: Form,
    /// Where each position of it is in the file.
    pub(crate) positions: Positions,
}

/// What stands before a file of CommonJS: a line, as before every code of a user's.
const FUNCTION: &str = "(function (exports, require, module, __filename, __dirname) {";

/// Compiles a file. `said`: how it is written, where its name or its package says so; else its text does.
///
/// # Errors
/// The first mistake in it. In plain JavaScript of a form that is known the engine finds mistakes itself.
pub(crate) fn compile_module(source: &str, path: &Path, said: Option<Form>) -> Result<Module, Mistake> {
    let text = match source.strip_prefix("#!") {
        Some(rest) => &format!("//{rest}"),
        None => source.strip_prefix('\u{feff}').unwrap_or(source),
    };
    let extension = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let is_typescript = matches!(extension, "ts" | "mts" | "cts");
    if let (false, Some(form)) = (is_typescript, said) {
        return Ok(of(text, form, Positions::of_source()));
    }
    depth::check(text)?;
    let kind = if is_typescript {
        SourceType::ts()
    } else {
        SourceType::mjs()
    };
    let kind = match said {
        Some(Form::Esm) => kind.with_module(true),
        Some(Form::CommonJs) => kind.with_commonjs(true),
        None => kind.with_unambiguous(true),
    };
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, kind)
        .with_options(ParseOptions {
            allow_return_outside_function: said != Some(Form::Esm),
            ..ParseOptions::default()
        })
        .parse();
    let is_esm = parsed.module_record.has_module_syntax;
    let form = said.unwrap_or(if is_esm { Form::Esm } else { Form::CommonJs });
    if !is_typescript {
        // What is wrong in it the engine tells.
        return Ok(of(text, form, Positions::of_source()));
    }
    if let Some(first) = parsed.diagnostics.first() {
        return Err(mistake(first, text));
    }
    let printed = without_types(&allocator, parsed.program, path, text)?;
    let positions = Positions::new(printed.map.as_ref(), &printed.code, &[], 0);
    Ok(of(&printed.code, form, positions))
}

fn of(text: &str, form: Form, positions: Positions) -> Module {
    let code = match form {
        Form::Esm => format!("\n{text}"),
        Form::CommonJs => format!("{FUNCTION}\n{text}\n}})"),
    };
    Module { code, form, positions }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::Place;

    fn compiled(source: &str, name: &str, said: Option<Form>) -> Module {
        compile_module(source, Path::new(name), said).unwrap()
    }

    #[test]
    fn the_form_is_said_or_seen() {
        for (source, name, said, form) in [
            ("export const a = 1", "a.js", None, Form::Esm),
            ("import './b'", "a.ts", None, Form::Esm),
            ("await import('./b'); export {}", "a.ts", None, Form::Esm),
            ("module.exports = 1", "a.js", None, Form::CommonJs),
            ("const a: number = 1; module.exports = a", "a.ts", None, Form::CommonJs),
            ("1", "a.mjs", Some(Form::Esm), Form::Esm),
            ("with (a) b", "a.cjs", Some(Form::CommonJs), Form::CommonJs),
        ] {
            let module = compiled(source, name, said);
            assert_eq!(module.form, form, "{source}");
            assert_eq!(module.code.starts_with('\n'), form == Form::Esm);
        }
    }

    #[test]
    fn types_go_and_positions_stay() {
        let source = "interface A {\n  a: string\n}\nimport type { B } from './b'\nimport { C, type D } from './c'\nexport const a = (b: A | B | D): string => C(b.a)\n";
        let module = compiled(source, "a.ts", None);
        assert!(
            !module.code.contains("./b") && !module.code.contains("string"),
            "{}",
            module.code
        );
        let line = module.code.lines().position(|line| line.contains("C(b.a)")).unwrap();
        let column = module.code.lines().nth(line).unwrap().find("C(b.a)").unwrap();
        let place = module.positions.of_run(Place {
            line: line + 1,
            column: column + 1,
        });
        assert_eq!(place, Some(Place { line: 6, column: 44 }));
        let plain = compiled("#!/usr/bin/env x\nexport default 1", "a.js", None);
        assert_eq!(
            plain.positions.of_run(Place { line: 3, column: 5 }),
            Some(Place { line: 2, column: 5 })
        );
    }

    #[test]
    fn a_mistake_in_types_has_its_place() {
        let mistake = compile_module("export const a: = 1", Path::new("a.ts"), None).unwrap_err();
        assert_eq!(mistake.place, Some(Place { line: 1, column: 17 }));
        assert!(compile_module(&format!("export default {}", "(".repeat(9000)), Path::new("a.ts"), None).is_err());
    }
}
