"""What is to be saved: checked as it comes, divided among jobs, put in order of frames on disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

import msgspec

from chalicelib.annotations import saving
from chalicelib.annotations.bulk.numbering import number
from chalicelib.annotations.bulk.spool import Spool
from chalicelib.annotations.bulk.stretches import Ready, Stretches
from chalicelib.annotations.merging import slicing
from chalicelib.annotations.merging.slicing import Span
from chalicelib.annotations.model import limits, validation
from chalicelib.annotations.model.document import Objects, Shape, Tag, Track
from chalicelib.annotations.model.vocabulary import Vocabulary
from chalicelib.annotations.revisions.pages import weights

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Objects)


class Gathering:
    """Objects on their way into jobs. Close it: it holds temporary files.

    Attributes:
        spans: of the jobs, in order.
    """

    def __init__(self, spans: Sequence[Span], vocabulary: Vocabulary, *, cut: bool) -> None:
        """`cut`: whether objects are divided among the jobs; one job may take all as it is."""
        self.spans = spans
        self._vocabulary = vocabulary
        self._cut = cut
        edges = {frame for span in spans for frame in (span.start, span.stop + 1)}
        cuts = sorted(edges) if cut else []
        self._tags: Stretches[Tag] = Stretches("tag", cuts)
        self._shapes: Stretches[Shape] = Stretches("shape", cuts)
        #: By the place of the job among the spans.
        self._tracks = Spool("track", Track)
        self._place = {span.job_id: place for place, span in enumerate(spans)}
        #: By the place of the job, the frame before which others may have the same objects.
        self._taken = [0, *accumulate((span.stop + 1 for span in spans), max)]

    def take(self, objects: Objects) -> Objects:
        """Take new objects. Returns them as they will be stored.

        Raises:
            Invalid: one of them may not be stored; then none of these was taken.
        """
        new, size = _checked(objects, self._vocabulary)
        self._tags.extend(new.tags, size if new.tags else 0)
        self._shapes.extend(new.shapes, size if new.shapes else 0)
        for track in new.tracks:
            self._divide(track)
        return new

    def _divide(self, track: Track) -> None:
        """Give each job its part of a track."""
        found = slicing.pieces(track, self.spans) if self._cut else {self.spans[0].job_id: track}
        for job_id, piece in found.items():
            assert isinstance(piece, Track)
            (weight,) = weights("track", [piece])
            self._tracks.add(self._place[job_id], piece, weight)

    def weight(self, span: Span) -> int:
        """About how many bytes the objects of a job take before compression, or more."""
        start, stop, _ = self._frames(span)
        near = self._tags.weight(start, stop) + self._shapes.weight(start, stop)
        return near + self._tracks.weight(self._place[span.job_id])

    def tags(self, span: Span) -> Iterator[list[Tag]]:
        """The tags of a job in order of frames, then of arrival, a few at a time, with ids."""
        return self._tags.lists(*self._frames(span))

    def shapes(self, span: Span) -> Iterator[list[Shape]]:
        """The shapes of a job in order of frames, then of arrival, a few at a time, with ids."""
        return self._shapes.lists(*self._frames(span))

    def pages_of_tags(self, span: Span) -> Iterator[Ready | list[Tag]]:
        """The tags of a job, where possible as pages of the size that pages have."""
        return self._tags.pages(*self._frames(span))

    def pages_of_shapes(self, span: Span) -> Iterator[Ready | list[Shape]]:
        """The shapes of a job, where possible as pages of the size that pages have."""
        return self._shapes.pages(*self._frames(span))

    def tracks(self, span: Span) -> Iterator[list[Track]]:
        """The tracks of a job in order of arrival, a few at a time, with ids."""
        for some in self._tracks.pieces(self._place[span.job_id]):
            number(some)
            yield some

    def close(self) -> None:
        for spool in (self._tags, self._shapes, self._tracks):
            spool.close()

    def _frames(self, span: Span) -> tuple[int, int, int]:
        """The first and the last frame of a job, and before which it needs ids of its own."""
        if not self._cut:
            # A single job takes what lies beyond it, too.
            return 0, limits.INTEGER, 0
        return span.start, span.stop, self._taken[self._place[span.job_id]]


def checked(objects: Objects, vocabulary: Vocabulary) -> Objects:
    """New objects as they will be stored. Raises Invalid for the first that may not be."""
    return _checked(objects, vocabulary)[0]


def _checked(objects: Objects, vocabulary: Vocabulary) -> tuple[Objects, int]:
    """The same, and how many bytes they took encoded."""
    try:
        # As if they had come in a request: types, ranges, lengths.
        encoded = _encoder.encode(objects)
        decoded = _decoder.decode(encoded)
    except (msgspec.ValidationError, OverflowError):
        # Slower, and names the object.
        validation.check_types(objects)
        raise
    return saving.created(decoded, vocabulary).create, len(encoded)
