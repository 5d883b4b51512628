"""The images that are in examples, and what these call them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from posixpath import splitext

from chalicelib.formats.catalogue.tfrecord import layout
from chalicelib.formats.catalogue.tfrecord.example import Feature, decoded
from chalicelib.formats.catalogue.tfrecord.records import HEAD, TAIL, records
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.reading import Picture
from chalicelib.formats.importing.upload import Upload

#: `train.record`, `train.tfrecord-00001-of-00010`.
RECORDS = re.compile(r"\.(tf)?records?(-\d+-of-\d+)?$")

Features = dict[str, Feature]


def record_files(upload: Upload) -> Sequence[str]:
    """Files of records. Raises BadDataset if there is none."""
    files = [file for file in upload.files("") if not file or RECORDS.search(file)]
    if not files:
        raise BadDataset(upload.name, "has no .tfrecord or .record file in it")
    return files


def pictures(upload: Upload) -> Iterator[Picture]:
    """Images of all examples that have one. See `reading.Pictures`."""
    for file in record_files(upload):
        at = 0
        for place, body in records(upload, file):
            start = at + HEAD
            at = start + len(body) + TAIL
            try:
                features = decoded(body)
                name = image_name(features)
            except ValueError as error:
                raise BadDataset(upload.place(file), str(error), place) from None
            found = features.get(layout.IMAGE) or [b""]
            image = found[0]
            if isinstance(image, bytes) and image:
                name = _with_extension(name, features)
                yield Picture(_subset(file), name, file, start + body.index(image), len(image))


def image_name(features: Features) -> str:
    """What an example calls its image. Raises ValueError if it does not say."""
    named = texts(features, layout.NAME) or texts(features, layout.SOURCE_ID)
    if not named:
        raise ValueError(f"is not an example of an image: it has no `{layout.NAME}`")
    return named[0]


def texts(features: Features, key: str) -> list[str]:
    """A feature of texts."""
    return [one.decode() for one in features.get(key) or [] if isinstance(one, bytes)]


def _with_extension(name: str, features: Features) -> str:
    kind = texts(features, layout.IMAGE_FORMAT)
    if splitext(name)[1] or not kind or not kind[0].isalnum():
        return name
    return f"{name}.{kind[0].lower()}"


def _subset(file: str) -> str:
    """The folder of a file, or what its name begins with."""
    folder, slash, _ = file.partition("/")
    return folder if slash else RECORDS.sub("", file)
