"""Runs a state machine's own definition in this process, step by step."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.support.server import ROOT

Task = Callable[[dict[str, Any]], Any]
DEFINITIONS = ROOT / "infra/cdk/state_machines"
#: AWS counts the start and the end of an execution, too.
START_AND_END = 2


def run(machine: str, given: dict[str, Any], task: Task) -> int:
    """Run `<machine>.asl.json` to its end. Returns how many transitions AWS would charge.

    Args:
        task: what every `Task` state calls with its parameters.
    """
    definition = json.loads((DEFINITIONS / f"{machine}.asl.json").read_text())
    return START_AND_END + _states(definition, given, task, None)


def _states(definition: dict[str, Any], data: dict[str, Any], task: Task, item: Any) -> int:
    name, count = definition["StartAt"], 0
    while True:
        state = definition["States"][name]
        count += 1
        match state["Type"]:
            case "Task":
                answer = task(_filled(state["Parameters"], data, item)
                              if "Parameters" in state else data)  # fmt: skip
                data = _with_result(state, data, answer)
            case "Map":
                for part in _at(state["ItemsPath"], data):
                    given = _filled(state["ItemSelector"], data, part)
                    count += _states(state["ItemProcessor"], given, task, part)
                data = _with_result(state, data, None)
            case "Choice":
                name = _chosen(state, data)
                continue
            case "Succeed":
                return count
            case kind:
                raise AssertionError(f"ended in {name} ({kind}): {data}")
        if state.get("End"):
            return count
        name = state["Next"]


def _filled(template: dict[str, Any], data: dict[str, Any], item: Any) -> dict[str, Any]:
    filled = {}
    for name, value in template.items():
        if not name.endswith(".$"):
            filled[name] = value
        elif value == "$$.Map.Item.Value":
            filled[name[:-2]] = item
        else:
            filled[name[:-2]] = _at(value, data)
    return filled


def _with_result(state: dict[str, Any], data: dict[str, Any], answer: Any) -> dict[str, Any]:
    path = state.get("ResultPath", "$")
    return data if path is None else answer if path == "$" else {**data, path[2:]: answer}


def _chosen(state: dict[str, Any], data: dict[str, Any]) -> str:
    for choice in state["Choices"]:
        if _at(choice["Variable"], data) == choice["StringEquals"]:
            return str(choice["Next"])
    return str(state["Default"])


def _at(path: str, data: Any) -> Any:
    for name in path.split(".")[1:]:
        data = data[name]
    return data
