"""What is drawn on the pictures of the demo: coordinates in pixels of each picture."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

NONE: Mapping[str, str] = MappingProxyType({})


class Box(NamedTuple):
    """A rectangle: left, top, right, bottom. `attributes` by name."""

    label: str
    points: tuple[float, float, float, float]
    attributes: Mapping[str, str] = NONE


class Outline(NamedTuple):
    """A polygon: flat x, y pairs."""

    label: str
    points: tuple[float, ...]
    attributes: Mapping[str, str] = NONE


class Motion(NamedTuple):
    """A moving rectangle: its keyframes, and the frame on which it is gone."""

    label: str
    keyframes: dict[int, tuple[float, float, float, float]]
    gone: int
    attributes: Mapping[str, str] = NONE


class Attribute(NamedTuple):
    """An attribute of a label. `values` are the choices of a `select`."""

    name: str
    input_type: str
    default: str
    values: tuple[str, ...] = ()
    mutable: bool = False


LABELS: dict[str, tuple[str, tuple[Attribute, ...]]] = {
    "person": ("#2f80ed", (Attribute("helmet", "checkbox", "false", (), mutable=True),)),
    "face": ("#56ccf2", ()),
    "cat": ("#f2994a", ()),
    "eye": ("#f2c94c", (Attribute("side", "select", "left", ("left", "right")),)),
    "spacecraft": ("#bb6bd9", ()),
    "cup": ("#eb5757", (Attribute("drink", "text", ""),)),
    "saucer": ("#9b51e0", ()),
    "spoon": ("#828282", ()),
    "motorcycle": ("#219653", ()),
    "wheel": ("#6fcf97", (Attribute("position", "select", "rear", ("front", "rear")),)),
    "coin": ("#f2c200", ()),
    "car": ("#27ae60", ()),
}

PHOTOGRAPHS: dict[str, tuple[Box | Outline, ...]] = {
    "astronaut.png": (
        Outline(
            "person",
            (
                154, 81, 160, 55, 190, 42, 205, 22, 235, 15, 270, 24, 294, 50, 302, 85, 292, 112,
                276, 130, 262, 150, 258, 172, 285, 195, 304, 225, 310, 238, 335, 265, 352, 290,
                362, 345, 330, 356, 300, 385, 282, 430, 276, 470, 278, 512, 25, 512, 20, 480,
                22, 450, 30, 400, 38, 330, 42, 290, 55, 265, 80, 235, 112, 212, 116, 188, 128, 165,
                150, 152, 184, 152, 180, 132, 162, 115,
            ),
        ),
        Box("face", (178, 62, 275, 182)),
        Box("spacecraft", (352, 0, 472, 290)),
    ),
    "chelsea.png": (
        Box("cat", (26, 0, 398, 300)),
        Box("eye", (134, 84, 206, 148), {"side": "right"}),
        Box("eye", (295, 108, 346, 166), {"side": "left"}),
    ),
    "coffee.png": (
        Outline(
            "saucer",
            (
                170, 75, 130, 110, 98, 155, 80, 205, 80, 245, 95, 285, 125, 325, 165, 355, 215, 378,
                270, 389, 325, 387, 375, 372, 420, 340, 455, 295, 474, 245, 478, 205, 466, 160,
                440, 120, 420, 102, 402, 135, 385, 190, 340, 262, 285, 285, 222, 308, 197, 290,
                205, 230, 178, 160, 172, 100,
            ),
        ),
        Outline(
            "cup",
            (
                173, 100, 180, 65, 205, 38, 245, 22, 290, 18, 335, 24, 375, 45, 400, 75, 408, 105,
                402, 140, 388, 185, 375, 220, 345, 260, 320, 275, 285, 285, 255, 280, 245, 295,
                222, 308, 200, 298, 197, 275, 212, 245, 205, 225, 190, 205, 178, 160,
            ),
            {"drink": "espresso"},
        ),
        Outline(
            "spoon",
            (
                405, 70, 414, 66, 424, 76, 420, 100, 405, 150, 388, 200, 384, 225, 402, 255,
                406, 280, 398, 305, 375, 322, 350, 325, 332, 312, 326, 285, 335, 262, 360, 245,
                375, 225, 380, 205, 395, 160, 403, 120, 400, 80,
            ),
        ),
    ),
    "rocket.jpg": (
        Outline(
            "spacecraft",
            (
                322, 127, 330, 140, 334, 165, 335, 180, 336, 240, 331, 245, 331, 408, 311, 408,
                312, 245, 309, 240, 309, 180, 311, 165, 314, 140,
            ),
        ),
    ),
    "motorcycle_left.png": (
        Box("motorcycle", (91, 66, 685, 450)),
        Box("wheel", (121, 240, 284, 401), {"position": "rear"}),
        Box("wheel", (508, 285, 684, 450), {"position": "front"}),
    ),
    "coins.png": tuple(
        Box("coin", corners)
        for corners in (
            (22, 34, 67, 75), (81, 38, 120, 74), (132, 28, 180, 74), (192, 29, 240, 73),
            (255, 33, 297, 72), (305, 16, 365, 72), (25, 104, 67, 144), (84, 107, 122, 145),
            (134, 110, 174, 145), (186, 104, 227, 145), (245, 95, 296, 144), (317, 105, 356, 144),
            (25, 177, 63, 217), (80, 175, 124, 217), (135, 179, 174, 218), (189, 170, 237, 217),
            (252, 172, 297, 217), (315, 156, 380, 218), (18, 233, 75, 289), (92, 244, 136, 288),
            (144, 236, 202, 288), (220, 240, 269, 289), (276, 239, 327, 289), (335, 248, 380, 289),
        )
    ),
}  # fmt: skip

#: Frames of the film, from the first on.
FILM_FRAMES = 60
FILM: tuple[Motion, ...] = (
    Motion(
        "car",
        {
            12: (518, 0, 604, 16),
            16: (516, 0, 626, 26),
            20: (516, 0, 640, 45),
            26: (520, 0, 640, 70),
            29: (524, 0, 640, 84),
        },
        gone=30,
    ),
    Motion(
        "person",
        {
            30: (163, 0, 382, 272),
            32: (188, 0, 412, 272),
            35: (238, 0, 464, 272),
            38: (280, 0, 525, 272),
            42: (358, 0, 640, 272),
            44: (440, 0, 640, 272),
            45: (486, 0, 640, 272),
            46: (530, 66, 640, 272),
        },
        gone=48,
    ),
    Motion(
        "face",
        {
            30: (250, 0, 318, 85),
            32: (276, 0, 346, 82),
            35: (328, 0, 400, 80),
            38: (398, 0, 470, 82),
            42: (516, 0, 594, 88),
            44: (585, 0, 640, 85),
        },
        gone=45,
    ),
)
