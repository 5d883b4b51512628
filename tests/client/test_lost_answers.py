"""The network loses the answer to a save that was stored. What the unmodified SDK then repeats on
its own, and what people repeat by hand, is applied once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import urllib3
from cvat_sdk import make_client
from cvat_sdk.core.proxies.annotations import AnnotationUpdateAction
from cvat_sdk.models import LabeledDataRequest, PatchedLabeledDataRequest

from tests.client.datasets import label_ids, photo_task
from tests.client.people import PASSWORD, newcomer
from tests.client.test_annotations import _box
from tests.support.dropping_proxy import DroppingProxy
from tests.support.wire import Person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cvat_sdk import Client
    from cvat_sdk.core.proxies.jobs import Job

    from tests.support.server import Server

CREATE = AnnotationUpdateAction.CREATE


class Site:
    """A job, seen by its owner through a proxy, and by an administrator who works beside."""

    def __init__(self, server: Server, proxy: DroppingProxy) -> None:
        self.proxy = proxy
        with newcomer(server) as owner:
            task = photo_task(owner)
            self.face = label_ids(task)["face"]
            self.job_id = task.get_jobs()[0].id
            name = owner.users.retrieve_current_user().username
        self.owner: Client = make_client(proxy.url, credentials=(name, PASSWORD))
        self.job: Job = self.owner.jobs.retrieve(self.job_id)
        self._other = Person(server, server.username, server.password)
        self._path = f"/api/jobs/{self.job_id}/annotations"

    def beside(self, x: float) -> None:
        """The other one draws a box."""
        box = {"type": "rectangle", "frame": 0, "label_id": self.face}
        body = {"shapes": [box | {"points": [x, 1.0, x + 5, 9.0]}]}
        self._other.made("PATCH", self._path, body, action="create")

    def boxes(self) -> list[float]:
        """Left edges of all boxes."""
        return sorted(s["points"][0] for s in self.read["shapes"])

    @property
    def read(self) -> Any:
        return self._other.made("GET", self._path)

    def change(self, x: float, version: int = 0) -> PatchedLabeledDataRequest:
        return PatchedLabeledDataRequest(shapes=[_box(self.face, x=x)], version=version)


@pytest.fixture
def site(server: Server) -> Iterator[Site]:
    with DroppingProxy(server.url) as proxy:
        made = Site(server, proxy)
        with made.owner:
            yield made


@pytest.mark.parametrize("status", [None, 502, 503, 504])
def test_the_sdk_repeats_put_and_delete_but_not_patch(site: Site, status: int | None) -> None:
    """Should this change, what is said of blind repetitions must change with it."""
    site.proxy.lose("PUT", 1, status)
    site.job.set_annotations(LabeledDataRequest(shapes=[_box(site.face, x=1.0)]))
    assert site.proxy.times("PUT") == 2
    site.proxy.lose("DELETE", 1, status)
    site.job.remove_annotations()
    assert site.proxy.times("DELETE") == 2
    site.proxy.lose("PATCH", 1, status)
    with pytest.raises(Exception, match=r"(?i)aborted|closed|Gateway|Unavailable|50\d"):
        site.job.update_annotations(site.change(2.0), action=CREATE)
    assert site.proxy.times("PATCH") == 1
    # What was repeated was applied once.
    assert site.read["version"] == 3


def test_a_repeated_put_erases_nobodys_work(site: Site) -> None:
    site.beside(5.0)
    site.proxy.meanwhile = lambda: site.beside(50.0)
    site.proxy.lose("PUT")
    site.job.set_annotations(LabeledDataRequest(shapes=[_box(site.face, x=1.0)]))
    assert site.proxy.times("PUT") == 2
    assert site.boxes() == [1.0, 50.0]
    assert site.read["version"] == 3


def test_a_repeated_delete_erases_nobodys_work(site: Site) -> None:
    site.beside(5.0)
    site.proxy.meanwhile = lambda: site.beside(50.0)
    site.proxy.lose("DELETE")
    site.job.remove_annotations()
    assert site.proxy.times("DELETE") == 2
    assert site.boxes() == [50.0]


def test_the_same_put_after_another_save_of_the_same_person_counts(site: Site) -> None:
    """Only the latest save is taken for a repetition: this is somebody who puts it back."""
    mine = LabeledDataRequest(shapes=[_box(site.face, x=1.0)])
    site.job.set_annotations(mine)
    site.job.set_annotations(LabeledDataRequest(shapes=[_box(site.face, x=2.0)]))
    site.job.set_annotations(mine)
    assert site.boxes() == [1.0]
    assert site.read["version"] == 3


def test_a_creation_repeated_by_hand_with_a_key_is_made_once(site: Site) -> None:
    """`Idempotency-Key` is a header that the SDK sends when it is told to."""
    site.owner.api_client.set_default_header("Idempotency-Key", f"draw-{site.job_id}")
    site.proxy.lose("PATCH")
    with pytest.raises(urllib3.exceptions.HTTPError):
        site.job.update_annotations(site.change(2.0), action=CREATE)
    again = site.job.update_annotations(site.change(2.0), action=CREATE)
    assert again is None
    assert site.boxes() == [2.0]
    assert site.read["version"] == 1


def test_a_creation_repeated_by_hand_with_a_version_is_made_once(site: Site) -> None:
    """Whoever has read the answer would name a later version."""
    site.beside(5.0)
    site.proxy.lose("PATCH")
    with pytest.raises(urllib3.exceptions.HTTPError):
        site.job.update_annotations(site.change(2.0, version=1), action=CREATE)
    site.beside(6.0)
    site.job.update_annotations(site.change(2.0, version=1), action=CREATE)
    assert site.boxes() == [2.0, 5.0, 6.0]
    site.job.update_annotations(site.change(2.0, version=site.read["version"]), action=CREATE)
    assert site.boxes() == [2.0, 2.0, 5.0, 6.0]


def test_creations_that_say_nothing_are_two(site: Site) -> None:
    """Two equal tags or shapes may be meant: without key or version nobody can tell."""
    for _ in range(2):
        site.job.update_annotations(site.change(2.0), action=CREATE)
    assert site.boxes() == [2.0, 2.0]
