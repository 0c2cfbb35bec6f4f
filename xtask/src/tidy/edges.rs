//! The shape of the workspace: which of our packages may depend on which, and which foreign packages belong to one of
//! ours alone. What is deliberately absent stays absent.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::Problem;
use crate::run::{cargo, output};

/// A rule: a package of ours and the packages of ours that its product may use.
const ALLOWED: &[(&str, &[&str])] = &[
    ("greenroom-policy", &[]),
    ("greenroom-session-core", &["greenroom-policy"]),
    ("greenroom-backend-cdp", &["greenroom-session-core"]),
    ("greenroom-backend-webdriver", &["greenroom-session-core"]),
    ("greenroom-conformance", &["greenroom-session-core"]),
    ("greenroom-script", &["greenroom-session-core"]),
    ("greenroom-mcp", &["greenroom-session-core"]),
    (
        "greenroom",
        &[
            "greenroom-policy",
            "greenroom-session-core",
            "greenroom-backend-cdp",
            "greenroom-backend-webdriver",
            "greenroom-script",
            "greenroom-mcp",
        ],
    ),
    ("greenroom-test-grid", &[]),
    ("greenroom-test-site", &[]),
    // Tests of the whole may use everything; nothing but them is built from it.
    (
        "greenroom-tests",
        &[
            "greenroom",
            "greenroom-policy",
            "greenroom-session-core",
            "greenroom-backend-cdp",
            "greenroom-backend-webdriver",
            "greenroom-conformance",
            "greenroom-test-grid",
            "greenroom-test-site",
        ],
    ),
    ("greenroom-xtask", &[]),
];

/// Tests may use more, but some packages stay apart even there.
const NO_TEST_USE: &[(&str, &[&str])] = &[
    ("greenroom-policy", &["greenroom"]),
    (
        "greenroom-session-core",
        &[
            "greenroom-backend",
            "greenroom-script",
            "greenroom-mcp",
            "greenroom-tests",
        ],
    ),
];

/// Foreign packages that stay in one place: a pure crate does no I/O, a protocol library belongs to one backend.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("chromiumoxide", &["greenroom-backend-cdp"]),
    ("fantoccini", &["greenroom-backend-webdriver"]),
    ("clap", &["greenroom"]),
    ("tracing-subscriber", &["greenroom"]),
    ("axum", &["greenroom-test-site"]),
];

/// What the pure crate must not use, also not by way of others.
const NOT_IN_POLICY: &[&str] = &["async-trait", "futures", "rustix", "tokio"];

/// One package of ours with what it declares.
#[derive(Debug, Default)]
pub(super) struct Package {
    name: String,
    manifest: String,
    /// In the product: normal and build dependencies.
    product: BTreeSet<String>,
    /// In tests only.
    tests: BTreeSet<String>,
}

/// Reads the packages of the workspace from cargo.
pub(super) fn packages() -> Result<Vec<Package>> {
    parse(&output(&mut cargo(&[
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
        "--offline",
    ]))?)
}

fn parse(metadata: &[u8]) -> Result<Vec<Package>> {
    let metadata: Value = serde_json::from_slice(metadata).context("failed to read the output of cargo metadata")?;
    let root = metadata["workspace_root"].as_str().unwrap_or_default();
    let package = |value: &Value| {
        let mut package = Package {
            name: text(&value["name"]),
            ..Package::default()
        };
        let manifest = text(&value["manifest_path"]);
        manifest
            .strip_prefix(root)
            .unwrap_or(&manifest)
            .trim_start_matches('/')
            .clone_into(&mut package.manifest);
        for dependency in value["dependencies"].as_array().into_iter().flatten() {
            let kind = if dependency["kind"] == "dev" {
                &mut package.tests
            } else {
                &mut package.product
            };
            kind.insert(text(&dependency["name"]));
        }
        package
    };
    Ok(metadata["packages"]
        .as_array()
        .context("cargo metadata names no packages")?
        .iter()
        .map(package)
        .collect())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Every edge that should not be there.
pub(super) fn check(packages: &[Package]) -> Vec<Problem> {
    let ours = |name: &String| packages.iter().any(|package| package.name == **name);
    let mut problems = Vec::new();
    for package in packages {
        let mut report = |message: String| problems.push(Problem::new(&package.manifest, 0, message));
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == package.name) else {
            report(format!(
                "`{}` stands in no rule; add what it may depend on to `xtask/src/tidy/edges.rs`",
                package.name
            ));
            continue;
        };
        for name in package
            .product
            .iter()
            .filter(|name| ours(name) && !allowed.contains(&name.as_str()))
        {
            report(format!("`{}` must not depend on `{name}`", package.name));
        }
        for name in package
            .tests
            .iter()
            .filter(|name| ours(name) && is_kept_from_tests(&package.name, name))
        {
            report(format!("the tests of `{}` must not depend on `{name}`", package.name));
        }
        for name in package
            .product
            .iter()
            .filter(|name| belongs_elsewhere(&package.name, name))
        {
            report(format!("`{name}` does not belong into `{}`", package.name));
        }
    }
    problems
}

fn is_kept_from_tests(package: &str, dependency: &str) -> bool {
    let rules = NO_TEST_USE.iter().filter(|(name, _)| *name == package);
    rules
        .flat_map(|(_, prefixes)| prefixes.iter())
        .any(|prefix| dependency.starts_with(prefix))
}

fn belongs_elsewhere(package: &str, dependency: &str) -> bool {
    let elsewhere = ONLY_IN
        .iter()
        .any(|(name, places)| *name == dependency && !places.contains(&package));
    elsewhere || (package == "greenroom-policy" && NOT_IN_POLICY.contains(&dependency))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, product: &[&str], tests: &[&str]) -> Package {
        let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Package {
            name: name.into(),
            manifest: "x/Cargo.toml".into(),
            product: set(product),
            tests: set(tests),
        }
    }

    fn messages(changed: Package) -> Vec<String> {
        let mut packages = vec![changed];
        let names = ALLOWED.iter().map(|(name, _)| package(name, &[], &[]));
        packages.extend(
            names
                .filter(|package| package.name != packages[0].name)
                .collect::<Vec<_>>(),
        );
        check(&packages).into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn allowed_edges_pass() {
        assert_eq!(
            messages(package(
                "greenroom-backend-cdp",
                &["greenroom-session-core", "chromiumoxide"],
                &[]
            )),
            [""; 0]
        );
        assert_eq!(
            messages(package("greenroom-policy", &["serde"], &["proptest"])),
            [""; 0]
        );
        assert_eq!(
            messages(package("greenroom-conformance", &[], &["greenroom-backend-cdp"])),
            [""; 0]
        );
    }

    #[test]
    fn forbidden_edges_are_found() {
        for (name, product, tests) in [
            ("greenroom-policy", "greenroom-session-core", ""),
            ("greenroom-policy", "tokio", ""),
            ("greenroom-policy", "", "greenroom-test-site"),
            ("greenroom-session-core", "greenroom-backend-cdp", ""),
            ("greenroom-session-core", "", "greenroom-backend-cdp"),
            ("greenroom-session-core", "chromiumoxide", ""),
            ("greenroom-backend-cdp", "greenroom-policy", ""),
            ("greenroom-conformance", "greenroom-backend-cdp", ""),
            ("greenroom-script", "greenroom-backend-webdriver", ""),
            ("greenroom-xtask", "greenroom-policy", ""),
        ] {
            assert_eq!(
                messages(package(name, &[product], &[tests])).len(),
                1,
                "{name} → {product}{tests}"
            );
        }
        assert!(messages(package("greenroom-new", &[], &[]))[0].contains("stands in no rule"));
    }

    #[test]
    fn cargo_metadata_is_read() {
        let metadata =
            br#"{"workspace_root":"/w","packages":[{"name":"a","manifest_path":"/w/a/Cargo.toml","dependencies":[
            {"name":"b","kind":null},{"name":"c","kind":"dev"},{"name":"d","kind":"build"}]}]}"#;
        let packages = parse(metadata).unwrap();
        assert_eq!(
            (packages[0].name.as_str(), packages[0].manifest.as_str()),
            ("a", "a/Cargo.toml")
        );
        assert_eq!(packages[0].product.iter().collect::<Vec<_>>(), ["b", "d"]);
        assert_eq!(packages[0].tests.iter().collect::<Vec<_>>(), ["c"]);
    }
}
