"""Files of an Open Images dataset and what is in their columns.

Coordinates are parts of the image's width and height, 0 to 1.
"""

from __future__ import annotations

FOLDER = "annotations"
CLASSES = "class-descriptions.csv"
HIERARCHY = "bbox_labels_600_hierarchy.json"
#: Sizes of images, which the format itself lacks: `"name" height width`, as datumaro has it.
SIZES = "images.meta"
IMAGES = "-images-with-rotation.csv"
LABELS = "-annotations-human-imagelabels.csv"
BOXES = "-annotations-bbox.csv"
MASKS = "-annotations-object-segmentation.csv"

IMAGE_COLUMNS = (
    "ImageID", "Subset", "OriginalURL", "OriginalLandingURL", "License", "AuthorProfileURL",
    "Author", "Title", "OriginalSize", "OriginalMD5", "Thumbnail300KURL", "Rotation",
)  # fmt: skip
LABEL_COLUMNS = ("ImageID", "Source", "LabelName", "Confidence")
#: Facts of a box: 1, 0, or -1 if that is not known. Attributes of these names hold them.
FACTS = {
    "truncated": "IsTruncated",
    "is_group_of": "IsGroupOf",
    "is_depiction": "IsDepiction",
    "is_inside": "IsInside",
}
OCCLUDED = "IsOccluded"
SIDES = ("XMin", "XMax", "YMin", "YMax")
BOX_COLUMNS = (
    "ImageID", "Source", "LabelName", "Confidence", *SIDES, OCCLUDED, *FACTS.values(),
)  # fmt: skip
MASK_SIDES = tuple(f"Box{side}" for side in SIDES)
MASK_COLUMNS = ("MaskPath", "ImageID", "LabelName", "BoxID", *MASK_SIDES, "PredictedIoU", "Clicks")
TABLES = (
    (IMAGES, IMAGE_COLUMNS),
    (LABELS, LABEL_COLUMNS),
    (BOXES, BOX_COLUMNS),
    (MASKS, MASK_COLUMNS),
)
