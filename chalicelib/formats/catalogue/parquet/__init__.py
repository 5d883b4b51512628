"""Parquet: a row per object, for DuckDB, Athena and pandas.

https://parquet.apache.org/docs/file-format/
"""

from __future__ import annotations

from chalicelib.formats.descriptions import Description, Exporter, Importer

_CODE = "chalicelib.formats.catalogue.parquet"

FORMATS: tuple[Description, ...] = (
    Exporter("Parquet", "1.0", "ZIP", f"{_CODE}.writer:WRITER"),
    Importer("Parquet", "1.0", "PARQUET, ZIP", f"{_CODE}.reader:READER"),
)
