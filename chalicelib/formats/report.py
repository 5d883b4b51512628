"""What an export or import did, and what it left out and why. Nothing is left out silently."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

#: Examples kept per reason.
EXAMPLES = 3
#: Files of which counts are kept one by one; those with trouble come before the others.
FILES = 200
#: Labels and reasons kept one by one.
MANY = 100


class FileCounts(msgspec.Struct):
    """Counts of one file of a dataset."""

    objects: int = 0
    skipped: int = 0
    converted: int = 0


class Report(msgspec.Struct):
    """Counts of one export or import.

    Reasons are fixed sentences, so that they can be counted and translated; what differs from case
    to case stands in the examples.

    Attributes:
        frames: frames with at least one object taken over.
        objects: tags, shapes and tracks taken over.
        kinds: how many of them by kind, e.g. "rectangle", "polygon track", "tag".
        converted: how many were changed because the other side has no such thing, by how.
        skipped: how many things were left out, by reason.
        new_labels: names of labels that were made of the dataset's, as the project had none.
        labels: names that no label of the task has, with how many objects name them.
        examples: a few of the places, by reason.
        files: counts by file of the dataset.
        more_files: files that are not in `files`.
        file: what is noted now is of this one, if it has a name.
    """

    frames: int = 0
    objects: int = 0
    kinds: dict[str, int] = {}
    converted: dict[str, int] = {}
    skipped: dict[str, int] = {}
    labels: dict[str, int] = {}
    examples: dict[str, list[str]] = {}
    files: dict[str, FileCounts] = {}
    more_files: int = 0
    file: str = ""
    new_labels: list[str] = []

    def took(self, kind: str, count: int = 1) -> None:
        """Note that objects were taken over."""
        self.objects += count
        self.kinds[kind] = self.kinds.get(kind, 0) + count
        self._counts().objects += count

    def convert(self, how: str, where: str = "", count: int = 1) -> None:
        """Note that something became something else, e.g. "ellipse became a polygon"."""
        self._note(self.converted, how, where, count)
        self._counts().converted += count

    def skip(self, reason: str, where: str = "", count: int = 1) -> None:
        """Note that something was left out."""
        self._note(self.skipped, reason, where, count)
        self._counts().skipped += count

    def unmatched(self, label: str, where: str = "") -> None:
        """Note that an object was left out because no label has its name."""
        if label in self.labels or len(self.labels) < MANY:
            self.labels[label] = self.labels.get(label, 0) + 1
        self.skip("no label of that name", f"{label} ({where})" if where else label)

    @contextmanager
    def of_file(self, name: str) -> Iterator[None]:
        """What is noted meanwhile is of a file."""
        before, self.file = self.file, name
        self._counts()
        try:
            yield
        finally:
            self.file = before

    def add(self, other: Report) -> None:
        """Take in the report of another part of the same work."""
        self.frames += other.frames
        self.objects += other.objects
        for mine, theirs in (
            (self.kinds, other.kinds),
            (self.converted, other.converted),
            (self.skipped, other.skipped),
            (self.labels, other.labels),
        ):
            for name, count in theirs.items():
                mine[name] = mine.get(name, 0) + count
        for reason, places in other.examples.items():
            known = self.examples.setdefault(reason, [])
            known += [place for place in places if place not in known][: EXAMPLES - len(known)]
        self.more_files += other.more_files
        self.new_labels += other.new_labels
        for name, counts in other.files.items():
            self.file = name
            known_counts = self._counts()
            known_counts.objects += counts.objects
            known_counts.skipped += counts.skipped
            known_counts.converted += counts.converted
        self.file = ""

    def summary(self, verb: str) -> str:
        """One sentence, e.g. "Exported 12 objects on 3 frames; 2 changed, 1 left out." """
        changed, skipped = sum(self.converted.values()), sum(self.skipped.values())
        told = [f"{changed:,} changed"] if changed else []
        told += [f"{skipped:,} left out"] if skipped else []
        more = f"; {', '.join(told)}" if told else ""
        return f"{verb} {_count(self.objects, 'object')} on {_count(self.frames, 'frame')}{more}."

    def sentences(self, verb: str) -> str:
        """The report as text, e.g. "Imported 12 objects on 3 frames. Left out: …"."""
        text = f"{verb} {_count(self.objects, 'object')} on {_count(self.frames, 'frame')}."
        if self.converted:
            text += f" Changed: {'; '.join(self._reasons(self.converted))}."
        if self.skipped:
            text += f" Left out: {'; '.join(self._reasons(self.skipped))}."
        return text

    def _note(self, where: dict[str, int], reason: str, place: str, count: int) -> None:
        where[reason] = where.get(reason, 0) + count
        places = self.examples.setdefault(reason, [])
        if place and place not in places and len(places) < EXAMPLES:
            places.append(place)

    def _counts(self) -> FileCounts:
        """Of the present file; of none if there are too many."""
        if not self.file:
            return FileCounts()
        known = self.files.get(self.file)
        if known is None:
            known = FileCounts()
            if len(self.files) < FILES:
                self.files[self.file] = known
            else:
                self.more_files += 1
        return known

    def _reasons(self, counts: dict[str, int]) -> Iterator[str]:
        for reason, count in counts.items():
            places = self.examples.get(reason, [])
            more = ", …" if places and count > len(places) else ""
            yield f"{count} × {reason}" + (f" ({', '.join(places)}{more})" if places else "")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
