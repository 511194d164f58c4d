//! The parser that pest makes from the grammar. The grammar is a copy of `grammars/assize.pest`, so that the published
//! crate holds all it needs; a test keeps the two the same.

#[derive(pest_derive::Parser)]
#[grammar = "assize.pest"]
pub(crate) struct AssizeGrammar;

#[cfg(test)]
mod tests {
    #[test]
    fn the_copy_is_fresh() {
        let original = concat!(env!("CARGO_MANIFEST_DIR"), "/../../grammars/assize.pest");
        let Ok(original) = std::fs::read_to_string(original) else {
            println!("skipped: grammars/assize.pest is not beside this crate");
            return;
        };
        assert!(
            original == include_str!("../assize.pest"),
            "copy grammars/assize.pest to crates/assize-lang/src/assize.pest"
        );
    }
}
