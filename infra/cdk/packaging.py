"""Bundles for Lambda, built once per content.

A bundle's name is a hash of what went into it, so that synthesising twice builds once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from chalice import api as chalice_api

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "bundles"
#: AWS's own limit for a function's unpacked code, in bytes.
LIMIT = 250 * 1024 * 1024
#: Wheels that run on the Amazon Linux 2023 of the Python 3.12+ runtimes.
PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64",
             "manylinux2014_x86_64")  # fmt: skip
#: botocore describes every AWS service (25 MB); these are the ones that workers call.
SERVICES = {"dynamodb", "s3", "lambda", "secretsmanager", "stepfunctions", "sts"}
#: Packages of requirements-worker.txt that no worker function imports.
UNUSED = (
    "opencv-python-headless",
    # Chalice's command line:
    "blessed", "click", "editor", "inquirer", "jinxed", "pip=", "pyyaml", "readchar", "runs",
    "setuptools", "wcwidth", "wheel", "xmod",
    # Only the API checks passwords:
    "argon2", "cffi", "pycparser",
)  # fmt: skip


def worker_bundle(python: str) -> Path:
    """Folder with the worker functions and their dependencies for a Python version."""
    dependencies = _dependencies(python)
    sources = [ROOT / "chalicelib", ROOT / "functions"]
    digest = _digest([*_files(sources)], dependencies.name)
    bundle = CACHE / f"worker-{digest}"
    if not bundle.exists():
        with _built(bundle) as building:
            shutil.copytree(dependencies, building, copy_function=_link, dirs_exist_ok=True)
            for source in sources:
                shutil.copytree(
                    source, building / source.name, ignore=shutil.ignore_patterns("__pycache__")
                )
    size = sum(path.stat().st_size for path in bundle.rglob("*") if path.is_file())
    if size > LIMIT:
        raise RuntimeError(f"The worker bundle is {size >> 20} MB; Lambda takes {LIMIT >> 20}.")
    return bundle


def chalice_package(source_dir: str, config: dict[str, Any] | None, stage: str) -> Path:
    """Folder with `sam.json` and `deployment.zip` of the Chalice application."""
    root = Path(source_dir)
    files = [root / "app.py", root / "requirements.txt", *_files([root / "chalicelib"])]
    digest = _digest(files, json.dumps([config, stage, sys.version_info[:2]], default=str))
    package = CACHE / f"api-{digest}"
    if not package.exists():
        with (
            _built(package) as building,
            tempfile.TemporaryDirectory() as project,
            _own_environment(),
        ):
            _copy_api(root, Path(project))
            chalice_api.package_app(
                project_dir=project, output_dir=str(building), stage=stage, chalice_config=config
            )
    return package


@contextlib.contextmanager
def _built(folder: Path) -> Iterator[Path]:
    """A folder to build in, which becomes `folder` when it is whole.

    Two builds at the same time do not disturb each other; the first one stays.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=CACHE))
    try:
        yield building
        with contextlib.suppress(OSError):  # another build was sooner
            building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


@contextlib.contextmanager
def _own_environment() -> Iterator[None]:
    """Chalice loads the application with the variables of its stage, and leaves them behind."""
    before = dict(os.environ)
    # It asks botocore for an endpoint, although it calls none.
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _copy_api(root: Path, project: Path) -> None:
    """Just what the API needs: Chalice would pack the tests as well."""
    (project / ".chalice").mkdir()
    (project / ".chalice" / "config.json").write_text('{"version": "2.0", "app_name": "skylabel"}')
    for name in ("app.py", "requirements.txt"):
        shutil.copy(root / name, project / name)
    shutil.copytree(
        root / "chalicelib", project / "chalicelib", ignore=shutil.ignore_patterns("__pycache__")
    )


def _dependencies(python: str) -> Path:
    wanted = [
        line
        for line in (ROOT / "requirements-worker.txt").read_text().splitlines()
        if line.strip() and not line.startswith(("#", "-", *UNUSED))
    ]
    digest = hashlib.sha256("\n".join([python, *PLATFORMS, *wanted]).encode()).hexdigest()[:16]
    folder = CACHE / f"dependencies-{digest}"
    if folder.exists():
        return folder
    platforms = [option for name in PLATFORMS for option in ("--platform", name)]
    with _built(folder) as building:
        subprocess.run(  # noqa: S603  our own arguments
            [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
             "--target", str(building), "--only-binary=:all:", "--no-deps", "--no-compile",
             "--implementation", "cp", "--python-version", python, *platforms, *wanted],
            check=True,
        )  # fmt: skip
        _prune(building)
    return folder


def _prune(folder: Path) -> None:
    for path in [*folder.rglob("tests"), *folder.rglob("__pycache__"), folder / "bin"]:
        if path.is_dir():
            shutil.rmtree(path)
    # A second implementation of the same, for interpreters that are not CPython.
    for path in (folder / "zstandard").glob("_cffi*"):
        path.unlink()
    for path in (folder / "botocore" / "data").iterdir():
        if path.is_dir() and path.name not in SERVICES:
            shutil.rmtree(path)


def _link(source: str, target: str) -> str:
    Path(target).hardlink_to(source)
    return target


def _files(roots: Iterable[Path]) -> list[Path]:
    return sorted(
        path
        for root in roots
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )


def _digest(files: Iterable[Path], *extra: str) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    for text in extra:
        digest.update(text.encode())
    return digest.hexdigest()[:16]
