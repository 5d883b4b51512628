"""Whatever archive holds them, members are what went in."""

from __future__ import annotations

import gzip
import random
import tarfile
import tracemalloc
import zipfile

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.media import files
from chalicelib.media.archives import members, packs
from chalicelib.media.files import File
from chalicelib.media.sources import landing
from chalicelib.platform import bucket as bucket_module

from ..pictures import photographs
from .making import (
    COMPRESS,
    Kept,
    Make,
    archive_of,
    compressed_tar,
    found,
    tarred,
    unpacked,
    zipped,
)

MAKERS: dict[str, Make] = {
    "zip": zipped,
    "stored zip": lambda bodies: zipped(bodies, zipfile.ZIP_STORED),
    "bzip2 zip": lambda bodies: zipped(bodies, zipfile.ZIP_BZIP2),
    "streamed zip": lambda bodies: zipped(bodies, seekable=False),
    "streamed stored zip": lambda bodies: zipped(bodies, zipfile.ZIP_STORED, seekable=False),
    "zip64": lambda bodies: zipped(bodies, zip64=True),
    "tar": tarred,
    "GNU tar": lambda bodies: tarred(bodies, tarfile.GNU_FORMAT),
    **{f"tar.{kind}": compressed_tar(kind) for kind in COMPRESS},
}
STEPS = st.text(st.sampled_from("aбé 日0_-"), min_size=1, max_size=60)
NAMES = st.lists(STEPS, min_size=1, max_size=4).map(lambda steps: "/".join(steps) + ".jpg")
BODIES = st.dictionaries(NAMES, st.binary(max_size=2000), min_size=1, max_size=6)


@pytest.fixture(params=list(MAKERS))
def make(request: pytest.FixtureRequest) -> Make:
    return MAKERS[request.param]


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=BODIES)
def test_members_are_what_went_in(bucket: None, make: Make, bodies: dict[str, bytes]) -> None:
    assert unpacked(archive_of(make(bodies))) == bodies


def test_photographs_in_folders_are_described(bucket: None, make: Make) -> None:
    bodies = {f"in/{name}": body for name, body in photographs().items()}
    archive = archive_of(make(bodies))
    found_files = found(archive)
    assert [file.name for file in found_files] == list(bodies)
    for file in found_files:
        if file.key != archive.key or archive.format == "zip":
            assert (file.family, file.format, file.height) == ("image", "jpeg", 48)
    assert {file.name: files.read(file) for file in found_files} == bodies


@pytest.mark.parametrize("kind", ["stored zip", "tar", "GNU tar", "streamed stored zip"])
def test_what_is_not_compressed_is_not_copied(bucket: None, kind: str) -> None:
    archive = archive_of(MAKERS[kind](photographs()))
    assert {file.key for file in found(archive)} == {archive.key}
    assert [key for key, _ in bucket_module.listing("tasks/1/packs/")] == []


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
def test_hidden_files_and_folders_and_other_files_are_passed_over(bucket: None, kind: str) -> None:
    picture = photographs()["img0.jpg"]
    others = ["readme.txt", ".hidden.jpg", "__MACOSX/a/._img.jpg", ".git/x.png", "a/.thumbs/b.jpg"]
    archive = archive_of(MAKERS[kind]({**dict.fromkeys(others, picture), "./a//b.jpg": picture}))
    assert unpacked(archive) == {"a/b.jpg": picture}


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.zst"])
def test_an_archive_that_is_part_of_a_larger_object(bucket: None, kind: str) -> None:
    body = MAKERS[kind](photographs())
    bucket_module.put("tasks/1/packs/several", b"before" + body + b"after")
    archive = File("a", "tasks/1/packs/several", 6, len(body), "archive", kind.rpartition(".")[2])
    assert unpacked(archive) == photographs()


def test_small_files_share_packs_and_a_large_one_has_its_own(
    bucket: None, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs, "PACK_SIZE", 3000)
    bodies = {f"{number}.jpg": bytes([number]) * 999 for number in range(7)}
    bodies["large.jpg"] = b"large" * 1000
    archive = archive_of(make(bodies))
    assert unpacked(archive) == bodies
    for key, size in bucket_module.listing("tasks/1/packs/"):
        assert size in {5000, 999, 2997}, key


def test_a_large_file_is_written_in_parts(bucket: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "PACK_SIZE", 1 << 20)
    monkeypatch.setattr(landing, "PART", 5 << 20)
    bodies = {"a.jpg": b"x", "large.jpg": bytes(range(256)) * 50_000, "z.jpg": b"y"}
    assert unpacked(archive_of(MAKERS["tar.xz"](bodies))) == bodies


class Crash(BaseException):
    """The process dies."""


def test_unpacking_goes_on_where_it_was_killed(
    bucket: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs, "PACK_SIZE", 3000)
    bodies = {f"{number}.jpg": bytes([number]) * 1400 for number in range(9)}
    archive = archive_of(MAKERS["tar.gz"](bodies))
    notes, put = Kept(), bucket_module.put
    written: list[str] = []
    most = 2

    def dying(key: str, body: bytes) -> str:
        if len(written) == most:
            raise Crash
        written.append(key)
        return put(key, body)

    with monkeypatch.context() as patched:
        patched.setattr(bucket_module, "put", dying)
        with pytest.raises(Crash):
            members.unpack(1, archive, "a", notes)
        written.clear()
        most = 99
        unpacked_files = members.unpack(1, archive, "a", notes)
    assert written == [f"tasks/1/packs/a-{number}" for number in (2, 3, 4)]
    assert {file.name: files.read(file) for file in unpacked_files} == bodies
    bucket_module.delete(archive.key)
    assert members.unpack(1, archive, "a", notes) == unpacked_files


def test_unpacking_tells_how_far_it_is_and_stops_when_told(
    bucket: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.media.archives.tar_archive.PIECE", 2000)
    archive = archive_of(MAKERS["tar.gz"](photographs()))
    told: list[float] = []

    def tell(share: float) -> bool:
        told.append(share)
        return True

    members.unpack(1, archive, "a", Kept(), tell)
    assert told == sorted(told)
    assert len(told) == -(-archive.size // 2000)
    assert told[-1] == 1
    with pytest.raises(members.Stopped):
        members.unpack(1, archive, "b", Kept(), lambda share: share < 0.5)


def test_streams_one_after_the_other_are_one_archive(bucket: None) -> None:
    """As parallel compressors write them."""
    body = tarred(photographs())
    for compress in COMPRESS.values():
        halves = compress(body[:5000]) + compress(body[5000:]) + bytes(512)
        assert unpacked(archive_of(halves)) == photographs()


def test_memory_does_not_grow_with_the_archive(
    bucket: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs, "PACK_SIZE", 2 << 20)
    monkeypatch.setattr("chalicelib.media.archives.tar_archive.PIECE", 1 << 20)
    monkeypatch.setattr(bucket_module, "put", lambda key, body: key)

    def peak(count: int) -> int:
        """Most bytes held while so many files of 500 KB are unpacked."""
        noise = random.Random(1).randbytes(500_000)
        bodies = {f"{number}.jpg": noise for number in range(count)}
        body = gzip.compress(tarred(bodies), 0)
        monkeypatch.setattr(files, "read", lambda _, at, size: body[at : at + size])
        archive = File("a", "k", 0, len(body), "archive", "gz")
        tracemalloc.start()
        assert len(members.unpack(1, archive, "a", Kept())) == count
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return held

    peak(8)
    small = peak(20)
    assert peak(80) < small * 1.1
    assert small < 8 << 20


def test_parts_are_bounded_in_size_and_count() -> None:
    listed = [File(f"{n}.jpg", "k", -1, 10, "unknown") for n in range(10)]
    runs = list(members.parts(listed, size=35, count=2))
    assert [len(run) for run in runs] == [2, 2, 2, 2, 2]
    assert [len(run) for run in members.parts(listed, size=35)] == [3, 3, 3, 1]
    assert [file for run in runs for file in run] == listed


def test_a_stream_of_zstandard_in_blocks_of_the_decoder(bucket: None) -> None:
    """Larger than one step of the decoder, in and out."""
    bodies = {"a.jpg": bytes(5 << 20), "b.jpg": bytes(range(256)) * 9000}
    body = zstandard.ZstdCompressor(level=1).compress(tarred(bodies))
    assert unpacked(archive_of(body)) == bodies
