"""Bodies that say they are 10 GB: refused at once, at every door, and the server lives."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.support.processes import resident_megabytes
from tests.support.wire import OFFSET

if TYPE_CHECKING:
    from tests.client.bad_input.estate import Estate
    from tests.support.server import Server

TEN_GB = 10 * 10**9
FORM = "multipart/form-data; boundary=x"


def announce(
    server: Server, method: str, target: str, headers: dict[str, str], begin: bytes = b""
) -> bytes:
    """Send the head of a request and no more than `begin` of its body.

    Returns the answer, which may not wait for the rest.
    """
    place = urlsplit(server.url)
    lines = [f"{method} {target} HTTP/1.1", f"Host: {place.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    with socket.create_connection((place.hostname, place.port), timeout=30) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + begin)
        answer = b""
        while b"\r\n\r\n" not in answer or b"}" not in answer.partition(b"\r\n\r\n")[2]:
            piece = connection.recv(65536)
            if not piece:
                break
            answer += piece
            if b"</Error>" in answer:
                break
        return answer


@pytest.mark.parametrize("begin", [b"", b"x" * 100_000], ids=["nothing sent", "begun"])
@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("PUT", "/api/jobs/{job_id}/annotations/", {"Content-Type": "application/json"}),
        ("POST", "/api/tasks", {"Content-Type": "application/json"}),
        ("POST", "/api/auth/login", {"Content-Type": "application/json"}),
        ("POST", "/api/tasks/{open_task_id}/data/", {"Content-Type": FORM, "Upload-Multiple": ""}),
        (
            "PATCH", "/api/tasks/{open_task_id}/data/{data_upload_id}",
            {"Content-Type": OFFSET, "Upload-Offset": "5"},
        ),
    ],
)  # fmt: skip
def test_ten_gigabytes_are_refused_before_they_are_sent(
    method: str, path: str, headers: dict[str, str], begin: bytes,
    unchanged: Estate, server: Server,
) -> None:  # fmt: skip
    before = resident_megabytes(server.pid)
    headers = {**unchanged.owner.headers, **headers, "Content-Length": str(TEN_GB)}
    answer = announce(server, method, path.format(**vars(unchanged)), headers, begin)
    assert b" 413 " in answer.partition(b"\r\n")[0]
    assert b'"detail":"The request body is larger than ' in answer
    assert resident_megabytes(server.pid) - before < 50


def test_a_signed_link_takes_no_ten_gigabytes_either(unchanged: Estate, server: Server) -> None:
    uploads = f"/api/tasks/{unchanged.open_task_id}/data/uploads"
    begun = unchanged.owner.made("POST", uploads, {"name": "a.jpg", "size": 10})
    link = urlsplit(begun["parts"][0]["url"])
    headers = {"Content-Length": str(TEN_GB)}
    answer = announce(server, "PUT", f"{link.path}?{link.query}", headers)
    assert b" 413 " in answer.partition(b"\r\n")[0]
    assert b"Upload large files in parts." in answer
    assert unchanged.owner.call("DELETE", f"{uploads}/{begun['upload_id']}").status == 204


@pytest.mark.parametrize("length", ["-1", "ten", "1, 2", "0x10"])
def test_lengths_that_are_no_numbers(length: str, unchanged: Estate, server: Server) -> None:
    headers = {**unchanged.owner.headers, "Content-Length": length}
    answer = announce(server, "PUT", unchanged.annotations, headers, b"{}")
    assert b" 400 " in answer.partition(b"\r\n")[0]
    assert unchanged.owner.get("/api/server/health/").status == 200


def test_a_client_that_hangs_up_half_way_changes_nothing(unchanged: Estate, server: Server) -> None:
    place = urlsplit(server.url)
    path = f"/api/tasks/{unchanged.open_task_id}/data/{unchanged.data_upload_id}"
    head = [f"PATCH {path} HTTP/1.1", f"Host: {place.netloc}", "Content-Length: 5",
            f"Content-Type: {OFFSET}", "Upload-Offset: 5"]  # fmt: skip
    head += [f"{name}: {value}" for name, value in unchanged.owner.headers.items()]
    with socket.create_connection((place.hostname, place.port), timeout=30) as connection:
        connection.sendall("\r\n".join([*head, "", ""]).encode() + b"67")
    assert unchanged.owner.call("HEAD", path).headers["Upload-Offset"] == "5"
