//! Workflows: files and what they import, schemas, `pause`.

use std::path::Path;

use greenroom_session_core::script::{LoadedWorkflow, Produced, Ran, Work, WorkflowFile};
use greenroom_session_core::{Error, Kind};
use serde_json::{Value, json};

use crate::bench::Bench;

/// A folder of files, and a realm for the workflows in it.
struct Project {
    folder: tempfile::TempDir,
    bench: Bench,
}

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self {
            folder,
            bench: Bench::new(),
        }
    }

    fn root(&self) -> std::path::PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    fn file(&self, name: &str, export: Option<&str>, params: Value) -> WorkflowFile {
        WorkflowFile {
            path: self.root().join(name),
            root: self.root(),
            hidden: self.root().join(".greenroom"),
            export: export.map(str::to_owned),
            params,
            production: false,
        }
    }

    fn load(&mut self, file: WorkflowFile) -> Result<LoadedWorkflow, Error> {
        self.bench = Bench::new();
        let ran = self.bench.works(Work::Load(Box::new(file)));
        ran.value.map(|loaded| serde_json::from_value(loaded.value).unwrap())
    }

    fn start(&mut self) -> Ran {
        let about = json!({ "session": "a", "accessMode": "write-access", "browser": "chromium", "version": "1.2" });
        self.bench.works(Work::Start(about))
    }

    fn ran(&mut self, name: &str, params: Value) -> Result<Produced, Error> {
        let file = self.file(name, None, params);
        self.load(file)?;
        self.start().value
    }

    fn value(&mut self, name: &str) -> Value {
        let ran = self.ran(name, json!({}));
        ran.unwrap_or_else(|error| panic!("{name}: {error:?}")).value
    }

    fn fails(&mut self, name: &str) -> Error {
        self.ran(name, json!({})).expect_err(name)
    }
}

#[test]
fn a_workflow_gets_its_context_and_answers_a_value() {
    let mut project = Project::new(&[(
        "flow.ts",
        "import { workflow } from 'greenroom'
         interface In { who: string }
         export default workflow('greet', { startUrl: 'http://a/b', viewport: { width: 800, height: 600 } }, async (ctx, params: In) => {
             ctx.log('hello', { to: params.who })
             console.warn('w')
             await ctx.page.getByText('Go').click()
             return { who: params.who, ctx: Object.keys(ctx), session: ctx.session.name, browser: ctx.browser.version(),
                 same: ctx.page === page && ctx.context === context && ctx.page.context() === ctx.context, params: ctx.params }
         })
         export const plain = async ({ page }, params) => [await page.title(), params]",
    )]);
    let file = project.file("flow.ts", None, json!({ "who": "you" }));
    let loaded = project.load(file).unwrap();
    assert_eq!(loaded.name.as_deref(), Some("greet"));
    assert_eq!(loaded.start_url.as_deref(), Some("http://a/b"));
    assert_eq!(loaded.viewport.unwrap().width, 800);
    assert!(project.bench.asked.is_empty());
    let ran = project.start();
    assert!(!ran.paused);
    assert_eq!(
        ran.value.unwrap().value,
        json!({ "who": "you", "ctx": ["session", "page", "context", "browser", "params", "log"], "session": "a", "browser": "1.2",
            "same": true, "params": { "who": "you" } })
    );
    let told: Vec<_> = ran
        .console
        .iter()
        .map(|line| (line.level.as_str(), line.text.as_str()))
        .collect();
    assert_eq!(told, [("info", "hello {\"to\":\"you\"}"), ("warn", "w")]);
    assert_eq!(project.bench.asked[0].0, "click");
    let file = project.file("flow.ts", Some("plain"), json!([1]));
    assert_eq!(project.load(file).unwrap(), LoadedWorkflow::default());
    assert_eq!(project.start().value.unwrap().value, json!(["get", [1]]));
}

#[test]
fn modules_of_every_form_are_found() {
    let mut project = Project::new(&[
        ("package.json", r##"{ "imports": { "#own": "./lib/own.ts" } }"##),
        (
            "flow.ts",
            "import sum, { one } from './lib/sum'
             import { two } from './lib/two.js'
             import { three } from './lib/three.mjs'
             import four, { sub } from 'four'
             import data from './data.json'
             import five from 'five'
             import { six } from '@scope/six/deep'
             import own from '#own'
             import transpiled, { extra } from 'transpiled'
             import * as all from 'four'
             const late = await import('./lib/late')
             export default () => [sum(one, two), three, four.name, sub, data.n, five, six, own, transpiled, extra, late.default,
                 Object.keys(all).sort(), import.meta.filename.endsWith('flow.ts')]",
        ),
        ("lib/sum.ts", "export const one: number = 1\nexport default (a: number, b: number) => a + b"),
        ("lib/two.ts", "export const two = 2"),
        ("lib/three.mjs", "export const three = 3"),
        ("lib/late.js", "export default 'late'"),
        ("lib/own.ts", "enum Colour { Red = 'red' }\nexport default Colour.Red"),
        ("data.json", r#"{ "n": 7, "__proto__": { "x": 1 } }"#),
        ("node_modules/four/package.json", r#"{ "main": "./index" }"#),
        (
            "node_modules/four/index.js",
            "var sub = require('./sub'); exports.name = 'four'; exports.sub = sub.value + require('./data.json').n; exports['not-a-name'] = 1; exports.delete = 1",
        ),
        ("node_modules/four/sub.js", "exports.early = require('./index').name; module.exports.value = 10"),
        ("node_modules/four/data.json", r#"{ "n": 1 }"#),
        (
            "node_modules/five/package.json",
            r#"{ "type": "module", "exports": { ".": { "import": "./esm.js", "require": "./cjs.cjs" } } }"#,
        ),
        ("node_modules/five/esm.js", "import cjs from './cjs.cjs'; export default 'esm of ' + cjs.it"),
        ("node_modules/five/cjs.cjs", "module.exports = { it: typeof module + this.constructor.name }"),
        ("node_modules/@scope/six/package.json", r#"{ "exports": { "./deep": { "default": "./d.js" } } }"#),
        ("node_modules/@scope/six/d.js", "function six() {}; module.exports = { six: 6 }"),
        ("node_modules/transpiled/package.json", "{}"),
        (
            "node_modules/transpiled/index.js",
            "Object.defineProperty(exports, '__esModule', { value: true }); exports.default = 'd'; exports.extra = 'e'",
        ),
    ]);
    assert_eq!(
        project.value("flow.ts"),
        json!([
            3,
            3,
            "four",
            11,
            7,
            "esm of objectObject",
            6,
            "red",
            "d",
            "e",
            "late",
            ["default", "delete", "name", "sub"],
            true
        ])
    );
}

#[test]
fn what_cannot_be_imported_says_why() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret.json"), "{\"a\": 1}").unwrap();
    let mut project = Project::new(&[
        (".greenroom/profiles/a.json", "{}"),
        ("a.ts", "import './nothing'\nexport default 1"),
        ("b.ts", "import 'node:fs'\nexport default () => 1"),
        ("c.ts", "import fs from 'fs'\nexport default () => fs"),
        (
            "d.ts",
            "import a from './.greenroom/profiles/a.json'\nexport default () => a",
        ),
        ("e.ts", "import a from './link.json'\nexport default () => a"),
        ("f.ts", "import 'https://example.com/a.js'\nexport default () => 1"),
        ("g.ts", "import { nope } from './lib'\nexport default () => nope"),
        ("lib.ts", "export const yes = 1"),
        ("h.ts", "import './bad'\nexport default () => 1"),
        ("bad.ts", "export const a = 1\nexport const b: = 2"),
        ("i.ts", "import './wrong.js'\nexport default () => 1"),
        ("wrong.js", "export const a = 1\nexport const b = ;"),
        ("j.ts", "import './style.css'\nexport default () => 1"),
        ("style.css", "a {}"),
        ("k.cjs", "module.exports = () => require('./lib.ts')"),
        ("l.ts", "import 'pkg/private'\nexport default () => 1"),
        ("node_modules/pkg/package.json", r#"{ "exports": { ".": "./a.js" } }"#),
        (
            "m.ts",
            "export default async () => (await import('../../../../../../etc/hostname.json'))",
        ),
        (
            "n.ts",
            "import { expectation } from 'greenroom'\nexport default () => expectation",
        ),
    ]);
    std::os::unix::fs::symlink(outside.path().join("secret.json"), project.root().join("link.json")).unwrap();
    for (file, told) in [
        ("a.ts", &["cannot find the module `./nothing` that `a.ts` imports"][..]),
        ("b.ts", &["`node:fs` is a module of Node, and there is no Node here"]),
        ("c.ts", &["`node:fs` is a module of Node", "`c.ts` imports"]),
        ("d.ts", &["is of the sessions' own folder"]),
        ("e.ts", &["is outside of"]),
        ("f.ts", &["modules are files"]),
        ("g.ts", &["nope"]),
        (
            "h.ts",
            &[
                "SyntaxError: ",
                "at bad.ts:2:17",
                "export const b: = 2\n                    ^",
            ],
        ),
        ("i.ts", &["SyntaxError: ", "wrong.js:2:"]),
        ("j.ts", &["`style.css` cannot be loaded"]),
        ("k.cjs", &["`lib.ts` is a module with `import` and `export`"]),
        ("l.ts", &["\"./private\" is not exported"]),
        ("m.ts", &["cannot find the module"]),
        ("n.ts", &["expectation"]),
    ] {
        let error = project.fails(file);
        assert_eq!(error.kind(), Kind::Script, "{file}: {error}");
        for told in told {
            assert!(error.message().contains(told), "{file}: {error}");
        }
        assert!(
            !error.message().contains("prelude") && !error.message().contains("\"a\": 1"),
            "{error}"
        );
    }
    let error = project.fails("nothing.ts");
    assert!(error.message().contains("nothing.ts"), "{error}");
}

#[test]
fn errors_lead_to_the_users_own_files() {
    let mut project = Project::new(&[
        (
            "flow.ts",
            "import { check } from './lib/check'\ninterface A { a: number }\nexport default async () => {\n  await null\n  check({ a: 1 })\n}",
        ),
        (
            "lib/check.ts",
            "interface B { a: number }\n\nexport function check(b: B) {\n  throw new RangeError('bad ' + b.a)\n}",
        ),
        (
            "early.ts",
            "type A = 1\nconst a: any = null\na.b.c\nexport default () => 1",
        ),
    ]);
    let error = project.fails("flow.ts");
    let told = "RangeError: bad 1\n    at check (lib/check.ts:4:";
    assert!(
        error.message().starts_with(told) && error.message().contains("flow.ts:5:"),
        "{error}"
    );
    let error = project.fails("early.ts");
    assert!(error.message().contains("early.ts:3:"), "{error}");
}

/// A schema as zod's are, by hand.
const SCHEMA: &str = "const number = key => ({ safeParse: value => typeof value?.[key] === 'number'
    ? { success: true, data: { ...value, parsed: true } }
    : { success: false, error: { issues: [{ path: ['items', 0, key], message: 'expected a number' }, { path: [], message: 'bad' }] } } })\n";

#[test]
fn parameters_and_results_are_as_the_schemas_have_them() {
    let flow = format!(
        "import {{ workflow }} from 'greenroom'\n{SCHEMA}
        export default workflow('w', {{ input: number('n'), output: number('out') }}, async (ctx, params) => ({{ out: params.parsed ? params.o : null }}))"
    );
    let mut project = Project::new(&[
        ("flow.js", &flow),
        (
            "bad.js",
            "import { workflow } from 'greenroom'\nexport default workflow('w', { input: {} }, () => 1)",
        ),
        (
            "odd.js",
            "import { workflow } from 'greenroom'\nexport default workflow('w', { inptu: 1 }, () => 1)",
        ),
        ("none.js", "export const a = 1; export const go = () => 1"),
    ]);
    let done = project.ran("flow.js", json!({ "n": 1, "o": 5 })).unwrap();
    assert_eq!(done.value, json!({ "out": 5, "parsed": true }));
    let error = project.ran("flow.js", json!({ "n": "1" })).unwrap_err();
    assert_eq!(error.kind(), Kind::Usage);
    assert_eq!(
        error.message(),
        "the parameters are not as the schema has it:\n  - items[0].n: expected a number\n  - bad"
    );
    let error = project.ran("flow.js", json!({ "n": 1, "o": "5" })).unwrap_err();
    assert_eq!(error.kind(), Kind::Script);
    assert!(
        error.message().contains("the result of the workflow \"w\" is not as"),
        "{error}"
    );
    for (file, told) in [("bad.js", "must be a schema"), ("odd.js", "no option `inptu`")] {
        let error = project.fails(file);
        assert!(
            error.message().contains(told) && error.message().contains(&format!("{file}:2:")),
            "{error}"
        );
    }
    let error = project.fails("none.js");
    assert_eq!(
        (error.kind(), error.message()),
        (Kind::Usage, "the file has no export `default`; it exports: go")
    );
    let file = project.file("none.js", Some("a"), json!({}));
    let error = project.load(file).unwrap_err();
    assert!(error.message().contains("the export `a` is no function"), "{error}");
}

const PAUSES: &str = "import { pause } from 'greenroom'
export default async ({ page, log }) => {
    let fired = 0
    setTimeout(() => { fired += 1 }, 1)
    log('before')
    const other = page.getByText('Side').click()
    await pause()
    await other
    log('between')
    await pause()
    await new Promise(done => setTimeout(done, 2))
    return [fired, await page.title()]
}";

#[test]
fn a_pause_keeps_everything_for_a_later_call() {
    let mut project = Project::new(&[("flow.ts", PAUSES)]);
    let file = project.file("flow.ts", None, json!({}));
    project.load(file).unwrap();
    let ran = project.start();
    assert!(ran.paused && ran.value.is_ok());
    assert_eq!(ran.console[0].text, "before");
    assert_eq!(project.bench.asked[0].0, "click", "what was under way is done before");
    let ran = project.bench.works(Work::Resume);
    assert!(ran.paused);
    assert_eq!((ran.console.len(), ran.console[0].text.as_str()), (1, "between"));
    let ran = project.bench.works(Work::Resume);
    assert!(!ran.paused);
    assert_eq!(ran.value.unwrap().value, json!([1, "get"]));
    let error = project.bench.works(Work::Resume).value.unwrap_err();
    assert!(error.message().contains("not paused"), "{error}");
}

#[test]
fn in_production_nothing_pauses() {
    let mut project = Project::new(&[("flow.ts", PAUSES)]);
    let mut file = project.file("flow.ts", None, json!({}));
    file.production = true;
    project.load(file).unwrap();
    let ran = project.start();
    assert!(!ran.paused);
    assert_eq!(ran.value.unwrap().value, json!([1, "get"]));
}

#[test]
fn a_file_that_acts_while_it_is_loaded_is_refused_nothing_by_the_engine_and_hides_nothing() {
    let mut project = Project::new(&[(
        "flow.ts",
        "import * as own from 'greenroom'\nexport default () => [Object.keys(own).sort(), Object.isFrozen(own.workflow), typeof host, typeof import.meta.object]",
    )]);
    let value = project.value("flow.ts");
    assert_eq!(value[1], true);
    assert_eq!((&value[2], &value[3]), (&json!("undefined"), &json!("undefined")));
    assert!(value[0].as_array().unwrap().contains(&json!("workflow")));
}

#[test]
fn a_file_may_be_called_anything_and_a_pipe_is_none() {
    let mut project = Project::new(&[
        (
            "odd #1? (a).ts",
            "import { one } from './b c'\nexport default () => { if (one) throw new Error('here') }",
        ),
        ("b c.ts", "export const one = 1"),
        ("pipe.ts", "import './p.json'\nexport default () => 1"),
    ]);
    let error = project.fails("odd #1? (a).ts");
    assert!(error.message().contains("odd #1? (a).ts:2:"), "{error}");
    let made = std::process::Command::new("mkfifo")
        .arg(project.root().join("p.json"))
        .status();
    assert!(made.unwrap().success());
    let error = project.fails("pipe.ts");
    assert!(
        error.message().contains("cannot find") || error.message().contains("it is no file"),
        "{error}"
    );
}

#[test]
fn parameters_are_data() {
    let mut project = Project::new(&[(
        "flow.js",
        "export default (ctx, params) => [typeof params.then, params.x, Object.keys(params), ({}).polluted, params]",
    )]);
    let hostile: Value = serde_json::from_str(
        r#"{ "__proto__": { "polluted": 1 }, "then": "no", "x": "`${1}` </script> \u2028", "toJSON": 1 }"#,
    )
    .unwrap();
    let value = project.ran("flow.js", hostile).unwrap().value;
    assert_eq!(value[0], "string");
    assert_eq!(value[1], "`${1}` </script> \u{2028}");
    assert_eq!(value[3], Value::Null);
}

#[test]
fn an_endless_module_ends_at_its_deadline() {
    let mut project = Project::new(&[("flow.ts", "for (;;) {}\nexport default () => 1")]);
    let file = project.file("flow.ts", None, json!({}));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let call = greenroom_session_core::Call::within(std::time::Duration::from_millis(200));
    let ran = runtime.block_on(project.bench.work(Work::Load(Box::new(file)), call));
    assert_eq!(ran.value.unwrap_err().kind(), Kind::Timeout);
    assert!(Path::new(project.folder.path()).exists());
}
