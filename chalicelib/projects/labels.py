"""Storing the labels of a project or task."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from chalicelib.platform import ids, keys, table
from chalicelib.platform.errors import Invalid
from chalicelib.platform.table import Create, Put, Record, Update, Write
from chalicelib.projects import following, label_rules, store
from chalicelib.projects.attributes import BadLabel
from chalicelib.projects.bodies import PatchedLabelRequest
from chalicelib.projects.models import Label, LabelPointer

#: Bytes that one item of the table may take, with room for its other attributes.
MAX_PACKED = 390_000
#: Pointers that still fit the transaction that stores the labels.
POINTERS_AT_ONCE = 80
#: Deleted labels that the history calls by their names.
NAMED = 3


class Change(msgspec.Struct):
    """A change of a parent's labels, ready to be committed with a change of the parent.

    Attributes:
        pointers: of new labels. They lead nowhere until the writes are committed.
        writes: what stores the labels, if nobody changed them meanwhile.
        notes: what must follow once it is committed.
        removed: pointers of deleted labels, to be deleted afterwards.
    """

    pointers: list[Record] = []
    writes: list[Write] = []
    notes: list[Put] = []
    removed: list[table.Key] = []

    def commit_with(self, *others: Write) -> None:
        """Commit the labels and other writes together. Raises Lost."""
        together: list[Write] = [*others, *self.writes, *self.notes]
        if len(self.pointers) <= POINTERS_AT_ONCE:
            together += [Put(pointer) for pointer in self.pointers]
        else:
            table.put_many(self.pointers)
        table.commit(*together)
        table.delete_many(self.removed)


def create(parent: str, asked: Sequence[PatchedLabelRequest]) -> Change:
    """Labels of a new parent, whose `pk` is given. Raises Invalid."""
    if not asked:
        return Change()
    try:
        wanted = label_rules.created(asked)
    except BadLabel as error:
        raise Invalid(labels=str(error)) from None
    return _change(parent, None, [], wanted, None)


def change(parent: str, asked: Sequence[PatchedLabelRequest], author: int | None = None) -> Change:
    """A change of an existing parent's labels. Raises Invalid.

    Args:
        author: who changes them, for the history of annotations that lose their label.
    """
    record = table.load(parent, keys.LABELS)
    present = store.read_labels(record) if record else []
    try:
        wanted = label_rules.changed(present, asked)
    except BadLabel as error:
        raise Invalid(labels=str(error)) from None
    return _change(parent, record, present, wanted, author)


def _change(
    parent: str,
    record: Record | None,
    present: Sequence[Label],
    wanted: list[Label],
    author: int | None,
) -> Change:
    old_ids = label_rules.ids_of(present)
    label_count, attribute_count = label_rules.unnumbered(wanted)
    label_rules.number(
        wanted, _allocate("label", label_count), _allocate("attribute", attribute_count)
    )
    new_ids = label_rules.ids_of(wanted)
    packed = store.pack_labels(wanted)
    if len(packed) > MAX_PACKED:
        raise Invalid(labels="These labels are too many or too large to be kept together.")
    write: Write
    if record is None:
        write = Create(Record(parent, keys.LABELS, blob=packed))
    else:
        record.blob = packed
        write = Update(record)
    gone = sorted(old_ids - new_ids)
    names = [label.name for label in present if label.id not in new_ids]
    return Change(
        pointers=[
            Record(keys.label(label_id), keys.META).write(LabelPointer(parent))
            for label_id in sorted(new_ids - old_ids)
        ],
        writes=[write],
        notes=[following.labels_removed(parent, gone, author, _deleted(names))] if gone else [],
        removed=[(keys.label(label_id), keys.META) for label_id in gone],
    )


def _deleted(names: Sequence[str]) -> str:
    """What the history of annotations says of labels that are gone."""
    named = ", ".join(f'"{name}"' for name in names[:NAMED])
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"Deleted {'label' if len(names) == 1 else 'labels'} {named}{more}"


def _allocate(kind: str, count: int) -> range:
    return ids.allocate(kind, count) if count else range(0)
