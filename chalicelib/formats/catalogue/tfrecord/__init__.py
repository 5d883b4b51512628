"""TFRecord of TensorFlow's object detection: an example per image.

https://www.tensorflow.org/tutorials/load_data/tfrecord and, for the names of features,
https://github.com/tensorflow/models/blob/master/research/object_detection/g3doc/using_your_own_dataset.md
"""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_CODE = "chalicelib.formats.catalogue.tfrecord"

FORMATS: tuple[Description, ...] = (
    Exporter("TFRecord", "1.0", "ZIP", f"{_CODE}.writer:WRITER"),
    Importer("TFRecord", "1.0", "TFRECORD, ZIP", f"{_CODE}.reader:READER"),
)
