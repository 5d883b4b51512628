"""What a change of labels does to annotations that there are already."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.annotations import store as annotation_store
from chalicelib.annotations.labels import vocabulary_for
from chalicelib.annotations.model.completion import complete
from chalicelib.annotations.model.document import (
    AttributeValue,
    Document,
    Objects,
    Shape,
    SubShape,
    SubTrack,
    Tag,
    Track,
    TrackedShape,
)
from chalicelib.annotations.model.validation import check
from chalicelib.annotations.revisions.changes import Change
from chalicelib.projects import store, sweep
from tests.unit.projects.conftest import MakeTask, Member

COLOUR = {"name": "colour", "mutable": False, "input_type": "select", "values": ["red", "blue"]}
CAR = {"name": "car", "attributes": [{**COLOUR, "default_value": "red"}]}
BODY = {"name": "body", "type": "skeleton", "svg": "", "sublabels": [{"name": "head"}]}


class Annotated:
    """A task of two jobs, with a tag, a shape and a track of each label in both."""

    def __init__(self, member: Member, make_task: MakeTask) -> None:
        self.member = member
        self.id = make_task(4, segment_size=2, labels=[CAR, {"name": "tree"}, BODY])["id"]
        found = member.api.get("/api/labels", task_id=self.id).json["results"]
        self.labels = {label["name"]: label for label in found}
        jobs = member.api.get("/api/jobs", task_id=self.id, sort="id").json["results"]
        self.jobs = [job["id"] for job in jobs]
        for at, job_id in enumerate(self.jobs):
            change = Change(create=self._objects(2 * at))
            annotation_store.save(annotation_store.Save(job_id=job_id, change=change))

    def _objects(self, frame: int) -> Objects:
        car, tree, body = (self.labels[name] for name in ("car", "tree", "body"))
        head = body["sublabels"][0]["id"]
        blue = AttributeValue(car["attributes"][0]["id"], "blue")
        at: dict[str, Any] = {"frame": frame, "points": [1, 2]}
        moving: dict[str, Any] = {"shapes": [TrackedShape(type="points", **at)], "frame": frame}
        skeleton = TrackedShape(type="skeleton", frame=frame)
        return Objects(
            tags=[Tag(frame=frame, label_id=label["id"]) for label in (car, tree)],
            shapes=[
                Shape(type="points", label_id=car["id"], attributes=[blue], **at),
                Shape(type="points", label_id=tree["id"], **at),
                Shape(
                    type="skeleton", label_id=body["id"], frame=frame,
                    elements=[SubShape(type="points", label_id=head, **at)],
                ),
            ],
            tracks=[
                Track(label_id=car["id"], **moving),
                Track(label_id=tree["id"], **moving),
                Track(
                    label_id=body["id"], frame=frame, shapes=[skeleton],
                    elements=[SubTrack(label_id=head, **moving)],
                ),
            ],
        )  # fmt: skip

    def id_of(self, name: str) -> int:
        return int(self.labels[name]["id"])

    def change(self, name: str, **fields: Any) -> None:
        answer = self.member.api.patch(f"/api/labels/{self.id_of(name)}", fields)
        assert answer.status == 200, answer

    def read(self) -> list[Document]:
        """Documents of the jobs, as the API answers them."""
        task = store.load_task(self.id)
        assert task is not None
        vocabulary = vocabulary_for(task)
        documents = [annotation_store.read_job(job_id) for job_id in self.jobs]
        for document in documents:
            complete(document, vocabulary)
            check(document, vocabulary)
        return documents


@pytest.fixture
def annotated(ann: Member, make_task: MakeTask) -> Annotated:
    return Annotated(ann, make_task)


def _labels(document: Document) -> list[int]:
    return sorted({item.label_id for item in document.all()})


def _newest(job_id: int) -> Any:
    (revision,) = annotation_store.revisions(job_id, limit=1)
    return revision


def test_objects_of_a_deleted_label_go_in_a_revision_that_says_so(annotated: Annotated) -> None:
    before = [annotation_store.read_job(job_id) for job_id in annotated.jobs]
    car = annotated.id_of("car")

    assert annotated.member.api.delete(f"/api/labels/{car}").status == 204

    kept = sorted(annotated.id_of(name) for name in ("tree", "body"))
    for job_id, was, now in zip(annotated.jobs, before, annotated.read(), strict=True):
        assert _labels(now) == kept
        assert len(now.all()) == len(was.all()) - 3
        newest = _newest(job_id)
        assert newest.number == 2
        assert newest.meta.message == 'Deleted label "car"'
        assert newest.meta.author == annotated.member.id
        assert (newest.meta.created, newest.meta.updated, newest.meta.deleted) == (0, 0, 3)
        # Nothing is lost: the document as it was can still be read.
        assert annotation_store.read_as_of(job_id, 1).document().all() == was.all()


def test_a_deleted_skeleton_takes_its_elements_along(annotated: Annotated) -> None:
    url = f"/api/tasks/{annotated.id}"
    gone = [{"id": annotated.id_of(name), "deleted": True} for name in ("body", "tree")]
    assert annotated.member.api.patch(url, {"labels": gone}).status == 200
    for job_id, document in zip(annotated.jobs, annotated.read(), strict=True):
        assert _labels(document) == [annotated.id_of("car")]
        assert _newest(job_id).meta.message == 'Deleted labels "tree", "body"'


def test_an_unused_label_leaves_the_annotations_alone(ann: Member, make_task: MakeTask) -> None:
    annotated = Annotated(ann, make_task)
    ann.api.patch(f"/api/tasks/{annotated.id}", {"labels": [{"name": "sky"}]})
    found = ann.api.get("/api/labels", task_id=annotated.id, name="sky").json["results"]
    assert ann.api.delete(f"/api/labels/{found[0]['id']}").status == 204
    assert [_newest(job_id).number for job_id in annotated.jobs] == [1, 1]


def test_an_interrupted_deletion_is_finished_later_once(
    annotated: Annotated, monkeypatch: pytest.MonkeyPatch
) -> None:
    save, calls = annotation_store.save, []

    def crash_at_the_second(*saves: Any) -> Any:
        calls.append(saves)
        if len(calls) == 2:
            raise ConnectionError
        return save(*saves)

    with monkeypatch.context() as patch:
        patch.setattr(annotation_store, "save", crash_at_the_second)
        url = f"/api/labels/{annotated.id_of('car')}"
        assert annotated.member.api.delete(url).status == 204
    assert [_newest(job_id).number for job_id in annotated.jobs] == [2, 1]
    assert sweep.resume() == 1
    assert [_newest(job_id).number for job_id in annotated.jobs] == [2, 2]
    for document in annotated.read():
        assert annotated.id_of("car") not in _labels(document)


def test_another_type_keeps_the_objects_that_there_are(annotated: Annotated) -> None:
    annotated.change("tree", type="polygon")
    for document in annotated.read():
        (tree,) = [s for s in document.shapes if s.label_id == annotated.id_of("tree")]
        assert tree.type == "points"


def _colours(annotated: Annotated) -> set[tuple[int, str]]:
    car = annotated.id_of("car")
    return {
        (value.spec_id, value.value)
        for document in annotated.read()
        for shape in document.shapes
        if shape.label_id == car
        for value in shape.attributes
    }


def test_values_outlive_a_change_of_what_is_offered(annotated: Annotated) -> None:
    colour = annotated.labels["car"]["attributes"][0]["id"]
    for change in (
        {"name": "paint"},
        {"values": ["green", "white"], "default_value": "green"},
        {"input_type": "number", "values": ["0", "9", "1"], "default_value": "3"},
        {"input_type": "checkbox", "values": [], "default_value": "false"},
    ):
        annotated.change("car", attributes=[{"name": "paint", **change, "id": colour}])
        assert _colours(annotated) == {(colour, "blue")}
    tags = [tag for document in annotated.read() for tag in document.tags]
    given = {tag.attributes[0].value for tag in tags if tag.label_id == annotated.id_of("car")}
    assert given == {"false"}  # what was never set has the default of today


def test_a_new_attribute_has_its_default_everywhere(annotated: Annotated) -> None:
    annotated.change(
        "car", attributes=[{"name": "wet", "input_type": "checkbox", "default_value": "true"}]
    )
    assert {value for _, value in _colours(annotated)} == {"blue", "true"}


def test_an_attribute_may_become_mutable_and_back(annotated: Annotated) -> None:
    colour = annotated.labels["car"]["attributes"][0]["id"]
    tracks = []
    for mutable in (True, False):
        annotated.change("car", attributes=[{"id": colour, "name": "colour", "mutable": mutable}])
        document = annotated.read()[0]
        (track,) = [t for t in document.tracks if t.label_id == annotated.id_of("car")]
        tracks.append(track)
    assert (tracks[0].attributes, len(tracks[0].shapes[0].attributes)) == ([], 1)
    assert (len(tracks[1].attributes), tracks[1].shapes[0].attributes) == (1, [])


def test_a_move_is_a_revision_that_says_so(annotated: Annotated) -> None:
    ann = annotated.member
    labels = [CAR, {"name": "tree"}, BODY]
    project = ann.api.post("/api/projects", {"name": "street", "labels": labels}).json
    before = [annotation_store.read_job(job_id) for job_id in annotated.jobs]
    moved = ann.api.patch(f"/api/tasks/{annotated.id}", {"project_id": project["id"]})
    assert moved.status == 200
    found = ann.api.get("/api/labels", project_id=project["id"]).json["results"]
    ids = sorted(label["id"] for label in found)
    for job_id, was, now in zip(annotated.jobs, before, annotated.read(), strict=True):
        assert _labels(now) == ids
        assert [item.id for item in now.all()] == [item.id for item in was.all()]
        head = found[2]["sublabels"][0]["id"]
        assert now.shapes[2].elements[0].label_id == head
        assert now.tracks[2].elements[0].label_id == head
        newest = _newest(job_id)
        assert newest.meta.message == 'Moved to project "street"'
        assert newest.meta.author == ann.id
        assert newest.meta.updated == len(was.all())
    assert _colours_of(annotated, found[0]) == {"blue"}


def _colours_of(annotated: Annotated, car: dict[str, Any]) -> set[str]:
    return {
        value.value
        for document in annotated.read()
        for shape in document.shapes
        if shape.label_id == car["id"]
        for value in shape.attributes
        if value.spec_id == car["attributes"][0]["id"]
    }
