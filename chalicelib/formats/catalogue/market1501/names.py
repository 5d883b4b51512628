"""Names of images: `<person>_c<camera>s<track>_<frame>_<box>`, and whatever follows."""

from __future__ import annotations

import re
from collections.abc import Mapping

LABEL = "market-1501"
QUERY = "query"
BOXES, LISTS = "bounding_box_", "images_"

#: Attributes of the tag, and what they are where it lacks them.
DEFAULTS = {"person_id": "", "camera_id": "0", "track_id": "1", "frame_id": "", "bbox_id": "0"}
_PATTERN = re.compile(r"^(-?\d+)_c(\d+)s(\d+)_(\d+)_(\d+)(.*)$", re.DOTALL)


def told(stem: str) -> tuple[dict[str, str], str] | None:
    """Attributes that a name tells and what follows them; None if it is another name.

    Cameras are counted from 1 in names and from 0 in attributes.
    """
    found = _PATTERN.match(stem)
    if found is None:
        return None
    person, camera, track, frame, box, rest = found.groups()
    numbers = (int(camera) - 1, int(track), int(frame), int(box))
    names = list(DEFAULTS)[1:]
    values = {name: str(number) for name, number in zip(names, numbers, strict=True)}
    return {"person_id": person} | values, rest


def telling(values: Mapping[str, str], stem: str, number: int) -> str:
    """A name that tells attributes and ends with the image's own.

    Args:
        values: of all attributes; an empty frame is `number`.

    Raises:
        ValueError: a value is no number.
    """
    person = values["person_id"]
    if not re.fullmatch(r"-?\d+", person, re.ASCII):
        raise ValueError("person_id is not a number")
    camera, track, box = (int(float(values[one])) for one in ("camera_id", "track_id", "bbox_id"))
    frame = int(float(values["frame_id"])) if values["frame_id"] else number
    if min(camera + 1, track, box, frame) < 0:
        raise ValueError("a number is negative")
    # Digits would be taken for more of the number of the box.
    between = "_" if stem[:1].isdigit() else ""
    return f"{person}_c{camera + 1}s{track}_{frame:06d}_{box:02d}{between}{stem}"
