"""Samples of every format: what is written of `sample.py`, as files to look at.

`GOLDEN=write pytest tests/unit/formats` writes them anew; then look at what changed.
"""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from pathlib import Path

HERE = Path(__file__).parent


def check(name: str, body: bytes) -> None:
    """Hold an archive to the sample in the folder of that name, file by file."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        written = {one: archive.read(one) for one in archive.namelist()}
    folder = HERE / name
    if os.environ.get("GOLDEN") == "write":
        shutil.rmtree(folder, ignore_errors=True)
        for path, content in written.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    wanted = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert sorted(written) == sorted(wanted)
    for path, content in wanted.items():
        assert written[path] == content, path


def archived(name: str) -> bytes:
    """The sample in the folder of that name as an archive."""
    folder = HERE / name
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, str(path.relative_to(folder)))
    return packed.getvalue()
