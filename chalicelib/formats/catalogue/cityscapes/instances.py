"""Numbers of a label and an instance of it in one."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.formats.report import Report

TOO_MANY = "instances of one label beyond the format's limit became one"


def instance_values(labels: Iterable[int], per_label: int, report: Report, where: str) -> list[int]:
    """A value for each instance: `label * per_label + number`, instances counting from 1.

    The value of an instance that has no number of its own is that of a whole region of its label,
    which the caller's format has, too.

    Args:
        labels: numbers of the instances' labels.
        where: what the report calls the place.
    """
    counted: dict[int, int] = {}
    values = []
    for label in labels:
        number = counted[label] = counted.get(label, 0) + 1
        if number >= per_label or label * per_label + number > 0xFFFF:
            report.convert(TOO_MANY, where)
            number = 0
        values.append(label * per_label + number)
    return values
