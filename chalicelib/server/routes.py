"""Routes of `/api/server` and `/api/schema`."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
from chalice.app import Response

from chalicelib.platform import table
from chalicelib.platform.bodies import encode_json
from chalicelib.platform.config import COMPATIBLE_VERSION, PRODUCT, VERSION
from chalicelib.platform.keys import META, counter
from chalicelib.platform.requests import Request
from chalicelib.platform.responses import json_answer
from chalicelib.server import share_routes
from chalicelib.server.router import routes

__all__ = ["routes", "share_routes"]

log = logging.getLogger("skylabel.server")


class About(msgspec.Struct):
    """Name, version and logo. `version` is the CVAT release whose clients are served."""

    name: str
    description: str
    version: str
    logo_url: str
    subtitle: str


class Plugins(msgspec.Struct):
    """Optional parts that are switched on, by CVAT's names."""

    GIT_INTEGRATION: bool = False
    ANALYTICS: bool = False
    MODELS: bool = False
    PREDICT: bool = False


class Health(msgspec.Struct):
    """`working`, or what is wrong, by part."""

    DynamoDB: str


@routes.get("/api/server/about", response=About, public=True)
def about(request: Request) -> About:
    """Name and version of the server"""
    return About(
        name=PRODUCT,
        description=(
            f"{PRODUCT} {VERSION}: image and video annotation, serverless, "
            "compatible with the clients of CVAT."
        ),
        version=COMPATIBLE_VERSION,
        logo_url=f"{request.base_url}/logo.svg",
        subtitle=f"{PRODUCT} {VERSION}",
    )


@routes.get("/api/server/health", response=Health, public=True)
def health(request: Request) -> Any:
    """Whether the server can do its work: 200 if its table answers, else 500"""
    try:
        table.load(counter("health"), META)
    except Exception:  # whatever the table says is the finding
        # Anyone may ask; what AWS says names accounts and roles.
        log.exception("The table does not answer")
        return json_answer(Health(DynamoDB="unavailable"), 500)
    return Health(DynamoDB="working")


@routes.get("/api/server/plugins", response=Plugins)
def plugins(request: Request) -> Plugins:
    """Optional parts that are switched on"""
    return Plugins()


@routes.get("/api/schema", public=True, query=("lang", "scheme"))
def schema(request: Request) -> Response:
    """This API as an OpenAPI document"""
    from chalicelib.platform import openapi  # asked for seldom, and not free to import

    return json_answer(encode_json(openapi.document()))
