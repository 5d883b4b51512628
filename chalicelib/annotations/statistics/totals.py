"""Counts of a stretch of frames, and how the API shows them. Nothing here reads tables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

from chalicelib.annotations.model.vocabulary import Vocabulary
from chalicelib.annotations.statistics.bodies import (
    FrameStatistics,
    LabelStatistics,
    StatisticsRead,
    Stretch,
    Total,
)
from chalicelib.annotations.statistics.counting import Counts

#: Into how many stretches of about the same length the frames are divided at most.
STRETCHES = 100

#: What a label is counted by that is no shape's type.
_OF_TRACKS = ("keyframe", "between", "open", "open_from")


class Totals:
    """Counts of jobs put together, on frames `start` to `stop` (inclusive) of their task."""

    def __init__(self, start: int, stop: int) -> None:
        self._start, self._stop = start, stop
        self._labels: dict[int, dict[str, int]] = {}
        self._sources: dict[str, int] = {}
        self._frames = [0] * (stop - start + 1)

    def add(self, counts: Counts, start: int, stop: int, sign: int = 1) -> None:
        """Add what is counted of a job with frames `start` to `stop`, or take it away."""
        for label_id, measures in counts.labels.items():
            known = self._labels.setdefault(label_id, {})
            for measure, count in measures.items():
                if measure not in _OF_TRACKS:
                    known[measure] = known.get(measure, 0) + sign * count
            known["keyframes"] = known.get("keyframes", 0) + sign * measures.get("keyframe", 0)
            known["interpolated"] = known.get("interpolated", 0) + sign * _between(measures, stop)
        for source, count in counts.sources.items():
            self._sources[source] = self._sources.get(source, 0) + sign * count
        for index, count in enumerate(seen_on(counts, start, stop), start - self._start):
            self._frames[index] += sign * count

    def shown(self, version: int, vocabulary: Vocabulary) -> StatisticsRead:
        """What the API answers."""
        labels = [
            _label(label_id, rule.name, self._labels.get(label_id, {}))
            for label_id, rule in vocabulary.labels.items()
        ]
        gone = sorted(self._labels.keys() - vocabulary.labels.keys())
        labels += [
            _label(label_id, "", self._labels[label_id])
            for label_id in gone
            if any(self._labels[label_id].values())
        ]
        return StatisticsRead(
            version=version,
            total=_total(labels),
            labels=labels,
            sources={name: count for name, count in sorted(self._sources.items()) if count},
            frames=self._frame_statistics(),
        )

    def _frame_statistics(self) -> FrameStatistics:
        seen = self._frames
        annotated = [index for index, count in enumerate(seen, self._start) if count]
        return FrameStatistics(
            start=self._start,
            stop=self._stop,
            total=len(seen),
            annotated=len(annotated),
            first=annotated[0] if annotated else None,
            last=annotated[-1] if annotated else None,
            objects=sum(seen),
            most=max(seen, default=0),
            histogram=_histogram(seen, self._start),
        )


def seen_on(counts: Counts, start: int, stop: int) -> list[int]:
    """How many objects are seen on each of the frames `start` to `stop`, inclusive."""
    steps = [0] * (stop - start + 1)
    for frame, step in counts.frames.items():
        if frame <= stop:
            steps[max(frame, start) - start] += step
    return list(accumulate(steps))


def _between(measures: dict[str, int], stop: int) -> int:
    """Frames without keyframe on which tracks are seen, up to the last one of the job."""
    after = measures.get("open", 0) * stop - measures.get("open_from", 0)
    return measures.get("between", 0) + after


def _label(label_id: int, name: str, measures: dict[str, int]) -> LabelStatistics:
    objects = sum(
        count for measure, count in measures.items() if measure not in {"keyframes", "interpolated"}
    )
    return LabelStatistics(label_id=label_id, name=name, objects=objects, **measures)


def _total(labels: Sequence[LabelStatistics]) -> Total:
    total = Total()
    for label in labels:
        tracks = sum(
            getattr(label, name) for name in label.__struct_fields__ if name.startswith("track_")
        )
        total.objects += label.objects
        total.tags += label.tag
        total.tracks += tracks
        total.shapes += label.objects - label.tag - tracks
        total.keyframes += label.keyframes
        total.interpolated += label.interpolated
    return total


def _histogram(seen: Sequence[int], start: int) -> list[Stretch]:
    parts = min(STRETCHES, len(seen))
    edges = [len(seen) * part // parts for part in range(parts + 1)] if parts else [0]
    return [
        Stretch(start + low, start + high - 1, sum(map(bool, seen[low:high])), sum(seen[low:high]))
        for low, high in pairwise(edges)
    ]
