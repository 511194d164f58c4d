//! Faults of records, code lists and categories (E03xx), and the warnings (W09xx).

use crate::common::{RECORDS, compile, declaration, fault, program, shown};
use assize_model::ids::Code;
use assize_model::program::{Hit, Otherwise};

#[test]
fn keys_and_clauses_of_fields() {
    let use_ = "let y of Q = a";
    declaration(
        "E0301",
        &format!("record Q {{ a : integer key  b : text «key» }} {use_}"),
        "record `Q` has two keys",
        "keep the one field that tells the records apart",
    );
    declaration(
        "E0302",
        &format!("record Q {{ a : integer required «optional» }} {use_}"),
        "`a` is both required and optional",
        "`required`: each record has a value; `optional`: the data may lack the whole column",
    );
    declaration(
        "E0306",
        &format!("record Q {{ a : text in «CAD» }} {use_}"),
        "`a` is not a number and has no unit",
        "remove `in …`",
    );
    declaration(
        "E0306",
        &format!("record Q {{ a : text separated by «\"|\"» }} {use_}"),
        "`a` is not a set",
        "remove `separated by …`, or declare `set of …`",
    );
    declaration(
        "E0306",
        &format!("record Q {{ a : set of text separated by «\"\"» }} {use_}"),
        "the separator is empty",
        "write the sign between the members, such as \"|\"",
    );
    declaration(
        "E0306",
        &format!("record Q {{ a : boolean «key» }} {use_}"),
        "`a` cannot be a key",
        "a key is a text, an integer, a date or a code",
    );
    declaration(
        "E0306",
        &format!("record Q {{ a : integer key  c : many R by q «required» }} record R {{ q : integer }} {use_}"),
        "child records `c` cannot be required",
        "count them in a rule instead",
    );
    declaration(
        "E0306",
        &format!("record Q {{ a : integer key  c : many R by q «protected» }} record R {{ q : integer }} {use_}"),
        "child records `c` cannot be protected",
        "protect fields of the child record",
    );
    declaration(
        "E0306",
        &format!("record Q {{ a : integer key  c : many R by q from «\"C\"» }} record R {{ q : integer }} {use_}"),
        "child records `c` have no column",
        "remove `from …`",
    );
    declaration(
        "E0306",
        &format!("record Q {{ a : range of integer from \"lo\", \"hi\", «\"no\"» }} {use_}"),
        "range `a` has more than two columns",
        "name one column, or the columns of the lower and the upper end",
    );
    declaration(
        "E0306",
        &format!("record Q {{ a : integer from \"old\", «\"new\"» }} {use_}"),
        "`a` is read from more than one column",
        "name the one that the data have: only a range is read from two",
    );
}

#[test]
fn headings_and_texts() {
    let help = "each heading in the data belongs to one field";
    declaration(
        "E0303",
        "record Q { a : text from \"A\"  b : text from «\"A \"» } let y of Q = a = b",
        "two columns are called \"A\"",
        help,
    );
    declaration(
        "E0303",
        "record Q { a : text  b : text from «\"a\"» } let y of Q = a = b",
        "two columns are called \"a\"",
        help,
    );
    let help = "give each text to one code, or to one reason for being missing";
    declaration(
        "E0304",
        "codes L { a from \"1\"  b from «\"1\"» }",
        "the text \"1\" in the data would mean two things",
        help,
    );
    declaration("E0304", "codes L { a  b from «\"a\"» }", "the text \"a\" in the data would mean two things", help);
    declaration(
        "E0304",
        "codes L { a from \"1\"  missing unknown from «\"1\"» }",
        "the text \"1\" in the data would mean two things",
        help,
    );
    declaration(
        "E0304",
        "record Q { a : text  missing unknown from \"?\"  missing withheld from «\"?\"» } let y of Q = a",
        "the text \"?\" in the data would mean two things",
        help,
    );
}

#[test]
fn children() {
    declaration(
        "E0305",
        "record Q { a : text  c : many R by «q» } record R { q : text } let y of Q = a",
        "record `Q` has no key to match",
        "mark the field that tells its records apart as `key`",
    );
    let found = declaration(
        "E0305",
        "record Q { a : text key  c : many R by «q» } record R { q : integer } let y of Q = a",
        "`q` and the key of `Q` have different types",
        "give both fields the same type",
    );
    assert_eq!(found.primary.unwrap().message, "this is an integer");
    assert_eq!(found.secondary[0].message, "the key is text");
    declaration(
        "E0305",
        "record Q { a : text key  c : many R by «b» } record R { id : text key  b : many Q by a } let y of Q = a",
        "`b` are child records, and no key",
        "after `by` stands the field of the child that holds this record's key",
    );
}

#[test]
fn headings_of_ranges() {
    let program = program(
        "ruleset t version \"1\"\nrecord Q { a : range of integer from \"lo\", \"hi\"  b : text from \"B\"  c : set of text } let y of Q = a > 1 and b = \"x\" and size(c) > 1",
    );
    let fields = &program.records[0].fields;
    assert_eq!(fields[0].from.iter().map(|f| &**f).collect::<Vec<_>>(), ["lo", "hi"]);
    assert_eq!(fields[1].from.iter().map(|f| &**f).collect::<Vec<_>>(), ["B"]);
    assert_eq!(fields[2].separator.as_deref(), Some("|"));
    assert!(fields.iter().all(|field| field.read));
}

fn category(code: &str, marked: &str, message: &str, help: &str) -> assize_lang::diagnostic::Diagnostic {
    declaration(code, &format!("category k of Person -> Level {{ {marked} }}"), message, help)
}

#[test]
fn names_of_criteria() {
    let help = "name each criterion: its name is the reason that results give";
    category("E0310", "low when { a : felon «a» : age > 1 }", "two criteria of `k` are called `a`", help);
    category(
        "E0310",
        "low when felon high when age > 1 «low» when age > 2",
        "two criteria of `k` are called `low`",
        help,
    );
    category("E0310", "low when high : felon «high» when age > 1", "two criteria of `k` are called `high`", help);
}

#[test]
fn criteria_without_names() {
    // Only a tree that no text gives has one.
    let text =
        format!("{RECORDS}category k of Person -> Level {{ low when {{ a : felon b : age > 3 }} high when age > 1 }}");
    let mut sources = assize_lang::source::SourceMap::default();
    let source = assize_lang::source::Source::new("r", text);
    let (mut file, faults) = assize_lang::parse(assize_lang::source::FileId(0), &source);
    assert!(faults.is_empty());
    sources.add(source);
    for decl in &mut file.decls {
        if let assize_lang::ast::Decl::Category(category) = decl {
            category.cases[0].criteria[1].name = None;
        }
    }
    let (program, faults) = assize_compile::compile(&[file], &sources);
    assert!(program.is_none());
    let [fault] = faults.as_slice() else { panic!("{faults:?}") };
    assert_eq!((fault.code.0, fault.message.as_str()), ("E0311", "a criterion of `low` has no name"));
    assert_eq!(
        sources.get(fault.primary.as_ref().unwrap().span.file).unwrap().slice(fault.primary.as_ref().unwrap().span),
        "age > 3"
    );
    assert_eq!(fault.help.as_deref(), Some("write its name before it: `name \"Title\" : condition`"));
}

#[test]
fn hit_highest_needs_an_order() {
    declaration(
        "E0312",
        "category k of Person -> Kind { theft when felon harm when age > 1 «hit highest» }",
        "the codes of `Kind` have no order, and so no highest",
        "declare `ordered codes Kind`, lowest first",
    );
}

#[test]
fn conditions_that_are_never_true() {
    category(
        "E0313",
        "low when a : «no» high when felon",
        "criterion `a` can never be true",
        "remove it, or write the condition that is meant",
    );
    category(
        "E0313",
        "low when a : «1 > 2» high when felon",
        "criterion `a` can never be true",
        "remove it, or write the condition that is meant",
    );
    category(
        "E0313",
        "low when a : «felon and no» high when felon",
        "criterion `a` can never be true",
        "remove it, or write the condition that is meant",
    );
    category(
        "E0313",
        "applies when «no» low when felon high when age > 1",
        "category `k` never applies",
        "write the condition under which it does",
    );
}

#[test]
fn conditions_that_are_repeated() {
    let help = "remove it, or write the condition that is meant";
    let message = "criterion `b` has the condition of `a`";
    let found = category(
        "E0314",
        "low when { a : felon and age > 3  b : «felon and age > 3» } high when age > 1",
        message,
        help,
    );
    assert_eq!(found.primary.unwrap().message, "the same condition, further down");
    assert_eq!(found.secondary[0].message, "first here");
    category("E0314", "low when a : felon high when b : «felon»", message, help);
    category("E0314", "high when a : felon low when b : «felon» hit highest", message, help);
    // From the highest down, the lower code is the later one.
    category("E0314", "low when b : «felon» high when a : felon hit highest", message, help);
    let found = category("E0314", "low when a : felon high when b : «felon» hit unique", message, help);
    assert_eq!(found.primary.unwrap().message, "both are always true together, which `hit unique` forbids");
    category("E0314", "low when a : felon high when c : age > 2 low when b : «felon» hit all", message, help);
    program(&format!("{RECORDS}category k of Person -> Level {{ low when a : felon high when b : felon hit all }}"));
    // Through a `let`, the same condition is the same.
    declaration(
        "E0314",
        "let f of Person = felon category k of Person -> Level { low when a : felon high when b : «f» }",
        message,
        help,
    );
}

#[test]
fn criteria_that_are_never_reached() {
    let found = category(
        "E0315",
        "low when a : yes high when b : «felon»",
        "criterion `b` is never reached",
        "move it before `a`, or remove it",
    );
    assert_eq!(found.secondary[0].message, "`a` is always true");
    category(
        "E0315",
        "low when { a : yes  b : «felon» } high when felon hit all",
        "criterion `b` is never reached",
        "move it before `a`, or remove it",
    );
    category(
        "E0315",
        "low when b : «felon» high when a : 2 > 1 hit highest",
        "criterion `b` is never reached",
        "move it before `a`, or remove it",
    );
    category(
        "E0315",
        "high when felon low when a : yes «otherwise none»",
        "`otherwise` is never reached",
        "remove one of them",
    );
    program(&format!("{RECORDS}category k of Person -> Level {{ high when felon low when a : yes }}"));
}

#[test]
fn protected_fields() {
    let help = "use it in the `by` of a measure, where it shows differences instead of making them, or say why it decides: \
                `uses protected race because \"…\"`";
    let found = category(
        "E0316",
        "low when «race» = \"x\" high when race = \"y\" and felon",
        "protected field `race` decides a category",
        help,
    );
    assert_eq!(found.secondary[0].message, "protected here");
    category(
        "E0316",
        "applies when «race» is known low when felon high when age > 3",
        "protected field `race` decides a category",
        help,
    );
    let found = declaration(
        "E0316",
        "let r of Person = race = \"x\" let s of Person = r and felon category k of Person -> Level { low when «s» high when felon }",
        "protected field `race` decides a category",
        help,
    );
    assert_eq!(found.notes, ["it is read through `s`"]);
    let measure = "let r of Person = race measure m of Person { numerator race = \"x\" as rate per 100 by race, r }";
    program(&format!("{RECORDS}{measure}"));
}

#[test]
fn categories_without_criteria() {
    declaration(
        "E0317",
        "category «k» of Person -> Level { otherwise low }",
        "category `k` has no criteria",
        "write `CODE when CONDITION` for each code",
    );
}

#[test]
fn cases_in_the_order_of_the_walk() {
    let walk = |body: &str| {
        let text = format!(
            "{RECORDS}ordered codes Abc {{ c b a }}\ncategory k of Person -> Abc {{ {body} }}\nlet x of Person = k = a\n"
        );
        let program = program(&text);
        let category = &program.categories[0];
        let list = program.list(category.list).unwrap();
        let cases: Vec<String> = (category.cases.iter())
            .map(|case| {
                let names: Vec<&str> = case.criteria.iter().map(|criterion| &*criterion.heading.name).collect();
                format!("{}({})", list.name(case.code), names.join(" "))
            })
            .collect();
        assert_eq!(program.decisions[category.decision.index()].criteria.len(), category.criteria().count());
        (cases.join(" "), category.hit, category.otherwise.clone())
    };
    let body = "b when { p : felon q : age = 1 } b when r : age = 2 a when age = 3 b when s : age = 4 c when age = 5";
    assert_eq!(walk(body).0, "b(p q r) a(a) b(s) c(c)");
    assert_eq!(walk(body).1, Hit::First);
    assert_eq!(walk(body).2, Otherwise::None);
    assert_eq!(walk(&format!("{body} hit unique")).0, "b(p q r s) a(a) c(c)");
    assert_eq!(walk(&format!("{body} hit highest")).0, "a(a) b(p q r s) c(c)");
    assert_eq!(walk(&format!("{body} otherwise c")).2, Otherwise::Code(Code(0)));
    assert_eq!(walk(&format!("{body} otherwise error \"ask\"")).2, Otherwise::Error("ask".into()));
}

#[test]
fn a_lone_criterion_takes_the_name_and_title_of_its_code() {
    let program = program(
        "ruleset t version \"1\"\ncodes L { a \"First\" b }\nrecord P { f : boolean }\ncategory k of P -> L { a when f b when not f }",
    );
    let criteria: Vec<_> =
        program.categories[0].criteria().map(|(_, c)| (&*c.heading.name, c.heading.shown())).collect();
    assert_eq!(criteria, [("a", "First"), ("b", "b")]);
    assert_eq!(program.text_of(program.categories[0].cases[1].criteria[0].place), "not f");
}

#[test]
fn hit_all_is_a_set() {
    program(&format!(
        "{RECORDS}category k of Person -> Kind {{ theft when felon harm when age > 1 hit all }}\n\
         let x of Person = k contains theft and size(k) = 1 and k overlaps {{harm}} and theft in k\n"
    ));
}

#[test]
fn categories_of_children_are_worked_out_among_them() {
    let program = program(&format!(
        "{RECORDS}category k of Charge -> Level {{ applies when amount > 0  low when amount < 5  high when any parts where cm > 3 }}\n\
         let hi of Charge = k = high\nlet worst of Person = max k of charges\nlet n of Person = count charges where hi\n"
    ));
    // On its own, and among the charges of a person.
    assert_eq!(program.decisions.len(), 2);
    assert_eq!(program.categories.len(), 1);
}

#[test]
fn unassigned_codes() {
    let found = declaration(
        "W0901",
        "record Z { f : boolean } codes Mood { good «bad» } category k of Z -> Mood { good when f }",
        "code `bad` is never assigned by category `k`",
        "write `bad when …`, or remove the code",
    );
    assert_eq!(found.secondary[0].message, "chooses from this list");
    declaration(
        "W0901",
        "record Z { f : boolean } codes Mood { good bad «so_so» } category k of Z -> Mood { good when f } category l of Z -> Mood { bad when f }",
        "code `so_so` is never assigned by any category",
        "write `so_so when …`, or remove the code",
    );
    program(&format!(
        "{RECORDS}codes Mood {{ good bad }} category k of Person -> Mood {{ good when felon otherwise bad }}"
    ));
}

#[test]
fn unused_lists() {
    declaration("W0902", "codes «Mood» { good bad }", "code list `Mood` is never used", "use it, or remove it");
    for used in ["parameter p : Mood = good", "record Z { m : set of Mood }", "let moods = {good, bad}"] {
        let compiled = compile(&format!("{RECORDS}codes Mood {{ good bad }}\n{used}"));
        assert!(compiled.diagnostics.is_empty(), "{}", shown(&compiled));
    }
}

#[test]
fn unread_fields() {
    fault(
        "W0903",
        "ruleset t version \"1\"\nrecord P { id : text key  a : integer  «b» : text  c : many C by p }\nrecord C { p : text  n : integer }\nlet x of P = a + sum n of c",
        "field `b` of `P` is never read",
        "use it, or remove it; data may have more columns than the record",
    );
    // Nothing is worked out for the record, so nothing is expected of it.
    let compiled = compile("ruleset t version \"1\"\nrecord P { a : integer }");
    assert!(compiled.diagnostics.is_empty(), "{}", shown(&compiled));
}

#[test]
fn programs_carry_what_was_declared() {
    let program = program(
        "ruleset r version \"2\" { title \"T\" authority \"A\" source \"S\" language \"en\" effective from 2026-01-01 to 2026-12-31 dates strict time zone \"utc\" }\n\
         labels public < secret\n## The person.\nrecord P \"Person\" { id : text key secret  a : integer in CAD required  b : text optional }\n\
         ## Of age.\nlet x of P \"Adult\" = a > 18 and b is known\nlet k = 3\n",
    );
    assert_eq!(program.ruleset.heading.title.as_deref(), Some("T"));
    assert_eq!(program.ruleset.effective_to.map(|d| d.to_string()).as_deref(), Some("2026-12-31"));
    assert!(program.ruleset.dates_strict);
    assert_eq!(program.ruleset.zone.as_ref().map(|zone| zone.name().to_owned()).as_deref(), Some("UTC"));
    assert_eq!(program.ruleset.hash.len(), "blake3:".len() + 64);
    let record = &program.records[0];
    assert_eq!(record.heading.docs.as_deref(), Some("The person."));
    assert_eq!((record.fields[0].label, record.key), (Some(1), Some(assize_model::ids::FieldId(0))));
    assert_eq!(record.fields[1].unit.as_deref(), Some("CAD"));
    assert!(record.fields[1].required && record.fields[2].optional);
    assert_eq!(program.text_of(record.fields[1].place), "a : integer in CAD required");
    assert_eq!(program.lets[0].heading.shown(), "Adult");
    assert_eq!(program.lets[0].heading.docs.as_deref(), Some("Of age."));
    assert_eq!((program.lets[0].record, program.lets[1].record), (Some(assize_model::ids::RecordId(0)), None));
    assert_eq!(program.sources.len(), 1);
}

#[test]
fn the_hash_is_of_the_texts() {
    let hash = |names: [&str; 2], texts: [&str; 2]| {
        let mut sources = assize_lang::source::SourceMap::default();
        for (name, text) in names.into_iter().zip(texts) {
            sources.add(assize_lang::source::Source::new(name, text));
        }
        assize_compile::compile_sources(sources).program.unwrap().ruleset.hash.clone()
    };
    let one = hash(["a", "b"], ["ruleset r version \"1\" ", "let a = 1"]);
    assert_eq!(one, hash(["c", "d"], ["ruleset r version \"1\" ", "let a = 1"]));
    // The same bytes, cut elsewhere.
    assert_ne!(one, hash(["a", "b"], ["ruleset r version \"1\"", " let a = 1"]));
}

#[test]
fn every_code_is_listed_once_and_in_order() {
    let all: Vec<&str> = assize_compile::codes::ALL.iter().map(|info| info.code.0).collect();
    assert!(all.is_sorted() && all.windows(2).all(|pair| pair[0] != pair[1]));
    assert!(assize_compile::codes::ALL.iter().all(|info| !info.title.is_empty() && !info.title.ends_with('.')));
}
