"""What the lines of a manifest have besides the image: an attribute per labelling job.

Each attribute has a companion whose name ends in `-metadata` and whose `type` says what it is.
"""

from __future__ import annotations

SOURCE_REF = "source-ref"
METADATA = "-metadata"
MANIFEST = "output.manifest"

BOXES, BOXES_TYPE = "bounding-box", "groundtruth/object-detection"
TAGS, TAGS_TYPE = "labels", "groundtruth/image-classification-multilabel"
MASK, MASK_TYPE = "segmentation-ref", "groundtruth/semantic-segmentation"
ONE_TAG_TYPE = "groundtruth/image-classification"

#: Ground Truth's own name of what is no class.
BACKGROUND, BACKGROUND_COLOR = "BACKGROUND", "#ffffff"
