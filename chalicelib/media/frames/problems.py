"""Why a frame cannot be had. Each text is a sentence for the user that names the file."""

from __future__ import annotations


class Unbuildable(Exception):
    """The media is damaged there or cannot be read."""


class Gone(Unbuildable):
    """The media is not there any more."""
