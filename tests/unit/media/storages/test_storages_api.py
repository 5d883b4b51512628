"""Connecting, changing, listing and disconnecting a storage that is really there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chalicelib.media.sources.places import Unreachable
from chalicelib.media.storages import access, connecting, storages, store
from chalicelib.platform import secrets
from chalicelib.platform.config import settings
from chalicelib.platform.table import Record
from tests.services.s3 import KEY, SECRET_KEY

from .conftest import OBJECTS, StorageWorld

pytestmark = pytest.mark.usefixtures("bucket_name")


def sealed() -> list[Path]:
    return list(Path(settings().secrets_dir).glob("*.sealed"))


def test_a_new_storage_is_shown_without_its_credentials(world: StorageWorld) -> None:
    answer = world.create(manifests=["readme.txt"])
    assert answer.status == 201, answer
    shown = answer.json
    assert shown | {"created_date": "", "updated_date": ""} == {
        "id": shown["id"],
        "owner": None,
        "provider_type": "AWS_S3_BUCKET",
        "resource": "photos-bucket",
        "display_name": "Photos",
        "credentials_type": "KEY_SECRET_KEY_PAIR",
        "specific_attributes": f"region=us-east-1&endpoint_url={world.url}",
        "description": "of cats",
        "manifests": ["readme.txt"],
        "organization": None,
        "created_date": "",
        "updated_date": "",
    }
    assert world.api.get(f"/api/cloudstorages/{shown['id']}").json == shown


def test_credentials_are_nowhere_but_in_the_secret_store(world: StorageWorld) -> None:
    storage_id = world.made()
    kept = b"".join(str(record.serialize()).encode() for record in Record.scan())
    files = b"".join(path.read_bytes() for path in sealed())
    for secret in (KEY + '"', SECRET_KEY):
        assert secret.encode() not in kept
        assert secret.encode() not in files
    storage = store.load(storage_id)
    assert storage is not None
    assert connecting.kept(storage).secret_key == SECRET_KEY
    assert SECRET_KEY not in repr(connecting.kept(storage))


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"secret_key": "wrong"}, "credentials", "Access forbidden"),
        ({"key": "AKIDNOBODY", "secret_key": "x"}, "credentials", "Access forbidden"),
        ({"credentials_type": "ANONYMOUS_ACCESS"}, "credentials", "Access forbidden"),
        ({"resource": "nobodys-bucket"}, "resource", "not found"),
        ({"manifests": ["photos/cat.jpg", "none.jsonl"]}, "manifests", "'none.jsonl' file"),
        ({"manifests": ["readme.txt", "readme.txt"]}, "manifests", "same name"),
        ({"resource": "a/../b"}, "resource", "cannot be the name"),
        ({"key": ""}, "key", "required"),
        ({"secret_key": "s" * 65}, "secret_key", "no more than 64"),
        ({"display_name": "d" * 64}, "display_name", "no more than 63"),
        ({"display_name": ""}, "display_name", "blank"),
        ({"credentials_type": "KEY_FILE_PATH"}, "credentials_type", "cannot be used with"),
        ({"credentials_type": "MAGIC"}, "credentials_type", "MAGIC"),
        ({"specific_attributes": "endpoint_url"}, "specific_attributes", "name=value"),
        ({"specific_attributes": "endpoint_url=ftp://a"}, "specific_attributes", "https://"),
        ({"specific_attributes": "region=evil.com/"}, "specific_attributes", "region"),
        ({"specific_attributes": "endpoint_url=http://127.0.0.1:1"}, "resource", "did not answer"),
        ({"specific_attributes": "endpoint_url=http://10.1.2.3"}, "specific_attributes", "public"),
        ({"specific_attributes": "endpoint_url=https://[::1]:9"}, "specific_attributes", "public"),
        ({"specific_attributes": "endpoint_url=http://169.254.169.254/latest"},
         "specific_attributes", "public"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_by_its_field_and_leaves_nothing(
    world: StorageWorld, fields: dict[str, Any], field: str, words: str
) -> None:
    answer = world.create(**fields)
    assert answer.status == 400, answer
    assert list(answer.json) == [field]
    assert words in answer.json[field][0]
    assert SECRET_KEY not in answer.body.decode()
    assert world.api.get("/api/cloudstorages").json["count"] == 0
    assert sealed() == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "line 1 is not JSON."),
        (b'{"version":"1.1"}\n{"type":"films"}\n', "line 2: 'type' is 'films', which is unknown."),
        (b"", "it ends before the line that tells its version."),
    ],
)
def test_a_storage_whose_manifest_cannot_be_read_is_refused(
    world: StorageWorld, s3_service: Any, body: bytes, words: str
) -> None:
    s3_service.put("photos-bucket", "manifest.jsonl", body)
    answer = world.create(manifests=["manifest.jsonl"])
    assert answer.status == 400
    assert answer.json == {"manifests": [f"The manifest 'manifest.jsonl' cannot be used: {words}"]}
    assert sealed() == []


def test_of_a_long_manifest_the_beginning_is_tried(world: StorageWorld, s3_service: Any) -> None:
    lines = [b'{"version":"1.1"}', b'{"type":"images"}']
    lines += [b'{"name":"photos/%06d","extension":".jpg"}' % n for n in range(40_000)]
    s3_service.put("photos-bucket", "manifest.jsonl", b"\n".join(lines) + b"\n")
    assert world.create(manifests=["manifest.jsonl"]).status == 201


def test_a_form_with_a_list_in_it_is_read_as_json_is(world: StorageWorld) -> None:
    fields = world.body()
    fields |= {"manifests[0]": "readme.txt", "manifests[1]": "photos/cat.jpg"}
    answer = world.api.call(
        "POST",
        "/api/cloudstorages",
        b"".join(
            f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        )
        + b"--B--\r\n",
        headers={"content-type": "multipart/form-data; boundary=B"},
    )
    assert answer.status == 201, answer
    assert answer.json["manifests"] == ["readme.txt", "photos/cat.jpg"]


def test_a_storage_is_its_owners(world: StorageWorld) -> None:
    storage_id = world.made()
    path = f"/api/cloudstorages/{storage_id}"
    assert world.stranger.get("/api/cloudstorages").json["count"] == 0
    for answer in (
        world.stranger.get(path),
        world.stranger.patch(path, {"display_name": "mine"}),
        world.stranger.delete(path),
        *(world.stranger.get(f"{path}/{part}")
          for part in ("status", "actions", "content-v2", "preview")),
    ):  # fmt: skip
        assert answer.status == 403, answer
    assert world.api.get("/api/cloudstorages/12345").status == 404


def test_a_list_is_filtered_searched_sorted_and_paged(world: StorageWorld) -> None:
    first = world.made(display_name="Cats", description="a")
    second = world.made(display_name="Dogs", description="b")
    third = world.made(display_name="Boats of cats", manifests=["readme.txt"])

    def ids(**query: Any) -> list[int]:
        answer = world.api.get("/api/cloudstorages", **query)
        assert answer.status == 200, answer
        return [item["id"] for item in answer.json["results"]]

    assert ids() == [third, second, first]
    assert ids(sort="id") == [first, second, third]
    assert ids(sort="name") == [third, first, second]
    assert ids(name="Dogs") == [second]
    assert ids(search="cats") == [third, first]
    assert ids(provider_type="AZURE_CONTAINER") == []
    assert ids(credentials_type="KEY_SECRET_KEY_PAIR", resource="photos-bucket", sort="id") == [
        first, second, third,
    ]  # fmt: skip
    assert ids(filter='{"==":[{"var":"description"},"b"]}') == [second]
    assert ids(page_size=2, page=2) == [first]
    assert ids(org="") == [third, second, first]
    assert world.api.get("/api/cloudstorages", org="nobody").status in {200, 404}


def test_a_change_is_tried_and_keeps_what_it_does_not_name(world: StorageWorld) -> None:
    storage_id = world.made(manifests=["readme.txt"])
    path = f"/api/cloudstorages/{storage_id}"
    before = world.api.get(path).json
    answer = world.api.patch(path, {"display_name": "Other", "manifests": []})
    assert answer.status == 200, answer
    assert answer.json["display_name"] == "Other"
    assert answer.json["manifests"] == []
    assert answer.json["specific_attributes"] == before["specific_attributes"]
    assert answer.json["updated_date"] > before["updated_date"]
    assert world.api.get(f"{path}/status").body == b"AVAILABLE"
    for wrong in ({"resource": "nobodys"}, {"secret_key": "wrong"}, {"manifests": ["no"]},
                  {"specific_attributes": "x"}):  # fmt: skip
        assert world.api.patch(path, wrong).status == 400
    assert world.api.get(path).json == answer.json
    assert world.api.get(f"{path}/status").body == b"AVAILABLE"


def test_new_credentials_take_the_place_of_the_old(world: StorageWorld) -> None:
    storage_id = world.made()
    path = f"/api/cloudstorages/{storage_id}"
    (before,) = sealed()
    assert world.api.patch(path, {"secret_key": SECRET_KEY, "display_name": "b"}).status == 200
    assert sealed() == [before]
    new = {"key": KEY, "secret_key": SECRET_KEY, "session_token": "anything"}
    assert world.api.patch(path, new).status == 200
    (after,) = sealed()
    assert after != before
    assert access.place(storage_id).size("readme.txt") == 11


def test_kept_credentials_are_not_sent_to_another_address(world: StorageWorld) -> None:
    storage_id = world.made()
    elsewhere = {"specific_attributes": "endpoint_url=https://elsewhere.example.com"}
    answer = world.api.patch(f"/api/cloudstorages/{storage_id}", elsewhere)
    assert answer.status == 400
    assert "not sent elsewhere" in answer.json["credentials"][0]
    partly = elsewhere | {"key": KEY}
    answer = world.api.patch(f"/api/cloudstorages/{storage_id}", partly)
    assert answer.status == 400
    assert "secret_key" in answer.json


def test_a_deleted_storage_leaves_no_secret_and_says_so_to_readers(world: StorageWorld) -> None:
    storage_id = world.made()
    path = f"/api/cloudstorages/{storage_id}"
    assert access.place(storage_id).read("readme.txt", 0, 5) == b"hello"
    assert world.api.delete(path).status == 204
    assert world.api.get(path).status == 404
    assert sealed() == []
    connecting._known[storage_id].until = 0  # as half a minute later
    with pytest.raises(Unreachable, match="was deleted"):
        access.place(storage_id)


def test_a_lost_secret_is_said_and_can_be_given_again(world: StorageWorld) -> None:
    storage_id = world.made()
    storage = store.load(storage_id)
    assert storage is not None
    secrets.delete(storage.secret)
    with pytest.raises(Unreachable, match="give them again"):
        access.place(storage_id)
    path = f"/api/cloudstorages/{storage_id}"
    answer = world.api.get(f"{path}/content-v2")
    assert (answer.status, "give them again" in str(answer.json)) == (400, True)
    given = {"key": KEY, "secret_key": SECRET_KEY}
    assert world.api.patch(path, given).status == 200
    assert access.place(storage_id).size("readme.txt") == 11


def test_what_takes_too_long_is_not_kept(
    world: StorageWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storages, "WAITING", -2)
    answer = world.create()
    assert (answer.status, "too long" in answer.json["resource"][0]) == (400, True)
    assert sealed() == []


def test_a_change_that_loses_to_another_takes_nothing_from_it(
    world: StorageWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage_id = world.made()
    path = f"/api/cloudstorages/{storage_id}"
    save = storages._save

    def overtaken(storage: Any, given: Any, *, reuse: bool) -> str:
        monkeypatch.setattr(storages, "_save", save)
        assert world.api.patch(path, {"description": "first", "session_token": "1"}).status == 200
        return save(storage, given, reuse=reuse)

    monkeypatch.setattr(storages, "_save", overtaken)
    answer = world.api.patch(path, {"description": "second", "session_token": "2"})
    assert answer.status == 409, answer
    assert world.api.get(path).json["description"] == "first"
    assert len(sealed()) == 1
    assert access.place(storage_id).size("readme.txt") == 11


def test_nothing_that_is_printed_or_logged_holds_credentials(
    world: StorageWorld,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("POWERTOOLS_LOGGER_LOG_EVENT", "true")
    caplog.set_level("DEBUG")
    world.made()
    world.create(secret_key="mistaken-secret")
    world.create(specific_attributes="endpoint_url=http://127.0.0.1:1")

    def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(secrets, "put", broken)
    assert world.create(session_token="a token that cannot be kept").status == 500
    printed = "".join(capfd.readouterr()) + caplog.text
    assert "RuntimeError" in printed
    for secret in (SECRET_KEY, "mistaken-secret", "cannot be kept"):
        assert secret not in printed


def test_status_and_actions_are_plain_words(world: StorageWorld, s3_service: Any) -> None:
    storage_id = world.made()
    path = f"/api/cloudstorages/{storage_id}"
    assert world.api.get(f"{path}/status").body == b"AVAILABLE"
    assert world.api.get(f"{path}/actions").body == b"read,write"
    s3_service.empty("photos-bucket")
    try:
        assert world.api.get(f"{path}/status").body == b"NOT_FOUND"
        assert world.api.get(f"{path}/content-v2").status == 404
        assert world.api.get(f"{path}/preview").status == 404
    finally:
        s3_service.fill("photos-bucket", OBJECTS)
