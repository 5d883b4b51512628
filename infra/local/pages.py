"""Serves the built browser application, its index for every path that is no file."""

from __future__ import annotations

import asyncio
import mimetypes
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from infra.local.asgi import respond, respond_detail

if TYPE_CHECKING:
    from infra.local.asgi import Headers, Scope, Send

#: The application decodes in workers, runs WebAssembly and shows pictures that it made itself;
#: its component library writes style elements.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "connect-src 'self' blob: data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_ALWAYS: Headers = [
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
_FOREVER = b"public, max-age=31536000, immutable"
_ENCODINGS = ((b"br", ".br"), (b"gzip", ".gz"))


class Pages:
    """The files below one directory."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    async def __call__(self, scope: Scope, send: Send) -> None:
        if scope["method"] not in {"GET", "HEAD"}:
            await respond_detail(send, 405, f'Method "{scope["method"]}" not allowed.')
            return
        path = unquote(scope["path"]).lstrip("/")
        status, headers, body = await asyncio.to_thread(self._find, path, dict(scope["headers"]))
        if scope["method"] == "HEAD":
            headers.append((b"content-length", str(len(body)).encode()))
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
        else:
            await respond(send, status, headers, body)

    def _find(self, path: str, asked: dict[bytes, bytes]) -> tuple[int, Headers, bytes]:
        file = self._file(path)
        if file is None:
            if "." in path.rpartition("/")[2] or path.startswith("assets/"):
                return 404, [*_ALWAYS, (b"content-type", b"text/plain")], b"Not found."
            file = self._root / "index.html"
        hashed = file.parent != self._root and file.is_relative_to(self._root / "assets")
        status = file.stat()
        etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'.encode()
        headers: Headers = [
            *_ALWAYS,
            (b"content-type", _media_type(file.name)),
            (b"cache-control", _FOREVER if hashed else b"no-cache"),
            (b"etag", etag),
            (b"last-modified", formatdate(status.st_mtime, usegmt=True).encode()),
            (b"vary", b"accept-encoding"),
        ]
        if asked.get(b"if-none-match") == etag:
            return 304, headers, b""
        for encoding, suffix in _ENCODINGS:
            packed = file.with_name(file.name + suffix)
            if encoding in asked.get(b"accept-encoding", b"") and packed.is_file():
                return 200, [*headers, (b"content-encoding", encoding)], packed.read_bytes()
        return 200, headers, file.read_bytes()

    def _file(self, path: str) -> Path | None:
        """The file of a path, or None if there is none below the root."""
        if not path or "\x00" in path:
            return None
        file = (self._root / path).resolve()
        return file if file.is_relative_to(self._root) and file.is_file() else None


def _media_type(name: str) -> bytes:
    known = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm",
             ".webmanifest": "application/manifest+json", ".svg": "image/svg+xml"}  # fmt: skip
    suffix = Path(name).suffix
    kind = known.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind in {"application/json", "application/manifest+json"}
    return (kind + "; charset=utf-8" if text else kind).encode()
