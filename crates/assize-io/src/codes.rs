//! Codes of data errors that only files have; those of single values are in [`assize_model::read`].

macro_rules! codes {
    ($($name:ident = $code:literal: $what:literal;)*) => {
        /// What each code means. Codes are never given another meaning.
        pub const CODES: &[(&str, &str)] = &[$(($code, $what)),*];
        $(#[doc = concat!("`", $code, "`: ", $what, ".")] pub const $name: &str = $code;)*
    };
}

codes! {
    UNCLOSED_QUOTE = "D0129": "a quote that is never closed";
    STRAY_TEXT = "D0130": "text after a closing quote";
    BROKEN_JSON = "D0131": "a line that is not a JSON object";
    NOT_A_REASON = "D0132": "a reason for a missing value that is none of the language's";
    VALUE_AND_REASON = "D0133": "both a value and a reason why there is none";
    MEMBER_TWICE = "D0134": "a JSON object that has a member twice";
    OTHER_PARENT = "D0135": "a nested child that names another parent than the one it stands in";
    SCALES = "D0136": "a decimal that cannot be held beside the others of its column";
    OVERRIDE_LACKS = "D0137": "a person's judgement without its reason, its date or who gave it";
}
