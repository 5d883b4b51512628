"""Making the annotations at a revision anew from what can still be read of the log."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from chalicelib.annotations.model.document import Annotation, kind_of
from chalicelib.annotations.revisions.changes import identity
from chalicelib.annotations.revisions.damage import Damaged
from chalicelib.annotations.revisions.extents import reaches
from chalicelib.annotations.revisions.id_index import IdIndex
from chalicelib.annotations.revisions.pages import Entry
from chalicelib.annotations.upkeep.evidence import Evidence, Item, described

Objects = dict[int, Annotation]


class Replayed(msgspec.Struct):
    """Annotations by id, and what of them could not be made anew, for people."""

    objects: Objects
    lost: list[str]


def replayed(evidence: Evidence, last: int) -> Replayed:
    """The annotations at revision `last`: exactly as they were if anything allows it, else the
    most that can be had.
    """
    exact = _exactly(evidence, last)
    return Replayed(exact, []) if exact is not None else _at_best(evidence, last)


def apply(objects: Objects, item: Item) -> list[Entry]:
    """Let a revision or a base change annotations in place. Returns its pages that are lost."""
    assert item.step is not None
    change = item.step.small
    if change.replace or item.is_base:
        objects.clear()
    for object_id in change.delete:
        objects.pop(object_id, None)
    objects.update((identity(one), one) for one in change.update.all())
    objects.update((identity(one), one) for one in change.create.all())
    lost = []
    for entry, content in item.pages():
        if content is None:
            lost.append(entry)
        else:
            objects.update(content)
    return lost


def _exactly(evidence: Evidence, last: int) -> Objects | None:
    """From the latest start after which nothing is missing; None if there is none."""
    for start in [*evidence.starts(last), None]:
        first = start.revision if start is not None else 0
        steps = evidence.between(first + 1, last)
        needed = steps if start is None else [start, *steps]
        # Revisions first: a gap is seen without reading pages.
        if all(needed) and all(item.is_intact for item in reversed(needed) if item is not None):
            objects: Objects = {}
            _run(objects, needed)
            return objects
    return None


def _at_best(evidence: Evidence, last: int) -> Replayed:
    """What is left of the latest base, what earlier revisions know of the rest of it, and then
    the changes after it.
    """
    start = next(iter(evidence.starts(last)), None)
    found = Replayed({}, [])
    if start is not None:
        first = start.revision
        _recover(evidence, start, apply(found.objects, start), found)
    else:
        # Where history was let go of, nothing is known but what revisions after that say.
        first = evidence.head.base if evidence.head is not None and evidence.head.floor else 0
        if first:
            _run(found.objects, _known_before(evidence, first))
            found.lost.append(f"what else was in the base of revision {first}")
    found.lost += _run(found.objects, evidence.between(first + 1, last), first + 1)
    return found


def _run(objects: Objects, items: Iterable[Item | None], number: int = 0) -> list[str]:
    """Apply what can be read of consecutive items. Returns what cannot."""
    told = []
    for offset, item in enumerate(items):
        if item is None or item.step is None or item.stands_for_a_lost_one:
            told.append(f"what revision {number + offset} changed")
            continue
        told += [f"{described(entry)} of {item.name}" for entry in apply(objects, item)]
    return told


def _recover(evidence: Evidence, start: Item, gone: list[Entry], found: Replayed) -> None:
    """Add what was in lost pages of a start, as far as revisions up to it know the objects."""
    if not gone:
        return
    known: Objects = {}
    _run(known, [item for item in _known_before(evidence, start.revision) if item is not start])
    index = _index(start)
    # A replacement that has lost its index still says between which ids its objects have theirs:
    # what it dropped is not among them.
    if not start.is_base and start.meta.high:
        known = {i: one for i, one in known.items() if start.meta.low <= i <= start.meta.high}
    numbers = {entry.number: entry for entry in gone}
    for entry in gone:
        back = {
            object_id: one
            for object_id, one in known.items()
            if object_id not in found.objects and _was_in(entry, object_id, one, index)
        }
        found.objects |= back
        missing = numbers[entry.number].count - len(back)
        if missing > 0:
            found.lost.append(f"{missing} of {described(entry)}")
        elif index is None:
            found.lost.append(f"perhaps some of {described(entry)}: which they were is not known")


def _known_before(evidence: Evidence, last: int) -> list[Item]:
    """What can be read of bases and revisions up to one, in their order."""
    items = [*evidence.bases.values(), *evidence.revisions.values()]
    usable = [item for item in items if item.step is not None and item.revision <= last]
    # A damaged base must not drop what revisions before it know.
    whole = [item for item in usable if not (item.replaces and item.lost_pages)]
    return sorted(whole, key=lambda item: (item.revision, item.is_base))


def _index(start: Item) -> IdIndex | None:
    directory = start.step.created if start.step is not None else None
    try:
        return directory.read_index() if directory is not None else None
    except Damaged:
        return None


def _was_in(entry: Entry, object_id: int, one: Annotation, index: IdIndex | None) -> bool:
    if index is not None:
        return index.find(object_id) == entry.number
    return kind_of(one) == entry.kind and reaches(one, entry.first, entry.last)
