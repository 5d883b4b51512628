"""Looking into the files of a part: unpacked, copied and read as far as indexing needs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chalicelib.media.archives import members
from chalicelib.media.archives.members import BadArchive
from chalicelib.media.files import File
from chalicelib.media.images import pages
from chalicelib.media.ingest import copying, heads
from chalicelib.media.ingest.refusal import Refused
from chalicelib.media.ingest.stage import Part, Stage
from chalicelib.media.reading import RangeReader
from chalicelib.media.sources.places import OWN

#: Files read between two questions whether anyone still waits for them.
SLICE = 256


def look(stage: Stage, number: int, part: Part, go_on: Callable[[], None]) -> Part:
    """The part with what its files are; a picture with several pages has become several.

    Args:
        go_on: called now and then; may raise to stop.

    Raises:
        Refused: a file cannot be had. Unreachable.
    """
    beside = [file for around in part.related for file in around]
    known = _known(stage, number, part, [*part.files, *beside], go_on)
    frames, related = [], []
    for at, file in enumerate(part.files):
        around = [known[other.name] for other in part.related[at]] if part.related else []
        for page in _pages(known[file.name]):
            frames.append(page)
            related.append(around)
    return Part(frames, related if part.related else [])


def _known(
    stage: Stage, number: int, part: Part, wanted: Sequence[File], go_on: Callable[[], None]
) -> dict[str, File]:
    """Each file, read, by its name."""
    found = {file.name: file for file in wanted}
    if part.archive is not None:
        packed = [file for file in found.values() if members.inside(file)]
        _add(found, _unpacked(stage, number, part.archive, packed, go_on))
    if part.copied:
        foreign = [file for file in found.values() if file.place != OWN]
        try:
            _add(found, copying.copy_part(stage, number, foreign, go_on))
        except KeyError as error:
            raise Refused(f"{error.args[0]} is not there any more.") from error
    unread = [file for file in found.values() if not file.probed]
    for start in range(0, len(unread), SLICE):
        go_on()
        _add(found, heads.describe(unread[start : start + SLICE]))
    return found


def _unpacked(
    stage: Stage,
    number: int,
    archive: File,
    packed: Sequence[File],
    go_on: Callable[[], None],
) -> list[File]:
    found: list[File] = []
    try:
        for run, files in enumerate(members.parts(packed)):
            go_on()
            found += members.extract(stage.task_id, archive, files, f"{stage.pack(number)}-{run}")
    except BadArchive as error:
        raise Refused(f"{archive.name} cannot be used: {error}.") from error
    return found


def _add(known: dict[str, File], found: Sequence[File]) -> None:
    known.update((file.name, file) for file in found)


def _pages(file: File) -> list[File]:
    read = heads.reader(file.place)
    ranges = RangeReader(lambda at, size: read(file.key, file.offset + at, size), file.size)
    return pages.expand(file, ranges)
