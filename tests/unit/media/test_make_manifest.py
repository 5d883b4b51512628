"""Manifests made on a user's machine describe what is there."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from chalicelib.media import make_manifest
from chalicelib.media.ingest import manifests
from chalicelib.media.ingest.manifests import ImageEntry, ImageManifest, VideoManifest

from .conftest import FRAMES, clip
from .pictures import photographs
from .points.making import as_bin, street


def write(folder: Path, bodies: dict[str, bytes]) -> None:
    for name, body in bodies.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)


def made(source: Path, *options: str) -> manifests.Manifest:
    assert make_manifest.main([str(source), *options]) == 0
    where = source if source.is_dir() else source.parent
    return manifests.read((where / "manifest.jsonl").read_bytes())


def test_a_folder_of_photographs(tmp_path: Path) -> None:
    bodies = photographs()
    write(tmp_path, {"in/2.jpg": bodies["img1.jpg"], "in/10.jpg": bodies["img0.jpg"]})
    write(tmp_path, {"in/related_images/2_jpg/side.jpg": bodies["img2.jpg"]})
    write(tmp_path, {".hidden/a.jpg": b"", "notes.txt": b"text"})
    manifest = made(tmp_path, "--sorting", "natural")
    with Image.open(tmp_path / "in/2.jpg") as picture:
        checksum = hashlib.md5(picture.tobytes()).hexdigest()
    assert isinstance(manifest, ImageManifest)
    # Turned by Exif: 72 × 48 as stored.
    assert manifest.entries[0] == ImageEntry(
        "in/2.jpg", 48, 72, ("in/related_images/2_jpg/side.jpg",), checksum
    )
    assert [entry.name for entry in manifest.entries] == ["in/2.jpg", "in/10.jpg"]
    assert made(tmp_path, "--no-checksums", "--sorting", "lexicographical") == ImageManifest(
        (
            ImageEntry("in/10.jpg", 64, 48),
            ImageEntry("in/2.jpg", 48, 72, ("in/related_images/2_jpg/side.jpg",)),
        )
    )


def test_a_drive_of_kitti(tmp_path: Path) -> None:
    picture = photographs()["img0.jpg"]
    write(tmp_path, {"velodyne_points/data/0.bin": as_bin(street(50))})
    write(tmp_path, {"image_00/data/0.jpg": picture, "image_01/data/0.jpg": picture})
    beside = ("image_00/data/0.jpg", "image_01/data/0.jpg")
    entry = ImageEntry("velodyne_points/data/0.bin", 50, 1, beside)
    assert made(tmp_path) == ImageManifest((entry,), "3d")


@pytest.mark.parametrize("name", ["open-gop.mp4", "h264.mkv"])
def test_a_video(tmp_path: Path, name: str) -> None:
    write(tmp_path, {name: clip(name)})
    manifest = made(tmp_path / name)
    assert isinstance(manifest, VideoManifest)
    assert (manifest.name, manifest.width, manifest.height) == (name, 320, 136)
    assert manifest.length == FRAMES
    assert manifest.key_frames[0].number == 0
    assert len(manifest.key_frames) == FRAMES // 12


@pytest.mark.parametrize(
    ("bodies", "message"),
    [
        ({"notes.txt": b"text"}, "neither images nor point clouds"),
        ({"a.jpg": b"\xff\xd8\xff\xe0 no picture"}, "1 files cannot be read. a.jpg: "),
    ],
)
def test_what_cannot_be_described_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], bodies: dict[str, bytes], message: str
) -> None:
    write(tmp_path, bodies)
    assert make_manifest.main([str(tmp_path)]) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "manifest.jsonl").exists()


def test_it_runs_as_a_command(tmp_path: Path) -> None:
    write(tmp_path, photographs())
    command = [sys.executable, "-m", "chalicelib.media.make_manifest", str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told == f"{tmp_path}/manifest.jsonl: 7 lines\n"
