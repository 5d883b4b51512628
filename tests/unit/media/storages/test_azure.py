"""Azure Blob Storage through Azurite, Microsoft's emulator, which checks signatures."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.media.storages import access
from chalicelib.media.storages.problems import Unusable
from chalicelib.media.storages.providers.azure import Account, read_connection_string
from tests.services import azurite
from tests.services.azurite import ACCOUNT, KEY, Azurite

from .conftest import OBJECTS, ROCKET, StorageWorld

CONTAINER = "photos"


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    with azurite.running(tmp_path_factory.mktemp("azurite")) as running:
        running.fill(CONTAINER, OBJECTS)
        running.fill("open", {"a.jpg": ROCKET}, public=True)
        yield running


def azure(service: Azurite, **fields: Any) -> dict[str, Any]:
    return {
        "provider_type": "AZURE_CONTAINER",
        "resource": CONTAINER,
        "credentials_type": "CONNECTION_STRING",
        "connection_string": service.connection_string,
        "key": "",
        "secret_key": "",
        "specific_attributes": "",
        **fields,
    }


def by_signature(service: Azurite, **fields: Any) -> dict[str, Any]:
    return (
        azure(
            service,
            credentials_type="ACCOUNT_NAME_TOKEN_PAIR",
            connection_string="",
            account_name=ACCOUNT,
            session_token=service.signature(CONTAINER),
            specific_attributes=f"endpoint_url={service.url}",
        )
        | fields
    )


def by_nothing(service: Azurite) -> dict[str, Any]:
    return by_signature(
        service, resource="open", credentials_type="ANONYMOUS_ACCESS", session_token=""
    )


def test_a_connection_string_opens_a_container(world: StorageWorld, service: Azurite) -> None:
    storage_id = world.made(**azure(service, manifests=["readme.txt"]))
    path = f"/api/cloudstorages/{storage_id}"
    assert world.api.get(f"{path}/status").body == b"AVAILABLE"
    content = world.api.get(f"{path}/content-v2", prefix="photos/").json["content"]
    assert [item["name"] for item in content] == ["more", "cat.jpg", "coins.png"]
    page = world.api.get(f"{path}/content-v2", page_size=2).json
    rest = world.api.get(f"{path}/content-v2", page_size=2, next_token=page["next"]).json
    assert [i["name"] for i in page["content"] + rest["content"]] == [
        "photos", "readme.txt", "video.mp4",
    ]  # fmt: skip
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


def test_a_shared_access_signature_opens_it_too(world: StorageWorld, service: Azurite) -> None:
    storage_id = world.made(**by_signature(service))
    assert access.place(storage_id).size("readme.txt") == 11
    # as it is copied from the portal
    with_mark = by_signature(service, session_token="?" + service.signature(CONTAINER))
    assert access.place(world.made(**with_mark)).size("readme.txt") == 11


def test_a_public_container_needs_nothing(world: StorageWorld, service: Azurite) -> None:
    storage_id = world.made(**by_nothing(service))
    assert access.place(storage_id).read("a.jpg", 0, 10) == ROCKET[:10]
    assert world.api.get(f"/api/cloudstorages/{storage_id}/actions").body == b"read"


WRONG_KEY = base64.b64encode(b"x" * 64).decode()


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"connection_string": f"AccountName={ACCOUNT};AccountKey={WRONG_KEY};BlobEndpoint=URL"},
         "credentials", "forbidden"),
        ({"connection_string": f"AccountName={ACCOUNT};AccountKey=%%%;BlobEndpoint=URL"},
         "credentials", "cannot be used"),
        ({"connection_string": "nonsense"}, "connection_string", "cannot be read"),
        ({"connection_string": f"AccountName=A;AccountKey={KEY}"}, "account_name", "24"),
        ({"connection_string": f"AccountName={ACCOUNT};AccountKey={KEY};BlobEndpoint=http://a/?b"},
         "connection_string", "cannot be read"),
        ({"connection_string": f"AccountName={ACCOUNT};AccountKey={KEY};"
                               "BlobEndpoint=http://169.254.169.254"},
         "specific_attributes", "public"),
        ({"connection_string": ""}, "connection_string", "required"),
        ({"resource": "missing"}, "resource", "not found"),
        ({"manifests": ["none"]}, "manifests", "'none'"),
        ({"credentials_type": "KEY_SECRET_KEY_PAIR"}, "credentials_type", "cannot be used with"),
        ({"credentials_type": "ANONYMOUS_ACCESS"}, "account_name", "required"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_by_its_field(
    world: StorageWorld, service: Azurite, fields: dict[str, Any], field: str, words: str
) -> None:
    if "connection_string" in fields:
        string = fields["connection_string"].replace("URL", service.url)
        fields = {**fields, "connection_string": string}
    answer = world.create(**azure(service, **fields))
    assert answer.status == 400, answer
    assert list(answer.json) == [field]
    assert words in answer.json[field][0].lower() or words in answer.json[field][0]
    assert KEY not in answer.body.decode()


def test_a_signature_of_another_container_is_refused(world: StorageWorld, service: Azurite) -> None:
    answer = world.create(**by_signature(service, session_token=service.signature("open")))
    assert (answer.status, list(answer.json)) == (400, ["credentials"])


def test_another_account_is_not_opened_with_the_token_of_this_one(
    world: StorageWorld, service: Azurite
) -> None:
    path = f"/api/cloudstorages/{world.made(**by_signature(service))}"
    answer = world.api.patch(path, {"account_name": "somebodyelse"})
    assert (answer.status, list(answer.json)) == (400, ["session_token"])


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("AccountName=a;AccountKey=k==", Account("a", "", "k==")),
        ("AccountName=a;AccountKey=k==;EndpointSuffix=core.windows.net;", Account("a", "", "k==")),
        (
            "accountname=a; AccountKey=k;EndpointSuffix=core.chinacloudapi.cn",
            Account("a", "https://a.blob.core.chinacloudapi.cn", "k"),
        ),
        (
            "BlobEndpoint=https://a.blob.core.windows.net/;SharedAccessSignature=sv=1&sig=x%3D",
            Account("a", "https://a.blob.core.windows.net", "", "sv=1&sig=x%3D"),
        ),
    ],
)
def test_connection_strings_as_the_portal_writes_them(text: str, account: Account) -> None:
    assert read_connection_string(text) == account


@pytest.mark.parametrize("text", ["", ";;", "AccountName=a", "AccountKey=k", "=;=", "a" * 1024])
def test_other_texts_are_no_connection_strings(text: str) -> None:
    with pytest.raises(Unusable):
        read_connection_string(text)
