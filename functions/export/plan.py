"""What an export writes, settled when it begins: it may take many calls, of several at a time."""

from __future__ import annotations

import msgspec

from chalicelib.activity.models import Request
from chalicelib.formats import registry, request_files
from chalicelib.formats.exporting import archive
from chalicelib.formats.exporting.archive import Piece
from chalicelib.formats.exporting.dataset import Dataset, Place, places_in
from chalicelib.formats.exporting.requested import ExportInputs
from chalicelib.formats.exporting.writing import Writer
from chalicelib.platform import bucket
from functions.export.source import StoredSource, open_source

#: Frames of a piece, with images and without; what has no more is written by one call.
WITH_IMAGES = 2_000
WITHOUT_IMAGES = 20_000
#: Pieces of an export.
MOST_PIECES = 400


class Plan(msgspec.Struct):
    """Everything that calls need to write the same.

    Attributes:
        places: of the source's parts.
        lanes: pieces that are written one after another, by one call at a time. If there are
            several, each makes an object of its own, and these are joined.
    """

    format: str
    source: StoredSource
    places: list[Place]
    lanes: list[list[Piece]]

    @property
    def is_split(self) -> bool:
        return len(self.lanes) > 1

    @property
    def steps(self) -> int:
        """Steps of all the work."""
        return sum(map(self.steps_of, range(len(self.lanes))))

    def steps_of(self, lane: int) -> int:
        """Steps of a lane."""
        return sum(piece.steps for piece in self.lanes[lane])

    def dataset(self) -> Dataset:
        """What is exported."""
        return Dataset(self.source.opened(), self.places)

    def writer(self) -> Writer:
        """How it is written."""
        writer: Writer = registry.exporter(self.format).load()
        return writer


def make(inputs: ExportInputs) -> Plan:
    """Settle what is exported. Raises source.Gone."""
    source = open_source(inputs)
    opened = source.opened()
    plan = Plan(inputs.format, source, places_in(opened), [])
    writer, dataset = plan.writer(), plan.dataset()
    count = archive.frames_written(writer, dataset)
    size = WITH_IMAGES if dataset.save_images else WITHOUT_IMAGES
    if count > size:
        size = max(size, -(-count // MOST_PIECES))
        plan.lanes = [[piece] for piece in archive.pieces(writer, dataset, size)]
    else:
        plan.lanes = [archive.pieces(writer, dataset)]
    return plan


def save(request: Request, plan: Plan) -> None:
    """Keep a plan for the calls that follow."""
    bucket.put(_key(request), msgspec.msgpack.encode(plan))


def load(request: Request) -> Plan | None:
    """The plan of a request, if it needs more than one call."""
    body = bucket.get(_key(request))
    return None if body is None else msgspec.msgpack.decode(body, type=Plan)


def _key(request: Request) -> str:
    return f"{request_files.work_prefix(request)}plan"
