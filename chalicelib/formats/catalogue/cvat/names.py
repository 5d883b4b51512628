"""Labels and attributes as they stand in CVAT's XML, escaped once for a whole file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from chalicelib.annotations.model.document import AttributeValue
from chalicelib.formats.labels import LabelSpec
from chalicelib.formats.text.xml_writer import escaped, quoted

#: Where an object comes from is one of a few words.
source_text = lru_cache(maxsize=64)(quoted)
#: So are many values.
_value_text = lru_cache(maxsize=4096)(escaped)


class Names:
    """Text of labels and values by label id."""

    def __init__(self, labels: Mapping[int, LabelSpec], nested: Iterable[int] = ()) -> None:
        """`nested`: ids of the labels of skeletons' points, which stand one level deeper."""
        deeper = frozenset(nested)
        self._labels = {number: quoted(label.name) for number, label in labels.items()}
        self._attributes = {
            number: [
                (spec.id, _opened(spec.name, number in deeper), escaped(spec.default_value))
                for spec in label.attributes
            ]
            for number, label in labels.items()
        }

    def label(self, label_id: int) -> str:
        """A label's name, for between double quotes."""
        return self._labels[label_id]

    def values(self, label_id: int, values: Iterable[AttributeValue]) -> str:
        """An `attribute` element for every attribute of the label, with its default if need be."""
        known = self._attributes[label_id]
        if not known:
            return ""
        given = {value.spec_id: _value_text(value.value) for value in values}
        return "".join(
            [
                f"{opened}{given.get(spec_id, default)}</attribute>"
                for spec_id, opened, default in known
            ]
        )


def names_of(labels: Iterable[LabelSpec]) -> Names:
    """The names of labels and of their sublabels."""
    known: dict[int, LabelSpec] = {}
    nested = []
    for label in labels:
        known[label.id] = label
        for one in label.sublabels:
            known[one.id] = one
            nested.append(one.id)
    return Names(known, nested)


def _opened(name: str, deeper: bool) -> str:
    indent = "        " if deeper else "      "
    return f'\n{indent}<attribute name="{quoted(name)}">'
