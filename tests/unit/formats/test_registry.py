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


def test_the_formats_of_cvat_are_there() -> None:
    assert [(one.name, one.ext) for one in registry.exporters()] == [
        ("COCO 1.0", "ZIP"),
        ("CVAT for images 1.1", "ZIP"),
        ("CVAT for video 1.1", "ZIP"),
    ]
    assert [(one.name, one.ext) for one in registry.importers()] == [
        ("COCO 1.0", "JSON, ZIP"),
        ("CVAT 1.1", "XML, ZIP"),
    ]


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


def test_a_format_of_the_other_direction_is_unknown() -> None:
    with pytest.raises(registry.UnknownFormat, match=r'"CVAT 1\.1"'):
        registry.exporter("CVAT 1.1")


def test_describing_formats_loads_nothing_heavy() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", DESCRIBED], check=True, capture_output=True, text=True
    ).stdout
    assert loaded.strip() == ""
