"""A folder of rule files, reloaded while it is in use."""

from __future__ import annotations

import pathlib
import threading

import pytest

import assize

TEXT = """
ruleset list version "{version}" {{ effective from {since} }}
codes List {{ on }}
record Person {{ charges : integer }}
category list_ of Person -> List {{ on when charged : charges >= {least} }}
"""


def write(path: pathlib.Path, version: str, since: str, least: int) -> None:
    path.write_text(TEXT.format(version=version, since=since, least=least), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    write(tmp_path / "list-1.assize", "1", "2024-01-01", 1)
    write(tmp_path / "list-2.assize", "2", "2026-01-01", 3)
    return tmp_path


def test_the_version_in_force(folder: pathlib.Path) -> None:
    store = assize.Store(folder)
    assert [(of.name, of.version, of.effective_from, of.standing) for of in store.versions] == [
        ("list", "1", "2024-01-01", "current"),
        ("list", "2", "2026-01-01", "current"),
    ]
    assert store.rules(as_of="2025-06-01").version == "1"
    assert store.rules("list", as_of="2026-06-01").version == "2"
    assert store.faults == ()
    for name, as_of in (("lists", "2026-06-01"), ("list", "2020-01-01")):
        with pytest.raises(assize.UsageError):
            store.rules(name, as_of=as_of)


def test_a_reload(folder: pathlib.Path) -> None:
    store = assize.Store(str(folder))
    held = store.rules(as_of="2026-06-01")
    write(folder / "list-2.assize", "2.1", "2026-01-01", 4)
    (folder / "list-1.assize").write_text("ruleset list version", encoding="utf-8")
    reload = store.reload()
    assert [pathlib.Path(path).name for path in reload.loaded] == ["list-2.assize"]
    assert [pathlib.Path(fault.path).name for fault in reload.failed] == ["list-1.assize"]
    assert store.rules(as_of="2026-06-01").version == "2.1" and held.version == "2"
    # The last good one stays.
    assert store.rules(as_of="2025-06-01").version == "1"
    (fault,) = store.faults
    assert fault.kept and fault.diagnostics and fault.diagnostics[0].severity == "error"
    assert "does not check" in fault.message


def test_a_folder_that_is_not_there(tmp_path: pathlib.Path) -> None:
    with pytest.raises(assize.ReadError, match="cannot read the folder"):
        assize.Store(tmp_path / "none")
    with pytest.raises(assize.UsageError):
        assize.Store(3)  # type: ignore[arg-type]


def test_readers_and_a_writer(folder: pathlib.Path) -> None:
    store = assize.Store(folder)
    stop = threading.Event()
    wrong: list[object] = []

    def read() -> None:
        while not stop.is_set():
            rules = store.rules("list", as_of="2026-06-01")
            value = rules.session(as_of="2026-06-01").evaluate("Person", {"charges": 9}).value
            if value != "on" or rules.version not in ("2", "2.1"):
                wrong.append((rules.version, value))

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for at in range(30):
        other = folder / "next"
        write(other, "2.1" if at % 2 else "2", "2026-01-01", 3 + at % 2)
        other.rename(folder / "list-2.assize")
        store.reload()
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong
