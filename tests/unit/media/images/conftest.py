"""What pictures cost, measured in a process of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]

#: Every picture of a file is decoded, encoded as a JPEG, and given as an original.
_WORK = """
import json, sys
from pathlib import Path
from chalicelib.media.files import describe
from chalicelib.media.images.info import BadImage
from chalicelib.media.images.originals import original
from chalicelib.media.images.pages import expand
from chalicelib.media.images.pixels import decode_image, encode_jpeg
from chalicelib.media.reading import BytesReader

def high() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])

body = Path(sys.argv[1]).read_bytes()
reader, shown = BytesReader(body), []
files = expand(describe("a.x", "key", 0, len(body), reader), reader)
try:
    for file in files if not files[0].problem and files[0].family == "image" else []:
        pixels = decode_image(body, file.info, file.page)
        shown.append(pixels.shape)
        encode_jpeg(pixels, 70)
        del pixels
        if len(sys.argv) > 2:
            original(file, body)
except BadImage:
    shown = []
print(json.dumps([shown or None, high() / 1024]))
"""

Peak = Callable[..., tuple[list[list[int]] | None, float]]


@pytest.fixture
def peak(tmp_path: Path) -> Peak:
    """Shapes of a file's pictures, None if it is refused, and the most MiB that they took."""

    def measure(body: bytes, *, originals: bool = True) -> tuple[list[list[int]] | None, float]:
        path = tmp_path / "picture"
        path.write_bytes(body)
        said = subprocess.run(
            [sys.executable, "-c", _WORK, str(path), *(["originals"] if originals else [])],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert said.returncode == 0, said.stderr
        shown, mib = json.loads(said.stdout)
        return shown, mib

    return measure
