"""What is said of bad datasets and backups is said in every language of the pages."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

import pytest

from tests.support.messages import VALUE, messages
from tests.support.reasons import ROOT

LOCALES = ROOT / "static" / "src" / "i18n" / "locales"
LANGUAGES = sorted(path.name for path in LOCALES.iterdir() if path.is_dir())
PLACEHOLDER = re.compile(r"\{\{\w+\}\}")


def test_messages_are_found_wherever_the_code_keeps_them() -> None:
    found = messages()
    assert "is not a ZIP archive" in found, "spelled where it is raised"
    assert f"a box has 5 fields, not {VALUE}" in found, "with values, given to a function"
    assert f"is longer than {VALUE} kB" in found, "reached through a variable"
    assert f"line {VALUE}" in found, "a place"
    assert f"There is no cloud storage with id {VALUE}." in found, "of a refused request"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_in_the_language(language: str) -> None:
    book = Book(LOCALES / language / "messages.json")
    missing = {
        sentence.replace(VALUE, "{{…}}"): place
        for sentence, place in messages().items()
        if not book.says(sentence)
    }
    assert not missing, f"add to messages.json of {language}: {missing}"


def test_a_message_that_nobody_has_translated_is_missed() -> None:
    book = Book(LOCALES / "ru" / "messages.json")
    assert book.says(f"{VALUE}, line {VALUE}: a box has 5 fields, not {VALUE}")
    assert not book.says(f"{VALUE}, line {VALUE}: is as nobody has ever seen it")
    assert not book.says("a thing that is new has no name")


class Book:
    """Sentences of a language, read as the pages read them."""

    def __init__(self, path: Path) -> None:
        sentences: dict[str, str] = json.loads(path.read_text())
        self._whole = frozenset(sentences)
        self._patterns = [_pattern(one) for one in sentences if PLACEHOLDER.search(one)]
        self.says = lru_cache(maxsize=None)(self._says)

    def _says(self, message: str) -> bool:
        """Nothing but values stays as it is."""
        if message in self._whole or not any(map(str.isalpha, message)):
            return True
        found = (pattern.fullmatch(message) for pattern in self._patterns)
        return any(match and all(map(self.says, match.groups())) for match in found)


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(map(re.escape, PLACEHOLDER.split(sentence))), re.DOTALL)
