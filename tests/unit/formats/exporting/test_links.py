"""What clients are told of formats, and links that end."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chalicelib.formats import registry
from tests.unit.formats.conftest import Person
from tests.unit.formats.exporting.test_routes import end, export
from tests.unit.formats.test_registry import OF_CVAT, OF_POINT_CLOUDS

HOUR = 3600


def test_a_link_to_a_file_ends_within_the_hour(ann: Person, task: dict[str, Any]) -> None:
    request_id = export(ann, f"tasks/{task['id']}").json["rq_id"]
    key = end(request_id)
    answer = ann.api.get(f"/api/tasks/{task['id']}/dataset/download", rq_id=request_id)
    link = urlsplit(answer.header("location") or "")
    signed = {name: value for name, (value,) in parse_qs(link.query).items()}
    assert 0 < int(signed["X-Amz-Expires"]) <= HOUR
    begun = datetime.strptime(signed["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert abs((datetime.now(UTC) - begun).total_seconds()) <= HOUR
    # For this file, and for reading it alone.
    assert link.path.endswith(key)
    assert signed["X-Amz-SignedHeaders"] == "host"


def test_all_formats_are_listed_as_clients_need_them(ann: Person) -> None:
    listed = ann.api.get("/api/server/annotation/formats").json
    assert list(listed) == ["importers", "exporters"]
    for direction, at in (("exporters", 0), ("importers", 1)):
        shown = {one["name"]: one for one in listed[direction]}
        assert len(shown) == len(listed[direction])
        for name, known in OF_CVAT.items():
            if known[at] is None:
                assert name not in shown
                continue
            assert shown[name] == {
                "name": name,
                "ext": known[at],
                "version": name.rpartition(" ")[2],
                "enabled": True,
                "dimension": "3d" if name in OF_POINT_CLOUDS else "2d",
            }
        found = {"exporters": registry.exporters(), "importers": registry.importers()}[direction]
        assert list(shown) == [one.name for one in found]
        assert all(set(one) == set(shown["COCO 1.0"]) for one in listed[direction])
