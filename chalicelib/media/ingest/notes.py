"""Notes of the files of a task between their upload and the end of indexing.

What a file's header says is noted when its bytes pass by, so that indexing need not read them
again. Notes live in the table under `MEDIA#<task>` and expire; the frame index replaces them.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Iterator, Sequence

import msgspec
import zstandard

from chalicelib.media.files import File
from chalicelib.platform import bucket, keys, table
from chalicelib.platform.clock import epoch
from chalicelib.platform.table import Put, Record

#: Seconds that notes of files outlive their upload if the task is never finished.
LIFETIME = 14 * 24 * 3600
#: Files in one record of the table: about 60 bytes each when compressed.
BATCH = 2000
#: Bytes of one record: a table takes 400 KB, and long names hardly compress.
BLOB_LIMIT = 300_000


def note(task_id: int, files: Sequence[File]) -> None:
    """Remember uploaded files; a later note of the same name replaces an earlier one."""
    for start in range(0, len(files), BATCH):
        _note(task_id, files[start : start + BATCH])


def noted(task_id: int) -> list[File]:
    """Every file that was uploaded for a task, in order of arrival, names unique."""
    found: dict[str, File] = {}
    for batch in batches(task_id):
        for file in batch:
            found.pop(file.name, None)
            found[file.name] = file
    return list(found.values())


def batches(task_id: int) -> Iterator[list[File]]:
    """The same a few thousand at a time; of files of the same name the last one counts."""
    for record in table.children(keys.media(task_id), "FILES#"):
        yield _unpack(record.blob)


def keep_only(task_id: int, names: Iterable[str]) -> None:
    """Forget all uploads of a task but some, and delete what only they need.

    Raises:
        KeyError: a file that is not noted; nothing is changed.
    """
    records = list(table.children(keys.media(task_id), "FILES#"))
    found = {file.name: file for record in records for file in _unpack(record.blob)}
    wanted = list(dict.fromkeys(names))
    unknown = next((name for name in wanted if name not in found), None)
    if unknown is not None:
        raise KeyError(unknown)
    if len(wanted) == len(found):
        return
    asked = set(wanted)
    kept = [file for name, file in found.items() if name in asked]
    # First what is kept: whoever is interrupted here finds it twice, which changes nothing.
    note(task_id, kept)
    objects = {file.key for record in records for file in _unpack(record.blob)}
    table.delete_many([record.key for record in records])
    bucket.delete(*sorted(objects - {file.key for file in kept}))


def forget(task_id: int) -> None:
    """Drop the notes of a task."""
    table.delete_many([record.key for record in table.children(keys.media(task_id))])


def _note(task_id: int, files: Sequence[File]) -> None:
    blob = zstandard.compress(msgspec.msgpack.encode(files))
    if len(blob) > BLOB_LIMIT and len(files) > 1:
        half = len(files) // 2
        _note(task_id, files[:half])
        _note(task_id, files[half:])
        return
    record = Record(keys.media(task_id), f"FILES#{time.time_ns():020d}#{uuid.uuid4().hex}")
    record.blob = blob
    record.expires = epoch(LIFETIME)
    table.commit(Put(record))


def _unpack(blob: bytes) -> list[File]:
    return msgspec.msgpack.decode(zstandard.decompress(blob), type=list[File])
