"""What clients send and get, by the names of CVAT's API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.annotations.model.document import (
    Annotation,
    Document,
    Identifier,
    Natural,
    Objects,
    Shape,
    Tag,
    Track,
    gather,
)
from chalicelib.annotations.revisions.changes import Change

ClientId = Annotated[str, Meta(min_length=1, max_length=128)]


class LabeledData(Document, kw_only=True):
    """Annotations of a job or a task.

    Attributes:
        warnings: what was saved although it looks like a mistake; absent if nothing does.
        damaged: what of the annotations cannot be read; absent if all can.
    """

    warnings: list[str] | UnsetType = UNSET
    damaged: list[str] | UnsetType = UNSET

    @classmethod
    def of(
        cls, version: int, objects: Objects, *,
        warnings: Sequence[str] = (), damaged: Sequence[str] = (),
    ) -> LabeledData:  # fmt: skip
        """The answer that holds these objects."""
        return cls(
            version=version, tags=objects.tags, shapes=objects.shapes, tracks=objects.tracks,
            warnings=list(warnings) or UNSET, damaged=list(damaged) or UNSET,
        )  # fmt: skip


class LabeledDataRequest(Document, kw_only=True):
    """Annotations to store. `version`: the revision that the client has, 0 if it does not say."""

    version: Natural = 0


class PatchedLabeledDataRequest(Document, kw_only=True):
    """Annotations to create, update or delete."""

    version: Natural = 0


class NewTag(Tag, tag_field="kind", tag="tag", kw_only=True):
    """A tag that the client calls `client_id` until it has an id."""

    client_id: ClientId


class NewShape(Shape, tag_field="kind", tag="shape", kw_only=True):
    """A shape that the client calls `client_id` until it has an id."""

    client_id: ClientId


class NewTrack(Track, tag_field="kind", tag="track", kw_only=True):
    """A track that the client calls `client_id` until it has an id."""

    client_id: ClientId


class ChangedTag(Tag, tag_field="kind", tag="tag", kw_only=True):
    """A whole tag that takes the place of the one with its id."""

    id: Identifier


class ChangedShape(Shape, tag_field="kind", tag="shape", kw_only=True):
    """A whole shape that takes the place of the one with its id."""

    id: Identifier


class ChangedTrack(Track, tag_field="kind", tag="track", kw_only=True):
    """A whole track that takes the place of the one with its id."""

    id: Identifier


ChangedAny = ChangedTag | ChangedShape | ChangedTrack


class ChangesRequest(msgspec.Struct, kw_only=True):
    """Everything that an editor has done since it saved last, stored together or not at all.

    Attributes:
        version: the revision that the editor has.
        delete: ids of objects of any kind.
    """

    version: Natural = 0
    create: list[NewTag | NewShape | NewTrack] = []
    update: list[ChangedAny] = []
    delete: list[Identifier] = []

    def change(self) -> Change:
        """The same as the log keeps it."""
        created = sorted(self.create, key=_kind_order)
        return Change(
            delete=self.delete,
            update=gather([_plain(item) for item in self.update]),
            create=gather([_plain(item) for item in created]),
            clients=[item.client_id for item in created],
        )


class ChangesAnswer(msgspec.Struct):
    """The revision that a save made, and the ids of created objects by `client_id`.

    `warnings`: what was saved although it looks like a mistake.
    """

    version: int
    ids: dict[str, int]
    warnings: list[str] = []


def changed(item: Annotation) -> ChangedAny:
    """A stored object as it is sent to an editor."""
    struct: type[ChangedAny] = (
        ChangedShape
        if isinstance(item, Shape)
        else ChangedTag
        if isinstance(item, Tag)
        else ChangedTrack
    )
    return struct(**{name: getattr(item, name) for name in item.__struct_fields__})


def _kind_order(item: Tag | Shape | Track) -> int:
    return 0 if isinstance(item, Tag) else 1 if isinstance(item, Shape) else 2


def _plain(item: Annotation) -> Annotation:
    """The object without what belongs to the request."""
    struct = Shape if isinstance(item, Shape) else Tag if isinstance(item, Tag) else Track
    fields = {name: getattr(item, name) for name in struct.__struct_fields__}
    plain: Annotation = struct(**fields)
    return plain
