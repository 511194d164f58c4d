"""What several tests share."""

from __future__ import annotations

import pytest

import assize

RULES = """
ruleset diversion version "2026.1" { title "Shoplifting diversion" }

parameter most_offences : integer = 2 in 0..10 "Earlier offences that still allow diversion"

ordered codes Answer { court "Goes to court"  diversion "Is offered diversion" }
codes Division {
  east "East" from "E", "East"
  west "West" from "W", "West"
  missing not_collected from "NC"
}

record Person "A person" {
  id       : text key   from "Person No"
  born     : date       from "Born"
  earlier  : integer    from "Earlier offences"
  weapon   : boolean    from "Weapon"
  loss     : decimal optional from "Loss"
  division : Division optional from "Division"
  note     : text optional
}

category answer of Person -> Answer "Diversion" {
  court     when armed "A weapon was carried"  : weapon
  court     when grave "A great loss"          : loss > 1000.50
  diversion when few   "Few earlier offences"  : earlier <= most_offences and (years between born and as_of) < 30
  otherwise court
}

measure offered of Person "Offered diversion" {
  numerator answer = diversion
  as rate per 100
  by division
  interval wilson 95%
}
"""

CHILDREN = """
ruleset lists version "3" {}
ordered codes Level { low "Low" high "High" }
codes Offence { theft from "T"  assault from "A"  other from "O"  missing unknown from "U" }
record Person { id : integer key  charges : many Charge by person  tags : set of text optional separated by "|" }
record Charge { person : integer required  on : date required  offence : Offence  cost : decimal optional }
category level of Person -> Level {
  high when assaults "Assaults"  : (count charges where offence = assault) >= 2
  high when dear     "Great cost": (sum cost of charges) > 100
  low  when any_at_all           : any charges where on <= as_of
}
measure charged of Person "Charged" { numerator any charges where on <= as_of  as rate per 100 }
"""

AS_OF = "2026-06-01"


@pytest.fixture(scope="session")
def rules() -> assize.RuleSet:
    return assize.compile(RULES)


@pytest.fixture(scope="session")
def children() -> assize.RuleSet:
    return assize.compile(CHILDREN)


@pytest.fixture
def people() -> list[dict[str, object]]:
    """Four persons: court, diversion, diversion unless armed, court for the years."""
    rows = [
        ("P1", "2000-01-01", 0, True, None, "E"),
        ("P2", "2000-02-02", 2, False, "12.50", "W"),
        ("P3", "2001-03-03", 1, None, "0.10", "NC"),
        ("P4", "1980-04-04", 0, False, "3", None),
    ]
    names = ("Person No", "Born", "Earlier offences", "Weapon", "Loss", "Division")
    return [dict(zip(names, row, strict=True)) for row in rows]


def outcomes(results: assize.Results, name: str) -> list[tuple[str, str | None, str]]:
    """Key, value and state of every row."""
    rows = results.to_dict()["categories"][name]["rows"]
    return [(row["key"], row["value"], row["state"]) for row in rows]


EXPECTED = [
    ("P1", "court", "decided"),
    ("P2", "diversion", "decided"),
    ("P3", "diversion", "provisional"),
    ("P4", "court", "decided"),
]
