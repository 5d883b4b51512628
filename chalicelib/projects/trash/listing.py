"""The trash as its people see it: their own things, and what was deleted from their projects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pynamodb.indexes import GlobalSecondaryIndex

from chalicelib.accounts import users
from chalicelib.platform import keys, table
from chalicelib.platform.filters import ListFields, narrow
from chalicelib.platform.paging import Page, paginate
from chalicelib.platform.requests import Request
from chalicelib.platform.table import Key, Record
from chalicelib.projects.indexing import PROJECT
from chalicelib.projects.trash import entries
from chalicelib.projects.trash.bodies import SIMPLE, TrashEntry
from chalicelib.projects.trash.entries import TRASH, Entry


def _owner_name(entry: Entry) -> str | None:
    owner_id = entry.item().owner_id
    owner = users.get(owner_id) if owner_id is not None else None
    return owner.username if owner else None


FIELDS: ListFields[Entry] = ListFields(
    filter={
        "kind": lambda entry: entry.deletion.kind,
        "id": lambda entry: entry.deletion.id,
        "name": lambda entry: entry.item().name,
        "owner": _owner_name,
        "project_id": lambda entry: _project_id(entry),
        "deleted_date": lambda entry: entry.deletion.at,
    },
    search=("name", "owner"),
    simple=SIMPLE,
    default_sort="-deleted_date",
)


def page(request: Request) -> Page[TrashEntry]:
    """One page of the trash, last deleted first.

    If the request only pages through it, no more than the page is loaded.

    Raises:
        Invalid: an unknown field or operator. NotFound: no such page.
    """
    found = _visible(request)
    if any(request.query(name) for name in ("filter", "search", "sort", *FIELDS.simple)):
        return paginate(request, narrow(request, _load(found), FIELDS), _shower(request))
    wanted = paginate(request, found, lambda key: key)
    return Page(
        count=wanted.count,
        next=wanted.next,
        previous=wanted.previous,
        results=[_shower(request)(entry) for entry in _load(wanted.results)],
    )


def _shower(request: Request) -> Any:
    return lambda entry: show(entry, request.base_url)


def show(entry: Entry, base_url: str) -> TrashEntry:
    """An entry as the API shows it."""
    deletion, item = entry.deletion, entry.item()
    return TrashEntry(
        kind=deletion.kind,
        id=deletion.id,
        name=item.name,
        deleted_date=deletion.at,
        deleted_by=users.basic(deletion.by, base_url),
        expires_date=entries.expiry(deletion),
        owner=users.basic(item.owner_id, base_url),
        tasks=entry.project().task_count if deletion.kind == "project" else 1,
        jobs=deletion.jobs,
        project_id=_project_id(entry),
    )


def _project_id(entry: Entry) -> int | None:
    return entry.task().project_id if entry.deletion.kind == "task" else None


def _visible(request: Request) -> list[Key]:
    """Keys of what the principal may restore, last deleted first."""
    if request.workspace.scope == "organization":
        # Nothing belongs to an organization yet.
        return []
    if request.principal.is_admin:
        found = _dated(Record.kind_index, keys.kind_of(TRASH))
    else:
        found = _own(request.principal.id)
    return [key for key, _ in sorted(found.items(), key=lambda one: one[1], reverse=True)]


def _own(user_id: int) -> dict[Key, int]:
    found = _dated(Record.owner_index, keys.owned(TRASH, user_id))
    deleted = {pk.partition("#")[2] for pk, _ in found}
    projects = {pk for pk in deleted if pk.startswith(keys.project(0).removesuffix("0"))}
    for index in (Record.owner_index, Record.assignee_index):
        projects |= {pk for pk, _ in table.listed(index, keys.owned(PROJECT, user_id))}
    for pk in projects:
        found |= _dated(Record.parent_index, keys.child_of(TRASH, pk))
    return found


def _dated(index: GlobalSecondaryIndex[Any], value: str) -> dict[Key, int]:
    """Keys of an index partition with the time of deletion."""
    return {record.key: record.number for record in index.query(value)}


def _load(wanted: Iterable[Key]) -> list[Entry]:
    ordered: Sequence[Key] = list(wanted)
    found = {entry.record.key: entry for entry in entries.load_many(list(ordered)).values()}
    rows = [found[key] for key in ordered if key in found and found[key].visible]
    people = {row.item().owner_id for row in rows} | {row.deletion.by for row in rows}
    users.get_many(user_id for user_id in people if user_id is not None)
    return rows
