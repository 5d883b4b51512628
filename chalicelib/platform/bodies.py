"""JSON in and out, with msgspec's complaints turned into the errors that CVAT's clients expect."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, TypeVar

import msgspec

from chalicelib.platform.errors import Invalid

T = TypeVar("T")

#: Pattern of a name: no control characters, which XML and terminals cannot show.
PRINTABLE = r"^(?![\s\S]*[\x00-\x1f\x7f])"
_MISSING = re.compile(r"Object missing required field `(?P<field>[^`]+)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<field>[^`]+)`")
_WHERE = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<path>[^`]*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+|\.\.\.)\]")


@cache
def _decoder(struct: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(struct)


def decode_json(body: bytes, struct: type[T]) -> T:
    """Decode and validate a JSON body.

    Raises:
        Invalid: `{"field": ["what is wrong"]}` for the top-level field that is wrong, or
            `["what is wrong"]` if the body is no JSON at all.
    """
    decoder: msgspec.json.Decoder[T] = _decoder(struct)  # type: ignore[arg-type]  # hashable
    try:
        decoded = decoder.decode(body)
    except msgspec.ValidationError as error:
        raise explain(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"JSON parse error - {error}") from None
    return decoded


def encode_json(value: Any) -> bytes:
    """Encode an answer."""
    return msgspec.json.encode(value)


#: msgspec's complaints about a value, and how the clients' server says them.
_SENTENCES = (
    (r".*got `null`", "This field may not be null."),
    (f".*{re.escape(repr(PRINTABLE))}", "Control characters are not allowed."),
    (r"Expected `str` of length >= 1$", "This field may not be blank."),
    (r"Expected `str` of length >= (\d+)$", r"Ensure this field has at least \1 characters."),
    (r"Expected `str` of length <= (\d+)$", r"Ensure this field has no more than \1 characters."),
    (r"Expected `\w+` >= (\S+)$", r"Ensure this value is greater than or equal to \1."),
    (r"Expected `\w+` <= (\S+)$", r"Ensure this value is less than or equal to \1."),
)


def _sentence(what: str) -> str:
    for pattern, sentence in _SENTENCES:
        match = re.match(pattern, what)
        if match:
            return match.expand(sentence)
    return what


def explain(message: str) -> Invalid:
    """Turn msgspec's message into a field error."""
    match = _WHERE.match(message)
    what, path = (match["what"], match["path"] or "") if match else (message, "")
    steps = [name or f"[{index}]" for name, index in _STEP.findall(path)]
    missing = _MISSING.match(what)
    if missing:
        steps.append(missing["field"])
        what = "This field is required."
    unknown = _UNKNOWN.match(what)
    if unknown:
        steps.append(unknown["field"])
        what = "Unknown field."
    what = _sentence(what)
    if not steps:
        return Invalid(non_field_errors=what)
    inner = "".join(step if step.startswith("[") else f".{step}" for step in steps[1:]).lstrip(".")
    return Invalid(**{steps[0].strip("[]"): f"{inner}: {what}" if inner else what})
