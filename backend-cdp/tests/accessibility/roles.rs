//! Chromium's own names of roles in ARIA's words. What is not here has the same name on both sides.

/// Where HTML-AAM 1.0 gives an element no role of ARIA, or a presentational one, Chromium has names of its own. The first
/// is Chromium's, the others are what the engine may say for it.
const ROLES: &[(&str, &[&str])] = &[
    ("Abbr", &["generic"]),
    ("Audio", &["generic"]),
    ("Canvas", &["generic"]),
    // The fields of dates and colours have no role; they take text.
    ("ColorWell", &["textbox"]),
    ("Date", &["textbox"]),
    ("DateTime", &["textbox"]),
    ("InputTime", &["textbox"]),
    ("DescriptionList", &["generic"]),
    // HTML-AAM leaves it open; all browsers tell assistive technology of a button that expands.
    ("DisclosureTriangle", &["button"]),
    ("DisclosureTriangleGrouped", &["button"]),
    ("EmbeddedObject", &["generic"]),
    ("PluginObject", &["generic"]),
    ("Figcaption", &["generic"]),
    ("GenericContainer", &["generic"]),
    ("Iframe", &["iframe"]),
    ("IframePresentational", &["none"]),
    ("image", &["img"]),
    ("LabelText", &["generic"]),
    // A table for the look of it only.
    ("LayoutTable", &["none", "generic"]),
    ("LayoutTableCell", &["none", "generic"]),
    ("LayoutTableRow", &["none", "generic"]),
    ("Legend", &["generic"]),
    ("LineBreak", &["none", "generic"]),
    ("MathMLFraction", &["generic"]),
    ("MathMLIdentifier", &["generic"]),
    ("MathMLMath", &["math"]),
    ("MathMLMultiscripts", &["generic"]),
    ("MathMLNoneScript", &["generic"]),
    ("MathMLNumber", &["generic"]),
    ("MathMLOperator", &["generic"]),
    ("MathMLOver", &["generic"]),
    ("MathMLPrescriptDelimiter", &["generic"]),
    ("MathMLRoot", &["generic"]),
    ("MathMLRow", &["generic"]),
    ("MathMLSquareRoot", &["generic"]),
    ("MathMLStringLiteral", &["generic"]),
    ("MathMLSub", &["generic"]),
    ("MathMLSubSup", &["generic"]),
    ("MathMLSup", &["generic"]),
    ("MathMLTable", &["generic"]),
    ("MathMLTableCell", &["generic"]),
    ("MathMLTableRow", &["generic"]),
    ("MathMLText", &["generic"]),
    ("MathMLUnder", &["generic"]),
    ("MathMLUnderOver", &["generic"]),
    ("Ruby", &["generic"]),
    ("RubyAnnotation", &["generic"]),
    // SVG-AAM: a document of graphics. One with a name is what people call an image.
    ("SvgRoot", &["graphics-document", "img"]),
    ("Video", &["generic"]),
    // Roles of ARIA 1.3 for elements that HTML-AAM 1.0 gives none.
    ("sectionfooter", &["generic", "sectionfooter"]),
    ("sectionheader", &["generic", "sectionheader"]),
];

/// What the engine may say where Chromium says `role`.
pub(crate) fn accepted<'a>(role: &'a &'a str) -> &'a [&'a str] {
    let found = ROLES.iter().find(|(theirs, _)| theirs == role);
    found.map_or(std::slice::from_ref(role), |(_, ours)| ours)
}

/// Whether it stands for an element that says nothing itself: only its role counts.
pub(crate) fn is_mute(role: &str) -> bool {
    accepted(&role).contains(&"none")
}
