"""Pictures in zip archives. Archives are hostile: every size is checked while bytes are read."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from chalicelib.media import layout
from chalicelib.media.files import File, describe, read
from chalicelib.media.reading import BytesReader, RangeReader, SeekableFile
from chalicelib.platform import bucket

IMAGE_EXTENSIONS = {
    ".jpg", ".jpeg", ".jfif", ".png", ".webp", ".bmp", ".dib", ".gif", ".tif", ".tiff",
}  # fmt: skip
MEMBER_LIMIT = 100_000
#: Bytes of one picture in an archive.
MEMBER_SIZE_LIMIT = 512 << 20
TOTAL_LIMIT = 50 << 30
#: How many times larger than the archive its contents may be. Pictures hardly deflate.
RATIO_LIMIT = 100
#: Bytes of pictures written as one object.
PACK_SIZE = 64 << 20
#: An offset that says: still inside the archive.
INSIDE = -1


_DAMAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, RuntimeError)


class BadArchive(Exception):
    """The archive cannot be used. The text says why, without its name."""


def list_pictures(archive: File) -> list[File]:
    """Members that are pictures by their name, in the order of the archive.

    Stored members are ranges of the archive itself; deflated ones have the offset `INSIDE`.

    Raises:
        BadArchive: damaged, encrypted, too large, or a bomb.
    """
    with _open(archive) as opened:
        members = [m for m in opened.infolist() if _is_picture(m)]
        _check(members, archive)
        return [_member(archive, member) for member in members]


def extract(task_id: int, archive: File, wanted: Sequence[File], identity: str) -> list[File]:
    """Unpack deflated members into one object of the task and describe them.

    Args:
        identity: names the object; the same for a repeated call.
    """
    key = layout.pack(task_id, identity)
    body = bytearray()
    found = []
    with _open(archive) as opened:
        for file in wanted:
            content = _inflate(opened, file)
            found.append(
                describe(file.name, key, len(body), len(content), BytesReader(content), packed=True)
            )
            body += content
    bucket.put(key, bytes(body))
    return found


def parts(files: Sequence[File], size: int = PACK_SIZE, count: int = 500) -> Iterator[list[File]]:
    """Divide files into runs of at most `size` bytes and `count` files."""
    run: list[File] = []
    total = 0
    for file in files:
        if run and (total + file.size > size or len(run) == count):
            yield run
            run, total = [], 0
        run.append(file)
        total += file.size
    if run:
        yield run


def _open(archive: File) -> zipfile.ZipFile:
    reader = RangeReader(lambda offset, size: read(archive, offset, size), archive.size)
    try:
        return zipfile.ZipFile(SeekableFile(reader))
    except (zipfile.BadZipFile, struct.error, ValueError, OSError) as error:
        raise BadArchive(f"it is not a whole zip archive: {error}") from error


def _is_picture(member: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return not member.is_dir() and not hidden and path.suffix.lower() in IMAGE_EXTENSIONS


def _check(members: Sequence[zipfile.ZipInfo], archive: File) -> None:
    if not members:
        raise BadArchive("it holds no pictures")
    if len(members) > MEMBER_LIMIT:
        raise BadArchive(f"it holds {len(members):,} pictures; at most {MEMBER_LIMIT:,} fit a task")
    total = sum(m.file_size for m in members)
    if total > min(TOTAL_LIMIT, RATIO_LIMIT * archive.size):
        raise BadArchive(f"it would unpack to {total:,} bytes from {archive.size:,}")
    for member in members:
        steps = member.filename.split("/")
        if ".." in steps or member.filename.startswith("/") or "\\" in member.filename:
            raise BadArchive(f"it holds a file that leads outside of it: {member.filename!r}")
        if member.flag_bits & 1:
            raise BadArchive("it is protected by a password")
        if member.file_size > MEMBER_SIZE_LIMIT:
            raise BadArchive(f"{member.filename} in it has {member.file_size:,} bytes")


def _member(archive: File, member: zipfile.ZipInfo) -> File:
    name, size = member.filename, member.file_size
    if member.compress_type != zipfile.ZIP_STORED:
        return File(name, archive.key, INSIDE, size, "unknown")
    # The local header repeats the name and has extra fields of its own length.
    head = read(archive, member.header_offset + 26, 4)
    if len(head) < 4:
        raise BadArchive("it is cut off")
    start = member.header_offset + 30 + sum(struct.unpack("<HH", head))
    if member.compress_size != size or start + size > archive.size:
        raise BadArchive("it is damaged")
    return File(name, archive.key, archive.offset + start, size, "unknown", packed=True)


def _inflate(opened: zipfile.ZipFile, file: File) -> bytes:
    try:
        with opened.open(file.name) as stream:
            content = stream.read(file.size + 1)
    except _DAMAGE as error:
        raise BadArchive(f"{file.name} in it is damaged: {error}") from error
    if len(content) != file.size:
        raise BadArchive(f"{file.name} in it has another size than the archive says")
    return content
