"""What is missing is reported, made anew where the log allows it, and named where it does not."""

from __future__ import annotations

import re

import pytest

from chalicelib.annotations import store
from chalicelib.annotations.revisions import log, pages, reading
from chalicelib.annotations.upkeep import sweeping
from chalicelib.annotations.upkeep.checking import problems_of
from chalicelib.annotations.upkeep.repairing import repair
from chalicelib.platform import bucket, keys, table
from tests.support.crashes import When, each_crash
from tests.unit.annotations.upkeep.conftest import (
    Stored,
    alter,
    changes,
    create,
    each_stored,
    fold,
    forget,
    history,
    long_log,
    present,
    replace,
    stored,
    trim,
    without,
)


def _base_file(job: int) -> str:
    """The file that the pages of the latest base are in."""
    (*_, last) = sorted(name for name in stored(job) if "/base/" in name)
    return last


def _latest(job: int) -> store.Revision:
    return store.revisions(job, limit=1)[0]


def _consistent(job: int) -> None:
    """Whatever was lost: all can be read, nothing is wrong, and work goes on."""
    assert problems_of(job) == []
    history(job)
    changes(job)
    before = len(store.read_job(job).shapes)
    create(job, 2, mark=77)
    fold(job)
    forget()
    assert len(store.read_job(job).shapes) == before + 2
    assert problems_of(job) == []


def test_a_sound_job_is_left_alone(job: int) -> None:
    long_log(job)
    before = history(job)
    assert problems_of(job) == []
    done = repair(job)
    assert (done.problems, done.lost, done.revision) == ([], [], None)
    assert history(job) == before
    assert repair(999).problems == []


def test_whatever_single_thing_is_missing_it_is_reported_repaired_and_said(job: int) -> None:
    """One thing after the other, records and objects; what the log holds twice comes back."""
    long_log(job)
    now = present(job)
    names = list(each_stored(job))
    assert len([name for name in names if name.startswith("annotations/")]) > 2
    whole = 0
    for name in names:
        everything = stored(job)
        without(job, name)
        problems = problems_of(job)
        assert problems, name
        done = repair(job)
        assert done.problems == problems
        assert problems_of(job) == [], name
        history(job)
        if present(job) == now:
            whole += 1
        else:
            assert done.lost, name
        _put_back(job, everything)
        assert present(job) == now
    assert whole >= len(names) - 3


def _put_back(job: int, everything: Stored) -> None:
    """Make it as it was before a repair."""
    store.delete_job(job)
    table.put_many(item for name, item in everything.items() if not name.startswith("annotations/"))
    for name, body in everything.items():
        if name.startswith("annotations/"):
            bucket.put(name, body)
    forget()


def test_a_missing_page_is_made_anew_from_the_revisions(job: int) -> None:
    long_log(job)
    before = history(job)
    now = present(job)
    bucket.delete(_base_file(job))
    forget()
    with pytest.raises(store.Damaged):
        store.read_job(job)
    told = "; ".join(problems_of(job))
    assert "on frames" in told
    assert "cannot be read" in told

    done = repair(job)
    assert (done.lost, done.revision) == ([], 7)
    assert present(job) == now
    assert {n: document for n, document in history(job).items() if n < 7} == before
    assert _latest(job).meta.message == ("Repaired: everything that was missing could be made anew")
    _consistent(job)


@pytest.mark.parametrize("harm", [b"", b"not what was written" * 40])
def test_bytes_that_are_not_what_was_written_are_as_good_as_missing(job: int, harm: bytes) -> None:
    long_log(job)
    now = present(job)
    key = _base_file(job)
    body = bucket.get(key) or b""
    bucket.put(key, harm + body[len(harm) :] if harm else body[: len(body) // 2])
    forget()
    assert problems_of(job)
    assert repair(job).lost == []
    assert present(job) == now
    _consistent(job)


def test_what_no_revision_holds_any_more_is_named(
    job: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_log(job)
    fold(job)
    trim(job, monkeypatch)
    create(job, 5, mark=50, frame=90)
    before = store.read_job(job)
    bucket.delete(_base_file(job))
    forget()
    done = repair(job)
    now = store.read_job(job)
    there = len(before.shapes) + len(before.tags)
    gone = there - len(now.shapes) - len(now.tags)
    assert gone > 0
    assert done.lost[:2] == [
        f"{gone} of {there} objects",
        "what else was in the base of revision 6",
    ]
    # The last revision before the base is kept: what it changed is known.
    assert {shape.group for shape in now.shapes} == {5, 50}
    assert _latest(job).meta.message.startswith("Repaired: lost are ")
    assert _latest(job).meta.client == "server"
    _consistent(job)


def test_of_a_page_that_cannot_be_read_the_frames_are_named_and_the_rest_stays(
    job: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "INLINE_LIMIT", 3_000)
    monkeypatch.setattr(pages, "PAGE_BYTES", 4_000)
    create(job, 240)
    alter(job, 1, every=2)
    fold(job)
    trim(job, monkeypatch)
    before = {shape.id: shape for shape in store.read_job(job).shapes}
    key = _base_file(job)
    body = bucket.get(key) or b""
    bucket.put(key, body[:60] + bytes(20) + body[80:])
    forget()
    (problem,) = problems_of(job)
    found = re.fullmatch(
        r"the base of revision 2: (\d+) shapes on frames (\d+) to (\d+) cannot be read", problem
    )
    assert found is not None
    count, first, last = map(int, found.groups())

    done = repair(job)
    now = {shape.id: shape for shape in store.read_job(job).shapes}
    assert now.items() <= before.items()
    lost = [before[object_id] for object_id in before.keys() - now.keys()]
    assert {shape.frame for shape in lost} <= set(range(first, last + 1))
    assert 0 < len(lost) < count, "revision 2 holds some of them"
    assert done.lost == [
        f"{len(lost)} of {len(before) + 1} objects",
        f"{len(lost)} of {count} shapes on frames {first} to {last}",
        "what there was at revision 2",
    ]
    _consistent(job)


def test_objects_of_a_lost_page_that_later_revisions_hold_come_back(
    job: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(job, 40)
    fold(job)
    trim(job, monkeypatch)
    alter(job, 5, every=2)
    changed = [shape for shape in store.read_job(job).shapes if shape.group == 5]
    for name in [name for name in stored(job) if name.startswith("annotations/")]:
        bucket.delete(name)
    forget()
    done = repair(job)
    now = {shape.id: shape for shape in store.read_job(job).shapes}
    assert len(changed) > 10
    assert [now[shape.id or 0] for shape in changed] == changed
    assert done.lost
    _consistent(job)


def test_a_revision_that_is_missing_gets_one_in_its_place_that_says_so(job: int) -> None:
    create(job, 3)
    create(job, 3, mark=1)
    replace(job, 4, mark=2)
    create(job, 1, mark=3)
    now = present(job)
    without(job, log.revision_key(2))
    assert problems_of(job) == ["REV#000000000002 is missing"]
    done = repair(job)
    assert done.revision is None, "the present annotations were whole"
    assert done.lost == ["revision 2 of the history: what it changed is missing"]
    assert present(job) == now
    second = next(one for one in store.revisions(job) if one.number == 2)
    assert second.meta.message == "Lost: what it changed is missing"
    assert len(store.read_as_of(job, 2).objects().shapes) == 3
    _consistent(job)


def test_a_change_that_is_lost_and_no_base_holds_is_named(job: int) -> None:
    create(job, 3)
    create(job, 2, mark=1)
    create(job, 1, mark=2)
    without(job, log.revision_key(2))
    done = repair(job)
    assert done.lost[:2] == ["3 of 9 objects", "what revision 2 changed"]
    assert sorted(shape.group or 0 for shape in store.read_job(job).shapes) == [0, 0, 0, 2]
    assert store.read_revision(job) == 4
    _consistent(job)
    assert repair(job).problems == []


def test_a_lost_head_is_made_anew(job: int) -> None:
    long_log(job)
    now, before = present(job), history(job)
    without(job, log.HEAD)
    assert problems_of(job) == ["the head is missing; there are 6 revisions"]
    done = repair(job)
    assert (done.lost, done.revision) == ([], 7)
    assert present(job) == now
    assert {n: document for n, document in history(job).items() if n < 7} == before
    _consistent(job)


def test_a_head_that_points_to_a_base_that_is_not_there(job: int) -> None:
    long_log(job)
    now = present(job)
    without(job, reading.look_at(job).head.base_key)
    assert any("+BASE is missing" in problem for problem in problems_of(job))
    assert repair(job).lost == []
    assert present(job) == now
    _consistent(job)


def test_a_head_that_miscounts_is_put_right(job: int) -> None:
    create(job, 5)
    record = table.load(keys.annotations(job), log.HEAD)
    assert record is not None
    head = record.read(log.Head)
    head.shapes += 3
    table.put_many([record.write(head)])
    forget()
    assert problems_of(job) == ["the head counts 9 objects, there are 6"]
    assert repair(job).lost == []
    assert store.read_heads([job])[job].shapes == 5
    _consistent(job)


def test_somebody_who_saves_during_a_repair_loses_nothing(
    job: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_log(job)
    bucket.delete(_base_file(job))
    forget()
    commit = table.commit

    def overtaken(*writes: table.Write) -> None:
        monkeypatch.setattr(table, "commit", commit)
        create(job, 1, mark=88)
        commit(*writes)

    monkeypatch.setattr(table, "commit", overtaken)
    done = repair(job)
    assert (done.lost, done.revision) == ([], 8)
    assert [shape.group for shape in store.read_job(job).shapes].count(88) == 1


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_repair_that_is_interrupted_is_begun_again(job: int, when: When) -> None:
    long_log(job)
    now = present(job)

    def harm() -> None:
        bucket.delete(_base_file(job))
        without(job, log.revision_key(1))

    harm()
    lost: list[str] = []
    for _ in each_crash(lambda: lost.extend(repair(job).lost), when):
        forget()
    assert problems_of(job) == []
    assert len(store.read_job(job).shapes) <= len(now)
    assert any("revision 1 of the history" in loss for loss in lost)
    sweeping.sweep_job(job)
    _consistent(job)
