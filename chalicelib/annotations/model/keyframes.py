"""Keyframes in order, and tracks that begin where their first keyframe is, by CVAT's rules.

Clients send keyframes in any order, and tracks that say they begin before or after their first
keyframe. CVAT stores them so that both agree: a track that begins earlier is outside the picture
until its first keyframe; the track of a skeleton and those of its elements begin together.
"""

from __future__ import annotations

from operator import attrgetter

from msgspec.structs import replace

from chalicelib.annotations.model.document import Objects, SubTrack, Track

_FRAME = attrgetter("frame")


def put_in_order(objects: Objects) -> None:
    """Order the keyframes of new tracks, in place.

    Elements without keyframes say nothing and are dropped. Of two keyframes on one frame both are
    kept, in the order in which they came; the last counts.
    """
    for track in objects.tracks:
        if track.elements:
            track.elements = [element for element in track.elements if element.shapes]
        members: list[Track | SubTrack] = [track, *track.elements]
        for member in members:
            member.shapes.sort(key=_FRAME)
        first = min([min(member.frame, member.shapes[0].frame) for member in members])
        for member in members:
            _begin(member, first)


def _begin(track: Track | SubTrack, frame: int) -> None:
    """Let a track begin on a frame that is not after its first keyframe."""
    track.frame = frame
    keyframe = track.shapes[0]
    if keyframe.frame == frame:
        return
    if keyframe.type == "skeleton":
        # Where a skeleton is seen is its elements' business.
        keyframe.frame = frame
    else:
        track.shapes.insert(0, replace(keyframe, id=None, frame=frame, outside=True))
