"""Archives that have a member twice, and images that are there by two names."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from chalicelib.formats.geometry.png import grey
from tests.unit.formats.importing.test_every_importer import (
    NAME,
    attempt,
    every_importer,
    good,
    members,
    zipped,
)


@every_importer
@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_members_that_are_there_twice_are_refused(name: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for _ in range(2):
            for file, body in members(good(name)).items():
                archive.writestr(file, body)
    told = attempt(name, packed.getvalue())
    assert isinstance(told, str)
    assert told.startswith(f"{NAME}: has a member twice: ")


def test_two_pictures_of_one_frame_of_mots() -> None:
    picture = grey(np.full((30, 40), 1000, np.uint16))
    files = [f"d/instances/{name}.png" for name in ("frame_000001", "000001")]
    body = zipped({**dict.fromkeys(files, picture), "d/instances/labels.txt": b"cat"})
    told = attempt("MOTS PNG 1.0", body)
    assert isinstance(told, str)
    assert told.startswith(NAME)
    assert "is on one frame twice" in told
