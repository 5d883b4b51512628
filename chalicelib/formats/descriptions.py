"""What is known of a format without loading its code."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import msgspec


class Description(msgspec.Struct, frozen=True):
    """A format in one direction.

    Attributes:
        title: name without version, e.g. "COCO".
        ext: extensions of its files, in CVAT's spelling, e.g. "JSON, ZIP".
        code: "module:name" of what does the work.
        dimension: "2d", "3d" or "1d".
    """

    title: str
    version: str
    ext: str
    code: str
    dimension: str = "2d"

    @property
    def name(self) -> str:
        """The name that clients use, e.g. "COCO 1.0"."""
        return f"{self.title} {self.version}"

    def load(self) -> Any:
        """Import what does the work."""
        module, _, function = self.code.partition(":")
        return getattr(import_module(module), function)


class Exporter(Description, frozen=True):
    """Writes datasets. `code` names a `chalicelib.formats.exporting.writing.Writer`."""


class Importer(Description, frozen=True):
    """Reads annotations. `code` names a `chalicelib.formats.importing.reading.Reader`."""
