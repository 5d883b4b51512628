"""LabelMe's own file, loaded once.

The package brings a window and a model along, which demand Qt, ONNX Runtime and colour maps. Its
reader and writer of files use none of them, so names stand in for them while it is imported.
"""

from __future__ import annotations

import sys
import warnings
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

_ABSENT = (
    "PyQt5", "PyQt5.QtCore", "PyQt5.QtGui", "PyQt5.QtWidgets", "imgviz", "imgviz.io", "onnxruntime",
)  # fmt: skip


class _Absent(ModuleType):
    """A module in which every name is a class that does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


@cache
def label_file() -> Any:
    """The class `labelme.LabelFile`."""
    with patch.dict(sys.modules, {name: _Absent(name) for name in _ABSENT}):
        loaded = import_module("labelme").LabelFile
        kept = {name: one for name, one in sys.modules.items() if name.startswith("labelme")}
    sys.modules.update(kept)
    import_module("loguru").logger.disable("labelme")
    return loaded


def opened(path: Path) -> Any:
    """A file as the tool opens it, which leaves closing the picture beside it to chance."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        return label_file()(str(path))
