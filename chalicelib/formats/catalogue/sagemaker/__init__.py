"""Augmented manifests of SageMaker Ground Truth, which Rekognition Custom Labels reads, too.

https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html
"""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_CODE = "chalicelib.formats.catalogue.sagemaker"

FORMATS: tuple[Description, ...] = (
    Exporter("SageMaker Ground Truth", "1.0", "ZIP", f"{_CODE}.writer:WRITER"),
    Importer("SageMaker Ground Truth", "1.0", "JSONL, MANIFEST, ZIP", f"{_CODE}.reader:READER"),
)
