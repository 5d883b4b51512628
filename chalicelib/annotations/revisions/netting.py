"""What several changes come to, for someone who knows what was there before the first of them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from chalicelib.annotations.model.document import Annotation
from chalicelib.annotations.revisions.changes import Change, identity


class Net(msgspec.Struct, kw_only=True):
    """The effect of changes taken together.

    Attributes:
        replaced: whether everything that was there before is gone; then `create` is all there is.
        create: objects that were not there before, by id.
        update: objects that were there and are different, by id.
        delete: ids of objects that were there and are gone.
    """

    replaced: bool = False
    create: dict[int, Annotation] = {}
    update: dict[int, Annotation] = {}
    delete: set[int] = set()


def net_of(changes: Iterable[Change]) -> Net:
    """What changes come to, in their order."""
    net = Net(create={}, update={}, delete=set())
    for change in changes:
        _add(net, change)
    return net


def _add(net: Net, change: Change) -> None:
    if change.replace:
        net.replaced = True
        net.create, net.update, net.delete = {}, {}, set()
    for object_id in change.delete:
        if net.create.pop(object_id, None) is None:
            net.update.pop(object_id, None)
            net.delete.add(object_id)
    for item in change.update.all():
        known = net.create if identity(item) in net.create else net.update
        known[identity(item)] = item
    for item in change.create.all():
        if identity(item) in net.delete:
            # It has come back.
            net.delete.remove(identity(item))
            net.update[identity(item)] = item
        else:
            net.create[identity(item)] = item
