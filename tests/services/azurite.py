"""Azure Blob Storage: Azurite, Microsoft's own emulator, from npm (`setup/services.sh` has it)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from tests.services.service import NotStarted, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The account that every Azurite has; both are published with it.
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
VERSION = "2021-12-02"
_MAIN = Path(__file__).with_name("node_modules") / "azurite" / "dist" / "src" / "blob" / "main.js"


class Azurite:
    """A running service. `url` ends in the account, as Azurite's addresses do."""

    def __init__(self, origin: str) -> None:
        self.url = f"{origin}/{ACCOUNT}"
        self.connection_string = (
            f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};"
            f"BlobEndpoint={self.url};"
        )

    def fill(self, container: str, blobs: dict[str, bytes], *, public: bool = False) -> None:
        """A container with these blobs; `public`: anyone may list and read them."""
        access = {"x-ms-blob-public-access": "container"} if public else {}
        self._call("PUT", f"/{container}", {"restype": "container"}, b"", access)
        for name, body in blobs.items():
            kind = {"x-ms-blob-type": "BlockBlob"}
            self._call("PUT", f"/{container}/{quote(name)}", {}, body, kind)

    def empty(self, container: str) -> None:
        """Delete a container."""
        self._call("DELETE", f"/{container}", {"restype": "container"}, b"", {})

    def signature(self, container: str, permissions: str = "rl") -> str:
        """A shared access signature of a container, valid for an hour."""
        ends = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        fields = {"sp": permissions, "st": "", "se": ends, "resource":
                  f"/blob/{ACCOUNT}/{container}", "si": "", "sip": "", "spr": "", "sv": VERSION,
                  "sr": "c"}  # fmt: skip
        text = "\n".join([*fields.values(), *[""] * 7])
        shown = {name: fields[name] for name in ("sv", "sr", "se", "sp")}
        return urlencode({**shown, "sig": _sign(text)})

    def _call(
        self, method: str, path: str, query: dict[str, str], body: bytes, more: dict[str, str]
    ) -> None:
        now = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
        headers = {"x-ms-date": now, "x-ms-version": VERSION, **more}
        marked = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
        resource = f"/{ACCOUNT}/{ACCOUNT}{path}"
        resource += "".join(f"\n{name}:{query[name]}" for name in sorted(query))
        kind = "application/octet-stream"
        text = f"{method}\n\n\n{len(body) or ''}\n\n{kind}\n\n\n\n\n\n\n{marked}{resource}"
        headers |= {"Content-Type": kind, "Authorization": f"SharedKey {ACCOUNT}:{_sign(text)}"}
        address = f"{self.url}{path}" + (f"?{urlencode(query)}" if query else "")
        sent = urllib.request.Request(address, data=body, method=method, headers=headers)
        urllib.request.urlopen(sent, timeout=20).close()


def _sign(text: str) -> str:
    digest = hmac.new(base64.b64decode(KEY), text.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


@contextmanager
def running(folder: Path) -> Iterator[Azurite]:
    """Start it with its data in a folder, and end it with the block."""
    if not _MAIN.exists():
        raise NotStarted("Azurite is not installed: run infra/local/setup/services.sh .venv")
    command = [
        "node", str(_MAIN), "--blobHost", "127.0.0.1", "--blobPort", "0",
        "--location", str(folder), "--disableTelemetry", "--skipApiVersionCheck",
    ]  # fmt: skip
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ready = "successfully listens on "
    with Service(command, ready, environment=environment, folder=folder) as service:
        yield Azurite(service.said.rpartition(ready)[2])
