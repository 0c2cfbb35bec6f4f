//! Which operations the methods that act on elements ask for, with their options.

use serde_json::{Value, json};

/// The code, the operation that it asks for, and its parameters.
pub(crate) fn table() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        (
            "page.locator('a').click({ button: 'right', clickCount: 2, modifiers: ['Shift'], position: { x: 1, y: 2 }, delay: 9, \
             force: true, trial: false, noWaitAfter: true })",
            "click",
            json!({ "selector": "a", "button": "right", "count": 2, "modifiers": ["Shift"], "position": "1,2", "delay": 9, "force": true }),
        ),
        (
            "page.locator('a').dblclick({ trial: true })",
            "dblclick",
            json!({ "selector": "a", "trial": true }),
        ),
        (
            "page.locator('a').hover({ position: { x: 1, y: 2 }, modifiers: ['ControlOrMeta'] })",
            "hover",
            json!({ "selector": "a", "position": "1,2", "modifiers": ["Control"] }),
        ),
        (
            "page.tap('#a', { modifiers: ['Alt'], trial: true })",
            "tap",
            json!({ "selector": "#a >> nth=0", "modifiers": ["Alt"], "trial": true }),
        ),
        (
            "page.mouse.move(3, 4)",
            "hover",
            json!({ "selector": "coords:3,4", "force": true }),
        ),
        (
            "page.mouse.wheel(0, 300)",
            "script.wheel",
            json!({ "value": "0,300", "position": "3,4" }),
        ),
        (
            "page.touchscreen.tap(3, 4)",
            "tap",
            json!({ "selector": "coords:3,4", "force": true }),
        ),
        (
            "page.locator('a').clear()",
            "fill",
            json!({ "selector": "a", "value": "" }),
        ),
        (
            "page.locator('a').pressSequentially('hi', { delay: 3 })",
            "type",
            json!({ "selector": "a", "text": "hi", "delay": 3 }),
        ),
        (
            "page.locator('a').press('x', { delay: 3 })",
            "press",
            json!({ "selector": "a", "key": "x", "delay": 3 }),
        ),
        (
            "page.locator('a').check({ force: true, position: { x: 0, y: 2 } })",
            "check",
            json!({ "selector": "a", "force": true, "position": "0,2" }),
        ),
        (
            "page.locator('a').press('Tab')",
            "press",
            json!({ "selector": "a", "key": "Tab" }),
        ),
        (
            "page.locator('a').setChecked(false)",
            "uncheck",
            json!({ "selector": "a" }),
        ),
        (
            "page.locator('a').selectOption(['x', { label: 'L' }, { index: 2 }])",
            "select",
            json!({ "selector": "a", "values": ["x", "L", "index=2"] }),
        ),
        (
            "page.locator('a').dragTo(page.locator('b'))",
            "drag",
            json!({ "selector": "a", "to": "b" }),
        ),
        (
            "page.locator('a').scrollIntoViewIfNeeded()",
            "scroll",
            json!({ "to": "a" }),
        ),
    ]
}
