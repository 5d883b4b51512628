"""What the server may say of datasets and backups, as the code has it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.support.reasons import PACKAGES, ROOT

#: Stands where a message has a value.
VALUE = "\N{OBJECT REPLACEMENT CHARACTER}"
#: What nobody is shown: mistakes of the code, and turns of its own course.
_UNSEEN = frozenset(
    {"AssertionError", "KeyError", "NotImplementedError", "RuntimeError", "StopIteration"}
)
#: The first of an error's arguments is the name of a file.
_NAMES_A_FILE = frozenset({"BadDataset"})
#: Functions that raise, or make what is raised, of what they are told.
_TELLERS = frozenset({"bad", "_bad", "refuse", "_refuse", "trouble", "fail", "_fail", "_end"})


def messages() -> dict[str, str]:
    """Every sentence that is raised, with `VALUE` for what it names; where it is raised."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for line, sentence in _raised(ast.parse(path.read_text())):
                # One word, or a path like `shapes[3]`, is the same in every language.
                if " " in sentence and any(map(str.isalpha, sentence)):
                    found.setdefault(sentence, f"{path.relative_to(ROOT)}:{line}")
    return found


def _raised(tree: ast.Module) -> Iterator[tuple[int, str]]:
    module = _Module(tree)
    for node in ast.walk(tree):
        for argument in _arguments(node):
            for sentence in module.spelled(argument):
                yield argument.lineno, sentence


def _arguments(node: ast.AST) -> Iterator[ast.expr]:
    """What may be a sentence in a call that raises, or that makes what is raised."""
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        call = node.exc
    elif isinstance(node, ast.Call) and _makes_an_error(node):
        call = node
    else:
        return
    name = _name_of(call)
    if name in _UNSEEN:
        return
    yield from call.args[1 if name in _NAMES_A_FILE else 0 :]
    yield from (keyword.value for keyword in call.keywords)


def _makes_an_error(call: ast.Call) -> bool:
    told = ast.unparse(call.func) == "super().__init__"
    return told or _name_of(call) in _TELLERS | _NAMES_A_FILE


def _name_of(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


class _Module:
    """What the names of a module stand for."""

    def __init__(self, tree: ast.Module) -> None:
        self.values: dict[str, list[ast.expr]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self.values.setdefault(node.targets[0].id, []).append(node.value)
        self.functions = {
            node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
        }

    def spelled(self, expression: ast.expr) -> Iterator[str]:
        """The sentences that an expression may be; none if it is put together elsewhere."""
        match expression:
            case ast.Constant(value=str(text)):
                yield text
            case ast.JoinedStr(values=parts):
                yield "".join(
                    str(part.value) if isinstance(part, ast.Constant) else VALUE for part in parts
                )
            case ast.IfExp(body=body, orelse=orelse):
                yield from self.spelled(body)
                yield from self.spelled(orelse)
            case ast.Name(id=name):
                # Once each, so that a name that is given itself ends.
                for value in self.values.pop(name, []):
                    yield from self.spelled(value)
            case ast.Call(func=ast.Name(id=name)) if name in self.functions:
                for node in ast.walk(self.functions[name]):
                    if isinstance(node, ast.Return) and node.value is not None:
                        yield from self.spelled(node.value)
