"""`data.yaml`: names of classes, and where the images of each subset are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import yaml

from chalicelib.formats.errors import BadDataset
from chalicelib.formats.importing.upload import Upload

#: Bytes of the largest file, which is a list of names and little else.
MAX_YAML = 4 << 20
MAX_BRACKETS = 1_000


class Description(msgspec.Struct, frozen=True):
    """What a dataset says of itself.

    Attributes:
        file: of the upload.
        folder: that the file is in, "" or with a slash at its end.
        names: classes by number.
        settings: everything in the file.
    """

    file: str
    folder: str
    names: dict[int, str]
    settings: dict[str, Any]

    @property
    def root(self) -> str:
        """The folder that the dataset says its paths are relative to; "." if it says nothing."""
        path = self.settings.get("path")
        return path if isinstance(path, str) and path else "."

    def sources(self) -> Mapping[str, list[str]]:
        """Subsets, each with the folders, lists or images that it names."""
        found: dict[str, list[str]] = {}
        for key, value in self.settings.items():
            named = [value] if isinstance(value, str) else value
            if (
                key not in _WORDS
                and isinstance(named, list)
                and named
                and all(isinstance(one, str) and one for one in named)
            ):
                found[key] = named
        return found


_WORDS = frozenset({"path", "names", "nc", "download", "kpt_shape", "kpt_names", "flip_idx",
                    "channels", "backup", "classes", "license", "yaml_file"})  # fmt: skip


def describe(upload: Upload) -> Description:
    """Read a dataset's description. Raises BadDataset."""
    found = [file for file in upload.files(".yaml", ".yml") if file]
    named = [file for file in found if file.rpartition("/")[2] in ("data.yaml", "data.yml")]
    if not found:
        raise BadDataset(upload.name, "is not an Ultralytics dataset: it has no data.yaml file")
    if len(found) > 1 and len(named) != 1:
        raise BadDataset(
            upload.name, f"has several .yaml files, none of them data.yaml: {', '.join(found[:3])}"
        )
    file = found[0] if len(found) == 1 else named[0]
    settings = _settings(upload, file)
    folder, slash, _ = file.rpartition("/")
    return Description(file, folder + slash, _names(upload, file, settings), settings)


def _settings(upload: Upload, file: str) -> dict[str, Any]:
    body = upload.read(file, MAX_YAML)
    try:
        _refuse_references(upload.place(file), body)
        settings = yaml.safe_load(body)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else ""
        trouble = getattr(error, "problem", None) or "cannot be decoded"
        raise BadDataset(upload.place(file), f"is not YAML: {trouble}", place) from None
    if not isinstance(settings, dict) or "names" not in settings:
        raise BadDataset(upload.place(file), "is not an Ultralytics dataset: it has no names")
    return {str(key): value for key, value in settings.items()}


def _refuse_references(place: str, body: bytes) -> None:
    """Raise BadDataset if values are repeated by reference: a small file could become a huge one.

    Nor may it have countless brackets, for which the parser takes time by the square of them.
    Raises YAMLError as well.
    """
    if body.count(b"[") + body.count(b"{") > MAX_BRACKETS:
        raise BadDataset(place, f"has more than {MAX_BRACKETS} brackets")
    for event in yaml.parse(body, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise BadDataset(place, "repeats values by reference", f"line {line}")


def _names(upload: Upload, file: str, settings: dict[str, Any]) -> dict[int, str]:
    names = settings["names"]
    if isinstance(names, list):
        names = dict(enumerate(names))
    if (
        isinstance(names, dict)
        and all(str(number).isdecimal() for number in names)
        and all(isinstance(name, str | int | float) for name in names.values())
    ):
        return {int(number): str(name) for number, name in names.items()}
    raise BadDataset(upload.place(file), "its names are neither a list nor numbered")
