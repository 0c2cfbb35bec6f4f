//! The shape of one row of the operation table.

use greenroom_policy::Effect;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::param::ParamKind;
use crate::backend::Capability;

/// An operation as a type: its fields are the parameters, its [`OpSpec`] is its row of the table.
pub trait Operation: Serialize + DeserializeOwned + schemars::JsonSchema + Send + 'static {
    /// The row.
    const SPEC: &'static OpSpec;
    /// What it answers.
    type Output: Serialize + DeserializeOwned + schemars::JsonSchema + Send + 'static;
}

/// A row of the operation table: all that any surface needs to know of an operation.
#[derive(Debug)]
pub struct OpSpec {
    /// The name on the wire, in logs and for servers, for example `tab.new`; words of the command line joined by dots.
    pub name: &'static str,
    /// What it can do; the gate decides by this.
    pub effect: Effect,
    /// What it works on.
    pub scope: Scope,
    /// Whether it waits for the session's other commands.
    pub lane: Lane,
    /// Whether it brings a session back whose browser is gone.
    pub wakes: bool,
    /// Capabilities without which it answers `Unsupported`.
    pub needs: &'static [Capability],
    /// Its documentation, a line each; the first is the summary.
    pub doc: &'static [&'static str],
    /// Its parameters, in the order of the command line.
    pub params: &'static [ParamSpec],
}

impl OpSpec {
    /// The words of the command line, for example `["tab", "new"]`.
    pub fn words(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.name.split('.')
    }

    /// Whether only scripts ask for it: it is no command.
    pub fn is_inner(&self) -> bool {
        self.name.starts_with("script.")
    }

    /// The first line of its documentation.
    pub fn summary(&self) -> &'static str {
        self.doc.first().map_or("", |line| line.trim())
    }
}

/// What an operation works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The workspace: it may name sessions, and needs none.
    Workspace,
    /// One session.
    Session,
    /// One page of a session.
    Page,
}

/// Whether an operation waits for the session's other commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// One after another, in the order of arrival.
    Queue,
    /// At once, whatever else runs.
    Beside,
}

/// A parameter of an operation.
#[derive(Clone, Copy, Debug)]
pub struct ParamSpec {
    /// The field's name in snake case, with a `_` behind a word of the language; see [`ParamSpec::key`] and [`ParamSpec::flag`].
    pub field: &'static str,
    /// How it stands on the command line.
    pub shape: Shape,
    /// What it holds.
    pub kind: ParamKind,
    /// Whether it must be given.
    pub required: bool,
    /// Whether it may be given several times.
    pub many: bool,
    /// Its documentation, a line each.
    pub doc: &'static [&'static str],
}

impl ParamSpec {
    /// Its key in JSON, in camel case.
    pub fn key(&self) -> String {
        let mut key = String::with_capacity(self.field.len());
        for (index, word) in self.field.trim_end_matches('_').split('_').enumerate() {
            match word.chars().next() {
                Some(first) if index > 0 => {
                    key.push(first.to_ascii_uppercase());
                    key.push_str(&word[1..]);
                }
                _ => key.push_str(word),
            }
        }
        key
    }

    /// Its long flag without the dashes, in kebab case.
    pub fn flag(&self) -> String {
        self.field.trim_end_matches('_').replace('_', "-")
    }
}

/// How a parameter stands on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// By its place, shown under this name.
    Place(&'static str),
    /// As `--flag VALUE`, the value shown under this name; a switch has none.
    Flag(&'static str),
    /// A choice whose values are flags of their own: `--headed|--headless`.
    Flags,
}

/// Defines an operation: the type, its row, and how it is (de)serialised.
macro_rules! operation {
    (
        $(#[doc = $doc:literal])+
        $name:ident($wire:literal): $effect:ident, $scope:ident, $lane:ident, wakes $wakes:literal, needs [$($need:ident),*] -> $output:ty {
            $(
                $(#[doc = $param_doc:literal])+
                $field:ident: $type:ty = $shape:expr
            ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(default, deny_unknown_fields, rename_all = "camelCase")]
        pub struct $name {
            $(
                $(#[doc = $param_doc])+
                pub $field: $type
            ),*
        }

        impl $crate::op::Operation for $name {
            const SPEC: &'static $crate::op::OpSpec = &$crate::op::OpSpec {
                name: $wire,
                effect: greenroom_policy::Effect::$effect,
                scope: $crate::op::Scope::$scope,
                lane: $crate::op::Lane::$lane,
                wakes: $wakes,
                needs: &[$($crate::backend::Capability::$need),*],
                doc: &[$($doc),+],
                params: &[$($crate::op::ParamSpec {
                    field: stringify!($field),
                    shape: $shape,
                    kind: <$type as $crate::op::param::Param>::KIND,
                    required: <$type as $crate::op::param::Param>::REQUIRED,
                    many: <$type as $crate::op::param::Param>::MANY,
                    doc: &[$($param_doc),+],
                }),*],
            };
            type Output = $output;
        }
    };
}

pub(crate) use operation;
