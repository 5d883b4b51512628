"""MOT 1.1: the sample, what is kept of tracks and boxes, and what other programs read and write."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import motmetrics
import numpy as np
import pytest
from datumaro import Bbox, Dataset, DatasetItem, Image
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.annotations.interpolation.tracks import frames_of_track
from chalicelib.annotations.model.document import (
    AttributeValue,
    Document,
    Shape,
    Track,
    TrackedShape,
)
from chalicelib.formats import registry
from chalicelib.formats.errors import BadDataset
from chalicelib.formats.exporting.source import ProjectMeta, Source
from chalicelib.formats.importing.target import Target
from chalicelib.formats.importing.upload import Upload
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from tests.unit.formats import golden
from tests.unit.formats import strategies as strategy
from tests.unit.formats.datasets import CAT, DOG, NOW, export, part, photos, read, task, video
from tests.unit.formats.sample import CLIP, LABELS, VIDEO, source
from tests.unit.formats.unpacked import pack, unpack, zipped

MOT = "MOT 1.1"
FRAMES = video(10)
TARGET = Target((CAT, DOG), FRAMES, is_video=True)


def truth(*lines: str, labels: str | None = f"cat\n{DOG.name}") -> bytes:
    """A dataset of some lines."""
    files: dict[str, str | bytes] = {"gt/gt.txt": "\n".join(lines)}
    return zipped(files if labels is None else files | {"gt/labels.txt": labels})


def written(body: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return archive.read("gt/gt.txt").decode().splitlines()


def seen(track: Track, last: int) -> list[TrackedShape]:
    return [one for one in frames_of_track(track, last) if not one.outside]  # type: ignore[misc]


def test_the_sample() -> None:
    body, report = export(source(VIDEO), MOT)
    golden.check("mot", body)
    assert written(body) == [
        "1,-1,2.00,3.00,10.50,10.00,1,1,1.0",
        "1,1,0.00,0.00,10.00,10.00,1,1,1.0",
        "2,1,5.00,2.00,10.00,10.00,1,1,1.0",
        "3,1,10.00,4.00,10.00,10.00,1,1,0.0",
        "4,1,10.00,4.00,10.00,10.00,1,1,0.0",
    ]
    assert report.kinds == {"rectangle": 5}
    assert report.skipped == {"polygon cannot be written": 5, "skeleton cannot be written": 3}


def test_the_sample_is_read() -> None:
    found = read(golden.archived("mot"), MOT, Target(LABELS, CLIP, is_video=True)).document
    (track,) = found.tracks
    assert [(one.frame, one.outside, one.occluded) for one in track.shapes] == [
        (0, False, False), (1, False, False), (2, False, True), (3, False, True), (4, True, True),
    ]  # fmt: skip
    assert [(one.frame, one.points) for one in found.shapes] == [(0, [2, 3, 12.5, 13])]


@given(
    st.lists(strategy.tracks(("rectangle",), 9), max_size=3),
    st.lists(strategy.shapes(("rectangle",), z_order=False, group=False), max_size=3),
)
def test_tracks_and_boxes_are_where_they_were(tracks: list[Track], shapes: list[Shape]) -> None:
    tracks.sort(key=lambda one: one.frame)
    body, _ = export(task(FRAMES, Document(tracks=tracks, shapes=shapes)), MOT)
    back = read(body, MOT, TARGET).document
    shapes.sort(key=lambda one: one.frame)
    assert [(one.frame, one.label_id, one.points, one.occluded) for one in back.shapes] == [
        (one.frame, one.label_id, one.points, one.occluded) for one in shapes
    ]
    wanted = sorted((one.label_id, places(one)) for one in tracks)
    found = sorted((one.label_id, places(one)) for one in back.tracks)
    for (label, were), (also, are) in zip(wanted, found, strict=True):
        assert label == also
        assert [one[:2] for one in are] == [one[:2] for one in were]
        for before, after in zip(were, are, strict=True):
            assert after[2] == pytest.approx(before[2], abs=0.02)


def places(track: Track) -> list[tuple[int, bool, list[float]]]:
    """Where a track is on every frame where it is seen."""
    return [
        (one.frame, one.occluded, list(one.points))
        for one in frames_of_track(track, 9)
        if not one.outside
    ]


def test_gaps_of_a_track_are_outside() -> None:
    body = truth("2,5,0,0,10,10,1,1,1", "3,5,0,0,10,10,1,1,1", "7,5,0,0,10,10,1,1,1",
                 "10,5,0,0,10,10,1,1,1", "5,9,1,1,1,1,1,2,1")  # fmt: skip
    first, second = read(body, MOT, TARGET).document.tracks
    assert [(one.frame, one.outside) for one in first.shapes] == [
        (1, False), (2, False), (3, True), (6, False), (7, True), (9, False),
    ]  # fmt: skip
    assert [(one.frame, one.outside) for one in second.shapes] == [(4, False), (5, True)]
    assert second.label_id == DOG.id


def test_attributes_of_the_format_are_kept() -> None:
    label = LabelSpec(
        1, "cat", attributes=(
            AttributeSpec(5, "ignored", input_type="checkbox", default_value="false"),
            AttributeSpec(6, "visibility", mutable=True, input_type="number", default_value="1"),
        ),
    )  # fmt: skip
    track = Track(
        frame=0, label_id=1, attributes=[AttributeValue(5, "true")], source="file",
        shapes=[
            TrackedShape(frame=at, type="rectangle", points=[0, 0, 9, 9],
                         attributes=[AttributeValue(6, value)])
            for at, value in enumerate(["0.25", "0.5"])
        ],
    )  # fmt: skip
    frames = video(2)
    whole = Source("task", (label,), [part(frames, Document(tracks=[track]))], False, NOW)
    body, report = export(whole, MOT)
    assert [line.split(",")[6:] for line in written(body)] == [
        ["0", "1", "0.25"],
        ["0", "1", "0.5"],
    ]
    assert not report.converted
    assert read(body, MOT, Target((label,), frames)).document.tracks == [track]


def test_frames_have_the_numbers_in_their_names() -> None:
    frames = photos(["000101.jpg", "000102.jpg", "000105.jpg"])
    shape = Shape(type="rectangle", frame=2, points=[0, 0, 9, 9], label_id=CAT.id)
    body, _ = export(task(frames, Document(shapes=[shape]), images=True), MOT)
    assert written(body) == ["105,-1,0.00,0.00,9.00,9.00,1,1,1.0"]
    assert [one.frame for one in read(body, MOT, Target((CAT, DOG), frames)).document.shapes] == [2]
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.read("img1/000105.jpg") == b"picture 2"


def test_frames_of_a_job_are_counted_from_its_first() -> None:
    frames = FRAMES[4:]
    shape = Shape(type="rectangle", frame=6, points=[0, 0, 9, 9], label_id=CAT.id)
    job = part(frames, Document(shapes=[shape]), start=3, stop=9, source="a.mp4")
    body, _ = export(Source("job", (CAT, DOG), [job], False, NOW), MOT)
    assert written(body) == ["4,-1,0.00,0.00,9.00,9.00,1,1,1.0"]
    target = Target((CAT, DOG), frames, is_video=True, start=3)
    assert [one.frame for one in read(body, MOT, target).document.shapes] == [6]


def test_tasks_of_a_project_are_counted_one_after_another() -> None:
    track = Track(
        frame=1, label_id=CAT.id,
        shapes=[TrackedShape(frame=1, type="rectangle", points=[0, 0, 9, 9])],
    )  # fmt: skip
    parts = [
        part(video(2), Document(tracks=[track]), id=at, subset=subset, source=f"{at}.mp4")
        for at, subset in enumerate(["a", "b"])
    ]
    project = Source("project", (CAT, DOG), parts, True, NOW, ProjectMeta(id=1, name="pets"))
    body, _ = export(project, MOT)
    assert [line.split(",")[:2] for line in written(body)] == [["2", "1"], ["4", "2"]]
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert "img1/b/frame_000001.PNG" in archive.namelist()


def test_pictures_are_listed() -> None:
    body, _ = export(source(VIDEO, images=True), MOT)
    pictures = registry.importer(MOT).load().pictures
    assert [one.name for one in pictures(Upload(io.BytesIO(body), "x.zip"))] == [
        frame.file_name for frame in CLIP
    ]


def test_motmetrics_finds_the_same(tmp_path: Path) -> None:
    body, _ = export(source(VIDEO), MOT)
    file = unpack(body, tmp_path) / "gt" / "gt.txt"
    found = motmetrics.io.loadtxt(str(file), fmt="mot16", min_confidence=1)
    assert found.index.tolist() == [(1, -1), (1, 1), (2, 1), (3, 1), (4, 1)]
    boxes = found[["X", "Y", "Width", "Height"]].to_numpy() + np.array([1, 1, 0, 0])
    assert boxes.tolist() == [
        [2, 3, 10.5, 10], [0, 0, 10, 10], [5, 2, 10, 10], [10, 4, 10, 10], [10, 4, 10, 10],
    ]  # fmt: skip
    assert found["Visibility"].tolist() == [1, 1, 1, 0, 0]


def test_datumaro_finds_the_same(tmp_path: Path) -> None:
    body, _ = export(source(VIDEO), MOT)
    found = Dataset.import_from(str(unpack(body, tmp_path)), "mot_seq")
    boxes = {
        int(item.id): [(one.attributes.get("track_id"), one.label, one.get_bbox(),
                        one.attributes["occluded"]) for one in item.annotations]
        for item in found
    }  # fmt: skip
    assert boxes == {
        1: [(None, 0, [2, 3, 10.5, 10], False), (1, 0, [0, 0, 10, 10], False)],
        2: [(1, 0, [5, 2, 10, 10], False)],
        3: [(1, 0, [10, 4, 10, 10], True)],
        4: [(1, 0, [10, 4, 10, 10], True)],
    }


def test_what_datumaro_writes_is_read(tmp_path: Path) -> None:
    blank = Image.from_numpy(np.zeros((480, 640, 3), np.uint8))
    items = [
        DatasetItem(id=str(at + 1), media=blank, annotations=[
            Bbox(10 + at, 20, 30, 40, label=1, attributes={"track_id": 3, "occluded": at == 1}),
        ])
        for at in range(2)
    ]  # fmt: skip
    Dataset.from_iterable(items, categories=["cat", DOG.name]).export(
        str(tmp_path), "mot_seq_gt", save_media=True
    )
    (track,) = read(pack(tmp_path), MOT, TARGET).document.tracks
    assert track.label_id == DOG.id
    assert [(one.frame, one.points, one.occluded) for one in seen(track, 9)] == [
        (0, [10, 20, 40, 60], False), (1, [11, 20, 41, 60], True),
    ]  # fmt: skip


#: A few lines in the layout of MOT17 and MOT15, whose classes have no file.
MOT17 = {
    "MOT17-09-SDP/seqinfo.ini": "[Sequence]\nname=MOT17-09-SDP\nimDir=img1\nframeRate=30\n"
    "seqLength=525\nimWidth=1920\nimHeight=1080\nimExt=.jpg\n",
    "MOT17-09-SDP/det/det.txt": "1,-1,1689.2,385.2,138.84,345.05,0.997\n",
    "MOT17-09-SDP/gt/gt.txt": "1,1,912,484,97,109,0,7,1\n2,1,912,484,97,109,0,7,1\n"
    "1,2,1338,418,167,379,1,1,0.68\n",
}
MOT15 = {"ADL/gt/gt.txt": "1,1,1689,385,146,337,1,-1,-1,-1\n1,2,1303,505,41,98,1,-1,-1,-1\n"}


def test_the_layout_of_mot17() -> None:
    labels = (LabelSpec(1, "pedestrian"), LabelSpec(2, "static person"))
    names = [f"img1/{number:06d}.jpg" for number in (1, 2, 3)]
    found = read(zipped({**MOT17}), MOT, Target(labels, photos(names)))
    still, walking = found.document.tracks
    assert (still.label_id, walking.label_id) == (2, 1)
    assert [one.frame for one in seen(still, 2)] == [0, 1]
    assert found.report.converted == {
        "mark of what to ignore was left out": 2,
        "visibility became occluded or not": 1,
    }


def test_the_layout_of_mot15() -> None:
    alone = Target((LabelSpec(1, "person"),), FRAMES)
    tracks = read(zipped({**MOT15}), MOT, alone).document.tracks
    assert [(one.label_id, one.shapes[0].points) for one in tracks] == [
        (1, [1689, 385, 1835, 722]), (1, [1303, 505, 1344, 603]),
    ]  # fmt: skip
    several = read(zipped({**MOT15}), MOT, TARGET)
    assert several.report.skipped == {"object has no class": 2}


LINES = {
    "1,1,0,0,9": "a line has at least 6 fields, not 5",
    "1,1,0,0,wide,9": '"wide" is not a number',
    "1,1,0,0,nan,9,1,1,1": "numbers must be finite",
    "1,inf,0,0,9,9,1,1,1": "a number is not finite",
    "1,1,0,0,9,9,1,nan,1": "numbers must be finite",
    "1,1,0,0,-9,9,1,1,1": "a box of negative size",
    "1,1,0,0,9,9,1,3,1": "there is no class 3: the dataset has 2",
    "frame 1": "a line has at least 6 fields, not 1",
}


@pytest.mark.parametrize("line", LINES)
def test_a_bad_line_is_refused_by_file_and_place(line: str) -> None:
    with pytest.raises(BadDataset, match=f"x.zip/gt/gt.txt, line 2: {LINES[line]}"):
        read(truth("1,1,0,0,9,9,1,1,1", line), MOT, TARGET, "x.zip")


REFUSED = {
    "no zip": (b"1,1,0,0,9,9", "is not a MOT dataset: it has no gt/gt.txt"),
    "another format": (zipped({"obj.data": ""}), "is not a MOT dataset"),
    "cut off": (truth("1,1,0,0,9,9")[:-30], "is not a complete ZIP archive"),
    "two sequences": (
        zipped({"a/gt/gt.txt": "", "b/gt/gt.txt": ""}), "has several sequences",
    ),
    "not UTF-8": (zipped({"gt/gt.txt": b"1,1,0,0,9,9\n\xff"}), r"gt\.txt, line 2"),
    "one endless line": (zipped({"gt/gt.txt": b"1," * 9999}), "line 1: is longer than 4096 bytes"),
    "a track twice": (
        truth("1,1,0,0,9,9,1,1,1", "1,1,5,5,9,9,1,1,1"), "line 2: track 1 is on one frame twice",
    ),
    "no known label": (truth("1,1,0,0,9,9,1,1,1", labels="cow"), 'none of its labels \\("cow"\\)'),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_another_file_is_refused(case: str) -> None:
    body, message = REFUSED[case]
    with pytest.raises(BadDataset, match=message):
        read(body, MOT, TARGET, "x.zip")


def test_frames_that_are_missing_are_told() -> None:
    found = read(truth("99,1,0,0,9,9,1,1,1", "1,1,0,0,9,9,1,1,1"), MOT, TARGET)
    assert found.report.objects == 1
    assert found.report.examples == {"image is not in the task": ["frame 99"]}


def test_an_empty_file_has_no_objects() -> None:
    assert read(truth(), MOT, TARGET).report.objects == 0


@given(st.binary(max_size=200))
def test_noise_is_refused(body: bytes) -> None:
    with pytest.raises(BadDataset):
        read(body, MOT, TARGET)
