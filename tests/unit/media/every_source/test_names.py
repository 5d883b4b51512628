"""Every frame has a name of its own, in whatever script or encoding its file's name is."""

from __future__ import annotations

import pytest

from ..conftest import World
from ..frames.test_kinds_of_frames import pages
from ..pictures import photographs
from ..points.making import as_bin, as_pcd, street
from .conftest import EVERYWHERE, Files, Give
from .test_selection import names, nothing_is_made

PHOTO = photographs()["img0.jpg"]


@pytest.mark.parametrize("give", EVERYWHERE, indirect=True)
def test_names_in_every_script(world: World, give: Give) -> None:
    files = {"фото.jpg": PHOTO, "写真 1.jpg": PHOTO, "a+b&c#d.jpg": PHOTO, "100%.jpg": PHOTO}
    task_id, request = give(files)
    assert request.status == "finished", request.message
    found = names(world, f"/api/tasks/{task_id}")
    assert found == sorted(files)
    for number in range(4):
        query = {"type": "frame", "number": number, "quality": "original"}
        assert world.stored(world.api.get(f"/api/tasks/{task_id}/data", **query)) == PHOTO


@pytest.mark.parametrize("give", EVERYWHERE, indirect=True)
@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"b.tiff": pages("TIFF"), "b.tiff_0002.png": PHOTO}, "b.tiff_0002.png"),
        ({"1.bin": as_bin(street(20)), "1.pcd": as_pcd(street(20))}, "1.pcd"),
    ],
)
def test_two_frames_of_one_name(world: World, give: Give, files: Files, name: str) -> None:
    task_id, failed = give(files)
    assert failed.status == "failed"
    assert failed.message.startswith(f"Two frames are named {name}: ")
    nothing_is_made(task_id)
