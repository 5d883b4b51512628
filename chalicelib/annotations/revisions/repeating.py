"""Answering a repeated request as the first time."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from chalicelib.annotations.revisions import log, reading, retries
from chalicelib.annotations.revisions.changes import Change
from chalicelib.annotations.revisions.log import Head, Retry, RevisionMeta
from chalicelib.annotations.revisions.retries import Done
from chalicelib.annotations.revisions.wishes import Save, Saved
from chalicelib.platform import keys, table
from chalicelib.platform.errors import Invalid

Dones = dict[int, Done]


def repeated(
    saves: Sequence[Save], heads: Mapping[int, Head], started: Mapping[int, int], *, noted: bool
) -> list[Saved] | None:
    """What the same saves have stored before, or None if they have not.

    Args:
        started: revisions of the jobs when the request came. Who finds their own save after these
            has made it, whatever the table seemed to say.
        noted: whether there may be a record of the same key.

    Raises:
        Invalid: a key was used for another request.
    """
    done = _recent(saves, heads, started) or _older(saves, heads) or (noted and _noted(saves))
    if not done:
        return None
    return [_answer(one, done.get(one.job_id), heads[one.job_id].revision) for one in saves]


def _recent(saves: Sequence[Save], heads: Mapping[int, Head], started: Mapping[int, int]) -> Dones:
    """What the heads name. Saves that came together were stored together, or not at all."""
    found = {
        one.job_id: done
        for one in saves
        if (done := retries.found(heads[one.job_id].recent, one.request))
    }
    sure = any(one.key for one in saves) or any(
        done.revision > started[job_id] for job_id, done in found.items()
    )
    if not found or sure:
        return found
    recent = [heads[one.job_id].recent for one in saves]
    author = saves[0].author or 0
    return (
        found if retries.is_blind_repetition(saves[0].request, author, recent, time.time()) else {}
    )


def _older(saves: Sequence[Save], heads: Mapping[int, Head]) -> Dones:
    """What was saved after the revisions that the client names, but is not recent any more."""
    found: Dones = {}
    for one in saves:
        last = heads[one.job_id].revision - retries.REMEMBERED
        if one.key is None or one.since is None or one.since >= last:
            continue
        records = table.children(
            keys.annotations(one.job_id), "REV#", after=log.revision_key(one.since), blobs=False
        )
        for record in records:
            if log.is_base(record.sk):
                continue
            meta, revision = record.read(RevisionMeta), log.revision_of(record.sk)
            if (meta.key, meta.author) == (one.key, one.author):
                found[one.job_id] = Done(one.request, revision, asked=meta.asked)
            if revision >= last:
                break
    return found


def _noted(saves: Sequence[Save]) -> Dones:
    """What the records of idempotency keys say."""
    wanted = {
        one.job_id: (keys.annotations(one.job_id), log.retry_key(one.author, one.key))
        for one in saves
        if one.key and one.since is None
    }
    records = table.load_many(wanted.values())
    found: Dones = {}
    for one in saves:
        record = records.get(wanted.get(one.job_id, ("", "")))
        if record is not None:
            retry = record.read(Retry)
            made = 0 if retry.idle else retry.revision
            found[one.job_id] = Done(one.request, made, asked=retry.digest)
    return found


def _answer(one: Save, done: Done | None, revision: int) -> Saved:
    if done is None:
        # Saved together with others, but there was nothing to do in this job.
        return Saved(job_id=one.job_id, revision=revision, change=Change())
    if done.asked != one.asked:
        raise Invalid("This Idempotency-Key was used for a different request.")
    if not done.revision:
        return Saved(job_id=one.job_id, revision=revision, change=Change())
    step = next(reading.changes_after(one.job_id, done.revision - 1, done.revision))
    return Saved(job_id=one.job_id, revision=done.revision, change=step.change, moved=True)
