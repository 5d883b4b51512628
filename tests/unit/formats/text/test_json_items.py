"""JSON of any size, item by item: the same as the whole at once, and what is wrong with it."""

from __future__ import annotations

import io
import json
import resource
import time
import tracemalloc
import zipfile
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.text import json_window
from chalicelib.formats.text.json_items import items, value

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
KEYS = st.text(max_size=5) | st.sampled_from(["id", 'a"b', "\\", "}", "[", "é"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=30
)
#: Lists of alike objects, the case that is fast, and of anything else.
LISTS = st.lists(VALUES) | st.lists(st.fixed_dictionaries({"id": st.integers(), "of": VALUES}))


class Numbered(msgspec.Struct):
    id: int
    n: str = ""


def upload(text: str | bytes, name: str = "x.json") -> Upload:
    return Upload(io.BytesIO(text if isinstance(text, bytes) else text.encode()), name)


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(KEYS, LISTS, min_size=1, max_size=4),
    st.sampled_from([None, 0, 2, "\t"]),
    st.booleans(),
    st.integers(5, 200),
)
def test_items_are_those_of_the_whole(
    content: dict[str, list[Any]], indent: int | str | None, ascii_only: bool, chunk: int
) -> None:
    text = json.dumps(content, indent=indent, ensure_ascii=ascii_only)
    with pytest.MonkeyPatch.context() as small:
        small.setattr(json_window, "CHUNK", chunk)
        small.setattr("chalicelib.formats.text.json_items.CHUNK", chunk)
        small.setattr(json_window.Window.fill, "__defaults__", (chunk,))
        file = upload(text)
        for key, expected in reversed(content.items()):
            assert list(items(file, "", key, Any)) == expected
            assert value(file, "", key, list) == expected
        listed = next(iter(content.values()))
        assert list(items(upload(json.dumps(listed)), "", None, Any)) == listed


@settings(deadline=None, max_examples=60)
@given(LISTS, st.data())
def test_a_file_that_is_cut_off_never_passes(listed: list[Any], data: st.DataObject) -> None:
    text = json.dumps({"a": 1, "list": listed}).encode()
    cut = data.draw(st.integers(0, len(text) - 1))
    with pytest.raises(BadDataset, match=r"^x\.json"):
        list(items(upload(text[:cut]), "", "list", Any))


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        (b"", "x.json: is empty"),
        (b" \n" * 5, "x.json: is empty"),
        (b"\xff\xfe{\0", "x.json: is not text in UTF-8"),
        ('{"list": []}'.encode("utf-16-be"), "x.json: is not text in UTF-8"),
        (b'{"list": [{"id": 1, "n": "\xe9"}]}', r"x.json, list\[0\]: is not text in UTF-8"),
        (b'{"list": [{"id": NaN}]}', r"x.json, list\[0\]: is not JSON"),
        (b'{"list": [{"id": 1}, {"id": Infinity}]}', r"x.json, list\[1\]: is not JSON"),
        (b'{"list": [{"id": 1}, {"id": "2"}]}', r"x.json, list\[1\]: Expected `int`, got `str`"),
        (b'{"list": [{"id": 1}, {}]}', r"x.json, list\[1\]: .*missing required field `id`"),
        (b'{"list": {}}', 'x.json: is not what is expected: "list" is not a list'),
        (b'{"list": 5}', 'x.json: is not what is expected: "list" is not a list'),
        (b'{"list": [], "list": []}', 'x.json: "list" occurs twice'),
        (b'{"list": [{"id": 1} {"id": 2}]}', 'x.json: is not JSON: "{" between two values'),
        (b'{"list": [{"id": 1},]}', 'x.json: is not JSON: "]" where a value is expected'),
        (b'{"list" []}', 'x.json: is not JSON: no value follows "list"'),
        (b"{5: []}", "x.json: is not JSON: an object has something that is no key"),
        (b'{"list": []} {}', "x.json: is not JSON: there is something behind its end"),
        (b"<annotations/>", "x.json: is not JSON: it is neither an object nor a list"),
        (b"{" + b'"list": ' + b"[" * 5000, "x.json: is not JSON: values are nested more than 200"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: bytes, trouble: str) -> None:
    with pytest.raises(BadDataset, match=trouble):
        list(items(upload(text), "", "list", Numbered))


def test_a_bad_item_far_behind_is_found_in_reasonable_time() -> None:
    listed = [{"id": number, "more": "x" * 50} for number in range(60_000)]
    listed[59_000]["id"] = "?"
    begun = time.process_time()
    with pytest.raises(BadDataset, match=r"x.json, list\[59000\]: Expected `int`"):
        list(items(upload(json.dumps({"list": listed})), "", "list", Numbered))
    assert time.process_time() - begun < 3


def test_a_mark_of_the_byte_order_is_no_trouble() -> None:
    file = upload(b"\xef\xbb\xbf" + b'{"list": [{"id": 3}]}')
    assert list(items(file, "", "list", Numbered)) == [Numbered(3)]


def test_a_key_that_is_missing_has_no_items() -> None:
    assert list(items(upload("{}"), "", "list", Numbered)) == []
    assert value(upload("{}"), "", "list", int) is None


def test_a_value_of_another_kind_is_named() -> None:
    with pytest.raises(BadDataset, match=r"x.json, size: Expected `int`, got `str`"):
        value(upload('{"size": "large"}'), "", "size", int)


def test_members_of_archives_may_be_gone_through_again() -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", json.dumps({"images": [{"id": 1}], "list": [{"id": 2}]}))
    file = upload(sink.getvalue(), "x.zip")
    for _ in range(3):
        assert list(items(file, "a.json", "list", Numbered)) == [Numbered(2)]
        assert list(items(file, "a.json", "images", Numbered)) == [Numbered(1)]


class Repeated(io.RawIOBase):
    """A large file: a beginning, something many times over, and an end. Nothing is kept."""

    def __init__(self, begin: bytes, item: bytes, count: int, end: bytes) -> None:
        self._parts = begin, item * (1 + (4 << 20) // len(item)), end
        self._size = len(begin) + len(item) * count + len(end)
        self._body = len(begin), len(begin) + len(item) * count, len(item)
        self._at = 0

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + {0: 0, 1: self._at, 2: self._size}[whence]
        return self._at

    def read(self, size: int = -1) -> bytes:
        start, stop, length = self._body
        begin, items_, end = self._parts
        if self._at < start:
            piece = begin[self._at : self._at + size]
        elif self._at < stop:
            phase = (self._at - start) % length
            piece = items_[phase : phase + min(size, stop - self._at, 4 << 20)]
        else:
            piece = end[self._at - stop : self._at - stop + size]
        self._at += len(piece)
        return piece


ONE = b'{"id":1,"image_id":2,"bbox":[1.5,2,3,4],"segmentation":[[1,2,3,4,5,6]],"area":12.25}'


@pytest.mark.parametrize(
    ("file", "trouble"),
    [
        (Repeated(b'{"list":[{"id":0}', b"," + ONE, 150_000, b"]}"), None),
        (Repeated(b'{"list":[{"id":0}', b"," + ONE, 150_000, b""), "cut off"),
        (Repeated(b'{"list":"', b"x", 100 << 20, b'"}'), "a value of more than 64 MB"),
        (Repeated(b'{"list":[{"a":[', b"1,", 50 << 20, b"1]}]}"), "a value of more than 64 MB"),
        (Repeated(b"", b" ", 100 << 20, b""), "is empty"),
        (Repeated(b'{"list":[', b"[", 100 << 20, b""), "nested"),
        (Repeated(b'{"list":', b"7", 100 << 20, b"}"), "a value of more than 64 MB"),
    ],
    ids=["annotations", "cut off", "one text", "one item", "blanks", "brackets", "one number"],
)
def test_memory_is_bounded(file: Any, trouble: str | None) -> None:
    """All in one line."""
    found = 0

    def go_through() -> None:
        nonlocal found
        for _ in items(Upload(file, "x.json"), "", "list", Numbered):
            found += 1

    tracemalloc.start()
    try:
        if trouble is None:
            go_through()
            assert found == 150_001
        else:
            with pytest.raises(BadDataset, match=trouble):
                go_through()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < (280 << 20 if trouble and "64 MB" in trouble else 12 << 20)


def test_annotations_of_coco_are_read_fast() -> None:
    """200,000 of them, 40 MB, in well under two seconds of CPU."""
    one = (
        '{"id": %d, "image_id": %d, "category_id": 3, "iscrowd": 0, "area": 1523.25, '
        '"bbox": [10.5, 20.25, 33.5, 45.5], "segmentation": [[10.5, 20.25, 44.0, 20.25, 44.0, '
        '65.75, 10.5, 65.75]], "attributes": {"occluded": false}}'
    )
    listed = ", ".join(one % (number, number // 10) for number in range(200_000))
    text = f'{{"images": [], "annotations": [{listed}]}}'
    file = upload(text)
    begun = resource.getrusage(resource.RUSAGE_SELF)
    count = sum(1 for _ in items(file, "", "annotations", Numbered))
    ended = resource.getrusage(resource.RUSAGE_SELF)
    assert count == 200_000
    assert ended.ru_utime + ended.ru_stime - begun.ru_utime - begun.ru_stime < 2
