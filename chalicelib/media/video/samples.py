"""The sample table of a video as browsers read it.

gzip of a little-endian layout, every part starting at a multiple of 8 bytes:

| bytes | what |
|---|---|
| 4 | length of the JSON that follows, before padding |
| … | JSON: codec, config (base64 of avcC, hvcC, av1C), timescale, coded_width, coded_height,
      rotation (degrees clockwise), contiguous, counts `samples`, `keys`, `frames`, mirrored
      (swap left and right before turning), and colours: what the container says where the stream
      may say nothing, as the numbers [primaries, transfer, matrix] of ISO/IEC 23091-2 (2: not
      said) and the range (0: not said, 1: studio, 2: full) |
| 8 × samples | Float64 offset of each sample in the file, in decode order |
| 8 × samples | Float64 presentation time, in ticks |
| 4 × samples | Uint32 size |
| 4 × keys | Uint32 numbers of the samples from which decoding can start |
| 4 × frames | Uint32 sample of each frame, in presentation order |
"""

from __future__ import annotations

import base64
import gzip
from array import array
from collections.abc import Iterable

import msgspec

from chalicelib.media.video.index import VideoIndex


def pack_samples(index: VideoIndex) -> bytes:
    """The table as described above."""
    facts = msgspec.json.encode(
        {
            "codec": index.codec_string,
            "config": base64.b64encode(index.config).decode(),
            "timescale": index.timescale,
            "coded_width": index.coded_width,
            "coded_height": index.coded_height,
            "rotation": index.rotation,
            "contiguous": index.contiguous,
            "samples": len(index.sizes),
            "keys": len(index.keys),
            "frames": len(index.frames),
            "mirrored": index.mirrored,
            "colours": index.colours,
        }
    )
    parts = [
        _padded(len(facts).to_bytes(4, "little") + facts),
        _array("d", index.offsets),
        _array("d", index.pts),
        _array("I", index.sizes),
        _array("I", index.keys),
        _array("I", index.frames),
    ]
    return gzip.compress(b"".join(parts), 6, mtime=0)


def _array(typecode: str, values: Iterable[int]) -> bytes:
    return _padded(array(typecode, values).tobytes())


def _padded(body: bytes) -> bytes:
    return body + bytes(-len(body) % 8)
