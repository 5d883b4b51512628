"""Emulated services that share nothing with those of other tests."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def fresh_emulator() -> ModuleType:
    """The emulator's DynamoDB with nothing in it, as after a restart of the process."""
    found = importlib.util.find_spec("ministack.services.dynamodb")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module
