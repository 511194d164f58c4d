"""Showing how far an evaluation is."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, Union

from assize._errors import UsageError


class Bar(Protocol):
    """A progress bar such as one of tqdm: it is told how many records were worked out since it was last told."""

    def update(self, n: int, /) -> object: ...


#: True shows a bar of tqdm; a bar is told what was done since; a function is told how many records are done.
Progress = Union[bool, Bar, Callable[[int], object], None]


@contextmanager
def watch(progress: Progress, total: int | None) -> Iterator[Callable[[int], object] | None]:
    """What is to be told how many records were worked out so far."""
    if progress is None or progress is False:
        yield None
    elif progress is True:
        bar = _tqdm(total)
        if bar is None:
            yield None
            return
        with bar:
            yield _steps(bar)
    elif hasattr(progress, "update"):
        yield _steps(progress)
    elif callable(progress):
        yield progress
    else:
        raise UsageError(f"`progress` is a {type(progress).__name__}: it is True, a bar with `update`, or a function")


def _steps(bar: Any) -> Callable[[int], object]:
    before = 0

    def tell(done: int) -> None:
        nonlocal before
        bar.update(done - before)
        before = done

    return tell


def _tqdm(total: int | None) -> Any:
    try:
        from tqdm.auto import tqdm  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        warnings.warn("no progress is shown: tqdm is not installed (pip install tqdm)", stacklevel=5)
        return None
    return tqdm(total=total, unit=" records", unit_scale=True)
