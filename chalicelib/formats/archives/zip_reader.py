"""ZIP archives read without trusting them."""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO, BinaryIO

from chalicelib.formats.errors import BadDataset

#: Bytes that the annotation files of one archive may unpack to.
MAX_UNPACKED = 1 << 30
#: How many times larger than packed a big file may be.
MAX_RATIO = 200
#: Smaller files may be packed as tightly as they like.
RATIO_MATTERS = 16 << 20
MAX_MEMBERS = 1_000_000
#: Bytes of a member that is read at once.
SMALL = 1 << 18
#: Bytes of the header before a member, but for its name and more.
_LOCAL = 30
#: How hard it was packed, that its sizes follow it, that its name is UTF-8: nothing to mind.
_PLAIN_FLAGS = 0b0000_1000_0000_1110
#: What unpackers say of damage.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError,
    RuntimeError,
)  # fmt: skip


class ArchiveReader:
    """Opens members of an archive that may be hostile. Nothing is ever unpacked to disk."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._name = name
        self._file = file
        self._budget = MAX_UNPACKED
        self._counted: set[str] = set()
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise BadDataset(name, f"is not a complete ZIP archive ({error})") from None
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            raise BadDataset(name, f"has more than {MAX_MEMBERS} members")
        seen: set[str] = set()
        for member in members:
            self._check_path(member.filename)
            if member.filename in seen and not member.is_dir():
                raise BadDataset(name, f'has a member twice: "{member.filename}"')
            seen.add(member.filename)
            if stat.S_ISLNK(member.external_attr >> 16):
                raise BadDataset(name, f'has a link in it: "{member.filename}"')
            if "\\" in member.filename:
                # As some programs on Windows write folders, against what the format says.
                self._zip.NameToInfo.pop(member.filename, None)
                member.filename = member.filename.replace("\\", "/")
                self._zip.NameToInfo[member.filename] = member

    def files(self, suffixes: tuple[str, ...]) -> list[str]:
        """Names of members with a suffix such as ".xml", in order, without macOS's shadows."""
        return sorted(
            member.filename
            for member in self._zip.infolist()
            if member.filename.lower().endswith(suffixes)
            and not member.is_dir()
            and not member.filename.startswith("__MACOSX/")
            and "/__MACOSX/" not in member.filename
        )

    def __contains__(self, member: str) -> bool:
        return member in self._zip.NameToInfo

    def size(self, member: str) -> int:
        """Bytes of a member, unpacked."""
        return self._zip.getinfo(member).file_size

    @contextmanager
    def open(self, member: str, *, counted: bool = True) -> Iterator[IO[bytes]]:
        """A member for reading from its start.

        Args:
            counted: whether it takes part in what annotation files may unpack to, once.
        """
        info = self._zip.getinfo(member)
        place = f"{self._name}/{member}"
        if info.flag_bits & 1:
            raise BadDataset(place, "is encrypted")
        if counted and member not in self._counted:
            self._counted.add(member)
            self._budget -= info.file_size
        if self._budget < 0:
            raise BadDataset(place, f"unpacks to more than {MAX_UNPACKED >> 20} MB")
        if info.file_size > RATIO_MATTERS and info.file_size > MAX_RATIO * info.compress_size:
            raise BadDataset(place, f"unpacks to more than {MAX_RATIO} times its size")
        try:
            opened = self._zip.open(info)
        except (*_DAMAGE, ValueError) as error:
            # Of an archive whose beginning was cut off, members seem to stand before it.
            raise BadDataset(place, f"cannot be unpacked ({error})") from None
        try:
            with opened as stream:
                yield stream
        except _DAMAGE as error:
            raise BadDataset(place, f"cannot be unpacked ({error})") from None

    def small(self, member: str) -> bytes | None:
        """A whole member if it is small and as plain as most are, None if `open` must see to it.

        Datasets have tens of thousands of files, and what `zipfile` does for each takes longer
        than to unpack it.
        """
        info = self._zip.getinfo(member)
        if info.file_size > SMALL or info.compress_size > SMALL or info.flag_bits & ~_PLAIN_FLAGS:
            return None
        if member not in self._counted:
            self._counted.add(member)
            self._budget -= info.file_size
        self._file.seek(info.header_offset)
        head = self._file.read(_LOCAL + len(info.orig_filename) * 4 + 256 + info.compress_size)
        if self._budget < 0 or len(head) < _LOCAL or head[:4] != b"PK\x03\x04":
            return None
        start = _LOCAL + sum(struct.unpack_from("<2H", head, 26))
        packed = head[start : start + info.compress_size]
        if info.compress_type == zipfile.ZIP_DEFLATED:
            try:
                unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
                body = unpacker.decompress(packed, info.file_size + 1)
            except zlib.error:
                return None
        elif info.compress_type == zipfile.ZIP_STORED:
            body = packed
        else:
            return None
        return body if len(body) == info.file_size and zlib.crc32(body) == info.CRC else None

    def _check_path(self, member: str) -> None:
        path = PurePosixPath(member.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in "".join(path.parts[:1]):
            raise BadDataset(self._name, f'has a path that leads outside of it: "{member}"')


def is_archive(file: BinaryIO) -> bool:
    """Whether the file says that it is a ZIP archive, complete or not."""
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    return head in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
