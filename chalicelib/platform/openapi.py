"""The OpenAPI document, generated from the routes.

`python -m chalicelib.platform.openapi` prints it; the browser's typed client is generated from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec

from chalicelib.platform.config import COMPATIBLE_VERSION, PRODUCT
from chalicelib.platform.http import ROUTES, Route

_PARAMETER = re.compile(r"\{(\w+)\}")
#: Query parameters whose type is not text.
_QUERY_TYPES = {
    **dict.fromkeys(("page", "org_id", "number", "index", "task_id", "job_id", "project_id"),
                    "integer"),
    **dict.fromkeys(("save_images", "conv_mask_to_poly", "lightweight"), "boolean"),
}  # fmt: skip
_DESCRIPTIONS = {400: "Bad request", 401: "Not signed in", 403: "Not allowed", 404: "Not found"}


@cache
def document() -> dict[str, Any]:
    """The document of all routes that have been imported."""
    shapes = [shape for route in ROUTES for shape in (route.body, route.response) if shape]
    schemas, components = msgspec.json.schema_components(
        shapes, ref_template="#/components/schemas/{name}"
    )
    by_shape = dict(zip(map(repr, shapes), schemas, strict=True))
    paths: dict[str, Any] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, by_shape)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": PRODUCT,
            "version": COMPATIBLE_VERSION,
            "description": "Image and video annotation, compatible with the clients of CVAT.",
        },
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": components,
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
                "token": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic"},
            },
        },
        "security": [{"session": [], "csrf": []}, {"token": []}, {"basic": []}],
    }


def _operation(route: Route, by_shape: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{route.tag}_{route.handler.__name__}_{route.method.lower()}",
        "tags": [route.tag],
        "summary": route.summary,
        "parameters": [*_path_parameters(route), *_query_parameters(route.query)],
        "responses": {str(route.status): _answer(route, by_shape), **_errors(route)},
    }
    if route.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": by_shape[repr(route.body)]}},
        }
    if route.public:
        operation["security"] = []
    return operation


def _answer(route: Route, by_shape: dict[str, Any]) -> dict[str, Any]:
    if route.response is None:
        return {"description": route.summary}
    return {
        "description": route.summary,
        "content": {"application/json": {"schema": by_shape[repr(route.response)]}},
    }


def _errors(route: Route) -> dict[str, Any]:
    codes = [400] if route.public else [400, 401, 403, 404]
    return {str(code): {"description": _DESCRIPTIONS[code]} for code in codes}


def _path_parameters(route: Route) -> Iterable[dict[str, Any]]:
    for name in _PARAMETER.findall(route.path):
        integer = name == "id" and route.tag != "requests"
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer" if integer else "string"},
        }


def _query_parameters(names: Iterable[str]) -> Iterable[dict[str, Any]]:
    for name in names:
        yield {
            "name": name,
            "in": "query",
            "required": False,
            "schema": {"type": _QUERY_TYPES.get(name, "string")},
        }


if __name__ == "__main__":
    import sys

    import app  # noqa: F401  registers every route

    sys.stdout.write(msgspec.json.format(msgspec.json.encode(document()), indent=1).decode() + "\n")
