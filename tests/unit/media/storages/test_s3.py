"""Amazon's own S3: what is asked of it where no test can reach it, and whose keys are used."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.media.sources.places import Unreachable
from chalicelib.media.storages import attributes, connecting
from chalicelib.media.storages.attributes import Attributes, BadAttributes
from chalicelib.media.storages.models import CloudStorage, Credentials
from chalicelib.media.storages.problems import Denied, Missing
from chalicelib.media.storages.providers import regions, s3
from chalicelib.media.storages.providers.options import QUICK, Patience

from .conftest import StorageWorld


@pytest.fixture
def directory() -> Iterator[str]:
    """A server that says where buckets are in the way that S3 does: with a redirect or a denial."""

    class Directory(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            status, region = {
                "/frankfurt": (301, "eu-central-1"),
                "/private": (403, "ap-south-1"),
                "/forged": (301, "evil.com/?"),
            }.get(self.path, (404, ""))
            self.send_response(status)
            if region:
                self.send_header("x-amz-bucket-region", region)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Directory)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_bucket_says_its_region(directory: str) -> None:
    asked = ("frankfurt", "private", "forged", "nobodys", "a/../b?c")
    assert [regions.region_of(bucket, directory) for bucket in asked] == [
        "eu-central-1", "ap-south-1", "us-east-1", "us-east-1", "us-east-1",
    ]  # fmt: skip
    with socket.create_server(("127.0.0.1", 0)) as closed:
        silent = f"http://127.0.0.1:{closed.getsockname()[1]}"
    assert regions.region_of("bucket", silent) == "us-east-1"


@pytest.mark.parametrize(
    ("region", "endpoint"),
    [
        ("eu-central-1", "https://s3.eu-central-1.amazonaws.com"),
        ("cn-north-1", "https://s3.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "https://s3.us-gov-west-1.amazonaws.com"),
    ],
)
def test_amazons_own_endpoints(region: str, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regions, "region_of", lambda bucket: region)
    storage = CloudStorage(
        id=1,
        provider_type="AWS_S3_BUCKET",
        resource="bucket",
        display_name="b",
        credentials_type="ANONYMOUS_ACCESS",
        secret="",
        created_date="",
        updated_date="",
    )
    config: Any = s3.open_s3(storage, Attributes(), Credentials(), QUICK).config
    assert (config["endpoint"], config["region"]) == (endpoint, region)


@pytest.mark.usefixtures("bucket_name")
def test_the_keys_of_this_process_open_nothing(
    world: StorageWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Lambda the environment holds the keys of the function's role."""
    good = world.body()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", good["key"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", good["secret_key"])
    for body in (
        {"credentials_type": "ANONYMOUS_ACCESS"},
        {"key": "nobody", "secret_key": "wrong"},
    ):
        answer = world.create(**body)
        assert (answer.status, list(answer.json)) == (400, ["credentials"])
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of the role")
    assert world.create().status == 201


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = attributes.parse(text)
    except BadAttributes:
        return
    assert found.endpoint_url == "" or found.endpoint_url.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", Attributes()),
        ("region=eu-west-1", Attributes("eu-west-1")),
        (
            "endpoint_url=https%3A%2F%2Fa.example%3A9000%2F",
            Attributes("", "https://a.example:9000"),
        ),
        ("prefix=/photos/a%26b%20c+d/", Attributes("", "", "photos/a&b c+d/")),
        ("project_id=x-1&other=1", Attributes("", "", "", "x-1")),
        ("endpoint_url=http://[::1]:9000", Attributes("", "http://[::1]:9000")),
    ],
)
def test_attributes_as_clients_write_them(text: str, found: Attributes) -> None:
    assert attributes.parse(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "region", "a=b&c", "region=EU", "region=a.b", "endpoint_url=//a", "endpoint_url=https://",
        "endpoint_url=https://u:p@a", "endpoint_url=https://a?b", "endpoint_url=https://a%23b",
        "endpoint_url=https://a:b", "endpoint_url=https://a b", "prefix=a/../b", "prefix=./a",
        "project_id=%0a", "endpoint_url=file:///etc/passwd", "endpoint_url=https://[::1",
        "prefix=" + "a" * 1025,
    ],
)  # fmt: skip
def test_what_no_attribute_can_be(text: str) -> None:
    with pytest.raises(BadAttributes):
        attributes.parse(text)


ERROR = "<?xml version='1.0'?><Error><Code>{}</Code><Message>of key AKIDSECRET</Message></Error>"


@pytest.fixture
def answering() -> Iterator[Any]:
    """A function that makes an endpoint which answers everything in one way."""
    running: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(status: int, body: str) -> str:
        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body.encode())

            def do_HEAD(self) -> None:
                self.do_GET()

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.usefixtures("local_networks")
@pytest.mark.parametrize(
    ("status", "code", "listing", "reading"),
    [
        (403, "AccessDenied", Denied, Denied),
        (403, "SignatureDoesNotMatch", Denied, Denied),
        (403, "RequestTimeTooSkewed", Denied, Denied),
        (400, "ExpiredToken", Denied, Denied),
        (400, "AuthorizationHeaderMalformed", Denied, Denied),
        (401, "Unauthorized", Denied, Denied),
        (404, "NoSuchBucket", Missing, KeyError),
        (500, "InternalError", Unreachable, Unreachable),
        (301, "PermanentRedirect", Unreachable, Unreachable),
    ],
)
def test_what_a_provider_answers_in_words_of_our_own(
    answering: Any, status: int, code: str, listing: type[Exception], reading: type[Exception]
) -> None:
    url = answering(status, ERROR.format(code))
    storage = CloudStorage(
        id=1,
        provider_type="AWS_S3_BUCKET",
        resource="bucket",
        display_name="b",
        credentials_type="KEY_SECRET_KEY_PAIR",
        specific_attributes=f"endpoint_url={url}",
        secret="",
        created_date="",
        updated_date="",
    )
    patience = Patience(2, 2, 2, 0, 2)
    opened = connecting.open_with(storage, Credentials(key="k", secret_key="s"), patience)
    with pytest.raises(listing) as listed:
        list(opened.entries(""))
    with pytest.raises(reading) as read:
        opened.read("a.jpg", 0, 5)
    for caught in (listed, read):
        assert type(caught.value) in {Denied, Missing, Unreachable, KeyError}
        assert "AKIDSECRET" not in str(caught.value)
        assert "127.0.0.1" not in str(caught.value)
