"""What CVAT gets wrong when two people save one job, through the unmodified SDK: nothing is lost
here, nothing is there twice, and what was overwritten can be taken back."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from cvat_sdk import make_client
from cvat_sdk.api_client import exceptions
from cvat_sdk.core.proxies.annotations import AnnotationUpdateAction
from cvat_sdk.models import LabeledDataRequest, PatchedLabeledDataRequest

from tests.client.datasets import label_ids, photo_task
from tests.client.people import PASSWORD
from tests.client.test_annotations import _again, _box
from tests.support.wire import Person

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cvat_sdk import Client

    from tests.support.server import Server

UPDATE = AnnotationUpdateAction.UPDATE
DELETE = AnnotationUpdateAction.DELETE


class Site:
    """A job, open in two sessions."""

    def __init__(self, wire: Person, marie: Client, paul: Client) -> None:
        self.wire = wire
        task = photo_task(marie)
        labels = label_ids(task)
        self.face, self.vehicle = labels["face"], labels["vehicle"]
        self.marie = marie.jobs.retrieve(task.get_jobs()[0].id)
        self.paul = paul.jobs.retrieve(self.marie.id)
        self.client = marie

    def boxes(self, *edges: float, version: int = 0) -> LabeledDataRequest:
        return LabeledDataRequest(shapes=[_box(self.face, x=x) for x in edges], version=version)

    def left_edges(self) -> list[float]:
        return sorted(shape.points[0] for shape in self.marie.get_annotations().shapes)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """A request that the SDK has no method for."""
        return self.wire.made(method, f"/api/jobs/{self.marie.id}/annotations{path}", body)


@pytest.fixture(scope="module")
def site_of(server: Server) -> Iterator[Callable[[], Site]]:
    person = Person(server)
    credentials = person.username, PASSWORD
    with (
        make_client(server.url, credentials=credentials) as marie,
        make_client(server.url, credentials=credentials) as paul,
    ):
        marie.config.status_check_period = 0.1
        yield lambda: Site(person, marie, paul)


@pytest.fixture
def site(site_of: Callable[[], Site]) -> Site:
    return site_of()


def _refusal(error: pytest.ExceptionInfo[exceptions.ApiException]) -> Any:
    assert error.value.status == 409
    return json.loads(error.value.body)


def test_what_a_blind_put_erased_is_marked_and_comes_back(site: Site) -> None:
    site.marie.set_annotations(site.boxes(1.0, 2.0))
    site.paul.set_annotations(site.boxes(3.0))
    assert site.left_edges() == [3.0]
    newest, oldest = site.call("GET", "/history")["results"]
    assert (newest["overwrote"], newest["replaced"], newest["deleted"]) == (True, True, 2)
    assert not oldest["overwrote"]
    assert newest["client"] == "cvat-sdk/2.80.0"
    site.call("POST", f"/history/{oldest['revision']}/restore", {})
    assert site.left_edges() == [1.0, 2.0]


def test_a_put_that_names_what_it_has_read_erases_nothing_unseen(site: Site) -> None:
    site.marie.set_annotations(site.boxes(1.0))
    read = site.paul.get_annotations().version
    site.marie.set_annotations(site.boxes(1.0, 2.0))
    with pytest.raises(exceptions.ApiException) as refused:
        site.paul.set_annotations(site.boxes(3.0, version=read))
    assert _refusal(refused)["version"] == read + 1
    assert site.left_edges() == [1.0, 2.0]


def test_a_stale_copy_undoes_a_move_only_where_the_client_does_not_ask(site: Site) -> None:
    site.marie.set_annotations(site.boxes(1.0))
    stale = site.paul.get_annotations()
    [shape] = stale.shapes
    there = PatchedLabeledDataRequest(shapes=[_again(shape, points=[9.0, 1.0, 20.0, 20.0])])
    site.marie.update_annotations(there, action=UPDATE)
    relabelled = _again(shape, label_id=site.vehicle, attributes=[])
    asking = PatchedLabeledDataRequest(shapes=[relabelled], version=stale.version)
    with pytest.raises(exceptions.ApiException) as refused:
        site.paul.update_annotations(asking, action=UPDATE)
    [conflict] = _refusal(refused)["conflicts"]
    assert (conflict["id"], conflict["kind"]) == (shape.id, "shape")
    assert conflict["server"]["points"][0] == 9.0
    assert conflict["client"]["label_id"] == site.vehicle
    # Who does not ask is the last writer, and the history has what was there.
    site.paul.update_annotations(PatchedLabeledDataRequest(shapes=[relabelled]), action=UPDATE)
    assert site.left_edges() == [1.0]
    [before] = site.call("GET", "/history/2")["shapes"]
    assert before["points"][0] == 9.0


def test_a_deleted_shape_stays_deleted(site: Site) -> None:
    site.marie.set_annotations(site.boxes(1.0, 2.0))
    stale = site.paul.get_annotations().shapes
    gone = PatchedLabeledDataRequest(shapes=[_again(stale[0])])
    site.marie.update_annotations(gone, action=DELETE)
    both = PatchedLabeledDataRequest(shapes=[_again(shape, z_order=3) for shape in stale])
    site.paul.update_annotations(both, action=UPDATE)
    read = site.marie.get_annotations().shapes
    assert [(shape.id, shape.z_order) for shape in read] == [(stale[1].id, 3)]


def test_parallel_updates_of_one_shape_all_succeed(site: Site) -> None:
    site.marie.set_annotations(site.boxes(1.0))
    [shape] = site.marie.get_annotations().shapes

    def move(x: float) -> None:
        job = (site.marie, site.paul)[int(x) % 2]
        moved = _again(shape, points=[x, 1.0, x + 5, 9.0])
        job.update_annotations(PatchedLabeledDataRequest(shapes=[moved]), action=UPDATE)

    edges = [float(x) for x in range(10, 22)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(move, edges))
    [read] = site.marie.get_annotations().shapes
    assert read.id == shape.id
    assert read.points[0] in edges
    assert site.marie.get_annotations().version == 1 + len(edges)
    # Every acknowledged position is in the history.
    seen = [
        site.call("GET", f"/history/{revision}")["shapes"][0]["points"][0]
        for revision in range(2, 2 + len(edges))
    ]
    assert sorted(seen) == edges


def test_what_is_stored_although_it_looks_wrong_is_said(site: Site) -> None:
    odd = site.boxes(1.0)
    odd.shapes[0].frame = 100_000
    odd.shapes[0].points = [5.0, 5.0, 5.0, 5.0]
    odd.shapes += site.boxes(50_000.0).shapes
    _, response = site.client.api_client.jobs_api.update_annotations(
        site.marie.id, labeled_data_request=odd
    )
    warnings = json.loads(response.data)["warnings"]
    assert any("100000" in text for text in warnings)
    assert any("area" in text for text in warnings)
    assert "shapes[1]: it is outside the picture." in warnings
    [row] = site.call("GET", "/history")["results"]
    assert row["message"].startswith("Looks odd: ")
    for bad in ([1.0, 2.0, 3.0], []):
        refused = site.boxes(1.0)
        refused.shapes[0].points = bad
        with pytest.raises(exceptions.ApiException, match="points"):
            site.marie.set_annotations(refused)


def test_an_open_editor_hears_what_the_others_did(site: Site) -> None:
    site.marie.set_annotations(site.boxes(1.0, 2.0))
    one, two = site.marie.get_annotations().shapes
    site.paul.update_annotations(
        PatchedLabeledDataRequest(shapes=[_again(one, z_order=2)]), action=UPDATE
    )
    site.paul.remove_annotations(ids=[two.id])
    news = site.call("GET", "/changes?since=1")
    assert (news["version"], news["since"], news["replaced"]) == (3, 1, False)
    assert [(item["kind"], item["id"], item["z_order"]) for item in news["update"]] == [
        ("shape", one.id, 2)
    ]
    assert (news["create"], news["delete"]) == ([], [two.id])
    assert [row["revision"] for row in news["revisions"]] == [3, 2]
    site.paul.set_annotations(site.boxes(7.0))
    news = site.call("GET", "/changes?since=1")
    assert news["replaced"]
    assert [item["points"][0] for item in news["create"]] == [7.0]
    assert news["revisions"][0]["owner"]["username"]
