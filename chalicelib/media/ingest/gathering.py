"""All files that a client gave for a task, from wherever they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from chalicelib.media import files
from chalicelib.media.files import File
from chalicelib.media.ingest import manifests, notes, server_files
from chalicelib.media.ingest.catalogue import Catalogue
from chalicelib.media.ingest.manifests import (
    BadManifest,
    Manifest,
    VideoManifest,
)
from chalicelib.media.ingest.parameters import DataRequest
from chalicelib.media.ingest.refusal import Refused, some
from chalicelib.media.ingest.stage import Stage
from chalicelib.media.sources import places

FETCHED = "fetched/"


class Described(NamedTuple):
    """A manifest and the file that it was read from."""

    file: File
    manifest: Manifest


def gather(task_id: int, wanted: DataRequest, stage: Stage, into: Catalogue) -> Described | None:
    """Fill a catalogue with uploads, server files and what was fetched. Returns the manifest.

    Raises:
        Refused: what is named is not there, or has the name of another file. Unreachable.
    """
    for batch in notes.batches(task_id):
        into.add(batch)
    described = _manifest(wanted, into)
    for part in stage.names(FETCHED) if wanted.remote_files else []:
        fetched = stage.load(FETCHED + part, File)
        if fetched is not None:
            into.add(_without_clashes([fetched], into))
    if wanted.server_files or wanted.filename_pattern:
        known = _names(described.manifest) if described else []
        expanded = server_files.expand(wanted, known)
        into.add(_without_clashes(expanded, into) if len(into) else expanded, again=False)
    return described


def read_manifest(file: File) -> Manifest:
    """Read a manifest, with names as they are in its store. Raises Refused."""
    try:
        found = manifests.read(_pieces(file))
    except BadManifest as error:
        raise Refused(f"{file.name} cannot be used: {error}.") from error
    except KeyError:
        raise Refused(f"{file.name} is not there any more.") from None
    if isinstance(found, VideoManifest):
        return found
    return manifests.below(found, file.name.rpartition("/")[0])


def _manifest(wanted: DataRequest, uploaded: Catalogue) -> Described | None:
    name = server_files.manifest_of(wanted)
    if name is not None:
        place = server_files.place_name(wanted)
        size = places.place(place).size(name)
        if size is None:
            raise Refused(f"{name}: there is no such file.")
        file = File(name, name, 0, size, "unknown", place=place)
        return Described(file, read_manifest(file))
    found = [file for file in uploaded.of("unknown") if file.name.endswith(".jsonl")]
    if not found:
        return None
    if len(found) > 1:
        raise Refused(f"Only one manifest can describe a task; {some([f.name for f in found])} do.")
    uploaded.discard([found[0].name])
    return Described(found[0], read_manifest(found[0]))


def _pieces(file: File, size: int = 1 << 20) -> Iterator[bytes]:
    for offset in range(0, file.size, size):
        yield files.read(file, offset, size)


def _names(manifest: Manifest) -> list[str]:
    if isinstance(manifest, VideoManifest):
        return [manifest.name]
    related = [name for entry in manifest.entries for name in entry.related]
    return [*(entry.name for entry in manifest.entries), *related]


def _without_clashes(found: Iterable[File], known: Catalogue) -> Iterator[File]:
    for file in found:
        other = known.get(file.name)
        if other is not None and (other.place, other.key) != (file.place, file.key):
            raise Refused(f"Two files are named {file.name}. Rename one of them.")
        yield file
