"""Archives written as a stream are what every reader expects."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.formats.archives import zip_writer
from chalicelib.formats.archives.zip_writer import ArchiveState, ArchiveWriter

members = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\:"), min_size=1),
    st.tuples(st.booleans(), st.lists(st.binary(max_size=200), max_size=4)),
    max_size=5,
)


class Pipe:
    """Takes bytes and can do nothing else."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.pieces.append(data)


def write(content: dict[str, tuple[bool, list[bytes]]]) -> bytes:
    pipe = Pipe()
    archive = ArchiveWriter(pipe)
    fill(archive, content)
    archive.close()
    return b"".join(pipe.pieces)


def fill(archive: ArchiveWriter, content: dict[str, tuple[bool, list[bytes]]]) -> None:
    for name, (compressed, pieces) in content.items():
        if compressed:
            with archive.text(name) as member:
                for piece in pieces:
                    member.write(piece)
        else:
            archive.image(name, b"".join(pieces))


def check(body: bytes, content: dict[str, tuple[bool, list[bytes]]]) -> None:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            name: b"".join(pieces) for name, (_, pieces) in content.items()
        }
        for info in archive.infolist():
            # Sizes stand before the data, where simple readers look for them.
            assert not info.flag_bits & 0x08


@given(members)
def test_what_is_written_is_read(content: dict[str, tuple[bool, list[bytes]]]) -> None:
    check(write(content), content)


@given(members)
def test_large_archives_use_wide_fields(content: dict[str, tuple[bool, list[bytes]]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # Readers go by the marker 0xFFFFFFFF, so only what is counted as large is changed.
        patch.setattr(zip_writer, "LARGE", 100)
        patch.setattr(zip_writer, "MANY", 2)
        check(write(content), content)


@given(members, members)
def test_pieces_that_are_joined_are_one_archive(
    first: dict[str, tuple[bool, list[bytes]]], second: dict[str, tuple[bool, list[bytes]]]
) -> None:
    rest = {f"{name}'": content for name, content in second.items()}
    pipe, state = Pipe(), ArchiveState()
    for content in (first, rest):
        piece = ArchiveWriter(pipe)
        fill(piece, content)
        state = state.followed_by(piece.state)
    ArchiveWriter(pipe, state).close()
    assert b"".join(pipe.pieces) == write(first | rest)


def test_the_directory_of_many_members_is_small() -> None:
    class Nowhere:
        def write(self, data: bytes) -> None:
            """Forget it."""

    archive = ArchiveWriter(Nowhere())
    for number in range(20_000):
        archive.image(f"images/default/camera_2/{number:08}.jpg", b"%d" % number)
    assert sum(map(len, archive.state.members)) < 20_000 * 16
