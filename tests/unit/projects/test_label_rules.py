from __future__ import annotations

import time
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.projects import label_rules
from chalicelib.projects.attributes import BadLabel
from chalicelib.projects.bodies import PatchedLabelRequest
from chalicelib.projects.colors import APART, _distance, _rgb, color_for
from chalicelib.projects.models import Label

names = st.text(st.characters(exclude_categories=["Cs", "Zs", "Cc"]), min_size=1, max_size=64)


def _asked(*labels: dict[str, Any]) -> list[PatchedLabelRequest]:
    return msgspec.convert(list(labels), list[PatchedLabelRequest])


def _made(*labels: dict[str, Any], first: int = 1) -> list[Label]:
    result = label_rules.created(_asked(*labels))
    label_count, attribute_count = label_rules.unnumbered(result)
    label_rules.number(result, range(first, first + label_count), range(1, attribute_count + 1))
    return result


def _attribute(**fields: Any) -> dict[str, Any]:
    return {"name": "car", "attributes": [{"name": "a", "mutable": False, **fields}]}


@given(st.lists(names.map(str.strip).filter(bool), unique=True, max_size=30))
def test_every_label_gets_an_id_and_a_colour_of_its_own(given_names: list[str]) -> None:
    labels = _made(*({"name": name} for name in given_names))

    assert [label.name for label in labels] == given_names
    assert [label.id for label in labels] == list(range(1, len(labels) + 1))
    assert len({label.color for label in labels}) == len(labels)


def test_colours_depend_on_the_name_alone_and_are_far_apart() -> None:
    first = [label.color for label in _made(*({"name": f"label {k}"} for k in range(12)))]
    again = [label.color for label in _made(*({"name": f"label {k}"} for k in range(12)))]

    assert first == again
    assert first[0] == color_for("label 0", [])
    pairs = [(a, b) for k, a in enumerate(first) for b in first[k + 1 :]]
    assert min(_distance(_rgb(a), _rgb(b)) for a, b in pairs) >= APART


def test_a_thousand_labels_have_a_thousand_colours() -> None:
    labels = _made(*({"name": str(k)} for k in range(1000)))
    assert len({label.color for label in labels}) == 1000


@pytest.mark.parametrize(
    "attribute",
    [
        {"input_type": "checkbox", "values": ["false"], "default_value": "false"},
        {"input_type": "checkbox", "values": [], "default_value": "True"},
        {"input_type": "select", "values": ["red", "blue"], "default_value": "blue"},
        {"input_type": "radio", "values": ["l", "r"]},
        {"input_type": "number", "values": ["0", "10", "0.5"], "default_value": "3"},
        {"input_type": "number", "values": [0, 10, 1], "default_value": 3},
        {"input_type": "number", "values": []},
        {"input_type": "text", "values": [""], "default_value": "?"},
    ],
)
def test_an_attribute_is_kept_as_given(attribute: dict[str, Any]) -> None:
    (made,) = _made(_attribute(**attribute))[0].attributes

    assert made.id == 1
    assert made.input_type == attribute["input_type"]
    assert made.values == [str(value) for value in attribute["values"]]
    assert made.default_value == str(attribute.get("default_value", ""))


@pytest.mark.parametrize(
    ("attribute", "complaint"),
    [
        ({"input_type": "checkbox", "values": ["perhaps"]}, "checkbox"),
        ({"input_type": "select", "values": []}, "needs values"),
        ({"input_type": "radio", "values": ["a"], "default_value": "b"}, "not one of"),
        ({"input_type": "number", "values": ["0", "ten", "1"]}, "'ten' is not a number"),
        ({"input_type": "number", "values": ["0", "nan", "1"]}, "'nan' is not a number"),
        ({"input_type": "number", "values": ["0", "1"]}, "minimum, maximum and step"),
        ({"input_type": "number", "values": ["9", "1", "1"]}, "may not exceed"),
        ({"input_type": "number", "values": ["0", "1", "0"]}, "step must be positive"),
        ({"input_type": "number", "values": [], "default_value": "x"}, "not a number"),
        ({"values": []}, "input_type is required"),
        ({"name": "  ", "input_type": "text"}, "blank"),
    ],
)
def test_an_attribute_that_cannot_be_is_refused(attribute: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BadLabel, match=complaint):
        _made(_attribute(**attribute))


@pytest.mark.parametrize(
    ("labels", "complaint"),
    [
        ([{"name": "a"}, {"name": " a"}], "'a' is given twice"),
        ([{"name": " "}], "blank"),
        ([{"type": "tag"}], "needs a name"),
        ([{"name": "a", "color": "red"}], "not a colour"),
        ([{"name": "a", "color": "#12"}], "not a colour"),
        ([{"name": "a", "type": "skeleton"}], "needs sublabels"),
        ([{"name": "a", "sublabels": [{"name": "b"}]}], "only a skeleton"),
        (
            [{"name": "a", "type": "skeleton", "sublabels": [{"name": "b", "type": "skeleton"}]}],
            "inside another",
        ),
        (
            [{"name": "a", "type": "skeleton", "sublabels": [{"name": "b"}, {"name": "b"}]}],
            "Sublabel 'b' is given twice",
        ),
        (
            [
                {
                    "name": "a",
                    "attributes": [
                        {"name": "x", "input_type": "text"},
                        {"name": "x", "input_type": "text"},
                    ],
                }
            ],
            "'x' is given twice",
        ),
    ],
)
def test_labels_that_cannot_be_are_refused(labels: list[dict[str, Any]], complaint: str) -> None:
    with pytest.raises(BadLabel, match=complaint):
        _made(*labels)


def test_ids_of_another_server_mean_nothing() -> None:
    labels = _made({"id": 77, "name": "a", "attributes": [
        {"id": 5, "name": "x", "input_type": "text"}]}, first=9)  # fmt: skip
    assert (labels[0].id, labels[0].attributes[0].id) == (9, 1)


def test_names_may_be_swapped_in_one_change() -> None:
    labels = _made({"name": "a"}, {"name": "b"})
    swapped = label_rules.changed(labels, _asked({"id": 1, "name": "b"}, {"id": 2, "name": "a"}))
    assert [(label.id, label.name) for label in swapped] == [(1, "b"), (2, "a")]


def test_attributes_are_extended_and_changed_but_not_removed() -> None:
    labels = _made(_attribute(input_type="select", values=["red"]))
    change = _asked({"id": 1, "attributes": [
        {"name": "a", "values": ["red", "blue"]},
        {"name": "new", "input_type": "text"},
    ]})  # fmt: skip

    (label,) = label_rules.changed(labels, change)

    assert [(a.id, a.name, a.values) for a in label.attributes] == [
        (1, "a", ["red", "blue"]),
        (0, "new", []),
    ]
    renamed = _asked({"id": 1, "attributes": [{"id": 1, "name": "colour"}]})
    assert label_rules.changed(labels, renamed)[0].attributes[0].name == "colour"
    for bad, complaint in (
        ({"id": 1, "name": "a", "deleted": True}, "cannot be removed"),
        ({"id": 8, "name": "a"}, "no attribute with id 8"),
    ):
        with pytest.raises(BadLabel, match=complaint):
            label_rules.changed(labels, _asked({"id": 1, "attributes": [bad]}))


def test_a_skeleton_stays_one_and_nothing_else_becomes_one() -> None:
    labels = _made(
        {"name": "body", "type": "skeleton", "sublabels": [{"name": "head"}]},
        {"name": "car", "type": "rectangle"},
    )
    change = _asked({"id": 1, "type": "polygon"}, {"id": 3, "type": "skeleton"})

    after = label_rules.changed(labels, change)

    assert [label.type for label in after] == ["skeleton", "rectangle"]


SVG = (
    '<line x1="10" y1="10" x2="50" y2="50" data-type="edge" data-node-from="1" data-node-to="2">'
    '</line><circle r="1.5" cx="10" cy="10" data-type="element node" data-element-id="1" '
    'data-node-id="1" data-label-name="left &amp; up"/><circle r="1.5" cx="50" cy="50" '
    'data-type="element node" data-element-id="2" data-node-id="2" data-label-name="right"/>'
)


def test_a_skeletons_drawing_refers_to_its_sublabels_by_id() -> None:
    sublabels = [{"name": "left & up"}, {"name": "right", "attributes": []}]
    (body,) = _made({"name": "body", "type": "skeleton", "sublabels": sublabels, "svg": SVG})

    assert [(s.id, s.name, s.type) for s in body.sublabels] == [
        (2, "left & up", "points"),
        (3, "right", "points"),
    ]
    assert 'data-label-id="2"' in body.svg
    assert 'data-label-id="3"' in body.svg
    assert "data-label-name" not in body.svg


@pytest.mark.parametrize(
    ("svg", "complaint"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ('<circle onload="alert(1)"/>', "'onload'"),
        ('<circle style="fill:red"/>', "'style'"),
        ('<path fill="url(http://x)"/>', "'fill'"),
        ('<image href="http://x"/>', "<image>"),
        ("<circle>", "not well formed"),
        ("</svg><circle/><svg>", "not well formed"),
        ("<!DOCTYPE x><circle/>", "declarations"),
        ('<circle data-label-name="tail"/>', "'tail', which is no sublabel"),
    ],
)
def test_a_hostile_or_wrong_drawing_is_refused(svg: str, complaint: str) -> None:
    with pytest.raises(BadLabel, match=complaint):
        _made({"name": "b", "type": "skeleton", "sublabels": [{"name": "head"}], "svg": svg})


def test_a_body_full_of_attributes_or_sublabels_takes_no_more_than_its_size() -> None:
    """Once the work grew with the square: one request could keep a server busy for hours."""
    many = [{"name": f"a{k}", "input_type": "text"} for k in range(20_000)]
    parts = [{"name": f"s{k}"} for k in range(20_000)]
    begun = time.process_time()
    (label,) = _made({"name": "car", "attributes": many})
    (skeleton,) = _made({"name": "body", "type": "skeleton", "sublabels": parts, "svg": ""})
    labels = _made(*({"name": f"l{k}", "color": "#ff0000"} for k in range(20_000)))
    assert time.process_time() - begun < 5
    assert len(label.attributes) == len(skeleton.sublabels) == len(labels) == 20_000


def test_text_that_looks_like_a_name_of_a_sublabel_stays_text() -> None:
    svg = '<circle data-label-name="head" /><text>data-label-name="tail"</text>'
    (skeleton,) = _made(
        {"name": "body", "type": "skeleton", "sublabels": [{"name": "head"}], "svg": svg}
    )
    head = skeleton.sublabels[0].id
    assert skeleton.svg == (f'<circle data-label-id="{head}" /><text>data-label-name="tail"</text>')
