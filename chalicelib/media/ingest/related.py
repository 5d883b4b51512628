"""Which files are frames, and which are pictures to show beside a frame (context images).

The layouts are CVAT's. Beside an image, at any depth:

    dir/photo.jpg                    dir/related_images/photo_jpg/*.png

Beside a point cloud (`.pcd` or `.bin`):

    pointcloud/00001.pcd             related_images/00001_pcd/*.png
    velodyne_points/data/00001.bin   image_00/data/00001.png, image_01/data/00001.png, …
    dir/00001.pcd                    dir/00001.png
    dir/00001/00001.pcd              dir/00001/*.png
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Literal

import msgspec

from chalicelib.media.extensions import family_of
from chalicelib.media.files import File
from chalicelib.media.kinds import Family

FOLDER = "related_images"
#: Families whose content is known only after indexing, so that the name decides before.
_UNREAD: frozenset[Family] = frozenset({"unknown"})
_CAMERA = re.compile(r"image_\d", re.IGNORECASE)


class Matched(msgspec.Struct, frozen=True):
    """Files sorted into what a task is made of.

    Attributes:
        frames: files that become frames, in the given order.
        related: context images by the name of their frame, each list sorted by name; frames
            without any are absent.
        dimension: "3d" if the frames are point clouds.
        left_out: files that are neither: pictures beside no frame.
    """

    frames: tuple[File, ...]
    related: dict[str, list[File]]
    dimension: Literal["2d", "3d"]
    left_out: tuple[File, ...] = ()

    def of(self, frames: Sequence[File]) -> list[list[File]]:
        """`FrameList.related` of these frames: a list for each, or none if no frame has any."""
        found = [self.related.get(frame.name, []) for frame in frames]
        return found if any(found) else []


def match(files: Sequence[File], named: Mapping[str, Sequence[str]] | None = None) -> Matched:
    """Sort files into frames and the pictures beside them.

    Args:
        files: names unique. Those not read yet (family `unknown`) go by their extension.
        named: context images by frame, as a manifest names them; they replace what the layout
            says for the frames that are in it.
    """
    outside = [file for file in files if FOLDER not in _folders(file.name)]
    clouds = [file for file in outside if _family(file) == "points"]
    frames = clouds or outside
    find = _beside_cloud if clouds else _beside_image
    listed = _named(files, named or {})
    taken = {file.name for beside in listed.values() for file in beside}
    frames = [file for file in frames if file.name not in taken]
    pictures = _Pictures(files, {file.name for file in frames})
    related = {}
    for frame in frames:
        beside = listed[frame.name] if frame.name in listed else list(find(frame.name, pictures))
        if beside:
            related[frame.name] = sorted(beside, key=lambda file: file.name)
    used = {file.name for beside in related.values() for file in beside}
    used |= {file.name for file in frames}
    left_out = tuple(file for file in files if file.name not in used)
    return Matched(tuple(frames), related, "3d" if clouds else "2d", left_out)


class _Pictures:
    """Pictures that may stand beside a frame, found by folder and by stem."""

    def __init__(self, files: Sequence[File], frames: set[str]) -> None:
        self._in: dict[str, list[File]] = defaultdict(list)
        self._by_stem: dict[tuple[str, str], list[File]] = defaultdict(list)
        self._cameras: dict[str, set[str]] = defaultdict(set)
        for file in files:
            if file.name in frames or _family(file) != "image":
                continue
            folder, name = _split(file.name)
            self._in[folder].append(file)
            self._by_stem[folder, PurePosixPath(name).stem].append(file)
            camera, last = _split(folder)
            root, label = _split(camera)
            if last == "data" and _CAMERA.match(label):
                self._cameras[root].add(folder)

    def inside(self, folder: str) -> list[File]:
        """Directly in a folder."""
        return self._in.get(folder, [])

    def stemmed(self, folder: str, stem: str) -> list[File]:
        """Directly in a folder, of this name but for the extension."""
        return self._by_stem.get((folder, stem), [])

    def cameras(self, root: str) -> set[str]:
        """Folders `image_NN/data` below a KITTI drive."""
        return self._cameras.get(root, set())


def _beside_image(name: str, pictures: _Pictures) -> Iterator[File]:
    folder, base = _split(name)
    yield from pictures.inside(_join(folder, FOLDER, _label(base)))


def _beside_cloud(name: str, pictures: _Pictures) -> Iterator[File]:
    folder, base = _split(name)
    stem = PurePosixPath(base).stem
    parent, own = _split(folder)
    if own == stem:
        yield from pictures.inside(folder)
    else:
        yield from pictures.stemmed(folder, stem)
    if folder:
        for label in {_label(base), f"{stem}_pcd"}:
            yield from pictures.inside(_join(parent, FOLDER, label))
    root, velodyne = _split(parent)
    if (velodyne, own) == ("velodyne_points", "data"):
        for camera in pictures.cameras(root):
            yield from pictures.stemmed(camera, stem)


def _named(files: Sequence[File], named: Mapping[str, Sequence[str]]) -> dict[str, list[File]]:
    if not named:
        return {}
    known = {file.name: file for file in files}
    return {
        frame: [known[name] for name in names if name in known]
        for frame, names in named.items()
        if names
    }


def _family(file: File) -> Family:
    return family_of(file.name) if file.family in _UNREAD else file.family


def _label(base: str) -> str:
    """How a folder is called that holds what belongs to a file: `photo.jpg` → `photo_jpg`."""
    return "_".join(base.rsplit(".", 1))


def _folders(name: str) -> list[str]:
    return name.split("/")[:-1]


def _split(name: str) -> tuple[str, str]:
    folder, _, last = name.rpartition("/")
    return folder, last


def _join(*steps: str) -> str:
    return "/".join(step for step in steps if step)
