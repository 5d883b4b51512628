"""Everything that can still be read of a job's log, and what cannot.

Pages are read from where they are stored, never from this process's memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import msgspec
import zstandard
from msgspec.structs import replace

from chalicelib.annotations.model.document import Annotation, Kind
from chalicelib.annotations.revisions import log, pages
from chalicelib.annotations.revisions.damage import Damaged
from chalicelib.annotations.revisions.directories import Directory
from chalicelib.annotations.revisions.extents import FOREVER
from chalicelib.annotations.revisions.log import Head, RevisionMeta
from chalicelib.annotations.revisions.pages import Entry
from chalicelib.annotations.revisions.snapshots import Step
from chalicelib.platform import keys, table
from chalicelib.platform.table import Record

#: Pages that are read together; neighbours come by one request.
_TOGETHER = 64
#: How the message of a revision begins that stands for one that was lost.
LOST = "Lost: "
#: Revisions begin so, and bases; then bases as they once were.
_PREFIXES = ("REV#", log.OLD_BASE)
_UNREADABLE = (zstandard.ZstdError, msgspec.DecodeError, msgspec.ValidationError)

#: The objects of a page; None if it cannot be read.
Content = dict[int, Annotation] | None


class Item:
    """A revision or a base.

    Attributes:
        problem: what of it cannot be read, if it is not a page; "" if all is well.
        step: None if its record or its header cannot be read.
    """

    def __init__(self, record: Record) -> None:
        self.sk = record.sk
        self.record = record
        self.revision = log.revision_of(record.sk)
        self.is_base = log.is_base(record.sk) or record.sk.startswith(log.OLD_BASE)
        self.step: Step | None = None
        self.problem = ""
        try:
            self.step = log.step_of(record)
        except Damaged as damaged:
            self.problem = str(damaged)

    @property
    def name(self) -> str:
        """For people."""
        return f"{'the base of ' if self.is_base else ''}revision {self.revision}"

    @property
    def meta(self) -> RevisionMeta:
        """What is known of a revision without its payload."""
        return self.record.read(RevisionMeta)

    @property
    def replaces(self) -> bool:
        """Whether reading can start here."""
        return self.step is not None and self.step.small.replace

    @property
    def stands_for_a_lost_one(self) -> bool:
        return not self.is_base and self.meta.message.startswith(LOST)

    def pages(self) -> Iterator[tuple[Entry, Content]]:
        """Its pages, as far as they can be read."""
        if self.step is not None and self.step.created is not None:
            yield from _read(self.step.created)

    @cached_property
    def lost_pages(self) -> list[Entry]:
        """Those that cannot be read."""
        return [entry for entry, content in self.pages() if content is None]

    @property
    def is_intact(self) -> bool:
        """Whether all of it can be read, and is what was saved."""
        return self.step is not None and not self.stands_for_a_lost_one and not self.lost_pages

    def problems(self) -> list[str]:
        """What cannot be read, for people."""
        told = [self.problem] if self.problem else []
        return told + [
            f"{self.name}: {described(entry)} cannot be read" for entry in together(self.lost_pages)
        ]


class Evidence:
    """What there is of a job.

    Attributes:
        head: None if it is missing. version: of its record, 0 if there is none.
        revisions: by number. bases: by `sk`.
    """

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id
        self.head: Head | None = None
        self.version = 0
        self.revisions: dict[int, Item] = {}
        self.bases: dict[str, Item] = {}
        for record in table.children(keys.annotations(job_id)):
            if record.sk == log.HEAD:
                self.head, self.version = record.read(Head), int(record.version)
            elif record.sk.startswith(_PREFIXES):
                self._add(Item(record))

    def _add(self, item: Item) -> None:
        if item.is_base:
            self.bases[item.sk] = item
        else:
            self.revisions[item.revision] = item

    @property
    def is_empty(self) -> bool:
        return self.head is None and not self.revisions and not self.bases

    def starts(self, last: int) -> list[Item]:
        """What reading may start from, of revisions up to `last`, the latest first."""
        found = [item for item in self.bases.values() if item.revision <= last]
        found += [item for item in self.revisions.values() if item.revision <= last]
        usable = [item for item in found if item.replaces or (item.is_base and item.step)]
        return sorted(usable, key=lambda item: (-item.revision, not item.is_base))

    def between(self, first: int, last: int) -> list[Item | None]:
        """Revisions from one to another, inclusive; None for the missing ones."""
        return [self.revisions.get(number) for number in range(first, last + 1)]


def described(entry: Entry) -> str:
    """A page, for people."""
    frames = f"from frame {entry.first} on"
    if entry.last < FOREVER:
        frames = f"on frames {entry.first} to {entry.last}"
    return f"{entry.count} {entry.kind}{'' if entry.count == 1 else 's'} {frames}"


def together(entries: Iterable[Entry]) -> list[Entry]:
    """The pages with those of one kind as one: a lost file is many pages, and one sentence."""
    kinds: dict[Kind, Entry] = {}
    for entry in entries:
        known = kinds.setdefault(entry.kind, entry)
        if known is not entry:
            kinds[entry.kind] = replace(
                known,
                first=min(known.first, entry.first),
                last=max(known.last, entry.last),
                count=known.count + entry.count,
            )
    return list(kinds.values())


def _read(directory: Directory) -> Iterator[tuple[Entry, Content]]:
    entries = sorted(directory.entries, key=lambda entry: (entry.file, entry.offset))
    for start in range(0, len(entries), _TOGETHER):
        some = entries[start : start + _TOGETHER]
        try:
            yield from [(entry, _decoded(entry, blob)) for entry, blob in directory.blobs(some)]
        except Damaged:
            yield from _one_by_one(directory, some)


def _one_by_one(directory: Directory, entries: Sequence[Entry]) -> Iterator[tuple[Entry, Content]]:
    for entry in entries:
        try:
            ((_, blob),) = directory.blobs([entry])
        except Damaged:
            yield entry, None
        else:
            yield entry, _decoded(entry, blob)


def _decoded(entry: Entry, blob: bytes) -> Content:
    try:
        objects = pages.decode(entry.kind, blob)
    except _UNREADABLE:
        return None
    return objects if len(objects) == entry.count else None
