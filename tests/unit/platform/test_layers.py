"""Arrows between packages point one way, and a cold start loads nothing that it does not run."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DOMAINS = {path.parent.name for path in (ROOT / "chalicelib").glob("*/__init__.py")} - {"platform"}
HEAVY = {
    "numpy", "cv2", "PIL", "av", "lxml", "onnxruntime", "simplejpeg", "argon2", "obstore",
    "pypdfium2", "pi_heif",
}  # fmt: skip
#: What few requests need, and is therefore imported by the first of them.
LATE = (
    "annotations.catching_up", "annotations.history.of_", "annotations.history.comparing",
    "annotations.history.restoring", "annotations.history.tracing", "annotations.merging.joining",
    "annotations.model.odd", "annotations.revisions.committing", "annotations.revisions.folding",
    "annotations.revisions.history", "annotations.revisions.wasting",
    "annotations.statistics.answering", "annotations.statistics.totals", "annotations.upkeep",
    "media.images.headers", "media.images.pages", "media.images.wholeness", "media.points.clouds",
    "projects.sweep", "projects.trash.answering", "projects.trash.deleting",
    "projects.trash.entries", "projects.trash.listing", "projects.trash.purging",
)  # fmt: skip
#: Rules that can be read, run and tested without AWS.
PURE = (
    "accounts/permissions.py", "accounts/rules.py", "annotations/interpolation/tracks.py",
    "annotations/interpolation/curves.py", "annotations/interpolation/positions.py",
    "annotations/merging/joining.py", "annotations/merging/slicing.py",
    "annotations/merging/pairing.py", "annotations/merging/areas.py", "projects/segments.py",
    "media/video/mp4.py", "media/video/mp4_boxes.py", "media/video/index.py",
    "media/images/headers.py", "media/ingest/sorting.py", "media/ingest/selection.py",
    "formats/exporting/source.py", "formats/exporting/contents.py",
    "formats/exporting/dataset.py", "formats/exporting/writing.py",
    "formats/importing/reading.py", "formats/importing/target.py",
)  # fmt: skip


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def python_files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def test_the_platform_knows_no_domain() -> None:
    for path in python_files("chalicelib/platform"):
        known = {name.split(".")[1] for name in imported(path) if name.startswith("chalicelib.")}
        assert not known & DOMAINS, path


@pytest.mark.parametrize("folder", ["chalicelib", "functions"])
def test_nothing_that_is_deployed_knows_the_launcher_or_the_tests(folder: str) -> None:
    for path in python_files(folder):
        roots = {name.split(".")[0] for name in imported(path)}
        assert not roots & {"infra", "tests", "bench", "ministack"}, path


def test_domains_do_not_know_the_functions() -> None:
    for path in python_files("chalicelib"):
        assert not any(name.split(".")[0] == "functions" for name in imported(path)), path


@pytest.mark.parametrize("name", PURE)
def test_rules_need_no_aws(name: str) -> None:
    found = set(imported(ROOT / "chalicelib" / name))
    assert not {n.split(".")[0] for n in found} & {"boto3", "botocore", "chalice", "pynamodb"}
    seams = {n for n in found if n.startswith("chalicelib.platform.")}
    assert not seams & {f"chalicelib.platform.{s}" for s in ("table", "bucket", "http")}


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The modules that a cold start of the API function loads."""
    said = subprocess.run(
        [sys.executable, "-c", "import app, sys; print(*sys.modules)"],
        cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(said.stdout.split())


def test_the_api_function_loads_nothing_heavy(loaded: set[str]) -> None:
    assert not {name.split(".")[0] for name in loaded} & HEAVY


@pytest.mark.parametrize("name", LATE)
def test_the_api_function_loads_what_few_requests_need_only_for_them(
    name: str, loaded: set[str]
) -> None:
    start = f"chalicelib.{name}"
    files = {".".join(path.relative_to(ROOT).parts) for path in python_files("chalicelib")}
    assert any(file.startswith(start) for file in files), "it has another name now"
    assert not {module for module in loaded if module.startswith(start)}
