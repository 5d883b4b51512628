"""All the routes of dataset formats, export and import."""

from __future__ import annotations

from chalicelib.formats import listing_routes, report_routes
from chalicelib.formats.exporting import routes as export_routes
from chalicelib.formats.importing import routes as import_routes
from chalicelib.formats.router import routes

__all__ = ["export_routes", "import_routes", "listing_routes", "report_routes", "routes"]
