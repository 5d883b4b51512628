"""Reports of finished exports and imports, kept beside the files of their requests."""

from __future__ import annotations

from typing import Literal

import msgspec

from chalicelib.activity.models import Request
from chalicelib.formats import request_files
from chalicelib.formats.report import FileCounts, Report
from chalicelib.platform import bucket

Verb = Literal["Exported", "Imported"]


class StoredReport(msgspec.Struct, kw_only=True):
    """A report as clients see it; see `Report` for what the counts are.

    Attributes:
        format: name of the dataset's format.
    """

    verb: Verb
    format: str
    frames: int = 0
    objects: int = 0
    kinds: dict[str, int] = {}
    converted: dict[str, int] = {}
    skipped: dict[str, int] = {}
    labels: dict[str, int] = {}
    examples: dict[str, list[str]] = {}
    files: dict[str, FileCounts] = {}
    more_files: int = 0
    new_labels: list[str] = []

    @property
    def report(self) -> Report:
        """The counts alone."""
        return msgspec.convert(self, Report, from_attributes=True)


def save(request: Request, report: Report, verb: Verb, format_name: str) -> None:
    """Keep the report of a request. May be repeated."""
    stored = StoredReport(
        verb=verb,
        format=format_name,
        frames=report.frames,
        objects=report.objects,
        kinds=report.kinds,
        converted=report.converted,
        skipped=report.skipped,
        labels=report.labels,
        examples=report.examples,
        files=report.files,
        more_files=report.more_files,
        new_labels=report.new_labels,
    )
    bucket.put(_key(request), msgspec.json.encode(stored), "application/json")


def load(request: Request) -> StoredReport | None:
    """The report of a request, or None if it made none, or if that has expired."""
    body = bucket.get(_key(request))
    return None if body is None else msgspec.json.decode(body, type=StoredReport)


def _key(request: Request) -> str:
    return f"{request_files.own_prefix(request)}report"
