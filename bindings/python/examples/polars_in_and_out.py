"""Polars in, categories and measures out, a chart saved.

Run it with `python polars_in_and_out.py [FOLDER]`; it writes the chart and the results there.
"""

# %% The rules: in a file of their own in practice, here as a text
import sys
from pathlib import Path

import polars as pl

import assize

RULES = """
ruleset diversion version "2026.1" { title "Shoplifting diversion" }

parameter most_offences : integer = 2 in 0..10 "Earlier offences that still allow diversion"

ordered codes Answer { court "Goes to court"  diversion "Is offered diversion" }

record Person "A person caught shoplifting" {
  id       : text key   from "Person No"
  division : text       from "Division"
  earlier  : integer    from "Earlier offences"
  weapon   : boolean    from "Weapon"
}

category answer of Person -> Answer "Diversion" {
  court     when armed "A weapon was carried"  : weapon
  diversion when few   "Few earlier offences"  : earlier <= most_offences
  otherwise court
}

measure offered of Person "Offered diversion" {
  numerator answer = diversion
  as rate per 100
  by division
  interval wilson 95%
}
"""

rules = assize.compile(RULES, name="diversion.assize")
rules

# %% The data: a frame, with gaps as they are
people = pl.DataFrame(
    {
        "Person No": [f"P{at:03}" for at in range(1, 241)],
        "Division": [("East", "West", "Harbour")[at % 3] for at in range(240)],
        "Earlier offences": [None if at % 17 == 0 else at % 5 for at in range(240)],
        "Weapon": [None if at % 11 == 0 else at % 4 == 0 for at in range(240)],
    }
)

# %% Categorise and measure
results = rules.evaluate({"Person": people}, as_of="2026-06-01")
results

# %% How certain the answers are
answers = results.categories["answer"].to_polars()
print(answers.group_by("value", "state").len().sort("value", "state"))

# %% Next to the data they came from
joined = people.join(answers, left_on="Person No", right_on="key")
print(joined.filter(pl.col("state") == "provisional").select("Person No", "value", "possible", "missing").head())

# %% Why, for one person
print(rules.explain(people, as_of="2026-06-01", key="P012", category="answer"))

# %% What it comes to by division
print(results.measures["offered"].to_polars().select("division", "numerator", "denominator", "value", "lower", "upper"))

# %% What another threshold would do
print(rules.compare(rules.with_parameters({"most_offences": 1}), people, as_of="2026-06-01"))

# %% A chart, and the results in a file
folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
results.plot.measure("offered").save(folder / "offered.html")
joined.select(pl.exclude("because", "possible", "missing")).write_csv(folder / "answers.csv")
print("saved offered.html and answers.csv")
