//! Which names an attribute for test ids may have.

use crate::locator::{TEST_ID, TestIdAttribute};

#[test]
fn names_of_attributes_are_checked() {
    for (text, wanted) in [
        ("data-qa", "data-qa"),
        ("Data-QA", "data-qa"),
        ("_x1", "_x1"),
        ("id", "id"),
    ] {
        assert_eq!(text.parse::<TestIdAttribute>().unwrap().as_str(), wanted);
    }
    let long = "a".repeat(65);
    for (text, part) in [
        ("", "empty"),
        (&*long, "longer"),
        ("1x", "start with"),
        ("-x", "start with"),
        ("data qa", "allowed"),
        ("data\"]", "allowed"),
        ("datä", "allowed"),
        ("data\nqa", "allowed"),
    ] {
        let why = text.parse::<TestIdAttribute>().unwrap_err();
        assert!(why.contains(part) && !why.contains('\n'), "{text}: {why}");
    }
    assert_eq!(TestIdAttribute::default().as_str(), TEST_ID);
    assert!(TestIdAttribute::default().is_default());
}

#[test]
fn what_is_written_is_read_and_checked_again() {
    let name: TestIdAttribute = serde_json::from_str("\"data-qa\"").unwrap();
    assert_eq!(serde_json::to_string(&name).unwrap(), "\"data-qa\"");
    assert!(serde_json::from_str::<TestIdAttribute>("\"a b\"").is_err());
}
