"""Labels by their own ids and across parents."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from chalicelib.platform import keys, table
from chalicelib.platform.errors import Invalid, NotFound
from chalicelib.platform.filters import ListFields
from chalicelib.platform.requests import Request
from chalicelib.projects import access, changes, rows, store, visibility
from chalicelib.projects import labels as label_store
from chalicelib.projects.bodies import PatchedLabelRequest
from chalicelib.projects.models import Label, Project, Sublabel, Task

PARENTS = ("job_id", "project_id", "task_id")


class LabelRow(msgspec.Struct):
    """A label with the `pk` of its project or task; a sublabel also has its skeleton."""

    label: Label | Sublabel
    parent: str
    skeleton: Label | None = None


FIELDS: ListFields[LabelRow] = ListFields(
    filter={
        "id": lambda row: row.label.id,
        "name": lambda row: row.label.name,
        "color": lambda row: row.label.color,
        "type": lambda row: row.label.type,
        "parent": lambda row: row.skeleton.name if row.skeleton else None,
        "parent_id": lambda row: row.skeleton.id if row.skeleton else None,
    },
    search=("name", "parent"),
    simple=("name", "color", "type", "parent", "parent_id"),
    default_sort="id",
)


def listed(request: Request) -> list[LabelRow]:
    """Labels of the project, task or job that the request names, or all that one may see.

    Sublabels are listed only if asked for by `parent` or `parent_id`. Raises NotFound, Forbidden,
    Invalid.
    """
    named = [name for name in PARENTS if request.query(name)]
    if len(named) > 1:
        raise Invalid(f"{', '.join(named)}: these parameters cannot be used together.")
    parents = [_parent(request, named[0])] if named else _visible_parents(request)
    found = table.load_many((parent, keys.LABELS) for parent in parents)
    inner = bool(request.query("parent") or request.query("parent_id"))
    return [
        row
        for (parent, _), record in found.items()
        for label in store.read_labels(record)
        for row in _rows(label, parent, inner=inner)
    ]


def find(request: Request, label_id: int, scope: str) -> LabelRow:
    """A label or sublabel of whose parent the principal may do `scope`.

    Raises NotFound, Forbidden.
    """
    parent = store.parent_of_label(label_id)
    if parent is None:
        raise NotFound
    _may(request, parent, scope)
    for label in store.labels_at(parent):
        for inner in (False, True):
            for row in _rows(label, parent, inner=inner):
                if row.label.id == label_id:
                    return row
    raise NotFound


def change(request: Request, label_id: int, body: PatchedLabelRequest) -> LabelRow:
    """Change a label, or delete it if the body says so. Raises NotFound, Forbidden, Invalid."""
    row = _of_its_own(request, label_id)
    body.id = label_id
    _apply(request, row.parent, [body])
    return row if body.deleted else find(request, label_id, "view")


def delete(request: Request, label_id: int) -> None:
    """Delete a label with its objects. Raises NotFound, Forbidden, Invalid."""
    row = _of_its_own(request, label_id)
    _apply(request, row.parent, [PatchedLabelRequest(id=label_id, deleted=True)])


def _of_its_own(request: Request, label_id: int) -> LabelRow:
    row = find(request, label_id, "update:desc")
    if row.skeleton is not None:
        raise Invalid("A sublabel is changed and deleted through its skeleton.")
    return row


def _apply(request: Request, parent: str, asked: list[PatchedLabelRequest]) -> None:
    def edit(_: Project | Task, __: table.Record) -> label_store.Change:
        return label_store.change(parent, asked, request.principal.id)

    key = (parent, keys.META)
    if _is_project(parent):
        changes.apply(key, Project, edit)
    else:
        changes.apply(key, Task, edit)


def _rows(label: Label, parent: str, *, inner: bool) -> Iterable[LabelRow]:
    if not inner:
        return [LabelRow(label, parent)]
    return [LabelRow(sublabel, parent, label) for sublabel in label.sublabels]


def _parent(request: Request, name: str) -> str:
    number = request.query_int(name) or 0
    if name == "project_id":
        access.project(request, number, "view")
        return keys.project(number)
    load: Callable[..., access.TaskContext | access.JobContext] = (
        access.task if name == "task_id" else access.job
    )
    return store.labels_parent(load(request, number, "view").task)


def _visible_parents(request: Request) -> list[str]:
    own = [row.task.id for row in rows.load_tasks(visibility.tasks(request)) if not row.project]
    return [keys.project(i) for i in visibility.projects(request)] + [keys.task(i) for i in own]


def _may(request: Request, parent: str, scope: str) -> None:
    number = int(parent.partition("#")[2])
    if _is_project(parent):
        access.project(request, number, scope)
    else:
        access.task(request, number, scope)


def _is_project(parent: str) -> bool:
    return parent.startswith(keys.project(0).removesuffix("0"))
