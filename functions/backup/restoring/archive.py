"""A backup's file, read by ranges and believed in nothing. Nothing of it is unpacked as a whole."""

from __future__ import annotations

import copy
import zlib
from collections.abc import Callable, Iterator

from chalicelib.formats.errors import BadDataset
from chalicelib.media.archives import zip_directory
from chalicelib.media.archives.inflating import Compression, inflated_once
from chalicelib.media.archives.limits import RATIO_LIMIT, RATIO_SLACK, BadArchive
from chalicelib.media.archives.names import normal
from chalicelib.media.archives.zip_directory import Entry
from chalicelib.media.reading import Reader
from functions.backup.restoring.side_by_side import in_order

#: Bytes of one read.
PIECE = 4 << 20
#: Pieces of a large member that are read at a time.
AHEAD = 4
_METHODS: dict[int, Compression] = {8: "deflate", 12: "bz2", 93: "zst", 95: "xz"}


class BackupArchive:
    """Members of a backup by their names. Errors are `BadDataset`, naming file and member."""

    def __init__(self, open_file: Callable[[], Reader], name: str) -> None:
        """
        Args:
            open_file: a new reader of the file.
            name: what the user calls it.
        """
        self.name = name
        self._open = open_file
        self._reader = open_file()
        self._entries: dict[str, Entry] = {}
        try:
            self._list()
        except BadArchive as error:
            raise BadDataset(name, f"is no backup that can be read: {error}") from None

    def apart(self) -> BackupArchive:
        """The same for another thread, which reads elsewhere in the file."""
        other = copy.copy(self)
        other._reader = self._open()  # noqa: SLF001 - it is one of these
        return other

    def __contains__(self, member: str) -> bool:
        return member in self._entries

    def below(self, folder: str) -> Iterator[tuple[str, int]]:
        """Members in a folder (which ends with a slash), at any depth, with their sizes, in the
        order of their bytes."""
        found = [
            (entry.header, name, entry.size)
            for name, entry in self._entries.items()
            if name.startswith(folder)
        ]
        for _, name, size in sorted(found):
            yield name, size

    def folders(self) -> set[str]:
        """The first steps of names that have several."""
        return {name.partition("/")[0] for name in self._entries if "/" in name}

    def size(self, member: str) -> int:
        """Bytes of a member, unpacked."""
        return self._entries[member].size

    def read(self, member: str, limit: int) -> bytes:
        """A whole member of at most `limit` bytes."""
        if self.size(member) > limit:
            raise BadDataset(self.place(member), f"has more than {limit >> 20} MB")
        return b"".join(self.pieces(member))

    def pieces(self, member: str) -> Iterator[bytes]:
        """A member from its start to its end, which is checked."""
        try:
            yield from self._content(self._entries[member])
        except BadArchive as error:
            raise self.bad(member, error) from None

    def bad(self, member: str, error: BadArchive) -> BadDataset:
        """The error for a member that cannot be unpacked."""
        return BadDataset(self.place(member), f"cannot be unpacked: {error}")

    def place(self, member: str) -> str:
        """A member, for messages."""
        return f"{self.name}/{member}"

    def _list(self) -> None:
        total = 0
        for entry in zip_directory.entries(self._reader):
            total += entry.size
            if total > RATIO_SLACK + RATIO_LIMIT * self._reader.size:
                raise BadArchive(
                    f"it unpacks to {total:,} bytes or more from {self._reader.size:,}"
                )
            if entry.is_folder:
                continue
            name = normal(entry.name)
            if entry.is_link:
                raise BadArchive(f"it holds a link, {name}; only files and folders are accepted")
            if name in self._entries:
                raise BadArchive(f"it holds {name} twice")
            self._entries[name] = entry

    def _content(self, entry: Entry) -> Iterator[bytes]:
        local = zip_directory.local(self._reader, entry.header)
        if local.method != entry.method:
            raise BadArchive("it is damaged: two methods of compression")
        raw = self._raw(local.start, entry.packed_size)
        if local.method != zip_directory.STORED:
            compression = _METHODS.get(local.method)
            if compression is None:
                raise BadArchive("it is compressed in a way that is not supported")
            raw = inflated_once(raw, compression, bytearray())
        crc = total = 0
        for piece in raw:
            total += len(piece)
            if total > entry.size:
                break
            crc = zlib.crc32(piece, crc)
            yield piece
        if total != entry.size:
            raise BadArchive("it has another size than the archive says")
        if crc != self._crc(local, entry):
            raise BadArchive("its checksum is wrong")

    def _crc(self, local: zip_directory.Local, entry: Entry) -> int:
        if local.crc is not None:
            return local.crc
        after = local.start + entry.packed_size
        return zip_directory.descriptor_crc(self._reader.read(after, zip_directory.DESCRIPTOR_SIZE))

    def _raw(self, start: int, size: int) -> Iterator[bytes]:
        """Packed bytes; those of a large member are read ahead."""

        def read(offset: int) -> bytes:
            return self._reader.read(offset, min(PIECE, start + size - offset))

        offsets = range(start, start + size, PIECE)
        return map(read, offsets) if len(offsets) < 3 else in_order(read, offsets, AHEAD)
