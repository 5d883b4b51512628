"""The `meta` element of CVAT's XML: facts of the task, job or project, and its labels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chalicelib.formats.exporting.dataset import DEFAULT_SUBSET, unnamed_subset
from chalicelib.formats.exporting.source import Person, ProjectMeta, Source, TaskMeta
from chalicelib.formats.labels import AttributeSpec, LabelSpec
from chalicelib.formats.text.xml_writer import XmlWriter, quoted


def write_meta(xml: XmlWriter, source: Source) -> None:
    """Write `version` and `meta`."""
    xml.leaf("version", "1.1")
    xml.start("meta")
    if source.project is not None:
        _write_project(xml, source, source.project)
    else:
        for part in source.parts:
            xml.start(source.kind)
            _write_task(xml, part.meta, source.kind, source.labels)
            xml.end()
    xml.leaf("dumped", _shown(source.now))
    xml.end()


def _write_project(xml: XmlWriter, source: Source, project: ProjectMeta) -> None:
    xml.start("project")
    xml.leaf("id", str(project.id))
    xml.leaf("name", project.name)
    xml.leaf("bugtracker", project.bug_tracker)
    xml.leaf("created", _shown(project.created))
    xml.leaf("updated", _shown(project.updated))
    xml.start("tasks")
    for part in source.parts:
        xml.start("task")
        _write_task(xml, part.meta, "task", None)
        xml.end()
    xml.end()
    stored = [part.meta.subset for part in source.parts]
    unnamed = unnamed_subset(stored)
    xml.leaf("subsets", "\n".join(dict.fromkeys(subset or unnamed for subset in stored)))
    _write_person(xml, "owner", project.owner)
    _write_person(xml, "assignee", project.assignee)
    _write_labels(xml, source.labels)
    xml.end()


def _write_task(
    xml: XmlWriter, meta: TaskMeta, kind: str, labels: Sequence[LabelSpec] | None
) -> None:
    xml.leaf("id", str(meta.id))
    if kind == "task":
        xml.leaf("name", meta.name)
    xml.leaf("size", str(meta.size))
    xml.leaf("mode", meta.mode)
    xml.leaf("overlap", str(meta.overlap))
    xml.leaf("bugtracker", meta.bug_tracker)
    xml.leaf("created", _shown(meta.created))
    xml.leaf("updated", _shown(meta.updated))
    xml.leaf("subset", meta.subset or DEFAULT_SUBSET)
    xml.leaf("start_frame", str(meta.start_frame))
    xml.leaf("stop_frame", str(meta.stop_frame))
    xml.leaf("frame_filter", meta.frame_filter)
    _write_segments(xml, meta)
    _write_person(xml, "owner", meta.owner)
    _write_person(xml, "assignee", meta.assignee)
    if labels is not None:
        _write_labels(xml, labels)
    if meta.original_size is not None:
        xml.start("original_size")
        xml.leaf("width", str(meta.original_size[0]))
        xml.leaf("height", str(meta.original_size[1]))
        xml.end()
    if meta.source and kind == "task":
        xml.leaf("source", meta.source)


def _write_segments(xml: XmlWriter, meta: TaskMeta) -> None:
    xml.start("segments")
    for segment in meta.segments:
        xml.start("segment")
        xml.leaf("id", str(segment.id))
        xml.leaf("start", str(segment.start))
        xml.leaf("stop", str(segment.stop))
        xml.leaf("url", segment.url)
        xml.end()
    xml.end()


def _write_person(xml: XmlWriter, tag: str, person: Person | None) -> None:
    if person is None:
        xml.leaf(tag, "")
        return
    xml.start(tag)
    xml.leaf("username", person.username)
    xml.leaf("email", person.email)
    xml.end()


def _write_labels(xml: XmlWriter, labels: Sequence[LabelSpec]) -> None:
    xml.start("labels")
    for label in labels:
        _write_label(xml, label)
        for one in label.sublabels:
            _write_label(xml, one, label)
    xml.end()


def _write_label(xml: XmlWriter, label: LabelSpec, parent: LabelSpec | None = None) -> None:
    xml.start("label")
    xml.leaf("name", label.name)
    xml.leaf("color", label.color)
    xml.leaf("type", label.type)
    xml.start("attributes")
    for attribute in label.attributes:
        _write_attribute(xml, attribute)
    xml.end()
    if parent is not None:
        xml.leaf("parent", parent.name)
    if label.type == "skeleton":
        xml.leaf("svg", drawing(label))
    xml.end()


def drawing(skeleton: LabelSpec) -> str:
    """The drawing of a skeleton with names of its points, where it is stored with their ids."""
    svg = skeleton.svg
    for one in skeleton.sublabels:
        named = f'data-label-name="{quoted(one.name)}"'
        svg = svg.replace(f'data-label-id="{one.id}"', named)
    return svg


def _write_attribute(xml: XmlWriter, attribute: AttributeSpec) -> None:
    xml.start("attribute")
    xml.leaf("name", attribute.name)
    xml.leaf("mutable", str(attribute.mutable))
    xml.leaf("input_type", attribute.input_type)
    xml.leaf("default_value", attribute.default_value)
    xml.leaf("values", "\n".join(attribute.values))
    xml.end()


def _shown(moment: str) -> str:
    """An ISO time as CVAT prints it: `2026-01-02 03:04:05.678000+00:00`."""
    return str(datetime.fromisoformat(moment)) if moment else ""
