"""Finds what one file adds: a connector, rule, channel, page or KPI is found by its file name, there is no registry."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


class UnknownKind(LookupError):
    """No file of that name is in the package."""


@cache
def kinds(package: str) -> tuple[str, ...]:
    """The names of the modules in `package`, sorted; names that begin with an underscore are left out."""
    found = iter_modules(import_module(package).__path__)
    return tuple(sorted(module.name for module in found if not module.name.startswith("_")))


def load(package: str, kind: str) -> ModuleType:
    """The module `kind` of `package`; raises UnknownKind that lists what there is."""
    if kind not in kinds(package):
        raise UnknownKind(f'got "{kind}", expected one of {", ".join(kinds(package))}')
    return import_module(f"{package}.{kind}")
