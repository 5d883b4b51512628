"""Pages of a bucket as folders and files: against a model, for whatever keys there are."""

from __future__ import annotations

from typing import Any

import obstore
import pytest
from hypothesis import given
from hypothesis import strategies as st
from obstore.store import MemoryStore

from chalicelib.media.storages import listing, manifest_listing
from chalicelib.media.storages.listing import BadToken
from chalicelib.media.storages.opened import OpenStorage

from .conftest import StorageWorld

NAME = st.text("ab01.-é ~\ud7ff\ue000", min_size=1, max_size=3).filter(
    lambda name: name not in {".", ".."}
)
KEY = st.lists(NAME, min_size=1, max_size=4).map("/".join)
KEYS = st.sets(KEY, max_size=40)


def opened(keys: set[str], prefix: str = "", *, seeks: bool = True) -> OpenStorage:
    store = MemoryStore()
    for key in keys:
        obstore.put(store, key, b"x")
    return OpenStorage(store, "memory", prefix, seeks=seeks)


def folders_of(keys: set[str]) -> list[str]:
    return [key[: at + 1] for key in keys for at, character in enumerate(key) if character == "/"]


def expected(keys: set[str], prefix: str, own: str) -> list[tuple[str, str]]:
    """What a person sees in the folder that a prefix ends in."""
    folder = prefix[: prefix.rfind("/") + 1]
    names = {
        name + slash
        for key in keys
        if key.startswith(prefix) and key.startswith(own)
        for name, slash, _ in [key[len(folder) :].partition("/")]
    }
    return sorted((name.rstrip("/"), "DIR" if name.endswith("/") else "REG") for name in names)


def pages(storage: OpenStorage, prefix: str, size: int) -> list[list[tuple[str, str]]]:
    found: list[list[tuple[str, str]]] = []
    token = ""
    while True:
        page = listing.page(storage, prefix, token, size)
        found.append([(item.name, item.type) for item in page.content])
        if page.next is None:
            return found
        token = page.next


@given(KEYS, st.data(), st.integers(1, 7), st.booleans())
def test_pages_make_up_the_folder(
    keys: set[str], data: st.DataObject, size: int, seeks: bool
) -> None:
    some = sorted(keys | {""} | set(folders_of(keys)))
    asked, own = (data.draw(st.sampled_from(some).flatmap(_start_of)) for _ in range(2))
    found = pages(opened(keys, own, seeks=seeks), asked, size)
    assert sorted(item for page in found for item in page) == expected(keys, asked, own)
    assert all(len(page) == size for page in found[:-1])


def _start_of(text: str) -> st.SearchStrategy[str]:
    return st.integers(0, len(text)).map(lambda end: text[:end])


@given(KEYS, st.data())
def test_entries_are_the_keys_that_begin_so_in_order(keys: set[str], data: st.DataObject) -> None:
    prefix = data.draw(st.sampled_from(sorted(keys | {""})).flatmap(_start_of))
    found = [entry.key for entry in opened(keys).entries(prefix)]
    assert found == sorted(key for key in keys if key.startswith(prefix))


def test_a_level_of_many_large_folders_is_asked_for_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listing, "BATCH", 3)
    keys = {f"{folder:02d}/{number:02d}" for folder in range(30) for number in range(9)}
    storage = opened(keys | {"end.jpg"})
    begun: list[str | None] = []
    listed = obstore.list

    def counted(*arguments: Any, **options: Any) -> Any:
        begun.append(options["offset"])
        return listed(*arguments, **options)

    monkeypatch.setattr(obstore, "list", counted)
    page = listing.page(storage, "", "", 100)
    assert [item.name for item in page.content] == [f"{n:02d}" for n in range(30)] + ["end.jpg"]
    assert len(begun) == listing._MOST_JUMPS


def test_folder_markers_of_consoles_are_no_files() -> None:
    storage = opened({"photos/a.jpg"})
    obstore.put(storage.store, "photos", b"")
    assert [entry.key for entry in storage.entries("")] == ["photos/a.jpg"]
    assert pages(storage, "", 10) == [[("photos", "DIR")]]


@given(KEYS, st.data(), st.integers(1, 7))
def test_a_manifest_is_browsed_as_the_bucket_is(
    keys: set[str], data: st.DataObject, size: int
) -> None:
    prefix = data.draw(st.sampled_from(sorted(keys | {""})).flatmap(_start_of))
    found, token = [], ""
    while True:
        page = manifest_listing.page(sorted(keys), prefix, token, size)
        found += [(item.name, item.type) for item in page.content]
        if page.next is None:
            break
        token = page.next
    assert sorted(found) == expected(keys, prefix, "")


@given(st.text())
def test_tokens_lead_back(place: str) -> None:
    assume_encodable = place.encode("utf-8", "replace").decode()
    assert listing.read_token(listing.write_token(assume_encodable)) == assume_encodable


@pytest.mark.parametrize("token", ["%", "====", "é", "_w"])
def test_a_token_of_nobody_is_refused(token: str) -> None:
    with pytest.raises(BadToken):
        listing.read_token(token)


@pytest.fixture
def storage_id(world: StorageWorld, bucket_name: str) -> int:
    return world.made()


def content(world: StorageWorld, storage_id: int, **query: Any) -> Any:
    return world.api.get(f"/api/cloudstorages/{storage_id}/content-v2", **query)


def test_content_is_a_page_of_folders_and_files(world: StorageWorld, storage_id: int) -> None:
    assert content(world, storage_id).json == {
        "content": [
            {"name": "photos", "type": "DIR", "mime_type": "DIR"},
            {"name": "readme.txt", "type": "REG", "mime_type": "unknown"},
            {"name": "video.mp4", "type": "REG", "mime_type": "video"},
        ],
        "next": None,
    }
    first = content(world, storage_id, prefix="/photos/", page_size=2).json
    assert [item["name"] for item in first["content"]] == ["cat.jpg", "coins.png"]
    assert {item["mime_type"] for item in first["content"]} == {"image"}
    second = content(
        world, storage_id, prefix="photos/", page_size=2, next_token=first["next"]
    ).json
    assert second == {
        "content": [{"name": "more", "type": "DIR", "mime_type": "DIR"}],
        "next": None,
    }
    assert content(world, storage_id, prefix="photos/co").json["content"] == [first["content"][1]]
    assert content(world, storage_id, prefix="nothing/").json == {"content": [], "next": None}
    assert len(content(world, storage_id, page_size=100000).json["content"]) == 3


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"page_size": "0"}, "page_size"),
        ({"page_size": "-1"}, "page_size"),
        ({"page_size": "many"}, "page_size"),
        ({"next_token": "???"}, "next_token"),
        ({"manifest_path": "none.jsonl"}, "manifest_path"),
        ({"manifest_path": "readme.txt"}, "manifest_path"),
        ({"manifest_path": "manifest.jsonl", "next_token": "x"}, "next_token"),
    ],
)
def test_a_wrong_question_is_answered_by_its_field(
    world: StorageWorld, storage_id: int, query: dict[str, str], field: str, manifest: None
) -> None:
    answer = content(world, storage_id, **query)
    assert answer.status == 400, answer
    assert list(answer.json) == [field]


MANIFEST = """{"version":"1.1"}
{"type":"images"}
{"name":"photos/cat","extension":".jpg","width":640,"height":427}
{"name":"photos/b/dog","extension":".png","width":640,"height":427}
{"name":"boat","extension":".jpg","width":640,"height":427}
"""


@pytest.fixture
def manifest(s3_service: Any, bucket_name: str) -> None:
    s3_service.put(bucket_name, "manifest.jsonl", MANIFEST.encode())
    s3_service.put(bucket_name, "photos/sub/manifest.jsonl", MANIFEST.encode())


@pytest.mark.usefixtures("manifest")
def test_content_of_a_manifest(world: StorageWorld, storage_id: int) -> None:
    def names(manifest: str, **query: Any) -> list[str]:
        answer = content(world, storage_id, manifest_path=manifest, **query)
        assert answer.status == 200, answer
        return [item["name"] for item in answer.json["content"]]

    assert names("manifest.jsonl") == ["photos", "boat.jpg"]
    assert names("manifest.jsonl", prefix="photos/") == ["b", "cat.jpg"]
    assert names("photos/sub/manifest.jsonl", prefix="photos/sub/") == ["photos", "boat.jpg"]
    first = content(world, storage_id, manifest_path="manifest.jsonl", page_size=1).json
    assert names("manifest.jsonl", page_size=1, next_token=first["next"]) == ["photos"]


def test_only_what_begins_with_the_prefix_of_a_storage_is_seen(
    world: StorageWorld, bucket_name: str
) -> None:
    attributes = f"endpoint_url={world.url}&prefix=photos/c"
    storage_id = world.made(specific_attributes=attributes)
    assert [i["name"] for i in content(world, storage_id).json["content"]] == ["photos"]
    below = content(world, storage_id, prefix="photos/").json["content"]
    assert [item["name"] for item in below] == ["cat.jpg", "coins.png"]
    assert content(world, storage_id, prefix="readme").json["content"] == []
