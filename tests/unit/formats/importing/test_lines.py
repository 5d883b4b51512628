"""Lines of text files: their numbers, and files that are none."""

from __future__ import annotations

import io

import pytest

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.lines import MAX_LINE, numbered_lines
from chalicelib.formats.importing.upload import Upload
from tests.unit.formats.unpacked import zipped


def lines(body: bytes) -> list[tuple[int, str]]:
    return list(numbered_lines(Upload(io.BytesIO(zipped({"a.txt": body})), "x.zip"), "a.txt"))


def test_lines_have_numbers_and_no_ends() -> None:
    assert lines("\ufeffкот\r\n\nb ".encode()) == [(1, "кот"), (2, ""), (3, "b ")]
    assert lines(b"") == []


def test_other_encodings_are_refused_with_their_place() -> None:
    with pytest.raises(BadDataset, match=r"x\.zip/a\.txt, line 2: is not text in UTF-8"):
        lines(b"a\n\xff\n")


def test_an_endless_line_is_refused_before_it_fills_the_memory() -> None:
    with pytest.raises(BadDataset, match=r"x\.zip/a\.txt, line 1: is longer than 64 kB"):
        lines(b"x" * (MAX_LINE + 1))
