"""What an export or import did, and what it left out and why. Nothing is left out silently."""

from __future__ import annotations

import msgspec

#: Examples kept per reason.
EXAMPLES = 3


class Report(msgspec.Struct):
    """Counts of one export or import.

    Attributes:
        frames: frames with at least one object taken over.
        objects: tags, shapes and tracks taken over.
        skipped: how many things were left out, by reason.
        examples: a few of the places, by reason.
    """

    frames: int = 0
    objects: int = 0
    skipped: dict[str, int] = {}
    examples: dict[str, list[str]] = {}

    def skip(self, reason: str, where: str = "", count: int = 1) -> None:
        """Note that something was left out."""
        self.skipped[reason] = self.skipped.get(reason, 0) + count
        places = self.examples.setdefault(reason, [])
        if where and where not in places and len(places) < EXAMPLES:
            places.append(where)

    def sentences(self, verb: str) -> str:
        """The report as text, e.g. "Imported 12 objects on 3 frames. Left out: …"."""
        text = f"{verb} {_count(self.objects, 'object')} on {_count(self.frames, 'frame')}."
        if self.skipped:
            text += f" Left out: {'; '.join(map(self._reason, self.skipped))}."
        return text

    def _reason(self, reason: str) -> str:
        places = self.examples.get(reason, [])
        count = self.skipped[reason]
        more = ", …" if places and count > len(places) else ""
        return f"{count} × {reason}" + (f" ({', '.join(places)}{more})" if places else "")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
