"""Writing a lane of an export: all of a small one, or a piece of a large one."""

from __future__ import annotations

import msgspec

from chalicelib.activity.models import Request
from chalicelib.formats.archives.zip_writer import ArchiveWriter
from chalicelib.formats.exporting import archive as archives
from chalicelib.formats.report import Report
from functions.export import checkpoint
from functions.export import plan as plans
from functions.export.checkpoint import Checkpoint, Made
from functions.export.plan import Plan
from functions.export.progress import Paused, Progress
from functions.export.upload import ObjectWriter


class _Endless(msgspec.Struct):
    """An archive without its end."""

    sink: ObjectWriter
    archive: ArchiveWriter
    report: Report


def write_all(
    request: Request, plan: Plan, key: str, progress: Progress, *, begun: bool
) -> Report | None:
    """Write the whole archive, or go on with it. None if there is more to be done by another call.

    Args:
        begun: whether an earlier call may have written some of it.

    Raises:
        progress.Cancelled, and whatever keeps it from being written.
    """
    since = checkpoint.load(request, 0) if begun else None
    written = _write(request, plan, 0, key, progress, since)
    if written is None:
        plans.save(request, plan)
        return None
    archives.write_report(plan.writer(), written.archive, written.report)
    written.archive.close()
    written.sink.complete()
    return written.report


def write_lane(request: Request, plan: Plan, lane: int, progress: Progress) -> bool:
    """Write a piece of the archive, or go on with it. Returns whether it is done.

    Raises as `write_all`.
    """
    if checkpoint.load_made(request, lane) is not None:
        return True
    since = checkpoint.load(request, lane)
    written = _write(request, plan, lane, checkpoint.key_of(request, lane), progress, since)
    if written is None:
        return False
    written.sink.complete()
    checkpoint.save_made(request, lane, Made(written.archive.state, written.report))
    return True


def _write(
    request: Request,
    plan: Plan,
    lane: int,
    key: str,
    progress: Progress,
    since: Checkpoint | None,
) -> _Endless | None:
    report = since.report if since else Report()
    sink = ObjectWriter(key, since.upload if since else None)
    archive = ArchiveWriter(sink, since.archive if since else None)
    done = since.done if since else 0
    steps = archives.write(
        plan.lanes[lane], plan.writer(), plan.dataset(), archive, report, done
    )  # fmt: skip
    try:
        for _ in steps:
            done += 1
            progress(done)
    except Paused:
        checkpoint.save(request, lane, Checkpoint(sink.state, archive.state, report, done))
        return None
    return _Endless(sink, archive, report)
