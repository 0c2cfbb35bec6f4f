//! From what a user wrote to what the engine runs: types are stripped, declarations outlive the call, the last expression is
//! returned, and every position leads back to the user's own text.

mod depth;
mod edit;
mod module;
mod position;

use std::path::Path;

use oxc_allocator::Allocator;
use oxc_ast::ast::{Program, Statement};
use oxc_codegen::{Codegen, CodegenOptions, CodegenReturn};
use oxc_diagnostics::OxcDiagnostic;
use oxc_parser::{ParseOptions, Parser, ParserReturn};
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;
use oxc_transformer::{TransformOptions, Transformer};

pub(crate) use module::{Form, Module, compile_module};
pub(crate) use position::{Place, Positions, place_of};

/// The longest code that is taken.
const LONGEST: usize = 1 << 20;

/// Code that the engine can run.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// A function that the engine calls with the helper; it answers a promise of the result.
    pub(crate) code: String,
    /// Where each position of it is in the user's text.
    pub(crate) positions: Positions,
    /// What each `await` waits for, by its number.
    pub(crate) awaits: Vec<Awaited>,
}

/// An `await` of the user's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Awaited {
    /// Where it is.
    pub(crate) place: Place,
    /// Its text, or the beginning of it.
    pub(crate) text: String,
}

/// Code that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// What is wrong.
    pub(crate) message: String,
    /// Where.
    pub(crate) place: Option<Place>,
}

impl Mistake {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: None,
        }
    }
}

/// Compiles code of a user's.
///
/// # Errors
/// The first mistake in it.
pub(crate) fn compile(source: &str) -> Result<Compiled, Mistake> {
    if source.len() > LONGEST {
        return Err(Mistake::new(format!("the code is longer than {LONGEST} bytes")));
    }
    depth::check(source)?;
    if source.trim_start().starts_with('{')
        && let Ok(found) = as_expression(source)
    {
        return Ok(found);
    }
    compile_text(source, source, 0)
}

/// `{ a: 1 }` alone is an object to whoever writes it, not a block with a label.
fn as_expression(source: &str) -> Result<Compiled, Mistake> {
    let wrapped = format!("({source}\n)");
    let allocator = Allocator::default();
    let parsed = parse(&allocator, &wrapped, SourceType::ts());
    let is_one = matches!(&parsed.program.body[..], [Statement::ExpressionStatement(_)]);
    if parsed.panicked || parsed.diagnostics.has_errors() || !is_one {
        return Err(Mistake::new("it is no expression"));
    }
    compile_text(&wrapped, source, 1)
}

/// A program as JavaScript: what is left of it without its types, with the places in `text`.
///
/// # Errors
/// The first mistake that reading it did not find.
fn without_types<'a>(
    allocator: &'a Allocator,
    mut program: Program<'a>,
    path: &Path,
    text: &'a str,
) -> Result<CodegenReturn<'a>, Mistake> {
    let first = |found: &[OxcDiagnostic]| found.first().map(|first| mistake(first, text));
    let checked = SemanticBuilder::new()
        .with_check_syntax_error(true)
        .with_enum_eval(true)
        .build(&program);
    if let Some(mistake) = first(&checked.diagnostics) {
        return Err(mistake);
    }
    let scoping = checked.semantic.into_scoping();
    let options = TransformOptions::default();
    let transformed = Transformer::new(allocator, path, &options).build_with_scoping(scoping, &mut program);
    if let Some(mistake) = first(&transformed.diagnostics) {
        return Err(mistake);
    }
    Ok(Codegen::new()
        .with_options(CodegenOptions {
            source_map_path: Some(path.to_owned()),
            ..CodegenOptions::default()
        })
        .with_source_text(text)
        .build(&program))
}

/// Compiles `text`, in which the user's own begins `shift` columns later on its first line.
fn compile_text(text: &str, user: &str, shift: usize) -> Result<Compiled, Mistake> {
    let path = Path::new("exec.ts");
    let allocator = Allocator::default();
    let parsed = parse(&allocator, text, SourceType::ts());
    if let Some(first) = parsed.diagnostics.first() {
        return Err(mistake(first, text));
    }
    modules_are_for_files(&parsed.program, text)?;
    let printed = without_types(&allocator, parsed.program, path, text)?;
    let plain = Allocator::default();
    let again = parse(&plain, &printed.code, SourceType::mjs());
    if let Some(first) = again.diagnostics.first() {
        return Err(Mistake::new(format!("the code cannot be compiled: {}", first.message)));
    }
    let edits = edit::edits(&again.program, &printed.code);
    let positions = Positions::new(printed.map.as_ref(), &printed.code, &edits.list, shift);
    let awaits = edits.awaits.iter().map(|offset| {
        let place = positions.in_source(place_of(&printed.code, *offset));
        let place = place.unwrap_or(Place { line: 1, column: 1 });
        Awaited {
            place,
            text: position::excerpt(user, place),
        }
    });
    Ok(Compiled {
        awaits: awaits.collect(),
        code: edits.apply(&printed.code),
        positions,
    })
}

fn parse<'a>(allocator: &'a Allocator, text: &'a str, kind: SourceType) -> ParserReturn<'a> {
    Parser::new(allocator, text, kind)
        .with_options(ParseOptions {
            allow_return_outside_function: true,
            ..ParseOptions::default()
        })
        .parse()
}

/// `import` and `export` at the top level are a file's.
fn modules_are_for_files(program: &Program<'_>, text: &str) -> Result<(), Mistake> {
    use oxc_span::GetSpan;
    for statement in &program.body {
        let word = match statement {
            Statement::ImportDeclaration(import) if import.import_kind.is_type() => continue,
            Statement::ImportDeclaration(_) => "import",
            Statement::ExportAllDeclaration(_)
            | Statement::ExportDeclaration(_)
            | Statement::ExportDefaultDeclaration(_)
            | Statement::ExportFromDeclaration(_)
            | Statement::ExportNamedDeclaration(_) => "export",
            _ => continue,
        };
        return Err(Mistake {
            message: format!(
                "SyntaxError: `{word}` cannot be used here: modules are for files, which `greenroom run FILE` runs"
            ),
            place: Some(place_of(text, statement.span().start as usize)),
        });
    }
    Ok(())
}

fn mistake(found: &oxc_diagnostics::OxcDiagnostic, text: &str) -> Mistake {
    let help = found.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
    Mistake {
        message: format!("SyntaxError: {}{help}", found.message),
        place: found
            .labels
            .first()
            .map(|label| place_of(text, label.offset() as usize)),
    }
}

#[cfg(test)]
mod tests;
