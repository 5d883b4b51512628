"""Pages, layers and folds against the plainest replay, without a table or a bucket."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from chalicelib.annotations.model.document import Annotation, Shape, gather
from chalicelib.annotations.revisions import page_cache, pages, payloads
from chalicelib.annotations.revisions.changes import Change
from chalicelib.annotations.revisions.extents import reaches
from chalicelib.annotations.revisions.payloads import Packed
from chalicelib.annotations.revisions.repaging import repaged
from chalicelib.annotations.revisions.snapshots import Snapshot, Step
from chalicelib.annotations.statistics.counting import counts_of, delta
from tests.unit.annotations.revisions import drawn


class Folding(RuleBasedStateMachine):
    """A log whose payloads are in memory, folded and forgotten at any time."""

    def __init__(self) -> None:
        super().__init__()
        page_cache.clear()
        self.files: dict[str, bytes] = {}
        self.expected: dict[int, Annotation] = {}
        self.snapshot = Snapshot()
        self.ids = 0

    @initialize(inline=st.sampled_from([0, 900, 10**6]))
    def choose(self, inline: int) -> None:
        self.inline = inline

    @rule(items=drawn.drawings, replace=st.booleans(), given=st.booleans(), shuffle=st.data())
    def create(
        self, items: list[Annotation], replace: bool, given: bool, shuffle: st.DataObject
    ) -> None:
        first = self.ids + 1
        self.ids += len(items)
        created = drawn.numbered(items, first)
        if given and items:
            ids = shuffle.draw(st.permutations(range(first, first + len(items))))
            for item, object_id in zip(items, ids, strict=True):
                item.id = object_id
        self._apply(Change(replace=replace and len(items) > 2, create=created))

    @rule(data=st.data(), items=drawn.drawings)
    def update(self, data: st.DataObject, items: list[Annotation]) -> None:
        chosen = self._some(data)
        updated = []
        for object_id, item in zip(chosen, items, strict=False):
            # An object stays of its kind; where it is may change.
            known = self.expected[object_id]
            item = item if type(item) is type(known) else drawn.copied(known)
            item.id = object_id
            updated.append(item)
        if updated:
            self._apply(Change(update=gather(updated)))

    @rule(data=st.data())
    def delete_and_bring_back(self, data: st.DataObject) -> None:
        chosen = self._some(data)
        gone = [drawn.copied(self.expected[object_id]) for object_id in chosen]
        if chosen:
            self._apply(Change(delete=chosen))
            self._apply(Change(create=gather(gone[::2]), restored=True))

    @rule()
    def fold(self) -> None:
        packed = repaged(self.snapshot, inline=self.inline)
        self.snapshot = Snapshot().after(self._stored(packed))

    @rule()
    def forget(self) -> None:
        page_cache.clear()

    @invariant()
    def everything_is_there(self) -> None:
        objects = self.snapshot.objects()
        assert drawn.stored(objects) == {
            key: drawn.packed(item) for key, item in self.expected.items()
        }
        assert [t.id for t in objects.tags] == [
            t.id for t in sorted(objects.tags, key=lambda tag: (tag.frame, tag.id))
        ]
        assert [s.id for s in objects.shapes] == [
            s.id for s in sorted(objects.shapes, key=lambda shape: (shape.frame, shape.id))
        ]
        assert [t.id for t in objects.tracks] == sorted(t.id or 0 for t in objects.tracks)

    @invariant()
    def counts_are_right(self) -> None:
        assert self.snapshot.counts() == counts_of(self.snapshot.objects())

    @invariant()
    def single_objects_are_found(self) -> None:
        for object_id in range(self.ids + 2):
            item = self.expected.get(object_id)
            for frame in (None, item.frame if item else 3, 59):
                found = self.snapshot.find(object_id, frame)
                assert (found and drawn.packed(found)) == (item and drawn.packed(item))
        found_all = self.snapshot.find_many(dict.fromkeys(range(self.ids + 2)))
        assert found_all.keys() == self.expected.keys()

    @rule(left=drawn.FRAMES, right=drawn.FRAMES)
    def read_frames(self, left: int, right: int) -> None:
        start, stop = sorted((left, right))
        assert drawn.stored(self.snapshot.between(start, stop)) == {
            key: drawn.packed(item)
            for key, item in self.expected.items()
            if reaches(item, start, stop)
        }

    def _some(self, data: st.DataObject) -> list[int]:
        if not self.expected:
            return []
        return data.draw(st.lists(st.sampled_from(sorted(self.expected)), unique=True, max_size=5))

    def _apply(self, change: Change) -> None:
        before = self.snapshot.holding(change)
        packed = payloads.pack(drawn.copied(change), delta(before.find, change))
        step = self._stored(packed)
        # What was stored is what was wanted, in the order in which it was sent.
        whole: Any = step.change
        assert [drawn.packed(item) for item in whole.create.all()] == [
            drawn.packed(item) for item in change.create.all()
        ]
        self.expected = drawn.applied(self.expected, change)
        self.snapshot = self.snapshot.after(step)

    def _stored(self, packed: Packed) -> Step:
        revision = self.snapshot.revision + 1
        if len(packed) <= self.inline:
            return payloads.step_of(packed.blob, revision, None, self._fetch)
        key = f"annotations/1/{revision}-{len(self.files)}"
        self.files[key] = packed.file
        return payloads.step_of(packed.head, revision, key, self._fetch)

    def _fetch(self, key: str, offset: int, size: int) -> bytes:
        return self.files[key][offset : offset + size]


def test_pages_and_layers_are_what_was_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payloads, "PAGED_FROM", 900)
    monkeypatch.setattr(pages, "PAGE_BYTES", 800)
    run_state_machine_as_test(
        Folding,
        settings=settings(
            max_examples=60,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_fold_reads_and_writes_only_what_was_touched() -> None:
    page_cache.clear()
    files: dict[str, bytes] = {}
    asked: list[int] = []

    def fetch(key: str, offset: int, size: int) -> bytes:
        asked.append(size)
        return files[key][offset : offset + size]

    boxes: list[Annotation] = [
        Shape(
            type="rectangle",
            frame=n // 10,
            label_id=1,
            points=[n * 1.37 % 911, n * 7.1 % 613, n, 1],
        )
        for n in range(40_000)
    ]
    first = payloads.pack(Change(replace=True, create=drawn.numbered(boxes, 1)))
    files["a"] = first.file
    snapshot = Snapshot().after(payloads.step_of(first.head, 1, "a", fetch))
    moved = drawn.copied(boxes[20_000])
    moved.points = [1.0, 2.0, 3.0, 4.0]
    change = Change(delete=[5], update=gather([moved]))
    step = payloads.step_of(
        payloads.pack(change, delta(snapshot.find, change)).blob, 2, None, fetch
    )
    page_cache.clear()
    asked.clear()
    second = repaged(snapshot.after(step), inline=200_000)
    # Two pages of more than a hundred, and the index.
    assert len(first.header.pages) > 100
    assert sum(asked) < len(first.body) / 30
    assert len(second.body) < len(first.body) / 30
    assert sum(entry.file == 0 for entry in second.header.pages) <= 4
    assert [file.key for file in second.header.files] == ["a"]


def test_files_that_are_mostly_of_no_use_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE_BYTES", 2_000)
    page_cache.clear()
    files: dict[str, bytes] = {}

    def fetch(key: str, offset: int, size: int) -> bytes:
        return files[key][offset : offset + size]

    boxes: list[Annotation] = [
        Shape(type="rectangle", frame=n, label_id=1, points=[n / 7, 2.0, 3.0, 4.0])
        for n in range(1_000)
    ]
    packed = payloads.pack(Change(replace=True, create=drawn.numbered(boxes, 1)))
    expected = {item.id: drawn.packed(item) for item in boxes}
    snapshot = Snapshot()
    most = 0
    for turn in range(30):
        files[f"{turn}"] = packed.file
        snapshot = Snapshot().after(payloads.step_of(packed.head, turn + 1, f"{turn}", fetch))
        most = max(most, len(packed.header.files))
        used = {f"{turn}", *(file.key for file in packed.header.files)}
        kept = sum(len(files[key]) for key in used)
        assert kept < 4 * sum(entry.packed for entry in packed.header.pages) + 20_000
        moved: list[Annotation] = []
        for n in range(turn * 31 % 900, turn * 31 % 900 + 60):
            box = drawn.copied(boxes[n])
            box.points = [turn / 3, 2.0, 3.0, float(n)]
            moved.append(box)
            expected[box.id] = drawn.packed(box)
        step = payloads.pack(Change(update=gather(moved)), delta(snapshot.find, Change()))
        after = snapshot.after(payloads.step_of(step.blob, turn + 2, None, fetch))
        assert drawn.stored(after.objects()) == expected
        packed = repaged(after, inline=0)
    assert 0 < most <= 8
