"""What is wrong with a dataset, said so that its owner can put it right."""

from __future__ import annotations


class BadDataset(Exception):
    """The file cannot be imported. The text names the file, the place and the trouble."""

    def __init__(self, file: str, trouble: str, place: str = "") -> None:
        where = f"{file}, {place}" if place else file
        super().__init__(f"{where}: {trouble}")
