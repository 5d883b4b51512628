"""The file that is imported, wherever it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, cast

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.requested import ImportInputs
from chalicelib.formats.importing.upload import Upload
from chalicelib.media.reading import RangeReader, SeekableFile
from chalicelib.media.sources import places
from chalicelib.media.sources.places import Unreachable
from chalicelib.platform import bucket

#: Bytes of one request when a file is read.
BLOCK = 4 << 20


class Gone(Exception):
    """What was to be imported, or into what, is not there any more. The text is for the user."""


class SourceFile:
    """The bytes of a file that is imported. `done`: the part of it that was read, 0…1."""

    def __init__(self, inputs: ImportInputs) -> None:
        """Raises Gone, BadDataset, Unreachable."""
        self._place = places.place(inputs.place)
        self._inputs = inputs
        size = self._place.size(inputs.key)
        if size is None:
            raise Gone(_absent(inputs))
        if size == 0:
            raise BadDataset(inputs.filename, "is empty")
        self.size = size
        self.done = 0.0

    def upload(self) -> Upload:
        """The file as readers see it."""
        reader = RangeReader(self.read, self.size, BLOCK)
        return Upload(cast(BinaryIO, SeekableFile(reader)), self._inputs.filename)

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`. Raises Gone, Unreachable."""
        self.done = max(self.done, min(1.0, (offset + size) / self.size))
        try:
            return self._place.read(self._inputs.key, offset, size)
        except KeyError:
            raise Gone(_absent(self._inputs)) from None


def discard(inputs: ImportInputs) -> None:
    """Delete an upload, which nobody needs any more. Files of cloud storages are their owners'."""
    if inputs.place == places.OWN:
        bucket.delete(inputs.key)


def _absent(inputs: ImportInputs) -> str:
    if inputs.place == places.OWN:
        return "The uploaded file is not there any more. Upload it again."
    return f"{inputs.filename}: there is no such file in the cloud storage."


#: What reading the file may raise, each with a text for the user.
Failures = (Gone, BadDataset, Unreachable)
GoOn = Callable[[], None]
