"""A directory of pages: which there are, where their bytes are, and which page has an object."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from operator import attrgetter
from typing import Any

import msgspec
import zstandard

from chalicelib.annotations.model.document import Annotation
from chalicelib.annotations.revisions import pages
from chalicelib.annotations.revisions.damage import Damaged
from chalicelib.annotations.revisions.extents import FOREVER
from chalicelib.annotations.revisions.id_index import IdIndex
from chalicelib.annotations.revisions.page_cache import compressed, decoded
from chalicelib.annotations.revisions.pages import Entry

#: Reads bytes of a file: key, offset, size. Raises KeyError if there is no such file.
Fetch = Callable[[str, int, int], bytes]
Objects = dict[int, Annotation]

#: Bytes between two wanted pages that are cheaper to read than a request is to make.
_GAP = 32_768
#: Bytes that one request reads at most.
_AT_ONCE = 8_000_000
#: Pages of one frame that are looked into before the index is asked for.
_LIKELY = 4
_FIRST = attrgetter("first")
_UNREADABLE = (zstandard.ZstdError, msgspec.DecodeError, msgspec.ValidationError)


class Directory:
    """Pages of one base, or of what one revision created. Never changed.

    Attributes:
        entries: of the pages, in no order that matters.
        files: keys of the files that the pages are in; the first is the directory's own, "" if
            its bytes are in `body`.
        sizes: of the files, bytes.
        index: offset and size of the index within the own file or body.
        ids: the least and the greatest id.
        body: bytes of the own file, if they are in memory for good.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        files: Sequence[str],
        sizes: Sequence[int],
        index: tuple[int, int],
        ids: tuple[int, int],
        fetch: Fetch,
        body: bytes | None = None,
    ) -> None:
        self.entries = entries
        self.files = files
        self.sizes = sizes
        self.index = index
        self.ids = ids
        self.body = body
        self._fetch = fetch
        self._by_number = {entry.number: entry for entry in entries}
        self._own: Hashable = files[0] or object()

    @property
    def count(self) -> int:
        """Number of objects."""
        return sum(entry.count for entry in self.entries)

    @property
    def raw(self) -> int:
        """Bytes of the pages before compression."""
        return sum(entry.raw for entry in self.entries)

    @property
    def weight(self) -> int:
        """Bytes that it holds in memory for good, about."""
        return len(self.body or b"") + 150 * len(self.entries)

    def find(self, object_id: int, frame: int | None = None) -> Annotation | None:
        """An object. `frame`: where it is likely to be. Raises Damaged."""
        return self.find_many({object_id: frame}).get(object_id)

    def find_many(self, wanted: Mapping[int, int | None]) -> Objects:
        """Those of the wanted objects that are here.

        Args:
            wanted: ids, each with a frame on which it is likely to be, or None.

        Raises:
            Damaged: a page that may have one of them cannot be read.
        """
        found: Objects = {}
        index = self._known_index()
        if index is None:
            for page in self.load(self._likely(wanted)).values():
                found.update((key, page[key]) for key in wanted.keys() & page.keys())
            if len(found) == len(wanted) or not self._holds(wanted.keys() - found.keys()):
                return found
            index = self.read_index()
        numbers = {key: index.find(key) for key in wanted.keys() - found.keys()}
        loaded = self.load(
            [self._by_number[number] for number in set(numbers.values()) if number is not None]
        )
        for key, number in numbers.items():
            if number is not None and key in loaded[number]:
                found[key] = loaded[number][key]
        return found

    def load(self, entries: Iterable[Entry]) -> dict[int, Objects]:
        """The objects of pages by the page's number.

        Raises:
            Damaged: one of them cannot be read.
        """
        wanted = list(entries)
        keep = decoded.room_for(sum(entry.raw for entry in wanted))
        loaded: dict[int, Objects] = {}
        missing: list[Entry] = []
        for entry in wanted:
            known = decoded.get(self._key(entry))
            if known is None:
                missing.append(entry)
            else:
                loaded[entry.number] = known
        for entry, blob in self.blobs(missing):
            objects = loaded[entry.number] = self._decoded(entry, blob)
            if keep:
                decoded.keep(self._key(entry), objects, entry.raw)
        return loaded

    def load_readable(self, entries: Iterable[Entry]) -> tuple[dict[int, Objects], list[str]]:
        """The same of the pages that can be read, and what is wrong with the others."""
        loaded: dict[int, Objects] = {}
        problems: list[str] = []
        for entry in entries:
            try:
                loaded |= self.load([entry])
            except Damaged as damaged:
                problems.append(damaged.what)
        return loaded, problems

    def once(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Callable[[], list[Any]]]]:
        """Pages for who goes through all of them: bytes, which are decoded when that is asked for.

        Nothing is remembered. Raises Damaged, as does decoding.
        """
        for entry, blob in self.blobs(entries, remember=False):
            yield entry, partial(self._listed, entry, blob)

    def blobs(
        self, entries: Iterable[Entry], *, remember: bool = True
    ) -> Iterator[tuple[Entry, bytes]]:
        """The stored bytes of pages; neighbours come by one request. Raises Damaged."""
        missing: list[Entry] = []
        for entry in entries:
            known = compressed.get(self._key(entry))
            if known is None:
                missing.append(entry)
            else:
                yield entry, known
        remember = remember and compressed.room_for(sum(entry.packed for entry in missing))
        for run in _runs(missing):
            start = run[0].offset
            size = run[-1].offset + run[-1].packed - start
            found = self._read(run[0].file, start, size)
            if found is None:
                raise Damaged(self._missing(run[0]))
            for entry in run:
                blob = found[entry.offset - start : entry.offset - start + entry.packed]
                if len(blob) < entry.packed:
                    raise Damaged(self._missing(entry))
                if remember and not self._is_at_hand(entry):
                    compressed.keep(self._key(entry), blob, entry.packed)
                yield entry, blob

    def remember(self, body: bytes) -> None:
        """Keep the bytes of the pages in the own file, which was written just now."""
        if compressed.room_for(len(body)):
            for entry in self.entries:
                if entry.file == 0:
                    blob = body[entry.offset : entry.offset + entry.packed]
                    compressed.keep(self._key(entry), blob, entry.packed)

    def read_index(self) -> IdIndex:
        """Where each object is. An index that is lost is made anew from the pages."""
        known = self._known_index()
        if known is not None:
            return known
        blob = self._read(0, *self.index)
        try:
            index = IdIndex.decode(blob or b"")
        except _UNREADABLE:
            loaded = self.load(self.entries)
            index = IdIndex.of((key, number) for number, page in loaded.items() for key in page)
        decoded.keep((self._own, "index"), index, 4 * len(index))
        return index

    def is_intact(self, entry: Entry) -> bool:
        """Whether a page can be read."""
        return not self.load_readable([entry])[1]

    def _key(self, entry: Entry) -> tuple[Hashable, int]:
        return (self._own if entry.file == 0 else self.files[entry.file]), entry.offset

    def _known_index(self) -> IdIndex | None:
        known: IdIndex | None = decoded.get((self._own, "index"))
        return known

    def _likely(self, wanted: Mapping[int, int | None]) -> list[Entry]:
        """Pages of the frames on which objects are said to be, if these are few."""
        frames = {frame for frame in wanted.values() if frame is not None}
        if len(self.entries) <= _LIKELY and self.body is not None:
            return list(self.entries)
        if len(frames) > _LIKELY:
            return []
        likely = {
            entry.number: entry for frame in frames for entry in self._on_frame(frame)
        }  # fmt: skip
        return list(likely.values()) if len(likely) <= _LIKELY * len(frames) else []

    def _on_frame(self, frame: int) -> Iterator[Entry]:
        """Pages that are likely to show something on a frame; nearly always all of them."""
        yield from (entry for entry in self._long if entry.reaches(frame, frame))
        place = bisect_right(self._short, frame, key=_FIRST)
        # Such pages hardly overlap, as their objects are in order of frames.
        while place and self._short[place - 1].last >= frame:
            place -= 1
            yield self._short[place]

    @cached_property
    def _short(self) -> list[Entry]:
        return sorted((entry for entry in self.entries if entry.kind != "track"), key=_FIRST)

    @cached_property
    def _long(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.kind == "track"]

    def _is_at_hand(self, entry: Entry) -> bool:
        return entry.file == 0 and self.body is not None

    def _holds(self, object_ids: Collection[int]) -> bool:
        """Whether some of the objects may be here though they were not found so far."""
        return bool(object_ids) and not (len(self.entries) <= _LIKELY and self.body is not None)

    def _read(self, file: int, offset: int, size: int) -> bytes | None:
        if file == 0 and self.body is not None:
            return self.body[offset : offset + size]
        try:
            return self._fetch(self.files[file], offset, size)
        except KeyError:
            return None

    def _decoded(self, entry: Entry, blob: bytes) -> Objects:
        try:
            objects = pages.decode(entry.kind, blob)
        except _UNREADABLE as error:
            raise Damaged(self._missing(entry)) from error
        if len(objects) != entry.count:
            raise Damaged(self._missing(entry))
        return objects

    def _listed(self, entry: Entry, blob: bytes) -> list[Any]:
        try:
            objects = pages.objects_of(entry.kind, blob)
        except _UNREADABLE as error:
            raise Damaged(self._missing(entry)) from error
        if len(objects) != entry.count:
            raise Damaged(self._missing(entry))
        return objects

    def _missing(self, entry: Entry) -> str:
        frames = f"from frame {entry.first} on"
        if entry.last < FOREVER:
            frames = f"on frames {entry.first} to {entry.last}"
        where = self.files[entry.file] or "the table"
        return (
            f"{entry.count} {entry.kind}s {frames}: "
            f"bytes {entry.offset} to {entry.offset + entry.packed} of {where}"
        )


def _runs(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Pages that one request reads."""
    run: list[Entry] = []
    for entry in sorted(entries, key=lambda entry: (entry.file, entry.offset)):
        if run and not (
            entry.file == run[-1].file
            and entry.offset - run[-1].offset - run[-1].packed <= _GAP
            and entry.offset + entry.packed - run[0].offset <= _AT_ONCE
        ):
            yield run
            run = []
        run.append(entry)
    if run:
        yield run
