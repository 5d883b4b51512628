"""`manifest.jsonl`: what CVAT's datasets say of themselves, a JSON value on each line.

    {"version":"1.1"}
    {"type":"images"}                       or images_3d, or video
    {"name":"dir/photo","extension":".jpg","width":640,"height":427,
     "meta":{"related_images":["dir/related_images/photo_jpg/1.png"]},"checksum":"…"}

A video has `{"properties":{"name","resolution":[width,height],"length"}}` on the third line, and
then a line for each key frame: `{"number","pts","checksum"}`. Sizes are in pixels as shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Annotated, Literal, TypeVar

import msgspec

from chalicelib.media.extensions import family_of
from chalicelib.media.files import File
from chalicelib.media.frame_list import FrameList
from chalicelib.media.video.index import VideoIndex

NAME = "manifest.jsonl"
VERSION = "1.1"
VERSIONS = {"1.0", "1.1"}
#: Bytes of a line, bytes of a manifest, lines of one.
LINE_LIMIT = 1 << 20
SIZE_LIMIT = 256 << 20
COUNT_LIMIT = 1_000_000

Side = Annotated[int, msgspec.Meta(ge=0, le=1 << 31)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]
Type = Literal["images", "images_3d", "video"]
Line = TypeVar("Line", bound=msgspec.Struct)
_VALUE = re.compile(r"enum value ('[^']{1,40}')")
_FIELD = re.compile(r"(?:field `|at `\$\.)([^`]+)`")


class BadManifest(Exception):
    """The manifest cannot be used. The text says why and where, without its name."""


class ImageEntry(msgspec.Struct, frozen=True):
    """A frame: an image or a point cloud.

    Attributes:
        name: with its extension, `/` between folders, relative to the manifest's folder.
        width, height: in pixels as shown; 0 if the manifest does not say.
        related: names of the context images.
        checksum: MD5 of the decoded pixels, as CVAT computes it; empty if there is none.
    """

    name: str
    width: int = 0
    height: int = 0
    related: tuple[str, ...] = ()
    checksum: str = ""


class KeyFrame(msgspec.Struct, frozen=True):
    """A frame from which decoding can start; `pts` in ticks of the stream."""

    number: int
    pts: int
    checksum: str = ""


class ImageManifest(msgspec.Struct, frozen=True):
    """Images, or point clouds, in order; names unique."""

    entries: tuple[ImageEntry, ...]
    dimension: Literal["2d", "3d"] = "2d"

    @property
    def related(self) -> dict[str, tuple[str, ...]]:
        """Context images by frame, as `related.match` takes them."""
        return {entry.name: entry.related for entry in self.entries if entry.related}


class VideoManifest(msgspec.Struct, frozen=True):
    """A video. `length` in frames, sides in pixels as shown; key frames ascend."""

    name: str
    width: int
    height: int
    length: int
    key_frames: tuple[KeyFrame, ...] = ()


Manifest = ImageManifest | VideoManifest


class _Meta(msgspec.Struct, omit_defaults=True):
    related_images: tuple[str, ...] = ()


class _Image(msgspec.Struct, omit_defaults=True):
    name: str
    extension: str
    width: Side = 0
    height: Side = 0
    meta: _Meta | None = None
    checksum: str | None = None


class _Key(msgspec.Struct, omit_defaults=True):
    number: Count
    pts: int
    checksum: str | None = None


class _Video(msgspec.Struct):
    name: str
    resolution: tuple[Side, Side]
    length: Count


class _Version(msgspec.Struct):
    version: str


class _Type(msgspec.Struct):
    type: Type


class _Properties(msgspec.Struct):
    properties: _Video


def read(body: bytes | Iterable[bytes]) -> Manifest:
    """Read a manifest, whole or in pieces.

    Raises:
        BadManifest: naming the line.
    """
    lines = _lines(_pieces(body) if isinstance(body, bytes) else body)
    _header(lines, _Version, "version", lambda found: found.version in VERSIONS)
    kind = _header(lines, _Type, "type").type
    if kind == "video":
        return _read_video(lines)
    entries: dict[str, ImageEntry] = {}
    clouds = 0
    for number, line in lines:
        if line == b"{}":  # a frame that was filtered out
            continue
        entry = _entry(_decode(line, _Image, number), number)
        if entry.name in entries:
            raise BadManifest(f"line {number} names {entry.name} a second time")
        entries[entry.name] = entry
        clouds += family_of(entry.name) == "points"
        if clouds not in {0, len(entries)}:
            raise BadManifest(f"line {number}: {entry.name} stands among files of another kind")
    if not entries:
        raise BadManifest("it names no files")
    three = kind == "images_3d" or clouds > 0
    return ImageManifest(tuple(entries.values()), "3d" if three else "2d")


def write(manifest: Manifest) -> Iterator[bytes]:
    """The inverse of `read`, a line at a time."""
    if isinstance(manifest, VideoManifest):
        yield from _heading("video")
        video = _Video(manifest.name, (manifest.width, manifest.height), manifest.length)
        yield _line(_Properties(video))
        for key in manifest.key_frames:
            yield _line(_Key(key.number, key.pts, key.checksum or None))
        return
    yield from _heading("images_3d" if manifest.dimension == "3d" else "images")
    for entry in manifest.entries:
        yield _line(_image(entry))


def of_frames(listed: FrameList, index: VideoIndex | None) -> Iterator[bytes]:
    """The manifest of a task's frames, a line at a time.

    Args:
        index: of the task's video; without it, a video has no lines of key frames.
    """
    if listed.video is not None:
        yield from write(_of_video(listed, index))
        return
    clouds = bool(listed.images) and listed.images[0].family == "points"
    yield from _heading("images_3d" if clouds else "images")
    for number, file in enumerate(listed.images):
        yield _line(_image(_of_file(file, listed.related[number] if listed.related else ())))


def below(manifest: ImageManifest, folder: str) -> ImageManifest:
    """The same with names relative to where the manifest's folder stands, e.g. in a bucket."""
    if not folder:
        return manifest
    return ImageManifest(
        tuple(
            msgspec.structs.replace(
                entry,
                name=f"{folder}/{entry.name}",
                related=tuple(f"{folder}/{name}" for name in entry.related),
            )
            for entry in manifest.entries
        ),
        manifest.dimension,
    )


def _of_video(listed: FrameList, index: VideoIndex | None) -> VideoManifest:
    video = listed.video
    assert video is not None
    keys: tuple[KeyFrame, ...] = ()
    if index is not None:
        starts = set(index.keys)
        keys = tuple(
            KeyFrame(number, index.pts[sample])
            for number, sample in enumerate(index.frames)
            if sample in starts
        )
    return VideoManifest(video.file.name, video.width, video.height, video.frames, keys)


def _of_file(file: File, related: Sequence[File]) -> ImageEntry:
    info = file.info
    return ImageEntry(file.name, info.width, info.height, tuple(other.name for other in related))


def _read_video(lines: Iterator[tuple[int, bytes]]) -> VideoManifest:
    video = _header(lines, _Properties, "properties").properties
    keys: list[KeyFrame] = []
    for number, line in lines:
        key = _decode(line, _Key, number)
        if keys and key.number <= keys[-1].number:
            raise BadManifest(f"line {number}: key frame {key.number} does not follow the last one")
        if key.number >= video.length:
            raise BadManifest(
                f"line {number}: key frame {key.number} of a video of {video.length:,} frames"
            )
        keys.append(KeyFrame(key.number, key.pts, key.checksum or ""))
    return VideoManifest(_safe(video.name, 3), *video.resolution, video.length, tuple(keys))


def _entry(image: _Image, number: int) -> ImageEntry:
    related = image.meta.related_images if image.meta else ()
    return ImageEntry(
        _safe(image.name + image.extension, number),
        image.width,
        image.height,
        tuple(_safe(name, number) for name in related),
        image.checksum or "",
    )


def _image(entry: ImageEntry) -> _Image:
    extension = PurePosixPath(entry.name).suffix
    return _Image(
        entry.name.removesuffix(extension) if extension else entry.name,
        extension,
        entry.width,
        entry.height,
        _Meta(entry.related) if entry.related else None,
        entry.checksum or None,
    )


def _safe(name: str, number: int) -> str:
    """A name with forward slashes that stays inside the manifest's folder."""
    name = name.replace("\\", "/").removeprefix("./")
    if not name or name.startswith("/") or "\0" in name or ".." in name.split("/"):
        raise BadManifest(f"line {number}: {name!r} is not the name of a file below the manifest")
    return name


def _header(
    lines: Iterator[tuple[int, bytes]],
    kind: type[Line],
    field: str,
    accept: Callable[[Line], bool] = lambda _: True,
) -> Line:
    number, line = next(lines, (0, b""))
    if not number:
        raise BadManifest(f"it ends before the line that tells its {field}")
    found = _decode(line, kind, number)
    if not accept(found):
        raise BadManifest(f"line {number}: this {field} is not supported")
    return found


def _decode(line: bytes, kind: type[Line], number: int) -> Line:
    try:
        return msgspec.json.decode(line, type=kind)
    except msgspec.ValidationError as error:
        # The library names the field, as `name` or at `$.name`.
        field = _FIELD.search(str(error))
        named = f"{field[1]!r}" if field else "what it must hold"
        value = _VALUE.search(str(error))
        what = f"{value[1]}, which is unknown" if value else "missing or of another type"
        raise BadManifest(f"line {number}: {named} is {what}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadManifest(f"line {number} is not JSON") from error


def _lines(pieces: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Lines that are not blank, with their numbers from 1."""
    for number, line in enumerate(_split(pieces), 1):
        if number > COUNT_LIMIT:
            raise BadManifest(f"it has more than {COUNT_LIMIT:,} lines")
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if stripped := line.strip():
            yield number, stripped


def _pieces(body: bytes, size: int = 1 << 20) -> Iterator[bytes]:
    return (body[start : start + size] for start in range(0, len(body), size))


def _split(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest, total, number = b"", 0, 1
    for piece in pieces:
        total += len(piece)
        if total > SIZE_LIMIT:
            raise BadManifest(f"it has more than {SIZE_LIMIT >> 20} MB")
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            if len(line) > LINE_LIMIT:
                raise BadManifest(f"line {number} has more than {LINE_LIMIT >> 20} MB")
            number += 1
            yield line
        if len(rest) > LINE_LIMIT:
            raise BadManifest(f"line {number} has more than {LINE_LIMIT >> 20} MB")
    yield rest


def _heading(kind: Type) -> Iterator[bytes]:
    yield _line(_Version(VERSION))
    yield _line(_Type(kind))


def _line(value: msgspec.Struct) -> bytes:
    return msgspec.json.encode(value) + b"\n"
