"""What a page says."""

import re


def words_of(answer):
    """What the page says, without markup, in one line."""
    assert answer.status_code == 200
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", answer.text, flags=re.S)
    text = re.sub(r"<[^>]+>", " ", text)
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " "))
