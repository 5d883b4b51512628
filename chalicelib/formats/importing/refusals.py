"""Uploads that are refused as a whole, with what their owner can do about it."""

from __future__ import annotations

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.storing import NOTHING
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.report import Report


def refuse_misfits(report: Report, upload: Upload) -> None:
    """Raise BadDataset if a dataset has objects of which not one could be taken over.

    Otherwise a file for other images, or of another format, would replace everything by nothing.
    A dataset without objects is as good as any.
    """
    if report.objects or not report.skipped or NOTHING in report.skipped:
        return
    reason = max(report.skipped, key=lambda one: report.skipped[one])
    places = ", ".join(report.examples.get(reason, [])) or upload.name
    raise BadDataset(upload.name, f"nothing of it fits: {reason} ({places})")


def refuse_packed(upload: Upload) -> None:
    """Raise BadDataset if a file that could not be read is an archive, but not a ZIP."""
    if upload.archive is None and upload.packed:
        raise BadDataset(upload.name, f"is packed as {upload.packed}: pack the files as ZIP")
