"""What reports say is said in every language of the pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.reasons import ROOT, reasons

LOCALES = ROOT / "static" / "src" / "i18n" / "locales"
LANGUAGES = sorted(path.name for path in LOCALES.iterdir() if path.is_dir())


def test_reasons_are_found_wherever_a_format_keeps_them() -> None:
    found = reasons()
    assert "tag cannot be written" in found, "spelled in the call"
    assert "polyline cannot be written" in found, "with a kind in it"
    assert "ellipse became a mask" in found, "in a mapping"
    assert "image is not in the task" in found, "reached through a variable"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_is_in_the_language(language: str) -> None:
    known = _texts(LOCALES / language / "reasons.json")
    missing = sorted(reasons() - set(known))
    assert not missing, f"add to reasons.json of {language}: {missing}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_reason_is_kept_that_nothing_gives_any_more(language: str) -> None:
    given = reasons()
    stale = sorted(set(_texts(LOCALES / language / "reasons.json")) - given)
    assert not stale, f"take out of reasons.json of {language}: {stale}"


def _texts(path: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads(path.read_text())
    return found
