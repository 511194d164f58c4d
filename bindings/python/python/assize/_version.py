"""The version of the engine, which is the package's."""

from assize._native import VERSION

__version__: str = VERSION
