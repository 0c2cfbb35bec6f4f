//! How the engine loads modules: by the files of its workflow, and the one that is built in.

use std::cell::RefCell;
use std::fmt::Write;
use std::path::Path;
use std::rc::Rc;

use rquickjs::loader::{ImportAttributes, Loader, Resolver};
use rquickjs::module::Declared;
use rquickjs::{Ctx, Error, Exception, Function, Module, Object, Persistent, Result, Value};

use crate::compile::Form;
use crate::files::{Asker, BUILT_IN, Content, Files};
use crate::realm::named_loosely;

/// What the loader shares with its realm.
#[derive(Default)]
pub(crate) struct Modules {
    /// The workflow's files; `None`: the realm is of no workflow, and loads nothing.
    pub(crate) files: Option<Files>,
    /// What our JavaScript gives the host.
    pub(crate) exports: Option<Persistent<Object<'static>>>,
}

/// The engine's side of it. It is never borrowed while JavaScript runs.
#[derive(Clone, Default)]
pub(crate) struct Shared(pub(crate) Rc<RefCell<Modules>>);

impl Shared {
    fn resolve_for(&self, ctx: &Ctx<'_>, asker: Asker, base: &str, specifier: &str) -> Result<String> {
        let found = match &self.0.borrow().files {
            Some(files) => files.resolve(asker, base, specifier),
            None => Err("modules are for files, which `greenroom run FILE` runs".to_owned()),
        };
        found.map_err(|why| thrown(ctx, &why))
    }

    fn content(&self, ctx: &Ctx<'_>, name: &str) -> Result<Content> {
        let content = match &mut self.0.borrow_mut().files {
            Some(files) => files.load(name),
            None => Err("there are no files".to_owned()),
        };
        content.map_err(|why| thrown(ctx, &why))
    }

    fn export<'js>(&self, ctx: &Ctx<'js>, name: &str) -> Result<Value<'js>> {
        let exports = self.0.borrow().exports.clone().ok_or(Error::Unknown)?;
        exports.restore(ctx)?.get(name)
    }

    /// What the realm's own JavaScript can call for `require`.
    pub(crate) fn add_functions<'js>(&self, ctx: &Ctx<'js>, object: &Object<'js>) -> Result<()> {
        let shared = self.clone();
        let resolve = move |ctx: Ctx<'js>, base: String, specifier: String| {
            shared.resolve_for(&ctx, Asker::Require, &base, &specifier)
        };
        object.set("resolve", Function::new(ctx.clone(), resolve)?)?;
        let shared = self.clone();
        let body = move |ctx: Ctx<'js>, name: String| shared.body(&ctx, &name);
        object.set("body", Function::new(ctx.clone(), body)?)
    }

    /// A module of CommonJS as its function, JSON as its text.
    fn body<'js>(&self, ctx: &Ctx<'js>, name: &str) -> Result<Value<'js>> {
        match self.content(ctx, name)? {
            Content::Json(text) => rquickjs::String::from_str(ctx.clone(), &text).map(rquickjs::String::into_value),
            Content::Module(module) if module.form == Form::CommonJs => {
                ctx.eval_with_options(module.code, named_loosely(name))
            }
            Content::Module(_) => {
                let shown = self.0.borrow().files.as_ref().map(|files| files.shown(name));
                let why = format!(
                    "`{}` is a module with `import` and `export`: `require` cannot load it",
                    shown.unwrap_or_default()
                );
                Err(thrown(ctx, &why))
            }
        }
    }

    /// A module whose exports are the properties of an object. `default`: what the default one is.
    fn facade<'js>(
        ctx: &Ctx<'js>,
        name: &str,
        object: &Value<'js>,
        default: Option<Value<'js>>,
    ) -> Result<Module<'js, Declared>> {
        let mut code = String::from("const { object, standard } = import.meta;\n");
        let keys: Vec<String> = match object.as_object() {
            Some(object) => object.keys::<String>().filter_map(std::result::Result::ok).collect(),
            None => Vec::new(),
        };
        for (number, key) in keys.iter().filter(|key| is_name(key) && *key != "default").enumerate() {
            let _ = writeln!(code, "const v{number} = object.{key}; export {{ v{number} as {key} }};");
        }
        if default.is_some() {
            code.push_str("export default standard;\n");
        }
        let module = Module::declare(ctx.clone(), name, code)?;
        let meta = module.meta()?;
        meta.set("object", object.clone())?;
        meta.set("standard", default)?;
        Ok(module)
    }

    fn common_js<'js>(&self, ctx: &Ctx<'js>, name: &str) -> Result<Module<'js, Declared>> {
        let require: Function = self.export(ctx, "requireFile")?.get()?;
        let exports: Value = require.call((name,))?;
        let transpiled = exports.as_object().filter(|object| {
            let is_marked = object
                .get::<_, Value>("__esModule")
                .is_ok_and(|marked| marked.as_bool() == Some(true));
            is_marked && object.contains_key("default").unwrap_or(false)
        });
        let default = match transpiled {
            Some(object) => object.get("default")?,
            None => exports.clone(),
        };
        Self::facade(ctx, name, &exports, Some(default))
    }
}

/// An error as JavaScript has it.
fn thrown(ctx: &Ctx<'_>, why: &str) -> Error {
    let (name, why) = why
        .strip_prefix("SyntaxError: ")
        .map_or(("Error", why), |why| ("SyntaxError", why));
    match Exception::from_message(ctx.clone(), why) {
        Ok(error) => {
            // An error without its name is one all the same.
            let _ = error.as_object().set("name", name);
            error.throw()
        }
        Err(error) => error,
    }
}

/// Whether it can stand behind a dot.
fn is_name(key: &str) -> bool {
    let mut letters = key.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_' || first == '$')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_' || letter == '$')
}

impl Resolver for Shared {
    fn resolve<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        base: &str,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<String> {
        self.resolve_for(ctx, Asker::Import, base, name)
    }
}

impl Loader for Shared {
    fn load<'js>(
        &mut self,
        ctx: &Ctx<'js>,
        name: &str,
        _attributes: Option<ImportAttributes<'js>>,
    ) -> Result<Module<'js, Declared>> {
        if name == BUILT_IN {
            let built_in: Value = self.export(ctx, "builtIn")?;
            return Self::facade(ctx, name, &built_in, None);
        }
        match self.content(ctx, name)? {
            Content::Json(text) => {
                let text = serde_json::to_string(&text).unwrap_or_default();
                Module::declare(ctx.clone(), name, format!("export default JSON.parse({text});"))
            }
            Content::Module(module) if module.form == Form::CommonJs => self.common_js(ctx, name),
            Content::Module(module) => {
                let declared = Module::declare(ctx.clone(), name, module.code)?;
                let meta = declared.meta()?;
                let path = Path::new(name);
                meta.set(
                    "url",
                    url::Url::from_file_path(path).map(String::from).unwrap_or_default(),
                )?;
                meta.set("filename", name)?;
                meta.set("dirname", path.parent().and_then(Path::to_str))?;
                Ok(declared)
            }
        }
    }
}
