"""What is to be saved: checked as it comes, divided among jobs, put in order of frames on disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain
from math import ceil
from operator import attrgetter
from typing import TypeVar

import msgspec

from chalicelib.annotations import saving
from chalicelib.annotations.bulk.spool import Spool
from chalicelib.annotations.merging import slicing
from chalicelib.annotations.merging.slicing import Span
from chalicelib.annotations.model import validation
from chalicelib.annotations.model.document import Objects, Shape, Tag, Track
from chalicelib.annotations.model.vocabulary import Vocabulary
from chalicelib.annotations.revisions.pages import weights

#: Into how many buckets the frames are divided.
BUCKETS = 1000
#: Objects of a bucket that are put in order in memory; larger ones are divided first.
MOST_SORTED = 50_000
#: Into how many.
FINER = 64

A = TypeVar("A", Tag, Shape)

_FRAME = attrgetter("frame")
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
        last = max((span.stop for span in spans), default=0)
        self._width = ceil((last + 1) / BUCKETS)
        self._tags = Spool("tag", Tag)
        self._shapes = Spool("shape", Shape)
        #: By the place of the job among the spans.
        self._tracks = Spool("track", Track)
        self._place = {span.job_id: place for place, span in enumerate(spans)}

    def take(self, objects: Objects) -> Objects:
        """Take new objects. Returns them as they will be stored.

        Raises:
            Invalid: one of them may not be stored; then none of these was taken.
        """
        new = checked(objects, self._vocabulary)
        for tag, weight in zip(new.tags, weights("tag", new.tags), strict=True):
            self._tags.add(self._bucket(tag.frame), tag, weight)
        for shape, weight in zip(new.shapes, weights("shape", new.shapes), strict=True):
            self._shapes.add(self._bucket(shape.frame), shape, weight)
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
        buckets = range(self._bucket(span.start), self._bucket(span.stop) + 1)
        near = sum(self._tags.weight(one) + self._shapes.weight(one) for one in buckets)
        return near + self._tracks.weight(self._place[span.job_id])

    def tags(self, span: Span) -> Iterator[list[Tag]]:
        """The tags of a job in order of frames, then of arrival, a few at a time."""
        return self._ordered(self._tags, Tag, span)

    def shapes(self, span: Span) -> Iterator[list[Shape]]:
        """The shapes of a job in order of frames, then of arrival, a few at a time."""
        return self._ordered(self._shapes, Shape, span)

    def tracks(self, span: Span) -> Iterator[list[Track]]:
        """The tracks of a job in order of arrival, a few at a time."""
        return self._tracks.pieces(self._place[span.job_id])

    def close(self) -> None:
        for spool in (self._tags, self._shapes, self._tracks):
            spool.close()

    def _bucket(self, frame: int) -> int:
        # Frames beyond the jobs, which a single job may take, share the last one.
        return min(frame // self._width, BUCKETS)

    def _ordered(self, spool: Spool[A], kind: type[A], span: Span) -> Iterator[list[A]]:
        if not self._cut:
            buckets = range(BUCKETS + 1)
        else:
            buckets = range(self._bucket(span.start), self._bucket(span.stop) + 1)
        for bucket in buckets:
            width = self._width if bucket < BUCKETS else 2**31
            for piece in _sorted(spool, bucket, width, kind):
                if self._cut:
                    piece = [item for item in piece if span.start <= item.frame <= span.stop]
                if piece:
                    yield piece


def checked(objects: Objects, vocabulary: Vocabulary) -> Objects:
    """New objects as they will be stored. Raises Invalid for the first that may not be."""
    try:
        # As if they had come in a request: types, ranges, lengths.
        decoded = _decoder.decode(_encoder.encode(objects))
    except (msgspec.ValidationError, OverflowError):
        # Slower, and names the object.
        validation.check_types(objects)
        raise
    return saving.created(decoded, vocabulary).create


def _sorted(spool: Spool[A], bucket: int, width: int, kind: type[A]) -> Iterator[list[A]]:
    """The objects of a bucket, which is of `width` frames, in order."""
    if width == 1:
        yield from spool.pieces(bucket)
    elif spool.count(bucket) <= MOST_SORTED:
        yield sorted(chain.from_iterable(spool.pieces(bucket)), key=_FRAME)
    else:
        width = ceil(width / FINER)
        with closing(Spool(spool.kind, kind)) as finer:
            for piece in spool.pieces(bucket):
                for item, weight in zip(piece, weights(spool.kind, piece), strict=True):
                    finer.add(item.frame // width, item, weight)
            for one in finer.buckets():
                yield from _sorted(finer, one, width, kind)
