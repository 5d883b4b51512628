"""The definitions of the state machines, followed in this process: the part of the Amazon States
Language that they use, one item of a Map after another."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

DEFINITIONS = Path(__file__).resolve().parents[2] / "infra" / "cdk" / "state_machines"
#: What a state and the execution may hold, in bytes.
PAYLOAD_LIMIT = 256 * 1024

State = dict[str, Any]
Call = Callable[[State], Any]


class TaskFailed(Exception):
    """A function raised and nothing caught it."""


def run(name: str, given: State, call: Call) -> tuple[str, State]:
    """Follow a definition to its end. Returns the last state's name and its input.

    Args:
        call: the function of every task. What it raises is handled as the definition says,
            without the waits between retries.
    """
    definition = msgspec.json.decode((DEFINITIONS / f"{name}.asl.json").read_bytes())
    return _run(definition, copy.deepcopy(given), call)


def _run(definition: State, data: Any, call: Call) -> tuple[str, Any]:
    name = definition["StartAt"]
    while True:
        state = definition["States"][name]
        assert len(msgspec.json.encode(data)) < PAYLOAD_LIMIT, name
        if state["Type"] in {"Succeed", "Fail"}:
            return name, data
        if state["Type"] == "Choice":
            name = _choose(state, data)
            continue
        try:
            data = _put(state, data, _retried(state, data, call))
        except TaskFailed as error:
            if "Catch" not in state:
                raise
            handler = state["Catch"][0]
            told = {"Error": "Runtime.HandlerError", "Cause": str(error)}
            data, name = _put(handler, data, told), handler["Next"]
            continue
        if state.get("End"):
            return name, data
        name = state["Next"]


def _retried(state: State, data: Any, call: Call) -> Any:
    retry = state.get("Retry", [{}])[0]
    attempts = retry.get("MaxAttempts", 0) if "States.ALL" in retry.get("ErrorEquals", ()) else 0
    while True:
        try:
            return _map(state, data, call) if state["Type"] == "Map" else _task(state, data, call)
        except TaskFailed:
            if not attempts:
                raise
            attempts -= 1


def _task(state: State, data: Any, call: Call) -> Any:
    try:
        return call(_filled(state["Parameters"], data, {}) if "Parameters" in state else data)
    except Exception as error:
        raise TaskFailed(str(error)) from error


def _map(state: State, data: Any, call: Call) -> list[Any]:
    found = []
    for value in _at(state["ItemsPath"], data):
        given = _filled(state["ItemSelector"], data, {"Map": {"Item": {"Value": value}}})
        found.append(_run(state["ItemProcessor"], given, call)[1])
    return found


def _choose(state: State, data: Any) -> str:
    for choice in state["Choices"]:
        if _at(choice["Variable"], data) == choice["StringEquals"]:
            return str(choice["Next"])
    return str(state["Default"])


def _filled(template: State, data: Any, context: State) -> State:
    filled = {}
    for key, value in template.items():
        if key.endswith(".$"):
            source = context if value.startswith("$$") else data
            filled[key[:-2]] = _at(value.replace("$$", "$", 1), source)
        else:
            filled[key] = value
    return filled


def _at(path: str, data: Any) -> Any:
    for step in path.split(".")[1:]:
        data = data[step]
    return data


def _put(state: State, data: Any, result: Any) -> Any:
    path = state.get("ResultPath", "$")
    if path is None:
        return data
    if path == "$":
        return result
    return {**data, path.removeprefix("$."): result}
