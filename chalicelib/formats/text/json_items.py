"""The items of a list in a JSON file, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.upload import Upload

T = TypeVar("T")

#: Bytes of the largest file.
MAX_JSON = 512 << 20


def items(upload: Upload, file: str, key: str, kind: type[T]) -> Iterator[T]:
    """The items of the list that stands under a key of the file's outermost object.

    Where the key is missing there are none. A file may be gone through several times, for one key
    after another, in whatever order they stand in it.

    Raises:
        BadDataset: it is not JSON, or an item is not of that kind; naming file and item.
    """
    listed = _outermost(upload, file).get(key)
    if listed is None:
        return
    decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(kind)
    for at, raw in enumerate(_decoded(listed, list[msgspec.Raw], upload.place(file))):
        try:
            yield decoder.decode(raw)
        except msgspec.ValidationError as error:
            raise BadDataset(upload.place(file), str(error), f"{key}[{at}]") from None


def value(upload: Upload, file: str, key: str, kind: type[T]) -> T | None:
    """A value of the file's outermost object. Raises BadDataset."""
    raw = _outermost(upload, file).get(key)
    return None if raw is None else _decoded(raw, kind, upload.place(file))


def _outermost(upload: Upload, file: str) -> dict[str, msgspec.Raw]:
    body = upload.read(file, MAX_JSON)
    if not body.strip():
        raise BadDataset(upload.place(file), "is empty")
    found: dict[str, msgspec.Raw] = _decoded(body, dict[str, msgspec.Raw], upload.place(file))
    return found


def _decoded(body: bytes | msgspec.Raw, kind: Any, place: str) -> Any:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise BadDataset(place, f"is not what is expected: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadDataset(place, f"is not JSON: {error}") from None
