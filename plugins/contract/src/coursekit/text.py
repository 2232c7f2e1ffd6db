"""Words for people, in each language of a course."""

from __future__ import annotations

from collections.abc import Mapping

Text = Mapping[str, str]
"""The same words per language: ``{"sv": "Välkommen", "en": "Welcome"}``."""


def say(text: Text, language: str) -> str:
    """The words in ``language``, else in the first language that has any; empty when there are none."""
    return text.get(language) or next((words for words in text.values() if words), "")
