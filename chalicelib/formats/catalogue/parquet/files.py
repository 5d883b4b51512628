"""The rows of an upload's tables, one after another."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import msgspec

from chalicelib.formats.archives.zip_writer import SPOOL
from chalicelib.formats.catalogue.parquet.table_reader import TableReader
from chalicelib.formats.catalogue.parquet.tables import FRAMES
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.upload import Upload

#: Columns without which a table is none of annotations; boxes may do instead of points.
WANTED = ("image", "label")

#: Values by column; those of columns that are not there are left out.
Row = Mapping[str, Any]


def table_files(upload: Upload) -> Sequence[str]:
    """Files of annotations. Raises BadDataset if there is none."""
    files = [one for one in upload.wanted(".parquet") if one.rpartition("/")[2] != FRAMES]
    if not files:
        raise BadDataset(upload.name, f"has no .parquet file in it but {FRAMES}")
    return files


def rows(
    upload: Upload, file: str, columns: Sequence[str], take: Callable[[Row, str], None]
) -> None:
    """Give each row of a file and what messages call it to `take`, which may raise ValueError.

    Raises:
        BadDataset: naming the file and the row.
    """
    number = 0
    with _seekable(upload, file) as stream:
        try:
            for number, row in enumerate(_rows(stream, columns)):
                take(row, f"row {number}")
        except (ValueError, msgspec.MsgspecError) as error:
            place = f"row {number}" if number else ""
            raise BadDataset(upload.place(file), str(error), place) from None


@contextmanager
def _seekable(upload: Upload, file: str) -> Iterator[IO[bytes]]:
    """A file in which one can go to and fro: members of archives are copied."""
    with upload.open(file) as stream:
        if upload.archive is None:
            yield stream
            return
        with SpooledTemporaryFile(max_size=SPOOL) as copy:
            shutil.copyfileobj(stream, copy, 1 << 20)
            yield copy


def _rows(stream: IO[bytes], columns: Sequence[str]) -> Iterator[Row]:
    table = TableReader(stream)
    for name in WANTED:
        if name not in table.columns:
            raise ValueError(f'is not a table of annotations: it has no column "{name}"')
    for group in table.groups(columns):
        names = list(group)
        if lacking := next((one for one in WANTED if one in columns and one not in group), ""):
            raise ValueError(f'a group of rows has no column "{lacking}"')
        for values in zip(*group.values(), strict=True):
            yield dict(zip(names, values, strict=True))
