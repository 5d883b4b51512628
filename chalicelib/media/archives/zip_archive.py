"""Files in a zip archive: stored ones are ranges of it, compressed ones are unpacked into packs."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

from chalicelib.media import files
from chalicelib.media.archives import zip_directory
from chalicelib.media.archives.inflating import Compression, inflated_once
from chalicelib.media.archives.limits import BadArchive, check_total
from chalicelib.media.archives.names import Chooser, hidden
from chalicelib.media.archives.packs import Pack
from chalicelib.media.files import File
from chalicelib.media.reading import BLOCK, RangeReader, Reader

#: Bytes of a compressed file that one request reads.
PIECE = 4 << 20
_DIRECTORY_BLOCK = 1 << 20
_METHODS: dict[int, Compression] = {8: "deflate", 12: "bz2", 93: "zst", 95: "xz"}


def inside(file: File) -> bool:
    """Whether a file must be extracted before its bytes can be read."""
    return file.offset < 0


def list_members(archive: File) -> list[File]:
    """Files of use, in the order of the directory; all of them are `inside`.

    Where their bytes stand is told only by the headers before them, which indexing reads anyway.

    Raises:
        BadArchive: damaged, protected, a bomb, or what `names.Chooser` refuses.
    """
    chooser = Chooser()
    found: list[File] = []
    total = 0
    for entry in zip_directory.entries(_reader(archive, _DIRECTORY_BLOCK)):
        total += entry.size
        check_total(total, archive.size)
        if entry.is_folder:
            continue
        if entry.is_link and not hidden(entry.name):
            raise BadArchive(f"it holds a link, {entry.name}; only files and folders are accepted")
        name = chooser.choose(entry.name, entry.size)
        if name is None:
            continue
        if entry.method != zip_directory.STORED and entry.method not in _METHODS:
            raise BadArchive(f"{name} in it is compressed in a way that is not supported; use ZIP's"
                             " deflate, as all programs do by default")  # fmt: skip
        if entry.method == zip_directory.STORED and entry.packed_size != entry.size:
            raise BadArchive(f"{name} in it is damaged: stored, but with two sizes")
        found.append(
            File(name, archive.key, -1 - entry.header, entry.size, "unknown", place=archive.place)
        )
    chooser.finish()
    return found


def extract(task_id: int, archive: File, wanted: Sequence[File], identity: str) -> list[File]:
    """Find the bytes of stored members and unpack compressed ones; look into all of them.

    Args:
        wanted: of `list_members`.
        identity: begins the names of the objects; the same for a repeated call.

    Returns:
        The same files in the same order, none of them `inside`.
    """
    found: dict[str, File] = {}
    number = 0
    pack = Pack(task_id, f"{identity}-{number}")
    reader = _reader(archive, _block(wanted))
    for file in sorted(wanted, key=lambda file: -file.offset):
        local = zip_directory.local(reader, -1 - file.offset)
        if local.method == zip_directory.STORED:
            found[file.name] = _stored(archive, file, local.start, reader)
            continue
        if not pack.has_room(file.size):
            found.update((done.name, done) for done in pack.write())
            number += 1
            pack = Pack(task_id, f"{identity}-{number}")
        pack.add(file.name, file.size, _content(reader, file, local))
    found.update((done.name, done) for done in pack.write())
    return [found[file.name] for file in wanted]


def _stored(archive: File, file: File, start: int, reader: Reader) -> File:
    if start + file.size > archive.size:
        raise BadArchive(f"{file.name} in it is cut off")
    window = _Window(reader, start, file.size)
    described = files.describe(
        file.name, archive.key, archive.offset + start, file.size, window, packed=True
    )
    described.place = archive.place
    return described


def _content(reader: Reader, file: File, local: zip_directory.Local) -> Iterator[bytes]:
    compression = _METHODS.get(local.method)
    if compression is None:
        raise BadArchive(f"{file.name} in it is damaged")
    crc, beyond = 0, bytearray()
    pieces = _pieces(reader, local.start, file.size)
    try:
        for piece in inflated_once(pieces, compression, beyond):
            crc = zlib.crc32(piece, crc)
            yield piece
    except BadArchive as error:
        raise BadArchive(f"{file.name} in it cannot be unpacked: {error}") from error
    while local.crc is None and len(beyond) < zip_directory.DESCRIPTOR_SIZE:
        beyond += next(pieces, bytes(zip_directory.DESCRIPTOR_SIZE))
    if crc != (zip_directory.descriptor_crc(beyond) if local.crc is None else local.crc):
        raise BadArchive(f"{file.name} in it is damaged: its checksum is wrong")


def _pieces(reader: Reader, start: int, size: int) -> Iterator[bytes]:
    """Bytes of the archive from `start`; the decoder knows where its stream ends."""
    step = min(PIECE, size + 1024)
    while piece := reader.read(start, step):
        yield piece
        start += len(piece)
        step = PIECE


def _block(wanted: Sequence[File]) -> int:
    """Bytes to read at once: small files share a request, of large ones the head is wanted."""
    mean = sum(file.size for file in wanted) // max(1, len(wanted))
    return BLOCK if mean > BLOCK else 4 * BLOCK


def _reader(archive: File, block: int) -> Reader:
    return RangeReader(lambda at, size: files.read(archive, at, size), archive.size, block)


class _Window:
    """A part of what another reader reads, as a file of its own."""

    def __init__(self, reader: Reader, start: int, size: int) -> None:
        self._reader = reader
        self._start = start
        self._size = size

    @property
    def size(self) -> int:
        return self._size

    def read(self, offset: int, size: int) -> bytes:
        return self._reader.read(self._start + offset, max(0, min(size, self._size - offset)))
