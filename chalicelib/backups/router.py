"""The routes of this domain. Modules that end in `_routes` fill it."""

from __future__ import annotations

from chalicelib.platform.http import Router

routes = Router(__name__, tag="backups")
