"""CSV tables of an upload, row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.upload import Upload

Row = Mapping[str, str]


def rows(
    upload: Upload, file: str, columns: Sequence[str], *, headless: Sequence[str] = ()
) -> Iterator[tuple[str, Row]]:
    """Rows of a table, each with its place ("line 12").

    Args:
        columns: those that it must have.
        headless: what its columns are if it does not begin with a line that names them.

    Raises:
        BadDataset: it is no such table; naming file and line.
    """
    with upload.open(file) as stream:
        text = io.TextIOWrapper(stream, "utf-8-sig", newline="")
        reader = csv.reader(text)
        try:
            names: Sequence[str] | None = None
            for cells in reader:
                if names is None:
                    if headless and not set(columns) <= set(cells):
                        names = headless
                    else:
                        names = cells
                        _check(names, columns, upload.place(file))
                        continue
                if not cells:
                    continue
                if len(cells) < len(names):
                    raise BadDataset(
                        upload.place(file),
                        f"{len(cells)} columns instead of {len(names)}",
                        f"line {reader.line_num}",
                    )
                yield f"line {reader.line_num}", dict(zip(names, cells, strict=False))
        except UnicodeDecodeError:
            where = f"after line {reader.line_num}"
            raise BadDataset(upload.place(file), "is not text in UTF-8", where) from None
        except csv.Error as error:
            where = f"line {reader.line_num}"
            raise BadDataset(upload.place(file), f"is not CSV: {error}", where) from None
        if names is None:
            raise BadDataset(upload.place(file), "is empty")


def _check(names: Sequence[str], columns: Sequence[str], place: str) -> None:
    missing = [column for column in columns if column not in names]
    if missing:
        raise BadDataset(place, f'has no column "{missing[0]}"', "line 1")
