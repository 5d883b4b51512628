"""Google Cloud Storage: objects and listings through fake-gcs-server, which knows no credentials;
so what a key file signs, and what Google answers to a bad one, is tested against a small server
that checks signatures and answers in Google's words (https://cloud.google.com/storage/docs/xml-api).
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from chalicelib.media.storages import access
from tests.services import gcs
from tests.services.gcs import Gcs

from .conftest import OBJECTS, ROCKET, StorageWorld

BUCKET = "photos-bucket"
EMAIL = "reader@tests.iam.gserviceaccount.com"
_LISTING = b"""<?xml version='1.0' encoding='UTF-8'?>
<ListBucketResult xmlns='http://doc.s3.amazonaws.com/2006-03-01'><Name>photos-bucket</Name>
<Prefix></Prefix><KeyCount>1</KeyCount><IsTruncated>false</IsTruncated><Contents><Key>a.jpg</Key>
<Generation>1</Generation><MetaGeneration>1</MetaGeneration>
<LastModified>2024-01-02T03:04:05.678Z</LastModified><ETag>"5d41402abc4b2a76b9719d911017c592"</ETag>
<Size>5</Size></Contents></ListBucketResult>"""
_DENIAL = b"""<?xml version='1.0' encoding='UTF-8'?><Error><Code>AccessDenied</Code>
<Message>Access denied.</Message><Details>reader does not have storage.objects.list access.
</Details></Error>"""


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def key_file(key: rsa.RSAPrivateKey, **fields: str) -> str:
    """As Google's console hands it out."""
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    account = {
        "type": "service_account",
        "project_id": "tests",
        "private_key_id": "abc123",
        "private_key": pem,
        "client_email": EMAIL,
        "token_uri": "https://oauth2.googleapis.com/token",
    }
    return json.dumps(account | fields)


@pytest.fixture(scope="module")
def checking(key: rsa.RSAPrivateKey) -> Iterator[str]:
    """URL of a server that lets in whoever has a token signed by the key."""

    class Checking(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            fit = _is_signed(self.headers.get("Authorization", ""), key)
            body, status = (_LISTING, 200) if fit else (_DENIAL, 403)
            self.send_response(status)
            self.send_header("Content-Type", "application/xml; charset=UTF-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Checking)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _is_signed(header: str, key: rsa.RSAPrivateKey) -> bool:
    """Whether this is a JSON web token of the account (RFC 7519), signed with RS256."""
    if not header.startswith("Bearer "):
        return False
    head, claims, signature = header.removeprefix("Bearer ").split(".")
    said = json.loads(_unpacked(claims))
    try:
        key.public_key().verify(
            _unpacked(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256()
        )
    except InvalidSignature:
        return False
    return bool(said["iss"] == EMAIL and said["exp"] > said["iat"])


def _unpacked(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gcs]:
    with gcs.running(tmp_path_factory.mktemp("gcs")) as running:
        running.fill(BUCKET, OBJECTS)
        yield running


def google(url: str, **fields: Any) -> dict[str, Any]:
    return {
        "provider_type": "GOOGLE_CLOUD_STORAGE",
        "resource": BUCKET,
        "credentials_type": "ANONYMOUS_ACCESS",
        "key": "",
        "secret_key": "",
        "specific_attributes": f"project_id=tests&endpoint_url={url}",
        **fields,
    }


def test_a_bucket_is_listed_and_read(world: StorageWorld, service: Gcs) -> None:
    storage_id = world.made(**google(service.url, manifests=["readme.txt"]))
    path = f"/api/cloudstorages/{storage_id}"
    assert world.api.get(f"{path}/status").body == b"AVAILABLE"
    page = world.api.get(f"{path}/content-v2", prefix="photos/", page_size=2).json
    rest = world.api.get(
        f"{path}/content-v2", prefix="photos/", page_size=2, next_token=page["next"]
    ).json
    assert [i["name"] for i in page["content"] + rest["content"]] == [
        "cat.jpg",
        "coins.png",
        "more",
    ]
    place = access.place(storage_id)
    assert [(entry.key, entry.size) for entry in place.entries("photos/")] == [
        (key, len(body)) for key, body in sorted(OBJECTS.items()) if key.startswith("photos/")
    ]
    assert place.read("photos/more/a b+c%20é.jpg", 5, 10) == ROCKET[5:15]
    assert place.read("readme.txt", 6, 100) == b"world"
    assert place.read("readme.txt", 11, 5) == b""
    assert place.size("nothing") is None
    with pytest.raises(KeyError):
        place.read("nothing", 0, 5)


def test_a_bucket_that_is_not_there(world: StorageWorld, service: Gcs) -> None:
    answer = world.create(**google(service.url, resource="missing"))
    assert (answer.status, list(answer.json)) == (400, ["resource"])


def send_form(world: StorageWorld, fields: dict[str, str], file: str) -> Any:
    parts = [
        f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
        if value
    ]
    parts.append(
        '--B\r\nContent-Disposition: form-data; name="key_file"; filename="key.json"\r\n'
        f"Content-Type: application/json\r\n\r\n{file}\r\n--B--\r\n"
    )
    return world.api.call(
        "POST",
        "/api/cloudstorages",
        "".join(parts).encode(),
        headers={"content-type": "multipart/form-data; boundary=B"},
    )


def test_a_key_file_that_is_uploaded_signs_requests(
    world: StorageWorld, checking: str, key: rsa.RSAPrivateKey
) -> None:
    fields = world.body(**google(checking, credentials_type="KEY_FILE_PATH"))
    answer = send_form(world, fields, key_file(key))
    assert answer.status == 201, answer
    assert "PRIVATE" not in answer.body.decode()
    (entry,) = access.place(answer.json["id"]).entries("")
    assert (entry.key, entry.size) == ("a.jpg", 5)


def test_addresses_in_a_key_file_are_not_called(
    world: StorageWorld, checking: str, key: rsa.RSAPrivateKey
) -> None:
    forged = key_file(key, gcs_base_url="http://169.254.169.254", token_uri="http://127.0.0.1:1/")
    fields = world.body(**google(checking, credentials_type="KEY_FILE_PATH"))
    assert send_form(world, fields, forged).status == 201


def test_a_key_of_somebody_else_is_refused(world: StorageWorld, checking: str) -> None:
    other = rsa.generate_private_key(65537, 2048)
    fields = world.body(**google(checking, credentials_type="KEY_FILE_PATH"))
    answer = send_form(world, fields, key_file(other))
    assert answer.status == 400, answer
    assert "forbidden" in answer.json["credentials"][0]


@pytest.mark.parametrize(
    "file",
    [
        "no json",
        "{}",
        "[1]",
        '{"type":"service_account"}',
        '{"type":"authorized_user","client_id":"a","client_secret":"b","refresh_token":"c"}',
        json.dumps({"type": "service_account", "private_key": "no key", "private_key_id": "a",
                    "client_email": EMAIL}),
        json.dumps({"type": "external_account", "private_key": "k", "private_key_id": "a",
                    "client_email": EMAIL}),
        "[" * 50_000,
        "x" * 65_537,
    ],
    ids=lambda file: file[:30],
)  # fmt: skip
def test_a_file_that_is_no_key_file_is_refused_without_repeating_it(
    world: StorageWorld, service: Gcs, file: str
) -> None:
    answer = world.create(**google(service.url, credentials_type="KEY_FILE_PATH", key_file=file))
    assert answer.status == 400, answer
    assert list(answer.json) == ["key_file"]
    assert len(answer.body) < 200
