"""The bound on a worker's memory for pictures of 8K, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.media.video.decoding import MEMORY_8K
from tests.support.clips import Recipe, encode

MEASURE = """
import json, sys
from pathlib import Path
from chalicelib.media.reading import BytesReader
from chalicelib.media.video.decoding import decode_frames, upright
from chalicelib.media.video.mp4 import index_mp4
from chalicelib.media.images.pixels import encode_jpeg

reader = BytesReader(Path(sys.argv[1]).read_bytes())
index = index_mp4(reader)
sizes = []
for _, picture in decode_frames(index, reader, range(len(index))):
    pixels = upright(picture, 90)
    encode_jpeg(pixels, 70)
    sizes.append(pixels.shape)
peak = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
print(json.dumps({"peak": int(peak) << 10, "sizes": sizes}))
"""


@pytest.mark.slow
def test_8k_video_is_decoded_within_the_stated_bound(tmp_path: Path) -> None:
    options = {"preset": "ultrafast", "x264-params": "bframes=3:b-adapt=0:ref=4:keyint=12"}
    path = tmp_path / "8k.mp4"
    path.write_bytes(encode(Recipe("mp4", "libx264", options, size=(7680, 4320), frames=10)))
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[4],
    )
    told = json.loads(done.stdout)
    assert told["sizes"] == [[7680, 4320, 3]] * 10
    assert told["peak"] < MEMORY_8K
    print(f"{told['peak'] >> 20} MiB")
