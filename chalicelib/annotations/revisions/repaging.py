"""The pages of a snapshot, made of those that there are and of what was changed since.

Only pages that something was changed in are made anew. The others stay where they are; their
bytes are moved only out of records, out of files that are mostly of no use any more, and when
there would be too many files.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

import msgspec

from chalicelib.annotations.model.document import Annotation, Kind, kind_of
from chalicelib.annotations.revisions import pages
from chalicelib.annotations.revisions.changes import Change
from chalicelib.annotations.revisions.damage import Damaged
from chalicelib.annotations.revisions.directories import Directory
from chalicelib.annotations.revisions.pages import Entry, Page
from chalicelib.annotations.revisions.payloads import File, Header, Packed, with_pages
from chalicelib.annotations.revisions.snapshots import Layer, Snapshot

#: Files that a directory may refer to beside its own.
MOST_FILES = 8
_KINDS: tuple[Kind, ...] = ("tag", "shape", "track")

#: A page and the directory that it is in.
Place = tuple[Directory, Entry]


def repaged(snapshot: Snapshot, *, inline: int) -> Packed:
    """The payload of a base that holds what the snapshot does.

    Args:
        inline: bytes up to which everything should be in one piece.

    Raises:
        Damaged: a page that must be made anew cannot be read.
    """
    over = snapshot.changed()
    touched = {
        (directory, number)
        for directory in snapshot.directories
        for number in _pages_of(directory, over)
    }
    kept: list[Place] = []
    made: list[Page] = []
    for kind in _KINDS:
        places = _places(snapshot, kind)
        added = [item for item in over.values() if item is not None and kind_of(item) == kind]
        left, runs = _divided(places, touched, added)
        kept += left
        for run, more in runs:
            made += pages.make(kind, _objects(run, over) + more)
    header = Header(change=Change(replace=True), counts=snapshot.counts())
    return _put_together(header, kept, made, inline)


def _pages_of(directory: Directory, over: Layer) -> set[int]:
    if not over:
        return set()
    index = directory.read_index()
    return {number for key in over if (number := index.find(key)) is not None}


def _places(snapshot: Snapshot, kind: Kind) -> list[Place]:
    """All pages of a kind in order of their first frames."""
    found = [
        (directory, entry)
        for directory in snapshot.directories
        for entry in directory.entries
        if entry.kind == kind
    ]
    return sorted(found, key=lambda place: (place[1].first, place[1].last))


def _divided(
    places: list[Place], touched: set[tuple[Directory, int]], added: list[Annotation]
) -> tuple[list[Place], list[tuple[list[Place], list[Any]]]]:
    """Pages that stay, and runs of pages to make anew, each with the objects that join them."""
    firsts = [entry.first for _, entry in places]
    joining: dict[int, list[Annotation]] = defaultdict(list)
    for item in added:
        joining[max(0, bisect_right(firsts, item.frame) - 1)].append(item)
    changed = {
        position
        for position, (directory, entry) in enumerate(places)
        if position in joining or (directory, entry.number) in touched
    }
    changed |= _neighbours(places, changed, joining)
    kept = [place for position, place in enumerate(places) if position not in changed]
    runs: list[tuple[list[Place], list[Any]]] = []
    for run in _consecutive(sorted(changed)):
        more = [item for position in run for item in joining[position]]
        runs.append(([places[position] for position in run], more))
    if not places and added:
        runs.append(([], added))
    return kept, runs


def _neighbours(
    places: list[Place], changed: set[int], joining: dict[int, list[Annotation]]
) -> set[int]:
    """Pages beside small ones that are changed anyway, to become one page with them."""
    small = {
        position
        for position in changed
        if places[position][1].raw < pages.PAGE_BYTES // 4 and len(joining[position]) < 64
    }
    return {
        position - 1 if position else 1 for position in small if position or len(places) > 1
    } - changed


def _consecutive(positions: list[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for position in positions:
        if run and position != run[-1] + 1:
            yield run
            run = []
        run.append(position)
    if run:
        yield run


def _objects(run: list[Place], over: Layer) -> list[Any]:
    """What is in pages, but for what is changed."""
    by_directory: dict[Directory, list[Entry]] = defaultdict(list)
    for directory, entry in run:
        by_directory[directory].append(entry)
    return [
        item
        for directory, entries in by_directory.items()
        for page in directory.load(entries).values()
        for key, item in page.items()
        if key not in over
    ]


def _put_together(header: Header, kept: list[Place], made: list[Page], inline: int) -> Packed:
    whole = sum(entry.packed for _, entry in kept) + sum(len(page.blob) for page in made)
    carried = _carried(kept, whole <= inline)
    body: list[bytes] = []
    entries: list[Entry] = []
    pairs: list[tuple[int, int]] = []
    files: dict[str, int] = {}
    offset = 0
    numbers: dict[Directory, dict[int, int]] = defaultdict(dict)
    for number, (directory, entry) in enumerate(kept):
        numbers[directory][entry.number] = number
        blob = carried.get((directory, entry.number))
        if blob is None:
            key = directory.files[entry.file]
            place = files.setdefault(key, len(files) + 1)
            if place > len(header.files):
                header.files.append(File(key, directory.sizes[entry.file]))
            entries.append(msgspec.structs.replace(entry, number=number, file=place))
            continue
        entries.append(msgspec.structs.replace(entry, number=number, file=0, offset=offset))
        body.append(blob)
        offset += len(blob)
    for directory, renumbered in numbers.items():
        pairs += (
            (key, renumbered[number])
            for key, number in directory.read_index().pairs()
            if number in renumbered
        )
    return with_pages(header, entries, made, carried=b"".join(body), known=pairs)


def _carried(kept: list[Place], whole: bool) -> dict[tuple[Directory, int], bytes]:
    """The bytes of pages that move to the new payload."""
    files = _files_to_leave(kept)
    moving: dict[Directory, list[Entry]] = defaultdict(list)
    for directory, entry in kept:
        in_memory = entry.file == 0 and directory.body is not None
        if in_memory or whole or directory.files[entry.file] in files:
            moving[directory].append(entry)
    carried: dict[tuple[Directory, int], bytes] = {}
    for directory, entries in moving.items():
        try:
            found = {(directory, entry.number): blob for entry, blob in directory.blobs(entries)}
        except Damaged:
            # What cannot be read stays named, so that it can be repaired.
            continue
        carried |= found
    return carried


def _files_to_leave(kept: list[Place]) -> set[str]:
    """Files of which less than half is in use, and all but a few of the largest."""
    used: dict[str, int] = defaultdict(int)
    sizes: dict[str, int] = {}
    for directory, entry in kept:
        key = directory.files[entry.file]
        if key:
            used[key] += entry.packed
            sizes[key] = directory.sizes[entry.file]
    sparse = {key for key, bytes_ in used.items() if bytes_ * 2 < sizes[key]}
    dense = sorted(
        ((bytes_, key) for key, bytes_ in used.items() if key not in sparse), key=itemgetter(0)
    )
    return sparse | {key for _, key in dense[: max(0, len(dense) - MOST_FILES)]}
