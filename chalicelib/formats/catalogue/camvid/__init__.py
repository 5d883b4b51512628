"""CamVid: http://mi.eng.cam.ac.uk/research/projects/VideoRec/CamVid/."""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_CODE = "chalicelib.formats.catalogue.camvid"

FORMATS: tuple[Description, ...] = (
    Exporter("CamVid", "1.0", "ZIP", f"{_CODE}.writer:WRITER"),
    Importer("CamVid", "1.0", "ZIP", f"{_CODE}.reader:READER"),
)
