"""Files that arrive through the API become objects and notes."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence

from chalicelib.media import files, layout
from chalicelib.media.files import File, describe
from chalicelib.media.ingest import notes
from chalicelib.media.kinds import HEAD, detect
from chalicelib.media.uploads import tus
from chalicelib.media.uploads.multipart import Part, parse
from chalicelib.media.uploads.names import sent_name
from chalicelib.platform import bucket
from chalicelib.platform.errors import Invalid

#: Images below this size are kept together as one object: a request per image would cost more time
#: and money than its bytes.
PACKED_BELOW = 4 << 20

#: Files of one request that may become an object each, whatever they are.
SENT_ALONE = 100


class PartReader:
    """A file inside a body."""

    def __init__(self, body: bytes, part: Part) -> None:
        self._body = body
        self._part = part

    @property
    def size(self) -> int:
        return self._part.stop - self._part.start

    def read(self, offset: int, size: int) -> bytes:
        start = self._part.start + offset
        return self._body[start : min(start + size, self._part.stop)]


def receive_form(task_id: int, body: bytes, content_type: str) -> list[tuple[str, str]]:
    """Store the files of a multipart body and return its other fields.

    Raises:
        Invalid: a damaged body, a bad name, or two files of one name.
    """
    fields: list[tuple[str, str]] = []
    parts: list[Part] = []
    for part in parse(body, content_type):
        if part.filename is None:
            fields.append((part.name, body[part.start : part.stop].decode("utf-8", "replace")))
        else:
            parts.append(part)
    _store(task_id, body, parts)
    return fields


def receive_upload(task_id: int, upload: tus.Upload) -> None:
    """Store a finished resumable upload as a file of the task."""
    key = layout.raw(task_id, upload.name)
    tus.join(upload, key)
    note_object(task_id, upload.name, key, upload.length)


def note_object(task_id: int, name: str, key: str, size: int) -> None:
    """Look into an object of the bucket and note it as a file of the task."""
    notes.note(task_id, [files.describe_object(name, key, size)])


def _store(task_id: int, body: bytes, parts: Sequence[Part]) -> None:
    names = [sent_name(part.filename or "") for part in parts]
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise Invalid(client_files=f"Several files are named {repeated[0]!r}; rename them.")
    if len(parts) > SENT_ALONE and sum(not _may_share(PartReader(body, p)) for p in parts) > 1:
        raise Invalid(client_files="Only one video, archive or PDF document can make a task.")
    pack = layout.pack(task_id, uuid.uuid4().hex)
    noted: list[File] = []
    packed = False
    for part, name in zip(parts, names, strict=True):
        size = part.stop - part.start
        reader = PartReader(body, part)
        if size < PACKED_BELOW and _may_share(reader):
            noted.append(describe(name, pack, part.start, size, reader, packed=True))
            packed = True
        else:
            key = layout.raw(task_id, name)
            bucket.put(key, body[part.start : part.stop])
            noted.append(describe(name, key, 0, size, reader))
    if packed:
        # The body as it came: nothing is copied, and what lies between the images is small.
        bucket.put(pack, body)
    notes.note(task_id, noted)


def _may_share(reader: PartReader) -> bool:
    """Whether a file can be read as a range of an object that holds others, too."""
    return detect(reader.read(0, HEAD)).family not in {"video", "archive", "document"}
