"""The formats that there are, found in `catalogue`."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from typing import TypeVar

from chalicelib.formats import catalogue
from chalicelib.formats.descriptions import Description, Exporter, Importer

D = TypeVar("D", bound=Description)


class UnknownFormat(Exception):
    """There is no such format in the direction wanted. The text names the one that is meant."""


def exporters() -> tuple[Exporter, ...]:
    """Formats that datasets can be written in, by name."""
    return _listed(Exporter)


def importers() -> tuple[Importer, ...]:
    """Formats that annotations can be read from, by name."""
    return _listed(Importer)


def exporter(name: str) -> Exporter:
    """The export format of a name such as "COCO 1.0". Raises UnknownFormat."""
    found = _named(exporters(), name)
    if found is not None:
        return found
    if (meant := _named(importers(), name)) is not None:
        written = _quoted(one for one in exporters() if one.title.startswith(meant.title))
        raise UnknownFormat(f'"{name}" is exported as {written}')
    raise UnknownFormat(f'Unknown format "{name}"')


def importer(name: str) -> Importer:
    """The import format of a name such as "CVAT 1.1". Raises UnknownFormat."""
    found = _named(importers(), name)
    if found is not None:
        return found
    if (meant := _named(exporters(), name)) is not None:
        read = _quoted(one for one in importers() if meant.title.startswith(one.title))
        raise UnknownFormat(f'"{name}" is imported as {read}')
    raise UnknownFormat(f'Unknown format "{name}"')


@cache
def _described() -> tuple[Description, ...]:
    found: list[Description] = []
    for module in pkgutil.iter_modules(catalogue.__path__, f"{catalogue.__name__}."):
        found.extend(import_module(module.name).FORMATS)
    return tuple(sorted(found, key=lambda description: description.name.lower()))


def _listed(kind: type[D]) -> tuple[D, ...]:
    return tuple(description for description in _described() if isinstance(description, kind))


def _named(known: tuple[D, ...], name: str) -> D | None:
    return next((one for one in known if one.name == name), None)


def _quoted(found: Iterable[Description]) -> str:
    return " or ".join(f'"{one.name}"' for one in found)
