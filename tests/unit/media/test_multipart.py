"""Forms with files, against the encoder that the SDK uses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.filepost import encode_multipart_formdata

from chalicelib.media.uploads.multipart import parse
from chalicelib.media.uploads.names import basename, relative_path
from chalicelib.platform.errors import Invalid

NAMES = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='%"'), min_size=1, max_size=20
)


@given(
    st.lists(st.tuples(NAMES, NAMES, st.binary(max_size=60)), max_size=5),
    st.text("ab-", min_size=1, max_size=9),
)
def test_what_urllib3_encodes_is_read_back(
    files: list[tuple[str, str, bytes]], boundary: str
) -> None:
    fields = [(field, (name, body)) for field, name, body in files]
    if any(b"\r\n--" + boundary.encode() in b"\r\n" + body for _, _, body in files):
        return
    body, content_type = encode_multipart_formdata(fields, boundary=boundary)
    found = [(p.name, p.filename, body[p.start : p.stop]) for p in parse(body, content_type)]
    assert found == files


@pytest.mark.parametrize("name", ['a"b.jpg', "C:\\photos\\a.jpg", "/home/me/a b.jpg", "Фото.jpg"])
def test_awkward_names(name: str) -> None:
    body, content_type = encode_multipart_formdata([("client_files[0]", (name, b"x"))])
    (part,) = parse(body, content_type)
    assert part.filename == name


@given(st.binary(max_size=300))
def test_any_bytes_are_parsed_or_refused(body: bytes) -> None:
    try:
        parts = list(parse(body, "multipart/form-data; boundary=b"))
    except Invalid:
        return
    assert all(0 <= part.start <= part.stop <= len(body) for part in parts)


def test_a_body_that_is_cut_off_is_refused() -> None:
    body, content_type = encode_multipart_formdata([("a", ("n", b"x" * 50))], boundary="b")
    for size in range(len(body) - 4):
        with pytest.raises(Invalid, match="cut off"):
            list(parse(body[:size], content_type))
    with pytest.raises(Invalid, match="no boundary"):
        list(parse(body, "multipart/form-data"))
    with pytest.raises(Invalid, match="cut off"):
        list(parse(body, "multipart/form-data; boundary=граница"))


@given(st.text(max_size=30))
def test_a_basename_is_one_step_of_a_path(path: str) -> None:
    try:
        name = basename(path)
    except Invalid:
        return
    assert "/" not in name
    assert "\\" not in name
    assert name not in {"", ".", ".."}
    assert path.endswith(name)


@given(st.text(st.sampled_from("ab./\\"), max_size=12))
def test_a_relative_path_stays_inside(path: str) -> None:
    try:
        kept = relative_path(path)
    except Invalid:
        return
    assert not kept.startswith("/")
    assert ".." not in kept.split("/")
