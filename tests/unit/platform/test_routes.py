"""What API Gateway demands of the routes, and what the description of the API promises."""

from __future__ import annotations

import re
from collections import defaultdict

import app
from chalicelib.platform.http import ROUTES
from chalicelib.platform.openapi import document


def test_a_path_position_has_one_parameter_name() -> None:
    assert app.app.routes
    names: dict[str, set[str]] = defaultdict(set)
    for route in ROUTES:
        parts = route.path.split("/")
        for place, part in enumerate(parts):
            if part.startswith("{"):
                before = re.sub(r"\{\w+\}", "{}", "/".join(parts[:place]))
                names[before].add(part)
    assert {place: found for place, found in names.items() if len(found) > 1} == {}


def test_no_route_ends_with_a_slash() -> None:
    assert [route.path for route in ROUTES if route.path.endswith("/")] == []


def test_every_route_is_described() -> None:
    described = document()
    for route in ROUTES:
        operation = described["paths"][route.path][route.method.lower()]
        assert operation["summary"]
        named = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", route.path))


def test_operation_ids_are_unique() -> None:
    ids = [
        operation["operationId"]
        for operations in document()["paths"].values()
        for operation in operations.values()
    ]
    assert len(ids) == len(set(ids))


def test_every_reference_of_the_description_leads_somewhere() -> None:
    described = document()
    text = str(described)
    referenced = set(re.findall(r"#/components/schemas/([\w.-]+)", text))
    assert referenced <= set(described["components"]["schemas"])
