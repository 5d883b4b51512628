"""Two independent implementations of the table, behind the same clients and without sockets."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ministack.services import dynamodb, s3
from moto import mock_aws
from moto.backends import get_backend
from moto.core.models import botocore_stubber

from chalicelib.platform import bucket, config, table
from tests.unit.annotations.saving.faults import Answer
from tests.unit.conftest import _answer


class MiniStack:
    """The emulator that serves on one machine."""

    name = "ministack"

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {
            "dynamodb": _answer(dynamodb.handle_request), "s3": _answer(s3.handle_request)
        }  # fmt: skip

    def reset(self) -> None:
        dynamodb.reset()
        s3.reset()
        _make_empty()

    @contextmanager
    def serving(self) -> Iterator[None]:
        yield


class Moto:
    """Another one. Its table is in use; objects are MiniStack's, as no rule is about them."""

    name = "moto"

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {
            "dynamodb": self._table, "s3": _answer(s3.handle_request)
        }  # fmt: skip

    @staticmethod
    def _table(request: Any) -> Any:
        # It answers for the addresses of AWS only.
        sent = copy.copy(request)
        sent.url = "https://dynamodb.us-east-1.amazonaws.com/"
        answer = botocore_stubber("before-send.dynamodb", sent)
        assert answer is not None
        return answer

    def reset(self) -> None:
        for account in list(get_backend("dynamodb").values()):
            account.reset()
        s3.reset()
        _make_empty()

    @contextmanager
    def serving(self) -> Iterator[None]:
        mock = mock_aws(config={"core": {"reset_boto3_session": False}})
        mock.start()
        events = table.connection().client.meta.events

        def answer(request: Any, **_: Any) -> Any:
            return self._table(request)

        events.register_first("before-send.dynamodb", answer)
        try:
            yield
        finally:
            events.unregister("before-send.dynamodb", answer)
            mock.stop()


Emulator = MiniStack | Moto


def _make_empty() -> None:
    bucket.client().create_bucket(Bucket=config.settings().bucket)
    table.create_table()
