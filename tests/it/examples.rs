//! The workflows of `examples/workflows`, as their readers run them: beside a package that npm fetched.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::bench::Bench;

/// Where `cargo xtask setup` puts it.
const ZOD: &str = "npm/zod@4.6.7/package";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The package; `None`: it is not here, which has been told.
fn zod() -> Option<PathBuf> {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder));
    let folder = target.join(ZOD);
    if folder.join("package.json").is_file() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "no zod here, and CI must have it: cargo xtask setup"
    );
    eprintln!("skipped: no zod here (cargo xtask setup fetches it)");
    None
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn bench() -> Option<Bench> {
    let bench = Bench::new()?;
    copy(&root().join("examples/workflows"), bench.path());
    Some(bench)
}

#[test]
fn an_order_is_checked_by_zod() {
    let (Some(bench), Some(zod)) = (bench(), zod()) else {
        return;
    };
    copy(&zod, &bench.path().join("node_modules/zod"));
    let params = |email: &str| json!({ "shop": bench.url("/workshop"), "email": email }).to_string();
    let ran = bench.run(&["run", "order.ts", "-s", "a", "--params", &params("me@example.com")]);
    assert_eq!(
        (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
        (
            0,
            "{\"receipt\":\"email=me@example.com country=no day=\"}\n",
            "ordered for me@example.com\n"
        ),
        "{ran:?}"
    );
    let ran = bench.fails(
        2,
        &["run", "order.ts", "--params", r#"{"email": "me", "country": "Peru"}"#],
    );
    for told in [
        "  - shop: Invalid input",
        "  - email: Invalid email",
        "  - country: Invalid option",
    ] {
        assert!(ran.stderr.contains(told), "{ran:?}");
    }
}

#[test]
fn prices_are_read_and_sorted() {
    let Some(bench) = bench() else { return };
    let params = json!({ "shop": bench.url("/products") }).to_string();
    let answer = bench.json(&["run", "prices.ts", "--params", &params]);
    let value = &answer["result"]["value"];
    assert_eq!(value[0], json!({ "name": "Floor lamp", "price": 99 }), "{answer}");
    assert_eq!(value[1], json!({ "name": "Desk lamp", "price": 1234.5 }));
    assert_eq!(
        answer["result"]["console"][0]["text"],
        format!("{} products", value.as_array().unwrap().len())
    );
}

#[test]
fn a_person_signs_in_between() {
    let Some(bench) = bench() else { return };
    let params = json!({ "page": bench.url("/workshop"), "email": "me@example.com" }).to_string();
    bench.done(&["run", "signin.ts", "--session", "mine", "--params", &params]);
    assert_eq!(bench.state("mine")["viewport"], "1000x700");
    // The person's part.
    bench.done(&["type", "hunter2", "--session", "mine"]);
    let value = bench.done(&["resume", "--session", "mine"]);
    assert_eq!(value, "\"email=me@example.com country=de day=\"\n");
}
