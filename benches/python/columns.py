"""A million records in columns: value and state of a rule of seven fields, 3 % of the values missing."""

import dataclasses

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


class _Race:
    """Contenders over the same columns, each checked against the same answers, row by row."""

    def __init__(self, expected):
        self._expected = expected
        self.contenders = []

    def add(self, name, run, read, undetermined_as_none=False):
        """`run` makes a table; `read`, outside the time, says it as `Answers`."""
        expected = self._expected
        if undetermined_as_none:
            value = numpy.where(expected.state == UNDETERMINED, NONE, expected.value)
            expected = Answers(value, expected.state)

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
        series = series.cast(polars.String).replace_strict(names, list(range(len(names))), return_dtype=polars.UInt8)
    return series.fill_null(NOTHING).to_numpy()


def _read(made):
    """A frame of polars with `value` and perhaps `state`."""
    state = _coded(made["state"], STATES) if "state" in made.columns else None
    return Answers(_coded(made["value"], LISTS), state)


def _read_arrow(made):
    import polars

    return _read(polars.from_arrow(made))


def add_ours(race, data):
    """Ours: the evaluation alone, and with the outcome as a frame of polars. Returns them by name."""
    assize, polars = peers.module("assize"), peers.module("polars")
    if not assize:
        return {}
    rules = assize.compile(one_by_one.text("rule.assize"))

    def evaluate(reasons):
        return rules.evaluate(data, as_of=one_by_one.AS_OF, only="offender_list", reasons=reasons)

    def out(results):
        return polars.DataFrame(results.categories["offender_list"])

    def read(results):
        return _read(out(results))

    return {
        "alone": race.add("assize: value and state, evaluated", lambda: evaluate(False), read),
        "whole": race.add("assize: value and state, polars in, polars out", lambda: out(evaluate(False)), _read),
        "reasons": race.add("assize: and with reasons, evaluated", lambda: evaluate(True), read),
        "reasons whole": race.add("assize: and with reasons, polars in, polars out", lambda: out(evaluate(True)), _read),
    }


def add_polars(race, data):
    """`when` and `then`. In polars `&` and `|` are three-valued, as in the rule, and `when` takes null as false."""
    polars = peers.module("polars")
    col, when = polars.col, polars.when
    adult = col.age >= 18
    a = (col.felon & col.weapon) | (col.charges >= 3) | (col.injury & (col.charges >= 1))
    b = (col.charges == 2) | (col.breaches >= 1)
    c = col.charges == 1
    d = col.calls >= 1
    # That any of the four lists is true, said shorter: one or two charges are on a list, and three, and more.
    any_list = (col.felon & col.weapon) | (col.charges >= 1) | (col.breaches >= 1) | (col.calls >= 1)

    def codes(names):
        return [polars.lit(at, dtype=polars.UInt8) for at in range(len(names))]

    def texts(names):
        return [polars.lit(name) for name in names]

    def value_first(of):
        ladder = when(a).then(of[3]).when(b).then(of[2]).when(c).then(of[1]).when(d).then(of[0]).otherwise(of[NONE])
        return when(adult).then(ladder).alias("value")

    def value(of, a=a, b=b, c=c, d=d, adult=adult, any_list=any_list):
        ladder = when(a).then(of[3]).when(b).then(of[2]).when(c).then(of[1]).when(d).then(of[0])
        return when(adult).then(ladder.when(~any_list).then(of[NONE])).alias("value")

    def both(values, states):
        """Value and state. What is used more than once is worked out once: this was the fastest of five ways."""
        firm = [states[DECIDED], states[PROVISIONAL]]

        def provisional_if_unknown(lists):
            if states is _CODES_OF_STATES:
                return lists.is_null().cast(polars.UInt8)
            return when(lists.is_null()).then(firm[1]).otherwise(firm[0])

        known = {name: col(name) for name in ("adult", "a", "b", "c", "d", "ab", "abc", "abcd")}
        ladder = (
            when(known["a"])
            .then(firm[0])
            .when(known["b"])
            .then(provisional_if_unknown(known["a"]))
            .when(known["c"])
            .then(provisional_if_unknown(known["ab"]))
            .when(known["d"])
            .then(provisional_if_unknown(known["abc"]))
            .when(known["abcd"].is_null())
            .then(states[UNDETERMINED])
            .otherwise(firm[0])
        )
        state = when(known["adult"]).then(ladder).when(~known["adult"]).then(states[NOT_APPLICABLE])
        lists = [known[name] for name in ("a", "b", "c", "d", "adult", "abcd")]
        return (
            data.lazy()
            .select(adult=adult, a=a, b=b, c=c, d=d)
            .with_columns(ab=col.a | col.b)
            .with_columns(abc=col.ab | col.c)
            .with_columns(abcd=col.abc | col.d)
            .select(value(values, *lists), state.otherwise(states[UNDETERMINED]).alias("state"))
        )

    _CODES_OF_STATES = codes(STATES)
    to_lists, to_states = polars.Enum(LISTS), polars.Enum(STATES)
    query = both(codes(LISTS), _CODES_OF_STATES)
    text_query = both(texts(LISTS), texts(STATES))
    named = (col.value.cat.to(to_lists), col.state.cat.to(to_states))
    return {
        "value text": race.add("polars: value, as text", lambda: data.select(value(texts(LISTS))), _read),
        "value enum": race.add(
            "polars: value, as Enum", lambda: data.select(value(codes(LISTS)).cat.to(to_lists)), _read
        ),
        "value code": race.add("polars: value, as a code of 8 bits", lambda: data.select(value(codes(LISTS))), _read),
        "value first": race.add(
            "polars: value, as text, `none` where it is unknown¹",
            lambda: data.select(value_first(texts(LISTS))),
            _read,
            undetermined_as_none=True,
        ),
        "both text": race.add("polars: value and state, as texts", text_query.collect, _read),
        "both enum": race.add("polars: value and state, as Enums", lambda: query.select(*named).collect(), _read),
        "both code": race.add("polars: value and state, as codes of 8 bits", query.collect, _read),
    }
