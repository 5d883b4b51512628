"""Every route of media: uploads, frames and chunks, frame lists, previews."""

from __future__ import annotations

from chalicelib.media.frames import frame_routes, meta_routes, preview_routes, video_routes
from chalicelib.media.router import routes
from chalicelib.media.uploads import browser_upload_routes, upload_routes

__all__ = [
    "browser_upload_routes",
    "frame_routes",
    "meta_routes",
    "preview_routes",
    "routes",
    "upload_routes",
    "video_routes",
]
