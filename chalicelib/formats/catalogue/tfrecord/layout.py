"""Names of features. Sides of boxes are parts of the image's width and height, 0 to 1."""

from __future__ import annotations

LABEL_MAP = "label_map.pbtxt"

HEIGHT, WIDTH = "image/height", "image/width"
NAME, SOURCE_ID = "image/filename", "image/source_id"
IMAGE, IMAGE_FORMAT = "image/encoded", "image/format"
TAG_NAMES, TAG_NUMBERS = "image/class/text", "image/class/label"

LEFT, RIGHT = "image/object/bbox/xmin", "image/object/bbox/xmax"
TOP, BOTTOM = "image/object/bbox/ymin", "image/object/bbox/ymax"
CLASS_NAMES, CLASS_NUMBERS = "image/object/class/text", "image/object/class/label"
#: A PNG of the whole image for each object, where any object of the image is more than a box.
MASKS = "image/object/mask"

#: Our own, which others pass over: what an object was drawn as, and more that is known of it.
KINDS = "image/object/shape"
OCCLUDED = "image/object/occluded"
SCORES = "image/object/score"
GROUPS = "image/object/group"
