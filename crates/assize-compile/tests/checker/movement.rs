//! Progressions and responses.

use crate::common::{RECORDS, declaration, fault, program};
use assize_model::ids::Code;
use assize_model::node::Op;

const STANDING: &str = "category standing of Person -> Level { high when felon low when age > 3 }";

fn moved(code: &str, marked: &str, message: &str, help: &str) {
    declaration(code, &format!("{STANDING} {marked}"), message, help);
}

#[test]
fn a_progression_is_a_category_with_a_criterion_a_code() {
    let program = program(&format!(
        "{RECORDS}{STANDING}\nprogression p of Person for standing \"Moved\" {{ start at low raise limit at each Charge where \
         charge.kind = theft lower 1 after 2 years without (Charge, charges where amount > 3) hold at least 90 days }}\n\
         let x of Person = p >= high\n"
    ));
    let [of] = program.progressions.as_slice() else { panic!("one progression") };
    let category = program.category(of.category).unwrap();
    assert_eq!((category.heading.shown(), category.criteria().count()), ("Moved", 2));
    assert_eq!(&*program.category(of.between).unwrap().heading.name, "standing");
    let Op::Progress(progress) = &program.node(of.node).unwrap().op else { panic!("a progression's own operation") };
    assert_eq!((progress.start, progress.events.len(), progress.moves.len()), (Code(0), 3, 2));
    assert!(progress.hold.is_some());
}

#[test]
fn events() {
    moved(
        "E0741",
        "progression p of Person for standing { start at low raise 1 at each «Charges» }",
        "record `Person` has no child records `Charges`",
        "did you mean `charges`?",
    );
    moved(
        "E0741",
        "progression p of Person for standing { start at low raise 1 at each Charge by «kind» }",
        "an event is dated",
        "its dates are `on`",
    );
    let records = "ruleset t version \"1\"\nordered codes L { a b }\nrecord P { id : text key  f : boolean  x : many C by p  y : many C by q }\nrecord C { p : text  q : text  on : date  off : date }\ncategory s of P -> L { b when f otherwise a }\n";
    fault(
        "E0741",
        &format!("{records}progression m of P for s {{ start at a raise 1 at each «C» by on }}"),
        "`P` has `C` by more than one field",
        "name the field: `x` and `y`",
    );
    fault(
        "E0741",
        &format!("{records}progression m of P for s {{ start at a raise 1 at each «x» }}"),
        "`C` has several dates",
        "its dates are `on` and `off`; name one: `x by …`",
    );
}

#[test]
fn progressions_that_cannot_be_right() {
    moved(
        "E0742",
        "progression «p» of Person for standing { raise 1 at each Charge }",
        "progression `p` does not say where it begins",
        "write `start at CODE`",
    );
    moved(
        "E0742",
        "progression «p» of Person for standing { start at low }",
        "progression `p` has no moves",
        "write `raise 1 at each EVENT` or `lower 1 after 24 months without EVENT`",
    );
    moved(
        "E0742",
        "progression p of Person for standing { start at high «raise 1 at each Charge» }",
        "progression `p` never moves",
        "begin at another code, or move the other way",
    );
    moved(
        "E0742",
        "progression p of Person for standing { start at low raise «0» at each Charge }",
        "a move goes by a whole number of codes",
        "write a number of 1 or more, or a parameter",
    );
    moved(
        "E0742",
        "progression p of Person for standing { start at low raise 1 at each Charge lower 1 after «45 minutes» without Charge }",
        "a time by the calendar is expected, longer than none",
        "write it in days, weeks, months or years: `24 months`",
    );
    moved(
        "E0107",
        "progression p of Person for standing { start at «hihg» raise 1 at each Charge }",
        "`hihg` is not a code of `Level`",
        "did you mean `high`?",
    );
    moved(
        "E0115",
        "progression p of Person for «standin» { start at low raise 1 at each Charge }",
        "there is no category `standin`",
        "did you mean `standing`?",
    );
    declaration(
        "E0742",
        "category k of Person -> Kind { theft when felon harm when age > 3 } progression p of Person for «k» { start at theft raise 1 at each Charge }",
        "the codes of `Kind` have no order to move along",
        "declare `ordered codes Kind`, lowest first",
    );
    moved(
        "E0316",
        "progression p of Person for standing { start at low raise 1 at each Charge where «parent.race» = \"x\" }",
        "protected field `race` decides a category",
        "use it in the `by` of a measure, where it shows differences instead of making them, or say why it decides: \
         `uses protected race because \"…\"`",
    );
}

#[test]
fn responses() {
    moved(
        "E0743",
        "response to «standin» { high : \"Visit\" low : \"Letter\" }",
        "there is no category `standin` to respond to",
        "did you mean `standing`?",
    );
    moved(
        "E0743",
        "response to standing { high : \"Visit\" low : \"Letter\" } response to «standing» { high : \"Visit\" low : \"Letter\" }",
        "`standing` has two responses",
        "write all that is done into one response; a code may have several lines",
    );
    moved(
        "E0743",
        "response to standing { high : \"Visit\" «high : \"Visit\" by police» low : \"Letter\" }",
        "the same is done twice about `high`",
        "remove one of them",
    );
    moved(
        "E0743",
        "response to standing { high : \"Visit\" within «45 minutes» low : \"Letter\" }",
        "a time by the calendar is expected",
        "write it in days, weeks, months or years: `within 2 days`",
    );
    moved(
        "E0743",
        "response to standing { high : \"Visit\" within 2 days after «age» low : \"Letter\" }",
        "a date is expected",
        "after `after` stands the date from which the time counts",
    );
    let program = program(&format!(
        "{RECORDS}{STANDING} response to standing \"What\" {{ high : \"Visit\" by police within 2 days after born \
         high : \"Call\" low : \"Letter\" within limit * 1 day none : \"Nothing\" }}"
    ));
    let actions = &program.responses[0].actions;
    assert_eq!(actions.iter().map(|action| action.due.is_some()).collect::<Vec<_>>(), [true, false, true, false]);
}

#[test]
fn codes_without_a_response() {
    let text = format!("{RECORDS}{STANDING} response to «standing» {{ high : \"Visit\" }}");
    let marked = text.replace(['«', '»'], "");
    let compiled = crate::common::compile(&marked);
    let found: Vec<&str> = compiled.diagnostics.iter().map(|found| found.code.0).collect();
    assert!(found.contains(&"W0904"), "{}", crate::common::shown(&compiled));
}
