"""An uploaded dataset: an archive, or one file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import IO, Any, BinaryIO

from chalicelib.formats.archives.zip_reader import ArchiveReader, is_archive
from chalicelib.formats.errors import BadDataset

#: How files that are packed otherwise than as ZIP begin, and what they are.
_PACKED = {
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7-Zip",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "Zstandard",
}
#: Where a tar archive says that it is one.
_TAR_AT, _TAR = 257, b"ustar"


class Upload:
    """What a user uploaded.

    Attributes:
        name: of the user's file, for messages.
        known: what readers of texts have found out of files and need not look for again.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        """`file`: seekable."""
        self.name = name
        self.known: dict[tuple[str, str], Any] = {}
        self._file = file

    @cached_property
    def archive(self) -> ArchiveReader | None:
        """The archive that it is, if it is one. Raises BadDataset."""
        return ArchiveReader(self._file, self.name) if is_archive(self._file) else None

    @cached_property
    def packed(self) -> str | None:
        """How it is packed, if that is not as ZIP: "RAR"."""
        self._file.seek(0)
        head = self._file.read(_TAR_AT + len(_TAR))
        if head[_TAR_AT:] == _TAR:
            return "tar"
        return next((name for start, name in _PACKED.items() if head.startswith(start)), None)

    def files(self, *suffixes: str) -> Sequence[str]:
        """Names of its files with one of the suffixes (".json"), in order; one file is named "".

        Raises:
            BadDataset: the archive is damaged or hostile.
        """
        return [""] if self.archive is None else self.archive.files(suffixes)

    def wanted(self, *suffixes: str) -> Sequence[str]:
        """The same. Raises BadDataset if there is none."""
        found = self.files(*suffixes)
        if not found:
            raise BadDataset(self.name, f"has no {' or '.join(suffixes)} file in it")
        return found

    def __contains__(self, file: str) -> bool:
        return file == "" if self.archive is None else file in self.archive

    def size(self, file: str) -> int:
        """Bytes of a file, unpacked."""
        if self.archive is not None:
            return self.archive.size(file)
        return self._file.seek(0, 2)

    def place(self, file: str) -> str:
        """What messages call a file: "upload.zip/train/1.txt"."""
        return f"{self.name}/{file}" if file else self.name

    @contextmanager
    def open(self, file: str) -> Iterator[IO[bytes]]:
        """A file for reading once, from its start; several times one after another is fine.

        Raises:
            BadDataset: the file is damaged.
        """
        if self.archive is None:
            self._file.seek(0)
            yield self._file
        else:
            with self.archive.open(file) as stream:
                yield stream

    @contextmanager
    def open_picture(self, file: str) -> Iterator[IO[bytes]]:
        """The same for images, which may be more than annotations."""
        assert self.archive is not None, "only archives have images"
        with self.archive.open(file, counted=False) as stream:
            yield stream

    def read(self, file: str, most: int = 64 << 20) -> bytes:
        """A small file. Raises BadDataset if it has more bytes than `most`."""
        if self.archive is not None and (small := self.archive.small(file)) is not None:
            return small
        with self.open(file) as stream:
            body = stream.read(most + 1)
        if len(body) > most:
            raise BadDataset(self.place(file), f"is larger than {most >> 20} MB")
        return body

    def text(self, file: str, most: int = 64 << 20) -> str:
        """A small text file in UTF-8, with or without a byte order mark. Raises BadDataset."""
        try:
            return self.read(file, most).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise BadDataset(self.place(file), "is not text in UTF-8", f"line {line}") from None
