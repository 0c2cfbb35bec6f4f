//! The lines of what a person does: joined, in order, and apart from ours.

use std::time::{Duration, SystemTime};

use super::lines::{Lines, Way, Where};
use super::told::Event;
use super::{Person, Span};
use crate::backend::{FrameKey, PageKey};
use crate::journal::Point;
use crate::locator::Step;

fn place(at: u64) -> Where {
    Where {
        page: PageKey("P".to_owned()),
        page_id: Some("page-1".to_owned()),
        url: Some("http://a.test/".to_owned()),
        frames: Vec::new(),
        at: SystemTime::UNIX_EPOCH + Duration::from_secs(at),
    }
}

fn event(json: &str) -> Event {
    let event = format!("{{{json}}}");
    Event::read(&event).unwrap_or_else(|| panic!("{event}"))
}

fn typed(element: u32, value: &str) -> Event {
    let steps = r#""steps":[{"by":"testid","text":{"exact":"it"}}]"#;
    event(&format!(
        r#""kind":"input","document":"d","element":{element},"value":"{value}",{steps}"#
    ))
}

fn click(element: u32, count: u8) -> Event {
    event(&format!(
        r#""kind":"click","document":"d","element":{element},"count":{count},"x":1,"y":2"#
    ))
}

fn written(lines: &mut Lines, all: bool) -> Vec<String> {
    let ready = lines.ready(all).into_iter();
    let words = ready.map(|entry| format!("{} {}", entry.action, entry.value.unwrap_or_default()));
    words.map(|words| words.trim_end().to_owned()).collect()
}

#[test]
fn letters_are_one_line_until_something_else_comes() {
    let mut lines = Lines::default();
    for value in ["a", "ab", "abc"] {
        assert!(lines.take(place(1), &typed(1, value)).unwrap().closes.is_some());
        assert!(written(&mut lines, false).is_empty());
    }
    lines.take(place(2), &click(2, 1));
    assert_eq!(written(&mut lines, false), ["fill abc"]);
    assert_eq!(written(&mut lines, true), ["click"]);
    // The field is known still, though what is told of it is shorter now.
    let taken = lines.take(
        place(3),
        &event(r#""kind":"input","document":"d","element":1,"value":"x""#),
    );
    assert!(taken.is_some());
    assert!(
        lines
            .take(place(4), &event(r#""kind":"left","document":"d","element":1"#))
            .is_none()
    );
    let ready = lines.ready(false);
    assert_eq!(ready[0].best_semantic_selector.as_deref(), Some("testid:\"it\""));
}

#[test]
fn a_double_click_is_one_line() {
    let mut lines = Lines::default();
    lines.take(place(1), &click(1, 1));
    lines.take(place(1), &click(1, 2));
    lines.take(place(1), &event(r#""kind":"dblclick","document":"d","element":1"#));
    assert_eq!(written(&mut lines, false), ["dblclick"]);
    let first = lines.take(place(2), &click(1, 1)).unwrap();
    lines.close(first.number);
    assert_eq!(written(&mut lines, false), ["click"]);
}

#[test]
fn a_press_is_a_click_when_its_document_goes() {
    let press = |word: &str| {
        event(&format!(
            r#""kind":"{word}","document":"d","element":1,"count":1,"x":1,"y":2"#
        ))
    };
    let (page, at) = (place(1).page, place(1).at);
    let soon = at + Duration::from_millis(4900);
    let mut lines = Lines::default();
    assert!(lines.take(place(1), &press("down")).is_none());
    lines.close_page(&PageKey("Q".to_owned()), soon);
    assert!(written(&mut lines, false).is_empty(), "another page");
    lines.close_page(&page, soon);
    assert_eq!(written(&mut lines, false), ["click"]);
    lines.close_page(&page, soon);
    assert!(written(&mut lines, true).is_empty(), "once");
    for then in ["up", "click"] {
        lines.take(place(1), &press("down"));
        lines.take(place(1), &press(then));
        lines.close_page(&page, soon);
        assert_eq!(written(&mut lines, true).len(), usize::from(then == "click"), "{then}");
    }
    // What has come of it has been told.
    for then in ["check", "input", "press"] {
        lines.take(place(1), &press("down"));
        lines.take(place(1), &press(then));
        lines.close_page(&page, soon);
        assert_eq!(written(&mut lines, true).len(), 1, "{then}");
    }
    lines.take(place(1), &press("down"));
    lines.close_page(&page, at + Duration::from_millis(5100));
    assert!(written(&mut lines, true).is_empty(), "it was held for long");
}

#[test]
fn a_time_that_has_passed_closes_only_what_has_not_grown_since() {
    let mut lines = Lines::default();
    let first = lines.take(place(1), &typed(1, "a")).unwrap();
    let second = lines.take(place(1), &typed(1, "ab")).unwrap();
    lines.close(first.number);
    assert!(written(&mut lines, false).is_empty());
    lines.close(second.number);
    assert_eq!(written(&mut lines, false), ["fill ab"]);
}

#[test]
fn a_secret_is_told_as_stars_whatever_comes_with_it() {
    let mut lines = Lines::default();
    lines.take(
        place(1),
        &event(r#""kind":"input","document":"d","element":1,"secret":true,"value":"no""#),
    );
    assert_eq!(written(&mut lines, true), ["fill ***"]);
}

#[test]
fn a_line_of_a_frame_waits_for_the_way_and_those_after_it_for_the_line() {
    let mut lines = Lines::default();
    let inside = Where {
        frames: vec![FrameKey("F".to_owned())],
        ..place(1)
    };
    let press = r#""kind":"press","document":"f","element":1,"value":"Enter","isInner":true,"x":3,"y":4,
        "steps":[{"by":"testid","text":{"exact":"in"}}]"#;
    let taken = lines.take(inside.clone(), &event(press)).unwrap();
    assert_eq!((taken.waits, taken.point), (true, Some(Point { x: 3.0, y: 4.0 })));
    lines.steer("reload", place(2), None);
    assert!(written(&mut lines, false).is_empty());
    let way = Way {
        steps: vec![
            Step::TestId {
                text: crate::locator::Match::Exact("out".to_owned()),
            },
            Step::Frame,
        ],
        point: Some(Point { x: 13.0, y: 14.0 }),
    };
    lines.arrived(taken.number, Some(way));
    let ready = lines.ready(false);
    let selector = ready[0].best_semantic_selector.clone().unwrap();
    assert!(
        selector.contains("out") && selector.ends_with("testid:\"in\""),
        "{selector}"
    );
    assert_eq!(ready[0].coordinates, Some(Point { x: 13.0, y: 14.0 }));
    assert_eq!(ready[1].action, "reload");
    // Of a frame that is gone, no other element is named.
    lines.take(inside, &event(press));
    let ready = lines.ready(true);
    assert_eq!((&ready[0].best_semantic_selector, ready[0].coordinates), (&None, None));
}

#[test]
fn what_lies_within_a_gesture_of_ours_is_ours() {
    let second = |at: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(at);
    let mut person = Person::default();
    for (number, from, to) in [(0, 10, Some(20)), (1, 30, None)] {
        person.hands.push_back(Span {
            number,
            page: PageKey("P".to_owned()),
            from: second(from),
            to: to.map(second),
        });
    }
    let ours = |at: u64| person.was_ours(&PageKey("P".to_owned()), second(at));
    assert_eq!(
        [9, 10, 20, 21, 29, 30, 99].map(ours),
        [false, true, true, false, false, true, true]
    );
    assert!(!person.was_ours(&PageKey("Q".to_owned()), second(15)));
}

#[test]
fn the_clock_of_another_machine_is_put_right() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_hours(1);
    let here = event(r#""at":3599900,"sent":3599950"#);
    assert_eq!(here.time(now), now.checked_sub(Duration::from_millis(100)).unwrap());
    let far = event(r#""at":900000,"sent":900050"#);
    assert_eq!(far.time(now), now.checked_sub(Duration::from_millis(50)).unwrap());
}
