"""A track of the task, put together job by job.

Where a track was cut, the job before has a keyframe at its end and the job after one at its
start, which nobody set. They are told from those that somebody set by standing in one of the two
pieces only: on frames that both jobs have, a keyframe of the whole is in both. (Those of curves
are in both pieces; there any on these two frames counts.) A keyframe of a cut that changes nothing
is left out again, so that what was cut and put together is what it was.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import TypeVar

from msgspec.structs import replace

from chalicelib.annotations.interpolation.tracks import at_frame
from chalicelib.annotations.merging.similarity import Views, nearly_same
from chalicelib.annotations.merging.slicing import CURVES
from chalicelib.annotations.model.document import Geometry, SubTrack, Track, TrackedShape

T = TypeVar("T", Track, SubTrack)

_FRAME = attrgetter("frame")


class Line:
    """Keyframes of a track or an element, in order, that grow at their end.

    What a job adds only concerns frames from its first on, and jobs come in order, so what lies
    before is not looked at again.
    """

    def __init__(self, track: Track | SubTrack) -> None:
        self.shapes = ordered(track)
        self._cuts: set[int] = set()

    def join(self, piece: Sequence[TrackedShape], start: int, stop: int) -> None:
        """Add a piece of a job that starts at `start`; the jobs before end with `stop`."""
        settled, united, cuts = self._united(piece, start, stop)
        self.shapes[settled:] = united
        self._cuts |= cuts

    def without_cuts(self) -> list[TrackedShape]:
        """Keyframes without those of cuts that change nothing."""
        kept: list[TrackedShape] = []
        waiting: list[TrackedShape] = []
        held: dict[int, str] = {}
        for shape in self.shapes:
            said = {value.spec_id: value.value for value in shape.attributes}
            if kept and shape.frame in self._cuts and said.items() <= held.items():
                waiting.append(shape)
                continue
            held |= said
            kept += _needed(waiting, kept[-1:], [shape])
            kept.append(shape)
            waiting = []
        return kept + _needed(waiting, kept[-1:], [])

    def _united(
        self, piece: Sequence[TrackedShape], start: int, stop: int
    ) -> tuple[int, list[TrackedShape], set[int]]:
        """How many keyframes come before, those from there on, and the frames of cuts."""
        first = min(start, piece[0].frame) if piece else start
        settled = bisect_left(self.shapes, first, key=_FRAME)
        own = {shape.frame: shape for shape in self.shapes[settled:]}
        theirs = {shape.frame: shape for shape in piece}
        united = theirs | own
        cuts = set()
        if start < stop:
            curved = any(shape.type in CURVES for shape in piece)
            if start in theirs and (curved or start not in own):
                cuts.add(start)
            if stop in own and (curved or stop not in theirs):
                cuts.add(stop)
        return settled, [united[frame] for frame in sorted(united)], cuts


def _needed(
    cuts: Sequence[TrackedShape], before: Sequence[TrackedShape], after: Sequence[TrackedShape]
) -> list[TrackedShape]:
    """Those keyframes of cuts without which the object would be elsewhere.

    As many as can be are left out at once: on a curve, part of the way is another way, so what lies
    on the way to a later keyframe need not lie on the way to the next cut. A keyframe that somebody
    set where jobs meet is such a later one.
    """
    needed: list[TrackedShape] = []
    while cuts:
        for stop in range(len(cuts), -1, -1):
            following = cuts[stop : stop + 1] or after
            if _on_the_way(cuts[:stop], [*before, *following]):
                break
        before = cuts[stop : stop + 1]
        needed += before
        cuts = cuts[stop + 1 :]
    return needed


def ordered(track: Track | SubTrack) -> list[TrackedShape]:
    """Keyframes by frame, one a frame."""
    by_frame = {shape.frame: shape for shape in track.shapes}
    return [by_frame[frame] for frame in sorted(by_frame)]


def views(shapes: Sequence[TrackedShape], frames: Sequence[int], *, hidden: bool) -> Views:
    """Where keyframes put an object on each frame.

    Args:
        hidden: also where it is out of the picture. Otherwise that counts on keyframes only, as in
            CVAT.
    """
    found: dict[int, Geometry] = {}
    for frame in frames:
        shape = at_frame(shapes, frame)
        # What stands on a keyframe is the keyframe itself, not a bare geometry.
        if shape is not None and (hidden or not shape.outside or isinstance(shape, TrackedShape)):
            found[frame] = shape
    return found


def _on_the_way(dropped: Iterable[TrackedShape], kept: Sequence[TrackedShape]) -> bool:
    """Whether keyframes are where the object is without them, too."""
    return all(
        found is not None and _same(found, shape)
        for shape in dropped
        for found in (at_frame(kept, shape.frame),)
    )


def _same(a: Geometry, b: Geometry) -> bool:
    return (a.occluded, a.outside, a.z_order) == (b.occluded, b.outside, b.z_order) and (
        nearly_same(a, b)
    )


class Whole:
    """A track that is put together.

    Attributes:
        track: the piece of it that came first; what it says besides keyframes counts.
        homes: its id in each job that has a part of it.
        until: last frame of the jobs that it was found in.
    """

    def __init__(self, track: Track, homes: dict[int, int], until: int) -> None:
        self.track, self.homes, self.until = track, homes, until
        self.line = Line(track)
        self._grown = False
        self._elements = {part.label_id: (part, Line(part)) for part in track.elements}

    @property
    def elements(self) -> Mapping[int, Line]:
        """Lines of a skeleton's elements by their labels."""
        return {label: line for label, (_, line) in self._elements.items()}

    def join(self, piece: Track, start: int) -> None:
        """Add the piece of a job that starts at `start`."""
        self._grown = True
        self.line.join(ordered(piece), start, self.until)
        for part in piece.elements:
            if part.label_id in self._elements:
                _, line = self._elements[part.label_id]
                line.join(ordered(part), start, self.until)
            else:
                self._elements[part.label_id] = (part, Line(part))

    def put_together(self) -> Track:
        """The track of all pieces, elements by label: they may have begun in another order."""
        if not self._grown:
            return self.track
        elements = [_grown(part, line) for _, (part, line) in sorted(self._elements.items())]
        return replace(_grown(self.track, self.line), elements=elements)


def _grown(track: T, line: Line) -> T:
    shapes = line.without_cuts()
    return replace(track, frame=shapes[0].frame, shapes=shapes)
