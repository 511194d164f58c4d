"""What came of the rules' own tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assize import _html


@dataclass(frozen=True, slots=True)
class TestFailure:
    """An expectation that was not met."""

    __test__ = False

    #: The category or the `let`; empty for a record that could not be made.
    subject: str
    expected: str
    #: What came out, or why nothing could.
    actual: str
    file: str | None
    line: int | None

    def __str__(self) -> str:
        said = f"`{self.subject}`: expected {self.expected}, came out as {self.actual}" if self.subject else self.actual
        return f"{self.file}:{self.line}: {said}"


@dataclass(frozen=True, slots=True)
class TestResult:
    """What came of one test."""

    __test__ = False

    title: str
    file: str | None
    line: int | None
    failures: tuple[TestFailure, ...]

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected."""
        return not self.failures


@dataclass(frozen=True, slots=True)
class TestCoverage:
    """How the tests reached a criterion."""

    __test__ = False

    category: str
    criterion: str
    #: In how many expectations it was true.
    is_true: int
    #: In how many it was false.
    is_false: int
    #: In how many it was among the reasons.
    decisive: int


@dataclass(frozen=True, slots=True)
class TestReport:
    """What came of all `test` blocks.

    >>> report = rules.test()
    >>> report.passed, len(report.tests)
    (True, 1)
    >>> [of.criterion for of in report.coverage if of.decisive == 0]
    ['few']
    """

    __test__ = False

    tests: tuple[TestResult, ...]
    coverage: tuple[TestCoverage, ...]

    @property
    def passed(self) -> bool:
        """Whether every test passed."""
        return all(test.passed for test in self.tests)

    @property
    def failed(self) -> tuple[TestResult, ...]:
        """The tests that did not."""
        return tuple(test for test in self.tests if not test.passed)

    def __str__(self) -> str:
        lines = []
        for test in self.tests:
            lines.append(f"{'ok    ' if test.passed else 'failed'} {test.title}")
            lines += [f"         {failure}" for failure in test.failures]
        untested = [f"{of.category}.{of.criterion}" for of in self.coverage if of.decisive == 0]
        lines.append(f"\n{len(self.tests) - len(self.failed)} passed, {len(self.failed)} failed")
        lines.append(f"{len(self.coverage) - len(untested)} of {len(self.coverage)} criteria decided some test")
        if untested:
            lines.append(f"not tested: {', '.join(untested)}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        rows = [
            [
                "✓ passed" if test.passed else "✗ failed",
                test.title,
                "; ".join(str(failure) for failure in test.failures),
            ]
            for test in self.tests
        ]
        covered = [
            [_html.code(f"{of.category}.{of.criterion}"), of.is_true, of.is_false, of.decisive] for of in self.coverage
        ]
        return _html.block(
            _html.table(["", "test", ""], rows),
            _html.details(
                "Criteria",
                _html.table(["criterion", "true", "false", "decided"], covered, numbers=(1, 2, 3)),
                is_open=False,
            ),
        )


def report(told: dict[str, Any]) -> TestReport:
    """The report from the extension's JSON."""
    tests = tuple(
        TestResult(**{**test, "failures": tuple(TestFailure(**failure) for failure in test["failures"])})
        for test in told["tests"]
    )
    coverage = tuple(
        TestCoverage(of["category"], of["criterion"], of["true"], of["false"], of["decisive"])
        for of in told["coverage"]
    )
    return TestReport(tests, coverage)
