"""What subsets are called in formats that have words of their own beside them."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

from chalicelib.formats.exporting.dataset import DEFAULT_SUBSET, Dataset

#: What the subset without a name is called.
TRAIN = "train"


def subset_names(dataset: Dataset, reserved: Container[str]) -> Mapping[str, str]:
    """Names of subsets as one word each, by the names that they have in the project.

    Args:
        reserved: words of the format, which get a suffix; so does a name that is taken.
    """
    names: dict[str, str] = {}
    for subset in sorted(dataset.subsets, key=lambda one: one == DEFAULT_SUBSET):
        word = TRAIN if subset == DEFAULT_SUBSET else re.sub(r"\W", "_", subset)
        name, number = word, 0
        while name in reserved or name in names.values():
            number += 1
            name = f"{word}_{number}"
        names[subset] = name
    return names
