"""A file or directory as people browse them."""

from __future__ import annotations

from typing import Literal

import msgspec


class FileInfo(msgspec.Struct):
    """A file (`REG`) or a directory (`DIR`), and what it is by its name, in CVAT's words."""

    name: str
    type: Literal["REG", "DIR"]
    mime_type: str
