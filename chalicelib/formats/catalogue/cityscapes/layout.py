"""Where the files of a Cityscapes dataset are, and labels of the original one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chalicelib.formats.geometry.colors import BLACK, Color, label_colors
from chalicelib.formats.labels import LabelSpec

MASKS, IMAGES = "gtFine", "imgsFine/leftImg8bit"
COLOR, INSTANCES, LABELS = (f"_gtFine_{kind}.png" for kind in ("color", "instanceIds", "labelIds"))
TRAIN_LABELS = "_gtFine_labelTrainIds.png"
IMAGE = "_leftImg8bit"
#: Values from this on are of instances: the label's number times this, and the instance's.
PER_LABEL = 1000

#: Labels by number, as the dataset's paper has them; the black ones are nothing.
ORIGINAL: Mapping[str, Color] = {
    "unlabeled": BLACK, "ego vehicle": BLACK, "rectification border": BLACK, "out of roi": BLACK,
    "static": BLACK, "dynamic": (111, 74, 0), "ground": (81, 0, 81), "road": (128, 64, 128),
    "sidewalk": (244, 35, 232), "parking": (250, 170, 160), "rail track": (230, 150, 140),
    "building": (70, 70, 70), "wall": (102, 102, 156), "fence": (190, 153, 153),
    "guard rail": (180, 165, 180), "bridge": (150, 100, 100), "tunnel": (150, 120, 90),
    "pole": (153, 153, 153), "polegroup": (153, 153, 153), "traffic light": (250, 170, 30),
    "traffic sign": (220, 220, 0), "vegetation": (107, 142, 35), "terrain": (152, 251, 152),
    "sky": (70, 130, 180), "person": (220, 20, 60), "rider": (255, 0, 0), "car": (0, 0, 142),
    "truck": (0, 0, 70), "bus": (0, 60, 100), "caravan": (0, 0, 90), "trailer": (0, 0, 110),
    "train": (0, 80, 100), "motorcycle": (0, 0, 230), "bicycle": (119, 11, 32),
}  # fmt: skip
#: Labels by the numbers that trainings use.
TRAINED = (
    "road", "sidewalk", "building", "wall", "fence", "pole", "traffic light", "traffic sign",
    "vegetation", "terrain", "sky", "person", "rider", "car", "truck", "bus", "train",
    "motorcycle", "bicycle",
)  # fmt: skip


def squeezed(name: str) -> str:
    """A label without the spaces that its name has in one tool and not in another."""
    return "".join(name.split()).replace("_", "").lower()


def assumed(labels: Sequence[LabelSpec]) -> Mapping[str, Color]:
    """Labels of a dataset that does not list them: the original ones, or else the task's own.

    Those of the original are meant if most of the task's labels are among them.
    """
    known = {squeezed(name) for name in ORIGINAL}
    own = sum(squeezed(label.name) in known for label in labels)
    return ORIGINAL if 2 * own > len(labels) else label_colors(labels)
