"""People at work on a server that may be killed: each remembers what was acknowledged."""

from __future__ import annotations

import itertools
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from urllib3.exceptions import HTTPError

if TYPE_CHECKING:
    from tests.support.wire import Client

PIECE = 16 * 1024


class Worker(ABC):
    """One client in a thread, which works until the server is gone."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.numbers = itertools.count(1)
        self.problem: Exception | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin, or go on after a restart."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Wait until it has noticed that the server is gone. Raises what else went wrong."""
        self._thread.join(30)
        assert not self._thread.is_alive()
        if self.problem is not None:
            raise self.problem

    def _run(self) -> None:
        try:
            while True:
                self.work(next(self.numbers))
        except HTTPError:
            return
        except Exception as error:  # noqa: BLE001 - raised again in the thread of the test
            self.problem = error

    @abstractmethod
    def work(self, number: int) -> None:
        """One piece of work. Whatever is acknowledged is noted at once."""


class Saver(Worker):
    """Adds rectangles to a job, each with a width of its own, and deletes every third."""

    def __init__(self, client: Client, path: str, label_id: int, start: int) -> None:
        super().__init__(client)
        self.path, self.label_id = path, label_id
        self.numbers = itertools.count(start)
        self.there: set[float] = set()
        #: Acknowledged as deleted.
        self.gone: set[float] = set()

    def work(self, number: int) -> None:
        width = float(number)
        shape = {"type": "rectangle", "frame": 0, "label_id": self.label_id}
        body = {"shapes": [shape | {"points": [0.0, 0.0, width, 1.0]}]}
        saved = self.client.made("PATCH", self.path, body, action="create")
        self.there.add(width)
        if number % 3 == 0:
            self.there.remove(width)  # while it is being deleted, both are right
            self.client.made("PATCH", self.path, saved, action="delete")
            self.gone.add(width)


class Creator(Worker):
    """Creates tasks, each of another name."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self.made: dict[int, str] = {}

    def work(self, number: int) -> None:
        name = f"made under load {number}"
        body = {"name": name, "labels": [{"name": "thing"}]}
        self.made[self.client.made("POST", "/api/tasks", body)["id"]] = name


@dataclass
class Upload:
    """One file for one task, and how far its upload was acknowledged."""

    task_id: int
    name: str
    location: str = ""
    offset: int = 0
    #: Parts in the bucket.
    parts: list[int] = field(default_factory=list)
    #: Every byte was acknowledged.
    whole: bool = False
    request_id: str = ""


class Uploader(Worker):
    """Makes tasks of one photograph each; `send` is the way that its bytes take."""

    def __init__(self, client: Client, photograph: bytes) -> None:
        super().__init__(client)
        self.photograph = photograph
        self.uploads: list[Upload] = []

    def work(self, number: int) -> None:
        name = f"{type(self).__name__}-{number}.jpg"
        body = {"name": name, "labels": [{"name": "thing"}]}
        upload = Upload(self.client.made("POST", "/api/tasks", body)["id"], name)
        self.uploads.append(upload)
        self.send(upload)
        upload.whole = True
        self.index(upload)

    def index(self, upload: Upload) -> None:
        path = f"/api/tasks/{upload.task_id}/data/"
        answer = self.client.call("POST", path, {"image_quality": 70}, {"Upload-Finish": ""})
        assert answer.status in {202, 409}, answer
        upload.request_id = answer.json["rq_id"]

    @abstractmethod
    def send(self, upload: Upload) -> None:
        """Send what is missing of the file, from where the server says it stands."""


class FormUploader(Uploader):
    """In one multipart body."""

    def send(self, upload: Upload) -> None:
        answer = self.client.send_files(upload.task_id, {upload.name: self.photograph})
        assert answer.status == 200, answer


class TusUploader(Uploader):
    """In small pieces by TUS."""

    def send(self, upload: Upload) -> None:
        if not upload.location:
            path, size = f"/api/tasks/{upload.task_id}/data/", len(self.photograph)
            begun = self.client.begin_tus(path, size, upload.name)
            assert begun.status == 201, begun
            upload.location = begun.headers["Location"]
        upload.offset = self.stored(upload)
        while upload.offset < len(self.photograph):
            piece = self.photograph[upload.offset : upload.offset + PIECE]
            sent = self.client.send_tus(upload.location, piece, upload.offset)
            assert sent.status == 204, sent
            upload.offset = int(sent.headers["Upload-Offset"])

    def stored(self, upload: Upload) -> int:
        """Bytes that the server has."""
        answer = self.client.call("HEAD", upload.location)
        assert answer.status == 200, answer
        return int(answer.headers["Upload-Offset"])


class BucketUploader(Uploader):
    """Straight into the bucket, as browsers do."""

    def send(self, upload: Upload) -> None:
        if not upload.location:
            path = f"/api/tasks/{upload.task_id}/data/uploads"
            body = {"name": upload.name, "size": len(self.photograph)}
            upload.location = f"{path}/{self.client.made('POST', path, body)['upload_id']}"
        for part in self.state(upload)["parts"]:
            sent = self.client.call("PUT", part["url"], self.photograph)
            assert sent.status == 200, sent
            upload.parts.append(part["number"])
        assert self.client.call("POST", f"{upload.location}/complete").status == 204

    def state(self, upload: Upload) -> Any:
        """What the server has of it."""
        return self.client.made("GET", upload.location)


class Exporter(Worker):
    """Exports a task again and again."""

    def __init__(self, client: Client, task_id: int) -> None:
        super().__init__(client)
        self.path = f"/api/tasks/{task_id}/dataset/export"
        self.request_ids: set[str] = set()

    def work(self, number: int) -> None:
        query: dict[str, Any] = {"format": "COCO 1.0", "save_images": "true"}
        answer = self.client.call("POST", self.path, **query)
        assert answer.status in {202, 409}, answer
        self.request_ids.add(answer.json["rq_id"])
