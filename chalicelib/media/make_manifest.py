"""Makes a `manifest.jsonl` of media on this machine, before they go to a bucket or a file share.

    python -m chalicelib.media.make_manifest pictures/
    python -m chalicelib.media.make_manifest clip.mp4 --output clip.jsonl

With a manifest beside them, files of a bucket are listed and their sizes known without reading any.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from chalicelib.media import files
from chalicelib.media.files import File
from chalicelib.media.frame_list import FrameList, VideoFile
from chalicelib.media.images.info import PIXEL_LIMIT
from chalicelib.media.ingest import manifests, related
from chalicelib.media.ingest.manifests import ImageEntry, ImageManifest
from chalicelib.media.ingest.sorting import SortingMethod, sort_key
from chalicelib.media.reading import RangeReader
from chalicelib.media.video.index import BadVideo, VideoIndex
from chalicelib.media.video.mp4 import Unsupported, index_mp4


class Unusable(Exception):
    """No manifest can be made. The text is a sentence for the user."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Returns its exit status."""
    given = _parser().parse_args(arguments)
    source: Path = given.source
    try:
        if source.is_dir():
            lines = manifests.write(of_folder(source, given.sorting, checksums=given.checksums))
            target = given.output or source / manifests.NAME
        else:
            lines = of_video(source)
            target = given.output or source.with_name(manifests.NAME)
        count = _save(target, lines)
    except (Unusable, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{target}: {count:,} lines\n")
    return 0


def of_folder(
    folder: Path, sorting: SortingMethod = "lexicographical", *, checksums: bool = True
) -> ImageManifest:
    """The manifest of the images, or point clouds, below a folder.

    Args:
        checksums: of the images' pixels, as CVAT computes them: each image is decoded.

    Raises:
        Unusable: there are none, or some cannot be read.
    """
    found = [_describe(folder, path) for path in sorted(_walk(folder))]
    media = [file for file in found if file.family in {"image", "points"}]
    if bad := [f"{file.name}: {file.problem}" for file in media if file.problem]:
        raise Unusable(f"{len(bad)} files cannot be read. {'; '.join(bad[:5])}.")
    matched = related.match(media)
    if not matched.frames:
        raise Unusable(f"{folder} holds neither images nor point clouds.")
    key = sort_key(sorting)
    entries = (
        ImageEntry(
            file.name,
            file.info.width,
            file.info.height,
            tuple(beside.name for beside in matched.related.get(file.name, ())),
            _checksum(folder / file.name) if checksums and file.family == "image" else "",
        )
        for file in sorted(matched.frames, key=lambda file: key(file.name))
    )
    return ImageManifest(tuple(entries), matched.dimension)


def of_video(path: Path) -> Iterator[bytes]:
    """The lines of the manifest of a video. Raises Unusable."""
    file = _describe(path.parent, path)
    if file.family != "video":
        raise Unusable(f"{path} is neither a folder nor a video.")
    try:
        index = _index(path, file)
    except BadVideo as error:
        raise Unusable(f"{path} cannot be used: {error}.") from error
    described = VideoFile(file, index.width, index.height, len(index), index.codec_string)
    return manifests.of_frames(FrameList(len(index), video=described), index)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m chalicelib.media.make_manifest", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("source", type=Path, help="a folder of images or point clouds, or a video")
    parser.add_argument("--output", type=Path, help="file to write; beside the media by default")
    parser.add_argument(
        "--sorting", choices=["lexicographical", "natural"], default="lexicographical",
        help="order of the files",
    )  # fmt: skip
    parser.add_argument(
        "--no-checksums", dest="checksums", action="store_false", help="do not decode the images"
    )
    return parser


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(root, name) for name in names if not name.startswith("."))


def _reader(path: Path, block: int = 64 << 10) -> RangeReader:
    def read(offset: int, size: int) -> bytes:
        with path.open("rb") as opened:
            opened.seek(offset)
            return opened.read(size)

    return RangeReader(read, path.stat().st_size, block)


def _describe(folder: Path, path: Path) -> File:
    reader = _reader(path)
    return files.describe(path.relative_to(folder).as_posix(), "", 0, reader.size, reader)


def _index(path: Path, file: File) -> VideoIndex:
    if file.format == "mp4":
        try:
            return index_mp4(_reader(path))
        except Unsupported:
            pass
    from chalicelib.media.video.packets import index_packets

    return index_packets(_reader(path, 8 << 20))


def _checksum(path: Path) -> str:
    """MD5 of the pixels as Pillow decodes them; empty for what it cannot."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT
    try:
        with Image.open(path) as picture:
            return hashlib.md5(picture.tobytes(), usedforsecurity=False).hexdigest()
    except (OSError, SyntaxError, ValueError):
        return ""


def _save(target: Path, lines: Iterator[bytes]) -> int:
    count = 0
    with target.open("wb") as opened:
        for line in lines:
            opened.write(line)
            count += 1
    return count


if __name__ == "__main__":
    sys.exit(main())
