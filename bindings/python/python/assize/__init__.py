'''Assize: rules that say how records are categorised and how performance is measured, over data frames.

>>> import assize
>>> rules = assize.compile("""
... ruleset diversion version "2026.1" { title "Shoplifting diversion" }
... parameter most_offences : integer = 2 in 0..10 "Earlier offences that still allow diversion"
... ordered codes Answer { court "Goes to court"  diversion "Is offered diversion" }
... record Person { id : text key  earlier : integer  weapon : boolean }
... category answer of Person -> Answer "Diversion" {
...   court     when armed "A weapon was carried" : weapon
...   diversion when few   "Few earlier offences" : earlier <= most_offences
...   otherwise court
... }
... measure offered of Person "Offered diversion" {
...   eligible answer is known or weapon is missing
...   numerator answer = diversion
...   as rate per 100
...   unknown counts as yes
... }
... test "a weapon goes to court" {
...   as_of 2026-06-01
...   given Person { id: "1", earlier: 0, weapon: yes }
...   expect answer = court because armed
... }
... """)
>>> people = [
...     {"id": "P1", "earlier": 0, "weapon": False},
...     {"id": "P2", "earlier": 5, "weapon": True},
...     {"id": "P3", "earlier": 1, "weapon": None},
... ]
>>> results = rules.evaluate(people, as_of="2026-06-01")
>>> for row in results.categories["answer"].to_dicts():
...     print(row["key"], row["value"], row["state"], row["missing"])
P1 diversion decided []
P2 court decided []
P3 diversion provisional ['weapon']

Nobody wrote down whether P3 carried a weapon: the answer is `diversion`, provisional, and `weapon` would settle it.
'''

from assize._compare import Comparison
from assize._data import ArrowArray, ArrowStream, Data, Rows
from assize._diagnostics import Diagnostic, Diagnostics
from assize._errors import (
    CompileError,
    DataError,
    Error,
    EvaluationError,
    ReadError,
    UnknownNameError,
    UsageError,
)
from assize._explain import Explanation, Explanations
from assize._named import Named
from assize._native import Outcome, Session
from assize._outline import (
    CategoryRule,
    Code,
    CodeList,
    Criterion,
    Field,
    MeasureRule,
    Outline,
    Parameter,
    Record,
)
from assize._partial import Partial, merge
from assize._results import Category, Errors, Measure, Members, RecordRead, Results, RowError
from assize._rules import RuleSet, compile, load
from assize._store import Fault, Reload, Store, Version
from assize._tables import Table
from assize._testing import TestCoverage, TestFailure, TestReport, TestResult
from assize._version import __version__

__all__ = [
    "ArrowArray",
    "ArrowStream",
    "Category",
    "CategoryRule",
    "Code",
    "CodeList",
    "Comparison",
    "CompileError",
    "Criterion",
    "Data",
    "DataError",
    "Diagnostic",
    "Diagnostics",
    "Error",
    "Errors",
    "EvaluationError",
    "Explanation",
    "Explanations",
    "Fault",
    "Field",
    "Measure",
    "MeasureRule",
    "Members",
    "Named",
    "Outcome",
    "Outline",
    "Parameter",
    "Partial",
    "ReadError",
    "Record",
    "RecordRead",
    "Reload",
    "Results",
    "RowError",
    "Rows",
    "RuleSet",
    "Session",
    "Store",
    "Table",
    "TestCoverage",
    "TestFailure",
    "TestReport",
    "TestResult",
    "UnknownNameError",
    "UsageError",
    "Version",
    "__version__",
    "compile",
    "load",
    "merge",
]
