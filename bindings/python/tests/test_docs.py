"""What is written about the package holds: its examples, its types, its stubs."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pathlib
import pkgutil
import re
import subprocess
import sys

import pytest

import assize
import assize._native

PACKAGE = pathlib.Path(assize.__file__).parent
README = pathlib.Path(__file__).parent.parent / "README.md"


def named() -> dict[str, object]:
    """What examples know of: what the example of the package makes."""
    globs: dict[str, object] = {}
    (example,) = [test for test in doctest.DocTestFinder(recurse=False).find(assize, globs=globs)]
    runner = doctest.DocTestRunner(verbose=False)
    assert runner.run(example, clear_globs=False).failed == 0
    return dict(example.globs)


def modules() -> list[str]:
    # The extension stands beside the package's Python wherever it is installed.
    return sorted(f"assize.{module.name}" for module in pkgutil.iter_modules([str(PACKAGE)]))


@pytest.mark.parametrize("name", modules())
def test_doctests(name: str) -> None:
    globs = named()
    module = importlib.import_module(name)
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    for test in doctest.DocTestFinder().find(module, extraglobs=globs):
        runner.run(test)
    assert runner.summarize(verbose=False).failed == 0


@pytest.mark.parametrize("of", [assize.Session, assize.Outcome])
def test_doctests_of_the_extension(of: type) -> None:
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    for test in doctest.DocTestFinder().find(of, of.__name__, module=False, extraglobs=named()):
        runner.run(test)
    assert runner.summarize(verbose=False).failed == 0
    assert runner.tries >= (5 if of is assize.Session else 0)


def test_the_readme() -> None:
    text = README.read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert len(blocks) >= 3
    globs: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, str(README), "exec"), globs)


def test_everything_public_is_documented() -> None:
    for name in assize.__all__:
        thing = getattr(assize, name)
        if inspect.isclass(thing):
            assert inspect.getdoc(thing), name
            for member, value in vars(thing).items():
                if not member.startswith("_") and (inspect.isfunction(value) or isinstance(value, property)):
                    assert inspect.getdoc(value), f"{name}.{member}"
        elif inspect.isfunction(thing):
            assert inspect.getdoc(thing), name


def test_the_stubs_are_those_of_the_extension(tmp_path: pathlib.Path) -> None:
    pytest.importorskip("mypy")
    done = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "assize._native", "--concise"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_types_hold(tmp_path: pathlib.Path) -> None:
    pytest.importorskip("mypy")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "-p", "assize"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_says_that_it_is_typed() -> None:
    assert (PACKAGE / "py.typed").exists() and (PACKAGE / "_native.pyi").exists()
