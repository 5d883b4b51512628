"""The browser application as a browser gets it."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def get(url: str, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    """A request whose path nobody tidies up on the way."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=named)
    answer = connection.getresponse()
    answer.body = answer.read()  # type: ignore[attr-defined]
    connection.close()
    return answer


def body(answer: http.client.HTTPResponse) -> bytes:
    data: bytes = answer.body  # type: ignore[attr-defined]
    return data


@pytest.mark.parametrize("path", ["/", "/tasks/7", "/tasks/7/jobs/9?frame=3"])
def test_every_page_is_the_application(url: str, path: str) -> None:
    answer = get(url, path)
    assert (answer.status, body(answer)) == (200, b"<title>Skylabel</title>")
    assert answer.headers["cache-control"] == "no-cache"


def test_a_hashed_file_is_kept_for_ever(url: str) -> None:
    answer = get(url, "/assets/main-3f2a.js")
    assert body(answer) == b"export {};"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


def test_a_file_without_a_hash_is_asked_for_again(url: str) -> None:
    answer = get(url, "/favicon.svg")
    assert answer.headers["cache-control"] == "no-cache"
    again = get(url, "/favicon.svg", if_none_match=answer.headers["etag"])
    assert (again.status, body(again)) == (304, b"")


def test_a_compressed_copy_is_sent_to_who_can_read_it(url: str) -> None:
    answer = get(url, "/assets/main-3f2a.js", accept_encoding="gzip, br")
    assert (body(answer), answer.headers["content-encoding"]) == (b"packed", "gzip")


@pytest.mark.parametrize("path", ["/assets/gone-1a2b.js", "/robots.txt"])
def test_a_missing_file_is_not_the_application(url: str, path: str) -> None:
    assert get(url, path).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/%00",
        "//etc/passwd",
    ],
)
def test_nothing_outside_is_served(url: str, path: str, pages: Path) -> None:
    assert (pages.parent / "secret.txt").read_text() == "secret"
    answer = get(url, path)
    assert b"secret" not in body(answer)
    assert b"root:" not in body(answer)


def test_the_page_may_run_its_own_code_only(url: str) -> None:
    policy = get(url, "/").headers["content-security-policy"].split("; ")
    assert "script-src 'self' 'wasm-unsafe-eval'" in policy
    assert "worker-src 'self' blob:" in policy
    assert "frame-ancestors 'none'" in policy


def test_only_reading_is_allowed(url: str) -> None:
    assert get(url, "/", "POST").status == 405
    head = get(url, "/", "HEAD")
    assert (head.status, head.headers["content-length"], body(head)) == (200, "23", b"")


SIGNED = "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=abc"


@pytest.mark.parametrize("query", ["", "?X-Amz-Signature=abc", SIGNED.removesuffix("abc"),
                                   SIGNED.replace("AWS4", "AWS5"),
                                   SIGNED + "&X-Amz-Algorithm=x"])  # fmt: skip
def test_the_bucket_is_closed_without_a_presigned_url(url: str, query: str) -> None:
    assert get(url, f"/media/key{query}").status == 403


@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH", "OPTIONS"])
def test_the_bucket_takes_reading_and_put_only(url: str, method: str) -> None:
    assert get(url, f"/media/key{SIGNED}", method).status == 405


def test_the_bucket_never_learns_who_the_user_is(url: str) -> None:
    answer = get(
        url, f"/media/a%20key{SIGNED}", cookie="sessionid=1", authorization="Bearer 1", range="x"
    )
    assert body(answer) == b"GET /media/a key ['accept-encoding', 'host', 'range'] 0"


def test_an_uploaded_page_cannot_act_as_this_site(url: str) -> None:
    headers = get(url, f"/media/page.html{SIGNED}").headers
    assert headers["content-security-policy"].startswith("sandbox;")
    assert headers["x-content-type-options"] == "nosniff"
