"""The attributes that some providers need: `region=eu-west-1&prefix=photos/`."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

import msgspec

#: Goes into a host name, so nothing else may be in it.
_REGION = r"[a-z0-9]+(-[a-z0-9]+)*"
_PROJECT = r"[a-z0-9.:-]{1,128}"


class BadAttributes(ValueError):
    """The text cannot be used. The message is for the user."""


class Attributes(msgspec.Struct, frozen=True):
    """What the text says; empty where it says nothing.

    Attributes:
        endpoint_url: scheme, host and port of a service that speaks S3, without a trailing slash.
        prefix: only keys that begin with it are listed.
        project_id: the project of a Google bucket, which nothing here needs.
    """

    region: str = ""
    endpoint_url: str = ""
    prefix: str = ""
    project_id: str = ""


def parse(text: str) -> Attributes:
    """Read the attributes; values may be percent-encoded, unknown names do not matter.

    Raises:
        BadAttributes: a pair without `=`, or a value that can be none of its kind.
    """
    found: dict[str, str] = {}
    for pair in text.split("&") if text else []:
        name, equals, value = pair.partition("=")
        if not equals:
            raise BadAttributes("Invalid specific attributes: write name=value&name=value.")
        found[name.strip()] = unquote(value.strip())
    region = found.get("region", "")
    if region and not is_region(region):
        raise BadAttributes("Invalid specific attributes: this is no name of a region.")
    project_id = found.get("project_id", "")
    if project_id and not re.fullmatch(_PROJECT, project_id):
        raise BadAttributes("Invalid specific attributes: this is no id of a project.")
    prefix = found.get("prefix", "")
    if len(prefix.encode()) > 1024 or any(part in {".", ".."} for part in prefix.split("/")):
        raise BadAttributes("Invalid specific attributes: this cannot be a prefix of keys.")
    return Attributes(
        region, _endpoint(found.get("endpoint_url", "")), prefix.lstrip("/"), project_id
    )


def is_region(text: str) -> bool:
    """Whether this may be the name of a region."""
    return len(text) <= 63 and re.fullmatch(_REGION, text) is not None


def _endpoint(url: str) -> str:
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or not re.fullmatch(r"[A-Za-z0-9._:-]+", parts.hostname)
        or parts.username is not None
        or parts.query
        or parts.fragment
    ):
        raise BadAttributes(
            "Invalid specific attributes: endpoint_url must look like https://host:port."
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{'' if port is None else f':{port}'}{parts.path.rstrip('/')}"
