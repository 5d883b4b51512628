"""Users on the wire: the requests that the SDK sends, where the SDK itself would refuse to."""

from __future__ import annotations

import uuid
from base64 import b64encode
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import msgspec
import urllib3

from tests.support.processes import eventually

if TYPE_CHECKING:
    from tests.support.server import Server

PASSWORD = "a good enough password"
#: Content type of a piece of a resumable upload.
OFFSET = "application/offset+octet-stream"


class Answer:
    """What came back."""

    def __init__(self, answer: urllib3.BaseHTTPResponse) -> None:
        self.status = answer.status
        self.body = answer.data
        self.headers = answer.headers

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def message(self) -> str:
        """What an error says to a person: the text of a DRF-shaped body, else of any body."""
        try:
            return ". ".join(_texts(self.json))
        except msgspec.DecodeError:
            return self.body.decode("utf-8", "replace")

    def __repr__(self) -> str:
        return f"<{self.status} {self.body[:300]!r}>"


class Client:
    """Sends requests to a server, signed in or not. Redirects are not followed."""

    def __init__(self, url: str, headers: dict[str, str] | None = None) -> None:
        self.url = url
        self.headers = headers or {}
        self._http = urllib3.PoolManager(retries=False, timeout=30)

    def call(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None,
        **query: Any,
    ) -> Answer:  # fmt: skip
        """One request. Bytes are sent as they are, anything else as JSON."""
        sent = {**self.headers, **(headers or {})}
        if body is not None and not isinstance(body, bytes):
            body = msgspec.json.encode(body)
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        url = path if path.startswith("http") else f"{self.url}{path}"
        if query:
            url += "?" + urlencode(query)
        return Answer(self._http.request(method, url, body=body, headers=sent, redirect=False))

    def get(self, path: str, **query: Any) -> Answer:
        return self.call("GET", path, **query)

    def made(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """The JSON of an answer that must be a success; None if it is empty."""
        answer = self.call(method, path, body, **query)
        assert answer.status < 300, answer
        return answer.json if answer.body else None

    def upload(self, task_id: int, files: dict[str, bytes], **wanted: Any) -> dict[str, Any]:
        """Give a task its media as the SDK does. Returns the request when it is over."""
        assert self.send_files(task_id, files).status == 200
        return self.finish(task_id, **wanted)

    def send_files(self, task_id: int, files: dict[str, bytes]) -> Answer:
        body, content_type = form(files)
        headers = {"Upload-Multiple": "", "Content-Type": content_type}
        return self.call("POST", f"/api/tasks/{task_id}/data/", body, headers)

    def finish(self, task_id: int, **wanted: Any) -> dict[str, Any]:
        """End an upload and wait. Returns the request when it is over."""
        body = {"image_quality": 70, **wanted}
        answer = self.call("POST", f"/api/tasks/{task_id}/data/", body, {"Upload-Finish": ""})
        assert answer.status == 202, answer
        return self.wait(answer.json["rq_id"])

    def wait(self, request_id: str) -> dict[str, Any]:
        """A background request when it is over."""
        path = f"/api/requests/{quote(request_id, safe='')}"
        over = {"finished", "failed"}
        assert eventually(lambda: self.get(path).json["status"] in over, 60), self.get(path)
        result: dict[str, Any] = self.get(path).json
        return result

    def begin_tus(self, endpoint: str, size: int, name: str | bytes = "file") -> Answer:
        """Start a resumable upload."""
        encoded = b64encode(name if isinstance(name, bytes) else name.encode()).decode()
        headers = {
            "Upload-Length": str(size),
            "Upload-Metadata": f"filename {encoded}",
            "Tus-Resumable": "1.0.0",
        }
        return self.call("POST", endpoint, headers=headers)

    def send_tus(self, location: str, body: bytes, offset: int = 0) -> Answer:
        """Send a piece of a resumable upload."""
        headers = {"Content-Type": OFFSET, "Upload-Offset": str(offset), "Tus-Resumable": "1.0.0"}
        return self.call("PATCH", location, body, headers)

    def import_file(self, task_id: int, body: bytes, format_name: str) -> dict[str, Any]:
        """Import annotations into a task. Returns the request when it is over."""
        endpoint = f"/api/tasks/{task_id}/annotations/"
        begun = self.begin_tus(endpoint, len(body), "import.zip")
        assert begun.status == 201, begun
        assert self.send_tus(begun.headers["Location"], body).status == 204
        query = {"format": format_name, "filename": begun.headers["Upload-Filename"]}
        answer = self.call("POST", endpoint, None, {"Upload-Finish": ""}, **query)
        assert answer.status == 202, answer
        return self.wait(answer.json["rq_id"])


class Person(Client):
    """A new user with a session of their own."""

    def __init__(self, server: Server, username: str = "", password: str = PASSWORD) -> None:
        super().__init__(server.url)
        if not username:
            username = f"user-{uuid.uuid4().hex[:12]}"
            account = {"username": username, "email": f"{username}@example.org"}
            account |= {"password1": password, "password2": password}
            self.made("POST", "/api/auth/register", account)
        self.username = username
        self.headers = self.sign_in(password)
        self.id: int = self.made("GET", "/api/users/self")["id"]

    def sign_in(self, password: str = PASSWORD) -> dict[str, str]:
        """The headers of another session of this user, as the SDK sends them."""
        answer = Client(self.url).call(
            "POST", "/api/auth/login", {"username": self.username, "password": password}
        )
        assert answer.status == 200, answer
        jar = SimpleCookie(", ".join(answer.headers.getlist("Set-Cookie")))
        cookies = {name: morsel.value for name, morsel in jar.items()}
        return {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": cookies["csrftoken"],
            "Origin": self.url,
        }


def form(files: dict[str, bytes]) -> tuple[bytes, str]:
    """A multipart body of files, names unchecked, and its content type."""
    boundary = uuid.uuid4().hex
    body = b"".join(
        f"--{boundary}\r\nContent-Disposition: form-data; "
        f'name="client_files[{number}]"; filename="{name}"\r\n\r\n'.encode()
        + content
        + b"\r\n"
        for number, (name, content) in enumerate(files.items())
    )
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in inner for text in _texts(part)]
