"""The packages that are raced, with their versions; one that is not installed is left out, and said to be."""

import importlib
import importlib.metadata

#: Distribution names by the modules they bring.
DISTRIBUTIONS = {
    "assize": "assize",
    "polars": "polars",
    "duckdb": "duckdb",
    "pandas": "pandas",
    "numpy": "numpy",
    "pyarrow": "pyarrow",
    "zen": "zen-engine",
    "datalogic_py": "datalogic-py",
    "cel": "common-expression-language",
    "celpy": "cel-python",
    "rule_engine": "rule-engine",
    "json_logic": "json-logic-qubit",
}

_absent = set()


def module(name):
    """The module, or None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        # Only the package itself may be missing, not something within it.
        if error.name != name:
            raise
    if name not in _absent:
        _absent.add(name)
        print(f"  {DISTRIBUTIONS[name]} is not installed and left out")
    return None


def versions():
    """One line."""
    found = []
    for distribution in DISTRIBUTIONS.values():
        try:
            found.append(f"{distribution} {importlib.metadata.version(distribution)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    return ", ".join(found)
