"""What clients get from the API through the gateway."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest
import urllib3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.local.lambda_limits import LambdaLimits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.local.conftest import Serve

MiB = 1 << 20
SIGNED = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0"


@pytest.fixture
def http() -> Iterator[urllib3.PoolManager]:
    with urllib3.PoolManager(maxsize=50, retries=False) as pool:
        yield pool


def test_users_in_many_threads_are_never_mixed_up(url: str, http: urllib3.PoolManager) -> None:
    def ask(number: int) -> tuple[int, Any]:
        path = f"{url}/api/who/user-{number}?n={number}"
        answer = http.request("GET", path, headers={"Authorization": f"Bearer {number}"})
        return number, answer.json()

    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(ask, range(480)))
    for number, answer in answers:
        assert answer == {
            "name": f"user-{number}",
            "token": f"Bearer {number}",
            "path": f"/api/who/user-{number}",
            "query": {"n": [str(number)]},
        }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: text not in {".", ".."}
))  # fmt: skip
def test_a_path_parameter_arrives_as_it_was_before_encoding(
    url: str, http: urllib3.PoolManager, name: str
) -> None:
    raw = f"/api/who/{quote(name, safe='')}"
    answer = http.request("GET", url + raw, headers={"Authorization": "x"}).json()
    assert answer["name"] == name
    assert answer["path"] == raw


@pytest.mark.parametrize("path", ["/api/fixed/special", "/api/fixed/special/"])
def test_both_spellings_of_the_trailing_slash_are_answered(
    url: str, http: urllib3.PoolManager, path: str
) -> None:
    assert http.request("GET", url + path).data == b"special"


def test_only_one_trailing_slash_is_forgiven(url: str, http: urllib3.PoolManager) -> None:
    assert http.request("GET", f"{url}/api/fixed/special//").status == 404


def test_a_fixed_segment_wins_over_a_parameter(url: str, http: urllib3.PoolManager) -> None:
    assert http.request("GET", f"{url}/api/fixed/other").data == b"any other"


def test_an_unknown_path_is_not_found_in_json(url: str, http: urllib3.PoolManager) -> None:
    answer = http.request("GET", f"{url}/api/nothing/here")
    assert (answer.status, answer.json()) == (404, {"detail": "Not found."})


def test_a_method_that_a_path_lacks_is_refused_with_those_it_has(
    url: str, http: urllib3.PoolManager
) -> None:
    answer = http.request("DELETE", f"{url}/api/size")
    assert (answer.status, answer.headers["allow"]) == (405, "OPTIONS, PATCH, POST, PUT")
    assert answer.json() == {"detail": 'Method "DELETE" not allowed.'}


def test_options_tells_the_methods(url: str, http: urllib3.PoolManager) -> None:
    answer = http.request("OPTIONS", f"{url}/api/size")
    assert (answer.status, answer.headers["allow"]) == (204, "OPTIONS, PATCH, POST, PUT")


def test_head_is_get_without_a_body(url: str, http: urllib3.PoolManager) -> None:
    answer = http.request("HEAD", f"{url}/api/fixed/special")
    assert (answer.status, answer.data, answer.headers["content-length"]) == (200, b"", "7")


def test_head_of_its_own_keeps_its_headers(url: str, http: urllib3.PoolManager) -> None:
    assert http.request("HEAD", f"{url}/api/upload").headers["upload-offset"] == "5"


def test_cookies_stay_apart_and_in_order(url: str, http: urllib3.PoolManager) -> None:
    answer = http.request("GET", f"{url}/api/cookies")
    assert answer.headers.getlist("set-cookie") == [
        "csrftoken=1; Path=/",
        "sessionid=2; HttpOnly; Path=/",
    ]


def test_binary_answers_arrive_as_bytes(url: str, http: urllib3.PoolManager) -> None:
    answer = http.request("GET", f"{url}/api/bytes", headers={"Accept": "application/octet-stream"})
    assert answer.data == bytes(range(256))


def test_repeated_query_parameters_all_arrive(url: str, http: urllib3.PoolManager) -> None:
    answer = http.request("GET", f"{url}/api/who/x?a=1&a=2&b=", headers={"Authorization": "x"})
    assert answer.json()["query"] == {"a": ["1", "2"], "b": [""]}


def test_every_answer_has_an_id_of_its_own(url: str, http: urllib3.PoolManager) -> None:
    paths = ["/api/size", "/api/none", "/", "/media/x", "/api/fixed/special"] * 2
    ids = [http.request("GET", url + path).headers["x-request-id"] for path in paths]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("content_type", "size", "status"),
    [
        ("application/json", 10 * MiB, 200),
        ("application/json", 10 * MiB + 1, 413),
        ("application/offset+octet-stream", 32 * MiB, 200),
        ("application/offset+octet-stream", 32 * MiB + 1, 413),
        ("multipart/form-data; boundary=x", 101 * MiB, 200),
    ],
)
def test_bodies_may_be_as_large_as_their_kind_allows(
    url: str, http: urllib3.PoolManager, content_type: str, size: int, status: int
) -> None:
    answer = http.request(
        "POST", f"{url}/api/size", body=bytes(size), headers={"Content-Type": content_type}
    )
    assert answer.status == status
    if status == 200:
        assert answer.json() == {"size": size}


@pytest.mark.parametrize("path", ["/api/size", f"/media/key?{SIGNED}"])
def test_a_ten_gigabyte_content_length_is_refused_before_anything_is_read(
    url: str, path: str
) -> None:
    host = urlsplit(url)
    with socket.create_connection((host.hostname, host.port or 80), timeout=30) as connection:
        connection.sendall(
            f"PUT {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\n\r\n".encode()
        )
        assert connection.recv(4096).startswith(b"HTTP/1.1 413")


def test_a_chunked_body_is_cut_off_at_the_limit(url: str, http: urllib3.PoolManager) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(12):
            yield bytes(MiB)

    answer = http.request(
        "POST", f"{url}/api/size", body=pieces(), headers={"Content-Type": "application/json"}
    )
    assert answer.status == 413
    assert "10 MiB" in answer.json()["detail"]


def test_a_small_chunked_body_arrives_whole(url: str, http: urllib3.PoolManager) -> None:
    answer = http.request("POST", f"{url}/api/size", body=iter([b"abc", b"de"]), chunked=True)
    assert answer.json() == {"size": 5}


class TestLambdaLimits:
    """With the limits on, what AWS refuses is refused here, in AWS's words."""

    def test_a_request_above_six_megabytes(self, serve: Serve, http: urllib3.PoolManager) -> None:
        answer = self.post(serve(LambdaLimits()), http, "text/plain", 7_000_000)
        assert (answer.status, answer.json()) == (413, {"message": "Request Too Long"})

    def test_base64_counts(self, serve: Serve, http: urllib3.PoolManager) -> None:
        base, kind = serve(LambdaLimits()), "application/offset+octet-stream"
        assert self.post(base, http, kind, 4_500_000).json() == {"size": 4_500_000}
        assert self.post(base, http, kind, 5_000_000).status == 413

    def test_a_request_above_ten(self, serve: Serve, http: urllib3.PoolManager) -> None:
        answer = self.post(serve(LambdaLimits()), http, "multipart/form-data", 11_000_000)
        assert answer.json() == {"message": "HTTP content length exceeded 10485760 bytes"}

    def test_an_answer_above_six_megabytes(self, serve: Serve, http: urllib3.PoolManager) -> None:
        answer = http.request("GET", f"{serve(LambdaLimits())}/api/large")
        assert (answer.status, answer.json()) == (502, {"message": "Internal server error"})

    def test_an_answer_that_takes_too_long(self, serve: Serve, http: urllib3.PoolManager) -> None:
        answer = http.request("GET", f"{serve(LambdaLimits(seconds=0.1))}/api/slow")
        assert (answer.status, answer.json()) == (504, {"message": "Endpoint request timed out"})

    def test_all_of_it_passes_without_limits(self, url: str, http: urllib3.PoolManager) -> None:
        assert len(http.request("GET", f"{url}/api/large").data) == 7_000_000
        assert http.request("GET", f"{url}/api/slow").data == b"done"
        assert self.post(url, http, "multipart/form-data", 11_000_000).status == 200

    def post(self, base: str, http: urllib3.PoolManager, kind: str, size: int) -> Any:
        headers = {"Content-Type": kind}
        return http.request("POST", f"{base}/api/size", body=bytes(size), headers=headers)
