"""The columns of our tables. Coordinates are pixels, x to the right, y down."""

from __future__ import annotations

from chalicelib.formats.catalogue.parquet.columns import Column

ANNOTATIONS, FRAMES = "annotations.parquet", "frames.parquet"

#: A row per tag and per shape on a frame; of a track, per frame on which it can be seen.
OBJECT_COLUMNS = (
    Column("subset", "text"),
    Column("task_id", "long"),
    #: Number of the frame in its video or list of images, and the name of its file.
    Column("frame", "int"),
    Column("image", "text"),
    Column("width", "int"),
    Column("height", "int"),
    #: Of the object, on the server that wrote it.
    Column("object_id", "long", optional=True),
    #: "tag", "rectangle", "polygon", "polyline", "points", "ellipse", "cuboid", "mask", "skeleton".
    Column("kind", "text"),
    Column("label", "text"),
    #: Number of the track, the same on all its frames.
    Column("track_id", "long", optional=True),
    Column("keyframe", "flag", optional=True),
    #: The box around the object; of a rectangle, before it is turned.
    Column("xmin", "double", optional=True),
    Column("ymin", "double", optional=True),
    Column("xmax", "double", optional=True),
    Column("ymax", "double", optional=True),
    #: Degrees clockwise about the middle.
    Column("rotation", "double"),
    #: Square pixels, of what encloses any.
    Column("area", "double", optional=True),
    #: As CVAT has them: corners; middle, right and top of an ellipse; runs and box of a mask.
    Column("points", "doubles"),
    #: A mask as COCO's compressed run lengths over the image.
    Column("coco_rle", "text", optional=True),
    Column("occluded", "flag"),
    Column("z_order", "int"),
    Column("group_id", "int"),
    Column("source", "text"),
    Column("score", "double"),
    #: JSON: values by name.
    Column("attributes", "text"),
    #: JSON: label, x, y, occluded and outside of each point of a skeleton.
    Column("elements", "text", optional=True),
)
#: A row per frame, those without objects too.
FRAME_COLUMNS = tuple(
    Column(name, kind)  # type: ignore[arg-type]  # kinds are written out beside
    for name, kind in (
        ("subset", "text"), ("task_id", "long"), ("task", "text"), ("frame", "int"),
        ("image", "text"), ("width", "int"), ("height", "int"), ("objects", "int"),
    )
)  # fmt: skip
