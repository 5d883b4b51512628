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

from chalicelib.media.storages import attributes
from chalicelib.media.storages.attributes import Attributes, BadAttributes
from chalicelib.media.storages.models import CloudStorage, Credentials
from chalicelib.media.storages.providers import regions, s3
from chalicelib.media.storages.providers.options import QUICK

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
