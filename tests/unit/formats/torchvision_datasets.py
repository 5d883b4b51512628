"""torchvision's own readers of datasets, loaded once, because that takes seconds."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

#: Declarations of operators, which hold as long as this does.
_declared: list[Any] = []


@cache
def reader(name: str) -> Any:
    """A class of `torchvision.datasets`.

    torchvision's operators need CUDA's libraries, and it does not load without knowing at least
    their names. No dataset calls them.
    """
    library = import_module("torch").library.Library("torchvision", "FRAGMENT")
    arguments = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
    try:
        import_module("torchvision.extension")
    except RuntimeError:
        for operator in ("nms", "qnms"):
            library.define(operator + arguments)
        _declared.append(library)
    return getattr(import_module("torchvision.datasets"), name)
