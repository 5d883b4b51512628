"""Which formats there are."""

from __future__ import annotations

import msgspec

from chalicelib.formats import registry
from chalicelib.formats.descriptions import Description
from chalicelib.formats.router import routes
from chalicelib.platform.requests import Request


class DatasetFormat(msgspec.Struct):
    """A format in one direction; `name` is what other operations take as `format`."""

    name: str
    ext: str
    version: str
    enabled: bool
    dimension: str


class DatasetFormats(msgspec.Struct):
    """Every format."""

    importers: list[DatasetFormat]
    exporters: list[DatasetFormat]


@routes.get("/api/server/annotation/formats", response=DatasetFormats, public=True)
def retrieve_annotation_formats(request: Request) -> DatasetFormats:
    """Formats that annotations are exported in and imported from"""
    return DatasetFormats(
        importers=[_shown(description) for description in registry.importers()],
        exporters=[_shown(description) for description in registry.exporters()],
    )


def _shown(description: Description) -> DatasetFormat:
    return DatasetFormat(
        description.name, description.ext, description.version, True, description.dimension
    )
