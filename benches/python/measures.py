"""Measures over Parquet files, beside DuckDB and polars doing the same group-bys: one thread each, the same answers.

    report    10 M visits: five measures by three breakdowns and month; each a query of its own for the others
    returns   1 M people with 10 M charges: who was charged again within twelve months, by list and quarter
    middles   10 M visits: the median and the 90th percentile of a number by 1,000 groups
    callers   10 M visits: about how many different texts there are, of all and by 100 groups
"""

import datetime
import os
import pathlib
import tempfile

import numpy
import peers
import pyarrow
import pyarrow.parquet
import timing

LEVELS, TOWNS = ["D", "C", "B", "A"], [f"town {n}" for n in range(8)]
RULES = {
    "report": """
ruleset visits version "1" {}
ordered codes Level { D C B A }
record Visit {
  level : Level  town : text  night : boolean  hurt : boolean  minutes : integer  calls : integer  on : date
}
measure visits of Visit { as count by level, town, night every month of on }
measure hurt_rate of Visit { numerator hurt as rate per 100 by level, town, night every month of on }
measure time of Visit { as sum of minutes by level, town, night every month of on }
measure mean_calls of Visit { as mean of calls by level, town, night every month of on }
measure per_call of Visit { numerator minutes denominator calls as ratio by level, town, night every month of on }
""",
    "returns": """
ruleset returns version "1" {}
ordered codes Level { D C B A }
record Person {
  id : integer key  level : Level  notified : date  charges : many Charge by person
}
record Charge { person : integer  on : date  grave : boolean }
measure charged_again of Person {
  eligible  notified + 12 months <= as_of
  numerator any charges where grave and on in (notified .. notified + 12 months]
  as rate per 100 by level every quarter of notified
}
""",
    "middles": """
ruleset middles version "1" {}
record Visit { team : integer  minutes : integer }
measure middle of Visit { as median of minutes by team }
measure ninth of Visit { as percentile 90 of minutes by team }
""",
    "callers": """
ruleset callers version "1" {}
record Visit { team : integer  caller : text }
measure callers of Visit { as approximate distinct caller }
measure callers_of_teams of Visit { as approximate distinct caller by team }
""",
}
SQL = {
    "report": [
        f"""SELECT level, town, night, date_trunc('month', "on") AS month, {value} AS value
            FROM visits GROUP BY ALL ORDER BY ALL"""
        for value in (
            "count(*)",
            "100.0 * count(*) FILTER (hurt) / count(*) FILTER (hurt IS NOT NULL)",
            "sum(minutes)",
            "avg(calls)",
            "sum(minutes) FILTER (calls IS NOT NULL) / sum(calls) FILTER (minutes IS NOT NULL)",
        )
    ],
    "returns": [
        """SELECT level, date_trunc('quarter', notified) AS quarter,
                  100.0 * count(*) FILTER (again) / count(*) AS value
           FROM (SELECT level, notified, coalesce(bool_or(grave AND "on" > notified
                          AND "on" <= notified + INTERVAL 12 MONTH), false) AS again
                 FROM people LEFT JOIN charges ON charges.person = people.id
                 WHERE notified + INTERVAL 12 MONTH <= DATE '2026-01-01'
                 GROUP BY people.id, level, notified)
           GROUP BY ALL ORDER BY ALL"""
    ],
    "middles": [
        "SELECT team, quantile_cont(minutes, 0.5) AS value FROM visits GROUP BY team ORDER BY team",
        "SELECT team, quantile_cont(minutes, 0.9) AS value FROM visits GROUP BY team ORDER BY team",
    ],
    "callers": [
        "SELECT approx_count_distinct(caller) AS value FROM visits",
        "SELECT team, approx_count_distinct(caller) AS value FROM visits GROUP BY team ORDER BY team",
    ],
}
#: What is estimated, counted.
EXACT = {
    "callers": [
        "SELECT count(DISTINCT caller) AS value FROM visits",
        "SELECT team, count(DISTINCT caller) AS value FROM visits GROUP BY team ORDER BY team",
    ],
}
AS_OF = "2026-01-01"


def _write(path, columns):
    pyarrow.parquet.write_table(pyarrow.table(columns), path, row_group_size=1 << 20)


def _days(random, rows, first, count):
    start = (datetime.date.fromisoformat(first) - datetime.date(1970, 1, 1)).days
    return pyarrow.array((start + random.integers(0, count, rows)).astype("int32"), pyarrow.date32())


def _texts(random, rows, names):
    return pyarrow.DictionaryArray.from_arrays(
        pyarrow.array(random.integers(0, len(names), rows).astype("int8")), pyarrow.array(names)
    ).cast(pyarrow.string())


def _some(random, values, missing):
    return pyarrow.array(values, mask=random.random(len(values)) < missing)


def make(home, race, rows):
    """Writes the files of a race; their paths by name."""
    random = numpy.random.default_rng(11)
    if race == "report":
        _write(
            home / "visits.parquet",
            {
                "level": _texts(random, rows, LEVELS),
                "town": _texts(random, rows, TOWNS),
                "night": pyarrow.array(random.random(rows) < 0.4),
                "hurt": _some(random, random.random(rows) < 0.2, 0.03),
                "minutes": _some(random, random.integers(1, 400, rows), 0.03),
                "calls": _some(random, random.integers(1, 9, rows), 0.03),
                "on": _days(random, rows, "2023-01-01", 730),
            },
        )
        return {"Visit": home / "visits.parquet"}
    if race == "middles":
        _write(
            home / "visits.parquet",
            {"team": random.integers(0, 1000, rows), "minutes": random.integers(0, 100_000, rows)},
        )
        return {"Visit": home / "visits.parquet"}
    if race == "callers":
        callers = pyarrow.array(random.integers(0, rows // 2, rows)).cast(pyarrow.string())
        _write(home / "visits.parquet", {"team": random.integers(0, 100, rows), "caller": callers})
        return {"Visit": home / "visits.parquet"}
    people = rows // 10
    _write(
        home / "people.parquet",
        {
            "id": numpy.arange(people),
            "level": _texts(random, people, LEVELS),
            "notified": _days(random, people, "2022-01-01", 1461),
        },
    )
    _write(
        home / "charges.parquet",
        {
            "person": numpy.sort(random.integers(0, people, rows)),
            "on": _days(random, rows, "2021-01-01", 1826),
            "grave": pyarrow.array(random.random(rows) < 0.2),
        },
    )
    return {"Person": home / "people.parquet", "Charge": home / "charges.parquet"}


def _same(ours, theirs):
    """Whether the values of rows in the same order are the same, to ten digits."""
    if len(ours) != len(theirs):
        return f"{len(ours)} rows, and {len(theirs)}"
    for at, (own, other) in enumerate(zip(ours, theirs, strict=True)):
        if abs(float(own) - float(other)) > 1e-9 * max(1.0, abs(float(other))):
            return f"row {at}: {own}, and {other}"
    return None


def _ours(race, paths):
    assize = peers.module("assize")
    rules = assize.compile(RULES[race])
    data = {name: str(path) for name, path in paths.items()}
    return lambda _round: rules.evaluate(data, as_of=AS_OF)


def _values(results):
    """The exact values of every measure, in the order of rows."""
    tables = (table.to_arrow().column("value_exact").to_pylist() for table in results.measures.values())
    # Nobody is eligible yet in the last quarters: the others have no row there.
    return [[value for value in values if value is not None] for values in tables]


def _errors(found, exact):
    """The mean and the greatest error of estimates, as shares of what is exact."""
    flat = [[float(value) for values in tables for value in values] for tables in (found, exact)]
    errors = [abs(value - true) / true for value, true in zip(*flat, strict=True)]
    return f"errors of {100 * sum(errors) / len(errors):.2f} % in the mean, {100 * max(errors):.2f} % at most"


def _duckdb(race, paths, asked=SQL):
    duckdb = peers.module("duckdb")
    if not duckdb:
        return None
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    for path in paths.values():
        connection.execute(f"CREATE VIEW {path.stem} AS SELECT * FROM '{path}'")
    # The order of levels is that of the rules.
    level = "CASE level " + " ".join(f"WHEN '{name}' THEN {at}" for at, name in enumerate(LEVELS)) + " END"
    queries = [sql.replace("SELECT level", f"SELECT {level} AS rank", 1) for sql in asked[race]]
    return lambda _round: [connection.sql(sql).to_arrow_table().column("value").to_pylist() for sql in queries]


def _polars(race, paths):
    polars = peers.module("polars")
    scan = {path.stem: polars.scan_parquet(path) for path in paths.values()}
    col = polars.col
    month = col("on").dt.truncate("1mo").alias("month")
    rank = col("level").replace_strict(LEVELS, list(range(len(LEVELS))), return_dtype=polars.Int8).alias("rank")
    if race == "report":
        keys = [rank, col("town"), col("night"), month]
        both = col("minutes").is_not_null() & col("calls").is_not_null()
        values = [
            polars.len(),
            100.0 * col("hurt").sum() / col("hurt").count(),
            col("minutes").sum(),
            col("calls").mean(),
            col("minutes").filter(both).sum() / col("calls").filter(both).sum(),
        ]
        frames = [scan["visits"].group_by(keys).agg(value=value).sort("rank", "town", "night", "month") for value in values]
    elif race == "callers":
        of = col("caller").approx_n_unique().alias("value")
        frames = [scan["visits"].select(of), scan["visits"].group_by("team").agg(of).sort("team")]
    elif race == "middles":
        of = col("minutes")
        frames = [
            scan["visits"].group_by("team").agg(value=of.quantile(share, "linear")).sort("team") for share in (0.5, 0.9)
        ]
    else:
        within = col("grave") & (col("on") > col("notified")) & (col("on") <= col("notified").dt.offset_by("12mo"))
        again = (
            scan["people"]
            .filter(col("notified").dt.offset_by("12mo") <= datetime.date.fromisoformat(AS_OF))
            .join(scan["charges"], left_on="id", right_on="person", how="left")
            .group_by("id")
            .agg(rank.first(), col("notified").first(), again=within.any().fill_null(False))
        )
        quarter = col("notified").dt.truncate("1q").alias("quarter")
        frames = [
            again.group_by("rank", quarter)
            .agg(value=100.0 * col("again").sum() / polars.len())
            .sort("rank", "quarter")
        ]
    return lambda _round: [frame.collect()["value"].to_list() for frame in frames]


def main(races, rows, rounds):
    """Races, and prints; whether all answers are the same."""
    same = True
    for race in races:
        with tempfile.TemporaryDirectory() as home:
            paths = make(pathlib.Path(home), race, rows)
            size = sum(os.path.getsize(path) for path in paths.values()) / (1 << 20)
            print(f"\n## Measures, `{race}`: {rows:,} rows, {size:,.0f} MiB of Parquet\n")
            ours = timing.Contender("assize", _ours(race, paths), lambda _made: None)
            right = _values(ours.run(0))

            def differs(made, right=right):
                return next(filter(None, (_same(*both) for both in zip(right, made, strict=True))), None)

            others = [
                timing.Contender(name, run, differs)
                for name, run in (("DuckDB", _duckdb(race, paths)), ("polars", _polars(race, paths)))
                if run
            ]
            truth = _duckdb(race, paths, EXACT) if race in EXACT else None
            if truth:
                exact = truth(0)
                for contender, made in [(ours, right), *((other, other.run(0)) for other in others)]:
                    print(f"  {contender.name}: {_errors(made, exact)}")
            elif race not in EXACT:
                same &= timing.check(others)
            timing.race([ours, *others], rows, range(rounds))
            print("\n" + timing.table([ours, *others], ours) + "\n")
            limits = {"report": (1.0, None), "returns": (2.0, 2.0), "middles": (1 / 1.2, None), "callers": (None, None)}
            for other, limit in zip(others, limits[race], strict=False):
                if limit:
                    timing.target(f"{other.name} to assize", other.best / ours.best, round(limit, 2), False)
    return same
