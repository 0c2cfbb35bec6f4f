//! Gestures, and what they are as actions.

use std::time::Duration;

use serde_json::{Value, json};

use super::*;

const ANY: Ways = Ways {
    rounds: false,
    longest: 3,
    lacks: &[],
};

fn told(gestures: &[Gesture], ways: Ways) -> Value {
    serde_json::to_value(sources(gestures, ways).unwrap()).unwrap()
}

fn key(key: &str, code: &str) -> Key {
    Key {
        key: key.to_owned(),
        code: code.to_owned(),
        text: None,
        number: 0,
        location: 0,
    }
}

fn stroke(name: &str, code: &str) -> [Gesture; 2] {
    [Gesture::KeyDown(key(name, code)), Gesture::KeyUp(key(name, code))]
}

/// The values of the keys that go down.
fn pressed(gestures: &[Gesture], ways: Ways) -> Vec<String> {
    let told = told(gestures, ways);
    let actions = told[0]["actions"].as_array().unwrap();
    let down = actions.iter().filter(|action| action["type"] == "keyDown");
    down.map(|action| action["value"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn in_each_tick_one_device_acts() {
    let button = Button::Left;
    let gestures = [
        Gesture::KeyDown(key("Shift", "ShiftLeft")),
        Gesture::Move { x: 10.4, y: 20.6 },
        Gesture::Press { button, count: 1 },
        Gesture::Release { button, count: 1 },
        Gesture::Wheel { dx: 0.4, dy: -100.0 },
        Gesture::KeyUp(key("Shift", "ShiftLeft")),
    ];
    let pause = json!({ "type": "pause" });
    assert_eq!(
        told(&gestures, ANY),
        json!([
            { "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": [
                pause, { "type": "pointerMove", "x": 10.4, "y": 20.6, "duration": 0, "origin": "viewport" },
                { "type": "pointerDown", "button": 0 }, { "type": "pointerUp", "button": 0 }, pause, pause,
            ] },
            { "type": "key", "id": "keyboard", "actions": [
                { "type": "keyDown", "value": "\u{e008}" }, pause, pause, pause, pause, { "type": "keyUp", "value": "\u{e008}" },
            ] },
            { "type": "wheel", "id": "wheel", "actions": [
                pause, pause, pause, pause, { "type": "scroll", "x": 10, "y": 21, "deltaX": 0, "deltaY": -100 }, pause,
            ] },
        ])
    );
    let rounded = told(&gestures, Ways { rounds: true, ..ANY });
    assert_eq!(rounded[0]["actions"][1]["y"], 21.0);
}

#[test]
fn what_is_dragged_is_moved_where_it_stays() {
    let (button, count) = (Button::Left, 1);
    let at = |x| Gesture::Move { x, y: 5.0 };
    let ends = [
        Gesture::Press { button, count },
        at(9.0),
        at(9.0),
        Gesture::Release { button, count },
        at(9.0),
    ];
    let told = told(&ends, ANY);
    let points: Vec<_> = told[0]["actions"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|action| action["x"].as_f64())
        .collect();
    assert_eq!(points, [9.0, 8.0, 9.0, 9.0]);
}

#[test]
fn keys_have_words_and_letters_are_themselves() {
    for (name, code, value) in [
        ("a", "KeyA", "a"),
        (" ", "Space", " "),
        ("Enter", "Enter", "\u{e006}"),
        ("ArrowDown", "ArrowDown", "\u{e015}"),
        ("Delete", "Delete", "\u{e017}"),
        ("F12", "F12", "\u{e03c}"),
        ("é", "", "é"),
        ("e\u{301}", "", "e\u{301}"),
        ("👍", "", "👍"),
    ] {
        assert_eq!(pressed(&stroke(name, code), ANY), [value], "{name}");
    }
}

#[test]
fn what_is_too_long_for_a_key_is_typed_sign_by_sign() {
    let family = stroke("👩\u{200d}👧", "");
    assert_eq!(pressed(&family, ANY), ["👩", "\u{200d}", "👧"]);
    assert_eq!(
        pressed(
            &family,
            Ways {
                longest: usize::MAX,
                ..ANY
            }
        ),
        ["👩\u{200d}👧"]
    );
    let told = told(&family, ANY);
    assert_eq!(told[0]["actions"].as_array().unwrap().len(), 6);
    assert_eq!(told[0]["actions"][5], json!({ "type": "keyUp", "value": "👧" }));
}

#[test]
fn a_key_that_cannot_be_pressed_is_told() {
    for (name, code) in [("CapsLock", "CapsLock"), ("\u{e006}", ""), ("x\u{e000}", "")] {
        let error = sources(&stroke(name, code), ANY).unwrap_err();
        assert_eq!(error.kind(), Kind::Unsupported, "{name}");
    }
    let without = Ways {
        lacks: &["Meta"],
        ..ANY
    };
    assert!(sources(&stroke("Meta", "MetaLeft"), without).is_err());
    assert!(sources(&stroke("Meta", "MetaLeft"), ANY).is_ok());
}

#[test]
fn keys_and_drags_are_waited_for_and_clicks_are_not() {
    let (button, count) = (Button::Left, 1);
    let at = Gesture::Move { x: 1.0, y: 1.0 };
    let click = [
        at.clone(),
        Gesture::Press { button, count },
        Gesture::Release { button, count },
    ];
    assert!(turn(&click).is_none() && turn(&click[..1]).is_none());
    assert!(turn(&stroke("Enter", "Enter")).is_some());
    assert!(turn(&[&click[..2], &[at], &click[2..]].concat()).is_some());
}

#[test]
fn a_pause_is_one_of_every_device() {
    let [down, up] = stroke("a", "KeyA");
    let rest = Gesture::Pause(Duration::from_millis(70));
    let pause = json!({ "type": "pause", "duration": 70 });
    let told_of_keys = told(&[down, rest.clone(), up], ANY);
    assert_eq!(told_of_keys[0]["actions"][1], pause);
    // Also of what nothing else is done in.
    assert_eq!(
        told(&[rest], ANY),
        json!([{ "type": "key", "id": "keyboard", "actions": [pause] }])
    );
}

#[test]
fn a_tap_is_a_finger_s() {
    let told = told(&[Gesture::Tap { x: 3.0, y: 4.0 }], ANY);
    assert_eq!(
        told,
        json!([{ "type": "pointer", "id": "finger", "parameters": { "pointerType": "touch" }, "actions": [
            { "type": "pointerMove", "x": 3.0, "y": 4.0, "duration": 0, "origin": "viewport" },
            { "type": "pointerDown", "button": 0 }, { "type": "pointerUp", "button": 0 },
        ] }])
    );
    assert!(turn(&[Gesture::Tap { x: 3.0, y: 4.0 }]).is_some());
}

#[test]
fn what_stays_down_is_known() {
    let button = Button::Right;
    let press = Gesture::Press { button, count: 1 };
    assert!(leaves_held(std::slice::from_ref(&press)));
    assert!(!leaves_held(&[press, Gesture::Release { button, count: 1 }]));
    assert!(leaves_held(&stroke("a", "KeyA")[..1]) && !leaves_held(&stroke("a", "KeyA")));
}
