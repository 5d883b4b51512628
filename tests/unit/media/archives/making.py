"""Archives made for tests, and an archive as indexing sees it."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from typing import TypeVar

import msgspec
import zstandard

from chalicelib.media import files
from chalicelib.media.archives import members
from chalicelib.media.files import File, describe_object
from chalicelib.platform import bucket

T = TypeVar("T")
Make = Callable[[dict[str, bytes]], bytes]
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.compress,
}


def zipped(bodies: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, **options: bool) -> bytes:
    """A zip. `seekable=False` writes it as a stream, sizes after the bytes."""
    sink = io.BytesIO()
    target = sink if options.get("seekable", True) else _Unseekable(sink)
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, body in bodies.items():
            with archive.open(name, "w", force_zip64=options.get("zip64", False)) as member:
                member.write(body)
    return sink.getvalue()


def tarred(bodies: dict[str, bytes], tar_format: int = tarfile.PAX_FORMAT) -> bytes:
    """A plain tar."""
    return tar_of([(_info(name, len(body)), body) for name, body in bodies.items()], tar_format)


def compressed_tar(kind: str) -> Make:
    return lambda bodies: COMPRESS[kind](tarred(bodies))


def tar_of(
    entries: list[tuple[tarfile.TarInfo, bytes]], tar_format: int = tarfile.PAX_FORMAT
) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w", format=tar_format, encoding="utf-8",
                      errors="surrogateescape") as archive:  # fmt: skip
        for info, body in entries:
            archive.addfile(info, io.BytesIO(body))
    return sink.getvalue()


def archive_of(body: bytes, name: str = "set") -> File:
    """An uploaded archive, recognised by its content."""
    bucket.put(f"tasks/1/raw/{name}", body)
    return describe_object(name, f"tasks/1/raw/{name}", len(body))


def unpacked(archive: File) -> dict[str, bytes]:
    """Every member by name, as indexing gets at them."""
    return {file.name: files.read(file) for file in found(archive)}


def found(archive: File) -> list[File]:
    """The members, wherever their bytes ended up."""
    if members.in_one_pass(archive):
        return members.unpack(1, archive, "a", Kept())
    listed = members.list_members(archive)
    inside = [file for file in listed if members.inside(file)]
    extracted = {f.name: f for f in members.extract(1, archive, inside, "a")} if inside else {}
    return [extracted.get(file.name, file) for file in listed]


KINDS: dict[str, Make] = {
    "zip": zipped,
    "stored zip": lambda bodies: zipped(bodies, zipfile.ZIP_STORED),
    "tar": tarred,
    **{f"tar.{kind}": compressed_tar(kind) for kind in COMPRESS},
}


class Kept:
    """Notes that survive a crash."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}

    def save(self, name: str, value: object) -> None:
        self.values[name] = msgspec.msgpack.encode(value)

    def load(self, name: str, kind: type[T]) -> T | None:
        body = self.values.get(name)
        return None if body is None else msgspec.msgpack.decode(body, type=kind)


class _Unseekable(io.RawIOBase):
    def __init__(self, sink: io.BytesIO) -> None:
        super().__init__()
        self._sink = sink

    def writable(self) -> bool:
        return True

    def write(self, body: object) -> int:
        return self._sink.write(body)  # type: ignore[arg-type]  # bytes-like


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size
    return info
