"""Keeps unfinished multipart uploads of the emulator's S3 on disk, part by part.

`<root>/<upload id>/upload.json` describes an upload, `<number>.json` a part, and names the file
that holds the part's bytes. A part exists once its description is in place.
"""

from __future__ import annotations

import json
import mmap
import shutil
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

DESCRIPTION = "upload.json"
#: An upload without a new part for so long is given up, as on AWS.
LIFETIME_SECONDS = 2 * 24 * 3600


class DurableUploads:
    """Unfinished uploads in `root` and in the emulator's memory, where parts have no bytes."""

    def __init__(self, s3: ModuleType, root: Path) -> None:
        self._s3: Any = s3
        self._root = root

    def load(self) -> None:
        """Show the emulator what earlier processes left, and drop what is too old."""
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for place in self._root.iterdir():
            old = place.stat().st_mtime + LIFETIME_SECONDS < time.time()
            if old or not (place / DESCRIPTION).is_file():
                _remove(place)
            else:
                described = json.loads((place / DESCRIPTION).read_bytes())
                described["parts"] = _parts(place)
                account = described.pop("account")
                self._s3._multipart_uploads._data[account, place.name] = described

    def settle(self, query: dict[str, list[str]]) -> None:
        """After a request about uploads: make the disk show what the emulator has acknowledged.

        Raises OSError; what the disk refused is then forgotten by the emulator, too.
        """
        if "uploads" in query:
            for upload_id in list(self._s3._multipart_uploads):
                if not (self._root / upload_id).exists():
                    self._begin(upload_id)
        for upload_id in query.get("uploadId", ()):
            if upload_id not in self._s3._multipart_uploads:
                # Found by its name, never joined to a path: the id is what a client sent.
                for place in [place for place in self._root.iterdir() if place.name == upload_id]:
                    _remove(place)
            elif "partNumber" in query:
                self._keep_part(upload_id, int(query["partNumber"][0]))

    def _begin(self, upload_id: str) -> None:
        upload = self._s3._multipart_uploads[upload_id]
        described = {**upload, "parts": {}, "account": self._s3.get_account_id()}
        place = self._root / upload_id
        try:
            place.mkdir(mode=0o700)
            _place(place / DESCRIPTION, json.dumps(described).encode())
        except OSError:
            del self._s3._multipart_uploads[upload_id]
            raise

    def _keep_part(self, upload_id: str, number: int) -> None:
        parts = self._s3._multipart_uploads[upload_id]["parts"]
        part = parts[number]
        place = self._root / upload_id
        described = place / f"{number}.json"
        file = place / f"{number}-{uuid.uuid4().hex}"
        try:
            before = json.loads(described.read_bytes())["body"] if described.exists() else None
            _place(file, part["body"])
            _place(described, json.dumps({**part, "body": file.name}).encode())
            part["body"] = _mapped(file)
            if before is not None:
                (place / before).unlink(missing_ok=True)
        except OSError:
            del parts[number]
            raise


def _parts(place: Path) -> dict[int, Any]:
    found = {}
    for described in place.glob("*.json"):
        if described.name != DESCRIPTION:
            part = json.loads(described.read_bytes())
            part["body"] = _mapped(place / part["body"])
            found[int(described.stem)] = part
    return found


def _mapped(path: Path) -> mmap.mmap | bytes:
    """A file's bytes, which stay readable after it is deleted and take no memory of their own."""
    with path.open("rb") as file:
        if not path.stat().st_size:
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _remove(place: Path) -> None:
    """Remove an upload, its description first: one without some of its parts must not remain."""
    (place / DESCRIPTION).unlink(missing_ok=True)
    shutil.rmtree(place, ignore_errors=True)


def _place(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.touch(mode=0o600)
    fresh.write_bytes(data)
    fresh.replace(path)
