"""Archives are hostile: each is refused in words that name what is wrong, or read as it is."""

from __future__ import annotations

import io
import random
import struct
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.media.archives import inflating, limits
from chalicelib.media.archives.limits import BadArchive
from chalicelib.platform import bucket as bucket_module

from ..pictures import photographs
from .making import COMPRESS, KINDS, Make, archive_of, found, tar_of, tarred, unpacked, zipped


@pytest.fixture(params=list(KINDS))
def make(request: pytest.FixtureRequest) -> Make:
    return KINDS[request.param]


def refused(body: bytes, message: str) -> None:
    with pytest.raises(BadArchive, match=message):
        found(archive_of(body))


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["a.jpg", "../b.jpg"], r"leads outside of it: '\.\./b\.jpg'"),
        (["a/../../b.jpg"], "leads outside of it"),
        (["/etc/b.jpg"], "leads outside of it: '/etc/b.jpg'"),
        (["..\\b.jpg"], "leads outside of it"),
        (["a\\b.jpg"], "leads outside of it"),
        (["a\nb.jpg"], "control characters"),
        (["a" * 1025 + ".jpg"], "1,029 characters"),
        (["a.jpg", "in/more.zip"], "another archive, in/more.zip"),
        (["more.tar.gz"], "another archive, more.tar.gz"),
        (["a.jpg", "clip.MP4"], "a video, clip.MP4: archives may hold images"),
        (["a.jpg", "./a.jpg"], "holds a.jpg twice"),
        (["readme.txt"], "holds no pictures"),
    ],
)
def test_names(bucket: None, make: Make, names: list[str], message: str) -> None:
    refused(make(dict.fromkeys(names, b"body")), message)


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "tar.zst"])
def test_an_empty_archive(bucket: None, kind: str) -> None:
    refused(KINDS[kind]({}), "holds no pictures")


@pytest.mark.parametrize(
    "kind", ["zip", "stored zip", "tar", "tar.gz", "tar.bz2", "tar.xz", "tar.zst"]
)
def test_cut_off_anywhere(bucket: None, kind: str) -> None:
    body = KINDS[kind](photographs())
    for length in random.Random(5).sample(range(1, len(body)), 20):
        if kind == "tar" and length >= len(body.rstrip(b"\0")) + 1024:
            length = len(body) // 2  # the end of a tar is padded with zeros that nobody misses
        archive = archive_of(body[:length])
        if archive.family == "archive":  # else too little to tell what it was
            with pytest.raises(BadArchive):
                found(archive)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_anywhere(bucket: None, make: Make, data: st.DataObject) -> None:
    """Never another error, never anything outside, never other bytes under a checksum."""
    body = bytearray(make({"a.jpg": bytes(range(256)) * 8, "b/c.png": b"c" * 700}))
    for _ in range(data.draw(st.integers(1, 3))):
        body[data.draw(st.integers(4, len(body) - 1))] = data.draw(st.integers(0, 255))
    archive = archive_of(bytes(body))
    if archive.family != "archive":
        return
    try:
        names = set(unpacked(archive))
    except BadArchive:
        return
    assert all(not name.startswith("/") and ".." not in name.split("/") for name in names)


@pytest.mark.parametrize("compression", list(COMPRESS))
def test_noise_behind_the_magic_bytes(bucket: None, compression: str) -> None:
    head = COMPRESS[compression](b"tar")[:10]
    for seed in range(20):
        archive = archive_of(head + random.Random(seed).randbytes(300))
        with pytest.raises(BadArchive):
            found(archive)


def test_a_compressed_file_that_is_no_tar(bucket: None) -> None:
    for compress in COMPRESS.values():
        refused(compress(photographs()["img0.jpg"]), "it is no tar archive")


@pytest.mark.parametrize("compression", list(COMPRESS))
def test_a_bomb_is_stopped_while_it_unpacks(
    bucket: None, compression: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RATIO_SLACK", 1 << 20)
    body = COMPRESS[compression](tarred({"a.jpg": bytes(64 << 20)}))
    archive = archive_of(body)
    tracemalloc.start()
    refused_after = _bytes_out(monkeypatch)
    with pytest.raises(BadArchive, match="which pictures hardly do"):
        found(archive)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused_after() < 24 << 20
    assert peak < 100 << 20
    assert [key for key, _ in bucket_module.listing("tasks/1/packs/")] == []


def _bytes_out(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    total = 0
    step = inflating._through

    def counted(*given: object) -> object:
        nonlocal total
        for body in step(*given):  # type: ignore[arg-type]
            total += len(body)
            yield body

    monkeypatch.setattr(inflating, "_through", counted)
    return lambda: total


def test_a_zip_that_announces_a_bomb(bucket: None, monkeypatch: pytest.MonkeyPatch) -> None:
    body = zipped({"a.png": bytes(20 << 20), "b.png": bytes(20 << 20)})
    assert len(unpacked(archive_of(body))) == 2  # little enough, at any ratio
    monkeypatch.setattr(limits, "RATIO_SLACK", 1 << 20)
    refused(body, "unpacks to 20,971,520 bytes")


def lying(size: int) -> bytes:
    """A zip whose headers give another size than the content of 4 MB has."""
    body = bytearray(zipped({"a.png": random.Random(1).randbytes(4 << 20)}))
    for at, field in ((body.index(b"PK\x03\x04"), 22), (body.index(b"PK\x01\x02"), 24)):
        struct.pack_into("<L", body, at + field, size)
    return bytes(body)


@pytest.mark.parametrize("size", [10, (4 << 20) - 1, (4 << 20) + 1])
def test_a_zip_that_lies_about_sizes(bucket: None, size: int) -> None:
    refused(lying(size), "a.png in it has another size than the archive says")


def test_a_wrong_checksum(bucket: None) -> None:
    body = bytearray(zipped({"a.png": b"content"}))
    struct.pack_into("<L", body, 14, 0xBAD)
    refused(bytes(body), "a.png in it is damaged: its checksum is wrong")


def test_a_wrong_checksum_after_the_bytes(bucket: None) -> None:
    body = bytearray(zipped({"a.png": b"content"}, seekable=False))
    descriptor = body.index(b"PK\x07\x08")
    struct.pack_into("<L", body, descriptor + 4, 0xBAD)
    refused(bytes(body), "a.png in it is damaged: its checksum is wrong")


def test_members_that_share_bytes(bucket: None) -> None:
    """Many names of one compressed file: how a few megabytes unpack to petabytes."""
    single = zipped({"a.png": b"content"})
    start = single.index(b"PK\x01\x02")
    end = single.index(b"PK\x05\x06")
    entry = single[start:end]
    entries = b"".join(entry.replace(b"a.png", b"%d.png" % number) for number in range(9))
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, len(entries), start, 0)
    refused(single[:start] + entries + tail, "its files overlap")


def test_a_zip_under_a_password(bucket: None) -> None:
    body = bytearray(zipped({"a.png": b"content"}))
    body[body.index(b"PK\x01\x02") + 8] |= 1
    refused(bytes(body), "protected by a password")


def test_a_method_that_nobody_uses(bucket: None) -> None:
    refused(zipped({"a.png": b"x" * 99}, zipfile.ZIP_LZMA), "a.png in it is compressed in a way")


def test_one_of_several_volumes(bucket: None) -> None:
    body = bytearray(zipped({"a.png": b"content"}))
    struct.pack_into("<H", body, body.index(b"PK\x05\x06") + 4, 3)
    refused(bytes(body), "one of several volumes")


def test_links_in_a_zip(bucket: None) -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        info = zipfile.ZipInfo("a.png")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    refused(sink.getvalue(), "it holds a link, a.png")


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (tarfile.SYMTYPE, "it holds a link, a.png"),
        (tarfile.LNKTYPE, "it holds a link, a.png"),
        (tarfile.CHRTYPE, "it holds a device, a.png"),
        (tarfile.BLKTYPE, "it holds a device, a.png"),
        (tarfile.FIFOTYPE, "it holds a pipe, a.png"),
        (tarfile.GNUTYPE_SPARSE, "it holds a sparse file, a.png"),
    ],
)
def test_what_a_tar_must_not_hold(bucket: None, kind: bytes, message: str) -> None:
    info = tarfile.TarInfo("a.png")
    info.type, info.linkname = kind, "/etc/passwd"
    for body in (tar_of([(info, b"")]), COMPRESS["gz"](tar_of([(info, b"")]))):
        refused(body, message)


def test_folders_of_a_tar_are_passed_over(bucket: None) -> None:
    folder = tarfile.TarInfo("in")
    folder.type = tarfile.DIRTYPE
    picture = tarfile.TarInfo("in/a.jpg")
    picture.size = 4
    assert unpacked(archive_of(tar_of([(folder, b""), (picture, b"body")]))) == {
        "in/a.jpg": b"body"
    }


@pytest.mark.parametrize("tar_format", [tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_names_of_a_tar_that_are_no_text(bucket: None, tar_format: int) -> None:
    name = b"caf\xe9.jpg".decode("utf-8", "surrogateescape")
    refused(tarred({name: b"body"}, tar_format), r"not UTF-8: 'caf\\xe9\.jpg'")


def named(raw: bytes, *, flags: int = 0, extra: bytes = b"") -> bytes:
    """A zip with a name of any bytes."""
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, flags, 0, 0, 0, zlib.crc32(b"body"), 4, 4,
                        len(raw), 0) + raw + b"body"  # fmt: skip
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, flags, 0, 0, 0, zlib.crc32(b"body"),
                        4, 4, len(raw), len(extra), 0, 0, 0, 0, 0) + raw + extra  # fmt: skip
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), len(local), 0)
    return local + entry + end


CYRILLIC = "фото.jpg".encode("cp866")


def as_zip64(body: bytes) -> bytes:
    """The same zip with every number where zip64 has it."""
    start, end = body.index(b"PK\x01\x02"), body.index(b"PK\x05\x06")
    entries, count, at = b"", 0, start
    while at < end:
        fields = list(struct.unpack_from("<4s6H3L5H2L", body, at))
        packed, size, name_size, header = fields[8], fields[9], fields[10], fields[16]
        extra = struct.pack("<HHQQQ", 1, 24, size, packed, header)
        fields[8] = fields[9] = fields[16] = 0xFFFFFFFF
        fields[11] = len(extra)
        entries += struct.pack("<4s6H3L5H2L", *fields) + body[at + 46 : at + 46 + name_size] + extra
        at, count = at + 46 + name_size, count + 1
    wide = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(entries),
                       start)  # fmt: skip
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, start + len(entries), 1)
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, *[0xFFFF] * 2, *[0xFFFFFFFF] * 2, 0)
    return body[:start] + entries + wide + locator + tail


def test_a_zip64(bucket: None) -> None:
    body = as_zip64(zipped(photographs()))
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == photographs()
    assert unpacked(archive_of(body)) == photographs()


@pytest.mark.parametrize("magic", [b"PK\x06\x06", b"PK\x06\x07"])
def test_a_zip64_without_its_directory(bucket: None, magic: bytes) -> None:
    refused(as_zip64(zipped(photographs())).replace(magic, b"none"), "zip64 directory is missing")


def unicode_path(raw: bytes, name: str) -> bytes:
    body = b"\x01" + struct.pack("<L", zlib.crc32(raw)) + name.encode()
    return struct.pack("<HH", 0x7075, len(body)) + body


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (named("é.jpg".encode(), flags=1 << 11), "é.jpg"),
        (named("фото.jpg".encode()), "фото.jpg"),
        (named("é.jpg".encode("cp437")), "é.jpg"),
        (named(CYRILLIC, extra=unicode_path(CYRILLIC, "фото.jpg")), "фото.jpg"),
        (named(b"a.jpg", extra=unicode_path(b"renamed.jpg", "b.jpg")), "a.jpg"),
        (named(b"a.jpg", extra=b"\x75\x70\xff\xff\x01"), "a.jpg"),
    ],
)  # fmt: skip
def test_names_of_a_zip_in_every_encoding(bucket: None, body: bytes, name: str) -> None:
    assert unpacked(archive_of(body)) == {name: b"body"}


def test_a_zip_that_claims_utf_8_and_has_none(bucket: None) -> None:
    refused(named(b"caf\xe9.jpg", flags=1 << 11), r"not UTF-8: 'caf\\xe9\.jpg'")
    refused(named(b"a.jpg", extra=unicode_path(b"a.jpg", "../b.jpg")), "leads outside")


def test_a_file_that_is_too_large(
    bucket: None, monkeypatch: pytest.MonkeyPatch, make: Make
) -> None:
    monkeypatch.setattr(limits, "MEMBER_SIZE_LIMIT", 1000)
    refused(make({"a.jpg": random.Random(1).randbytes(1001)}), "a.jpg in it has 1,001 bytes")


def test_more_files_than_fit_a_task(
    bucket: None, monkeypatch: pytest.MonkeyPatch, make: Make
) -> None:
    monkeypatch.setattr("chalicelib.media.archives.names.MEMBER_LIMIT", 10)
    refused(make({f"{number}.jpg": b"x" for number in range(11)}), "more than 10 files")


def test_a_tar_whose_names_are_a_bomb(bucket: None) -> None:
    """Extended headers are read whole: they must not be as large as they like."""
    info = tarfile.TarInfo("a.jpg")
    info.pax_headers = {"comment": "x" * (2 << 20)}
    refused(tar_of([(info, b"")]), "a name of more than 1 MB")


def test_a_zip_whose_comment_holds_a_second_end(bucket: None) -> None:
    """The end that reaches to the end of the file counts, whatever a comment says."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("a.jpg", b"body")
        archive.comment = b"PK\x05\x06" + bytes(30)
    assert unpacked(archive_of(sink.getvalue())) == {"a.jpg": b"body"}
