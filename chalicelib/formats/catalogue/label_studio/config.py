"""The labelling configuration of Label Studio in which what is exported can be seen and edited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import quoteattr

from chalicelib.formats.labels import AttributeSpec, LabelSpec

#: Controls of shapes by their kind here: the element, which is also its name in lower case.
CONTROLS = {
    "rectangle": "RectangleLabels",
    "polygon": "PolygonLabels",
    "ellipse": "EllipseLabels",
    "mask": "BrushLabels",
    "points": "KeyPointLabels",
}
TAGS = "choices"
IMAGE = "image"


def config(labels: Sequence[LabelSpec]) -> str:
    """The configuration as XML."""
    return "\n".join(["<View>", f'  <Image name="{IMAGE}" value="$image"/>', *_lines(labels),
                      "</View>", ""])  # fmt: skip


def is_text(spec: AttributeSpec) -> bool:
    """Whether an attribute is written as free text."""
    return spec.input_type == "text"


def _lines(labels: Sequence[LabelSpec]) -> Iterator[str]:
    for element in CONTROLS.values():
        shown = [_label(one, at, element) for at, one in enumerate(labels)]
        yield from _control(f'{element} name="{element.lower()}" toName="{IMAGE}"', shown)
    yield from _control(
        f'Choices name="{TAGS}" toName="{IMAGE}" choice="multiple"',
        [f"<Choice value={quoteattr(one.name)}/>" for one in labels],
    )
    for name, specs in _by_name(labels).items():
        facts = f'name={quoteattr(name)} toName="{IMAGE}" perRegion="true"'
        if is_text(specs[0]):
            yield f"  <TextArea {facts}/>"
        elif specs[0].input_type == "number":
            yield f"  <Number {facts}/>"
        else:
            values = dict.fromkeys(value for spec in specs for value in _values(spec))
            choices = [f"<Choice value={quoteattr(value)}/>" for value in values]
            yield from _control(f"Choices {facts}", choices)


def _label(label: LabelSpec, at: int, element: str) -> str:
    # Without an index Label Studio does not write key points as COCO.
    index = f' model_index="{at}"' if element == CONTROLS["points"] else ""
    color = quoteattr(label.color or "#808080")
    return f"<Label value={quoteattr(label.name)} background={color}{index}/>"


def _control(opening: str, inside: Iterable[str]) -> Iterator[str]:
    yield f"  <{opening}>"
    yield from (f"    {one}" for one in inside)
    yield f"  </{opening.partition(' ')[0]}>"


def _by_name(labels: Iterable[LabelSpec]) -> dict[str, list[AttributeSpec]]:
    """Attributes by name: those of several labels that have the same name are one control."""
    found: dict[str, list[AttributeSpec]] = {}
    for label in labels:
        for spec in label.attributes:
            found.setdefault(spec.name, []).append(spec)
    return found


def _values(spec: AttributeSpec) -> Sequence[str]:
    return ("true", "false") if spec.input_type == "checkbox" else spec.values
