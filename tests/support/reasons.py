"""What reports may say of things that were changed or left out, as the code has it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
#: Packages whose modules write reports.
PACKAGES = (
    "chalicelib/formats", "chalicelib/backups", "functions/export", "functions/dataset_import",
    "functions/backup",
)  # fmt: skip
#: Of objects, as reasons name them: "polyline cannot be written".
KINDS = (
    "tag", "rectangle", "polygon", "polyline", "points", "ellipse", "cuboid", "mask", "skeleton",
)  # fmt: skip
#: Reasons are sentences in lower case without values.
_SENTENCE = re.compile(r"[a-z-]+[ '’].*[^:.]", re.DOTALL)


def reasons() -> set[str]:
    """Every reason that the code names: what is given to `skip` and `convert` of a report, and
    sentences that modules keep as constants, which reach a report through variables.
    """
    found: set[str] = set()
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(path.read_text())
            found.update(_given(tree))
            found.update(_kept(path, tree))
    return found


def _given(tree: ast.Module) -> Iterator[str]:
    """Sentences that stand in a call of a report."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr in {"skip", "convert"} and node.args and _is_report(node.func.value):
            yield from _spelled(node.args[0])


def _is_report(receiver: ast.expr) -> bool:
    name = ast.unparse(receiver).rpartition(".")[2]
    return name in {"report", "_report", "self"}


def _spelled(argument: ast.expr) -> Iterator[str]:
    """A literal; with a kind of object in it, one for each kind."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.JoinedStr):
        for kind in KINDS:
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else kind
                for part in argument.values
            )
    elif isinstance(argument, ast.IfExp):
        yield from _spelled(argument.body)
        yield from _spelled(argument.orelse)


def _kept(path: Path, tree: ast.Module) -> Iterator[str]:
    """Sentences among a module's own constants."""
    names = [
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and target.id.lstrip("_").isupper()
    ]
    if not names:
        return
    module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for name in names:
        yield from filter(_SENTENCE.fullmatch, _texts(getattr(module, name)))


def _texts(value: Any) -> Iterator[str]:
    """A sentence, or those that a mapping leads to; lists are of classes and names."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
