//! What the engine says of each element.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::client::Client;
use crate::engine;

/// What the engine says of one element.
#[derive(Debug, Deserialize)]
pub(crate) struct Ours {
    /// `div`, `svg:g`, `math:mi`.
    pub(crate) tag: String,
    /// Where it is: `#id`, or the way from the nearest element that has one.
    pub(crate) path: String,
    /// The place of what it is in; negative for the first element of all.
    pub(crate) parent: i64,
    /// Whether it is the root of its document.
    #[serde(rename = "isRoot")]
    pub(crate) is_root: bool,
    /// Whether `content-visibility: auto` has the browser not lay it out.
    #[serde(rename = "isSkipped")]
    pub(crate) is_skipped: bool,
    /// Whether there is neither text nor an element in it.
    #[serde(rename = "isEmpty")]
    pub(crate) is_empty: bool,
    #[serde(default)]
    pub(crate) hidden: bool,
    #[serde(default)]
    pub(crate) role: String,
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) description: String,
    #[serde(default)]
    pub(crate) value: Option<Value>,
    #[serde(default)]
    pub(crate) states: Map<String, Value>,
    /// What the engine threw instead.
    #[serde(default)]
    pub(crate) failed: Option<String>,
}

/// All elements of a page in flat order.
#[derive(Debug, Deserialize)]
pub(crate) struct Told {
    /// Milliseconds for visibility, role, name and states of all of them.
    pub(crate) took: f64,
    pub(crate) elements: Vec<Ours>,
    /// The places of those that the tree tells, in its order.
    pub(crate) order: Vec<i64>,
}

/// Asks the engine in an isolated world of the page; gives the world, too, which then has the elements in `probed.nodes`.
pub(crate) async fn read(client: &mut Client) -> (Told, Value) {
    let tree = client.call("Page.getFrameTree", json!({})).await;
    let world = json!({ "frameId": tree["frameTree"]["frame"]["id"], "worldName": "engine" });
    let world = client.call("Page.createIsolatedWorld", world).await["executionContextId"].take();
    let probe = engine::probe();
    let evaluate = json!({ "expression": probe, "contextId": world, "returnByValue": true });
    let answer = client.call("Runtime.evaluate", evaluate).await;
    let text = answer["result"]["value"].as_str();
    let text = text.unwrap_or_else(|| panic!("the engine failed: {}", answer["exceptionDetails"]));
    (serde_json::from_str(text).expect("the probe gives JSON"), world)
}
