"""Datasets laid out as they are published, and files that are no such datasets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.collecting import Collected
from chalicelib.formats.importing.target import Target
from tests.unit.formats.datasets import CAT, DOG, photos, read, video
from tests.unit.formats.sample import LABELS
from tests.unit.formats.ultralytics.test_ultralytics import (
    BOXES,
    CLASSIFICATION,
    DETECTION,
    POSE,
    SEGMENTATION,
)
from tests.unit.formats.unpacked import zipped

NAMES = [f"{number:012d}.jpg" for number in (9, 25, 36, 42)]
TARGET = Target((CAT, DOG, LABELS[2]), photos(NAMES))
BOX = "0 0.5 0.5 0.25 0.5\n"
#: The head of coco8.yaml, whose images are in the archive under another path.
COCO8 = f"""# Ultralytics AGPL-3.0 License
path: coco8 # dataset root dir
train: images/train # train images (relative to 'path') 4 images
val: images/val # val images (relative to 'path') 4 images
test: # test images (optional)

# Classes
names:
  0: cat
  1: '{DOG.name}'

# Download script/URL (optional)
download: https://github.com/ultralytics/assets/releases/download/v0.0.0/coco8.zip
"""
ROBOFLOW = """train: ../train/images
val: ../valid/images
test: ../test/images

nc: 2
names: ['cat', 'dog']

roboflow:
  workspace: some
  project: pets
  version: 1
"""


def coco8(files: dict[str, str | bytes] | None = None) -> bytes:
    """A dataset in the layout of coco8, two images for training and one to validate."""
    content: dict[str, str | bytes] = {
        "coco8/coco8.yaml": COCO8,
        "coco8/LICENSE": "",
        "coco8/images/train/000000000009.jpg": b"picture",
        "coco8/images/train/000000000025.jpg": b"picture",
        "coco8/images/val/000000000036.jpg": b"picture",
        "coco8/labels/train/000000000009.txt": BOX,
        "coco8/labels/val/000000000036.txt": "1 0.25 0.25 0.5 0.5",
    }
    return zipped(content | (files or {}))


def where(found: Collected) -> list[tuple[int, int]]:
    return [(one.frame, one.label_id) for one in found.document.shapes]


def test_the_layout_of_coco8() -> None:
    found = read(coco8(), DETECTION, TARGET)
    assert where(found) == [(0, CAT.id), (2, DOG.id)]
    assert not found.report.skipped


def test_one_subset_of_it() -> None:
    only = Target(TARGET.labels, TARGET.frames, subset="val")
    assert where(read(coco8(), DETECTION, only)) == [(2, DOG.id)]


def test_paths_that_hold_elsewhere() -> None:
    for path in ("/home/me/datasets/coco8", "../datasets/coco8", "C:\\data\\coco8"):
        changed = COCO8.replace("path: coco8", f"path: {path}")
        assert where(read(coco8({"coco8/coco8.yaml": changed}), DETECTION, TARGET)) == [
            (0, CAT.id), (2, DOG.id),
        ]  # fmt: skip


@pytest.mark.parametrize("root", ["C:\\\\Users\\\\me\\\\pets\\\\", "/home/me/pets/", "D:/"])
def test_paths_of_another_machine(root: str) -> None:
    changed = COCO8.replace("images/", f"{root}images/")
    found = read(coco8({"coco8/coco8.yaml": changed}), DETECTION, TARGET)
    assert where(found) == [(0, CAT.id), (2, DOG.id)]


def test_folders_as_windows_writes_them() -> None:
    body = zipped({"data.yaml": COCO8.replace("/", "\\"),
                   "labels\\train\\000000000009.txt": BOX})  # fmt: skip
    assert where(read(body, DETECTION, TARGET)) == [(0, CAT.id)]


def test_names_of_classes_beside_the_labels_are_no_labels() -> None:
    body = coco8({"coco8/labels/train/classes.txt": "cat\ndog\n"})
    assert where(read(body, DETECTION, TARGET)) == [(0, CAT.id), (2, DOG.id)]


def test_a_subset_that_is_named_twice_is_read_once() -> None:
    changed = COCO8.replace("images/val", "images/train")
    assert where(read(coco8({"coco8/coco8.yaml": changed}), DETECTION, TARGET)) == [(0, CAT.id)]


def test_a_subset_that_is_not_in_the_archive_is_told() -> None:
    changed = COCO8.replace("images/val", "images/elsewhere")
    found = read(coco8({"coco8/coco8.yaml": changed}), DETECTION, TARGET)
    assert found.report.examples["folder or list of the dataset is not there"] == [
        "images/elsewhere"
    ]


def test_the_layout_of_roboflow() -> None:
    body = zipped(
        {"data.yaml": ROBOFLOW.replace("'dog'", f"'{DOG.name}'"),
         "train/images/000000000009.jpg": b"", "train/labels/000000000009.txt": BOX,
         "valid/labels/000000000025.txt": "1 0.5 0.5 1 1", "valid/images/000000000025.jpg": b""}
    )  # fmt: skip
    found = read(body, DETECTION, TARGET)
    assert where(found) == [(0, CAT.id), (1, DOG.id)]
    assert found.report.examples["folder or list of the dataset is not there"] == ["../test/images"]


def test_labels_without_their_images() -> None:
    body = zipped({"data.yaml": COCO8, "labels/train/000000000009.txt": BOX,
                   "labels/val/000000000036.txt": BOX})  # fmt: skip
    assert where(read(body, DETECTION, TARGET)) == [(0, CAT.id), (2, CAT.id)]


def test_lists_as_cvat_writes_them() -> None:
    for prefix in ("", "data/", "./"):
        body = zipped(
            {"data.yaml": "path: .\ntrain: train.txt\nnames:\n  0: cat\n",
             "train.txt": f"{prefix}images/train/frame_000001.png\n",
             "labels/train/frame_000001.txt": BOX}
        )  # fmt: skip
        found = read(body, DETECTION, Target((CAT,), video(3), is_video=True))
        assert where(found) == [(1, CAT.id)]


def test_tracks_and_scores_at_the_end_of_a_line() -> None:
    body = coco8(
        {"coco8/labels/train/000000000009.txt": "0 0.5 0.5 0.2 0.2 7\n1 0.5 0.5 0.2 0.2 0.75",
         "coco8/labels/train/000000000025.txt": "0 0.6 0.5 0.2 0.2 7"}
    )  # fmt: skip
    found = read(body, DETECTION, TARGET).document
    (track,) = found.tracks
    assert [(one.frame, one.outside) for one in track.shapes] == [
        (0, False), (1, False), (2, True),
    ]  # fmt: skip
    assert [one.score for one in found.shapes] == [0.75, 1.0]


def test_turned_boxes_in_the_layout_of_dota() -> None:
    body = coco8({"coco8/labels/train/000000000009.txt": "1 0.25 0.25 0.5 0.25 0.5 0.5 0.25 0.5",
                  "coco8/labels/val/000000000036.txt": ""})  # fmt: skip
    (box,) = read(body, BOXES, TARGET).document.shapes
    assert (box.label_id, box.points, box.rotation) == (DOG.id, [160, 120, 320, 240], 0)


@pytest.mark.parametrize(("numbers", "end"), [(2, ""), (3, " 2")])
def test_poses_of_two_and_three_numbers_a_point(numbers: int, end: str) -> None:
    points = " ".join(f"0.{at} 0.{at}{end}" for at in (1, 2, 3))
    described = COCO8.replace("cat", "person") + f"kpt_shape: [3, {numbers}]\nflip_idx: [0, 1, 2]\n"
    body = coco8(
                 {"coco8/coco8.yaml": described,
                  "coco8/labels/train/000000000009.txt": f"0 0.2 0.2 0.2 0.2 {points}\n",
                  "coco8/labels/val/000000000036.txt": f"0 0.2 0.2 0.2 0.2 {points} 5\n"}
    )  # fmt: skip
    found = read(body, POSE, TARGET).document
    (shape,) = found.shapes
    assert [one.points for one in shape.elements] == [[64, 48], [128, 96], [192, 144]]
    assert not any(one.outside or one.occluded for one in shape.elements)
    (track,) = found.tracks
    assert [one.type for one in track.shapes] == ["skeleton", "skeleton"]
    assert [len(one.shapes) for one in track.elements] == [2, 2, 2]


def test_poses_of_other_points_are_told() -> None:
    def of(points: int, line: str) -> Collected:
        described = COCO8.replace("cat", "person") + f"kpt_shape: [{points}, 3]\n"
        labels = {"val/000000000036": "", "train/000000000009": f"0 0.2 0.2 0.2 0.2 {line}"}
        files = {f"coco8/labels/{name}.txt": text for name, text in labels.items()}
        body = coco8({"coco8/coco8.yaml": described, **files})
        return read(body, POSE, TARGET)

    place = "upload.zip/coco8/labels/train/000000000009.txt:1"
    assert of(2, "0.1 0.1 2 0.2 0.2 2").report.examples == {
        "skeleton has fewer points than its label": [place]
    }
    more = of(4, "0.1 0.1 2 0.2 0.2 2 0.3 0.3 2 0.4 0.4 2").report
    assert (more.objects, more.examples) == (1, {"point is not the skeleton's": [place]})


def test_images_in_folders_of_their_classes() -> None:
    for around in ("", "pets/", "a/pets/"):
        body = zipped({f"{around}train/cat/{NAMES[0]}": b"", f"{around}val/cow/{NAMES[1]}": b"",
                       f"{around}val/cat/more/{NAMES[2]}": b""})  # fmt: skip
        found = read(body, CLASSIFICATION, TARGET)
        assert [(one.frame, one.label_id) for one in found.document.tags] == [
            (0, CAT.id), (2, CAT.id),
        ]  # fmt: skip
        assert found.report.labels == {"cow": 1}


YAML = "coco8/coco8.yaml"
LINE = "coco8/labels/train/000000000009.txt"
REFUSED: dict[str, tuple[str, bytes, str]] = {
    "no subsets": (
        DETECTION, coco8({YAML: "names: [cat]"}), "coco8.yaml: names no folder or list of images"
    ),
    "boxes": (CLASSIFICATION, coco8({}), "is not a dataset for classification"),
    "no zip": (DETECTION, b"names: [cat]", r"x\.zip: is not an Ultralytics dataset: it has no"),
    "darknet": (DETECTION, zipped({"obj.data": "", "a.txt": ""}), "it has no data.yaml"),
    "two descriptions": (DETECTION, coco8({"coco8/b.yaml": ""}), "has several .yaml files"),
    "no names": (DETECTION, coco8({YAML: "train: images/train"}), "it has no names"),
    "empty": (DETECTION, coco8({YAML: ""}), "it has no names"),
    "no YAML": (DETECTION, coco8({YAML: "names: [cat"}), r"coco8\.yaml, line 1: is not YAML"),
    "not UTF-8": (DETECTION, coco8({YAML: b"names: [\xff]"}), "is not YAML"),
    "a bomb": (
        DETECTION,
        coco8({YAML: "a: &a [x, x]\nb: &b [*a, *a]\nnames: [*b, *b]"}),
        r"coco8\.yaml, line 2: repeats values by reference",
    ),
    "names of lists": (DETECTION, coco8({YAML: "names: [[cat]]"}), "neither a list nor numbered"),
    "nothing there": (
        DETECTION,
        coco8({YAML: "names: [cat]\ntrain: images/else"}),
        r"coco8\.yaml: names images/else, which is not there",
    ),
    "unknown class": (
        DETECTION, coco8({LINE: "5 0.5 0.5 1 1"}), rf"{LINE}, line 1: there is no class 5",
    ),
    "polygons as boxes": (
        DETECTION, coco8({LINE: "0 0 0 1 0 1 1 0 1"}), "a box has 5 fields, not 9",
    ),
    "boxes as polygons": (
        SEGMENTATION, coco8(), "after the class come at least 6 numbers, not 4",
    ),
    "boxes as turned boxes": (BOXES, coco8(), "after the class come 8 numbers, not 4"),
    "boxes as poses": (POSE, coco8(), "is not a dataset of poses: it has no kpt_shape"),
    "no shape": (POSE, coco8({YAML: f"{COCO8}\nkpt_shape: 17"}), "its kpt_shape is not"),
    "boxes with a shape": (
        POSE, coco8({YAML: f"{COCO8}\nkpt_shape: [17, 3]"}), "a skeleton has 56 fields, not 5",
    ),
    "no number": (SEGMENTATION, coco8({LINE: "0 0 0 1 0 1 x"}), '"x" is not a number'),
    "not finite": (SEGMENTATION, coco8({LINE: "0 0 0 1 0 1 nan"}), "must be finite"),
    "a track twice": (
        DETECTION,
        coco8({LINE: "0 0.5 0.5 1 1 3\n0 0.5 0.5 1 1 3"}),
        rf"{LINE}, line 2: track 3 is on one frame twice",
    ),
    "no track": (DETECTION, coco8({LINE: "0 0.5 0.5 1 1 7.5"}), "neither the number of a track"),
    "no classes": (CLASSIFICATION, zipped({"a.jpg": b""}), "is not a dataset for classification"),
    "other JSON": (
        CLASSIFICATION, zipped({"train/labels.json": '{"a": 1}'}), "does not list images",
    ),
    "no JSON": (CLASSIFICATION, zipped({"train/labels.json": "{"}), "labels.json: is not JSON"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_another_file_is_refused(case: str) -> None:
    name, body, message = REFUSED[case]
    with pytest.raises(BadDataset, match=message):
        read(body, name, TARGET, "x.zip")


@pytest.mark.parametrize("name", [DETECTION, BOXES, SEGMENTATION, POSE, CLASSIFICATION])
def test_a_truncated_archive_is_refused(name: str) -> None:
    with pytest.raises(BadDataset, match="is not a complete ZIP archive"):
        read(coco8()[:-40], name, TARGET)


@given(st.binary(max_size=200), st.sampled_from([DETECTION, POSE, CLASSIFICATION]))
def test_noise_is_refused(body: bytes, name: str) -> None:
    with pytest.raises(BadDataset):
        read(body, name, TARGET)
    with pytest.raises(BadDataset):
        read(zipped({"data.yaml": body}), name, TARGET)
