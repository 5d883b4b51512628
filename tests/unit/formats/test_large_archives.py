"""Archives beyond what ZIP was made for: 4 GiB and 65,535 members, not only as if they were."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import IO

from chalicelib.formats.archives.zip_reader import ArchiveReader
from chalicelib.formats.archives.zip_writer import ArchiveWriter

GIB = 1 << 30
NOTHING = bytes(64 << 20)


class Sparse:
    """A file in which nothing but zeros is a hole, which takes neither room nor time."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, data: bytes) -> None:
        if data is NOTHING:
            self._file.seek(len(data), io.SEEK_CUR)
        else:
            self._file.write(data)


def test_a_member_of_five_gibibytes_and_those_beyond_it(tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    with path.open("wb") as file:
        archive = ArchiveWriter(Sparse(file))
        archive.begin("film.mp4", 5 * GIB, 0)
        for _ in range(5 * GIB // len(NOTHING)):
            archive.go_on(NOTHING)
        archive.image("images/1.jpg", b"one")
        with archive.text("annotations.xml") as member:
            member.write(b"<annotations/>" * 1000)
        archive.close()
    with zipfile.ZipFile(path) as opened:
        film, picture, text = opened.infolist()
        assert film.file_size == film.compress_size == 5 * GIB
        assert min(picture.header_offset, text.header_offset) > 5 * GIB
        assert opened.read(picture) == b"one"
        assert opened.read(text) == b"<annotations/>" * 1000
        with opened.open(film) as stream:
            assert stream.read(1000) == bytes(1000)
    with path.open("rb") as file:
        reader = ArchiveReader(file, "large.zip")
        assert reader.files((".jpg", ".xml")) == ["annotations.xml", "images/1.jpg"]
        with reader.open("images/1.jpg") as stream:
            assert stream.read() == b"one"


def test_more_members_than_two_bytes_count(tmp_path: Path) -> None:
    path, count = tmp_path / "many.zip", 1 << 16
    with path.open("wb") as file:
        archive = ArchiveWriter(file)
        for number in range(count):
            archive.image(f"{number}.txt", b"%d" % number)
        archive.close()
    with zipfile.ZipFile(path) as opened:
        assert len(opened.namelist()) == count
        assert opened.read("65535.txt") == b"65535"
