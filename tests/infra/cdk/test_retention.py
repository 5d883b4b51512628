"""How long things are kept is said at deployment."""

from __future__ import annotations

import aws_cdk as cdk
import pytest

from infra.cdk.retention import retention


def test_days_of_the_context_reach_the_functions() -> None:
    assert retention(cdk.App(context={"trash_days": "7"})) == {"SKYLABEL_TRASH_DAYS": "7"}
    both = retention(cdk.App(context={"trash_days": 0, "history_days": 365}))
    assert both == {"SKYLABEL_TRASH_DAYS": "0", "SKYLABEL_HISTORY_DAYS": "365"}
    assert retention(cdk.App()) == {}


@pytest.mark.parametrize("days", ["-1", "a week", "nan"])
def test_what_is_no_number_of_days_is_refused(days: str) -> None:
    with pytest.raises(ValueError, match=r"trash_days|could not convert"):
        retention(cdk.App(context={"trash_days": days}))
