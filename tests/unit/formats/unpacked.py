"""Archives as folders, for readers that open files, and back."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from tests.unit.media.images import photographs


def unpack(body: bytes, folder: Path) -> Path:
    """Unpack an archive into a folder."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        archive.extractall(folder)
    return folder


def pack(folder: Path) -> bytes:
    """Everything below a folder as an archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, str(path.relative_to(folder)))
    return packed.getvalue()


def zipped(files: dict[str, str | bytes]) -> bytes:
    """An archive of files by their names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def photograph(path: Path, width: int, height: int) -> None:
    """A real photograph at a path, as large as wanted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    photographs.photograph(width, height).save(path)
