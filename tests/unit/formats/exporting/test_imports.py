"""Pictures that are passed on as they were uploaded need no decoder, which takes long to load."""

from __future__ import annotations

import subprocess
import sys

import pytest

from chalicelib.formats import registry

DECODERS = {"cv2", "av"}
#: Writers that paint pixels, count in arrays or look into pictures.
ARRAYS = {
    "COCO Panoptic 1.0", "CamVid 1.0", "Cityscapes 1.0", "ICDAR Segmentation 1.0", "KITTI 1.0",
    "Label Studio 1.0", "MOTS PNG 1.0", "Open Images V6 1.0", "Parquet 1.0",
    "SageMaker Ground Truth 1.0", "Segmentation mask 1.1", "TFRecord 1.0",
}  # fmt: skip
NAMES = {format_.name for format_ in registry.exporters()}


@pytest.mark.parametrize(
    ("formats", "needless"),
    [(ARRAYS, DECODERS), (NAMES - ARRAYS, DECODERS | {"numpy", "PIL"})],
    ids=["pixels", "text"],
)
def test_no_decoder_is_loaded_for_plain_pictures(formats: set[str], needless: set[str]) -> None:
    assert formats <= NAMES
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.formats.exporting.plain_pictures", *sorted(formats)],
        check=True,
        capture_output=True,
        text=True,
    )
    loaded = set(done.stdout.split())
    assert {"functions.export.frames", "chalicelib.media.frames.picture_files"} <= loaded
    assert not loaded & needless
