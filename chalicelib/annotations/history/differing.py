"""What is different between two documents, and the change that makes one of the other.

Nothing here reads or writes tables.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from chalicelib.annotations.model.document import Annotation, Objects, gather
from chalicelib.annotations.revisions.changes import Change, identity


class Difference(msgspec.Struct, frozen=True):
    """What was done to get from one document to another.

    Attributes:
        created, deleted: objects that only the later, or only the earlier document has.
        updated: pairs of an object before and after.
    """

    created: list[Annotation] = []
    updated: list[tuple[Annotation, Annotation]] = []
    deleted: list[Annotation] = []

    def change(self) -> Change:
        """The change that makes the later document of the earlier one, with its ids."""
        return Change(
            delete=[identity(item) for item in self.deleted],
            update=gather([after for _, after in self.updated]),
            create=gather(self.created),
            restored=True,
        )


def difference(before: Iterable[Annotation], after: Iterable[Annotation]) -> Difference:
    """What is different. Objects are told by their ids; they come in the order of the documents."""
    known = {identity(item): item for item in before}
    created: list[Annotation] = []
    updated: list[tuple[Annotation, Annotation]] = []
    for item in after:
        old = known.pop(identity(item), None)
        if old is None:
            created.append(item)
        elif old is not item and old != item:
            updated.append((old, item))
    return Difference(created, updated, list(known.values()))


def between(before: Objects, after: Objects) -> Difference:
    """What is different between two documents."""
    return difference(before.all(), after.all())
