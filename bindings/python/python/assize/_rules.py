"""A rule set, and where it comes from."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Union, overload

from assize import _data, _native, _outline, _progress, _values
from assize._asked import Asked
from assize._compare import Comparison
from assize._data import Data
from assize._diagnostics import Diagnostics
from assize._errors import UsageError
from assize._explain import Explanation, Explanations
from assize._named import Named
from assize._outline import CategoryRule, CodeList, MeasureRule, Parameter, Record
from assize._partial import Partial
from assize._progress import Progress
from assize._results import Results
from assize._testing import TestReport, report
from assize._values import DateLike, ParameterValue

#: The path of a file.
Path = Union[str, "os.PathLike[str]"]

#: Faults of each record's rows that are listed unless told otherwise.
ERRORS_LISTED = 1_000


def load(path: Path | Iterable[Path], *, parameters: Mapping[str, ParameterValue] | None = None) -> RuleSet:
    """Loads rules from a file, or from several, with what they import.

    `parameters` are values that take the place of the defaults in everything the rule set does.

    Raises `CompileError` when the rules do not check, `ReadError` when a file cannot be read, `UsageError` for a
    parameter that is not there or does not take its value.

    >>> assize.load("list.assize")
    Traceback (most recent call last):
        ...
    assize._errors.ReadError: cannot read `list.assize`: No such file or directory (os error 2)
    """
    if isinstance(path, (str, os.PathLike)):
        paths = [path]
    elif isinstance(path, Iterable):
        paths = list(path)
    else:
        raise UsageError(f"a {type(path).__name__} is not the path of a rule file")
    if not paths:
        raise UsageError("no rule file is named")
    return RuleSet(_native.Rules.load([_path(path) for path in paths]))._with(parameters)


def compile(
    text: str | Mapping[str, str],
    *,
    name: str = "rules.assize",
    parameters: Mapping[str, ParameterValue] | None = None,
) -> RuleSet:
    """Compiles rules from a text, or from several by their names, which then may import one another.

    `name` is what diagnostics call the text. `parameters`: as in `load`.

    Raises `CompileError` when the rules do not check, `UsageError` for a parameter that is not there or does not take
    its value.

    >>> assize.compile('ruleset tiny version "1" {}').name
    'tiny'
    """
    if isinstance(text, str):
        files = [(_values.name_of(name, "the name of the text"), text)]
    elif isinstance(text, Mapping):
        files = [(_values.name_of(key, "the name of a text"), _values.name_of(of, "rules")) for key, of in text.items()]
    else:
        raise UsageError(f"a {type(text).__name__} is not the text of rules")
    for _, of in files:
        _values.is_unicode(of, "the text of rules")
    return RuleSet(_native.Rules.compile(files))._with(parameters)


#: Rule sets that came from other processes, by their texts and parameters: each is compiled once.
_compiled: dict[object, RuleSet] = {}
#: How many of them are kept.
_KEPT = 16


def _restored(
    hash: str,
    texts: tuple[tuple[str, str], ...],
    tables: tuple[tuple[str, str], ...],
    given: tuple[tuple[str, str], ...],
) -> RuleSet:
    key = (hash, tuple(name for name, _ in (*texts, *tables)), given)
    known = _compiled.get(key)
    if known is None:
        compiled = _native.Rules.from_texts(list(texts), list(tables))
        if compiled.identity[2] != hash:
            raise UsageError(f"the rules that came are not those that were sent: {compiled.identity[2]}, not {hash}")
        for name, value in given:
            compiled = compiled.with_parameter(name, value)
        while len(_compiled) >= _KEPT:
            _compiled.pop(next(iter(_compiled)), None)
        known = _compiled[key] = RuleSet(compiled)
    return known


def _path(path: object) -> str:
    if not isinstance(path, (str, os.PathLike)):
        raise UsageError(f"a {type(path).__name__} is not the path of a rule file")
    return _values.is_unicode(_values.name_of(os.fspath(path), "the path of a rule file"), "the path of a rule file")


class RuleSet:
    """A checked set of rules. It never changes; threads may share it. `load` and `compile` make it.

    >>> rules.name, rules.version, rules.title
    ('diversion', '2026.1', 'Shoplifting diversion')
    >>> rules.records["Person"].fields["earlier"].type
    'integer'
    """

    def __init__(self, rules: _native.Rules) -> None:
        self._rules = rules

    def _with(self, parameters: Mapping[str, ParameterValue] | None) -> RuleSet:
        rules = self._rules
        for name, value in _values.parameters(parameters):
            rules = rules.with_parameter(name, value)
        return self if rules is self._rules else RuleSet(rules)

    @cached_property
    def outline(self) -> _outline.Outline:
        """All that the rules declare."""
        return _outline.outline(json.loads(self._rules.outline))

    @property
    def name(self) -> str:
        """The name of the rule set."""
        return self._rules.identity[0]

    @property
    def version(self) -> str:
        """The version of the rule set."""
        return self._rules.identity[1]

    @property
    def hash(self) -> str:
        """The hash of the rules' texts, `blake3:` and hexadecimal digits. Every result has it."""
        return self._rules.identity[2]

    @property
    def title(self) -> str | None:
        """The title of the rule set."""
        return self.outline.title

    @property
    def records(self) -> Named[Record]:
        """What a row of the data is, by the record's name."""
        return self.outline.records

    @property
    def codes(self) -> Named[CodeList]:
        """The code lists, by name."""
        return self.outline.codes

    @property
    def categories(self) -> Named[CategoryRule]:
        """The categories, by name."""
        return self.outline.categories

    @property
    def measures(self) -> Named[MeasureRule]:
        """The measures, by name."""
        return self.outline.measures

    @property
    def parameters(self) -> Named[Parameter]:
        """The parameters, by name."""
        return self.outline.parameters

    @property
    def warnings(self) -> Diagnostics:
        """What is likely not meant, though the rules load."""
        warnings: Diagnostics = self._rules.warnings
        return warnings

    def with_parameters(self, parameters: Mapping[str, ParameterValue]) -> RuleSet:
        """The same rules with other values for some parameters.

        Raises `UsageError` for a parameter that is not there or does not take its value.

        >>> rules.with_parameters({"most_offences": 0}).parameters["most_offences"].value
        '0'
        >>> rules.with_parameters({"most_offences": 11})
        Traceback (most recent call last):
            ...
        assize._errors.UsageError: parameter `most_offences`: 11 is not within 0..10
        """
        return self._with(parameters)

    def evaluate(
        self,
        data: Data,
        *,
        as_of: DateLike,
        parameters: Mapping[str, ParameterValue] | None = None,
        only: str | Iterable[str] | None = None,
        reasons: bool = True,
        coverage: bool = False,
        members: str | None = None,
        errors_listed: int = ERRORS_LISTED,
        threads: int = 1,
        progress: Progress = None,
    ) -> Results:
        """Works out categories and measures over data.

        - `data`: the rows of each record by its name; of rules with one record, its rows. Rows are columns by the Arrow
          PyCapsule protocol (polars, pandas, pyarrow, DuckDB), a list of dicts, or the path of a file (csv, tsv, jsonl,
          parquet). Columns are matched with fields by their headings and are not copied. A frame of pandas may have the
          key as its index: by its name, or, without a name and other than the default index, when no column has the
          key's heading.
        - `as_of`: the date the rules are asked for; they never look at a clock.
        - `parameters`: values in place of the rule set's, for this evaluation.
        - `only`: the names of categories and measures to work out.
        - `reasons`: whether to work out `because`, `possible` and `missing` beside value and state.
        - `coverage`: whether to count what each criterion did.
        - `members`: the name of a measure of which to list who is in it.
        - `errors_listed`: how many faults of each record's rows are listed; all are counted.
        - `threads`: how many threads work, at most 256; the results are the same.
        - `progress`: True for a bar of tqdm, a bar of your own with `update(n)`, or a function of the number of records
          done so far.

        Other threads run meanwhile. Ctrl-C stops it within a batch of 65,536 records, also while children are read from a
        file.

        Raises `DataError` for data that are not there, cannot be read, or lack a column; `UsageError` for names and
        values that are not there. What is wrong with single rows raises nothing: such a record has the state `error`,
        and the fault is in `Results.errors`.

        >>> import polars
        >>> frame = polars.DataFrame({"id": ["P1", "P2"], "earlier": [0, 1], "weapon": [False, None]})
        >>> rules.evaluate({"Person": frame}, as_of="2026-06-01").categories["answer"].summary()["states"]["provisional"]
        1
        """
        sources = _data.sources(self.outline, data)
        with _progress.watch(progress, _data.count(self.outline, sources)) as tell:
            asked = Asked(
                sources=sources,
                as_of=_values.ymd(as_of),
                parameters=_values.parameters(parameters),
                only=_names(only),
                reasons=bool(reasons),
                coverage=bool(coverage),
                members=None if members is None else _values.name_of(members, "`members`"),
                errors_listed=_count(errors_listed, "errors_listed"),
                threads=_count(threads, "threads", "threads"),
                tell=tell,
            )
            return Results(self._rules.evaluate(asked), self.outline)

    def partial(
        self,
        data: Data,
        *,
        as_of: DateLike,
        parameters: Mapping[str, ParameterValue] | None = None,
        only: str | Iterable[str] | None = None,
        threads: int = 1,
        progress: Progress = None,
    ) -> Partial:
        """Counts the measures over a part of the data, and makes no tables of them: `merge` puts parts together, and
        `Partial.finish` makes the tables of the whole.

        Arguments are those of `evaluate`. Each row of the data must be in one part, with all of its children; where the
        rules have several records with measures, a part without rows of one is given none of them (an empty list).

        Raises whatever `evaluate` raises, and `UsageError` when there is no measure, or `only` names a category.

        >>> parts = [rules.partial(people[:1], as_of="2026-06-01"), rules.partial(people[1:], as_of="2026-06-01")]
        >>> bytes(assize.merge(parts)) == bytes(rules.partial(people, as_of="2026-06-01"))
        True
        """
        sources = _data.sources(self.outline, data)
        with _progress.watch(progress, _data.count(self.outline, sources)) as tell:
            asked = Asked(
                sources=sources,
                as_of=_values.ymd(as_of),
                parameters=_values.parameters(parameters),
                only=_names(only),
                threads=_count(threads, "threads", "threads"),
                tell=tell,
            )
            return Partial(self._rules.partial(asked), self)

    def __reduce__(self) -> tuple[object, ...]:
        # The texts travel, and are compiled once in each process that they come to.
        texts, tables, given = self._rules.texts()
        return _restored, (self.hash, tuple(texts), tuple(tables), tuple(given))

    @overload
    def explain(
        self,
        data: Data,
        *,
        as_of: DateLike,
        key: object,
        category: str,
        parameters: Mapping[str, ParameterValue] | None = None,
    ) -> Explanation: ...

    @overload
    def explain(
        self,
        data: Data,
        *,
        as_of: DateLike,
        key: object,
        category: None = None,
        parameters: Mapping[str, ParameterValue] | None = None,
    ) -> Explanations: ...

    def explain(
        self,
        data: Data,
        *,
        as_of: DateLike,
        key: object,
        category: str | None = None,
        parameters: Mapping[str, ParameterValue] | None = None,
    ) -> Explanation | Explanations:
        """Explains one record, known by its key; of a record without a key, by its row number from 1.

        With `category` an `Explanation`, else `Explanations` of all its categories by name.

        Raises `UsageError` when no record has the key, and whatever `evaluate` raises.

        >>> rules.explain(people, as_of="2026-06-01", key="P2", category="answer").because
        ['armed']
        """
        asked = Asked(
            sources=_data.sources(self.outline, data),
            as_of=_values.ymd(as_of),
            parameters=_values.parameters(parameters),
        )
        if category is not None:
            _values.name_of(category, "`category`")
        told = self._rules.explain(asked, _values.key(key), category)
        explanations = {name: Explanation(text, of) for name, text, of in told}
        return Explanations(explanations) if category is None else explanations[category]

    def test(self) -> TestReport:
        """Runs the rules' own `test` blocks."""
        return report(json.loads(self._rules.test()))

    def schema(self) -> dict[str, Any]:
        """The records, parameters, categories and measures as JSON Schema, for those who build exports and screens.

        >>> rules.schema()["$defs"]["Person"]["properties"]["weapon"]["type"]
        'boolean'
        """
        schema: dict[str, Any] = json.loads(self._rules.schema())
        return schema

    def compare(
        self,
        other: RuleSet,
        data: Data,
        *,
        as_of: DateLike,
        parameters: Mapping[str, ParameterValue] | None = None,
        examples: int = 5,
    ) -> Comparison:
        """Evaluates these rules and others over the same data, and says who moves where from these to the others, with
        so many examples of each move, and what that does to the measures.

        `data` are read twice, so a stream of Arrow that can be read once does not do. `parameters` are those of both.

        Raises whatever `evaluate` raises.
        """
        if not isinstance(other, RuleSet):
            raise UsageError(f"a {type(other).__name__} is not a rule set")
        rows: Any = _data.for_two(data)
        old = self.evaluate(rows, as_of=as_of, parameters=parameters)
        new = other.evaluate(rows, as_of=as_of, parameters=parameters)
        return Comparison(*_native.Rules.compare(old._results, new._results, _count(examples, "examples")))

    def session(
        self,
        *,
        as_of: DateLike,
        parameters: Mapping[str, ParameterValue] | None = None,
        reasons: bool = True,
    ) -> _native.Session:
        """A session, which evaluates one record at a time from dicts: for a form that is open, or a service.

        `reasons` says whether it is worked out what is missing of records that are not decided, which takes longer than
        all the rest.

        Raises `UsageError` for a parameter that is not there or does not take its value.

        >>> session = rules.session(as_of="2026-06-01")
        >>> outcome = session.evaluate("Person", {"id": "P4", "earlier": 1, "weapon": None})
        >>> outcome.value, outcome.state, outcome.missing
        ('diversion', 'provisional', ('weapon',))
        """
        return self._rules.session(_values.ymd(as_of), _values.parameters(parameters), bool(reasons))

    def __repr__(self) -> str:
        return f"<RuleSet {self.name} {self.version} {self.hash[:19]}>"

    def _repr_html_(self) -> str:
        return _outline.outline_html(self.outline)


def _names(only: object) -> list[str] | None:
    if only is None:
        return None
    if isinstance(only, str):
        return [only]
    if not isinstance(only, Iterable):
        raise UsageError(f"`only` is a {type(only).__name__}, not names")
    return [_values.name_of(name, "a name in `only`") for name in only]


def _count(number: object, name: str, of: str = "rows") -> int:
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise UsageError(f"`{name}` is {number!r}, not a number of {of}")
    return min(number, 2**32 - 1)
