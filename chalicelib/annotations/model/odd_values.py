"""Values of attributes that their labels do not offer, or no longer."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.annotations.model.document import AttributeValue, Objects, SubTrack, Track
from chalicelib.annotations.model.vocabulary import Vocabulary

#: Kind and index of an object, where in it, and what is odd.
Found = tuple[str, int, str, str]


def odd_values(objects: Objects, vocabulary: Vocabulary) -> Iterator[Found]:
    """Where they are. Each distinct value is looked at once, however many objects have it."""
    strange = {}
    for spec_id, value in _given(objects, vocabulary):
        offer = vocabulary.offers.get(spec_id)
        if offer is not None and not offer.includes(value):
            strange[spec_id, value] = f"{offer.name!r} does not offer {value!r}."
    if not strange:
        return
    for kind, index, where, values in _holders(objects):
        for position, v in enumerate(values):
            what = strange.get((v.spec_id, v.value))
            if what:
                yield kind, index, f"{where}.attributes[{position}]", what


def _given(objects: Objects, vocabulary: Vocabulary) -> set[tuple[int, str]]:
    """Ids of attributes with each of their values."""
    members: list[Track | SubTrack] = []
    for track in objects.tracks:
        members += (track, *track.elements)
    given = {(v.spec_id, v.value) for shape in objects.shapes for v in shape.attributes}
    given |= {(v.spec_id, v.value) for tag in objects.tags for v in tag.attributes}
    given |= {(v.spec_id, v.value) for member in members for v in member.attributes}
    given |= {
        (v.spec_id, v.value)
        for member in members
        for shape in member.shapes
        for v in shape.attributes
    }
    if vocabulary.parts_have_attributes:
        given |= {
            (v.spec_id, v.value)
            for shape in objects.shapes
            for part in shape.elements
            for v in part.attributes
        }
    return given


def _holders(objects: Objects) -> Iterator[tuple[str, int, str, list[AttributeValue]]]:
    for index, tag in enumerate(objects.tags):
        yield "tags", index, "", tag.attributes
    for index, shape in enumerate(objects.shapes):
        yield "shapes", index, "", shape.attributes
        for part, element in enumerate(shape.elements):
            yield "shapes", index, f".elements[{part}]", element.attributes
    for index, track in enumerate(objects.tracks):
        for where, values in _of_track(track):
            yield "tracks", index, where, values
        for part, subtrack in enumerate(track.elements):
            for where, values in _of_track(subtrack):
                yield "tracks", index, f".elements[{part}]{where}", values


def _of_track(track: Track | SubTrack) -> Iterator[tuple[str, list[AttributeValue]]]:
    yield "", track.attributes
    for keyframe, shape in enumerate(track.shapes):
        yield f".shapes[{keyframe}]", shape.attributes
