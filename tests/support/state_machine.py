"""The definitions of the state machines, followed in this process: the part of the Amazon States
Language that they use, one item of a Map after another."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

DEFINITIONS = Path(__file__).resolve().parents[2] / "infra" / "cdk" / "state_machines"
#: What a state and the execution may hold, in bytes.
PAYLOAD_LIMIT = 256 * 1024

State = dict[str, Any]
Call = Callable[[State], Any]


#: AWS counts the start and the end of an execution, too.
START_AND_END = 2


class Ended(NamedTuple):
    """The last state, what it was given, and the transitions that AWS charges."""

    state: str
    data: Any
    transitions: int


class TaskFailed(Exception):
    """A function raised and nothing caught it."""


def run(name: str, given: State, call: Call) -> Ended:
    """Follow a definition to its end.

    Args:
        call: the function of every task. What it raises is handled as the definition says,
            without the waits between retries.
    """
    definition = msgspec.json.decode((DEFINITIONS / f"{name}.asl.json").read_bytes())
    ended = _run(definition, copy.deepcopy(given), call)
    return ended._replace(transitions=START_AND_END + ended.transitions)


def _run(definition: State, data: Any, call: Call) -> Ended:
    name, transitions = definition["StartAt"], 0
    while True:
        state = definition["States"][name]
        transitions += 1
        assert len(msgspec.json.encode(data)) < PAYLOAD_LIMIT, name
        if state["Type"] in {"Succeed", "Fail"}:
            return Ended(name, data, transitions)
        if state["Type"] == "Choice":
            name = _choose(state, data)
            continue
        try:
            result, within = _retried(state, data, call)
            data, transitions = _put(state, data, result), transitions + within
        except TaskFailed as error:
            if "Catch" not in state:
                raise
            handler = state["Catch"][0]
            told = {"Error": "Runtime.HandlerError", "Cause": str(error)}
            data, name = _put(handler, data, told), handler["Next"]
            continue
        if state.get("End"):
            return Ended(name, data, transitions)
        name = state["Next"]


def _retried(state: State, data: Any, call: Call) -> tuple[Any, int]:
    """The result of a state, and the transitions inside of it."""
    retry = state.get("Retry", [{}])[0]
    attempts = retry.get("MaxAttempts", 0) if "States.ALL" in retry.get("ErrorEquals", ()) else 0
    while True:
        try:
            if state["Type"] == "Map":
                return _map(state, data, call)
            return _task(state, data, call), 0
        except TaskFailed:
            if not attempts:
                raise
            attempts -= 1


def _task(state: State, data: Any, call: Call) -> Any:
    try:
        return call(_filled(state["Parameters"], data, {}) if "Parameters" in state else data)
    except Exception as error:
        raise TaskFailed(str(error)) from error


def _map(state: State, data: Any, call: Call) -> tuple[list[Any], int]:
    ended = []
    for value in _at(state["ItemsPath"], data):
        given = _filled(state["ItemSelector"], data, {"Map": {"Item": {"Value": value}}})
        ended.append(_run(state["ItemProcessor"], given, call))
    return [item.data for item in ended], sum(item.transitions for item in ended)


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
