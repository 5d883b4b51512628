"""`kill -9` of the whole server while people annotate, create, upload, index and export."""

from __future__ import annotations

import random
import time
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from tests.client.datasets import PHOTOS
from tests.infra.local.load import (
    BucketUploader,
    Creator,
    Exporter,
    FormUploader,
    Saver,
    TusUploader,
    Uploader,
    Worker,
)
from tests.support.processes import eventually
from tests.support.wire import Client, Person

if TYPE_CHECKING:
    from tests.support.server import Server

PHOTOGRAPH = (PHOTOS / "rocket.jpg").read_bytes()
ROUNDS = 4
#: Seconds in which everything that was under way when the server was killed must be over.
PATIENCE = 45


class Office:
    """Clients of every kind on one server, and the ledger of what it acknowledged."""

    def __init__(self, server: Server) -> None:
        self.person = Person(server)
        made = self.person.made
        body = {"name": "shared", "segment_size": 1, "labels": [{"name": "thing"}]}
        self.task_id: int = made("POST", "/api/tasks", body)["id"]
        done = self.person.upload(self.task_id, {f"{n}.jpg": PHOTOGRAPH for n in range(3)})
        assert done["status"] == "finished", done
        query = {"task_id": self.task_id, "sort": "id"}
        jobs = [job["id"] for job in made("GET", "/api/jobs", **query)["results"]]
        label = made("GET", "/api/labels", task_id=self.task_id)["results"][0]["id"]
        self.paths = [f"/api/jobs/{job}/annotations" for job in jobs[:2]]
        # Two people share the first job.
        places = (self.paths[0], self.paths[0], self.paths[1])
        self.savers = [
            Saver(self._colleague(), path, label, 1 + 1_000_000 * number)
            for number, path in enumerate(places)
        ]
        self.creator = Creator(self._colleague())
        self.uploaders: list[Uploader] = [
            kind(self._colleague(), PHOTOGRAPH)
            for kind in (FormUploader, TusUploader, BucketUploader)
        ]
        self.exporter = Exporter(self._colleague(), self.task_id)

    def _colleague(self) -> Client:
        return Client(self.person.url, self.person.sign_in())

    @property
    def workers(self) -> list[Worker]:
        return [*self.savers, self.creator, *self.uploaders, self.exporter]

    def open_requests(self) -> list[dict[str, Any]]:
        listed = self.person.made("GET", "/api/requests", page_size="all")["results"]
        return [request for request in listed if request["status"] in {"queued", "started"}]


@pytest.mark.slow
def test_what_was_acknowledged_is_there_after_every_kill(own_server: Server) -> None:
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    moments = random.Random(seed)
    office = Office(own_server)
    for number in range(ROUNDS * 10):
        if number >= ROUNDS and there_was_load(office):
            break
        for worker in office.workers:
            worker.start()
        time.sleep(moments.uniform(0.3, 1.6))
        own_server.kill()
        for worker in office.workers:
            worker.join()
        own_server.start()
        print(f"started in {own_server.started_in:.2f} s")
    assert there_was_load(office)
    every_acknowledged_annotation_is_there_once(office)
    every_created_task_is_there_once(office)
    nothing_stays_under_way(office)
    every_acknowledged_piece_is_there(office)
    uploads_go_on_and_show_the_photograph(office)


def there_was_load(office: Office) -> bool:
    """Whether every kind of work was underway; a machine busy with other tests needs longer."""
    print({type(worker).__name__: next(worker.numbers) % 1_000_000 for worker in office.workers})
    return (
        sum(len(saver.there) for saver in office.savers) > 20
        and len(office.creator.made) > 5
        and all(uploader.uploads for uploader in office.uploaders)
        and bool(office.exporter.request_ids)
    )


def every_acknowledged_annotation_is_there_once(office: Office) -> None:
    for path in office.paths:
        savers = [saver for saver in office.savers if saver.path == path]
        shapes = office.person.made("GET", path)["shapes"]
        widths = Counter(shape["points"][2] for shape in shapes)
        assert set(widths.values()) == {1}
        assert len({shape["id"] for shape in shapes}) == len(shapes)
        for saver in savers:
            assert saver.there - set(widths) == set()
            assert saver.gone & set(widths) == set()
        # What was under way when the server was killed: at most one thing of each, each time.
        known = {width for saver in savers for width in saver.there}
        assert len(set(widths) - known) <= ROUNDS * len(savers)


def every_created_task_is_there_once(office: Office) -> None:
    listed = office.person.made("GET", "/api/tasks", page_size="all")["results"]
    assert len({task["id"] for task in listed}) == len(listed)
    names = {task["id"]: task["name"] for task in listed}
    assert office.creator.made.items() <= names.items()
    for task_id, name in list(office.creator.made.items())[-5:]:
        assert office.person.made("GET", f"/api/tasks/{task_id}")["name"] == name
        labels = office.person.made("GET", "/api/labels", task_id=task_id)["results"]
        assert [label["name"] for label in labels] == ["thing"]


def every_acknowledged_piece_is_there(office: Office) -> None:
    for uploader in office.uploaders:
        for upload in uploader.uploads:
            if office.person.made("GET", f"/api/tasks/{upload.task_id}").get("size"):
                continue  # indexed, so no upload is open; its picture is looked at below
            if isinstance(uploader, TusUploader) and upload.location:
                assert uploader.stored(upload) >= upload.offset, upload
            if isinstance(uploader, BucketUploader) and upload.parts:
                assert set(uploader.state(upload)["uploaded"]) >= set(upload.parts), upload


def nothing_stays_under_way(office: Office) -> None:
    assert eventually(lambda: not office.open_requests(), PATIENCE), office.open_requests()
    noted = [*office.exporter.request_ids]
    noted += [u.request_id for up in office.uploaders for u in up.uploads if u.request_id]
    for request_id in noted:
        request = office.person.made("GET", f"/api/requests/{quote(request_id, safe='')}")
        assert request["status"] in {"finished", "failed"}
        if request["status"] == "failed":
            assert request["message"].endswith(".")


def uploads_go_on_and_show_the_photograph(office: Office) -> None:
    assert eventually(lambda: not office.open_requests(), PATIENCE), office.open_requests()
    for uploader in office.uploaders:
        for upload in uploader.uploads:
            ready(office.person, uploader, upload)
            path = f"/api/tasks/{upload.task_id}/data/"
            sent = office.person.get(path, type="frame", number=0, quality="original")
            if sent.status == 302:
                sent = office.person.get(sent.headers["Location"])
            assert sent.body == PHOTOGRAPH, upload
            jobs = office.person.made("GET", "/api/jobs", task_id=upload.task_id)
            assert jobs["count"] == 1, upload


def ready(person: Client, uploader: Uploader, upload: Any) -> None:
    """Finish what the kill interrupted, as the client would: send the rest, ask for the index."""
    task = person.made("GET", f"/api/tasks/{upload.task_id}")
    if task.get("size"):
        return
    if not upload.whole:
        uploader.send(upload)
        upload.whole = True
    uploader.index(upload)
    done = person.wait(upload.request_id)
    assert done["status"] == "finished", (upload, done)
