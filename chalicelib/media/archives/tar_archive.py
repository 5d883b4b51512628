"""Files in a tar archive: ranges of a plain one; a compressed one is unpacked in a single pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

import msgspec

from chalicelib.media import files
from chalicelib.media.archives import tar_headers
from chalicelib.media.archives.inflating import Compression, inflated
from chalicelib.media.archives.limits import BadArchive, Stopped, check_total
from chalicelib.media.archives.names import Chooser
from chalicelib.media.archives.packs import Pack
from chalicelib.media.files import File

T = TypeVar("T")

#: Bytes that one request reads of a compressed archive.
PIECE = 8 << 20
#: Bytes that one request reads of a plain one: more where its files are small.
_NEAR, _FAR = 256 << 10, 4 << 10


class Notes(Protocol):
    """What an attempt leaves for the next one after it was killed."""

    def save(self, name: str, value: object) -> None:
        """Store a value."""
        ...

    def load(self, name: str, kind: type[T]) -> T | None:
        """A stored value, or None."""
        ...


def list_members(archive: File) -> list[File]:
    """Files of use in a plain tar, in its order, as ranges of it; not looked into.

    Raises:
        BadArchive: damaged, cut off, or what `names.Chooser` refuses.
    """
    chooser = Chooser()
    found: list[File] = []
    total = 0
    for entry in tar_headers.entries(_Hops(archive)):
        if entry.start + entry.size > archive.size:
            raise BadArchive(f"it is cut off in the middle of {entry.name}")
        total += entry.size
        check_total(total, archive.size)
        name = chooser.choose(entry.name, entry.size)
        if name is not None:
            found.append(
                File(
                    name,
                    archive.key,
                    archive.offset + entry.start,
                    entry.size,
                    "unknown",
                    packed=True,
                    place=archive.place,
                )
            )
    chooser.finish()
    return found


def unpack(
    task_id: int,
    archive: File,
    compression: Compression,
    identity: str,
    notes: Notes,
    progress: Callable[[float], bool] = lambda _: True,
) -> list[File]:
    """Write the files of use in a compressed tar into packs, and look into them.

    One pass from the start to the end, in bounded memory. Called again after a crash, it passes
    over what is noted as written; after it is done, it answers from its notes.

    Args:
        identity: begins the names of the packs; the same for a repeated call.
        progress: told the share (0…1) of the archive that was read; False ends the work.

    Raises:
        BadArchive: damaged, cut off, a bomb, or what `names.Chooser` refuses.
        Stopped: `progress` said so.
    """
    done = notes.load(f"{identity}.unpacked", list[File])
    if done is not None:
        return done
    flow = _Flow(archive, compression, progress)
    packs = _Packs(task_id, identity, notes)
    chooser = Chooser()
    for entry in tar_headers.entries(flow):
        name = chooser.choose(entry.name, entry.size)
        if name is not None:
            packs.add(name, entry.size, flow.pieces(entry.start, entry.size))
    flow.drain()
    chooser.finish()
    found = packs.finish()
    notes.save(f"{identity}.unpacked", found)
    return found


class _Written(msgspec.Struct):
    files: list[File]


class _Packs:
    """Divides files into packs as every attempt does, and skips the packs that are noted."""

    def __init__(self, task_id: int, identity: str, notes: Notes) -> None:
        self._task_id = task_id
        self._identity = identity
        self._notes = notes
        self._found: list[File] = []
        self._number = -1
        self._start()

    def add(self, name: str, size: int, pieces: Iterator[bytes]) -> None:
        """Write a file, unless that was done."""
        if not self._pack.has_room(size):
            self._end()
            self._start()
        if self._noted is None:
            self._pack.add(name, size, pieces)
        else:
            self._pack.pass_over(size)

    def finish(self) -> list[File]:
        """All files, in the order of the archive."""
        self._end()
        return self._found

    def _start(self) -> None:
        self._number += 1
        self._pack = Pack(self._task_id, f"{self._identity}-{self._number}")
        self._noted = self._notes.load(self._note, _Written)

    def _end(self) -> None:
        if self._noted is None:
            self._noted = _Written(self._pack.write())
            self._notes.save(self._note, self._noted)
        self._found += self._noted.files

    @property
    def _note(self) -> str:
        return f"{self._identity}.pack-{self._number}"


class _Hops:
    """A plain archive read by ranges, from header to header."""

    def __init__(self, archive: File) -> None:
        self._archive = archive
        self._start = 0
        self._body = b""

    def take(self, offset: int, size: int) -> bytes:
        end = self._start + len(self._body)
        if offset + size > end:
            ahead = _NEAR if offset - end < _NEAR else _FAR
            self._start = offset
            self._body = files.read(self._archive, offset, max(size, ahead))
        at = offset - self._start
        return self._body[at : at + size]


class _Flow:
    """A compressed archive as it comes out of the decoder."""

    def __init__(
        self, archive: File, compression: Compression, progress: Callable[[float], bool]
    ) -> None:
        self._archive = archive
        self._progress = progress
        self._read = 0
        self._stream = inflated(self._compressed(), compression)
        self._start = 0
        self._body = b""

    def take(self, offset: int, size: int) -> bytes:
        """Bytes of the decompressed archive, in ascending order."""
        return b"".join(self.pieces(offset, size))

    def pieces(self, offset: int, size: int) -> Iterator[bytes]:
        """The same in pieces; fewer than `size` bytes at the end of the archive."""
        stop = offset + size
        while offset < stop:
            at = offset - self._start
            if at < len(self._body):
                piece = self._body[at : at + stop - offset]
                offset += len(piece)
                yield piece
            elif not self._next():
                return

    def drain(self) -> None:
        """Read to the end, where the checksums are."""
        while self._next():
            pass

    def _next(self) -> bool:
        self._start += len(self._body)
        self._body = next(self._stream, b"")
        check_total(self._start + len(self._body), self._read)
        return bool(self._body)

    def _compressed(self) -> Iterator[bytes]:
        while self._read < self._archive.size:
            piece = files.read(self._archive, self._read, PIECE)
            if not piece:
                raise BadArchive("it is cut off")
            self._read += len(piece)
            yield piece
            if not self._progress(self._read / self._archive.size):
                raise Stopped
