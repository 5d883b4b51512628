"""Lines of text files of any size, one after another."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.upload import Upload

#: Bytes of the longest line.
MAX_LINE = 1 << 16


def numbered_lines(upload: Upload, file: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, from 1, without their ends; with or without a byte order mark.

    Raises:
        BadDataset: a line is not text in UTF-8, or too long.
    """
    with upload.open(file) as stream:
        number = 0
        while raw := stream.readline(MAX_LINE + 1):
            number += 1
            if len(raw) > MAX_LINE:
                trouble = f"is longer than {MAX_LINE >> 10} kB"
                raise BadDataset(upload.place(file), trouble, f"line {number}")
            try:
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                raise BadDataset(
                    upload.place(file), "is not text in UTF-8", f"line {number}"
                ) from None
            yield number, line.rstrip("\r\n")
