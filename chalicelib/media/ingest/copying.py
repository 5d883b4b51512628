"""Files of other stores become the task's own. Small ones share an object: a request for each
would cost more than its bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from chalicelib.media import files, layout
from chalicelib.media.files import File
from chalicelib.media.ingest import heads
from chalicelib.media.ingest.stage import Stage
from chalicelib.media.reading import BytesReader
from chalicelib.media.sources.landing import Landing
from chalicelib.platform import bucket

#: Files below this size share an object.
SMALL = 4 << 20
#: Bytes read at a time of larger ones.
BLOCK = 8 << 20


def copy_part(
    stage: Stage, number: int, wanted: Sequence[File], go_on: Callable[[], None]
) -> list[File]:
    """Copy files, look into them; at most a part's bytes are in memory. The order is kept.

    Args:
        go_on: called now and then; may raise to stop.
    """
    identity = stage.pack(number)
    key = layout.pack(stage.task_id, identity)
    body = bytearray()
    found: list[File] = []
    for count, file in enumerate(wanted):
        go_on()
        if file.size >= SMALL:
            found.append(copy_file(file, stage.copy_key(f"{number:06d}-{count:04d}"), go_on))
            continue
        content = _whole(file)
        copied = File(file.name, key, len(body), len(content), "unknown", packed=True)
        found.append(files.described(copied, BytesReader(content)))
        body += content
    if body:
        bucket.put(key, bytes(body))
    return found


def copy_file(
    file: File, key: str, go_on: Callable[[], None], progress: Callable[[float], object] = bool
) -> File:
    """Copy one file into an object of its own and look into it. A repeated call replaces it.

    Args:
        progress: told the part that is done, 0…1.
    """
    landing = Landing(key)
    try:
        for piece in _pieces(file):
            go_on()
            landing.write(piece)
            progress(landing.size / file.size)
        landing.finish()
    except BaseException:
        landing.abandon()
        raise
    return heads.describe([File(file.name, key, 0, landing.size, "unknown")])[0]


def _whole(file: File) -> bytes:
    return heads.reader(file.place)(file.key, file.offset, file.size) if file.size else b""


def _pieces(file: File) -> Iterator[bytes]:
    read = heads.reader(file.place)
    for offset in range(0, file.size, BLOCK):
        yield read(file.key, file.offset + offset, min(BLOCK, file.size - offset))
