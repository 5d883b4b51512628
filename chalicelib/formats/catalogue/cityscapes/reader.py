"""Cityscapes 1.0, from CVAT or as published: a mask for each instance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from chalicelib.formats.catalogue.camvid import label_colors
from chalicelib.formats.catalogue.cityscapes.layout import (
    COLOR,
    IMAGE,
    INSTANCES,
    LABELS,
    MASKS,
    PER_LABEL,
    TRAIN_LABELS,
    TRAINED,
    assumed,
    squeezed,
)
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.geometry.label_pictures import LabelKey, LabelPictures
from chalicelib.formats.importing.empty import is_empty_export
from chalicelib.formats.importing.reading import Picture, Reader, Sink
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload

NOT_CITYSCAPES = (
    "is not a Cityscapes dataset: it has no pictures whose names end in _gtFine_instanceIds.png, "
    "_gtFine_labelIds.png, _gtFine_labelTrainIds.png or _gtFine_color.png"
)
#: What trainings pass over.
VOID = 255
#: Kinds of pictures, those that tell most before others.
KINDS = (INSTANCES, LABELS, COLOR, TRAIN_LABELS)


def read(upload: Upload, target: Target, sink: Sink) -> None:
    """Read annotations. See `reading.Read`."""
    files = upload.files(".png")
    kind = next((kind for kind in KINDS if any(file.endswith(kind) for file in files)), None)
    if kind is None:
        if is_empty_export(upload, label_colors.LABEL_COLORS):
            return
        raise BadDataset(upload.name, NOT_CITYSCAPES)
    key, spelling = _key(upload, target, kind)
    pictures = LabelPictures(upload, target, sink, key, spelling)
    for file in files:
        if not file.endswith(kind):
            continue
        subset, name = _place(file)
        if target.subset not in (None, subset):
            continue
        name = name.removesuffix(kind)
        frame = target.matcher.by_name(name)
        with sink.report.of_file(upload.place(file)):
            if isinstance(frame, str):
                sink.report.skip(frame, name)
            else:
                pictures.read(file, name, frame, _label_number if kind == INSTANCES else int)


def pictures_of(upload: Upload) -> Iterator[Picture]:
    """Images below `leftImg8bit`. See `reading.Pictures`."""
    for file in upload.files(".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff"):
        _, inside, path = f"/{file}".partition("/leftImg8bit/")
        if inside:
            subset, _, name = path.rpartition("/") if path.count("/") < 2 else path.partition("/")
            stem, suffix = str(PurePosixPath(name).with_suffix("")), PurePosixPath(name).suffix
            yield Picture(subset, stem.removesuffix(IMAGE) + suffix, file)


READER = Reader(read, pictures_of)


def _key(upload: Upload, target: Target, kind: str) -> tuple[LabelKey, Callable[[str], str]]:
    """What values mean, and how labels are spelled."""
    listed = label_colors.read(upload)
    if listed is not None:
        return LabelKey(listed, [*listed]), label_colors.safe
    colors = {squeezed(name): color for name, color in assumed(target.labels).items()}
    if kind == TRAIN_LABELS:
        trained = [squeezed(name) for name in TRAINED]
        return LabelKey(colors, trained, void=(VOID,)), squeezed
    return LabelKey(colors, [*colors]), squeezed


def _label_number(value: int) -> int:
    """The label's number in a value of a picture of instances."""
    return value // PER_LABEL if value >= PER_LABEL else value


def _place(file: str) -> tuple[str, str]:
    """Subset and name of a picture."""
    _, inside, path = f"/{file}".rpartition(f"/{MASKS}/")
    subset, _, name = path.partition("/") if inside else ("", "", file)
    return subset, name
