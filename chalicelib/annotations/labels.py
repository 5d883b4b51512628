"""The vocabulary of a task, as the table has it now."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Any

from chalicelib.annotations.model.vocabulary import Vocabulary, vocabulary_of
from chalicelib.platform import keys, table
from chalicelib.platform.table import Record
from chalicelib.projects import store
from chalicelib.projects.models import Task

#: Vocabularies that this process has built, by a digest of the labels they were built from.
_built: OrderedDict[bytes, Vocabulary] = OrderedDict()
_KEPT = 64


def vocabulary_for(task: Task) -> Vocabulary:
    """The labels that annotations of a task may use. Read each time, built once per change."""
    return vocabulary_in(table.load(store.labels_parent(task), keys.LABELS))


def vocabulary_in(record: Record | None) -> Vocabulary:
    """The same of the record that holds the labels, None if there are none."""
    if record is None:
        return vocabulary_of([])
    packed: Any = record.blob
    # A digest that nobody can forge: labels of another task must never be taken for these.
    digest = hashlib.sha256(packed).digest()
    known = _built.get(digest)
    if known is None:
        known = _built[digest] = vocabulary_of(store.read_labels(record))
        while len(_built) > _KEPT:
            _built.popitem(last=False)
    return known
