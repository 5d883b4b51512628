"""Whether a manifest and the files that came with it agree, and whose order of them counts."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.media.files import File
from chalicelib.media.ingest.manifests import (
    BadManifest,
    ImageEntry,
    ImageManifest,
    Manifest,
    VideoManifest,
)
from chalicelib.media.ingest.sorting import SortingMethod

#: Names that a message spells out.
SHOWN = 5


def check(manifest: Manifest, files: Sequence[File], *, whole: bool = True) -> None:
    """Compare a manifest with what there is.

    Args:
        files: frames and context images, or the video. Sizes are compared where they are known.
        whole: every file that the manifest names must be there; False where the user chose some
            of the files of a share or a storage.

    Raises:
        BadManifest: files missing or extra, of another size or dimension.
    """
    if isinstance(manifest, VideoManifest):
        _check_video(manifest, files)
        return
    beside = {name for names in manifest.related.values() for name in names}
    known = {file.name: file for file in files}
    named = {entry.name for entry in manifest.entries}
    extra = [file.name for file in files if file.name not in named | beside]
    missing = [
        name
        for entry in manifest.entries
        for name in (entry.name, *entry.related)
        if name not in known and (whole or entry.name in known)
    ]
    if extra or missing:
        raise BadManifest(
            "it does not agree with the files."
            + _told(" It does not name: ", extra)
            + _told(" It names, but there is not: ", missing)
            + " Add what is missing, or make the manifest anew"
        )
    _check_dimension(manifest, known)
    _check_sizes(manifest.entries, known)


def check_video(manifest: VideoManifest, width: int, height: int, frames: int) -> None:
    """Compare with a video that was indexed; sides in pixels as shown. Raises BadManifest."""
    if (manifest.width, manifest.height) != (width, height):
        raise BadManifest(
            f"it says that {manifest.name} has {manifest.width} × {manifest.height} pixels,"
            f" but it has {width} × {height}"
        )
    if manifest.length != frames:
        raise BadManifest(
            f"it says that {manifest.name} has {manifest.length:,} frames, but it has {frames:,}"
        )


def order(
    manifest: Manifest | None,
    method: SortingMethod,
    *,
    archive: bool = False,
    upload_file_order: Sequence[str] = (),
) -> list[str]:
    """The names in the order that `predefined` sorting means; empty if files stay as they came.

    A manifest goes before the order in which a client uploaded.

    Raises:
        BadManifest: an archive has no order without a manifest, and random order contradicts one.
    """
    if manifest is not None and method == "random":
        raise BadManifest("it fixes the order of files; choose another sorting method than random")
    if method != "predefined":
        return []
    if isinstance(manifest, ImageManifest):
        return [entry.name for entry in manifest.entries]
    if archive and not upload_file_order:
        raise BadManifest(
            "files of an archive have no order of their own: upload a manifest.jsonl beside the"
            " archive, or choose another sorting method than predefined"
        )
    return list(upload_file_order)


def _check_video(manifest: VideoManifest, files: Sequence[File]) -> None:
    if len(files) != 1 or files[0].family != "video":
        raise BadManifest(f"it describes the video {manifest.name}, but the files are no video")
    if files[0].name.rpartition("/")[2] != manifest.name.rpartition("/")[2]:
        raise BadManifest(f"it describes the video {manifest.name}, not {files[0].name}")


def _check_dimension(manifest: ImageManifest, known: dict[str, File]) -> None:
    for entry in manifest.entries:
        file = known.get(entry.name)
        if file and file.family in {"image", "points"}:
            dimension = "3d" if file.family == "points" else "2d"
            if dimension != manifest.dimension:
                kind = "a point cloud" if dimension == "3d" else "an image"
                raise BadManifest(f"it is a manifest of {manifest.dimension.upper()} data, but"
                                  f" {entry.name} is {kind}")  # fmt: skip


def _check_sizes(entries: Sequence[ImageEntry], known: dict[str, File]) -> None:
    wrong = [
        f"{entry.name} ({entry.width} × {entry.height}, but it has {info.width} × {info.height})"
        for entry in entries
        if entry.width and entry.height and (file := known.get(entry.name))
        and (info := file.info).width
        and (info.width, info.height) != (entry.width, entry.height)
    ]  # fmt: skip
    if wrong:
        raise BadManifest(f"it gives another size than these have: {_listed(wrong)}")


def _told(before: str, names: Sequence[str]) -> str:
    return f"{before}{_listed(names)}." if names else ""


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
