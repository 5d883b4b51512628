"""PASCAL VOC, as CVAT lays it out: http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/."""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

FORMATS: tuple[Description, ...] = (
    Exporter("PASCAL VOC", "1.1", "ZIP", "chalicelib.formats.catalogue.voc.writer:WRITER"),
    Importer("PASCAL VOC", "1.1", "ZIP", "chalicelib.formats.catalogue.voc.reader:READER"),
)
