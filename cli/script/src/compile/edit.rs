//! What is changed in the text of a call so that it runs in a function, and its declarations outlive it.
//!
//! Nothing here adds or takes away a line.

use std::fmt::Write;
use std::ops::Range;

use oxc_ast::ast::{
    AwaitExpression, BindingPattern, ClassType, Program, Statement, VariableDeclaration, VariableDeclarationKind,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::GetSpan;

/// The name of the helper that the code is called with.
const HELPER: &str = "$greenroom";

/// Something put in place of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

/// All that is changed.
#[derive(Debug, Default)]
pub(super) struct Edits {
    /// In the order of their places.
    pub(super) list: Vec<Edit>,
    /// Where each `await` is, by its number.
    pub(super) awaits: Vec<usize>,
    /// What the code declares for the first time or anew.
    fresh: Vec<String>,
    /// What it declares by `var`, which keeps what it was.
    kept: Vec<String>,
    /// The functions that it declares.
    functions: Vec<String>,
}

/// What is to be changed in a program.
pub(super) fn edits(program: &Program<'_>, text: &str) -> Edits {
    let mut edits = Edits::default();
    let mut awaits = Awaits::default();
    awaits.visit_program(program);
    edits.list = awaits.list;
    edits.awaits = awaits.places;
    // What a function declares is there before: it is no value.
    let is_value = |statement: &Statement<'_>| {
        !matches!(
            statement,
            Statement::FunctionDeclaration(_) | Statement::ExportNamedDeclaration(_)
        )
    };
    let last = program.body.iter().rposition(is_value);
    for (index, statement) in program.body.iter().enumerate() {
        edits.statement(statement, text, Some(index) == last);
    }
    // A text alone is a directive to the language, and a value to whoever writes it.
    if let (true, Some(last)) = (program.body.is_empty(), program.directives.last()) {
        edits.put(last.span.start as usize, "return ");
    }
    edits.list.sort_by_key(|edit| edit.range.start);
    edits
}

impl Edits {
    /// The whole function.
    pub(super) fn apply(&self, text: &str) -> String {
        let mut code = format!("(async function({HELPER}) {{");
        let names = |names: &[String]| serde_json::to_string(names).unwrap_or_default();
        if !self.fresh.is_empty() || !self.kept.is_empty() {
            let _ = write!(code, "{HELPER}.declare({}, {});", names(&self.fresh), names(&self.kept));
        }
        for name in &self.functions {
            let _ = write!(code, "{HELPER}.set(\"{name}\", {name});");
        }
        code.push('\n');
        let mut done = 0;
        for edit in &self.list {
            code.push_str(&text[done..edit.range.start]);
            code.push_str(&edit.text);
            done = edit.range.end;
        }
        code.push_str(&text[done..]);
        code.push_str("\n})");
        code
    }

    fn put(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        let text = text.into();
        self.list.push(Edit { range, text });
    }

    fn statement(&mut self, statement: &Statement<'_>, text: &str, is_last: bool) {
        match statement {
            Statement::VariableDeclaration(declared) => self.variables(declared),
            Statement::FunctionDeclaration(function) => {
                if let Some(id) = &function.id {
                    self.fresh.push(id.name.to_string());
                    self.functions.push(id.name.to_string());
                }
            }
            Statement::ClassDeclaration(class) if class.r#type == ClassType::ClassDeclaration => {
                if let Some(id) = &class.id {
                    self.fresh.push(id.name.to_string());
                    self.put(class.span.start as usize, format!("{} = ", id.name));
                    self.put(class.span.end as usize, ";");
                }
            }
            Statement::ExpressionStatement(last) if is_last => {
                let span = last.expression.span();
                self.put(span.start as usize, "return (");
                let end = text[span.start as usize..last.span.end as usize].trim_end();
                let end = end.strip_suffix(';').unwrap_or(end).len();
                self.put(span.start as usize + end, ")");
            }
            // What is left of types that were imported: `export {};`
            Statement::ExportNamedDeclaration(empty) => {
                self.replace(empty.span.start as usize..empty.span.end as usize, "");
            }
            _ => {}
        }
    }

    /// `const a = 1, { b } = c;` becomes `(a = 1, { b } = c);`
    fn variables(&mut self, declared: &VariableDeclaration<'_>) {
        let is_using = matches!(
            declared.kind,
            VariableDeclarationKind::Using | VariableDeclarationKind::AwaitUsing
        );
        let (false, Some(first), Some(last)) = (is_using, declared.declarations.first(), declared.declarations.last())
        else {
            return;
        };
        self.replace(declared.span.start as usize..first.span.start as usize, "(");
        for variable in &declared.declarations {
            let names = if declared.kind == VariableDeclarationKind::Var {
                &mut self.kept
            } else {
                &mut self.fresh
            };
            let is_var = declared.kind == VariableDeclarationKind::Var;
            bound(&variable.id, names);
            match (&variable.init, &variable.id) {
                (None, BindingPattern::BindingIdentifier(id)) if is_var => {
                    self.put(variable.span.end as usize, format!(" = {}", id.name));
                }
                (None, _) => self.put(variable.span.end as usize, " = void 0"),
                _ => {}
            }
        }
        self.put(last.span.end as usize, ")");
    }
}

/// The names that a pattern binds.
fn bound(pattern: &BindingPattern<'_>, names: &mut Vec<String>) {
    names.extend(pattern.get_binding_identifiers().iter().map(|id| id.name.to_string()));
}

/// Every `await`, wherever it is: it goes by way of the helper, which knows what is awaited.
#[derive(Default)]
struct Awaits {
    list: Vec<Edit>,
    places: Vec<usize>,
}

impl<'a> Visit<'a> for Awaits {
    fn visit_await_expression(&mut self, found: &AwaitExpression<'a>) {
        let argument = found.argument.span();
        self.list.push(Edit {
            range: argument.start as usize..argument.start as usize,
            // What is printed may have no space here: `await(a)`.
            text: format!(" {HELPER}.wait({HELPER}.at({}), ", self.places.len()),
        });
        self.places.push(found.span.start as usize);
        walk::walk_await_expression(self, found);
        self.list.push(Edit {
            range: argument.end as usize..argument.end as usize,
            text: ")".to_owned(),
        });
    }
}
