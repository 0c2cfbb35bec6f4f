//! Whether both sides tell the elements in the same order.

use std::collections::HashMap;

use crate::compare::Difference;
use crate::ours::Told;

/// Elements that two others own, and of two that own each other the first. Chromium gives them now to the one, now to the
/// other, anew with each load of the same page (of 60 loads, 25 and 35); the engine to the first.
const CLAIMED_TWICE: [&str; 2] = ["#shared", "#c1"];

/// Each element that Chromium tells after another one, and the engine before it. `orders` has the places of the elements in
/// the order of each frame's tree.
pub(crate) fn differences(ours: &Told, orders: &[Vec<usize>]) -> Vec<Difference> {
    let told = ours.order.iter().enumerate();
    let turns: HashMap<usize, usize> = told
        .filter_map(|(turn, place)| Some((usize::try_from(*place).ok()?, turn)))
        .collect();
    let mut differences = Vec::new();
    for order in orders {
        let common: Vec<(usize, usize)> = order
            .iter()
            .filter(|place| !CLAIMED_TWICE.contains(&&*ours.elements[**place].path))
            .filter_map(|place| Some((*place, *turns.get(place)?)))
            .collect();
        for pair in common.windows(2) {
            let [(before, earlier), (after, later)] = [pair[0], pair[1]];
            if later >= earlier {
                continue;
            }
            let (before, after) = (&ours.elements[before], &ours.elements[after]);
            differences.push(Difference {
                path: after.path.clone(),
                tag: after.tag.clone(),
                field: "order".to_owned(),
                ours: format!("before {}", before.path),
                theirs: "after it".to_owned(),
            });
        }
    }
    differences
}
