"""Saying what of a job's annotations is not as it should be. Nothing is changed."""

from __future__ import annotations

from chalicelib.annotations.upkeep import reachable
from chalicelib.annotations.upkeep.evidence import Evidence
from chalicelib.annotations.upkeep.replaying import replayed


def problems_of(job_id: int) -> list[str]:
    """What is missing or cannot be read, for people; nothing if all is well.

    What nothing reaches is no problem: the sweep removes it.
    """
    evidence = Evidence(job_id)
    if evidence.is_empty:
        return []
    if evidence.head is None:
        return [f"the head is missing; there are {len(evidence.revisions)} revisions"]
    references = reachable.of_job(job_id)
    told = [f"{sk} is missing" for sk in references.missing]
    for item in [*evidence.bases.values(), *evidence.revisions.values()]:
        if item.sk in references.records:
            told += item.problems()
    return told or _miscounted(evidence)


def _miscounted(evidence: Evidence) -> list[str]:
    head = evidence.head
    assert head is not None
    found = replayed(evidence, head.revision)
    there = len(found.objects)
    said = head.tags + head.shapes + head.tracks
    return [] if there == said else [f"the head counts {said} objects, there are {there}"]
