"""Finds the route of a path as API Gateway does: fixed segments before parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Match(NamedTuple):
    """A route that fits a path."""

    #: The path with its parameters' names, for example `/api/tasks/{task_id}`.
    template: str
    methods: frozenset[str]
    #: Percent-decoded.
    parameters: dict[str, str]


class _Node:
    def __init__(self) -> None:
        self.fixed: dict[str, _Node] = {}
        self.any: _Node | None = None
        self.template: str | None = None
        self.methods: frozenset[str] = frozenset()
        self.names: tuple[str, ...] = ()


class RouteTable:
    """All routes of an application, as a tree of segments."""

    def __init__(self, routes: Mapping[str, Iterable[str]]) -> None:
        """`routes`: template → methods, which is what `Chalice.routes` is."""
        self._root = _Node()
        for template, methods in routes.items():
            self._add(template, frozenset(methods))

    def _add(self, template: str, methods: frozenset[str]) -> None:
        node, names = self._root, []
        for segment in _segments(template):
            if segment.startswith("{"):
                names.append(segment.strip("{}"))
                node.any = node = node.any or _Node()
            else:
                node = node.fixed.setdefault(segment, _Node())
        node.template, node.methods, node.names = template, methods, tuple(names)

    def match(self, raw_path: str) -> Match | None:
        """The route of an undecoded path, one trailing slash ignored."""
        found = _descend(self._root, _segments(raw_path), 0, ())
        if found is None:
            return None
        node, values = found
        assert node.template is not None
        return Match(node.template, node.methods, dict(zip(node.names, values, strict=True)))


def _segments(path: str) -> list[str]:
    return path.removesuffix("/").removeprefix("/").split("/")


def _descend(
    node: _Node, segments: list[str], depth: int, values: tuple[str, ...]
) -> tuple[_Node, tuple[str, ...]] | None:
    if depth == len(segments):
        return (node, values) if node.template is not None else None
    segment = unquote(segments[depth])
    fixed: Any = node.fixed.get(segment)
    if fixed is not None:
        found = _descend(fixed, segments, depth + 1, values)
        if found is not None:
            return found
    if node.any is None or not segment:
        return None
    return _descend(node.any, segments, depth + 1, (*values, segment))
