"""Raw recordings of KITTI: point clouds, pictures, and one XML file of tracklets.

Format: http://www.cvlibs.net/datasets/kitti/raw_data.php, as CVAT and datumaro extend it.
"""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_HERE = "chalicelib.formats.catalogue.kitti_raw"

FORMATS: tuple[Description, ...] = (
    Exporter("Kitti Raw Format", "1.0", "ZIP", f"{_HERE}.writer:WRITER", "3d"),
    Importer("Kitti Raw Format", "1.0", "ZIP, XML", f"{_HERE}.reader:READER", "3d"),
)
