"""Forms with files, against the encoder that the SDK uses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.filepost import encode_multipart_formdata

from chalicelib.media.uploads.multipart import parse
from chalicelib.media.uploads.names import relative_path, sent_name
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
def test_a_sent_name_is_the_end_of_a_path(path: str) -> None:
    try:
        name = sent_name(path)
    except Invalid:
        return
    assert "\\" not in name
    assert not {"", ".", ".."} & set(name.split("/"))
    assert path.replace("\\", "/").endswith(name)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/home/me/photos/a.jpg", "a.jpg"),
        ("C:\\photos\\a.jpg", "a.jpg"),
        ("C:/photos/a.jpg", "a.jpg"),
        ("\\\\server\\photos\\a.jpg", "a.jpg"),
        ("../photos/a.jpg", "a.jpg"),
        ("a.jpg", "a.jpg"),
        ("photos/a.jpg", "photos/a.jpg"),
        ("photos\\a.jpg", "photos/a.jpg"),
        ("photos/related_images/a_jpg/left.png", "photos/related_images/a_jpg/left.png"),
    ],
)
def test_relative_paths_are_kept_and_absolute_ones_are_nobodys_business(
    path: str, name: str
) -> None:
    assert sent_name(path) == name


@pytest.mark.parametrize("path", ["", "/", "a/", "..", "C:\\", "a/..", "photos/a\0.jpg"])
def test_what_is_left_must_be_a_name(path: str) -> None:
    with pytest.raises(Invalid):
        sent_name(path)


def test_names_in_other_encodings_stay_apart() -> None:
    body = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="caf'
        + byte
        + b'.jpg"\r\n\r\nx\r\n'
        for byte in (b"\xe9", b"\xe8", "é".encode())
    )
    found = [part.filename for part in parse(body + b"--b--", "multipart/form-data; boundary=b")]
    assert found == ["caf%E9.jpg", "caf%E8.jpg", "café.jpg"]


@given(st.text(st.sampled_from("ab./\\"), max_size=12))
def test_a_relative_path_stays_inside(path: str) -> None:
    try:
        kept = relative_path(path)
    except Invalid:
        return
    assert not kept.startswith("/")
    assert ".." not in kept.split("/")
