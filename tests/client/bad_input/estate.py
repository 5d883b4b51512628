"""Everything that a user may own, and a picture of all of it to compare with afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tests.client.datasets import NAMES, PHOTOS
from tests.support.wire import Person

if TYPE_CHECKING:
    from tests.support.server import Server

BUCKET = "skylabel-media"
STORAGE = "storage-of-somebody"
BOX = [10.0, 10.0, 60.0, 60.0]


class Estate:
    """A person with a project; in it a task of photographs in two jobs, annotated and exported, and
    one without media; a deleted task, a label elsewhere, an access token, a cloud storage, and
    uploads under way."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._bucket = server.aws("s3")
        self.owner = owner = Person(server)
        self.project_id: int = owner.made(
            "POST", "/api/projects", {"name": "mine", "labels": [{"name": "cat"}, {"name": "boat"}]}
        )["id"]
        self.task_id: int = owner.made(
            "POST",
            "/api/tasks",
            {"name": "mine", "segment_size": 2, "project_id": self.project_id},
        )["id"]
        files = {name: (PHOTOS / name).read_bytes() for name in NAMES}
        made = owner.upload(self.task_id, files)
        assert made["status"] == "finished", made
        self.create_id: str = made["id"]
        self.open_task_id: int = owner.made(
            "POST", "/api/tasks", {"name": "no media yet", "project_id": self.project_id}
        )["id"]
        self.deleted_task_id: int = owner.made("POST", "/api/tasks", {"name": "old"})["id"]
        owner.made("DELETE", f"/api/tasks/{self.deleted_task_id}")
        self.job_id: int = self._first("/api/jobs", task_id=self.task_id, sort="id")["id"]
        self.label_id: int = self._first("/api/labels", task_id=self.task_id, sort="id")["id"]
        elsewhere = {"name": "elsewhere", "labels": [{"name": "dog"}]}
        other: int = owner.made("POST", "/api/tasks", elsewhere)["id"]
        self.foreign_label_id: int = self._first("/api/labels", task_id=other)["id"]
        owner.made("PUT", self.annotations, {"shapes": [self.shape()]})
        self.token_id: int = owner.made("POST", "/api/auth/access_tokens", {"name": "mine"})["id"]
        self.storage_id: int = self._connect_storage()
        #: Finished exports, by the first word of their path.
        self.exports = {
            "tasks": self._export(f"/api/tasks/{self.task_id}"),
            "jobs": self._export(f"/api/jobs/{self.job_id}"),
            "projects": self._export(f"/api/projects/{self.project_id}"),
        }
        #: Finished backups, likewise.
        self.backups = {
            "tasks": self._back_up(f"/api/tasks/{self.task_id}"),
            "projects": self._back_up(f"/api/projects/{self.project_id}"),
        }
        #: Backups under way, likewise.
        self.backup_upload_ids = {kind: self._begin_backup(kind) for kind in self.backups}
        self._begin_uploads()

    @property
    def annotations(self) -> str:
        return f"/api/jobs/{self.job_id}/annotations"

    @property
    def task_annotations(self) -> str:
        return f"/api/tasks/{self.task_id}/annotations"

    def _begin_uploads(self) -> None:
        """One of each kind, none of them complete."""
        media, owner = f"/api/tasks/{self.open_task_id}/data", self.owner
        location = owner.begin_tus(f"{media}/", 10, "tus.jpg").headers["Location"]
        assert owner.send_tus(location, b"12345").status == 204
        self.data_upload_id = location.rpartition("/")[2]
        location = owner.begin_tus(f"{self.task_annotations}/", 10).headers["Location"]
        assert owner.send_tus(location, b"12345").status == 204
        self.import_upload_id = location.rpartition("/")[2]
        location = owner.begin_tus(f"{self.annotations}/", 10).headers["Location"]
        assert owner.send_tus(location, b"12345").status == 204
        self.job_import_upload_id = location.rpartition("/")[2]
        location = owner.begin_tus(f"/api/projects/{self.project_id}/dataset/", 10).headers[
            "Location"
        ]
        assert owner.send_tus(location, b"12345").status == 204
        self.dataset_upload_id = location.rpartition("/")[2]
        begun = owner.made("POST", f"{media}/uploads", {"name": "b.jpg", "size": 9})
        self.browser_upload_id: str = begun["upload_id"]

    def _connect_storage(self) -> int:
        """A cloud storage with a photograph: another bucket of the server's own S3."""
        self._bucket.create_bucket(Bucket=STORAGE)
        self._bucket.put_object(Bucket=STORAGE, Key=NAMES[2], Body=(PHOTOS / NAMES[2]).read_bytes())
        storage = {
            "provider_type": "AWS_S3_BUCKET",
            "credentials_type": "KEY_SECRET_KEY_PAIR",
            "resource": STORAGE,
            "display_name": "mine",
            "key": "000000000000",
            "secret_key": (self._server.data_dir / "signing-secret").read_text(),
            "specific_attributes": "endpoint_url="
            + (self._server.data_dir / "aws-endpoint").read_text(),
        }
        return int(self.owner.made("POST", "/api/cloudstorages", storage)["id"])

    def _export(self, target: str) -> str:
        path = f"{target}/dataset/export"
        started = self.owner.made("POST", path, format="COCO 1.0", save_images="false")
        finished = self.owner.wait(started["rq_id"])
        assert finished["status"] == "finished", finished
        return str(finished["id"])

    def _back_up(self, target: str) -> str:
        started = self.owner.made("POST", f"{target}/backup/export")
        finished = self.owner.wait(started["rq_id"])
        assert finished["status"] == "finished", finished
        return str(finished["id"])

    def _begin_backup(self, kind: str) -> str:
        location = self.owner.begin_tus(f"/api/{kind}/backup/", 10).headers["Location"]
        assert self.owner.send_tus(location, b"12345").status == 204
        return str(location.rpartition("/")[2])

    def shape(self, **fields: Any) -> dict[str, Any]:
        """A rectangle that the task accepts, but for `fields`."""
        base = {"type": "rectangle", "frame": 0, "label_id": self.label_id, "points": BOX}
        return base | fields

    def snapshot(self) -> dict[str, Any]:
        """All that the owner sees."""
        paths = [
            "/api/users/self", "/api/projects", "/api/tasks", "/api/jobs", "/api/requests",
            "/api/auth/access_tokens", "/api/cloudstorages", "/api/trash",
            f"/api/cloudstorages/{self.storage_id}", f"/api/projects/{self.project_id}",
            f"/api/tasks/{self.task_id}", f"/api/tasks/{self.open_task_id}",
            f"/api/tasks/{self.task_id}/data/meta", self.annotations, self.task_annotations,
            f"/api/labels?task_id={self.task_id}", f"/api/labels?project_id={self.project_id}",
            f"/api/requests/{quote(self.create_id, safe='')}",
        ]  # fmt: skip
        return {path: self.owner.made("GET", path) for path in paths}

    def storage(self) -> dict[str, int]:
        """Objects of the bucket with their sizes, and files around them with none.

        What is built from the media on request is left out.
        """
        pages = self._bucket.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
        found = {item["Key"]: item["Size"] for page in pages for item in page.get("Contents", [])}
        root = self._server.data_dir
        around = [path for place in (root.parent, root, root / "s3") for path in place.iterdir()]
        kept = {key: size for key, size in found.items() if "/derived/" not in key}
        return kept | {str(path): -1 for path in around}

    def _first(self, path: str, **query: Any) -> Any:
        return self.owner.made("GET", path, **query)["results"][0]
