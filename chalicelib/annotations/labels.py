"""The vocabulary of a task, as the table has it now."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from typing import Any

from chalicelib.annotations.vocabulary import Vocabulary, vocabulary_of
from chalicelib.platform import keys, table
from chalicelib.projects import store
from chalicelib.projects.models import Task

#: Vocabularies that this process has built, by a checksum of the labels they were built from.
_built: OrderedDict[int, Vocabulary] = OrderedDict()
_KEPT = 64


def vocabulary_for(task: Task) -> Vocabulary:
    """The labels that annotations of a task may use. Read each time, built once per change."""
    record = table.load(store.labels_parent(task), keys.LABELS)
    if record is None:
        return vocabulary_of([])
    packed: Any = record.blob
    checksum = zlib.crc32(packed)
    known = _built.get(checksum)
    if known is None:
        known = _built[checksum] = vocabulary_of(store.read_labels(record))
        while len(_built) > _KEPT:
            _built.popitem(last=False)
    return known
