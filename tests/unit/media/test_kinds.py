"""Kinds of files by their first bytes."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.media.kinds import HEAD, Kind, detect


def tar(form: int) -> bytes:
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w", format=form) as archive:
        member = tarfile.TarInfo("photographs/first.jpg")
        member.size = 5
        archive.addfile(member, io.BytesIO(b"hello"))
    return sink.getvalue()


def old_tar() -> bytes:
    """As before POSIX: without a signature."""
    header = bytearray(tar(tarfile.USTAR_FORMAT)[:512])
    header[257:512] = bytes(255)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


def archive(name: str) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as opened:
        if name:
            opened.writestr(name, b"hello")
    return sink.getvalue()


ARCHIVES = {
    "tar by POSIX": ("tar", tar(tarfile.PAX_FORMAT)),
    "tar by GNU": ("tar", tar(tarfile.GNU_FORMAT)),
    "tar without a signature": ("tar", old_tar()),
    "gzip": ("gz", gzip.compress(b"hello")),
    "bzip2": ("bz2", bz2.compress(b"hello")),
    "xz": ("xz", lzma.compress(b"hello")),
    "Zstandard": ("zst", zstandard.compress(b"hello")),
    "zip": ("zip", archive("a.jpg")),
    "an empty zip": ("zip", archive("")),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_archives(name: str) -> None:
    form, body = ARCHIVES[name]
    assert detect(body[:HEAD]) == Kind("archive", form)


@pytest.mark.parametrize(
    ("brands", "kind"),
    [
        (b"heic\0\0\0\0mif1heic", Kind("image", "heic")),
        (b"mif1\0\0\0\0mif1heic", Kind("image", "heic")),
        (b"mif1\0\0\0\0mif1avif", Kind("image", "avif")),
        (b"avif\0\0\0\0mif1miaf", Kind("image", "avif")),
        (b"avis\0\0\0\0avifmsf1", Kind("image", "avif")),
        (b"isom\0\0\0\0isomavc1", Kind("video", "mp4")),
        (b"qt  \0\0\0\0qt  ", Kind("video", "mp4")),
    ],
)
def test_stills_and_films_of_one_container(brands: bytes, kind: Kind) -> None:
    box = (8 + len(brands)).to_bytes(4) + b"ftyp" + brands
    assert detect(box + bytes(100)) == kind


def test_documents() -> None:
    assert detect(b"%PDF-1.7\n%") == Kind("document", "pdf")


@pytest.mark.parametrize(
    ("form", "head"),
    [
        ("mkv", b"\x1aE\xdf\xa3"),
        ("avi", b"RIFF\0\0\0\0AVI LIST"),
        ("mp4", b"\0\0\0\x20ftypisom"),
        ("flv", b"FLV\x01"),
        ("ogg", b"OggS"),
    ],
)
def test_containers_are_told_apart(form: str, head: bytes) -> None:
    assert detect(head + b"\0" * 40) == Kind("video", form)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello, this is text",
        b"BMW is a car, not a bitmap",
        b"BZhere are words",
        b"P3 is no map",
        b"#EXTM3U\n",
        b"ffconcat version 1.0\n",
        b"<?xml version='1.0'?><MPD",
    ],
)
def test_content_decides_not_the_name(body: bytes) -> None:
    assert detect(body).family == "unknown"


@given(st.binary(max_size=HEAD))
def test_any_bytes_are_of_some_kind(head: bytes) -> None:
    assert detect(head).format or detect(head).family == "unknown"
