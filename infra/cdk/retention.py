"""How long deleted things and history are kept, as `cdk deploy -c trash_days=… -c history_days=…`
says; the application has defaults.
"""

from __future__ import annotations

from constructs import Construct

#: Setting of the application by name in the context.
_SETTINGS = {"trash_days": "SKYLABEL_TRASH_DAYS", "history_days": "SKYLABEL_HISTORY_DAYS"}


def retention(scope: Construct) -> dict[str, str]:
    """Environment variables of functions for what the context names.

    Raises:
        ValueError: one of them is no number of days.
    """
    found = {}
    for name, setting in _SETTINGS.items():
        days = scope.node.try_get_context(name)
        if days is None:
            continue
        if not float(days) >= 0:
            raise ValueError(f"{name} is {days!r}: give a number of days, 0 or more")
        found[setting] = str(days)
    return found
