"""Formats are found, and describing them loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.formats import registry
from chalicelib.formats.descriptions import Description, Exporter
from chalicelib.formats.exporting.writing import Writer
from chalicelib.formats.importing.reading import Reader

DOCUMENTATION = Path(__file__).resolve().parents[3] / "docs" / "formats.md"
DESCRIBED = """
import sys
from chalicelib.formats import registry
assert registry.exporters() and registry.importers()
print(*sorted({"lxml", "numpy", "cv2", "zipfile", "boto3", "chalice"} & set(sys.modules)))
"""


#: CVAT's formats of pictures and point clouds: name, extensions of exports and of imports.
OF_CVAT = {
    "CamVid 1.0": ("ZIP", "ZIP"),
    "Cityscapes 1.0": ("ZIP", "ZIP"),
    "COCO 1.0": ("ZIP", "JSON, ZIP"),
    "COCO Keypoints 1.0": ("ZIP", "JSON, ZIP"),
    "Datumaro 1.0": ("ZIP", "JSON, ZIP"),
    "ICDAR Localization 1.0": ("ZIP", "ZIP"),
    "ICDAR Recognition 1.0": ("ZIP", "ZIP"),
    "ICDAR Segmentation 1.0": ("ZIP", "ZIP"),
    "ImageNet 1.0": ("ZIP", "ZIP"),
    "KITTI 1.0": ("ZIP", "ZIP"),
    "LabelMe 3.0": ("ZIP", "ZIP"),
    "LFW 1.0": ("ZIP", "ZIP"),
    "Market-1501 1.0": ("ZIP", "ZIP"),
    "MOT 1.1": ("ZIP", "ZIP"),
    "MOTS PNG 1.0": ("ZIP", "ZIP"),
    "Open Images V6 1.0": ("ZIP", "ZIP"),
    "PASCAL VOC 1.1": ("ZIP", "ZIP"),
    "Segmentation mask 1.1": ("ZIP", "ZIP"),
    "Ultralytics YOLO Classification 1.0": ("ZIP", "ZIP"),
    "Ultralytics YOLO Detection 1.0": ("ZIP", "ZIP"),
    "Ultralytics YOLO Oriented Bounding Boxes 1.0": ("ZIP", "ZIP"),
    "Ultralytics YOLO Pose 1.0": ("ZIP", "ZIP"),
    "Ultralytics YOLO Segmentation 1.0": ("ZIP", "ZIP"),
    "VGGFace2 1.0": ("ZIP", "ZIP"),
    "WiderFace 1.0": ("ZIP", "ZIP"),
    "YOLO 1.1": ("ZIP", "ZIP"),
    "Datumaro 3D 1.0": ("ZIP", "JSON, ZIP"),
    "Kitti Raw Format 1.0": ("ZIP", "ZIP, XML"),
    "Sly Point Cloud Format 1.0": ("ZIP", "ZIP"),
    "CVAT for images 1.1": ("ZIP", None),
    "CVAT for video 1.1": ("ZIP", None),
    "Ultralytics YOLO Detection Track 1.0": ("ZIP", None),
    "CVAT 1.1": (None, "XML, ZIP"),
}
OF_POINT_CLOUDS = {"Datumaro 3D 1.0", "Kitti Raw Format 1.0", "Sly Point Cloud Format 1.0"}


def test_the_formats_of_cvat_are_there() -> None:
    exports = {one.name: one.ext for one in registry.exporters()}
    imports = {one.name: one.ext for one in registry.importers()}
    found = {name: (exports.get(name), imports.get(name)) for name in OF_CVAT}
    assert found == OF_CVAT
    for one in (*registry.exporters(), *registry.importers()):
        assert one.dimension == ("3d" if one.name in OF_POINT_CLOUDS else "2d")


@pytest.mark.parametrize(
    "description", [*registry.exporters(), *registry.importers()], ids=lambda one: one.name
)
def test_every_format_has_its_code(description: Description) -> None:
    kind = Writer if isinstance(description, Exporter) else Reader
    assert isinstance(description.load(), kind)


def test_the_documentation_lists_every_format() -> None:
    rows = {
        cells[0]: (cells[1], cells[2])
        for line in DOCUMENTATION.read_text().splitlines()
        if line.startswith("| ") and len(cells := line.strip("| ").split(" | ")) == 4
    }
    del rows["format"]
    exports = {one.name: one.ext for one in registry.exporters()}
    imports = {one.name: one.ext for one in registry.importers()}
    assert rows == {
        name: (exports.get(name, "-"), imports.get(name, "-")) for name in exports | imports
    }


def test_a_format_of_the_other_direction_is_named() -> None:
    written = '"CVAT 1.1" is exported as "CVAT for images 1.1" or "CVAT for video 1.1"'
    with pytest.raises(registry.UnknownFormat, match=written):
        registry.exporter("CVAT 1.1")
    with pytest.raises(registry.UnknownFormat, match=r'images 1\.1" is imported as "CVAT 1\.1"$'):
        registry.importer("CVAT for images 1.1")


def test_every_format_that_is_written_has_one_that_reads_it() -> None:
    names = {one.name for one in registry.importers()}
    for one in registry.exporters():
        if one.name not in names:
            with pytest.raises(registry.UnknownFormat, match=r' is imported as "[^"]+"$'):
                registry.importer(one.name)
    with pytest.raises(registry.UnknownFormat, match=r'Unknown format "PDF 1\.0"'):
        registry.importer("PDF 1.0")


def test_describing_formats_loads_nothing_heavy() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", DESCRIBED], check=True, capture_output=True, text=True
    ).stdout
    assert loaded.strip() == ""
