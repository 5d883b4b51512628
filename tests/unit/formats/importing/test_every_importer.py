"""Files that cannot be imported, for every importer that there is: said of the file, and no more.

Whatever is in a file, it is refused as a bad dataset that is named, or what cannot be taken is in
the report. Formats that are added are tried by themselves.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Callable
from contextlib import closing
from functools import cache
from typing import BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.annotations.bulk.gathering import Gathering
from chalicelib.annotations.merging.slicing import Span
from chalicelib.annotations.model.vocabulary import Vocabulary, vocabulary_of
from chalicelib.formats import registry
from chalicelib.formats.archives import zip_reader
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.collecting import refuse_strangers
from chalicelib.formats.importing.storing import StoringSink, read_into
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from chalicelib.formats.report import Report
from chalicelib.projects.models import Attribute, Label, Sublabel
from tests.unit.formats import sample, spatial
from tests.unit.formats.datasets import export
from tests.unit.formats.text.test_json_items import Repeated

NAME = "their upload.zip"
IMPORTERS = [importer.name for importer in registry.importers()]
WRITTEN_AS = {"CVAT 1.1": "CVAT for images 1.1"}
Members = dict[str, bytes]

every_importer = pytest.mark.parametrize("name", IMPORTERS)


@cache
def good(name: str) -> bytes:
    """A dataset that the importer reads, or would with other labels."""
    writer = WRITTEN_AS.get(name, name)
    if registry.exporter(writer).dimension == "3d":
        return export(spatial.source(images=False), writer)[0]
    of = sample.VIDEO if name in ("MOT 1.1", "MOTS PNG 1.0") else sample.PHOTOS
    return export(sample.source(of), writer)[0]


def target_of(name: str) -> Target:
    if registry.importer(name).dimension == "3d":
        return spatial.TARGET
    if name in ("MOT 1.1", "MOTS PNG 1.0"):
        return Target(sample.LABELS, sample.CLIP, is_video=True)
    return Target(sample.LABELS, sample.FRAMES)


def attempt(name: str, body: bytes | BinaryIO, target: Target | None = None) -> Report | str:
    """Import as the worker does. Returns the report, or what the user is told instead."""
    file = io.BytesIO(body) if isinstance(body, bytes) else body
    target = target or target_of(name)
    spans = [Span(1, 0, len(target.frames) - 1)]
    with closing(Gathering(spans, _vocabulary(target.labels), cut=True)) as gathering:
        upload = Upload(file, NAME)
        sink = StoringSink(gathering, _vocabulary(target.labels), upload)
        try:
            read_into(registry.importer(name), upload, target, sink)
            refuse_strangers(sink.report, upload, target.labels)
        except BadDataset as error:
            return str(error)
    return sink.report


@cache
def _vocabulary(specs: tuple[LabelSpec, ...]) -> Vocabulary:
    def attributes(given: tuple[AttributeSpec, ...]) -> list[Attribute]:
        return [
            Attribute(
                id=one.id, name=one.name, mutable=one.mutable, input_type="text",
                default_value=one.default_value,
            )
            for one in given
        ]  # fmt: skip

    return vocabulary_of(
        Label(
            id=one.id,
            name=one.name,
            attributes=attributes(one.attributes),
            sublabels=[
                Sublabel(id=part.id, name=part.name, attributes=attributes(part.attributes))
                for part in one.sublabels
            ],
        )
        for one in specs
    )


def is_told(outcome: Report | str) -> bool:
    """Whether the user learns of what is wrong, with the file's name."""
    if isinstance(outcome, str):
        return outcome.startswith(NAME)
    return bool(outcome.skipped or outcome.objects or outcome.converted)


def members(body: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {one: archive.read(one) for one in archive.namelist()}


def zipped(files: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", method) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return sink.getvalue()


@every_importer
def test_a_good_file_is_read(name: str) -> None:
    """Otherwise nothing that follows would say anything."""
    assert is_told(attempt(name, good(name)))


@every_importer
@pytest.mark.parametrize(
    "body",
    [b"", b" \n\t" * 50, b"PK\x03\x04 cut off", b"\x89PNG\r\n\x1a\n\0\0\0", b"\xff\xfe<\0a\0/\0>\0",
     bytes(range(256)) * 40, zipped({}), zipped({"readme": b"hello"}), zipped({"a/": b""})],
    ids=["nothing", "blanks", "half an archive", "a picture", "UTF-16", "noise", "empty archive",
         "another file", "a folder"],
)  # fmt: skip
def test_what_is_no_dataset_is_refused(name: str, body: bytes) -> None:
    told = attempt(name, body)
    assert isinstance(told, str), told
    assert told.startswith(NAME)


@every_importer
def test_an_archive_that_is_cut_off_is_refused(name: str) -> None:
    body = good(name)
    for part in (0.1, 0.5, 0.9, 0.99):
        told = attempt(name, body[: int(len(body) * part)])
        assert isinstance(told, str)
        assert told.startswith(f"{NAME}: is not a complete ZIP archive")


@every_importer
def test_datasets_of_other_formats_are_refused_or_told(name: str) -> None:
    for other in IMPORTERS:
        assert is_told(attempt(name, good(other))), other


@every_importer
@pytest.mark.parametrize("path", ["../a", "/etc/a", "x/../../a", "C:\\a", "..\\a"])
def test_a_path_that_leads_outside_is_refused(name: str, path: str) -> None:
    files = members(good(name))
    first = next(iter(files))
    suffix = first[first.rfind(".") :] if "." in first else ""
    told = attempt(name, zipped({**files, path + suffix: files[first]}))
    assert isinstance(told, str)
    assert "has a path that leads outside of it" in told


@every_importer
def test_a_link_is_refused(name: str) -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for one, body in members(good(name)).items():
            info = zipfile.ZipInfo(one)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, b"/etc/passwd" if len(body) else b"")
    told = attempt(name, sink.getvalue())
    assert isinstance(told, str)
    assert "has a link in it" in told


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE %b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;"><!ENTITY d SYSTEM "file:///etc/passwd">]><%b>&c;&d;</%b>"""


@every_importer
def test_entities_are_refused(name: str) -> None:
    files = members(good(name))
    for one, body in files.items():
        if one.endswith(".xml"):
            root = re.findall(rb"<([a-zA-Z_]\w*)", body)[0]
            told = attempt(name, zipped({**files, one: LAUGHS % (root, root, root)}))
            if isinstance(told, str):
                assert told.startswith(f"{NAME}/{one}")
                assert "document type" in told
            else:
                # A file that is not read.
                assert told == attempt(name, good(name))
    told = attempt(name, LAUGHS % (b"annotations", b"annotations", b"annotations"))
    assert isinstance(told, str)


Change = Callable[[bytes], bytes]
CHANGES: dict[str, Change] = {
    "nothing": lambda body: b"",
    "half of it": lambda body: body[: len(body) // 2],
    "UTF-16": lambda body: body.decode("utf-8", "replace").encode("utf-16"),
    "Latin-1": lambda body: body.replace(b"a", b"\xe4"),
    "a BOM": lambda body: b"\xef\xbb\xbf" + body,
    "zeros": lambda body: bytes(len(body)),
    "twice": lambda body: body + body,
    "no numbers": lambda body: re.sub(rb"\d+", b"x", body),
    "not finite": lambda body: re.sub(rb"\d+(\.\d+)?", b"nan", body),
    "infinite": lambda body: re.sub(rb"\b\d+\b", b"1e999", body),
    "negative": lambda body: re.sub(rb"\b\d", b"-5", body),
    "huge": lambda body: re.sub(rb"\d+", b"99999999999999999999999999", body),
    "empty texts": lambda body: re.sub(rb'"[^"\n]*"', b'""', body),
    "no last line": lambda body: body.rstrip().rpartition(b"\n")[0],
    "spaces": lambda body: b" " * 1000,
    "brackets": lambda body: b"[" * 100_000,
    "a long line": lambda body: b"1 " * 100_000,
    "quotes": lambda body: body.replace(b'"', b""),
    "commas": lambda body: body.replace(b" ", b",").replace(b"\t", b","),
}


@every_importer
@pytest.mark.parametrize("change", CHANGES)
def test_damaged_members_are_refused_or_told(name: str, change: str) -> None:
    """Some alone, one of each kind, and all together."""
    files = members(good(name))
    changed = {one: CHANGES[change](body) for one, body in files.items()}
    for one in {one.rpartition(".")[2]: one for one in files}.values():
        outcome = attempt(name, zipped({**files, one: changed[one]}))
        assert isinstance(outcome, Report) or outcome.startswith(NAME)
    outcome = attempt(name, zipped(changed))
    assert isinstance(outcome, Report) or outcome.startswith(NAME)


@every_importer
def test_missing_members_are_refused_or_told(name: str) -> None:
    files = members(good(name))
    for one in files:
        rest = {other: body for other, body in files.items() if other != one}
        outcome = attempt(name, zipped(rest))
        assert isinstance(outcome, Report) or outcome.startswith(NAME)


@every_importer
def test_a_bomb_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each member may be one; those that are not looked into do no harm."""
    monkeypatch.setattr(zip_reader, "RATIO_MATTERS", 1 << 20)
    files = members(good(name))
    bomb = b" " * (2 << 20)
    outcome = attempt(name, zipped(dict.fromkeys(files, bomb)))
    if isinstance(outcome, Report):
        assert not outcome.objects
    else:
        assert outcome.startswith(NAME)


@every_importer
def test_a_file_of_blanks_is_refused_in_little_memory(name: str) -> None:
    """A file that is no archive, however large."""
    told = attempt(name, cast(BinaryIO, Repeated(b"", b" ", 80 << 20, b"")))
    assert isinstance(told, str)
    assert told.startswith(NAME)


@every_importer
def test_an_object_of_nothing_known_is_reported(name: str) -> None:
    """Images that the task does not have, labels that it does not have."""
    target = target_of(name)
    frames = [type(frame)(n, n, f"elsewhere/{n}x.jpg", f"elsewhere/{n}x.jpg", 40, 30)
              for n, frame in enumerate(target.frames)]  # fmt: skip
    sink_target = Target(target.labels, frames, dimension=target.dimension)
    outcome = attempt(name, good(name), sink_target)
    assert is_told(outcome)
    others = tuple(LabelSpec(one.id, f"not {one.name}") for one in target.labels)
    strange = Target(others, target.frames, is_video=target.is_video, dimension=target.dimension)
    assert is_told(attempt(name, good(name), strange))


@settings(deadline=None, max_examples=15)
@given(st.data())
@every_importer
def test_bytes_that_were_changed_are_refused_or_read(name: str, data: st.DataObject) -> None:
    files = members(good(name))
    one = data.draw(st.sampled_from(sorted(files)))
    body = bytearray(files[one])
    for _ in range(data.draw(st.integers(1, 3))):
        if body:
            at = data.draw(st.integers(0, len(body) - 1))
            body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    outcome = attempt(name, zipped({**files, one: bytes(body)}))
    assert isinstance(outcome, Report) or outcome.startswith(NAME)
