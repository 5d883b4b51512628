"""What people read when something is wrong: our words, whole sentences, and what to do."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from chalicelib.platform import config

from ..conftest import World
from ..images import documents
from ..images.photographs import photograph, saved
from ..pictures import photographs
from .conftest import ask


def refused(world: World, files: dict[str, bytes], **wanted: object) -> str:
    task_id = world.task()
    if files:
        world.upload(task_id, files)
    request = ask(world, task_id, **wanted)
    assert request.status == "failed"
    told = request.message
    assert ".." not in told
    assert "\n" not in told
    assert told.endswith(".")
    return told


BROKEN_PDF = documents.document((99, 99))[:60]
CLOUD = (
    b"VERSION .7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH 9\nHEIGHT 1\nPOINTS 9\n"
)


def test_a_document_is_a_file_and_no_image(world: World) -> None:
    told = refused(world, {"a.pdf": BROKEN_PDF})
    assert told.startswith("1 of 1 files cannot be used. a.pdf: its PDF data is damaged")
    assert "PDFium" not in told
    assert "(" not in told


def test_a_point_cloud_is_a_file_and_no_image(world: World) -> None:
    told = refused(world, {"a.pcd": CLOUD, "b.pcd": CLOUD})
    assert told.startswith("2 of 2 files cannot be used. a.pcd:")


@pytest.mark.parametrize(
    ("kind", "signature"), [("RAR", b"Rar!\x1a\x07\x01\x00"), ("7z", b"7z\xbc\xaf\x27\x1c\x00\x04")]
)
def test_archives_of_other_kinds_are_to_be_packed_again(
    world: World, kind: str, signature: bytes
) -> None:
    told = refused(world, {"set.x": signature + bytes(100)})
    assert told == (
        f"set.x is a {kind} archive, which cannot be read. Pack its files as ZIP or TAR."
    )


@pytest.mark.parametrize("form", ["AVIF", "HEIF", "WEBP", "GIF", "TIFF", "JPEG2000"])
def test_damage_is_told_without_the_words_of_a_library(world: World, form: str) -> None:
    """Its header is whole, so the task is made: the frame says what is wrong."""
    body = bytearray(saved(photograph(160, 120), form))
    for at in range(len(body) // 2, len(body), 2):
        body[at] ^= 0x5A
    task_id = world.task()
    world.upload(task_id, {"broken.x": bytes(body)})
    request = ask(world, task_id)
    told = request.message
    if request.status == "finished":
        query = {"type": "frame", "number": 0, "quality": "compressed"}
        answer = world.api.get(f"/api/tasks/{task_id}/data", **query)
        if answer.status == 302:
            return  # decoders of some formats show damage
        (told,) = answer.json
        assert answer.status == 400
        assert told.startswith("broken.x cannot be shown: its ")
    for jargon in ("\n", "..", "Invalid input", "cannot identify", "0x", "iloc", "Errno", "-2"):
        assert jargon not in told


def test_a_damaged_member_of_an_archive_is_told_in_our_words(world: World) -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jpg", photographs()["img0.jpg"])
    body = bytearray(sink.getvalue())
    at = 30 + len("a.jpg")
    body[at : at + 8] = b"\xff" * 8
    told = refused(world, {"set.zip": bytes(body)})
    assert told == ("set.zip cannot be used: a.jpg in it cannot be unpacked: it is damaged.")


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ([["img0.jpg"], ["gone.jpg"]], "names 'gone.jpg', which was not given."),
        ([["img0.jpg"]], "does not name 'img1.jpg'."),
    ],
)
def test_what_is_wrong_with_a_mapping_names_it(
    world: World, mapping: list[list[str]], words: str
) -> None:
    told = refused(world, photographs(2), job_file_mapping=mapping, sorting_method="predefined")
    assert told == f"job_file_mapping {words}"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{", "line 3 is not JSON."),
        (b'{"extension":".jpg"}', "line 3: 'name' is missing or of another type."),
        (b'{"name":"a","extension":".jpg","width":"x"}', "line 3: 'width' is missing or"),
    ],
)
def test_a_manifest_is_told_of_in_our_words(world: World, line: bytes, words: str) -> None:
    body = b'{"version":"1.1"}\n{"type":"images"}\n' + line + b"\n"
    told = refused(world, {"manifest.jsonl": body, "a.jpg": photographs()["img0.jpg"]})
    assert f"manifest.jsonl cannot be used: {words}" in told


def test_a_manifest_that_disagrees_ends_in_one_full_stop(world: World) -> None:
    body = b'{"version":"1.1"}\n{"type":"images"}\n{"name":"b","extension":".jpg"}\n'
    assert "b.jpg" in refused(world, {"manifest.jsonl": body, "a.jpg": photographs()["img0.jpg"]})


def test_private_addresses_and_unknown_hosts_get_one_answer_that_says_what_to_do(
    world: World,
) -> None:
    said = set()
    for host in ("10.1.2.3", "no-such-host.invalid"):
        told = refused(world, {}, remote_files=[f"http://{host}/a.jpg"])
        said.add(told.replace(host, "HOST"))
    (same,) = said
    assert "Private addresses are refused" in same
    assert "SKYLABEL_REMOTE_NETWORKS" in same


def test_an_empty_path_is_called_so(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKYLABEL_SHARE", str(tmp_path))
    config.settings.cache_clear()
    told = refused(world, {}, server_files=[""])
    monkeypatch.undo()
    config.settings.cache_clear()
    assert told == "(empty): there is no such file or directory, or nothing in it."
