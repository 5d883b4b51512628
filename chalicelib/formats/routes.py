"""All the routes of dataset formats, export and import."""

from __future__ import annotations

from chalicelib.formats import catalogue_routes, export_routes, import_routes
from chalicelib.formats.router import routes

__all__ = ["catalogue_routes", "export_routes", "import_routes", "routes"]
