"""What an export or import took over, changed and left out, as clients ask for it."""

from __future__ import annotations

from chalicelib.activity.access import permitted
from chalicelib.formats import report_store
from chalicelib.formats.report_store import StoredReport
from chalicelib.formats.router import routes
from chalicelib.platform.errors import NotFound
from chalicelib.platform.requests import Request


@routes.get("/api/requests/{id}/report", response=StoredReport)
def retrieve_request_report(request: Request, request_id: str) -> StoredReport:
    """What a finished export or import took over, changed and left out"""
    found = permitted(request, request_id, "view")
    report = report_store.load(found) if found.status == "finished" else None
    if report is None:
        raise NotFound("There is no report of this request, or not yet, or not any more.")
    return report
