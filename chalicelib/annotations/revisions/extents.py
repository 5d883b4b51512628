"""Which frames an object can be shown on. Frame numbers are relative to the task."""

from __future__ import annotations

from chalicelib.annotations.model.document import Annotation, SubTrack, Track

#: The last frame of what does not end: past every number that a frame may have.
FOREVER = 2**31


def extent(annotation: Annotation) -> tuple[int, int]:
    """The first and the last frame of an object, both inclusive.

    A track lasts from its first keyframe to the one that is `outside` if no other comes after it;
    without such an end it lasts for ever. Elements of a skeleton count as the skeleton does.
    """
    if not isinstance(annotation, Track):
        return annotation.frame, annotation.frame
    first, last = _of_keyframes(annotation)
    for element in annotation.elements:
        from_, to = _of_keyframes(element)
        first, last = min(first, from_), max(last, to)
    return first, last


def reaches(annotation: Annotation, start: int, stop: int) -> bool:
    """Whether an object can be shown between two frames, both inclusive."""
    first, last = extent(annotation)
    return first <= stop and last >= start


def _of_keyframes(track: Track | SubTrack) -> tuple[int, int]:
    if not track.shapes:
        return track.frame, track.frame
    first = min(track.frame, min(shape.frame for shape in track.shapes))
    end = max(track.shapes, key=lambda shape: shape.frame)
    return first, end.frame if end.outside else FOREVER
