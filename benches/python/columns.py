"""A million records in columns: value and state of a rule of seven fields, 3 % of the values missing."""

import dataclasses
import statistics

import numpy
import peers
import records
import rows as one_by_one
import timing

LISTS = ["D", "C", "B", "A", "none"]
STATES = ["decided", "provisional", "undetermined", "not_applicable"]
NONE, NOTHING = 4, 255
DECIDED, PROVISIONAL, UNDETERMINED, NOT_APPLICABLE = range(4)


@dataclasses.dataclass
class Answers:
    """A list a row by its place in `LISTS`, `NOTHING` where there is none; and a state by its place in `STATES`, unless
    the value alone was asked for."""

    value: numpy.ndarray
    state: numpy.ndarray | None = None


def right(columns):
    """The answers, by hand over pairs of arrays: which are true, and which are known."""

    def test(name, keep):
        column = columns[name]
        return keep(column.values) & column.known, column.known

    def flag(name):
        return test(name, lambda values: values)

    def both(a, b):
        return a[0] & b[0], (a[1] & b[1]) | (a[1] & ~a[0]) | (b[1] & ~b[0])

    def either(a, b):
        return a[0] | b[0], (a[1] & b[1]) | a[0] | b[0]

    adult = test("age", lambda age: age >= 18)
    a = either(
        either(both(flag("felon"), flag("weapon")), test("charges", lambda n: n >= 3)),
        both(flag("injury"), test("charges", lambda n: n >= 1)),
    )
    b = either(test("charges", lambda n: n == 2), test("breaches", lambda n: n >= 1))
    c = test("charges", lambda n: n == 1)
    d = test("calls", lambda n: n >= 1)
    rows = len(adult[0])
    value = numpy.full(rows, NONE, numpy.uint8)
    still_open, unknown = numpy.ones(rows, bool), numpy.zeros(rows, bool)
    for code, (true, known) in ((3, a), (2, b), (1, c), (0, d)):
        value[still_open & true] = code
        unknown |= still_open & ~known
        still_open &= ~true
    state = unknown.astype(numpy.uint8)
    state[~adult[1] | (still_open & unknown)] = UNDETERMINED
    state[adult[1] & ~adult[0]] = NOT_APPLICABLE
    value[state >= UNDETERMINED] = NOTHING
    return Answers(value, state)


def with_unknown_as_none(answers, columns):
    """What comes out when an adult who is on no list for certain is said to be on none."""
    unknown = (answers.state == UNDETERMINED) & columns["age"].known
    return Answers(numpy.where(unknown, numpy.uint8(NONE), answers.value))


class _Race:
    """Contenders over the same columns, each checked against the same answers, row by row."""

    def __init__(self, expected):
        self._expected = expected
        self.contenders = []

    def add(self, name, run, read, expected=None):
        """`run` makes a table; `read`, outside the time, says it as `Answers`."""
        expected = expected or self._expected

        def differs(made):
            got = read(made)
            for what, column, correct in (
                ("value", got.value, expected.value),
                ("state", got.state, expected.state),
            ):
                if column is None:
                    continue
                if len(column) != len(correct):
                    return f"{len(column)} rows"
                wrong = numpy.flatnonzero(column != correct)
                if len(wrong):
                    at = wrong[0]
                    return f"{what} differs in {len(wrong):,} rows, first in {at}: {column[at]}, not {correct[at]}"
            return None

        self.contenders.append(timing.Contender(name, lambda _: run(), differs))
        return self.contenders[-1]


def frame(polars, columns):
    """The columns as a frame of polars, each in one piece."""
    made = polars.DataFrame({name: column.values for name, column in columns.items()})
    known = {name: polars.Series(column.known) for name, column in columns.items()}
    return made.select(polars.when(known[name]).then(polars.col(name)).alias(name) for name in columns).rechunk()


def _coded(series, names):
    """A column of polars as places in `names`, `NOTHING` where it is null."""
    import polars

    if series.dtype != polars.UInt8:
        places = list(range(len(names)))
        series = series.cast(polars.String).replace_strict(names, places, return_dtype=polars.UInt8)
    return series.fill_null(NOTHING).to_numpy()


def _read(made):
    """A frame of polars with `value` and perhaps `state`."""
    state = _coded(made["state"], STATES) if "state" in made.columns else None
    return Answers(_coded(made["value"], LISTS), state)


def _read_arrow(made):
    import polars

    return _read(polars.from_arrow(made))


def add_ours(race, data):
    """The evaluation alone, and with the outcome as a frame of polars or a table of Arrow. Returns them by name."""
    assize = peers.module("assize")
    if not assize:
        return {}
    rules = assize.compile(one_by_one.text("rule.assize"))

    def evaluate(reasons):
        return rules.evaluate(data, as_of=one_by_one.AS_OF, only="offender_list", reasons=reasons)

    def out(results, columns=("value", "state")):
        return results.categories["offender_list"].to_polars(columns=columns)

    def arrow(columns):
        return evaluate(False).categories["offender_list"].to_arrow(columns=columns)

    def read(results):
        return _read(out(results))

    made = {
        "alone": race.add("assize: value and state, evaluated", lambda: evaluate(False), read),
        "polars value": race.add("assize: value, polars in, polars out", lambda: out(evaluate(False), "value"), _read),
        "polars": race.add("assize: value and state, polars in, polars out", lambda: out(evaluate(False)), _read),
        "reasons": race.add("assize: with reasons, evaluated", lambda: evaluate(True), read),
        "reasons polars": race.add(
            "assize: with reasons and keys, polars in, polars out", lambda: out(evaluate(True), None), _read
        ),
    }
    if peers.module("pyarrow"):
        both = ["value", "state"]
        made["arrow value"] = race.add("assize: value, polars in, Arrow out", lambda: arrow("value"), _read_arrow)
        made["arrow"] = race.add("assize: value and state, polars in, Arrow out", lambda: arrow(both), _read_arrow)
    return made


class _Polars:
    """`when` and `then`. In polars `&` and `|` are three-valued, as in the rule, and `when` takes null as false."""

    def __init__(self, data):
        polars = peers.module("polars")
        self._data, self._when, self._col = data, polars.when, polars.col
        col = polars.col
        self._adult = col.age >= 18
        self._a = (col.felon & col.weapon) | (col.charges >= 3) | (col.injury & (col.charges >= 1))
        self._b = (col.charges == 2) | (col.breaches >= 1)
        self._c = col.charges == 1
        self._d = col.calls >= 1
        # That any of the four lists is true, said shorter: whoever has a charge is on one of them.
        self._listed = (col.felon & col.weapon) | (col.charges >= 1) | (col.breaches >= 1) | (col.calls >= 1)

    def value(self, lists):
        """The list, and null where a missing value could change it to `none` or from it."""
        tests = (self._adult, self._a, self._b, self._c, self._d, self._listed)
        return self._data.lazy().select(value=self._ladder(lists, *tests))

    def first_draft(self, lists):
        """The list as most would write it: `none` wherever no list is true."""
        ladder = self._lists(lists, self._a, self._b, self._c, self._d).otherwise(lists[NONE])
        return self._data.lazy().select(value=self._when(self._adult).then(ladder))

    def value_and_state(self, lists, states, firm):
        """Both; `firm` says decided or provisional of what is known or is not. What is needed more than once is worked
        out once: of the ways that were tried this was the fastest."""
        col, when = self._col, self._when
        state = (
            when(col.a)
            .then(states[DECIDED])
            .when(col.b)
            .then(firm(col.a))
            .when(col.c)
            .then(firm(col.ab))
            .when(col.d)
            .then(firm(col.abc))
            .when(col.abcd.is_null())
            .then(states[UNDETERMINED])
            .otherwise(states[DECIDED])
        )
        state = when(col.adult).then(state).when(~col.adult).then(states[NOT_APPLICABLE])
        return (
            self._data.lazy()
            .select(adult=self._adult, a=self._a, b=self._b, c=self._c, d=self._d)
            .with_columns(ab=col.a | col.b)
            .with_columns(abc=col.ab | col.c)
            .with_columns(abcd=col.abc | col.d)
            .select(
                value=self._ladder(lists, col.adult, col.a, col.b, col.c, col.d, col.abcd),
                state=state.otherwise(states[UNDETERMINED]),
            )
        )

    def _lists(self, lists, a, b, c, d):
        return self._when(a).then(lists[3]).when(b).then(lists[2]).when(c).then(lists[1]).when(d).then(lists[0])

    def _ladder(self, lists, adult, a, b, c, d, listed):
        return self._when(adult).then(self._lists(lists, a, b, c, d).when(~listed).then(lists[NONE]))


def add_polars(race, data, first_draft):
    """Polars, writing texts, Enums and bare numbers. Returns them by name."""
    polars = peers.module("polars")
    col, query = polars.col, _Polars(data)
    codes = [polars.lit(at, dtype=polars.UInt8) for at in range(len(LISTS))]
    lists, states = [polars.lit(name) for name in LISTS], [polars.lit(name) for name in STATES]
    as_list, as_state = col.value.cat.to(polars.Enum(LISTS)), col.state.cat.to(polars.Enum(STATES))

    def code_if_unknown(known):
        return known.is_null().cast(polars.UInt8)

    def text_if_unknown(known):
        return polars.when(known.is_null()).then(states[PROVISIONAL]).otherwise(states[DECIDED])

    value, both = query.value(codes), query.value_and_state(codes, codes, code_if_unknown)
    named = {
        "value draft": ("polars: value, as text, first draft¹", query.first_draft(lists), first_draft),
        "value text": ("polars: value, as text", query.value(lists), None),
        "value enum": ("polars: value, as Enum", value.select(as_list), None),
        "value code": ("polars: value, as a number of 8 bits", value, None),
        "both text": ("polars: value and state, as texts", query.value_and_state(lists, states, text_if_unknown), None),
        "both enum": ("polars: value and state, as Enums", both.select(as_list, as_state), None),
        "both code": ("polars: value and state, as numbers of 8 bits", both, None),
    }
    return {key: race.add(name, plan.collect, _read, expected) for key, (name, plan, expected) in named.items()}


def _quoted(names):
    return ", ".join(f"'{name}'" for name in names)


class _Duckdb:
    """`CASE`, whose `and`, `or` and `not` are three-valued, and which takes null as false."""

    _A = "(felon and weapon or charges >= 3 or injury and charges >= 1)"
    _B = "(charges = 2 or breaches >= 1)"
    _C = "charges = 1"
    _D = "calls >= 1"
    _LISTED = "(felon and weapon or charges >= 1 or breaches >= 1 or calls >= 1)"

    def value(self, lists):
        """As with polars."""
        ladder = self._ladder(lists, f"when not {self._LISTED} then {lists[NONE]}", self._A, self._B, self._C, self._D)
        return f"select case when age >= 18 then {ladder} end as value from person"

    def first_draft(self, lists):
        """As with polars."""
        ladder = self._ladder(lists, f"else {lists[NONE]}", self._A, self._B, self._C, self._D)
        return f"select case when age >= 18 then {ladder} end as value from person"

    def value_and_state(self, lists, states):
        """As with polars."""
        value = self._ladder(lists, f"when not (a or b or c or d) then {lists[NONE]}", "a", "b", "c", "d")

        def firm(known):
            return f"case when ({known}) is null then {states[PROVISIONAL]} else {states[DECIDED]} end"

        state = (
            f"case when a then {states[DECIDED]} when b then {firm('a')} when c then {firm('a or b')} "
            f"when d then {firm('a or b or c')} when (a or b or c or d) is null then {states[UNDETERMINED]} "
            f"else {states[DECIDED]} end"
        )
        return (
            f"select case when adult then {value} end as value, case when adult then {state} "
            f"when not adult then {states[NOT_APPLICABLE]} else {states[UNDETERMINED]} end as state "
            "from (select age >= 18 as adult, "
            f"{self._A} as a, {self._B} as b, {self._C} as c, {self._D} as d from person)"
        )

    def _ladder(self, lists, last, a, b, c, d):
        tests = ((a, 3), (b, 2), (c, 1), (d, 0))
        return f"case {' '.join(f'when {test} then {lists[at]}' for test, at in tests)} {last} end"


def add_duckdb(race, data, first_draft):
    """DuckDB, from a table of its own to Arrow, writing texts, enums and bare numbers. Returns them by name."""
    duckdb = peers.module("duckdb")
    if not duckdb or not peers.module("pyarrow"):
        return {}
    con = duckdb.connect()
    con.execute("set threads = 1")
    con.register("given", data)
    con.execute("create table person as from given")
    con.execute(f"create type offender_list as enum ({_quoted(LISTS)})")
    con.execute(f"create type offender_state as enum ({_quoted(STATES)})")
    codes = [f"{at}::utinyint" for at in range(len(LISTS))]
    lists, states = [f"'{name}'" for name in LISTS], [f"'{name}'" for name in STATES]
    enum_lists = [f"{name}::offender_list" for name in lists]
    enum_states = [f"{name}::offender_state" for name in states]
    query = _Duckdb()
    named = {
        "value draft": ("DuckDB: value, as text, first draft¹", query.first_draft(lists), first_draft),
        "value text": ("DuckDB: value, as text", query.value(lists), None),
        "value enum": ("DuckDB: value, as enum", query.value(enum_lists), None),
        "value code": ("DuckDB: value, as a number of 8 bits", query.value(codes), None),
        "both text": ("DuckDB: value and state, as texts", query.value_and_state(lists, states), None),
        "both enum": ("DuckDB: value and state, as enums", query.value_and_state(enum_lists, enum_states), None),
        "both code": ("DuckDB: value and state, as numbers of 8 bits", query.value_and_state(codes, codes), None),
    }

    def run(sql):
        return lambda: con.sql(sql).to_arrow_table()

    return {key: race.add(name, run(sql), _read_arrow, expected) for key, (name, sql, expected) in named.items()}


def add_pandas(race, data):
    """numpy.select over the columns of pandas that can be missing, whose `&` and `|` are three-valued."""
    pandas, polars = peers.module("pandas"), peers.module("polars")
    if not pandas:
        return
    types = {name: "boolean" if data[name].dtype == polars.Boolean else "Int64" for name in data.columns}
    people = pandas.DataFrame({name: pandas.array(data[name].to_list(), dtype=of) for name, of in types.items()})

    def tests():
        age, felon, weapon, injury, charges, breaches, calls = (people[name] for name in records.FIELDS)
        a = (felon & weapon) | (charges >= 3) | (injury & (charges >= 1))
        return age >= 18, a, (charges == 2) | (breaches >= 1), charges == 1, calls >= 1

    def true(mask):
        return mask.to_numpy(bool, na_value=False)

    def code(at):
        return numpy.uint8(at)

    def select_value(adult, a, b, c, d, listed):
        conditions = [~true(adult), true(a), true(b), true(c), true(d), true(~listed)]
        lists = [code(at) for at in (NOTHING, 3, 2, 1, 0, NONE)]
        return numpy.select(conditions, lists, default=code(NOTHING))

    def value():
        adult, a, b, c, d = tests()
        return Answers(select_value(adult, a, b, c, d, a | b | c | d))

    def value_and_state():
        adult, a, b, c, d = tests()
        ab = a | b
        abc = ab | c
        abcd = abc | d
        conditions = [true(~adult), adult.isna().to_numpy(), true(a), true(b), true(c), true(d)]
        states = [code(NOT_APPLICABLE), code(UNDETERMINED), code(DECIDED)]
        states += [lists.isna().to_numpy().astype(numpy.uint8) for lists in (a, ab, abc)]
        last = abcd.isna().to_numpy() * code(UNDETERMINED)
        return Answers(select_value(adult, a, b, c, d, abcd), numpy.select(conditions, states, default=last))

    race.add("pandas, numpy.select: value, as a number of 8 bits", value, lambda made: made)
    race.add("pandas, numpy.select: value and state, as numbers of 8 bits", value_and_state, lambda made: made)


def _build(rows):
    columns = records.seven(rows)
    expected = right(columns)
    race = _Race(expected)
    first_draft = with_unknown_as_none(expected, columns)
    data = frame(peers.module("polars"), columns)
    ours = add_ours(race, data)
    theirs = {
        "polars": add_polars(race, data, first_draft),
        "DuckDB": add_duckdb(race, data, first_draft),
    }
    add_pandas(race, data)
    return race, ours, theirs


def check(rows):
    """True when all answer alike."""
    print(f"columns, {rows:,} rows")
    race, _, _ = _build(rows)
    return timing.check(race.contenders)


def main(rows, rounds, batch=None):
    """Checks, times and prints. True when all answer alike. `batch`, where it is given, is the Rust batch: it is timed
    before the race, twice in it, and after it, and beside it our evaluation in the same way."""
    print(f"\n## Columns: {rows:,} rows of seven fields, 3 % missing, {rounds} rounds, one thread each\n")
    race, ours, theirs = _build(rows)
    same = timing.check(race.contenders)
    alone = []
    for part in range(4):
        if batch:
            batch.run()
            if ours:
                alone += timing.again_and_again(ours["alone"].run, rows)
        if part < 3:
            timing.race(race.contenders, rows, range(part, rounds, 3))
    print(f"\n{timing.table(race.contenders, ours.get('polars'))}\n")
    print("¹ says `none` where a missing value could still change that, so its answers are not the same.\n")
    if ours:
        _targets(ours, theirs, batch, alone)
    return same


def _targets(ours, theirs, batch, alone):
    if batch:
        name, median = ours["alone"].name, statistics.median(alone)
        print("Pass after pass by the clock, with nothing between them:\n")
        print(
            f"- the Rust batch, which lets go of each 65,536 rows: {batch.best:.2f} ns a row, median {batch.median:.2f}"
        )
        print(f"- {name}, which keeps the results: {min(alone):.2f} ns a row, median {median:.2f}\n")
        timing.target(f"{name}, to the Rust batch, best", min(alone) / batch.best, 1.2, at_most=True)
        timing.target(f"{name}, to the Rust batch, median", median / batch.median, 1.2, at_most=True)
    # Each beside ours with the same columns, in a table of the same kind.
    for package, kind_of_table, of_value, of_both in (("polars", "polars", 2, 5), ("DuckDB", "arrow", 4, 5)):
        for what, limit in (("value", of_value), ("both", of_both)):
            made = ours.get(f"{kind_of_table} value" if what == "value" else kind_of_table)
            for kind in ("text", "enum", "code"):
                contender = theirs[package].get(f"{what} {kind}")
                if contender and made:
                    ratio = contender.best / made.best
                    timing.target(f"{contender.name}, to {made.name}", ratio, limit, at_most=False)
    print()
