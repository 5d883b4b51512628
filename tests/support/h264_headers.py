"""Sequence parameter sets of H.264 without usability information (ITU-T H.264, 7.3.2.1.1).

Many cameras write none: then nothing says how far pictures are reordered.
"""

from __future__ import annotations


class _Bits:
    def __init__(self, body: bytes) -> None:
        self.text = "".join(f"{byte:08b}" for byte in body)
        self.at = 0

    def skip(self, count: int) -> str:
        self.at += count
        return self.text[self.at - count : self.at]

    def number(self) -> int:
        """An exponential Golomb code."""
        zeros = self.text.index("1", self.at) - self.at
        return int(self.skip(2 * zeros + 1), 2) - 1


def without_usability(sps: bytes) -> bytes:
    """A sequence parameter set (of frames, not fields, without scaling matrices), cut short."""
    bits = _Bits(sps.replace(b"\x00\x00\x03", b"\x00\x00"))
    profile = int(bits.skip(32)[8:16], 2)
    bits.number()
    if profile == 100:
        for _ in range(3):
            bits.number()
        assert bits.skip(2) == "00"
    bits.number()
    if bits.number() == 0:
        bits.number()
    bits.number()
    bits.skip(1)
    bits.number()
    bits.number()
    assert bits.skip(2)[0] == "1"
    if bits.skip(1) == "1":
        for _ in range(4):
            bits.number()
    assert bits.text[bits.at] == "1", "it has no usability information"
    kept = bits.text[: bits.at] + "01"
    kept += "0" * (-len(kept) % 8)
    short = bytes(int(kept[at : at + 8], 2) for at in range(0, len(kept), 8))
    assert b"\x00\x00" not in short[:-1], "it would need escaping"
    return short


def strip_usability(entry: bytes) -> bytes:
    """An `avc1` box whose one sequence parameter set is cut short."""
    at = entry.index(b"avcC")
    size = int.from_bytes(entry[at + 10 : at + 12])
    sps = without_usability(entry[at + 12 : at + 12 + size])
    end = at - 4 + int.from_bytes(entry[at - 4 : at])
    box = entry[at : at + 10] + len(sps).to_bytes(2) + sps + entry[at + 12 + size : end]
    grown = entry[: at - 4] + (4 + len(box)).to_bytes(4) + box + entry[end:]
    return len(grown).to_bytes(4) + grown[4:]
