"""MOTS PNG in both directions, by other tools and as published."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import datumaro as dm
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from chalicelib.annotations.interpolation.tracks import frames_of_track
from chalicelib.annotations.model.document import Document, Shape, Track, TrackedShape
from chalicelib.formats import registry
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.geometry.png import grey
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import LabelSpec
from tests.unit.formats import golden
from tests.unit.formats.datasets import CAT, DOG, export, read, task, video
from tests.unit.formats.pixels import unpacked, zipped
from tests.unit.formats.sample import CLIP, FRAMES, HEIGHT, LABELS, VIDEO, WIDTH, source

NAME = "MOTS PNG 1.0"
Picture = np.ndarray[Any, Any]


def test_a_task_is_written_as_its_sample() -> None:
    body, report = export(source(VIDEO, images=True), NAME)
    golden.check("mots", body)
    assert report.skipped == {
        "skeleton cannot be written": 3,
        "shape without a track cannot be written": 1,
    }


def box(frame: int, x: int, y: int, *, outside: bool = False) -> TrackedShape:
    return TrackedShape(type="rectangle", frame=frame, points=[x, y, x + 20, y + 12],
                        outside=outside)  # fmt: skip


@st.composite
def tracks(draw: st.DrawFn) -> list[Track]:
    """Boxes of whole pixels that keep their places, each in a column of its own."""
    found = []
    for column in range(draw(st.integers(1, 4))):
        label = draw(st.sampled_from([CAT.id, DOG.id]))
        seen = sorted(draw(st.sets(st.integers(0, 9), min_size=1)))
        shapes = []
        for frame in seen:
            shapes.append(box(frame, 30 * column, 5))
            if frame + 1 not in seen and frame < 9:
                shapes.append(box(frame + 1, 30 * column, 5, outside=True))
        found.append(Track(frame=seen[0], label_id=label, shapes=shapes))
    return sorted(found, key=lambda track: track.frame)


@given(tracks())
def test_tracks_are_on_the_frames_where_they_were(given_tracks: list[Track]) -> None:
    """As outlines of their pixels, which run through the middles of the outermost ones."""
    frames = video(10)
    body, report = export(task(frames, Document(tracks=given_tracks)), NAME)
    imported = read(body, NAME, Target((CAT, DOG), frames, is_video=True))
    wanted = sorted(map(shown, given_tracks))
    assert sorted(map(shown, imported.document.tracks)) == wanted
    assert report.kinds == {"rectangle": sum(len(track[2]) for track in wanted)}
    assert {s.type for t in imported.document.tracks for s in t.shapes} == {"polygon"}


def shown(track: Track) -> tuple[int, tuple[float, float, float, float], list[int]]:
    """Label, the box of whole pixels, and frames."""
    visible = [one for one in frames_of_track(track, 9) if not one.outside]
    xs, ys = visible[0].points[::2], visible[0].points[1::2]
    more = int(visible[0].type == "polygon")
    sides = (min(xs), min(ys), max(xs) + more, max(ys) + more)
    return track.label_id, sides, [one.frame for one in visible]


def test_an_object_in_two_pieces_is_two_tracks() -> None:
    picture = np.zeros((HEIGHT, WIDTH), np.uint16)
    picture[2:9, 2:9] = picture[2:6, 20:24] = 1000
    members = {"d/instances/frame_000001.png": grey(picture), "d/instances/labels.txt": b"cat\n"}
    back = read(zipped(members), NAME, Target(LABELS, CLIP, is_video=True)).document.tracks
    assert [(t.frame, [s.outside for s in t.shapes], t.shapes[0].points[0]) for t in back] == [
        (1, [False, True], 2), (1, [False, True], 20),
    ]  # fmt: skip


def test_groups_do_not_join_tracks() -> None:
    given_tracks = [
        Track(frame=0, label_id=CAT.id, group=7, shapes=[box(0, x, 0)]) for x in (0, 40)
    ]
    frames = video(10)
    body, _ = export(task(frames, Document(tracks=given_tracks)), NAME)
    back = read(body, NAME, Target((CAT, DOG), frames, is_video=True)).document.tracks
    assert len(back) == 2


def test_more_tracks_than_the_format_has_numbers_for_are_told() -> None:
    given_tracks = [Track(frame=0, label_id=CAT.id, shapes=[
        TrackedShape(type="rectangle", frame=0, points=[x, y, x + 1, y + 1]),
        TrackedShape(type="rectangle", frame=1, points=[x, y, x + 1, y + 1], outside=True)])
        for y in range(11) for x in range(100)]  # fmt: skip
    body, report = export(task(video(10), Document(tracks=given_tracks)), NAME)
    assert report.objects == 1000
    assert report.skipped == {"track is beyond the format's 1000 of a label or 64 labels": 100}
    assert values(body, "default/instances/frame_000000.png") == list(range(1000, 2000))


def values(body: bytes, name: str) -> list[int]:
    """As MOTS' own tools read them: class and number in one, 0 being nothing."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive, archive.open(name) as file:
        found: list[int] = np.unique(np.asarray(Image.open(io.BytesIO(file.read())))).tolist()
    return [value for value in found if value]


def test_datumaro_finds_the_same_tracks(tmp_path: Path) -> None:
    folder = unpacked(export(source(VIDEO), NAME)[0], tmp_path)
    dataset = dm.Dataset.import_from(str(folder), "mots")
    names = [label.name for label in dataset.categories()[dm.AnnotationType.label]]
    found = {
        (item.id, names[one.label], one.attributes["track_id"])
        for item in dataset
        for one in item.annotations
    }
    assert found == {
        *((f"frame_{n:06d}", "cat", 0) for n in range(4)),
        *((f"frame_{n:06d}", "dog", 0) for n in range(1, 6)),
    }


def test_we_read_what_datumaro_writes(tmp_path: Path) -> None:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[3:9, 5:12] = 1
    items = [
        dm.DatasetItem(
            f"frame_{frame:06d}", subset="train",
            annotations=[dm.Mask(mask, label=1, attributes={"track_id": 4})],
            media=dm.Image.from_numpy(np.zeros((HEIGHT, WIDTH, 3), np.uint8)),
        )
        for frame in (1, 2)
    ]  # fmt: skip
    dataset = dm.Dataset.from_iterable(items, categories=["cat", "dog"], media_type=dm.Image)
    dataset.export(str(tmp_path), "mots_png")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(tmp_path.rglob("*.*")):
            archive.write(path, str(path.relative_to(tmp_path)))
    target = Target(LABELS, CLIP, is_video=True)
    (track,) = read(packed.getvalue(), NAME, target).document.tracks
    assert (track.label_id, [(s.frame, s.outside) for s in track.shapes]) == (
        11, [(1, False), (2, False), (3, True)],
    )  # fmt: skip


def test_a_dataset_as_published() -> None:
    """Without a list of labels; one region is to be ignored."""
    picture = np.zeros((HEIGHT, WIDTH), np.uint16)
    picture[1:5, 1:6] = 1005
    picture[1:5, 10:16] = 2005
    picture[20:25, 1:9] = 10000
    members = {"0002/instances/000001.png": grey(picture), "0002/images/000001.jpg": b"picture"}
    labels = (LabelSpec(1, "pedestrian"), LabelSpec(2, "car"))
    imported = read(zipped(members), NAME, Target(labels, CLIP, is_video=True))
    assert [(track.frame, track.label_id) for track in imported.document.tracks] == [(1, 2), (1, 1)]
    assert imported.report.labels == {"ignored": 1}
    upload = Upload(io.BytesIO(zipped(members)), "x.zip")
    assert [(one.subset, one.name) for one in registry.importer(NAME).load().pictures(upload)] == [
        ("0002", "000001.jpg")
    ]


ONE = grey(np.full((HEIGHT, WIDTH), 1000, np.uint16))


@pytest.mark.parametrize(
    ("members", "trouble"),
    [
        ({"SegmentationClass/a.png": ONE}, "x.zip: is not a MOTS PNG dataset"),
        ({"instances/a.png": ONE[:70]}, "x.zip/instances/a.png: is not a picture"),
        ({"instances/a.png": ONE, "instances/labels.txt": b"\xff"}, "labels.txt, line 1: is not"),
        ({"instances/a.png": ONE, "instances/labels.txt": b"cow"}, 'its labels \\("cow"\\)'),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(
    members: dict[str, bytes], trouble: str
) -> None:
    with pytest.raises(BadDataset, match=trouble):
        read(zipped(members), NAME, Target(LABELS, FRAMES), "x.zip")


def test_what_is_left_out_is_told() -> None:
    thin = np.zeros((HEIGHT, WIDTH), np.uint16)
    thin[5, 5], thin[10:15, 10:15], thin[20:25, 20:25] = 1000, 1001, 7000
    members = {
        "d/instances/labels.txt": b"cat",
        "d/instances/a.png": grey(thin),
        "d/instances/gone.png": ONE,
        "d/instances/empty.png": grey(np.full((3, 3), 1000, np.uint16)),
    }
    imported = read(zipped(members), NAME, Target(LABELS, FRAMES))
    assert len(imported.document.tracks) == 1
    assert imported.report.skipped == {
        "mask is too thin for a polygon": 1,
        "number is of no label": 1,
        "image is not in the task": 1,
        "mask has another size than the image": 1,
    }


def test_shapes_that_are_of_no_track_are_told() -> None:
    shape = Shape(type="rectangle", frame=0, points=[1, 2, 3, 4], label_id=CAT.id)
    _, report = export(task(video(10), Document(shapes=[shape])), NAME)
    assert (report.objects, report.skipped) == (0, {"shape without a track cannot be written": 1})
