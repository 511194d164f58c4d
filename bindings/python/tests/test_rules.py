"""Rule sets: where they come from, what they say of themselves, and what is wrong with them."""

from __future__ import annotations

import datetime
import pathlib
import pickle
from decimal import Decimal

import pytest

import assize
from conftest import AS_OF, CHILDREN, EXPECTED, RULES, outcomes


def test_a_text_and_a_file_are_the_same_rules(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "rules.assize"
    path.write_text(RULES, encoding="utf-8")
    assert assize.load(path).hash == assize.load([str(path)]).hash == assize.compile(RULES).hash


def test_several_texts_import_one_another() -> None:
    files = {
        "list.assize": 'import "codes.assize"\nruleset several version "1" {}\n'
        "record P { a : integer }\ncategory c of P -> Answer { yes_ when x : a > 1 }",
        "codes.assize": "codes Answer { yes_ no_ }",
    }
    assert (
        assize.compile(files).evaluate([{"a": 2}], as_of=AS_OF).to_dict()["categories"]["c"]["rows"][0]["value"]
        == "yes_"
    )


def test_the_outline(rules: assize.RuleSet) -> None:
    assert (rules.name, rules.version, rules.title) == ("diversion", "2026.1", "Shoplifting diversion")
    assert rules.hash.startswith("blake3:")
    person = rules.records["Person"]
    assert person.key == "id" and person.fields["id"].headings == ("Person No",)
    assert person.fields["division"].type == "Division" and person.fields["division"].optional
    assert [code.name for code in rules.codes["Answer"].codes] == ["court", "diversion"]
    answer = rules.categories["answer"]
    assert (answer.of, answer.codes, answer.hit, answer.otherwise) == ("Person", "Answer", "first", "court")
    assert [(of.name, of.code) for of in answer.criteria] == [
        ("armed", "court"),
        ("grave", "court"),
        ("few", "diversion"),
    ]
    offered = rules.measures["offered"]
    assert (offered.form, offered.by, offered.interval) == ("rate per 100", ("division",), "0.95")
    assert rules.parameters["most_offences"].within == "0..10"
    assert "Person" in rules.records and "person" not in rules.records and 3 not in rules.records
    assert rules.records.get("person") is None


def test_a_name_that_is_not_there_says_what_is(rules: assize.RuleSet) -> None:
    with pytest.raises(assize.UnknownNameError, match="there is no record `Persons`; there are: Person") as caught:
        rules.records["Persons"]
    assert isinstance(caught.value, (KeyError, ValueError)) and isinstance(caught.value, assize.UsageError)


def test_the_schema_is_that_of_the_command(rules: assize.RuleSet) -> None:
    schema = rules.schema()
    assert schema["ruleset"] == "diversion" and schema["$defs"]["Person"]["required"] == ["id"]


def test_parameters_in_place_of_defaults(people: list[dict[str, object]]) -> None:
    for value in (1, "1", Decimal(1), 1.0):
        rules = assize.compile(RULES, parameters={"most_offences": value})
        assert rules.parameters["most_offences"].value == "1"
        results = rules.evaluate(people, as_of=AS_OF)
        assert outcomes(results, "answer")[1] == ("P2", "court", "decided")
        assert results.to_dict()["parameters"] == {"most_offences": 1}
        # An evaluation's own come before the rule set's.
        assert outcomes(rules.evaluate(people, as_of=AS_OF, parameters={"most_offences": 2}), "answer") == EXPECTED


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"most": 1}, "there is no parameter `most`; there are: most_offences"),
        ({"most_offences": 11}, "parameter `most_offences`: 11 is not within 0..10"),
        ({"most_offences": "two"}, "parameter `most_offences`: `two` is not an integer"),
        ({"most_offences": 1.5}, "parameter `most_offences`: `1.5` is not an integer"),
        ({"most_offences": float("nan")}, "parameter `most_offences`: nan is not a value"),
        ({"most_offences": object()}, "parameter `most_offences`: a object is not a value"),
        ({1: 2}, "a parameter's name is a int, not text"),
        ([("most_offences", 1)], "`parameters` is a list, not a mapping"),
    ],
)
def test_parameters_that_cannot_be(rules: assize.RuleSet, parameters: object, message: str) -> None:
    for attempt in (
        lambda: assize.compile(RULES, parameters=parameters),  # type: ignore[arg-type]
        lambda: rules.evaluate([], as_of=AS_OF, parameters=parameters),  # type: ignore[arg-type]
        lambda: rules.session(as_of=AS_OF, parameters=parameters),  # type: ignore[arg-type]
    ):
        with pytest.raises(assize.UsageError) as caught:
            attempt()
        assert message in str(caught.value)


def test_a_duration_as_a_parameter() -> None:
    text = """
    ruleset d version "1" {}
    parameter window : duration = 30 days
    codes Yes { yes_ }
    record P { on : date }
    category c of P -> Yes { yes_ when recent : on > as_of - window }
    """
    rules = assize.compile(text)
    rows = [{"on": datetime.date(2026, 4, 1)}]
    assert outcomes(rules.evaluate(rows, as_of=AS_OF), "c")[0][1] == "none"
    wider = rules.evaluate(rows, as_of=AS_OF, parameters={"window": datetime.timedelta(days=90)})
    assert outcomes(wider, "c")[0][1] == "yes_"


def test_rules_that_do_not_check() -> None:
    with pytest.raises(assize.CompileError) as caught:
        assize.compile(RULES.replace("earlier <=", "erlier <="), name="diversion.assize")
    (found,) = caught.value.diagnostics
    assert (found.code, found.severity, found.file) == ("E0106", "error", "diversion.assize")
    assert found.message == "unknown name `erlier`" and found.help == "did you mean `earlier`?"
    line = RULES.replace("earlier <=", "erlier <=").split("\n")[(found.line or 0) - 1]
    assert line[(found.column or 0) - 1 :].startswith("erlier <=")
    assert (found.end_line, found.end_column) == (found.line, (found.column or 0) + len("erlier"))
    assert "^^^^^^" in found.text and found.text in str(caught.value)
    assert "1 error" not in found.text
    assert "<pre" in found._repr_html_() and "&lt;=" in found._repr_html_()
    assert isinstance(caught.value, assize.Error)
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.diagnostics == caught.value.diagnostics


def test_every_problem_in_one_pass() -> None:
    with pytest.raises(assize.CompileError) as caught:
        assize.compile('ruleset r version "1" {}\nrecord P { a : integre }\nlet b of P = c + 1\n')
    assert len(caught.value.diagnostics) == 2
    assert [found.line for found in caught.value.diagnostics] == [2, 3]


def test_warnings() -> None:
    text = 'ruleset r version "1" {}\nparameter unused : integer = 1\nrecord P { a : integer }\n'
    warnings = assize.compile(text).warnings
    assert all(isinstance(warning, assize.Diagnostic) and warning.severity == "warning" for warning in warnings)


def test_a_file_that_is_not_there(tmp_path: pathlib.Path) -> None:
    with pytest.raises(assize.ReadError, match=r"cannot read `.*none\.assize`") as caught:
        assize.load(tmp_path / "none.assize")
    assert isinstance(caught.value, OSError) and caught.value.errno == 2
    assert caught.value.filename == str(tmp_path / "none.assize")
    (tmp_path / "latin.assize").write_bytes(b'ruleset r version "1" {} # caf\xe9\n')
    with pytest.raises(assize.ReadError, match="line 1 is not UTF-8"):
        assize.load(tmp_path / "latin.assize")


@pytest.mark.parametrize("given", [None, 3, b"rules", object()])
def test_what_are_no_rules(given: object) -> None:
    with pytest.raises(assize.UsageError):
        assize.compile(given)  # type: ignore[arg-type]
    with pytest.raises(assize.UsageError):
        assize.load(given)  # type: ignore[arg-type]


def test_texts_that_utf_8_does_not_hold() -> None:
    with pytest.raises(assize.UsageError):
        assize.compile("ruleset \ud800")
    with pytest.raises(assize.UsageError):
        assize.load("\ud800")
    with pytest.raises(assize.UsageError):
        assize.compile({"\ud800": RULES})


def test_tests_of_the_rules() -> None:
    text = (
        CHILDREN
        + """
    test "two assaults" {
      as_of 2026-06-01
      given Person { id: 1, charges: [ { on: 2026-01-01, offence: assault }, { on: 2026-02-01, offence: assault } ] }
      expect level = high because assaults
    }
    test "wrong" {
      as_of 2026-06-01
      given Person { id: 1 }
      expect level = low
    }
    """
    )
    report = assize.compile(text, name="lists.assize").test()
    assert not report.passed and [test.passed for test in report.tests] == [True, False]
    (failure,) = report.failed[0].failures
    assert (failure.subject, failure.expected, failure.file) == ("level", "low", "lists.assize")
    assert "1 passed, 1 failed" in str(report)
    assert {of.criterion: of.decisive for of in report.coverage} == {"assaults": 1, "dear": 0, "any_at_all": 0}
    assert "✗ failed" in report._repr_html_()


def test_compare(people: list[dict[str, object]]) -> None:
    old, new = assize.compile(RULES), assize.compile(RULES, parameters={"most_offences": 1})
    comparison = old.compare(new, people, as_of=AS_OF)
    assert "answer" in comparison.to_dict()["categories"]
    assert "answer" in str(comparison) and "P2" in comparison.to_json()
    assert "<pre" in comparison._repr_html_()
    # Rows that come one by one are kept for the second time; columns are not.
    assert old.compare(new, {"Person": iter(people)}, as_of=AS_OF).to_dict() == comparison.to_dict()
    reader = pytest.importorskip("pyarrow").Table.from_pylist(people).to_reader()
    with pytest.raises(assize.UsageError, match="can be read once"):
        old.compare(new, reader, as_of=AS_OF)
    with pytest.raises(assize.UsageError, match="a str is not a rule set"):
        old.compare("other", people, as_of=AS_OF)  # type: ignore[arg-type]


def test_reprs(rules: assize.RuleSet) -> None:
    assert repr(rules).startswith("<RuleSet diversion 2026.1 blake3:")
    html = rules._repr_html_()
    for shown in (
        "Shoplifting diversion",
        "Earlier offences",
        "A weapon was carried",
        "Offered diversion",
        "most_offences",
    ):
        assert shown in html


def test_html_is_escaped() -> None:
    text = RULES.replace("Shoplifting diversion", "<script>alert(1)</script>").replace("A great loss", "<b>&amp;</b>")
    rules = assize.compile(text)
    row = {"Person No": "<i>x</i>", "Born": "2000-01-01", "Earlier offences": "<u>", "Weapon": True}
    results = rules.evaluate([row], as_of=AS_OF)
    told = rules.explain([row], as_of=AS_OF, key="<i>x</i>")
    with pytest.raises(assize.CompileError) as caught:
        assize.compile('ruleset r version "1" { title "<script>" } let x = y')
    shown = [rules, results, told, *rules.records.values(), *results.categories.values(), *results.measures.values()]
    for thing in [*shown, caught.value, caught.value.diagnostics, rules.test()]:
        html = thing._repr_html_()
        for raw in ("<script>", "<b>&amp;</b>", "<i>x", "<u>"):
            assert raw not in html
