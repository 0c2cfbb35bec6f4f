//! What Chromium says of each element: its accessibility tree, brought into the order of the elements that the
//! engine was asked about.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::client::Client;
use crate::ours::Ours;

/// What Chromium says of one element.
#[derive(Clone, Debug, Default)]
pub(crate) struct Theirs {
    /// Its node in the tree; `None`: it is not in the tree.
    pub(crate) node: Option<AxNode>,
    /// Whether an element further up is in the tree as one whose content does not count, for example an image.
    pub(crate) is_below_leaf: bool,
    /// Whether it is in a frame that is not told to users: each frame has a tree of its own, which does not know.
    pub(crate) is_frame_hidden: bool,
}

/// A node of the tree.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct AxNode {
    #[serde(rename = "backendDOMNodeId")]
    backend_id: Option<i64>,
    node_id: String,
    child_ids: Vec<String>,
    pub(crate) ignored: bool,
    ignored_reasons: Vec<Property>,
    role: AxValue,
    name: AxValue,
    description: AxValue,
    value: AxValue,
    properties: Vec<Property>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct AxValue {
    value: Value,
}

#[derive(Clone, Debug, Deserialize)]
struct Property {
    name: String,
    #[serde(default)]
    value: AxValue,
}

impl AxNode {
    pub(crate) fn role(&self) -> &str {
        self.role.value.as_str().unwrap_or_default()
    }

    pub(crate) fn name(&self) -> &str {
        self.name.value.as_str().unwrap_or_default()
    }

    pub(crate) fn description(&self) -> &str {
        self.description.value.as_str().unwrap_or_default()
    }

    pub(crate) fn value(&self) -> &Value {
        &self.value.value
    }

    /// A property by Chromium's name of it.
    pub(crate) fn property(&self, name: &str) -> Option<&Value> {
        let found = self.properties.iter().find(|property| property.name == name);
        found.map(|property| &property.value.value)
    }

    /// Why it is not told to users, in Chromium's words.
    pub(crate) fn reasons(&self) -> impl Iterator<Item = &str> {
        self.ignored_reasons.iter().map(|reason| reason.name.as_str())
    }
}

impl std::fmt::Display for Theirs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Some(node) = &self.node else {
            return write!(f, "NOTHING {}", self.is_below_leaf);
        };
        if node.ignored {
            return write!(
                f,
                "ignored {:?} {}",
                node.reasons().collect::<Vec<_>>(),
                self.is_below_leaf
            );
        }
        write!(f, "{} {:?}", node.role(), node.name())?;
        if !node.description().is_empty() {
            write!(f, " desc={:?}", node.description())?;
        }
        if !node.value().is_null() {
            write!(f, " value={}", node.value())?;
        }
        node.properties
            .iter()
            .filter(|property| property.name != "url")
            .try_for_each(|property| write!(f, " {}={}", property.name, property.value.value))
    }
}

/// Reads the tree of every frame, for the elements that the engine was asked about. Answers what it says of each, and the
/// places of the elements in the order of each frame's tree.
pub(crate) async fn read(client: &mut Client, ours: &[Ours], world: &Value) -> (Vec<Theirs>, Vec<Vec<usize>>) {
    let ids = ids(client, world).await;
    let places: HashMap<i64, usize> = ids.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    let trees = trees(client).await;
    let orders = trees.iter().map(|tree| order(tree, &places)).collect();
    let told = trees.into_iter().flatten();
    let nodes: HashMap<i64, AxNode> = told.filter_map(|node| Some((node.backend_id?, node))).collect();
    let mut theirs: Vec<Theirs> = Vec::with_capacity(ours.len());
    for (ours, id) in ours.iter().zip(&ids) {
        let above = usize::try_from(ours.parent).ok().map(|parent| &theirs[parent]);
        let is_below_leaf = above.is_some_and(|above| above.is_below_leaf || is_leaf(above));
        let is_ignored = above.is_some_and(|above| above.node.as_ref().is_none_or(|node| node.ignored));
        let is_frame_hidden = above.is_some_and(|above| above.is_frame_hidden) || (ours.is_root && is_ignored);
        theirs.push(Theirs {
            node: nodes.get(id).cloned(),
            is_below_leaf,
            is_frame_hidden,
        });
    }
    ask_for_missing(client, &ids, &mut theirs).await;
    (theirs, orders)
}

/// Chromium has no nodes for what is in such an element, whatever it is.
fn is_leaf(theirs: &Theirs) -> bool {
    const LEAVES: &[&str] = &[
        "checkbox",
        "img",
        "image",
        "menuitemcheckbox",
        "menuitemradio",
        "meter",
        "option",
        "progressbar",
        "radio",
        "scrollbar",
        "separator",
        "slider",
        "switch",
    ];
    let node = theirs.node.as_ref().filter(|node| !node.ignored);
    node.is_some_and(|node| LEAVES.contains(&node.role()))
}

/// Asks for the reasons of those that are not in the tree.
async fn ask_for_missing(client: &mut Client, elements: &[i64], theirs: &mut [Theirs]) {
    let missing: Vec<usize> = (0..theirs.len()).filter(|&at| theirs[at].node.is_none()).collect();
    let ask = |&at: &usize| json!({ "backendNodeId": elements[at], "fetchRelatives": false });
    let answers = client
        .batch("Accessibility.getPartialAXTree", missing.iter().map(ask))
        .await;
    for (at, answer) in missing.into_iter().zip(answers) {
        let answer = answer.ok().and_then(|answer| answer["nodes"].get(0).cloned());
        theirs[at].node = answer.and_then(|node| serde_json::from_value(node).ok());
    }
}

/// What Chromium calls the nodes that the probe left in its world.
async fn ids(client: &mut Client, world: &Value) -> Vec<i64> {
    let evaluate = json!({ "expression": "probed.nodes", "contextId": world, "objectGroup": "probed" });
    let array = client.call("Runtime.evaluate", evaluate).await;
    let own = json!({ "objectId": array["result"]["objectId"], "ownProperties": true });
    let properties = client.call("Runtime.getProperties", own).await;
    let nodes = properties["result"].as_array().expect("an array").iter();
    let nodes = nodes.filter(|node| node["name"].as_str().is_some_and(|name| name.parse::<usize>().is_ok()));
    let asked = nodes.map(|node| json!({ "objectId": node["value"]["objectId"], "depth": 0 }));
    let answers = client.batch("DOM.describeNode", asked.collect::<Vec<_>>()).await;
    client
        .call("Runtime.releaseObjectGroup", json!({ "objectGroup": "probed" }))
        .await;
    let id = |answer: Result<Value, String>| answer.ok().and_then(|answer| answer["node"]["backendNodeId"].as_i64());
    answers.into_iter().map(|answer| id(answer).expect("a node")).collect()
}

/// The places of the elements that a tree tells, from its top downwards.
fn order(tree: &[AxNode], places: &HashMap<i64, usize>) -> Vec<usize> {
    let nodes: HashMap<&str, &AxNode> = tree.iter().map(|node| (&*node.node_id, node)).collect();
    let mut order = Vec::new();
    let mut open: Vec<&AxNode> = tree.first().into_iter().collect();
    while let Some(node) = open.pop() {
        let place = node.backend_id.and_then(|id| places.get(&id));
        order.extend(place.filter(|_| !node.ignored));
        open.extend(node.child_ids.iter().rev().filter_map(|id| nodes.get(&**id)));
    }
    order
}

/// The nodes of each frame's tree, its root first.
async fn trees(client: &mut Client) -> Vec<Vec<AxNode>> {
    let tree = client.call("Page.getFrameTree", json!({})).await;
    let mut open = vec![tree["frameTree"].clone()];
    let mut trees = Vec::new();
    while let Some(frame) = open.pop() {
        open.extend(frame["childFrames"].as_array().into_iter().flatten().cloned());
        let answer = client
            .call(
                "Accessibility.getFullAXTree",
                json!({ "frameId": frame["frame"]["id"] }),
            )
            .await;
        let found: Vec<AxNode> = serde_json::from_value(answer["nodes"].clone()).expect("nodes of the tree");
        trees.push(found);
    }
    trees
}
