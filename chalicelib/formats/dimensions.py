"""Formats of pictures are not for point clouds, nor the other way round."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.formats.descriptions import Description
from chalicelib.platform.errors import Invalid


def check(description: Description, dimensions: Iterable[str | None]) -> None:
    """Raise Invalid if what is exported or imported into is not what a format is for.

    Args:
        dimensions: "2d" or "3d" of tasks or of a project; None where there is no data yet.
    """
    strangers = {*dimensions} - {None, description.dimension}
    if not strangers:
        return
    if description.dimension == "3d":
        raise Invalid(
            format=f'"{description.name}" is for point clouds (3D), not for pictures (2D)'
        )
    raise Invalid(format=f'"{description.name}" is for pictures (2D), not for point clouds (3D)')
