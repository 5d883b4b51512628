"""Names of labels and subsets as names of folders and parts of file names."""

from __future__ import annotations

from chalicelib.formats.exporting.dataset import safe_path

#: Where images without a label are.
NO_LABEL = "no_label"


def folder_of(name: str) -> str:
    """A name as one folder's."""
    return safe_path(name).replace("/", "_")


def one_line(name: str) -> str:
    """A name in files of one name a line."""
    return " ".join(name.splitlines())
