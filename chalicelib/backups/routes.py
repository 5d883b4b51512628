"""All the routes of backups."""

from __future__ import annotations

from chalicelib.backups import download_routes, restore_routes, upload_routes
from chalicelib.backups.router import routes

__all__ = ["download_routes", "restore_routes", "routes", "upload_routes"]
